/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-units.h"

#include "bh-error.h"

#define K G_GUINT64_CONSTANT (1024)
#define S G_GINT64_CONSTANT (1000000)

static void
test_size (void)
{
  static const struct
  {
    const char *text;
    guint64 bytes;
  } good[] = {
    { "0", 0 },
    { "1", 1 },
    { "1048576", K * K },
    { "17B", 17 },
    { "1K", K },
    { "512M", 512 * K * K },
    { "1.5G", K * K * K * 3 / 2 },
    { "2T", 2 * K * K * K * K },
    { "1 KiB", K },
    { "1MiB", K * K },
    { "3 GiB", 3 * K * K * K },
    { "1TiB", K * K * K * K },
    { " 8 K ", 8 * K },
    { "0.5K", 512 },
    { "0.1K", 102 },
    { "1.0000000000000000000000000001K", K },
    { "9223372036854775807", G_MAXINT64 },
    { "8388607T", 8388607 * K * K * K * K },
  };
  static const char *const bad[] = {
    "",      " ",    "K",     "M512", "-1", "+1",   "1.",   ".5",       "1.5.2",
    "512MB", "512m", "1k",    "1E",   "1P", "0x10", "1,5G", "1G1",      "1G 1M",
    "1 2",   "1e6",  "512M;", "inf",  "٥",  "1µ",   "1KB",  "infinity",
  };
  static const char *const large[] = {
    "9223372036854775808",
    "8388608T",
    "99999999999999999999999999999",
    "8388608.5T",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 bytes = 7;

      bh_units_parse_size (good[i].text, &bytes, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (bytes, ==, good[i].bytes);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 bytes = 7;

      g_assert_false (bh_units_parse_size (bad[i], &bytes, &error));
      g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE);
      g_assert_nonnull (g_strstr_len (error->message, -1, "not a size"));
      g_assert_cmpuint (bytes, ==, 7);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (large); i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 bytes = 7;

      g_assert_false (bh_units_parse_size (large[i], &bytes, &error));
      g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE);
      g_assert_nonnull (g_strstr_len (error->message, -1, "too large"));
    }
}

static void
test_percent (void)
{
  static const struct
  {
    const char *text;
    guint percent;
  } good[] = {
    { "0", 0 },   { "0%", 0 },        { "80%", 80 },
    { "80", 80 }, { " 150 % ", 150 }, { "1000000%", 1000000 },
  };
  static const char *const bad[] = {
    "", "%", "-1%", "80%%", "80 80", "12.5%", "0x10", "a", "8%0",
  };
  static const char *const large[] = { "1000001", "4294967297%", "99999999999999999999%" };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      guint percent = 7;

      bh_units_parse_percent (good[i].text, &percent, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (percent, ==, good[i].percent);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      guint percent = 7;

      g_assert_false (bh_units_parse_percent (bad[i], &percent, &error));
      g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE);
      g_assert_nonnull (g_strstr_len (error->message, -1, "not a percentage"));
      g_assert_cmpuint (percent, ==, 7);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (large); i++)
    {
      g_autoptr (GError) error = NULL;
      guint percent = 7;

      g_assert_false (bh_units_parse_percent (large[i], &percent, &error));
      g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE);
      g_assert_nonnull (g_strstr_len (error->message, -1, "too large"));
    }
}

static void
test_duration (void)
{
  static const struct
  {
    const char *text;
    gint64 microseconds;
  } good[] = {
    { "0", 0 },
    { "60", 60 * S },
    { "1.5", S * 3 / 2 },
    { "250us", 250 },
    { "250 usec", 250 },
    { "250µs", 250 },
    { "250μs", 250 },
    { "500ms", S / 2 },
    { "500 msec", S / 2 },
    { "90s", 90 * S },
    { "1sec", S },
    { "1 second", S },
    { "2 seconds", 2 * S },
    { "2m", 120 * S },
    { "2min", 120 * S },
    { "1 minute", 60 * S },
    { "2 minutes", 120 * S },
    { "1h", 3600 * S },
    { "1hr", 3600 * S },
    { "1 hour", 3600 * S },
    { "2 hours", 7200 * S },
    { "1d", 86400 * S },
    { "1 day", 86400 * S },
    { "2 days", 172800 * S },
    { "1w", 604800 * S },
    { "1 week", 604800 * S },
    { "2 weeks", 1209600 * S },
    { "1M", 2629800 * S },
    { "1 month", 2629800 * S },
    { "2 months", 5259600 * S },
    { "1y", 31557600 * S },
    { "1 year", 31557600 * S },
    { "2 years", 63115200 * S },
    { "1h 30min", 5400 * S },
    { "1h30min", 5400 * S },
    { "1h 30", 3630 * S },
    { " 1h  30min 5 ", 5405 * S },
    { "0.3ms", 300 },
    { "9223372036854775807us", G_MAXINT64 },
  };
  static const char *const bad[] = {
    "", " ", "s", "-1s", "1x", "1 hour and", "5 S", "1h,30m", "infinity", "1.h", "1H",
  };
  static const char *const large[] = {
    "9223372036854775808us", "99999999999999999999",      "300000y",
    "9223372036854.9s",      "9223372036854775807us 1us",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 microseconds = 7;

      bh_units_parse_duration (good[i].text, &microseconds, &error);
      g_assert_no_error (error);
      g_assert_cmpint (microseconds, ==, good[i].microseconds);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 microseconds = 7;

      g_assert_false (bh_units_parse_duration (bad[i], &microseconds, &error));
      g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE);
      g_assert_nonnull (g_strstr_len (error->message, -1, "not a duration"));
      g_assert_cmpint (microseconds, ==, 7);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (large); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 microseconds = 7;

      g_assert_false (bh_units_parse_duration (large[i], &microseconds, &error));
      g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE);
      g_assert_nonnull (g_strstr_len (error->message, -1, "too large"));
    }
}

/* GLib puts a no-break space between number and unit. */
static void
assert_size (guint64 bytes, const char *number, const char *unit)
{
  g_autofree char *text = bh_units_format_size (bytes);

  g_assert_true (g_str_has_prefix (text, number));
  g_assert_true (g_str_has_suffix (text, unit));
}

static void
test_format_size (void)
{
  assert_size (0, "0", "bytes");
  assert_size (512 * K * K, "512.0", "MiB");
  assert_size (K * K * K * 3 / 2, "1.5", "GiB");
  assert_size (G_MAXUINT64, "16.0", "EiB");
}

static void
assert_duration (gint64 microseconds, const char *expected)
{
  g_autofree char *text = bh_units_format_duration (microseconds);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_format_duration (void)
{
  assert_duration (0, "0 s");
  assert_duration (999, "0 ms");
  assert_duration (350 * 1000, "350 ms");
  assert_duration (S, "1 s");
  assert_duration (42 * S + 999999, "42 s");
  assert_duration (60 * S, "1 min 0 s");
  assert_duration (312 * S, "5 min 12 s");
  assert_duration (3600 * S, "1 h 0 min");
  assert_duration (3900 * S, "1 h 5 min");
  assert_duration (2 * 86400 * S + 4 * 3600 * S, "2 d 4 h");
  assert_duration (G_MAXINT64, "106751991 d 4 h");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/units/size", test_size);
  g_test_add_func ("/units/percent", test_percent);
  g_test_add_func ("/units/duration", test_duration);
  g_test_add_func ("/units/format-size", test_format_size);
  g_test_add_func ("/units/format-duration", test_format_duration);

  return g_test_run ();
}
