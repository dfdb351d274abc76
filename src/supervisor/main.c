/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-app-id.h"
#include "bh-config.h"
#include "bh-held-file.h"
#include "bh-plain-spawner.h"
#include "bh-process-scanner.h"
#include "bh-supervisor.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <unistd.h>

/*
 * bulkhead-supervisor: owns the bus name, and leaves when nothing runs and nobody watches.
 *
 * The service is exported before the name is asked for: whoever sees the name can call at once.
 */

/* Milliseconds without work or a caller until the service leaves. */
#define IDLE_TIMEOUT 30000

/* Bytes from which on memory is asked of the kernel by itself. */
#define LARGE_BLOCK (128 * 1024)

typedef struct
{
  GMainLoop *loop;
  BhSupervisor *supervisor;
  int idle_timeout;
  guint idle;
  gboolean owned;
  int status;
} Program;

static gboolean
on_idle_timeout (gpointer user_data)
{
  Program *program = user_data;

  program->idle = 0;
  g_debug ("Nothing runs and nobody watches: leaving");
  g_main_loop_quit (program->loop);

  return G_SOURCE_REMOVE;
}

static void
on_activity (BhSupervisor *supervisor, Program *program)
{
  g_clear_handle_id (&program->idle, g_source_remove);
  if (!bh_supervisor_is_busy (supervisor))
    program->idle = g_timeout_add ((guint) program->idle_timeout, on_idle_timeout, program);
}

static gboolean
on_signal (gpointer user_data)
{
  Program *program = user_data;

  /* The apps run on, and the next supervisor adopts them. */
  g_main_loop_quit (program->loop);

  return G_SOURCE_CONTINUE;
}

static void
on_name_acquired (GDBusConnection *connection, const char *name, gpointer user_data)
{
  Program *program = user_data;
  g_autoptr (GError) error = NULL;

  program->owned = TRUE;
  if (!bh_supervisor_adopt (program->supervisor, &error))
    {
      g_printerr ("bulkhead-supervisor: %s\n", error->message);
      program->status = 1;
      g_main_loop_quit (program->loop);
      return;
    }
  on_activity (program->supervisor, program);
}

