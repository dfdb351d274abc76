/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-command.h"
#include "bh-cli-connection.h"
#include "bh-cli-dict.h"
#include "bh-cli-text.h"

#include "bh-app-id.h"
#include "bh-dbus-public.h"
#include "bh-error.h"
#include "bh-units.h"

#include <glib/gi18n.h>

/*
 * What is done to apps: `launch`, `stop`, `kill`, `restart`, `activate`, `wait`, `suspend`,
 * `resume` and `devtools`. A command that names several apps treats all of them at once, so that
 * stopping ten takes as long as stopping the slowest one. For each app it is a chain of calls: find
 * the object, learn its id and name, do it, and where somebody waited for the first paint ask when
 * that was. What can be done to all apps is one call, for the service knows best which of them it
 * leaves out.
 */

#define PROPERTIES_INTERFACE "org.freedesktop.DBus.Properties"

/* What kinds of options a method takes. */
typedef enum {
  TAKES_NOTHING,
  TAKES_TOKEN,
  TAKES_LAUNCH_OPTIONS,
} Takes;

typedef struct
{
  const char *method;
  const char *reply_type;
  Takes takes;
  /* The method of Supervisor1 that does it to all apps, and what it counts in JSON. */
  const char *all_method;
  const char *all_member;
} Action;

static const Action launch = { "Launch", "(a{sv})", TAKES_LAUNCH_OPTIONS };
static const Action stop = { "Stop", "()", TAKES_NOTHING };
static const Action kill_action = { "Kill", "(u)", TAKES_NOTHING };
static const Action restart = { "Restart", "(a{sv})", TAKES_LAUNCH_OPTIONS };
static const Action activate = { "Activate", "()", TAKES_TOKEN };
static const Action wait_action = { "Wait", "()", TAKES_NOTHING };
static const Action suspend = { "Suspend", "()", TAKES_NOTHING, "SuspendAll", "suspended" };
static const Action resume = { "Resume", "()", TAKES_NOTHING, "ResumeAll", "resumed" };
static const Action devtools = { "OpenDeveloperTools", "()", TAKES_NOTHING };

typedef struct
{
  const Action *action;
  BhCliOutput *output;
  GDBusConnection *bus;
  GMainLoop *loop;
  GPtrArray *jobs;
  guint pending;
  gboolean wait;
  const char *uri;
} Run;

/* One app of a run. */
typedef struct
{
  Run *run;
  char *id;
  char *path;
  GError *error;
  const char *token;
  gboolean started;
  guint64 pid;
  guint64 painted_after;
  guint64 processes;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->id);
  g_free (job->path);
  g_clear_error (&job->error);
  g_free (job);
}

static void
call_app (Job *job,
          const char *interface,
          const char *method,
          GVariant *parameters,
          const char *reply_type,
          int timeout,
          GAsyncReadyCallback callback)
{
  g_dbus_connection_call (job->run->bus, BH_SUPERVISOR_BUS_NAME, job->path, interface, method,
                          parameters, G_VARIANT_TYPE (reply_type), G_DBUS_CALL_FLAGS_NONE, timeout,
                          NULL, callback, job);
}

static void
print_launched (BhCliOutput *output, Job *job, const char *id)
{
  g_autofree char *after = NULL;

  if (job->painted_after > 0 && job->painted_after <= (guint64) G_MAXINT64)
    after = bh_units_format_duration ((gint64) job->painted_after);

  if (!job->started)
    /* Translators: an app's id and the PID of its runner. */
    bh_cli_output_print (output, _("%s: already running, raised, PID %u\n"), id, (guint) job->pid);
  else if (after != NULL)
    /* Translators: an app's id, the PID of its runner, a duration. */
    bh_cli_output_print (output, _("%s: started, PID %u, first paint after %s\n"), id,
                         (guint) job->pid, after);
  else
    bh_cli_output_print (output, _("%s: started, PID %u\n"), id, (guint) job->pid);
}

static void
print_done (Job *job)
{
  BhCliOutput *output = job->run->output;
  const Action *action = job->run->action;
  g_autofree char *id = bh_cli_text_clean (job->id);

  if (action->takes == TAKES_LAUNCH_OPTIONS)
    print_launched (output, job, id);
  else if (action == &stop)
    bh_cli_output_print (output, _("%s: stopped\n"), id);
  else if (action == &activate)
    bh_cli_output_print (output, _("%s: raised\n"), id);
  else if (action == &wait_action)
    bh_cli_output_print (output, _("%s: has more time\n"), id);
  else if (action == &suspend)
    bh_cli_output_print (output, _("%s: suspended\n"), id);
  else if (action == &resume)
    bh_cli_output_print (output, _("%s: resumed\n"), id);
  else if (action == &devtools)
    bh_cli_output_print (output, _("%s: developer tools opened\n"), id);
  else
    bh_cli_output_print (output,
                         ngettext ("%s: killed, %u process\n", "%s: killed, %u processes\n",
                                   (gulong) job->processes),
                         id, (guint) job->processes);
}

