/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-command.h"
#include "bh-cli-connection.h"
#include "bh-cli-dict.h"
#include "bh-cli-events.h"
#include "bh-cli-exposition.h"

#include "bh-dbus-public.h"
#include "bh-error.h"
#include "bh-state.h"
#include "bh-text.h"

#include <glib/gi18n.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/*
 * What apps cost, for Prometheus and what else reads its formats: `metrics`. docs/metrics.md names
 * each metric; they are part of what Bulkhead promises, so none is renamed.
 *
 * Asking does not start the service. Without it no app runs, and a timer that asks for figures must
 * not be what keeps it alive.
 */

#define DAY ((guint64) 24 * 3600 * G_USEC_PER_SEC)

typedef enum {
  FORM_COUNT,
  FORM_MICROSECONDS,
  FORM_PERCENT,
  FORM_NUMBER,
  FORM_SWITCH,
} Form;

/* A figure of an app's: a key of Supervisor1.Sampled, or of its limits. */
typedef struct
{
  const char *name;
  BhCliMetric metric;
  const char *unit;
  const char *key;
  Form form;
  const char *help;
} Figure;

static const Figure usage[] = {
  { "bulkhead_app_memory_bytes", BH_CLI_METRIC_GAUGE, "bytes", "memory", FORM_COUNT,
    "Memory of all processes of the app." },
  { "bulkhead_app_memory_peak_bytes", BH_CLI_METRIC_GAUGE, "bytes", "memory-peak", FORM_COUNT,
    "The most that its memory was since it started." },
  { "bulkhead_app_swap_bytes", BH_CLI_METRIC_GAUGE, "bytes", "swap", FORM_COUNT,
    "What of it is in swap." },
  { "bulkhead_app_cpu_seconds", BH_CLI_METRIC_COUNTER, "seconds", "cpu-time", FORM_MICROSECONDS,
    "Processor time that it has used since it started." },
  { "bulkhead_app_threads", BH_CLI_METRIC_GAUGE, NULL, "threads", FORM_COUNT,
    "Threads of all its processes." },
  { "bulkhead_app_descriptors", BH_CLI_METRIC_GAUGE, NULL, "descriptors", FORM_COUNT,
    "Open file descriptors of all its processes." },
  { "bulkhead_app_disk_read_bytes", BH_CLI_METRIC_COUNTER, "bytes", "disk-read", FORM_COUNT,
    "What it has had fetched from the disk since it started." },
  { "bulkhead_app_disk_written_bytes", BH_CLI_METRIC_COUNTER, "bytes", "disk-written", FORM_COUNT,
    "What it has had sent to the disk since it started." },
  { "bulkhead_app_network_received_bytes", BH_CLI_METRIC_COUNTER, "bytes", "network-received",
    FORM_COUNT, "What its pages have received since it started." },
  { "bulkhead_app_network_sent_bytes", BH_CLI_METRIC_COUNTER, "bytes", "network-sent", FORM_COUNT,
    "What its pages have sent since it started." },
  { "bulkhead_app_start_time_seconds", BH_CLI_METRIC_GAUGE, "seconds", "started-at",
    FORM_MICROSECONDS, "When it started, in seconds since 1970-01-01 UTC." },
  { "bulkhead_app_up_time_seconds", BH_CLI_METRIC_GAUGE, "seconds", "uptime", FORM_NUMBER,
    "How long it has been running." },
  { "bulkhead_app_pressed", BH_CLI_METRIC_GAUGE, NULL, "pressed", FORM_SWITCH,
    "1 while it uses more memory than its soft limit." },
  { "bulkhead_app_growing", BH_CLI_METRIC_GAUGE, NULL, "growing", FORM_SWITCH,
    "1 while its memory has grown steadily for hours." },
};

static const Figure limits[] = {
  { "bulkhead_app_memory_limit_bytes", BH_CLI_METRIC_GAUGE, "bytes", "memory", FORM_COUNT,
    "Memory at which it is ended." },
  { "bulkhead_app_memory_soft_limit_bytes", BH_CLI_METRIC_GAUGE, "bytes", "memory-high", FORM_COUNT,
    "Memory from which it is asked to give some back." },
  { "bulkhead_app_cpu_limit_ratio", BH_CLI_METRIC_GAUGE, "ratio", "cpu", FORM_PERCENT,
    "Share of one processor core that it may use; 2 is two cores." },
  { "bulkhead_app_cpu_limit_seconds", BH_CLI_METRIC_GAUGE, "seconds", "cpu-time", FORM_MICROSECONDS,
    "Processor time after which it is ended." },
  { "bulkhead_app_thread_limit", BH_CLI_METRIC_GAUGE, NULL, "tasks", FORM_COUNT,
    "How many threads it may have." },
};

