/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-history-scale.h"

#include "bh-units.h"

#include <glib/gi18n.h>
#include <math.h>

/*
 * The axes of a graph of something over time: where to put marks so that they are round numbers
 * in the unit, and round times on the clock on the wall, and what to write there.
 */

#define SECOND ((gint64) G_USEC_PER_SEC)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* The least that an axis shows: a graph of an app that does nothing is not one of its noise. */
#define LEAST_BYTES   (16.0 * 1024 * 1024)
#define LEAST_PERCENT 10.0

/* Of whole days all are taken. */
static const gint64 time_steps[] = {
  5 * SECOND,  10 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE,   2 * MINUTE, 5 * MINUTE, 10 * MINUTE,
  15 * MINUTE, 30 * MINUTE, HOUR,        2 * HOUR,    4 * HOUR, 6 * HOUR,   12 * HOUR,
};

static void
tick_clear (gpointer data)
{
  g_free (((BhHistoryTick *) data)->label);
}

static GArray *
ticks_new (void)
{
  GArray *ticks = g_array_new (FALSE, FALSE, sizeof (BhHistoryTick));

  g_array_set_clear_func (ticks, tick_clear);

  return ticks;
}

static void
take_tick (GArray *ticks, double value, char *label)
{
  BhHistoryTick tick = { value, label };

  g_array_append_val (ticks, tick);
}

/**
 * bh_history_scale_get_step:
 * @unit: what is measured
 * @most: the largest value that is to be seen
 * @n_steps: how many steps there is room for
 *
 * Finds a round step: a power of two of bytes, or 1, 2, 5 per cent and ten times these.
 *
 * Returns: the least such step of which @n_steps reach @most
 */
double
bh_history_scale_get_step (BhHistoryUnit unit, double most, guint n_steps)
{
  double least;
  double power;

  g_return_val_if_fail (n_steps > 0, 1);

  most = MAX (most, unit == BH_HISTORY_UNIT_BYTES ? LEAST_BYTES : LEAST_PERCENT);
  least = most / n_steps;
  if (unit == BH_HISTORY_UNIT_BYTES)
    return exp2 (ceil (log2 (least)));

  power = pow (10, floor (log10 (least)));
  for (guint i = 0; i < 3; i++)
    {
      static const double factors[] = { 1, 2, 5 };

      if (factors[i] * power >= least * (1 - 1e-9))
        return factors[i] * power;
    }

  return 10 * power;
}

/**
 * bh_history_scale_get_top:
 * @unit: what is measured
 * @most: the largest value that is to be seen
 * @n_steps: how many steps there is room for
 *
 * Returns: where the axis ends: a whole number of steps, and not less than @most
 */
double
bh_history_scale_get_top (BhHistoryUnit unit, double most, guint n_steps)
{
  double step = bh_history_scale_get_step (unit, most, n_steps);

  most = MAX (most, unit == BH_HISTORY_UNIT_BYTES ? LEAST_BYTES : LEAST_PERCENT);

  return step * ceil (most / step - 1e-9);
}

/**
 * bh_history_scale_get_values:
 * @unit: what is measured
 * @top: where the axis ends
 * @n_steps: how many steps there is room for
 *
 * Returns: (transfer full) (element-type BhHistoryTick): the marks, 0 first
 */
GArray *
bh_history_scale_get_values (BhHistoryUnit unit, double top, guint n_steps)
{
  GArray *ticks = ticks_new ();
  double step = bh_history_scale_get_step (unit, top, n_steps);

  for (guint i = 0; i * step <= top * (1 + 1e-9); i++)
    take_tick (ticks, i * step, bh_history_scale_format (unit, i * step));

  return ticks;
}

static gint64
get_unix_usec (GDateTime *when)
{
  return g_date_time_to_unix (when) * SECOND + g_date_time_get_microsecond (when);
}

static GDateTime *
get_local (gint64 time, GTimeZone *zone)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time / SECOND);

  return g_date_time_to_timezone (utc, zone);
}

static void
take_time (GArray *ticks, gint64 time, gint64 step, GTimeZone *zone)
{
  g_autoptr (GDateTime) local = get_local (time, zone);
  const char *format;

  if (step >= DAY)
    /* Translators: a day on the axis of a graph, for strftime: “Mon 23”. */
    format = _("%a %-d");
  else if (step >= MINUTE)
    /* Translators: a time on the axis of a graph, for strftime: “14:05”. */
    format = _("%H:%M");
  else
    /* Translators: a time with seconds on the axis of a graph, for strftime: “14:05:30”. */
    format = _("%H:%M:%S");
  take_tick (ticks, (double) time, g_date_time_format (local, format));
}