static void
finish_job (Job *job)
{
  Run *run = job->run;

  if (g_error_matches (job->error, BH_ERROR, BH_ERROR_NO_SUCH_APP))
    bh_cli_output_complain (run->output, "%s", job->error->message);
  else if (job->error != NULL)
    bh_cli_output_complain (run->output, "%s: %s", job->id, job->error->message);
  else if (!bh_cli_output_get_json (run->output))
    print_done (job);

  run->pending--;
  if (run->pending == 0)
    g_main_loop_quit (run->loop);
}

/* The reply, or NULL when the job is over because of an error. */
static GVariant *
finish_call (Job *job, GAsyncResult *result)
{
  GVariant *reply = g_dbus_connection_call_finish (job->run->bus, result, &job->error);

  if (reply != NULL)
    return reply;

  bh_cli_connection_explain (&job->error);
  if (g_error_matches (job->error, BH_ERROR, BH_ERROR_NO_SUCH_APP))
    {
      g_clear_error (&job->error);
      job->error = bh_cli_connection_no_such_app (job->run->bus, job->id);
    }
  finish_job (job);

  return NULL;
}

static void
on_painted_after_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) value = NULL;
  Job *job = user_data;

  reply = finish_call (job, result);
  if (reply == NULL)
    return;

  g_variant_get (reply, "(v)", &value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
    job->painted_after = g_variant_get_uint64 (value);
  finish_job (job);
}

static void
on_action_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) values = NULL;
  Job *job = user_data;
  Run *run = job->run;

  reply = finish_call (job, result);
  if (reply == NULL)
    return;

  if (g_variant_is_of_type (reply, G_VARIANT_TYPE ("(u)")))
    {
      guint32 processes;

      g_variant_get (reply, "(u)", &processes);
      job->processes = processes;
    }
  else if (g_variant_is_of_type (reply, G_VARIANT_TYPE ("(a{sv})")))
    {
      values = g_variant_get_child_value (reply, 0);
      g_variant_lookup (values, "started", "b", &job->started);
      bh_cli_dict_get_count (values, "pid", &job->pid);
    }

  if (run->wait)
    call_app (job, PROPERTIES_INTERFACE, "Get",
              g_variant_new ("(ss)", bh_dbus_app1_interface_info ()->name, "PaintedAfter"), "(v)",
              BH_CLI_QUERY_TIMEOUT, on_painted_after_ready);
  else
    finish_job (job);
}

static GVariant *
build_parameters (Job *job)
{
  Run *run = job->run;
  GVariantDict options;

  if (run->action->takes == TAKES_NOTHING)
    return NULL;

  g_variant_dict_init (&options, NULL);
  if (run->action->takes == TAKES_LAUNCH_OPTIONS)
    {
      g_variant_dict_insert (&options, "wait", "s", run->wait ? "painted" : "spawned");
      if (run->uri != NULL)
        g_variant_dict_insert (&options, "uri", "s", run->uri);
    }
  if (job->token != NULL)
    g_variant_dict_insert (&options, "activation-token", "s", job->token);

  return g_variant_new ("(@a{sv})", g_variant_dict_end (&options));
}

static void
on_app_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) app = NULL;
  Job *job = user_data;
  Run *run = job->run;
  const char *id;

  reply = finish_call (job, result);
  if (reply == NULL)
    return;

  /* The user may have typed the slug. */
  app = g_variant_get_child_value (reply, 0);
  id = bh_cli_dict_get_string (app, "Id");
  if (*id != '\0')
    {
      g_free (job->id);
      job->id = g_strdup (id);
    }

  /* How long a page takes to paint is the page's affair: no deadline, Ctrl+C ends the waiting. */
  call_app (job, bh_dbus_app1_interface_info ()->name, run->action->method, build_parameters (job),
            run->action->reply_type, run->wait ? G_MAXINT : BH_CLI_ACTION_TIMEOUT, on_action_ready);
}

static void
on_find_app_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GVariant) reply = NULL;
  Job *job = user_data;

  reply = finish_call (job, result);
  if (reply == NULL)
    return;

  g_variant_get (reply, "(o)", &job->path);
  call_app (job, PROPERTIES_INTERFACE, "GetAll",
            g_variant_new ("(s)", bh_dbus_app1_interface_info ()->name), "(a{sv})",
            BH_CLI_QUERY_TIMEOUT, on_app_ready);
}

