/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-top.h"

#include "bh-cli-connection.h"
#include "bh-cli-top-feed.h"
#include "bh-cli-top-line.h"

#include "bh-text.h"
#include "bh-units.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include <signal.h>
#include <unistd.h>

/*
 * What runs and what it costs, again and again: `top`. Here are its command line, and --batch,
 * which prints what the terminal would show; the terminal itself is in bh-cli-top-pane.c.
 */

#define DEFAULT_INTERVAL 1000
#define MIN_INTERVAL     250
#define MAX_INTERVAL     60000

typedef struct
{
  BhCliOutput *output;
  const BhCliTopOptions *options;
  BhCliTopModel *model;
  GMainLoop *loop;
  guint frames;
  BhCliExit exit_code;
} Batch;

static void
print_line (Batch *batch, BhCliTopLine *line)
{
  g_autofree char *text = bh_cli_top_line_to_text (line);

  bh_cli_output_print (batch->output, "%s", text);
  bh_cli_top_line_free (line);
}

static void
on_sampled (GVariant *sample, gpointer user_data)
{
  Batch *batch = user_data;

  bh_cli_top_model_set_sample (batch->model, sample, g_get_monotonic_time ());
  if (batch->options->processes)
    bh_cli_top_model_expand_all (batch->model, TRUE);

  if (batch->frames > 0)
    bh_cli_output_print (batch->output, "\n");
  for (guint i = 0; i < BH_CLI_TOP_N_SUMMARY; i++)
    print_line (batch, bh_cli_top_line_new_summary (batch->model, i, 0));
  bh_cli_output_print (batch->output, "\n");
  print_line (batch, bh_cli_top_line_new_headings (batch->model, 0));
  for (guint i = 0; i < bh_cli_top_model_get_n_rows (batch->model); i++)
    print_line (batch, bh_cli_top_line_new_row (batch->model, i, 0));

  batch->frames++;
  if (bh_cli_output_is_broken (batch->output))
    bh_cli_output_break (batch->output);
  if (bh_cli_output_is_broken (batch->output) || batch->frames == batch->options->iterations)
    g_main_loop_quit (batch->loop);
}

static void
on_machine_sampled (GVariant *machine, gpointer user_data)
{
  Batch *batch = user_data;

  bh_cli_top_model_set_machine (batch->model, machine);
}

static void
on_ended (const char *trouble, gpointer user_data)
{
  Batch *batch = user_data;

  bh_cli_output_complain (batch->output, "%s", trouble);
  batch->exit_code = BH_CLI_FAILED;
  g_main_loop_quit (batch->loop);
}

/* A service that can't be had at the start is an error; one that goes will come again. */
static void
on_changed (const char *trouble, gpointer user_data)
{
  Batch *batch = user_data;

  if (trouble == NULL)
    return;
  if (batch->frames == 0)
    on_ended (trouble, batch);
  else
    bh_cli_output_complain (batch->output, "%s", trouble);
}

static gboolean
on_signal (gpointer user_data)
{
  Batch *batch = user_data;

  g_main_loop_quit (batch->loop);

  return G_SOURCE_CONTINUE;
}

static gboolean
on_reader_gone (int fd, GIOCondition condition, gpointer user_data)
{
  Batch *batch = user_data;

  bh_cli_output_break (batch->output);
  g_main_loop_quit (batch->loop);

  return G_SOURCE_REMOVE;
}

