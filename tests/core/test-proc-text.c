/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-proc-text.h"

#include <string.h>

#define REST                                                                                       \
  " 4194304 100 200 0 0 17 4 5 6 20 0 3 0 123456 999 88 18446744073709551615 1 2 3 4 0 0 0 0 0\n"
#define STAT(name) "42 (" name ") S 7 42 42 0 -1" REST

/* Copies to a block of just that size, so that reading past its end is found out. */
static gboolean
parse_stat (const char *text, gsize length, BhProcStat *stat)
{
  g_autofree char *block = g_memdup2 (text, length);

  return bh_proc_parse_stat (block != NULL ? block : "", length, stat);
}

static void
test_stat (void)
{
  BhProcStat stat;

  g_assert_true (parse_stat (STAT ("bash"), strlen (STAT ("bash")), &stat));
  g_assert_cmpint (stat.pid, ==, 42);
  g_assert_cmpint (stat.parent, ==, 7);
  g_assert_cmpint (stat.state, ==, 'S');
  g_assert_cmpstr (stat.name, ==, "bash");
  g_assert_cmpuint (stat.cpu_time, ==, 21);
  g_assert_cmpuint (stat.child_time, ==, 11);
  g_assert_cmpuint (stat.threads, ==, 3);
  g_assert_cmpuint (stat.start_time, ==, 123456);
  g_assert_cmpuint (stat.faults, ==, 100);
  g_assert_cmpuint (stat.resident, ==, 88);
}