static void
start_job (Job *job)
{
  Run *run = job->run;

  run->pending++;
  g_dbus_connection_call (run->bus, BH_SUPERVISOR_BUS_NAME, BH_SUPERVISOR_OBJECT_PATH,
                          bh_dbus_supervisor1_interface_info ()->name, "FindApp",
                          g_variant_new ("(s)", job->id), G_VARIANT_TYPE ("(o)"),
                          G_DBUS_CALL_FLAGS_NONE, BH_CLI_QUERY_TIMEOUT, NULL, on_find_app_ready,
                          job);
}

static void
print_json (Run *run)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < run->jobs->len; i++)
    {
      Job *job = g_ptr_array_index (run->jobs, i);

      json_builder_begin_object (builder);
      bh_cli_json_add_string (builder, "id", job->id);
      if (job->error != NULL)
        bh_cli_json_add_string (builder, "error", job->error->message);
      else if (run->action->takes == TAKES_LAUNCH_OPTIONS)
        {
          bh_cli_json_add_boolean (builder, "started", job->started);
          bh_cli_json_add_count (builder, "pid", job->pid);
          if (job->painted_after > 0)
            bh_cli_json_add_count (builder, "paintedAfter", job->painted_after / 1000);
          else
            bh_cli_json_add_null (builder, "paintedAfter");
        }
      else if (run->action == &kill_action)
        bh_cli_json_add_count (builder, "processes", job->processes);
      else if (run->action == &stop)
        /* The app closed them itself; nobody counted. */
        bh_cli_json_add_null (builder, "processes");
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  bh_cli_output_print_json (run->output, builder);
}

static BhCliExit
get_exit_code (Run *run)
{
  guint failed = 0;
  guint missing = 0;

  for (guint i = 0; i < run->jobs->len; i++)
    {
      Job *job = g_ptr_array_index (run->jobs, i);

      if (job->error != NULL)
        failed++;
      if (g_error_matches (job->error, BH_ERROR, BH_ERROR_NO_SUCH_APP))
        missing++;
    }

  if (failed == 0)
    return BH_CLI_DONE;

  return failed == missing ? BH_CLI_NO_SUCH_APP : BH_CLI_FAILED;
}

/* An app that is named twice is meant once. */
static gboolean
add_jobs (const BhCliCommand *command, Run *run, char **ids)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; ids[i] != NULL; i++)
    {
      Job *job;

      if (!bh_cli_command_take_text (command, run->output, &ids[i]))
        return FALSE;
      if (!g_hash_table_add (seen, ids[i]))
        continue;

      job = g_new0 (Job, 1);
      job->run = run;
      job->id = g_strdup (ids[i]);
      g_ptr_array_add (run->jobs, job);
    }

  return TRUE;
}

/* A token lets one window take the focus, the first one's. */
static void
take_activation_token (Run *run)
{
  const char *token = g_getenv ("XDG_ACTIVATION_TOKEN");

  if (token == NULL || *token == '\0')
    token = g_getenv ("DESKTOP_STARTUP_ID");
  if (token != NULL && *token != '\0' && g_utf8_validate (token, -1, NULL))
    ((Job *) g_ptr_array_index (run->jobs, 0))->token = token;
}

static void
do_jobs (Run *run)
{
  g_autoptr (GError) error = NULL;

  run->bus = bh_cli_connection_open (&error);
  if (run->bus == NULL)
    {
      bh_cli_output_complain (run->output, "%s", error->message);
      for (guint i = 0; i < run->jobs->len; i++)
        ((Job *) g_ptr_array_index (run->jobs, i))->error = g_error_copy (error);
      return;
    }

  /* Until we leave the bus the service must not exit between two of our calls. It says so
   * nowhere when it can't, and the calls that follow will. */
  g_dbus_connection_call (run->bus, BH_SUPERVISOR_BUS_NAME, BH_SUPERVISOR_OBJECT_PATH,
                          bh_dbus_supervisor1_interface_info ()->name, "Watch",
                          g_variant_new ("(u)", 0), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL,
                          NULL);

  run->loop = g_main_loop_new (NULL, FALSE);
  for (guint i = 0; i < run->jobs->len; i++)
    start_job (g_ptr_array_index (run->jobs, i));
  g_main_loop_run (run->loop);
  g_main_loop_unref (run->loop);
  g_object_unref (run->bus);
}

