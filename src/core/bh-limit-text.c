/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-limit-text.h"

#include "bh-error.h"
#include "bh-text.h"
#include "bh-units.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * A limit as people write and read it: “memory=512M” on a command line, “512M” in a field, and
 * “512.0 MiB” where it is only read. The units are those of the manifest.
 */

/* The kernel's own most, PID_MAX_LIMIT. */
#define MAX_TASKS 4194304

static const struct
{
  const char *name;
  const char *label;
} limits[BH_N_LIMITS] = {
  { "memory", N_("Memory") }, { "memory-high", N_("Memory, warning") },
  { "cpu", N_("CPU share") }, { "cpu-time", N_("CPU time") },
  { "tasks", N_("Threads") },
};

static guint
get_index (BhLimitKinds kind)
{
  guint i = 0;

  while (i < BH_N_LIMITS && kind != (BhLimitKinds) (1 << i))
    i++;
  g_assert (i < BH_N_LIMITS);

  return i;
}

/**
 * bh_limit_get_name:
 * @kind: one limit
 *
 * Returns: (transfer none): its name on D-Bus and on command lines
 */
const char *
bh_limit_get_name (BhLimitKinds kind)
{
  return limits[get_index (kind)].name;
}

/**
 * bh_limit_from_name:
 * @name: a name on D-Bus
 * @kind: (out): the limit
 *
 * Returns: whether there is one of that name
 */
gboolean
bh_limit_from_name (const char *name, BhLimitKinds *kind)
{
  g_return_val_if_fail (name != NULL && kind != NULL, FALSE);

  for (guint i = 0; i < BH_N_LIMITS; i++)
    if (g_str_equal (limits[i].name, name))
      {
        *kind = (BhLimitKinds) (1 << i);
        return TRUE;
      }

  return FALSE;
}

/**
 * bh_limit_get_label:
 * @kind: one limit
 *
 * Returns: (transfer none): what it is called, for people
 */
const char *
bh_limit_get_label (BhLimitKinds kind)
{
  return _(limits[get_index (kind)].label);
}

static gboolean
parse_count (const char *text, guint64 *value, GError **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  g_autofree char *quoted = NULL;

  if (g_ascii_string_to_unsigned (stripped, 10, 0, MAX_TASKS, value, NULL))
    return TRUE;

  quoted = bh_text_quote (text);
  g_set_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE,
               _("%s is not a number of threads: write a whole number up to %d, such as “256”"),
               quoted, MAX_TASKS);

  return FALSE;
}

/**
 * bh_limit_parse:
 * @kind: one limit
 * @text: such as `512M`, `50%`, `1h 30min` or `256`; `none` for no limit
 * @value: (out): bytes, per cent of one core, microseconds or threads; 0 for no limit
 * @error: return location for an error
 *
 * Reads a limit in the units of the manifest.
 *
 * Returns: %FALSE with %BH_ERROR_INVALID_VALUE when @text is no such limit
 */
gboolean
bh_limit_parse (BhLimitKinds kind, const char *text, guint64 *value, GError **error)
{
  gint64 microseconds = 0;
  guint percent = 0;
  gboolean good;

  g_return_val_if_fail (text != NULL && value != NULL, FALSE);

  *value = 0;
  if (g_str_equal (text, "none"))
    return TRUE;

  switch (kind)
    {
    case BH_LIMIT_MEMORY:
    case BH_LIMIT_MEMORY_HIGH:
      good = bh_units_parse_size (text, value, error);
      break;
    case BH_LIMIT_CPU:
      good = bh_units_parse_percent (text, &percent, error);
      *value = percent;
      break;
    case BH_LIMIT_CPU_TIME:
      good = bh_units_parse_duration (text, &microseconds, error);
      *value = (guint64) microseconds;
      break;
    case BH_LIMIT_TASKS:
      good = parse_count (text, value, error);
      break;
    default:
      g_assert_not_reached ();
    }
  if (!good)
    return FALSE;

  if (*value == 0)
    {
      g_set_error_literal (error, BH_ERROR, BH_ERROR_INVALID_VALUE,
                           _("A limit must be more than 0; “none” removes it"));
      return FALSE;
    }

  return TRUE;
}

