/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-error.h"
#include "bh-limit-text.h"

#include <string.h>

#define MIB (G_GUINT64_CONSTANT (1) << 20)

static void
test_names (void)
{
  for (guint i = 0; i < BH_N_LIMITS; i++)
    {
      BhLimitKinds kind = (BhLimitKinds) (1 << i);
      BhLimitKinds found = 0;

      g_assert_true (bh_limit_from_name (bh_limit_get_name (kind), &found));
      g_assert_cmpint (found, ==, kind);
      g_assert_cmpstr (bh_limit_get_label (kind), !=, "");
    }
  g_assert_false (bh_limit_from_name ("disk", &(BhLimitKinds){ 0 }));
}

static void
assert_good (const char *text, BhLimitKinds kind, guint64 value)
{
  g_autoptr (GError) error = NULL;
  BhLimitKinds got_kind = 0;
  guint64 got = 1;

  g_assert_true (bh_limit_parse_assignment (text, &got_kind, &got, &error));
  g_assert_no_error (error);
  g_assert_cmpint (got_kind, ==, kind);
  g_assert_cmpuint (got, ==, value);
}

static void
test_good (void)
{
  assert_good ("memory=512M", BH_LIMIT_MEMORY, 512 * MIB);
  assert_good ("memory=1048576", BH_LIMIT_MEMORY, MIB);
  assert_good ("memory-high=1.5 GiB", BH_LIMIT_MEMORY_HIGH, 1536 * MIB);
  assert_good ("cpu=50%", BH_LIMIT_CPU, 50);
  assert_good ("cpu=250", BH_LIMIT_CPU, 250);
  assert_good ("cpu-time=1h 30min", BH_LIMIT_CPU_TIME, 90 * G_TIME_SPAN_MINUTE);
  assert_good ("cpu-time=90", BH_LIMIT_CPU_TIME, 90 * G_TIME_SPAN_SECOND);
  assert_good ("tasks=256", BH_LIMIT_TASKS, 256);
  assert_good ("tasks= 256 ", BH_LIMIT_TASKS, 256);
  assert_good ("tasks=4194304", BH_LIMIT_TASKS, 4194304);
  assert_good ("memory=none", BH_LIMIT_MEMORY, 0);
  assert_good ("tasks=none", BH_LIMIT_TASKS, 0);
}

static void
assert_bad (const char *text, const char *in_message)
{
  g_autoptr (GError) error = NULL;
  BhLimitKinds kind;
  guint64 value;

  g_assert_false (bh_limit_parse_assignment (text, &kind, &value, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, in_message));
}

static void
test_bad (void)
{
  assert_bad ("memory", "“memory=512M”");
  assert_bad ("", "sets no limit");
  assert_bad ("memori=1M", "did you mean “memory”");
  assert_bad ("xyzzy=1M", "memory, memory-high, cpu, cpu-time, tasks");
  assert_bad ("=1M", "There is no limit “”");
  assert_bad ("memory=512MB", "memory: “512MB” is not a size");
  assert_bad ("memory=", "memory: “” is not a size");
  assert_bad ("memory=-1", "memory: ");
  assert_bad ("memory=0", "“none” removes it");
  assert_bad ("cpu=0%", "“none” removes it");
  assert_bad ("cpu-time=0s", "“none” removes it");
  assert_bad ("tasks=0", "“none” removes it");
  assert_bad ("cpu=half", "cpu: “half” is not a percentage");
  assert_bad ("cpu=9999999", "too large");
  assert_bad ("cpu-time=soon", "cpu-time: “soon” is not a duration");
  assert_bad ("tasks=many", "tasks: “many” is not a number of threads");
  assert_bad ("tasks=4194305", "up to 4194304");
  assert_bad ("tasks=1.5", "tasks: ");
  assert_bad ("tasks=none of them", "tasks: ");
}

static void
assert_written (BhLimitKinds kind, guint64 value, const char *expected)
{
  g_autofree char *written = bh_limit_write (kind, value);
  g_autoptr (GError) error = NULL;
  guint64 again = 1;

  g_assert_cmpstr (written, ==, expected);
  g_assert_true (bh_limit_parse (kind, written, &again, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (again, ==, value);
}

static void
test_write (void)
{
  assert_written (BH_LIMIT_MEMORY, 512 * MIB, "512M");
  assert_written (BH_LIMIT_MEMORY, 2048 * MIB, "2G");
  assert_written (BH_LIMIT_MEMORY, 1000, "1000");
  assert_written (BH_LIMIT_MEMORY_HIGH, 1536, "1536");
  assert_written (BH_LIMIT_MEMORY_HIGH, 3072, "3K");
  assert_written (BH_LIMIT_CPU, 250, "250%");
  assert_written (BH_LIMIT_CPU_TIME, G_TIME_SPAN_HOUR, "1h");
  assert_written (BH_LIMIT_CPU_TIME, 90 * G_TIME_SPAN_MINUTE, "90min");
  assert_written (BH_LIMIT_CPU_TIME, 48 * G_TIME_SPAN_HOUR, "2d");
  assert_written (BH_LIMIT_CPU_TIME, 1500 * G_TIME_SPAN_MILLISECOND, "1500ms");
  assert_written (BH_LIMIT_CPU_TIME, 7, "7us");
  assert_written (BH_LIMIT_TASKS, 256, "256");
  assert_written (BH_LIMIT_TASKS, 0, "none");
  assert_written (BH_LIMIT_MEMORY, 0, "none");
}

static void
assert_formatted (BhLimitKinds kind, guint64 value, const char *expected)
{
  g_autofree char *text = bh_limit_format (kind, value);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_format (void)
{
  assert_formatted (BH_LIMIT_MEMORY, 512 * MIB, "512.0\302\240MiB");
  assert_formatted (BH_LIMIT_CPU, 50, "50 %");
  assert_formatted (BH_LIMIT_CPU_TIME, G_TIME_SPAN_HOUR, "1 h 0 min");
  assert_formatted (BH_LIMIT_CPU_TIME, G_MAXUINT64, "106751991 d 4 h");
  assert_formatted (BH_LIMIT_TASKS, 256, "256");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/limit-text/names", test_names);
  g_test_add_func ("/limit-text/good", test_good);
  g_test_add_func ("/limit-text/bad", test_bad);
  g_test_add_func ("/limit-text/write", test_write);
  g_test_add_func ("/limit-text/format", test_format);

  return g_test_run ();
}
