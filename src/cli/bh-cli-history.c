/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-history.h"

#include "bh-cli-command.h"
#include "bh-cli-connection.h"
#include "bh-cli-dict.h"
#include "bh-cli-events.h"
#include "bh-cli-figures.h"
#include "bh-cli-table.h"
#include "bh-cli-text.h"
#include "bh-cli-time.h"

#include "bh-dbus-public.h"
#include "bh-units.h"

#include <glib/gi18n.h>

#include <math.h>

/*
 * What an app has cost over time: `history`. A table that nobody would read to its end has fewer
 * lines, each for several points, unless a resolution is asked for. Table, sum and JSON are made of
 * the points alone, so that tests can make those up.
 */

/* About as many lines as are read at a glance, a screen or two. */
#define MAX_LINES 60
/* The columns that the figures take beside the two bars. */
#define FIGURES_WIDTH 62
#define MIN_BAR       4
#define MAX_BAR       30

/* What a line of the table may stand for, in seconds. */
static const guint steps[]
    = { 1, 10, 60, 300, 600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600 };

typedef struct
{
  guint64 time;
  guint64 samples;
  guint64 memory_min;
  double memory_sum;
  guint64 memory_max;
  /* Of CPU only some samples may be known. */
  guint64 cpu_samples;
  double cpu_min;
  double cpu_sum;
  double cpu_max;
} Span;

static void
span_add (Span *span, GVariant *points, gsize index)
{
  guint64 time, memory_min, memory_mean, memory_max;
  double cpu_min, cpu_mean, cpu_max;
  guint32 samples;

  g_variant_get_child (points, index, "(tutttddd)", &time, &samples, &memory_min, &memory_mean,
                       &memory_max, &cpu_min, &cpu_mean, &cpu_max);
  samples = MAX (samples, 1);
  if (span->samples == 0)
    {
      span->time = time;
      span->memory_min = memory_min;
    }
  span->samples += samples;
  span->memory_min = MIN (span->memory_min, memory_min);
  span->memory_sum += (double) memory_mean * samples;
  span->memory_max = MAX (span->memory_max, memory_max);
  if (!isfinite (cpu_mean) || cpu_mean < 0)
    return;
  span->cpu_min = span->cpu_samples == 0 ? cpu_min : MIN (span->cpu_min, cpu_min);
  span->cpu_samples += samples;
  span->cpu_sum += cpu_mean * samples;
  span->cpu_max = MAX (span->cpu_max, cpu_max);
}

static guint64
get_time (GVariant *points, gsize index)
{
  guint64 time;

  g_variant_get_child (points, index, "(tutttddd)", &time, NULL, NULL, NULL, NULL, NULL, NULL,
                       NULL);

  return time;
}

/* How many seconds a line stands for. */
static guint
choose_step (GVariant *points, guint resolution, gboolean whole)
{
  gsize n = g_variant_n_children (points);
  guint64 seconds;

  if (whole || n <= MAX_LINES)
    return resolution;
  seconds = (get_time (points, n - 1) - get_time (points, 0)) / G_USEC_PER_SEC;
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (steps[i] >= resolution && seconds / steps[i] < MAX_LINES)
      return steps[i];

  return steps[G_N_ELEMENTS (steps) - 1];
}

/* The lines, as an array of Span. */
static GArray *
gather (GVariant *points, guint step)
{
  GArray *spans = g_array_new (FALSE, TRUE, sizeof (Span));
  gint64 offset;
  guint64 last = 0;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  /* So that days begin where the user's do. */
  offset = g_date_time_get_utc_offset (now);
  for (gsize i = 0; i < g_variant_n_children (points); i++)
    {
      guint64 local = get_time (points, i) + (guint64) offset;
      guint64 place = local / ((guint64) step * G_USEC_PER_SEC);

      if (spans->len == 0 || place != last)
        g_array_set_size (spans, spans->len + 1);
      last = place;
      span_add (&g_array_index (spans, Span, spans->len - 1), points, i);
    }

  return spans;
}

/* A bar that is full up to @mean and hatched up to @most. */
static char *
dup_bar (double mean, double most, double whole, guint width)
{
  g_autoptr (GString) bar = g_string_new (NULL);
  guint full, hatched;

  if (whole <= 0)
    return g_strdup ("");
  full = (guint) round (CLAMP (mean / whole, 0, 1) * width);
  hatched = (guint) round (CLAMP (most / whole, 0, 1) * width);
  for (guint i = 0; i < MAX (full, hatched); i++)
    g_string_append (bar, i < full ? "█" : "░");

  return g_string_free (g_steal_pointer (&bar), FALSE);
}