static void
complain_about_name (const char *name, GError **error)
{
  const char *names[BH_N_LIMITS];
  g_autofree char *quoted = bh_text_quote (name);
  g_autofree char *list = NULL;
  const char *similar;

  for (guint i = 0; i < BH_N_LIMITS; i++)
    names[i] = limits[i].name;
  similar = bh_text_suggest (name, names, G_N_ELEMENTS (names));
  if (similar != NULL)
    {
      g_set_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE,
                   _("There is no limit %s; did you mean “%s”?"), quoted, similar);
      return;
    }

  list = g_strjoin (", ", names[0], names[1], names[2], names[3], names[4], NULL);
  g_set_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE, _("There is no limit %s; there are %s"),
               quoted, list);
}

/**
 * bh_limit_parse_assignment:
 * @text: such as `memory=512M` or `tasks=none`
 * @kind: (out): the limit
 * @value: (out): as bh_limit_parse() has it
 * @error: return location for an error
 *
 * Reads a limit with its name.
 *
 * Returns: %FALSE with %BH_ERROR_INVALID_VALUE when @text is none
 */
gboolean
bh_limit_parse_assignment (const char *text, BhLimitKinds *kind, guint64 *value, GError **error)
{
  g_autofree char *name = NULL;
  const char *equals;

  g_return_val_if_fail (text != NULL && kind != NULL && value != NULL, FALSE);

  equals = strchr (text, '=');
  if (equals == NULL)
    {
      g_autofree char *quoted = bh_text_quote (text);

      g_set_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE,
                   _("%s sets no limit: write its name and a value, such as “memory=512M”"),
                   quoted);
      return FALSE;
    }

  name = g_strndup (text, (gsize) (equals - text));
  if (!bh_limit_from_name (name, kind))
    {
      complain_about_name (name, error);
      return FALSE;
    }
  if (!bh_limit_parse (*kind, equals + 1, value, error))
    {
      g_prefix_error (error, "%s: ", name);
      return FALSE;
    }

  return TRUE;
}

/**
 * bh_limit_format:
 * @kind: one limit
 * @value: its value, or of what it limits
 *
 * Returns: (transfer full): the value for people, such as “512.0 MiB”
 */
char *
bh_limit_format (BhLimitKinds kind, guint64 value)
{
  switch (kind)
    {
    case BH_LIMIT_MEMORY:
    case BH_LIMIT_MEMORY_HIGH:
      return bh_units_format_size (value);
    case BH_LIMIT_CPU:
      /* Translators: a share of one processor core, such as “50 %”. */
      return g_strdup_printf (_("%u %%"), (guint) value);
    case BH_LIMIT_CPU_TIME:
      return bh_units_format_duration ((gint64) MIN (value, G_MAXINT64));
    case BH_LIMIT_TASKS:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, value);
    default:
      g_assert_not_reached ();
    }
}

typedef struct
{
  guint64 factor;
  const char *name;
} Unit;

/* The number in the largest unit that leaves no rest. */
static char *
write_in_units (guint64 value, const Unit *units)
{
  while (units->factor > 1 && value % units->factor != 0)
    units++;

  return g_strdup_printf ("%" G_GUINT64_FORMAT "%s", value / units->factor, units->name);
}

/**
 * bh_limit_write:
 * @kind: one limit
 * @value: its value, 0 for no limit
 *
 * Writes the exact value so that bh_limit_parse() reads it again.
 *
 * Returns: (transfer full): such as `512M`, or `none`
 */
char *
bh_limit_write (BhLimitKinds kind, guint64 value)
{
  static const Unit sizes[] = {
    { G_GUINT64_CONSTANT (1) << 40, "T" },
    { G_GUINT64_CONSTANT (1) << 30, "G" },
    { G_GUINT64_CONSTANT (1) << 20, "M" },
    { G_GUINT64_CONSTANT (1) << 10, "K" },
    { 1, "" },
  };
  static const Unit times[] = {
    { G_TIME_SPAN_DAY, "d" },    { G_TIME_SPAN_HOUR, "h" },         { G_TIME_SPAN_MINUTE, "min" },
    { G_TIME_SPAN_SECOND, "s" }, { G_TIME_SPAN_MILLISECOND, "ms" }, { 1, "us" },
  };

  if (value == 0)
    return g_strdup ("none");

  switch (kind)
    {
    case BH_LIMIT_MEMORY:
    case BH_LIMIT_MEMORY_HIGH:
      return write_in_units (value, sizes);
    case BH_LIMIT_CPU:
      return g_strdup_printf ("%u%%", (guint) value);
    case BH_LIMIT_CPU_TIME:
      return write_in_units (value, times);
    case BH_LIMIT_TASKS:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, value);
    default:
      g_assert_not_reached ();
    }
}