static const Figure machine_figures[] = {
  { "bulkhead_machine_cores", BH_CLI_METRIC_GAUGE, NULL, "cores", FORM_COUNT,
    "Processor cores of the machine." },
  { "bulkhead_machine_cpu_ratio", BH_CLI_METRIC_GAUGE, "ratio", "cpu", FORM_PERCENT,
    "Share of all cores that was used while this was measured." },
  { "bulkhead_machine_memory_bytes", BH_CLI_METRIC_GAUGE, "bytes", "memory", FORM_COUNT,
    "Memory of the machine." },
  { "bulkhead_machine_memory_used_bytes", BH_CLI_METRIC_GAUGE, "bytes", "memory-used", FORM_COUNT,
    "Memory of the machine that is not available." },
  { "bulkhead_machine_swap_bytes", BH_CLI_METRIC_GAUGE, "bytes", "swap", FORM_COUNT,
    "Swap of the machine." },
  { "bulkhead_machine_swap_used_bytes", BH_CLI_METRIC_GAUGE, "bytes", "swap-used", FORM_COUNT,
    "Swap of the machine that is used." },
  { "bulkhead_supervisor_memory_bytes", BH_CLI_METRIC_GAUGE, "bytes", "supervisor-memory",
    FORM_COUNT, "Memory of Bulkhead's own service." },
  { "bulkhead_supervisor_cpu_ratio", BH_CLI_METRIC_GAUGE, "ratio", "supervisor-cpu", FORM_PERCENT,
    "Share of one core that Bulkhead's own service used while this was measured." },
};

/* The value as text, NULL when nobody knows it. */
static char *
dup_value (GVariant *dict, const char *key, Form form)
{
  guint64 count;
  gboolean on;
  double number;

  if (form == FORM_SWITCH)
    return g_variant_lookup (dict, key, "b", &on) ? g_strdup (on ? "1" : "0") : NULL;
  if (bh_cli_dict_get_count (dict, key, &count))
    {
      if (form == FORM_MICROSECONDS)
        return g_strdup_printf ("%" G_GUINT64_FORMAT ".%06u", count / G_USEC_PER_SEC,
                                (guint) (count % G_USEC_PER_SEC));
      if (form != FORM_PERCENT)
        return g_strdup_printf ("%" G_GUINT64_FORMAT, count);
      number = (double) count;
    }
  else if (!bh_cli_dict_get_number (dict, key, &number))
    return NULL;

  {
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];

    return g_strdup (g_ascii_formatd (buffer, sizeof buffer, "%.6f",
                                      form == FORM_PERCENT ? number / 100 : number));
  }
}

static void
add_figures (BhCliExposition *text,
             const Figure *figures,
             guint n,
             GPtrArray *apps,
             const char *id_key)
{
  for (guint i = 0; i < n; i++)
    {
      bh_cli_exposition_begin (text, figures[i].name, figures[i].metric, figures[i].unit,
                               figures[i].help);
      for (guint j = 0; j < apps->len; j++)
        {
          GVariant *app = g_ptr_array_index (apps, j);
          g_autoptr (GVariant) inner
              = figures == limits ? g_variant_lookup_value (app, "Limits", G_VARIANT_TYPE_VARDICT)
                                  : g_variant_ref (app);
          g_autofree char *value
              = inner != NULL ? dup_value (inner, figures[i].key, figures[i].form) : NULL;
          guint64 created = 0;

          bh_cli_dict_get_count (app, "started-at", &created);
          if (value != NULL)
            bh_cli_exposition_add (text, value, created, "app",
                                   bh_cli_dict_get_string (app, id_key), NULL);
        }
    }
}

static void
add_machine (BhCliExposition *text, GVariant *machine)
{
  for (guint i = 0; i < G_N_ELEMENTS (machine_figures); i++)
    {
      const Figure *figure = &machine_figures[i];
      g_autofree char *value = dup_value (machine, figure->key, figure->form);

      bh_cli_exposition_begin (text, figure->name, figure->metric, figure->unit, figure->help);
      if (value != NULL)
        bh_cli_exposition_add (text, value, 0, NULL);
    }
}

