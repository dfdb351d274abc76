/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-exposition.h"

#include <string.h>

/*
 * Metrics as text, in either of two dialects that look alike. OpenMetrics knows counters by a name
 * without “_total”, units, the time that a counter began, states, and infos; the older text format
 * of Prometheus, which is all that node_exporter's textfile collector reads, knows none of these
 * and refuses the last two. Names and labels of samples are the same in both, so that nobody has to
 * write a query twice.
 */

struct _BhCliExposition
{
  BhCliDialect dialect;
  GString *text;
  /* Labels that every sample has, written. */
  GString *labels;
  char *name;
  char *unit;
  char *help;
  BhCliMetric metric;
  /* A metric without samples is not mentioned. */
  gboolean announced;
};

static const char *
get_suffix (BhCliMetric metric)
{
  switch (metric)
    {
    case BH_CLI_METRIC_COUNTER:
      return "_total";
    case BH_CLI_METRIC_INFO:
      return "_info";
    case BH_CLI_METRIC_GAUGE:
    case BH_CLI_METRIC_STATES:
    default:
      return "";
    }
}

static const char *
get_type (BhCliMetric metric, BhCliDialect dialect)
{
  switch (metric)
    {
    case BH_CLI_METRIC_COUNTER:
      return "counter";
    case BH_CLI_METRIC_INFO:
      return dialect == BH_CLI_OPENMETRICS ? "info" : "gauge";
    case BH_CLI_METRIC_STATES:
      return dialect == BH_CLI_OPENMETRICS ? "stateset" : "gauge";
    case BH_CLI_METRIC_GAUGE:
    default:
      return "gauge";
    }
}

static void
append_escaped (GString *text, const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);

  for (const char *p = valid; *p != '\0'; p++)
    if (*p == '\\')
      g_string_append (text, "\\\\");
    else if (*p == '"')
      g_string_append (text, "\\\"");
    else if (*p == '\n')
      g_string_append (text, "\\n");
    else
      g_string_append_c (text, *p);
}

static void
append_label (GString *text, const char *name, const char *value)
{
  g_string_append_printf (text, "%s%s=\"", text->len > 0 ? "," : "", name);
  append_escaped (text, value);
  g_string_append_c (text, '"');
}

static void
append_sample (BhCliExposition *self, const char *suffix, const char *labels, const char *value)
{
  g_string_append_printf (self->text, "%s%s", self->name, suffix);
  if (*labels != '\0')
    g_string_append_printf (self->text, "{%s}", labels);
  g_string_append_printf (self->text, " %s\n", value);
}

static void
announce (BhCliExposition *self)
{
  const char *suffix = self->dialect == BH_CLI_PROMETHEUS ? get_suffix (self->metric) : "";

  if (self->announced)
    return;
  self->announced = TRUE;
  g_string_append_printf (self->text, "# TYPE %s%s %s\n", self->name, suffix,
                          get_type (self->metric, self->dialect));
  if (self->dialect == BH_CLI_OPENMETRICS && self->unit != NULL)
    g_string_append_printf (self->text, "# UNIT %s %s\n", self->name, self->unit);
  g_string_append_printf (self->text, "# HELP %s%s %s\n", self->name, suffix, self->help);
}

/**
 * bh_cli_exposition_new:
 * @dialect: how to write
 *
 * Returns: (transfer full): metrics, none yet
 */
BhCliExposition *
bh_cli_exposition_new (BhCliDialect dialect)
{
  BhCliExposition *self = g_new0 (BhCliExposition, 1);

  self->dialect = dialect;
  self->text = g_string_new (NULL);
  self->labels = g_string_new (NULL);

  return self;
}

/**
 * bh_cli_exposition_free:
 * @self: (transfer full): metrics
 */
void
bh_cli_exposition_free (BhCliExposition *self)
{
  g_return_if_fail (self != NULL);

  g_string_free (self->text, TRUE);
  g_string_free (self->labels, TRUE);
  g_free (self->name);
  g_free (self->unit);
  g_free (self->help);
  g_free (self);
}

/**
 * bh_cli_exposition_is_label:
 * @name: a word
 *
 * Returns: whether it can be the name of a label
 */
gboolean
bh_cli_exposition_is_label (const char *name)
{
  g_return_val_if_fail (name != NULL, FALSE);

  if (!g_ascii_isalpha (*name) && *name != '_')
    return FALSE;
  for (const char *p = name; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '_')
      return FALSE;

  /* Those are Prometheus's own. */
  return !g_str_has_prefix (name, "__");
}

/**
 * bh_cli_exposition_add_label:
 * @self: metrics without samples
 * @name: a label's name
 * @value: its value
 *
 * Gives every sample that follows the label.
 */
void
bh_cli_exposition_add_label (BhCliExposition *self, const char *name, const char *value)
{
  g_return_if_fail (self != NULL && value != NULL);
  g_return_if_fail (bh_cli_exposition_is_label (name));

  append_label (self->labels, name, value);
}

/**
 * bh_cli_exposition_begin:
 * @self: metrics
 * @name: the next one's name, without `_total` and `_info`
 * @metric: what it is
 * @unit: (nullable): its unit, which @name ends with
 * @help: what it means, a line without backslashes
 *
 * Begins a metric. When it gets no samples it is not mentioned.
 */
void
bh_cli_exposition_begin (BhCliExposition *self,
                         const char *name,
                         BhCliMetric metric,
                         const char *unit,
                         const char *help)
{
  g_return_if_fail (self != NULL && name != NULL && help != NULL);
  g_return_if_fail (unit == NULL || g_str_has_suffix (name, unit));

  g_free (self->name);
  g_free (self->unit);
  g_free (self->help);
  self->name = g_strdup (name);
  self->unit = g_strdup (unit);
  self->help = g_strdup (help);
  self->metric = metric;
  self->announced = FALSE;
}

/**
 * bh_cli_exposition_add:
 * @self: metrics
 * @value: a number, as text
 * @created: when a counter began, in microseconds since 1970-01-01 UTC, 0 when nobody knows
 * @...: names and values of labels, all `const char *`, and %NULL
 *
 * Adds a sample to the metric that was begun last.
 */
void
bh_cli_exposition_add (BhCliExposition *self, const char *value, guint64 created, ...)
{
  g_autoptr (GString) labels = NULL;
  const char *name;
  va_list args;

  g_return_if_fail (self != NULL && self->name != NULL && value != NULL);

  labels = g_string_new (NULL);
  va_start (args, created);
  while ((name = va_arg (args, const char *)) != NULL)
    append_label (labels, name, va_arg (args, const char *));
  va_end (args);
  if (self->labels->len > 0)
    g_string_append_printf (labels, "%s%s", labels->len > 0 ? "," : "", self->labels->str);

  announce (self);
  append_sample (self, get_suffix (self->metric), labels->str, value);
  if (self->dialect == BH_CLI_OPENMETRICS && self->metric == BH_CLI_METRIC_COUNTER && created > 0)
    {
      g_autofree char *seconds
          = g_strdup_printf ("%" G_GUINT64_FORMAT ".%06u", created / G_USEC_PER_SEC,
                             (guint) (created % G_USEC_PER_SEC));

      append_sample (self, "_created", labels->str, seconds);
    }
}

/**
 * bh_cli_exposition_finish:
 * @self: metrics
 *
 * Returns: (transfer full): the text
 */
char *
bh_cli_exposition_finish (BhCliExposition *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->dialect == BH_CLI_OPENMETRICS)
    g_string_append (self->text, "# EOF\n");

  return g_strdup (self->text->str);
}