/* A process chooses its name. */
static void
test_names (void)
{
  const struct
  {
    const char *text, *name;
  } cases[] = {
    { STAT (""), "" },
    { STAT (") ("), ") (" },
    { STAT (") R 1 1 1 ("), ") R 1 1 1 (" },
    { STAT (") Z 1"), ") Z 1" },
    { STAT ("(((("), "((((" },
    { STAT ("))))"), "))))" },
    { STAT ("new\nline"), "new\nline" },
    { STAT ("\xff\xfe"), "\xff\xfe" },
    { STAT ("much longer than fifteen"), "much longer tha" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BhProcStat stat;

      g_assert_true (parse_stat (cases[i].text, strlen (cases[i].text), &stat));
      g_assert_cmpstr (stat.name, ==, cases[i].name);
      g_assert_cmpint (stat.pid, ==, 42);
      g_assert_cmpint (stat.parent, ==, 7);
      g_assert_cmpint (stat.state, ==, 'S');
      g_assert_cmpuint (stat.start_time, ==, 123456);
    }
}

static void
test_cut_off (void)
{
  const char *text = STAT (") (");
  gsize needed = (gsize) (strstr (text, " 88 ") + 1 - text);
  BhProcStat stat;

  /* As far as the first digit of what is resident; what follows is not needed. */
  for (gsize length = 0; length <= needed; length++)
    g_assert_false (parse_stat (text, length, &stat));
  for (gsize length = needed + strlen ("88"); length <= strlen (text); length++)
    {
      g_assert_true (parse_stat (text, length, &stat));
      g_assert_cmpuint (stat.start_time, ==, 123456);
    }
}

static void
test_bad_stat (void)
{
  const char *const texts[] = {
    "",
    "\n",
    "42",
    "42 (bash)",
    "42 bash S 7 42 42 0 -1" REST,
    "0 (bash) S 7 42 42 0 -1" REST,
    "-42 (bash) S 7 42 42 0 -1" REST,
    "x (bash) S 7 42 42 0 -1" REST,
    "4294967338 (bash) S 7 42 42 0 -1" REST,
    "99999999999999999999 (bash) S 7 42 42 0 -1" REST,
    "42 (bash) S -7 42 42 0 -1" REST,
    "42 (bash) S 4294967303 42 42 0 -1" REST,
    "42 )bash( S 7 42 42 0 -1" REST,
    "42 (bash) S 7 42 42 0 -1 4194304 100 200 0 0 x 4 0 0 20 0 3 0 123456 1 1",
    "42 (bash) S 7 42 42 0 -1 4194304 100 200 0 0 17 4 0 0 20 0 -3 0 123456 1 1",
    "42 (bash) S 7 42 42 0 -1 4194304 100 200 0 0 17 4 0 0 20 0 3 0 18446744073709551616 1 1",
  };
  BhProcStat stat;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (parse_stat (texts[i], strlen (texts[i]), &stat))
      g_error ("understood: %s", texts[i]);
}

static void
test_huge_stat (void)
{
  const char *text
      = "2147483647 (x) S 2147483647 0 0 0 -1 0 0 0 0 0 18446744073709551615"
        " 18446744073709551615 0 0 20 0 18446744073709551615 0 18446744073709551615 0 0";
  BhProcStat stat;

  g_assert_true (parse_stat (text, strlen (text), &stat));
  g_assert_cmpint (stat.pid, ==, G_MAXINT);
  g_assert_cmpint (stat.parent, ==, G_MAXINT);
  g_assert_cmpuint (stat.cpu_time, ==, G_MAXUINT64);
  g_assert_cmpuint (stat.threads, ==, G_MAXUINT);
  g_assert_cmpuint (stat.start_time, ==, G_MAXUINT64);
}

static void
test_statm (void)
{
  static const struct
  {
    const char *text;
    gboolean good;
  } cases[] = {
    { "5000 1200 300 10 0 900 0\n", TRUE },
    { "5000 1200 300", TRUE },
    { "", FALSE },
    { "5000", FALSE },
    { "5000 1200", FALSE },
    { "5000 1200 ", FALSE },
    { "5000 1200 -3", FALSE },
    { "5000 x 300 10", FALSE },
    { "5000 1200  300", FALSE },
    { "5000 18446744073709551616 300", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length = strlen (cases[i].text);
      g_autofree char *block = g_memdup2 (cases[i].text, length);
      guint64 resident = 0, shared = 0;

      g_assert_cmpint (bh_proc_parse_statm (block != NULL ? block : "", length, &resident, &shared),
                       ==, cases[i].good);
      if (!cases[i].good)
        continue;
      g_assert_cmpuint (resident, ==, 1200);
      g_assert_cmpuint (shared, ==, 300);
    }
}

static gboolean
parse_rollup (const char *text, gsize length, BhProcRollup *rollup)
{
  g_autofree char *block = g_memdup2 (text, length);

  return bh_proc_parse_rollup (block != NULL ? block : "", length, rollup);
}

static void
test_rollup (void)
{
  const struct
  {
    const char *text;
    guint64 pss, swap;
  } good[] = {
    { "00400000-7fff [rollup]\nRss:  900 kB\nPss:   100 kB\nPss_Dirty:  50 kB\nPss_Anon: 50 kB\n"
      "Swap: 20 kB\nSwapPss:    7 kB\n",
      100 * 1024, 7 * 1024 },
    { "Pss:100 kB", 100 * 1024, 0 },
    { "Pss: 0 kB\n", 0, 0 },
    { "SwapPss: 3 kB\nPss: 4 kB\n", 4 * 1024, 3 * 1024 },
    { "Pss: 18014398509481983 kB\n", G_MAXUINT64 - 1023, 0 },
  };
  const char *const bad[] = {
    "",
    "\n\n\n",
    "Rss: 100 kB\n",
    "SwapPss: 100 kB\n",
    " Pss: 100 kB\n",
    "Pss:",
    "Pss: \n",
    "Pss: kB\n",
    "Pss: -1 kB\n",
    "Pss: 18446744073709551616 kB\n",
    "Pss: 18014398509481984 kB\n",
    "Pss: 1 kB\nSwapPss: x kB\n",
    "Pss: 18014398509481983 kB\nSwapPss: 1 kB\n",
  };
  BhProcRollup rollup;

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_assert_true (parse_rollup (good[i].text, strlen (good[i].text), &rollup));
      g_assert_cmpuint (rollup.pss, ==, good[i].pss);
      g_assert_cmpuint (rollup.swap, ==, good[i].swap);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    if (parse_rollup (bad[i], strlen (bad[i]), &rollup))
      g_error ("understood: %s", bad[i]);
}

/* Cut off anywhere, nothing is read past the end, and no figure is made up. */
static void
test_rollup_cut_off (void)
{
  const char *text = "a [rollup]\nPss: 123 kB\nSwapPss: 45 kB\n";
  BhProcRollup rollup;

  for (gsize length = 0; length <= strlen (text); length++)
    if (parse_rollup (text, length, &rollup))
      {
        g_assert_cmpuint (rollup.pss, <=, 123 * 1024);
        g_assert_cmpuint (rollup.swap, <=, 45 * 1024);
      }
}

static void
test_status (void)
{
  static const struct
  {
    const char *text;
    gboolean good, has_memory;
    guint uid;
    guint64 peak, swap;
  } cases[] = {
    { "Name:\tVmHWM: 1 kB\\nVmSwap: 2 kB\nUid:\t1000\t1001\t1002\t1003\nVmHWM:\t    2048 kB\n"
      "VmSwap:\t       8 kB\n",
      TRUE, TRUE, 1000, 2048 * 1024, 8 * 1024 },
    /* A process of the kernel's, or one that has ended. */
    { "Name:\tkthreadd\nUid:\t0\t0\t0\t0\n", TRUE, FALSE, 0, 0, 0 },
    { "Uid:\t7\nVmHWM:\t1 kB\n", TRUE, FALSE, 7, 1024, 0 },
    { "Uid:\t7\nVmHWM:\tx kB\nVmSwap:\t1 kB\n", TRUE, FALSE, 7, 0, 0 },
    { "Uid:\t4294967296\n", FALSE, FALSE, 0, 0, 0 },
    { "Uid:\t\n", FALSE, FALSE, 0, 0, 0 },
    { "Name:\tUid:\t7\n", FALSE, FALSE, 0, 0, 0 },
    { "", FALSE, FALSE, 0, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length = strlen (cases[i].text);
      g_autofree char *block = g_memdup2 (cases[i].text, length);
      BhProcStatus status;

      g_assert_cmpint (bh_proc_parse_status (block != NULL ? block : "", length, &status), ==,
                       cases[i].good);
      if (!cases[i].good)
        continue;
      g_assert_cmpuint (status.uid, ==, cases[i].uid);
      g_assert_cmpint (status.has_memory, ==, cases[i].has_memory);
      g_assert_cmpuint (status.peak, ==, cases[i].peak);
      g_assert_cmpuint (status.swap, ==, cases[i].swap);
    }
}

static void
test_io (void)
{
  const char *text = "rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 4096\n"
                     "write_bytes: 8192\ncancelled_write_bytes: 5\n";
  const char *const bad[]
      = { "", "read_bytes: 1\n", "write_bytes: 1\n", "read_bytes: 1\nwrite_bytes: -1\n",
          "xread_bytes: 1\nwrite_bytes: 1\n" };
  BhProcIo io;

  g_assert_true (bh_proc_parse_io (text, strlen (text), &io));
  g_assert_cmpuint (io.read, ==, 4096);
  g_assert_cmpuint (io.written, ==, 8192);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (bh_proc_parse_io (bad[i], strlen (bad[i]), &io));
}

/* Whatever bytes stand there, in a block of just their size, for the sanitizers to see. */
static void
test_noise (void)
{
  const char *const words[]
      = { "Pss", "SwapPss", "VmHWM", "VmSwap", "Uid", "read_bytes", "write_bytes",
          ":",   " ",       "\t",    "\n",     "(",   ")",          "18446744073709551615",
          "9",   "kB",      "S",     "\xff",   "-1" };

  for (guint round = 0; round < 20000; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *block = NULL;
      BhProcStat stat;
      BhProcRollup rollup;
      BhProcStatus status;
      BhProcIo io;
      guint64 a, b;

      for (int n = g_test_rand_int_range (0, 30); n > 0; n--)
        g_string_append (text, words[g_test_rand_int_range (0, G_N_ELEMENTS (words))]);
      block = g_malloc (text->len + 1);
      memcpy (block, text->str, text->len);
      block = g_realloc (block, MAX (text->len, 1));
      bh_proc_parse_stat (block, text->len, &stat);
      bh_proc_parse_statm (block, text->len, &a, &b);
      bh_proc_parse_rollup (block, text->len, &rollup);
      bh_proc_parse_status (block, text->len, &status);
      bh_proc_parse_io (block, text->len, &io);
    }
}

static void
test_traced (void)
{
  static const struct
  {
    const char *text;
    gboolean traced;
  } cases[] = {
    { "Name:\ta\nState:\tt (tracing stop)\nTracerPid:\t17\nUid:\t0\n", TRUE },
    { "Name:\ta\nTracerPid:\t0\nUid:\t0\n", FALSE },
    { "Name:\tTracerPid:\t5\nTracerPid:\t0\n", FALSE },
    { "Name:\ta\nTracerPid:\t", FALSE },
    { "Name:\ta\nTracerPid", FALSE },
    { "", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length = strlen (cases[i].text);
      g_autofree char *exact = length > 0 ? g_memdup2 (cases[i].text, length) : g_strdup ("");

      g_assert_cmpint (bh_proc_is_traced (exact, length), ==, cases[i].traced);
    }
}

#define BLOCK "A=1\0NAMES=no\0XNAME=no\0NAME\0NAME=\0NAME=second\0LAST=cut"

static void
test_env (void)
{
  const gsize length = sizeof BLOCK - 1;
  g_autofree char *block = g_memdup2 (BLOCK, length);

  g_assert_cmpstr (bh_proc_find_env (block, length, "A"), ==, "1");
  g_assert_cmpstr (bh_proc_find_env (block, length, "NAMES"), ==, "no");
  /* The first one counts, as for getenv(). */
  g_assert_cmpstr (bh_proc_find_env (block, length, "NAME"), ==, "");
  g_assert_null (bh_proc_find_env (block, length, "NAM"));
  g_assert_null (bh_proc_find_env (block, length, "second"));
  g_assert_null (bh_proc_find_env (block, length, "OTHER"));
  /* Not terminated in what was read: it may go on. */
  g_assert_null (bh_proc_find_env (block, length, "LAST"));
  for (gsize cut = 0; cut < length; cut++)
    {
      g_autofree char *part = g_memdup2 (BLOCK, cut);
      const char *value = bh_proc_find_env (part != NULL ? part : "", cut, "NAME");

      g_assert_true (value == NULL || (value > part && value < part + cut));
    }
  g_assert_null (bh_proc_find_env ("", 0, "A"));
  g_assert_cmpstr (bh_proc_find_env ("\0\0=x\0A=b\0", 9, "A"), ==, "b");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/proc-text/stat", test_stat);
  g_test_add_func ("/proc-text/names", test_names);
  g_test_add_func ("/proc-text/cut-off", test_cut_off);
  g_test_add_func ("/proc-text/bad-stat", test_bad_stat);
  g_test_add_func ("/proc-text/huge-stat", test_huge_stat);
  g_test_add_func ("/proc-text/statm", test_statm);
  g_test_add_func ("/proc-text/rollup", test_rollup);
  g_test_add_func ("/proc-text/rollup-cut-off", test_rollup_cut_off);
  g_test_add_func ("/proc-text/status", test_status);
  g_test_add_func ("/proc-text/io", test_io);
  g_test_add_func ("/proc-text/noise", test_noise);
  g_test_add_func ("/proc-text/traced", test_traced);
  g_test_add_func ("/proc-text/env", test_env);

  return g_test_run ();
}