static void
add_apps (BhCliExposition *text, GPtrArray *apps)
{
  bh_cli_exposition_begin (text, "bulkhead_app", BH_CLI_METRIC_INFO, NULL,
                           "The apps that are installed.");
  for (guint i = 0; i < apps->len; i++)
    {
      GVariant *app = g_ptr_array_index (apps, i);

      bh_cli_exposition_add (text, "1", 0, "app", bh_cli_dict_get_string (app, "Id"), "name",
                             bh_cli_dict_get_string (app, "Name"), "source",
                             bh_cli_dict_get_string (app, "Source"), NULL);
    }

  bh_cli_exposition_begin (text, "bulkhead_app_state", BH_CLI_METRIC_STATES, NULL,
                           "What each app is doing.");
  for (guint i = 0; i < apps->len; i++)
    for (guint j = 0; j < BH_N_STATES; j++)
      {
        GVariant *app = g_ptr_array_index (apps, i);
        const char *state = bh_state_to_string ((BhState) j);

        bh_cli_exposition_add (
            text, g_str_equal (bh_cli_dict_get_string (app, "State"), state) ? "1" : "0", 0, "app",
            bh_cli_dict_get_string (app, "Id"), "bulkhead_app_state", state, NULL);
      }

  bh_cli_exposition_begin (text, "bulkhead_app_restarts", BH_CLI_METRIC_COUNTER, NULL,
                           "How often it was started again since its first start.");
  for (guint i = 0; i < apps->len; i++)
    {
      GVariant *app = g_ptr_array_index (apps, i);
      g_autofree char *value = dup_value (app, "Restarts", FORM_COUNT);

      if (value != NULL)
        bh_cli_exposition_add (text, value, 0, "app", bh_cli_dict_get_string (app, "Id"), NULL);
    }
}

/* What can't be said by a single key. */
static void
add_running (BhCliExposition *text, GPtrArray *running)
{
  bh_cli_exposition_begin (text, "bulkhead_app_memory_exact", BH_CLI_METRIC_GAUGE, NULL,
                           "1 where memory is what the kernel counts for the app; 0 where it is "
                           "estimated as resident minus shared.");
  for (guint i = 0; i < running->len; i++)
    {
      GVariant *entry = g_ptr_array_index (running, i);
      const char *kind = bh_cli_dict_get_string (entry, "memory-kind");

      if (*kind != '\0')
        bh_cli_exposition_add (text, g_str_equal (kind, "resident") ? "0" : "1", 0, "app",
                               bh_cli_dict_get_string (entry, "id"), NULL);
    }

  bh_cli_exposition_begin (text, "bulkhead_app_processes", BH_CLI_METRIC_GAUGE, NULL,
                           "How many processes it has.");
  for (guint i = 0; i < running->len; i++)
    {
      GVariant *entry = g_ptr_array_index (running, i);
      g_autoptr (GVariant) processes
          = g_variant_lookup_value (entry, "processes", G_VARIANT_TYPE ("aa{sv}"));
      g_autofree char *value = NULL;

      if (processes == NULL)
        continue;
      value = g_strdup_printf ("%u", (guint) g_variant_n_children (processes));
      bh_cli_exposition_add (text, value, 0, "app", bh_cli_dict_get_string (entry, "id"), NULL);
    }
}

/* How often each app ended for each reason within a day. A gauge, for the journal forgets. */
static void
add_ends (BhCliExposition *text, GPtrArray *events)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();

  for (guint i = 0; i < events->len; i++)
    {
      GVariant *event = g_ptr_array_index (events, i);
      char *key = g_strdup_printf ("%s\n%s", bh_cli_dict_get_string (event, "reason"),
                                   bh_cli_dict_get_string (event, "app"));
      guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, key));

      if (count == 0)
        g_ptr_array_add (keys, key);
      /* Of a key that is there already the new one is freed. */
      g_hash_table_insert (counts, key, GUINT_TO_POINTER (count + 1));
    }

  bh_cli_exposition_begin (text, "bulkhead_app_ends_last_day", BH_CLI_METRIC_GAUGE, NULL,
                           "How often it has ended within the last 24 hours, by reason.");
  for (guint i = 0; i < keys->len; i++)
    {
      const char *key = g_ptr_array_index (keys, i);
      g_auto (GStrv) parts = g_strsplit (key, "\n", 2);
      g_autofree char *value
          = g_strdup_printf ("%u", GPOINTER_TO_UINT (g_hash_table_lookup (counts, key)));

      bh_cli_exposition_add (text, value, 0, "app", parts[1], "reason", parts[0], NULL);
    }
}