/**
 * bh_cli_top_run_batch:
 * @output: where frames go
 * @bus: the session bus
 * @options: what the command line says
 *
 * Prints a frame of plain text for each sample.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_top_run_batch (BhCliOutput *output, GDBusConnection *bus, const BhCliTopOptions *options)
{
  static const BhCliTopFeedFuncs funcs = { on_sampled, on_machine_sampled, on_changed, on_ended };
  g_autoptr (BhCliTopModel) model = bh_cli_top_model_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  BhCliTopFeed *feed;
  Batch batch = { output, options, model, loop, 0, BH_CLI_DONE };
  const int signals[] = { SIGINT, SIGTERM, SIGHUP };

  g_return_val_if_fail (output != NULL && options != NULL, BH_CLI_FAILED);

  bh_cli_top_model_set_sort (model, options->sort, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_unix_signal_add (signals[i], on_signal, &batch);
  g_unix_fd_add (STDOUT_FILENO, G_IO_ERR, on_reader_gone, &batch);
  feed = bh_cli_top_feed_new (bus, options->interval, &funcs, &batch);
  g_main_loop_run (loop);
  bh_cli_top_feed_free (feed);

  return batch.exit_code;
}

static gboolean
parse_interval (const BhCliCommand *command, BhCliOutput *output, const char *text, guint *interval)
{
  gint64 microseconds = 0;

  *interval = DEFAULT_INTERVAL;
  if (text == NULL)
    return TRUE;
  if (bh_units_parse_duration (text, &microseconds, NULL) && microseconds >= MIN_INTERVAL * 1000
      && microseconds <= MAX_INTERVAL * 1000)
    {
      *interval = (guint) (microseconds / 1000);
      return TRUE;
    }
  bh_cli_command_misuse (command, output,
                         _("--interval is from 250ms to 1min, such as “2” or “500ms”"));

  return FALSE;
}

static gboolean
parse_sort (const BhCliCommand *command,
            BhCliOutput *output,
            const char *text,
            BhCliTopColumn *sort)
{
  g_autofree char *quoted = NULL;
  g_autofree char *message = NULL;

  *sort = BH_CLI_TOP_MEMORY;
  if (text == NULL || bh_cli_top_column_from_name (text, sort))
    return TRUE;
  quoted = bh_text_quote (text);
  if (bh_cli_top_column_suggest (text) != NULL)
    message = g_strdup_printf (_("there is no column %s; did you mean “%s”?"), quoted,
                               bh_cli_top_column_suggest (text));
  else
    message = g_strdup_printf (_("there is no column %s"), quoted);
  bh_cli_command_misuse (command, output, message);

  return FALSE;
}

/**
 * bh_cli_top:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): its command line
 *
 * Shows what runs and what it costs, again and again.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_top (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) arguments = NULL;
  g_autofree char *interval = NULL;
  g_autofree char *sort = NULL;
  gboolean batch = FALSE;
  int iterations = 0;
  BhCliTopOptions options = { 0 };
  BhCliExit exit_code;
  const GOptionEntry entries[] = {
    { "interval", 'i', 0, G_OPTION_ARG_STRING, &interval, N_("How long from one look to the next"),
      N_("TIME") },
    { "sort", 's', 0, G_OPTION_ARG_STRING, &sort, N_("The column to sort by"), N_("COLUMN") },
    { "processes", 'p', 0, G_OPTION_ARG_NONE, &options.processes,
      N_("Show the processes of each app below it"), NULL },
    { "batch", 'b', 0, G_OPTION_ARG_NONE, &batch, N_("Print plain text, without a terminal"),
      NULL },
    { "iterations", 'n', 0, G_OPTION_ARG_INT, &iterations, N_("With --batch: end after N looks"),
      N_("N") },
    G_OPTION_ENTRY_NULL,
  };

  if (!bh_cli_command_parse (command, output, entries, argv, &arguments, &exit_code))
    return exit_code;
  if (!parse_interval (command, output, interval, &options.interval)
      || !parse_sort (command, output, sort, &options.sort))
    return BH_CLI_USAGE;
  if (bh_cli_output_get_json (output))
    {
      bh_cli_command_misuse (command, output,
                             _("this is for people; “bulkheadctl ps --json” has the figures as "
                               "JSON"));
      return BH_CLI_USAGE;
    }
  if (iterations < 0 || (iterations > 0 && !batch))
    {
      bh_cli_command_misuse (command, output, _("--iterations is a number, and for --batch"));
      return BH_CLI_USAGE;
    }
  if (!batch && (!isatty (STDIN_FILENO) || !isatty (STDOUT_FILENO)))
    {
      bh_cli_command_misuse (command, output,
                             _("this is no terminal; --batch prints plain text elsewhere"));
      return BH_CLI_USAGE;
    }
  options.iterations = (guint) iterations;

  bus = bh_cli_connection_open (&error);
  if (bus == NULL)
    {
      bh_cli_output_fail (output, NULL, error);
      return BH_CLI_FAILED;
    }

  return batch ? bh_cli_top_run_batch (output, bus, &options)
               : bh_cli_top_run_pane (output, bus, &options);
}