static void
add_line (BhCliTable *table, const Span *span, const Span *whole, const char *format, guint width)
{
  double memory_mean = span->memory_sum / (double) span->samples;
  double cpu_mean = span->cpu_samples > 0 ? span->cpu_sum / (double) span->cpu_samples : -1;
  g_autofree char *time = bh_cli_time_format (span->time, format);
  g_autofree char *memory_least = bh_cli_figures_dup_size (span->memory_min);
  g_autofree char *memory_middle = bh_cli_figures_dup_size ((guint64) memory_mean);
  g_autofree char *memory_most = bh_cli_figures_dup_size (span->memory_max);
  g_autofree char *cpu_least = bh_cli_figures_dup_percent (cpu_mean < 0 ? -1 : span->cpu_min);
  g_autofree char *cpu_middle = bh_cli_figures_dup_percent (cpu_mean);
  g_autofree char *cpu_most = bh_cli_figures_dup_percent (cpu_mean < 0 ? -1 : span->cpu_max);
  g_autofree char *memory_bar
      = dup_bar (memory_mean, (double) span->memory_max, (double) whole->memory_max, width);
  g_autofree char *cpu_bar = dup_bar (cpu_mean, span->cpu_max, whole->cpu_max, width);
  const char *cells[] = { time,      memory_least, memory_middle, memory_most, memory_bar,
                          cpu_least, cpu_middle,   cpu_most,      cpu_bar,     NULL };

  bh_cli_table_add_row (table, cells);
}

static const char *
choose_format (GVariant *points, guint step)
{
  gsize n = g_variant_n_children (points);
  g_autofree char *first = bh_cli_time_format (get_time (points, 0), "%F");
  g_autofree char *last = bh_cli_time_format (get_time (points, n - 1), "%F");

  if (step >= 24 * 3600)
    return "%Y-%m-%d";
  if (step < 60)
    return "%H:%M:%S";

  return g_str_equal (first, last) ? "%H:%M" : "%m-%d %H:%M";
}

static Span
sum_up (GVariant *points)
{
  Span whole = { 0 };

  for (gsize i = 0; i < g_variant_n_children (points); i++)
    span_add (&whole, points, i);

  return whole;
}

/**
 * bh_cli_history_dup_table:
 * @points: what Journal1.GetHistory answers with, at least one
 * @resolution: the seconds that a point stands for
 * @whole: whether each point is to have a line
 * @width: the columns of the terminal
 *
 * Makes the table that `history` prints.
 *
 * Returns: (transfer full): the table
 */
char *
bh_cli_history_dup_table (GVariant *points, guint resolution, gboolean whole, guint width)
{
  g_autoptr (BhCliTable) table = bh_cli_table_new ();
  g_autoptr (GArray) spans = NULL;
  const char *format;
  Span sum;
  guint step, bar;

  g_return_val_if_fail (points != NULL && g_variant_n_children (points) > 0, NULL);
  g_return_val_if_fail (resolution > 0, NULL);

  step = choose_step (points, resolution, whole);
  spans = gather (points, step);
  format = choose_format (points, step);
  sum = sum_up (points);
  bar = width > FIGURES_WIDTH ? (width - FIGURES_WIDTH) / 2 : 0;
  bar = CLAMP (bar, MIN_BAR, MAX_BAR);

  bh_cli_table_add_column (table, _("From"), BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, C_("figure", "Least"), BH_CLI_ALIGN_END);
  bh_cli_table_add_column (table, C_("figure", "Mean"), BH_CLI_ALIGN_END);
  bh_cli_table_add_column (table, C_("figure", "Most"), BH_CLI_ALIGN_END);
  bh_cli_table_add_column (table, _("Memory"), BH_CLI_ALIGN_START);
  bh_cli_table_add_column (table, C_("figure", "Least"), BH_CLI_ALIGN_END);
  bh_cli_table_add_column (table, C_("figure", "Mean"), BH_CLI_ALIGN_END);
  bh_cli_table_add_column (table, C_("figure", "Most"), BH_CLI_ALIGN_END);
  bh_cli_table_add_column (table, _("CPU"), BH_CLI_ALIGN_START);
  for (guint i = 0; i < spans->len; i++)
    add_line (table, &g_array_index (spans, Span, i), &sum, format, bar);

  return bh_cli_table_to_string (table);
}

