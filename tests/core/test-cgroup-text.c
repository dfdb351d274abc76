/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-cgroup-text.h"

static void
test_path (void)
{
  static const struct
  {
    const char *text;
    const char *path;
  } table[] = {
    { "0::/user.slice/user-1000.slice/user@1000.service/app.slice/a.scope\n",
      "/user.slice/user-1000.slice/user@1000.service/app.slice/a.scope" },
    /* A machine with both hierarchies. */
    { "12:memory:/foo\n1:name=systemd:/bar\n0::/baz qux\n", "/baz qux" },
    { "0::/\n", "/" },
    { "0::/", "/" },
    { "0::/a.scope (deleted)\n", NULL },
    { "0::/..\n", NULL },
    { "0::/../other\n", NULL },
    { "12:memory:/foo\n", NULL },
    { "0::relative\n", NULL },
    { "", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *path = bh_cgroup_parse_path (table[i].text);

      g_assert_cmpstr (path, ==, table[i].path);
    }
}

static void
test_value (void)
{
  static const char *const bad[] = { "", "\n", "-1", "0x10", "1 2", "maximum" };
  guint64 value = 7;

  g_assert_true (bh_cgroup_parse_value ("536870912\n", &value));
  g_assert_cmpuint (value, ==, 536870912);
  g_assert_true (bh_cgroup_parse_value ("max\n", &value));
  g_assert_true (value == G_MAXUINT64);
  g_assert_true (bh_cgroup_parse_value ("0", &value));
  g_assert_cmpuint (value, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (bh_cgroup_parse_value (bad[i], &value));
}

static void
test_key (void)
{
  static const char *const events
      = "low 0\nhigh 12\nmax 3\noom 2\noom_kill 1\noom_group_kill 0\nodd\nworse x\n";
  guint64 value = 0;

  g_assert_true (bh_cgroup_find_key (events, "oom", &value));
  g_assert_cmpuint (value, ==, 2);
  g_assert_true (bh_cgroup_find_key (events, "oom_kill", &value));
  g_assert_cmpuint (value, ==, 1);
  g_assert_false (bh_cgroup_find_key (events, "oom_k", &value));
  g_assert_false (bh_cgroup_find_key (events, "odd", &value));
  g_assert_false (bh_cgroup_find_key (events, "worse", &value));
  g_assert_false (bh_cgroup_find_key ("", "oom", &value));
  g_assert_false (bh_cgroup_find_key ("oom 1 2\n", "oom", &value));
}

static void
test_sum (void)
{
  static const char *const bad[] = { "8:0 rbytes=x\n", "8:0 rbytes=\n", "8:0 rbytes=-1\n",
                                     "8:0 rbytes=18446744073709551615\n8:16 rbytes=1\n" };
  guint64 sum = 7;

  g_assert_true (bh_cgroup_sum_keys ("8:16 rbytes=1459200 wbytes=314773504 rios=192 dbytes=0\n"
                                     "8:0 rbytes=90430464 wbytes=299008000 rios=8950 dbytes=3\n",
                                     "rbytes", &sum));
  g_assert_cmpuint (sum, ==, 1459200 + 90430464);
  g_assert_true (bh_cgroup_sum_keys ("", "rbytes", &sum));
  g_assert_cmpuint (sum, ==, 0);
  g_assert_true (bh_cgroup_sum_keys ("8:0 wbytes=5\n", "bytes", &sum));
  g_assert_cmpuint (sum, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (bh_cgroup_sum_keys (bad[i], "rbytes", &sum));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cgroup-text/path", test_path);
  g_test_add_func ("/cgroup-text/value", test_value);
  g_test_add_func ("/cgroup-text/key", test_key);
  g_test_add_func ("/cgroup-text/sum", test_sum);

  return g_test_run ();
}
