/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-time.h"

#include "bh-error.h"
#include "bh-text.h"
#include "bh-units.h"

#include <glib/gi18n.h>

#include <string.h>

/*
 * Points in time, as people type them (“2h” ago, “yesterday”, a date) and read them. The service
 * and everything in between count microseconds since 1970-01-01 UTC.
 */

static guint64
to_microseconds (GDateTime *time)
{
  gint64 value = g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time);

  return value > 0 ? (guint64) value : 0;
}

/* Midnight, @days before @now. */
static GDateTime *
get_day (GDateTime *now, int days)
{
  g_autoptr (GDateTime) day = g_date_time_add_days (now, -days);

  return g_date_time_new (g_date_time_get_timezone (now), g_date_time_get_year (day),
                          g_date_time_get_month (day), g_date_time_get_day_of_month (day), 0, 0, 0);
}

/* “2026-11-25”, “2026-11-25 17:30”, “2026-11-25T17:30:00Z” and “17:30”, that of today. */
static GDateTime *
parse_date (const char *text, GDateTime *now)
{
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");
  const char *const forms[][2] = {
    { "", "" }, { "", "T00:00:00" }, { "", ":00" }, { today, "" }, { today, ":00" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autofree char *whole
          = g_strconcat (forms[i][0], *forms[i][0] != '\0' ? "T" : "", text, forms[i][1], NULL);
      GDateTime *time = g_date_time_new_from_iso8601 (whole, g_date_time_get_timezone (now));

      if (time != NULL)
        return time;
    }

  return NULL;
}

static GDateTime *
parse_ago (const char *text, GDateTime *now)
{
  g_autofree char *duration = g_strdup (text);
  gint64 microseconds;

  /* “2h ago” is what systemd has people write, and a bare number what nobody can be sure of. */
  if (g_str_has_suffix (duration, " ago"))
    duration[strlen (duration) - strlen (" ago")] = '\0';
  if (strspn (duration, "0123456789 ") == strlen (duration)
      || !bh_units_parse_duration (duration, &microseconds, NULL))
    return NULL;

  return g_date_time_add (now, -microseconds);
}

/**
 * bh_cli_time_parse:
 * @text: what the user typed
 * @now: the time, in the user's time zone
 * @microseconds: (out): since 1970-01-01 UTC
 * @error: return location for an error
 *
 * Reads a point in time: “now”, “today”, “yesterday” (midnight), how long ago (“10m”, “2h 30min”,
 * “3d”), a date, a date and a time of day, or a time of day of today.
 *
 * Returns: %FALSE with %BH_ERROR_INVALID_VALUE when @text is none
 */
gboolean
bh_cli_time_parse (const char *text, GDateTime *now, guint64 *microseconds, GError **error)
{
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *stripped = NULL;
  g_autofree char *quoted = NULL;

  g_return_val_if_fail (text != NULL && now != NULL && microseconds != NULL, FALSE);

  stripped = g_strstrip (g_strdup (text));
  if (g_str_equal (stripped, "now"))
    time = g_date_time_ref (now);
  else if (g_str_equal (stripped, "today"))
    time = get_day (now, 0);
  else if (g_str_equal (stripped, "yesterday"))
    time = get_day (now, 1);
  else
    time = parse_ago (stripped, now);
  if (time == NULL)
    time = parse_date (stripped, now);
  if (time != NULL)
    {
      *microseconds = to_microseconds (time);
      return TRUE;
    }

  quoted = bh_text_quote (text);
  g_set_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE,
               _("%s is no time: write how long ago, such as “10m”, “2h” or “3d”, “yesterday”, or "
                 "a date and time, such as “2026-11-25 17:30”"),
               quoted);

  return FALSE;
}

/**
 * bh_cli_time_format:
 * @microseconds: since 1970-01-01 UTC
 * @format: as g_date_time_format() has it
 *
 * Writes a point in time in the user's time zone.
 *
 * Returns: (transfer full): the text, "" for what is in no calendar
 */
char *
bh_cli_time_format (guint64 microseconds, const char *format)
{
  g_autoptr (GDateTime) time
      = g_date_time_new_from_unix_local ((gint64) (microseconds / G_USEC_PER_SEC));
  char *text = time != NULL ? g_date_time_format (time, format) : NULL;

  return text != NULL ? text : g_strdup ("");
}

/**
 * bh_cli_time_format_json:
 * @microseconds: since 1970-01-01 UTC
 *
 * Writes a point in time as ISO 8601 has it, in UTC, with what there is of a second.
 *
 * Returns: (transfer full) (nullable): the text, %NULL for what is in no calendar
 */
char *
bh_cli_time_format_json (guint64 microseconds)
{
  g_autoptr (GDateTime) whole
      = g_date_time_new_from_unix_utc ((gint64) (microseconds / G_USEC_PER_SEC));
  g_autoptr (GDateTime) time = NULL;

  if (whole != NULL)
    time = g_date_time_add (whole, (GTimeSpan) (microseconds % G_USEC_PER_SEC));

  return time != NULL ? g_date_time_format_iso8601 (time) : NULL;
}