/**
 * bh_cli_history_dup_sum:
 * @points: what Journal1.GetHistory answers with, at least one
 * @resolution: the seconds that a point stands for
 *
 * Sums up all of it.
 *
 * Returns: (transfer full): a few lines for people
 */
char *
bh_cli_history_dup_sum (GVariant *points, guint resolution)
{
  g_autofree char *first = NULL;
  g_autofree char *last = NULL;
  g_autofree char *least = NULL;
  g_autofree char *mean = NULL;
  g_autofree char *most = NULL;
  g_autofree char *cpu_least = NULL;
  g_autofree char *cpu_mean = NULL;
  g_autofree char *cpu_most = NULL;
  g_autofree char *covered = NULL;
  double cpu;
  gsize n;
  Span sum;

  g_return_val_if_fail (points != NULL && g_variant_n_children (points) > 0, NULL);

  n = g_variant_n_children (points);
  sum = sum_up (points);
  cpu = sum.cpu_samples > 0 ? sum.cpu_sum / (double) sum.cpu_samples : -1;
  first = bh_cli_time_format (get_time (points, 0), "%F %T");
  last = bh_cli_time_format (get_time (points, n - 1) + (guint64) resolution * G_USEC_PER_SEC,
                             "%F %T");
  covered = bh_units_format_duration ((gint64) (n * resolution) * G_USEC_PER_SEC);
  least = bh_units_format_size (sum.memory_min);
  mean = bh_units_format_size ((guint64) (sum.memory_sum / (double) sum.samples));
  most = bh_units_format_size (sum.memory_max);
  cpu_least = bh_cli_figures_dup_percent (cpu < 0 ? -1 : sum.cpu_min);
  cpu_mean = bh_cli_figures_dup_percent (cpu);
  cpu_most = bh_cli_figures_dup_percent (cpu < 0 ? -1 : sum.cpu_max);

  /* Translators: two points in time, and how long of it the app ran; sizes and shares. */
  return g_strdup_printf (_("%s to %s, of which it ran %s\n"
                            "Memory: least %s, mean %s, most %s\n"
                            "CPU:    least %s, mean %s, most %s of one core\n"),
                          first, last, covered, least, mean, most, cpu_least, cpu_mean, cpu_most);
}

static void
add_cpu (JsonBuilder *builder, const char *member, double cpu)
{
  json_builder_set_member_name (builder, member);
  if (isfinite (cpu) && cpu >= 0)
    json_builder_add_double_value (builder, round (cpu * 16) / 16);
  else
    json_builder_add_null_value (builder);
}

/**
 * bh_cli_history_build_json:
 * @builder: where to build
 * @id: the app's id
 * @points: what Journal1.GetHistory answers with
 * @resolution: the seconds that a point stands for
 *
 * Builds the object that `history --json` prints.
 */