static GVariant *
sample_machine (GDBusConnection *bus, GError **error)
{
  g_autoptr (GVariant) reply
      = bh_cli_connection_ask_service (bus, bh_dbus_supervisor1_interface_info ()->name,
                                       "SampleMachine", NULL, "(a{sv})", BH_CLI_QUERY_TIMEOUT,
                                       error);

  return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
}

static gboolean
add_all (BhCliExposition *text, GDBusConnection *bus, GError **error)
{
  g_autoptr (GPtrArray) apps = NULL;
  g_autoptr (GPtrArray) running = NULL;
  g_autoptr (GPtrArray) ends = NULL;
  g_autoptr (GVariant) earlier = NULL;
  g_autoptr (GVariant) machine = NULL;
  g_autoptr (GVariant) sample = NULL;
  BhCliEventsQuery query = { 0 };
  char *kinds[] = { (char[]){ "ended" }, NULL };

  query.kinds = kinds;
  query.since = (guint64) g_get_real_time () - DAY;
  query.limit = BH_CLI_EVENTS_MAX_LIMIT;

  /* Shares of the processor are those between the two. */
  earlier = sample_machine (bus, error);
  sample = earlier != NULL ? bh_cli_connection_sample (bus, error) : NULL;
  machine = sample != NULL ? sample_machine (bus, error) : NULL;
  apps = machine != NULL ? bh_cli_connection_list_apps (bus, error) : NULL;
  ends = apps != NULL ? bh_cli_events_ask (bus, &query, error) : NULL;
  if (ends == NULL)
    return FALSE;

  for (guint i = apps->len; i > 0; i--)
    if (*bh_cli_dict_get_string (g_ptr_array_index (apps, i - 1), "Broken") != '\0')
      g_ptr_array_remove_index (apps, i - 1);
  running = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  for (gsize i = 0; i < g_variant_n_children (sample); i++)
    g_ptr_array_add (running, g_variant_get_child_value (sample, i));
  bh_cli_connection_sort_apps (running, "id", "id");
  bh_cli_connection_sort_apps (apps, "Id", "Id");

  add_apps (text, apps);
  add_figures (text, limits, G_N_ELEMENTS (limits), apps, "Id");
  add_figures (text, usage, G_N_ELEMENTS (usage), running, "id");
  add_running (text, running);
  add_ends (text, ends);
  add_machine (text, machine);

  return TRUE;
}

static char *
gather (BhCliExposition *text, GError **error)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autofree char *version = NULL;
  gboolean up;

  bus = bh_cli_connection_open (error);
  if (bus == NULL)
    return NULL;
  up = bh_cli_connection_has_service (bus);

  bh_cli_exposition_begin (text, "bulkhead_up", BH_CLI_METRIC_GAUGE, NULL,
                           "1 while Bulkhead's service runs. It does not while no app does and "
                           "nobody asks for it.");
  bh_cli_exposition_add (text, up ? "1" : "0", 0, NULL);
  if (up)
    {
      version = bh_cli_connection_peek_version (bus, BH_CLI_QUERY_TIMEOUT);
      bh_cli_exposition_begin (text, "bulkhead_build", BH_CLI_METRIC_INFO, NULL,
                               "The version of Bulkhead's service.");
      if (version != NULL)
        bh_cli_exposition_add (text, "1", 0, "version", version, NULL);
      if (!add_all (text, bus, error))
        return NULL;
    }

  return bh_cli_exposition_finish (text);
}

/* The whole file or none: a reader must never see half of it. Others may read it, whatever the
 * user's umask, for the exporter that does is another user. */
static gboolean
write_file (const char *path, const char *text, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  /* A link stays and leads to the new file. */
  g_autofree char *file = realpath (path, NULL);
  gboolean done;
  mode_t mask;

  /* To put a file in its place would take a device away from everybody. */
  if (g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, BH_ERROR, BH_ERROR_FAILED,
                   _("the metrics could not be written: “%s” is no ordinary file; without --output "
                     "they are printed"),
                   path);
      return FALSE;
    }
  mask = umask (S_IWGRP | S_IWOTH);
  done = g_file_set_contents_full (file != NULL ? file : path, text, -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT, 0644, &local_error);
  umask (mask);
  if (!done)
    /* GLib's message names the file. */
    g_set_error (error, BH_ERROR, BH_ERROR_FAILED, _("the metrics could not be written: %s"),
                 local_error->message);

  return done;
}

