/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-units.h"

#include "bh-error.h"
#include "bh-text.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/*
 * Sizes, percentages and durations as people write them in manifests and on command lines. The
 * spelling is systemd's (systemd.resource-control(5), systemd.time(7)), because that is where
 * the same people write the same limits; what is ambiguous there ("MB") is an error here.
 */

#define MAX_PERCENT 1000000

typedef struct
{
  const char *name;
  gint64 factor;
} Unit;

static const Unit size_units[] = {
  { "", 1 },
  { "B", 1 },
  { "K", G_GINT64_CONSTANT (1) << 10 },
  { "KiB", G_GINT64_CONSTANT (1) << 10 },
  { "M", G_GINT64_CONSTANT (1) << 20 },
  { "MiB", G_GINT64_CONSTANT (1) << 20 },
  { "G", G_GINT64_CONSTANT (1) << 30 },
  { "GiB", G_GINT64_CONSTANT (1) << 30 },
  { "T", G_GINT64_CONSTANT (1) << 40 },
  { "TiB", G_GINT64_CONSTANT (1) << 40 },
};

#define USEC   G_GINT64_CONSTANT (1)
#define MSEC   (1000 * USEC)
#define SECOND (1000 * MSEC)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define WEEK   (7 * DAY)
#define MONTH  (2629800 * SECOND)  /* 30.4375 days, as in systemd.time(7) */
#define YEAR   (31557600 * SECOND) /* 365.25 days */

static const Unit time_units[] = {
  { "", SECOND },    { "us", USEC },       { "usec", USEC },      { "µs", USEC },
  { "μs", USEC },    { "ms", MSEC },       { "msec", MSEC },      { "s", SECOND },
  { "sec", SECOND }, { "second", SECOND }, { "seconds", SECOND }, { "m", MINUTE },
  { "min", MINUTE }, { "minute", MINUTE }, { "minutes", MINUTE }, { "h", HOUR },
  { "hr", HOUR },    { "hour", HOUR },     { "hours", HOUR },     { "d", DAY },
  { "day", DAY },    { "days", DAY },      { "w", WEEK },         { "week", WEEK },
  { "weeks", WEEK }, { "M", MONTH },       { "month", MONTH },    { "months", MONTH },
  { "y", YEAR },     { "year", YEAR },     { "years", YEAR },
};

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\t';
}

static const char *
skip_space (const char *p)
{
  while (is_space (*p))
    p++;

  return p;
}

static const Unit *
find_unit (const Unit *units, gsize n_units, const char *name, gsize length)
{
  for (gsize i = 0; i < n_units; i++)
    if (strlen (units[i].name) == length && memcmp (units[i].name, name, length) == 0)
      return &units[i];

  return NULL;
}

typedef enum {
  QUANTITY_GOOD,
  QUANTITY_BAD,
  QUANTITY_TOO_LARGE,
} Quantity;

/*
 * Reads "1.5 GiB" at *position and adds it to *sum. What is before the point is counted in
 * integers, so that no size is rounded; what is behind it is a part of one unit.
 */
static Quantity
read_quantity (const char **position, const Unit *units, gsize n_units, gint64 *sum)
{
  const char *p = *position;
  const char *name, *end;
  const Unit *unit;
  double fraction = 0;
  double place = 0.1;
  gint64 whole = 0;
  gint64 value;
  gboolean too_large = FALSE;

  if (!g_ascii_isdigit (*p))
    return QUANTITY_BAD;
  for (; g_ascii_isdigit (*p); p++)
    {
      int digit = g_ascii_digit_value (*p);

      if (whole > (G_MAXINT64 - digit) / 10)
        too_large = TRUE;
      else
        whole = whole * 10 + digit;
    }
  if (*p == '.')
    {
      p++;
      if (!g_ascii_isdigit (*p))
        return QUANTITY_BAD;
      for (; g_ascii_isdigit (*p); p++, place /= 10)
        fraction += g_ascii_digit_value (*p) * place;
    }

  name = skip_space (p);
  end = name;
  while (*end != '\0' && !g_ascii_isdigit (*end) && !is_space (*end))
    end++;
  unit = find_unit (units, n_units, name, (gsize) (end - name));
  if (unit == NULL)
    return QUANTITY_BAD;

  if (too_large || whole > G_MAXINT64 / unit->factor)
    return QUANTITY_TOO_LARGE;
  value = whole * unit->factor;
  /* The small push keeps 0.3 from becoming 0.29999. */
  fraction = floor (fraction * (double) unit->factor + 1e-6);
  if ((double) (G_MAXINT64 - value) < fraction)
    return QUANTITY_TOO_LARGE;
  value += (gint64) fraction;
  if (*sum > G_MAXINT64 - value)
    return QUANTITY_TOO_LARGE;

  *sum += value;
  *position = end;

  return QUANTITY_GOOD;
}

static void
set_too_large (GError **error, const char *text)
{
  g_autofree char *quoted = bh_text_quote (text);

  g_set_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE, _("%s is too large"), quoted);
}

/**
 * bh_units_parse_size:
 * @text: such as `512M`, `1.5 GiB` or `1048576`
 * @bytes: (out): the size in bytes
 * @error: return location for an error
 *
 * Reads a size. K, M, G and T, or KiB and so on, are powers of 1024; without one of them it is
 * bytes. MB and its like are refused, since some mean powers of 1000 by them. A size is at most
 * 2^63 - 1, and may be 0.
 *
 * Returns: %FALSE with %BH_ERROR_INVALID_VALUE when @text is no size
 */