void
bh_cli_history_build_json (JsonBuilder *builder, const char *id, GVariant *points, guint resolution)
{
  g_return_if_fail (JSON_IS_BUILDER (builder));
  g_return_if_fail (id != NULL && points != NULL);

  json_builder_begin_object (builder);
  bh_cli_json_add_string (builder, "id", id);
  bh_cli_json_add_count (builder, "resolution", resolution);
  json_builder_set_member_name (builder, "points");
  json_builder_begin_array (builder);
  for (gsize i = 0; i < g_variant_n_children (points); i++)
    {
      guint64 time, memory_min, memory_mean, memory_max;
      double cpu_min, cpu_mean, cpu_max;
      guint32 samples;
      g_autofree char *when = NULL;

      g_variant_get_child (points, i, "(tutttddd)", &time, &samples, &memory_min, &memory_mean,
                           &memory_max, &cpu_min, &cpu_mean, &cpu_max);
      when = bh_cli_time_format_json (time);
      json_builder_begin_object (builder);
      bh_cli_json_add_string (builder, "time", when);
      bh_cli_json_add_count (builder, "samples", samples);
      bh_cli_json_add_count (builder, "memoryMin", memory_min);
      bh_cli_json_add_count (builder, "memoryMean", memory_mean);
      bh_cli_json_add_count (builder, "memoryMax", memory_max);
      add_cpu (builder, "cpuMin", cpu_min);
      add_cpu (builder, "cpuMean", cpu_mean);
      add_cpu (builder, "cpuMax", cpu_max);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static gboolean
parse_resolution (const BhCliCommand *command,
                  BhCliOutput *output,
                  const char *text,
                  guint *seconds)
{
  static const struct
  {
    const char *text;
    guint seconds;
  } known[] = { { "1s", 1 }, { "1m", 60 }, { "1min", 60 }, { "1h", 3600 } };

  *seconds = 0;
  if (text == NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (text, known[i].text))
      *seconds = known[i].seconds;
  if (*seconds > 0)
    return TRUE;
  bh_cli_command_misuse (command, output, _("--resolution is one of “1s”, “1m” and “1h”"));

  return FALSE;
}

static GVariant *
ask (GDBusConnection *bus,
     const char *app,
     guint64 since,
     guint64 until,
     guint *resolution,
     GError **error)
{
  g_autoptr (GVariant) reply = NULL;
  GVariantDict options;
  GVariant *points = NULL;

  g_variant_dict_init (&options, NULL);
  if (since > 0)
    g_variant_dict_insert (&options, "since", "t", since);
  if (until > 0)
    g_variant_dict_insert (&options, "until", "t", until);
  g_variant_dict_insert (&options, "resolution", "u", *resolution);
  reply = bh_cli_connection_ask_service (
      bus, bh_dbus_journal1_interface_info ()->name, "GetHistory",
      g_variant_new ("(s@a{sv})", app, g_variant_dict_end (&options)), "(u" BH_CLI_HISTORY_TYPE ")",
      BH_CLI_QUERY_TIMEOUT, error);
  if (reply != NULL)
    g_variant_get (reply, "(u@" BH_CLI_HISTORY_TYPE ")", resolution, &points);

  return points;
}

/**
 * bh_cli_history:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): its command line
 *
 * Tells what an app has cost over time.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_history (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GVariant) points = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) arguments = NULL;
  g_autofree char *since = NULL;
  g_autofree char *until = NULL;
  g_autofree char *resolution_text = NULL;
  gboolean installed = FALSE;
  guint64 begin = 0, end = 0;
  guint resolution;
  BhCliExit exit_code;
  const GOptionEntry entries[] = {
    { "since", 's', 0, G_OPTION_ARG_FILENAME, &since, N_("From then on, instead of for an hour"),
      N_("WHEN") },
    { "until", 'u', 0, G_OPTION_ARG_FILENAME, &until, N_("Up to then"), N_("WHEN") },
    { "resolution", 'r', 0, G_OPTION_ARG_STRING, &resolution_text,
      N_("What a line stands for: 1s, 1m or 1h"), N_("TIME") },
    G_OPTION_ENTRY_NULL,
  };

  if (!bh_cli_command_parse (command, output, entries, argv, &arguments, &exit_code))
    return exit_code;
  if (!bh_cli_command_take_texts (command, output, arguments)
      || !bh_cli_events_parse_span (command, output, &since, &until, &begin, &end)
      || !parse_resolution (command, output, resolution_text, &resolution))
    return BH_CLI_USAGE;

  bus = bh_cli_connection_open (&error);
  if (bus != NULL)
    installed = bh_cli_events_resolve_app (bus, &arguments[0], &error);
  if (error == NULL)
    points = ask (bus, arguments[0], begin, end, &resolution, &error);
  /* Nothing of an app that is not installed: it was mistyped. */
  if (points != NULL && g_variant_n_children (points) == 0 && !installed)
    error = bh_cli_connection_no_such_app (bus, arguments[0]);
  if (error != NULL)
    return bh_cli_command_fail (output, arguments[0], error);

  if (bh_cli_output_get_json (output))
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      bh_cli_history_build_json (builder, arguments[0], points, resolution);
      bh_cli_output_print_json (output, builder);
    }
  else if (g_variant_n_children (points) == 0)
    bh_cli_output_print (output, _("It did not run then.\n"));
  else
    {
      g_autofree char *table
          = bh_cli_history_dup_table (points, resolution, resolution_text != NULL,
                                      bh_cli_figures_get_terminal_width ());
      g_autofree char *sum = bh_cli_history_dup_sum (points, resolution);

      bh_cli_output_print (output, "%s\n%s", table, sum);
    }

  return BH_CLI_DONE;
}