static gboolean
choose_dialect (const BhCliCommand *command,
                BhCliOutput *output,
                const char *format,
                const char *path,
                BhCliDialect *dialect)
{
  *dialect = BH_CLI_OPENMETRICS;
  if (format == NULL)
    {
      /* What is called so is for the textfile collector, which reads nothing else. */
      if (path != NULL && g_str_has_suffix (path, ".prom"))
        *dialect = BH_CLI_PROMETHEUS;
      return TRUE;
    }
  if (g_str_equal (format, "openmetrics"))
    return TRUE;
  *dialect = BH_CLI_PROMETHEUS;
  if (g_str_equal (format, "prometheus"))
    return TRUE;
  bh_cli_command_misuse (command, output, _("--format is “openmetrics” or “prometheus”"));

  return FALSE;
}

/* Whether some samples have it anyway, so that they would have it twice. */
static gboolean
is_own_label (const char *name)
{
  const char *const own[]
      = { "app", "name", "source", "bulkhead_app_state", "reason", "version", NULL };

  return g_strv_contains (own, name);
}

static gboolean
add_labels (const BhCliCommand *command, BhCliOutput *output, BhCliExposition *text, char **labels)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (; labels != NULL && *labels != NULL; labels++)
    {
      g_auto (GStrv) parts = NULL;
      g_autofree char *quoted = NULL;
      g_autofree char *message = NULL;

      if (!bh_cli_command_take_text (command, output, labels))
        return FALSE;
      parts = g_strsplit (*labels, "=", 2);
      if (g_strv_length (parts) == 2 && bh_cli_exposition_is_label (parts[0]))
        {
          if (!is_own_label (parts[0]) && g_hash_table_add (names, g_strdup (parts[0])))
            {
              bh_cli_exposition_add_label (text, parts[0], parts[1]);
              continue;
            }
          message
              = g_strdup_printf (_("there is a label “%s” already; take another name"), parts[0]);
          bh_cli_command_misuse (command, output, message);
          return FALSE;
        }
      quoted = bh_text_quote (*labels);
      message = g_strdup_printf (_("%s is no NAME=VALUE of a label, such as “user=me”"), quoted);
      bh_cli_command_misuse (command, output, message);
      return FALSE;
    }

  return TRUE;
}

/**
 * bh_cli_metrics:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): its command line
 *
 * Prints what apps cost for Prometheus and its like, or writes it to a file.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_metrics (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  g_autoptr (BhCliExposition) exposition = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) arguments = NULL;
  g_auto (GStrv) labels = NULL;
  g_autofree char *path = NULL;
  g_autofree char *format = NULL;
  g_autofree char *text = NULL;
  BhCliDialect dialect;
  BhCliExit exit_code;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &path,
      N_("Write them to this file, all at once, instead of printing them"), N_("FILE") },
    { "format", 'f', 0, G_OPTION_ARG_STRING, &format, N_("“openmetrics” or “prometheus”"),
      N_("FORMAT") },
    { "label", 'l', 0, G_OPTION_ARG_FILENAME_ARRAY, &labels,
      N_("Give each of them this label; can be given several times"), N_("NAME=VALUE") },
    G_OPTION_ENTRY_NULL,
  };

  if (!bh_cli_command_parse (command, output, entries, argv, &arguments, &exit_code))
    return exit_code;
  if (bh_cli_output_get_json (output))
    {
      bh_cli_command_misuse (command, output,
                             _("metrics have a format of their own; “bulkheadctl ps --json” has "
                               "the figures as JSON"));
      return BH_CLI_USAGE;
    }
  if (!choose_dialect (command, output, format, path, &dialect))
    return BH_CLI_USAGE;
  exposition = bh_cli_exposition_new (dialect);
  if (!add_labels (command, output, exposition, labels))
    return BH_CLI_USAGE;

  text = gather (exposition, &error);
  if (text != NULL && path != NULL)
    write_file (path, text, &error);
  if (error != NULL)
    return bh_cli_command_fail (output, NULL, error);
  if (path == NULL)
    bh_cli_output_print_raw (output, text);

  return BH_CLI_DONE;
}
