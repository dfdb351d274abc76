/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-cli-figures.h"
#include "bh-cli-time.h"

#include "bh-error.h"

#include <string.h>

/*
 * Points in time as they are typed, and figures as short as a terminal wants them.
 */

/* The 25th of November 2026, 17:30:15, an hour east of Greenwich. */
static GDateTime *
make_now (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (3600);

  return g_date_time_new (zone, 2026, 11, 25, 17, 30, 15);
}

static void
test_parse (void)
{
  static const struct
  {
    const char *text;
    const char *expected;
  } cases[] = {
    { "now", "2026-11-25T16:30:15Z" },
    { "today", "2026-11-24T23:00:00Z" },
    { "yesterday", "2026-11-23T23:00:00Z" },
    { "10m", "2026-11-25T16:20:15Z" },
    { " 10m ", "2026-11-25T16:20:15Z" },
    { "2h", "2026-11-25T14:30:15Z" },
    { "2h 30min", "2026-11-25T14:00:15Z" },
    { "3d", "2026-11-22T16:30:15Z" },
    { "1w ago", "2026-11-18T16:30:15Z" },
    { "2026-11-20", "2026-11-19T23:00:00Z" },
    { "2026-11-20 08:15", "2026-11-20T07:15:00Z" },
    { "2026-11-20T08:15", "2026-11-20T07:15:00Z" },
    { "2026-11-20 08:15:30", "2026-11-20T07:15:30Z" },
    { "2026-11-20T08:15:30Z", "2026-11-20T08:15:30Z" },
    { "2026-11-20T08:15:30+05:00", "2026-11-20T03:15:30Z" },
    { "08:15", "2026-11-25T07:15:00Z" },
    { "08:15:30", "2026-11-25T07:15:30Z" },
  };
  g_autoptr (GDateTime) now = make_now ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *found = NULL;
      guint64 microseconds = 0;

      g_assert_true (bh_cli_time_parse (cases[i].text, now, &microseconds, &error));
      g_assert_no_error (error);
      found = bh_cli_time_format_json (microseconds);
      g_test_message ("“%s”", cases[i].text);
      g_assert_cmpstr (found, ==, cases[i].expected);
    }
}

static void
test_wrong (void)
{
  static const char *const texts[] = { "",      "10",  "20261", "soon",          "2026-13-01",
                                       "25:00", "-5m", "5x",    "2026-11-20 08", "tomorrow" };
  g_autoptr (GDateTime) now = make_now ();

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 microseconds = 0;

      g_test_message ("“%s”", texts[i]);
      g_assert_false (bh_cli_time_parse (texts[i], now, &microseconds, &error));
      g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE);
      g_assert_nonnull (strstr (error->message, texts[i]));
      g_assert_nonnull (strstr (error->message, "“2h”"));
    }
}

/* Longer ago than time began: the beginning. */
static void
test_long_ago (void)
{
  g_autoptr (GDateTime) now = make_now ();
  g_autoptr (GError) error = NULL;
  guint64 microseconds = 1;

  g_assert_true (bh_cli_time_parse ("100y", now, &microseconds, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (microseconds, ==, 0);
}

static void
test_json (void)
{
  g_autofree char *whole = bh_cli_time_format_json (1000000);
  g_autofree char *part = bh_cli_time_format_json (1250000);
  g_autofree char *never = bh_cli_time_format_json (G_MAXUINT64);

  g_assert_cmpstr (whole, ==, "1970-01-01T00:00:01Z");
  g_assert_cmpstr (part, ==, "1970-01-01T00:00:01.250000Z");
  g_assert_null (never);
}

static void
test_figures (void)
{
  static const struct
  {
    guint64 bytes;
    const char *text;
  } sizes[] = { { 0, "0" },
                { 1023, "1023" },
                { 1024, "1.0K" },
                { 10188, "9.9K" },
                { 10189, "10K" },
                { 1024 * 1024 - 1, "1024K" },
                { 312 * 1024 * 1024, "312M" },
                { G_GUINT64_CONSTANT (1288490189), "1.2G" },
                { G_MAXUINT64, "16E" } };
  static const struct
  {
    double percent;
    const char *text;
  } shares[]
      = { { -1, "–" }, { 0, "0.0%" }, { 12.34, "12.3%" }, { 999.9, "999.9%" }, { 1600, "1600%" } };
  static const struct
  {
    guint64 seconds;
    const char *time;
    const char *up_time;
  } times[] = { { 0, "0:00.00", "0s" },
                { 75, "1:15.00", "1m15s" },
                { 754, "12:34", "12m34s" },
                { 11107, "3:05:07", "3h05m" },
                { 4 * 86400 + 5 * 3600, "4d05h", "4d05h" } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *text = bh_cli_figures_dup_size (sizes[i].bytes);

      g_assert_cmpstr (text, ==, sizes[i].text);
    }
  for (guint i = 0; i < G_N_ELEMENTS (shares); i++)
    {
      g_autofree char *text = bh_cli_figures_dup_percent (shares[i].percent);

      g_assert_cmpstr (text, ==, shares[i].text);
    }
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *time = bh_cli_figures_dup_time (times[i].seconds * G_USEC_PER_SEC);
      g_autofree char *up_time = bh_cli_figures_dup_up_time ((double) times[i].seconds);

      g_assert_cmpstr (time, ==, times[i].time);
      g_assert_cmpstr (up_time, ==, times[i].up_time);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/time/parse", test_parse);
  g_test_add_func ("/cli/time/wrong", test_wrong);
  g_test_add_func ("/cli/time/long-ago", test_long_ago);
  g_test_add_func ("/cli/time/json", test_json);
  g_test_add_func ("/cli/time/figures", test_figures);

  return g_test_run ();
}