gboolean
bh_units_parse_size (const char *text, guint64 *bytes, GError **error)
{
  g_autofree char *quoted = NULL;
  const char *p;
  gint64 sum = 0;

  g_return_val_if_fail (text != NULL && bytes != NULL, FALSE);

  p = skip_space (text);
  switch (read_quantity (&p, size_units, G_N_ELEMENTS (size_units), &sum))
    {
    case QUANTITY_GOOD:
      if (*skip_space (p) != '\0')
        break;
      *bytes = (guint64) sum;
      return TRUE;
    case QUANTITY_TOO_LARGE:
      set_too_large (error, text);
      return FALSE;
    case QUANTITY_BAD:
    default:
      break;
    }

  quoted = bh_text_quote (text);
  g_set_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE,
               _("%s is not a size: write bytes, or a number with K, M, G or T, such as “512M”"),
               quoted);

  return FALSE;
}

/**
 * bh_units_parse_percent:
 * @text: such as `80%` or `80`
 * @percent: (out): the number
 * @error: return location for an error
 *
 * Reads a whole percentage from 0 to 1000000. More than 100 is possible where it is per cent of
 * one of several cores.
 *
 * Returns: %FALSE with %BH_ERROR_INVALID_VALUE when @text is no such percentage
 */
gboolean
bh_units_parse_percent (const char *text, guint *percent, GError **error)
{
  g_autofree char *quoted = NULL;
  const char *p;
  guint value = 0;

  g_return_val_if_fail (text != NULL && percent != NULL, FALSE);

  p = skip_space (text);
  if (g_ascii_isdigit (*p))
    {
      for (; g_ascii_isdigit (*p); p++)
        value = MIN (value * 10 + (guint) g_ascii_digit_value (*p), MAX_PERCENT + 1);
      p = skip_space (p);
      if (*p == '%')
        p = skip_space (p + 1);
      if (*p == '\0')
        {
          if (value > MAX_PERCENT)
            {
              set_too_large (error, text);
              return FALSE;
            }
          *percent = value;
          return TRUE;
        }
    }

  quoted = bh_text_quote (text);
  g_set_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE,
               _("%s is not a percentage: write a whole number, such as “80%%”"), quoted);

  return FALSE;
}

/**
 * bh_units_parse_duration:
 * @text: such as `90s`, `500ms`, `1h 30min` or `60`
 * @microseconds: (out): the duration
 * @error: return location for an error
 *
 * Reads a duration as systemd.time(7) spells it: one or more numbers with us, ms, s, min, h, d,
 * w, M (month), y or their longer names; without one of them it is seconds. It may be 0.
 *
 * Returns: %FALSE with %BH_ERROR_INVALID_VALUE when @text is no duration
 */
gboolean
bh_units_parse_duration (const char *text, gint64 *microseconds, GError **error)
{
  g_autofree char *quoted = NULL;
  Quantity quantity;
  const char *p;
  gint64 sum = 0;

  g_return_val_if_fail (text != NULL && microseconds != NULL, FALSE);

  p = skip_space (text);
  do
    {
      quantity = read_quantity (&p, time_units, G_N_ELEMENTS (time_units), &sum);
      p = skip_space (p);
    }
  while (quantity == QUANTITY_GOOD && *p != '\0');

  if (quantity == QUANTITY_GOOD)
    {
      *microseconds = sum;
      return TRUE;
    }
  if (quantity == QUANTITY_TOO_LARGE)
    {
      set_too_large (error, text);
      return FALSE;
    }

  quoted = bh_text_quote (text);
  g_set_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE,
               _("%s is not a duration: write seconds, or numbers with ms, s, min, h or d, such "
                 "as “90s” or “1h 30min”"),
               quoted);

  return FALSE;
}

/**
 * bh_units_format_size:
 * @bytes: a size
 *
 * Writes a size for people, in powers of 1024 and their language: `123.4 MiB`.
 *
 * Returns: (transfer full): the text
 */
char *
bh_units_format_size (guint64 bytes)
{
  return g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);
}

/**
 * bh_units_format_duration:
 * @microseconds: a duration, not negative
 *
 * Writes a duration for people, the two largest units of it: `2 d 4 h`, `1 h 5 min`,
 * `5 min 12 s`, `42 s`, `350 ms`. What is smaller is cut off.
 *
 * Returns: (transfer full): the text
 */
char *
bh_units_format_duration (gint64 microseconds)
{
  gint64 seconds, minutes, hours, days;

  g_return_val_if_fail (microseconds >= 0, NULL);

  seconds = microseconds / SECOND;
  minutes = seconds / 60;
  hours = minutes / 60;
  days = hours / 24;

  if (days > 0)
    /* Translators: days and hours */
    return g_strdup_printf (_("%d d %d h"), (int) days, (int) (hours % 24));
  if (hours > 0)
    /* Translators: hours and minutes */
    return g_strdup_printf (_("%d h %d min"), (int) hours, (int) (minutes % 60));
  if (minutes > 0)
    /* Translators: minutes and seconds */
    return g_strdup_printf (_("%d min %d s"), (int) minutes, (int) (seconds % 60));
  if (seconds > 0 || microseconds == 0)
    /* Translators: seconds */
    return g_strdup_printf (_("%d s"), (int) seconds);

  /* Translators: milliseconds */
  return g_strdup_printf (_("%d ms"), (int) (microseconds / MSEC));
}
