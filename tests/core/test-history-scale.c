/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-history-scale.h"

#include <string.h>

#define S   ((gint64) G_USEC_PER_SEC)
#define MIB (1024.0 * 1024)

/* The marks as one text, "|" between them. */
static void
assert_labels (GArray *ticks, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < ticks->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "|" : "",
                            g_array_index (ticks, BhHistoryTick, i).label);
  g_assert_cmpstr (text->str, ==, expected);
  g_array_unref (ticks);
}

static void
assert_values (BhHistoryUnit unit, double most, guint n_steps, const char *expected)
{
  double top = bh_history_scale_get_top (unit, most, n_steps);

  g_assert_cmpfloat (top, >=, most);
  assert_labels (bh_history_scale_get_values (unit, top, n_steps), expected);
}

static void
test_values (void)
{
  assert_values (BH_HISTORY_UNIT_BYTES, 300 * MIB, 4, "0|128 MiB|256 MiB|384 MiB");
  assert_values (BH_HISTORY_UNIT_BYTES, 512 * MIB, 4, "0|128 MiB|256 MiB|384 MiB|512 MiB");
  assert_values (BH_HISTORY_UNIT_BYTES, 513 * MIB, 2, "0|512 MiB|1 GiB");
  assert_values (BH_HISTORY_UNIT_BYTES, 5000 * MIB, 4, "0|2 GiB|4 GiB|6 GiB");
  assert_values (BH_HISTORY_UNIT_BYTES, 1300 * MIB, 5, "0|512 MiB|1 GiB|1.5 GiB");
  /* An app that uses next to nothing. */
  assert_values (BH_HISTORY_UNIT_BYTES, 0, 2, "0|8 MiB|16 MiB");
  assert_values (BH_HISTORY_UNIT_PERCENT, 0.3, 2, "0 %|5 %|10 %");
  assert_values (BH_HISTORY_UNIT_PERCENT, 80, 4, "0 %|20 %|40 %|60 %|80 %");
  assert_values (BH_HISTORY_UNIT_PERCENT, 398, 4, "0 %|100 %|200 %|300 %|400 %");
  assert_values (BH_HISTORY_UNIT_PERCENT, 100, 1, "0 %|100 %");
}

static gint64
parse (const char *text, GTimeZone *zone)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_iso8601 (text, zone);

  g_assert_nonnull (when);

  return g_date_time_to_unix (when) * S;
}

static void
assert_times (const char *zone_name,
              const char *until_text,
              gint64 span,
              guint n,
              const char *expected)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (zone_name);
  gint64 until;

  if (zone == NULL)
    {
      g_test_skip ("there is no time zone data");
      return;
    }
  until = parse (until_text, zone);
  assert_labels (bh_history_scale_get_times (until - span * S, until, n, zone), expected);
}

static void
test_times (void)
{
  assert_times ("UTC", "2026-03-10T14:05:07", 60, 4, "14:04:15|14:04:30|14:04:45|14:05:00");
  assert_times ("UTC", "2026-03-10T14:05:07", 600, 5, "13:56|13:58|14:00|14:02|14:04");
  assert_times ("UTC", "2026-03-10T14:05:07", 3600, 7, "13:10|13:20|13:30|13:40|13:50|14:00");
  assert_times ("UTC", "2026-03-10T14:05:07", 86400, 6, "16:00|20:00|00:00|04:00|08:00|12:00");
  assert_times ("UTC", "2026-03-10T14:05:07", 7 * 86400, 8,
                "Wed 4|Thu 5|Fri 6|Sat 7|Sun 8|Mon 9|Tue 10");
  /* There is room for one mark only. */
  assert_times ("UTC", "2026-03-10T14:05:07", 3600, 1, "14:00");
  assert_times ("UTC", "2026-03-10T14:05:07", 7 * 86400, 1, "Sat 7");
}

static void
test_zones (void)
{
  /* A quarter of an hour off. */
  assert_times ("Asia/Kathmandu", "2026-03-10T14:05:07", 3600, 4, "13:15|13:30|13:45|14:00");
  assert_times ("Asia/Kathmandu", "2026-03-10T14:05:07", 86400, 2, "00:00|12:00");
  /* The clock goes from 2 to 3, and at the end of summer from 3 to 2: the hours of the day stay. */
  assert_times ("Europe/Berlin", "2026-03-29T14:00:00", 86400, 6,
                "16:00|20:00|00:00|04:00|08:00|12:00");
  assert_times ("Europe/Berlin", "2026-10-25T14:00:00", 86400, 6,
                "16:00|20:00|00:00|04:00|08:00|12:00");
  assert_times ("Europe/Berlin", "2026-03-31T12:00:00", 7 * 86400, 8,
                "Wed 25|Thu 26|Fri 27|Sat 28|Sun 29|Mon 30|Tue 31");
}

static void
test_moments (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  gint64 time = parse ("2026-03-10T14:05:07", zone);
  g_autofree char *live = bh_history_scale_format_time (time, 600 * S, zone);
  g_autofree char *hour = bh_history_scale_format_time (time, 3600 * S, zone);
  g_autofree char *week = bh_history_scale_format_time (time, 7 * 86400 * S, zone);

  g_assert_cmpstr (live, ==, "14:05:07");
  g_assert_cmpstr (hour, ==, "14:05");
  g_assert_cmpstr (week, ==, "Tue 10, 14:05");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/history-scale/values", test_values);
  g_test_add_func ("/history-scale/times", test_times);
  g_test_add_func ("/history-scale/zones", test_zones);
  g_test_add_func ("/history-scale/moments", test_moments);

  return g_test_run ();
}