static void
on_name_lost (GDBusConnection *connection, const char *name, gpointer user_data)
{
  Program *program = user_data;

  if (connection == NULL || g_dbus_connection_is_closed (connection))
    {
      g_printerr (_("bulkhead-supervisor: the session bus is gone. The apps go on.\n"));
    }
  else if (!program->owned)
    {
      g_printerr (_("bulkhead-supervisor: another supervisor runs on this session bus\n"));
      program->status = 1;
    }
  g_main_loop_quit (program->loop);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection = NULL;
  g_autoptr (BhClock) clock = NULL;
  g_autoptr (BhSpawner) spawner = NULL;
  g_autofree char *chooser = NULL;
  g_autofree char *chooser_path = NULL;
  g_autofree char *gate = NULL;
  g_autofree char *gate_path = NULL;
  g_autofree char *runner = NULL;
  g_autofree char *runner_path = NULL;
  gboolean unconfined = FALSE;
  gboolean version = FALSE;
  Program program = { .idle_timeout = IDLE_TIMEOUT };
  const GOptionEntry options[] = {
    { "chooser", 0, 0, G_OPTION_ARG_FILENAME, &chooser, N_("Let people choose files with PROGRAM"),
      N_("PROGRAM") },
    { "gate", 0, 0, G_OPTION_ARG_FILENAME, &gate,
      N_("Hold apps back with PROGRAM until they may start"), N_("PROGRAM") },
    { "runner", 0, 0, G_OPTION_ARG_FILENAME, &runner, N_("Start apps with PROGRAM"),
      N_("PROGRAM") },
    { "unconfined", 0, 0, G_OPTION_ARG_NONE, &unconfined,
      N_("Start apps without bubblewrap around them, for debugging"), NULL },
    { "idle-timeout", 0, 0, G_OPTION_ARG_INT, &program.idle_timeout,
      N_("Leave after this long without work"), N_("MILLISECONDS") },
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, N_("Print the version"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  BhProcStat stat;
  guint owner;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, BH_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  context = g_option_context_new (NULL);
  g_option_context_add_main_entries (context, options, GETTEXT_PACKAGE);
  g_option_context_set_summary (context,
                                _("The service behind Bulkhead. The session bus starts it by "
                                  "itself when it is needed."));
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("bulkhead-supervisor: %s\n", error->message);
      return 2;
    }
  if (argc > 1 || program.idle_timeout < 0)
    {
      g_printerr (_("bulkhead-supervisor: arguments that make no sense; see --help\n"));
      return 2;
    }
  if (version)
    {
      g_print ("bulkhead-supervisor %s\n", BH_VERSION);
      return 0;
    }
  runner_path = runner != NULL ? g_canonicalize_filename (runner, NULL)
                               : g_build_filename (BH_LIBEXECDIR, "bulkhead-runner", NULL);

  gate_path = gate != NULL ? g_canonicalize_filename (gate, NULL)
                           : g_build_filename (BH_LIBEXECDIR, "bulkhead-gate", NULL);

  chooser_path = chooser != NULL ? g_canonicalize_filename (chooser, NULL)
                                 : g_build_filename (BH_LIBEXECDIR, "bulkhead-chooser", NULL);

  signal (SIGPIPE, SIG_IGN);
  bh_held_file_raise_limit ();
#ifdef M_MMAP_THRESHOLD
  /* A sample of 100 apps is a message of 300 KiB. What was used to build it goes back at once,
   * rather than to stay with us until the next. */
  mallopt (M_MMAP_THRESHOLD, LARGE_BLOCK);
#endif
  connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  if (connection == NULL)
    {
      g_printerr (_("bulkhead-supervisor: the session bus can't be reached: %s\n"), error->message);
      return 1;
    }

  /* We leave by ourselves, see on_name_lost(). */
  g_dbus_connection_set_exit_on_close (connection, FALSE);
  if (!bh_process_read_stat (getpid (), &stat))
    {
      g_printerr (
          _("bulkhead-supervisor: “/proc” can't be read, by which processes are told apart. "
            "See that it is mounted, and that hidepid does not hide your own processes.\n"));
      return 1;
    }

  clock = bh_clock_new ();
  spawner = bh_plain_spawner_new ();
  program.loop = g_main_loop_new (NULL, FALSE);
  program.supervisor = bh_supervisor_new (clock, spawner, gate_path, runner_path, chooser_path,
                                          unconfined ? BH_ENCLOSING_NONE : BH_ENCLOSING_BUBBLEWRAP,
                                          connection, &error);
  if (program.supervisor == NULL)
    {
      g_printerr ("bulkhead-supervisor: %s\n", error->message);
      return 1;
    }
  g_signal_connect (program.supervisor, "activity", G_CALLBACK (on_activity), &program);
  g_unix_signal_add (SIGTERM, on_signal, &program);
  g_unix_signal_add (SIGINT, on_signal, &program);

  owner = g_bus_own_name_on_connection (connection, BH_SUPERVISOR_BUS_NAME,
                                        G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE, on_name_acquired,
                                        on_name_lost, &program, NULL);
  g_main_loop_run (program.loop);

  bh_supervisor_retire (program.supervisor);
  bh_supervisor_finish (program.supervisor);
  if (!g_dbus_connection_is_closed (connection))
    g_bus_unown_name (owner);
  g_clear_handle_id (&program.idle, g_source_remove);
  g_signal_handlers_disconnect_by_data (program.supervisor, &program);
  g_clear_object (&program.supervisor);
  g_dbus_connection_flush_sync (connection, NULL, NULL);
  g_main_loop_unref (program.loop);

  return program.status;
}