/* Days, and the hours in them, as the clock on the wall shows them: a day may have 23 of them. */
static void
add_wall_times (GArray *ticks, gint64 since, gint64 until, gint64 step, GTimeZone *zone)
{
  g_autoptr (GDateTime) local = get_local (since, zone);
  g_autoptr (GDateTime) day
      = g_date_time_new (zone, g_date_time_get_year (local), g_date_time_get_month (local),
                         g_date_time_get_day_of_month (local), 0, 0, 0);
  gint64 last = G_MININT64;
  int hours = (int) (step / HOUR);

  while (day != NULL && get_unix_usec (day) < until)
    {
      GDateTime *next = NULL;

      for (int hour = 0; hour < 24; hour += MIN (hours, 24))
        {
          g_autoptr (GDateTime) when
              = g_date_time_new (zone, g_date_time_get_year (day), g_date_time_get_month (day),
                                 g_date_time_get_day_of_month (day), hour, 0, 0);
          gint64 time = when != NULL ? get_unix_usec (when) : last;

          if (time > last && time >= since && time < until)
            take_time (ticks, time, step, zone);
          last = MAX (last, time);
        }
      next = g_date_time_add_days (day, MAX (1, hours / 24));
      g_date_time_unref (day);
      day = next;
    }
}

/**
 * bh_history_scale_get_times:
 * @since: where the axis begins, in microseconds since 1970-01-01 UTC
 * @until: where it ends
 * @n_ticks: how many marks there is room for
 * @zone: whose times are written
 *
 * Returns: (transfer full) (element-type BhHistoryTick): the marks, the earliest first
 */
GArray *
bh_history_scale_get_times (gint64 since, gint64 until, guint n_ticks, GTimeZone *zone)
{
  GArray *ticks = ticks_new ();
  gint64 step = 0;
  gint64 offset;

  g_return_val_if_fail (until > since && zone != NULL, ticks);

  n_ticks = MAX (n_ticks, 1);
  for (guint i = 0; step == 0 && i < G_N_ELEMENTS (time_steps); i++)
    if ((until - since) / time_steps[i] <= n_ticks)
      step = time_steps[i];
  for (gint64 days = 1; step == 0; days++)
    if ((until - since) / (days * DAY) <= n_ticks)
      step = days * DAY;

  if (step >= HOUR)
    {
      add_wall_times (ticks, since, until, step, zone);
      return ticks;
    }

  /* Some zones are half an hour off, or were some minutes. */
  offset = (gint64) g_time_zone_get_offset (
               zone, g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, since / SECOND))
           * SECOND;
  for (gint64 time = ((since + offset + step - 1) / step) * step - offset; time < until;
       time += step)
    take_time (ticks, time, step, zone);

  return ticks;
}

/**
 * bh_history_scale_format:
 * @unit: what is measured
 * @value: a value, not negative
 *
 * Writes a value without the decimals that a round number does not need: “512 MiB”, “1.5 GiB”,
 * “80 %”.
 *
 * Returns: (transfer full): the text
 */
char *
bh_history_scale_format (BhHistoryUnit unit, double value)
{
  static const char *const units[] = { N_("%.*f KiB"), N_("%.*f MiB"), N_("%.*f GiB") };
  double scaled = value / 1024;
  guint i = 0;

  if (unit == BH_HISTORY_UNIT_PERCENT)
    {
      gboolean whole = fabs (value - round (value)) < 0.05;

      /* Translators: a share of the processor on the axis of a graph, such as “50 %”. */
      return g_strdup_printf (_("%.*f %%"), whole ? 0 : 1, value);
    }

  if (value <= 0)
    return g_strdup ("0");
  while (scaled >= 1024 && i + 1 < G_N_ELEMENTS (units))
    {
      scaled /= 1024;
      i++;
    }

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (_(units[i]), fabs (scaled - round (scaled)) < 0.05 ? 0 : 1, scaled);
#pragma GCC diagnostic pop
}

/**
 * bh_history_scale_format_time:
 * @time: a moment, in microseconds since 1970-01-01 UTC
 * @span: how much time the graph shows, in microseconds
 * @zone: whose time is written
 *
 * Writes a moment as exactly as the graph has it.
 *
 * Returns: (transfer full): the text
 */
char *
bh_history_scale_format_time (gint64 time, gint64 span, GTimeZone *zone)
{
  g_autoptr (GDateTime) local = NULL;

  g_return_val_if_fail (zone != NULL, NULL);

  local = get_local (time, zone);
  if (span > DAY)
    /* Translators: a moment of the last days, for strftime: “Mon 23, 14:05”. */
    return g_date_time_format (local, _("%a %-d, %H:%M"));
  if (span > 15 * MINUTE)
    return g_date_time_format (local, _("%H:%M"));

  return g_date_time_format (local, _("%H:%M:%S"));
}