static BhCliExit
do_all (BhCliOutput *output, const Action *action)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;
  guint32 n;

  bus = bh_cli_connection_open (&error);
  if (bus != NULL)
    reply = bh_cli_connection_ask_service (bus, bh_dbus_supervisor1_interface_info ()->name,
                                           action->all_method, NULL, "(u)", BH_CLI_ACTION_TIMEOUT,
                                           &error);
  if (reply == NULL)
    {
      bh_cli_output_fail (output, NULL, error);
      return BH_CLI_FAILED;
    }
  g_variant_get (reply, "(u)", &n);

  if (bh_cli_output_get_json (output))
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      bh_cli_json_add_count (builder, action->all_member, n);
      json_builder_end_object (builder);
      bh_cli_output_print_json (output, builder);
    }
  else if (action == &suspend)
    bh_cli_output_print (output, ngettext ("%u app suspended\n", "%u apps suspended\n", n), n);
  else
    bh_cli_output_print (output, ngettext ("%u app resumed\n", "%u apps resumed\n", n), n);

  return BH_CLI_DONE;
}

static BhCliExit
run_action (const BhCliCommand *command, BhCliOutput *output, const Action *action, char **argv)
{
  Run run = { .action = action, .output = output };
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (job_free);
  g_auto (GStrv) ids = NULL;
  g_autofree char *uri = NULL;
  gboolean all = FALSE;
  BhCliExit exit_code;
  const GOptionEntry all_entries[] = {
    { "all", 'a', 0, G_OPTION_ARG_NONE, &all, N_("Do it to all apps"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  const GOptionEntry *entries = NULL;
  const GOptionEntry launch_entries[] = {
    { "wait", 'w', 0, G_OPTION_ARG_NONE, &run.wait, N_("Return when the first page is painted"),
      NULL },
    { "uri", 'u', 0, G_OPTION_ARG_FILENAME, &uri,
      N_("Show this page of the app, absolute or relative to its own"), N_("URI") },
    G_OPTION_ENTRY_NULL,
  };

  if (action->takes == TAKES_LAUNCH_OPTIONS)
    entries = launch_entries;
  else if (action->all_method != NULL)
    entries = all_entries;
  if (!bh_cli_command_parse (command, output, entries, argv, &ids, &exit_code))
    return exit_code;
  if (entries == all_entries && all == (ids[0] != NULL))
    {
      bh_cli_command_misuse (command, output, _("it needs either IDs or --all"));
      return BH_CLI_USAGE;
    }
  if (all)
    return do_all (output, action);

  run.jobs = jobs;
  if ((uri != NULL && !bh_cli_command_take_text (command, output, &uri))
      || !add_jobs (command, &run, ids))
    return BH_CLI_USAGE;
  run.uri = uri;
  if (action->takes != TAKES_NOTHING)
    take_activation_token (&run);

  do_jobs (&run);
  if (bh_cli_output_get_json (output))
    print_json (&run);

  return get_exit_code (&run);
}

/**
 * bh_cli_launch:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): its command line
 *
 * Starts apps, or raises the windows of those that run.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_launch (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  return run_action (command, output, &launch, argv);
}

/**
 * bh_cli_stop:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): its command line
 *
 * Asks apps to close, and kills those that do not.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_stop (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  return run_action (command, output, &stop, argv);
}

/**
 * bh_cli_kill:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): its command line
 *
 * Kills every process of apps.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_kill (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  return run_action (command, output, &kill_action, argv);
}

/**
 * bh_cli_restart:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): its command line
 *
 * Stops apps and starts them again.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_restart (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  return run_action (command, output, &restart, argv);
}

/**
 * bh_cli_activate:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): its command line
 *
 * Raises the windows of apps.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_activate (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  return run_action (command, output, &activate, argv);
}

/**
 * bh_cli_wait:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): its command line
 *
 * Gives apps that do not respond more time.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_wait (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  return run_action (command, output, &wait_action, argv);
}

/**
 * bh_cli_suspend:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): its command line
 *
 * Freezes apps.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_suspend (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  return run_action (command, output, &suspend, argv);
}

/**
 * bh_cli_resume:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): its command line
 *
 * Lets frozen apps go on.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_resume (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  return run_action (command, output, &resume, argv);
}

/**
 * bh_cli_devtools:
 * @command: the command
 * @output: where its words go
 * @argv: (array zero-terminated=1): its command line
 *
 * Shows the developer tools of apps.
 *
 * Returns: the exit code
 */
BhCliExit
bh_cli_devtools (const BhCliCommand *command, BhCliOutput *output, char **argv)
{
  return run_action (command, output, &devtools, argv);
}
