/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-dbus-private.h"
#include "fake-figures.h"
#include "fake-hostile.h"

#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * Stands where bulkhead-runner would: speaks the private channel for real, and behaves as the id of
 * its app says, so that the supervisor can be tested without a display.
 *
 *   plain         comes up, paints, closes when it is asked to, by SIGTERM too
 *   exit-N        exits with N before it is ready
 *   failed        says what failed, and exits with 1
 *   hang          never gets ready
 *   stubborn      neither closes nor ends on SIGTERM
 *   careful       has something to lose, as it says when it is asked
 *   wanted        wants to wake soon after it was told to sleep
 *   wayland       must not be stopped itself when it is to sleep
 *   bomb-N        has N children, each of which has another every few milliseconds, up to a bound
 *   fork-N        has N children that ignore SIGTERM, and one that left its family
 *   writer        has a child that writes "kept" into the app's data and ends when it is gone
 *   allocate-N    has N MiB of its own
 *   spin          burns a core
 *   busy-N        burns N ms of CPU time before it looks at what has come, again and again
 *   crash         ends by SIGSEGV when it is asked to load something, exit-late-N likewise with N
 *   page-crash    says that its page's process died when it is asked to load something
 *   blank         never paints
 *   page-first    says that its page's process died before it is ready
 *   mute          sends no heartbeats
 *   deaf          does not answer when it is told of a permission
 *   beginning     has what it begins for for a title
 *   fds           has the descriptors that it was started with for a title
 *
 * and those of fake-figures.c. Whatever it is, the fragment of what it is asked to load can be an
 * order, see obey().
 */

/* Milliseconds between two tries to come back, and after how many it gives up. */
#define RESUME_DELAY 20
#define RESUME_TRIES 500

static GMainLoop *loop;
static GDBusConnection *connection;
static BhDBusRunnerHost1 *host;
static char *mode;
static int number;
static char *slug, *token, *socket_path;
static gboolean loaded;
static char *page_ended;
static guint heartbeat;
static char *cache;
static GStrv answers;
static guint pending;
static gboolean responds = TRUE;
static int page_status = -1;
static char *explained;
static char *suspended;

static gboolean connect_again (gpointer user_data);

static gboolean
is_mode (const char *name)
{
  return g_str_equal (mode, name);
}

static void
die_by (int signal_number)
{
  signal (signal_number, SIG_DFL);
  raise (signal_number);
}

static void
close_down (void)
{
  bh_dbus_runner_host1_call_closing_sync (host, "stopped", NULL, NULL);
  g_main_loop_quit (loop);
}

static gboolean
on_sigterm (gpointer user_data)
{
  close_down ();

  return G_SOURCE_CONTINUE;
}

static gboolean
on_handle_close (BhDBusRunner1 *runner, GDBusMethodInvocation *invocation, gpointer user_data)
{
  bh_dbus_runner1_complete_close (runner, invocation);
  if (!is_mode ("stubborn"))
    close_down ();

  return TRUE;
}

static gboolean
on_handle_activate (BhDBusRunner1 *runner,
                    GDBusMethodInvocation *invocation,
                    GVariant *options,
                    gpointer user_data)
{
  bh_dbus_runner1_complete_activate (runner, invocation);
  /* The title shall go on telling what was loaded. */
  if (!loaded)
    bh_dbus_runner_host1_call_title_changed (host, "raised", NULL, NULL, NULL);

  return TRUE;
}

static gboolean
on_heartbeat (gpointer user_data)
{
  bh_dbus_runner_host1_call_heartbeat (host, 0, NULL, NULL, NULL);

  return G_SOURCE_CONTINUE;
}

static void
say_title (const char *title)
{
  bh_dbus_runner_host1_call_title_changed (host, title, NULL, NULL, NULL);
}

static void
on_second_hello_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;

  bh_dbus_runner_host1_call_hello_finish (host, NULL, result, &error);
  g_assert_nonnull (error);
  name = g_dbus_error_get_remote_error (error);
  say_title (name);
}

/* The descriptors that were open when the program began. */
static void
list_fds (GString *list)
{
  for (int fd = 0; fd < 1024; fd++)
    if (fcntl (fd, F_GETFD) >= 0)
      g_string_append_printf (list, "%s%d", list->len > 0 ? " " : "", fd);
}

static void
flood (void)
{
  g_autofree char *huge = g_strnfill (1024 * 1024, 'x');

  for (guint i = 0; i < 20000; i++)
    {
      g_autofree char *title = g_strdup_printf ("flood %u", i);

      say_title (title);
    }
  say_title (huge);
  bh_dbus_runner_host1_call_failed (host, huge, NULL, NULL, NULL);
  g_dbus_connection_flush_sync (connection, NULL, NULL);
}

static void
on_strange_call_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  static GString *names;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;

  g_assert_null (g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error));
  name = g_dbus_error_get_remote_error (error);
  if (names == NULL)
    names = g_string_new (NULL);
  g_string_append_printf (names, "%s ", strrchr (name, '.') + 1);
  say_title (names->str);
}

/* What a runner that wants to reach another app might try. */
static void
call_strangely (void)
{
  const struct
  {
    const char *path, *interface, *method;
    GVariant *parameters;
  } calls[] = {
    { "/", "io.github.bulkhead.App1", "Kill", NULL },
    { "/io/github/bulkhead/Bulkhead/Supervisor/apps/fork_2d1", "io.github.bulkhead.App1", "Kill",
      NULL },
    { "/", "io.github.bulkhead.Supervisor1", "FindApp", g_variant_new ("(s)", "fork-1") },
    { "/", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects", NULL },
    { "/", "io.github.bulkhead.RunnerHost1", "Launch", g_variant_new ("(s)", "fork-1") },
    { "/", "io.github.bulkhead.RunnerHost1", "Heartbeat", g_variant_new ("(s)", "text") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    g_dbus_connection_call (connection, NULL, calls[i].path, calls[i].interface, calls[i].method,
                            calls[i].parameters, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                            on_strange_call_ready, NULL);
}

static void
end_page (const char *reason)
{
  g_free (page_ended);
  page_ended = g_strdup (reason);
  bh_dbus_runner_host1_call_web_process_ended (host, reason, page_status, NULL, NULL, NULL);
}

static void
recover (void)
{
  g_clear_pointer (&page_ended, g_free);
  bh_dbus_runner_host1_call_web_process_recovered (host, NULL, NULL, NULL);
}

/* What the methods of RunnerDesk1 take. */
static const struct
{
  const char *method;
  const char *type;
} desk_methods[] = {
  { "OpenUri", "(ss)" },   { "ChooseFiles", "(a{sv})" }, { "SaveFile", "(ss)" },
  { "CancelSave", "(s)" }, { "OpenSaved", "(us)" },      { "ShowSaved", "(us)" },
};

static void
write_answers (void)
{
  g_autofree char *path = g_build_filename (cache, "answers", NULL);
  g_autofree char *text = g_strjoinv ("\n", answers);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_clear_pointer (&answers, g_strfreev);
}

static void
on_desk_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  char **answer = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL)
    *answer = g_variant_print (reply, FALSE);
  else if (g_dbus_error_is_remote_error (error))
    {
      g_autofree char *name = g_dbus_error_get_remote_error (error);

      g_dbus_error_strip_remote_error (error);
      *answer = g_strdup_printf ("%s: %s", name, error->message);
    }
  else
    *answer = g_strdup ("no answer");
  g_strdelimit (*answer, "\n", ' ');
  if (--pending == 0)
    write_answers ();
}

static void
ask_desk (const char *line, char **answer)
{
  g_auto (GStrv) parts = g_strsplit (line, " ", 2);
  g_autoptr (GError) error = NULL;
  GVariant *arguments = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (desk_methods); i++)
    if (g_str_equal (desk_methods[i].method, parts[0]))
      arguments
          = g_variant_parse (G_VARIANT_TYPE (desk_methods[i].type), parts[1], NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (arguments);
  g_dbus_connection_call (connection, NULL, "/", "io.github.bulkhead.RunnerDesk1", parts[0],
                          arguments, NULL, G_DBUS_CALL_FLAGS_NONE, G_MAXINT, NULL, on_desk_ready,
                          answer);
}

/* All at once what the file "requests" in the app's cache says, one call a line, such as
 * "OpenUri ('https://example.com/', '')"; the answers become the file "answers". */
static void
ask_all (void)
{
  g_autofree char *path = g_build_filename (cache, "requests", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  pending = g_strv_length (lines);
  answers = g_new0 (char *, pending + 1);
  for (guint i = 0; lines[i] != NULL; i++)
    ask_desk (lines[i], &answers[i]);
}

/* The main loop goes on and answers. */
static gpointer
spin (gpointer user_data)
{
  volatile guint n = 0;

  for (;;)
    n++;

  return NULL;
}

/* "does-audio,download"; "does-" for nothing. */
static void
say_activity (const char *names)
{
  g_auto (GStrv) activity = g_strsplit (names, ",", -1);

  bh_dbus_runner_host1_call_activity_changed (host, (const char *const *) activity, NULL, NULL,
                                              NULL);
}

static void
obey (const char *order)
{
  if (g_str_equal (order, "crash"))
    die_by (SIGSEGV);
  else if (g_str_has_prefix (order, "exit-"))
    _exit (atoi (order + strlen ("exit-")));
  else if (g_str_has_prefix (order, "network-"))
    bh_dbus_runner_host1_call_network_process_ended (host, atoi (order + strlen ("network-")), NULL,
                                                     NULL, NULL);
  else if (g_str_has_prefix (order, "status-"))
    page_status = atoi (order + strlen ("status-"));
  else if (g_str_has_prefix (order, "page-"))
    end_page (order + strlen ("page-"));
  else if (g_str_equal (order, "recover"))
    recover ();
  else if (g_str_equal (order, "stay"))
    bh_dbus_runner_host1_call_recovery_cancelled (host, NULL, NULL, NULL);
  else if (g_str_has_prefix (order, "beat-"))
    bh_dbus_runner_host1_call_heartbeat (host, (guint) atoi (order + strlen ("beat-")), NULL, NULL,
                                         NULL);
  else if (g_str_has_prefix (order, "relaxed-"))
    bh_dbus_runner_host1_call_heartbeat_relaxed (host, (guint) atoi (order + strlen ("relaxed-")),
                                                 NULL, NULL, NULL);
  else if (g_str_equal (order, "explained"))
    say_title (explained != NULL ? explained : "not explained");
  else if (g_str_equal (order, "wait"))
    bh_dbus_runner_host1_call_wait_wanted (host, NULL, NULL, NULL);
  else if (g_str_has_prefix (order, "close"))
    bh_dbus_runner_host1_call_closing_sync (host, "closed", NULL, NULL);
  else if (g_str_equal (order, "fail"))
    bh_dbus_runner_host1_call_failed_sync (host, "It broke", NULL, NULL);
  else if (g_str_has_prefix (order, "traffic-"))
    bh_dbus_runner_host1_call_traffic_changed (
        host, g_ascii_strtoull (order + strlen ("traffic-"), NULL, 10),
        g_ascii_strtoull (strrchr (order, '-') + 1, NULL, 10), NULL, NULL, NULL);
  else if (g_str_has_prefix (order, "does-"))
    say_activity (order + strlen ("does-"));
  else if (g_str_equal (order, "hello"))
    bh_dbus_runner_host1_call_hello (host, NULL, on_second_hello_ready, NULL);
  else if (g_str_equal (order, "flood"))
    flood ();
  else if (g_str_equal (order, "spin"))
    g_thread_unref (g_thread_new ("spin", spin, NULL));
  else if (hostile_obey (connection, order) || figures_obey (order))
    ;
  else if (g_str_equal (order, "strange"))
    call_strangely ();
  else if (g_str_equal (order, "again"))
    connect_again (NULL);
  else if (g_str_equal (order, "desk"))
    ask_all ();
  else if (g_str_equal (order, "drop"))
    g_dbus_connection_close_sync (connection, NULL, NULL);

  if (g_str_equal (order, "close"))
    g_main_loop_quit (loop);
  if (g_str_equal (order, "fail"))
    _exit (1);
}

static gboolean
on_handle_load (BhDBusRunner1 *runner,
                GDBusMethodInvocation *invocation,
                const char *uri,
                gpointer user_data)
{
  bh_dbus_runner1_complete_load (runner, invocation);
  loaded = TRUE;
  g_dbus_connection_flush_sync (connection, NULL, NULL);
  if (is_mode ("crash"))
    die_by (SIGSEGV);
  if (is_mode ("exit-late"))
    _exit (number);
  if (is_mode ("page-crash"))
    end_page ("crashed");
  else
    say_title (uri);
  if (strchr (uri, '#') != NULL)
    obey (strchr (uri, '#') + 1);

  return TRUE;
}

static gboolean
on_handle_explain (BhDBusRunner1 *runner,
                   GDBusMethodInvocation *invocation,
                   const char *reason,
                   const char *detail,
                   gboolean gave_up,
                   gpointer user_data)
{
  g_autofree char *title = g_strdup_printf ("%s%s: %s", gave_up ? "gave up: " : "", reason, detail);

  bh_dbus_runner1_complete_explain (runner, invocation);
  g_free (explained);
  explained = g_steal_pointer (&title);

  return TRUE;
}

/* Says so, when that is news. */
static gboolean
on_handle_set_responds (BhDBusRunner1 *runner,
                        GDBusMethodInvocation *invocation,
                        gboolean now,
                        gpointer user_data)
{
  bh_dbus_runner1_complete_set_responds (runner, invocation);
  if (now != responds)
    say_title (now ? "page answers" : "page hangs");
  responds = now;

  return TRUE;
}

/* Says so; "deaf" never answers. */
static gboolean
on_handle_set_permission (BhDBusRunner1 *runner,
                          GDBusMethodInvocation *invocation,
                          const char *origin,
                          const char *kind,
                          const char *answer,
                          gpointer user_data)
{
  g_autofree char *title = g_strjoin (" ", origin, kind, answer, NULL);

  say_title (title);
  if (!is_mode ("deaf"))
    bh_dbus_runner1_complete_set_permission (runner, invocation);

  return TRUE;
}

/* Says so, and waits for the order to do it. */
static gboolean
on_handle_recover (BhDBusRunner1 *runner,
                   GDBusMethodInvocation *invocation,
                   guint delay,
                   gpointer user_data)
{
  g_autofree char *title = g_strdup_printf ("recover %u", delay);

  bh_dbus_runner1_complete_recover (runner, invocation);
  say_title (title);

  return TRUE;
}

static gboolean
want_resume (gpointer user_data)
{
  bh_dbus_runner_host1_call_resume_wanted (host, NULL, NULL, NULL);

  return G_SOURCE_REMOVE;
}

static gboolean
on_handle_check_unsaved (BhDBusRunner1 *runner,
                         GDBusMethodInvocation *invocation,
                         gpointer user_data)
{
  bh_dbus_runner1_complete_check_unsaved (runner, invocation, is_mode ("careful"));

  return TRUE;
}

/* Says so, when that is news. */
static gboolean
on_handle_set_suspended (BhDBusRunner1 *runner,
                         GDBusMethodInvocation *invocation,
                         const char *why,
                         gpointer user_data)
{
  g_autofree char *title = g_strdup_printf ("asleep: %s", why);

  if (g_strcmp0 (why, suspended != NULL ? suspended : "") != 0 && !loaded)
    say_title (*why != '\0' ? title : "awake");
  g_free (suspended);
  suspended = g_strdup (why);
  bh_dbus_runner1_complete_set_suspended (runner, invocation, is_mode ("wayland"));
  /* By then it has been put to sleep. */
  if (*why != '\0' && is_mode ("wanted"))
    g_timeout_add (500, want_resume, NULL);

  return TRUE;
}

static void
on_closed (GDBusConnection *closed, gboolean vanished, GError *error, gpointer user_data)
{
  /* Closed by itself, to be out of reach. */
  if (!vanished)
    return;
  if (token == NULL)
    exit (1);
  g_timeout_add (RESUME_DELAY, connect_again, NULL);
}

static void
use_stream (GIOStream *stream)
{
  static BhDBusRunner1 *runner;
  g_autoptr (GError) error = NULL;

  /* One that is given up by us is none that we lost. */
  if (connection != NULL)
    g_signal_handlers_disconnect_by_func (connection, on_closed, NULL);
  g_clear_object (&host);
  g_clear_object (&runner);
  g_clear_object (&connection);
  connection
      = g_dbus_connection_new_sync (stream, NULL, G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                                    NULL, NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), NULL);
  runner = bh_dbus_runner1_skeleton_new ();
  g_signal_connect (runner, "handle-close", G_CALLBACK (on_handle_close), NULL);
  g_signal_connect (runner, "handle-activate", G_CALLBACK (on_handle_activate), NULL);
  g_signal_connect (runner, "handle-load", G_CALLBACK (on_handle_load), NULL);
  g_signal_connect (runner, "handle-recover", G_CALLBACK (on_handle_recover), NULL);
  g_signal_connect (runner, "handle-explain", G_CALLBACK (on_handle_explain), NULL);
  g_signal_connect (runner, "handle-check-unsaved", G_CALLBACK (on_handle_check_unsaved), NULL);
  g_signal_connect (runner, "handle-set-suspended", G_CALLBACK (on_handle_set_suspended), NULL);
  g_signal_connect (runner, "handle-set-responds", G_CALLBACK (on_handle_set_responds), NULL);
  g_signal_connect (runner, "handle-set-permission", G_CALLBACK (on_handle_set_permission), NULL);
  g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (runner), connection, "/", &error);
  g_assert_no_error (error);
  host = bh_dbus_runner_host1_proxy_new_sync (connection,
                                              G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES
                                                  | G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS,
                                              NULL, "/", NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_start_message_processing (connection);
}

static gboolean
connect_again (gpointer user_data)
{
  static int tries;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (socket_path);
  g_autoptr (GSocketConnection) stream
      = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);
  g_auto (GVariantDict) status = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GError) error = NULL;

  if (stream == NULL)
    {
      if (++tries == RESUME_TRIES)
        exit (1);
      return G_SOURCE_CONTINUE;
    }

  tries = 0;
  use_stream (G_IO_STREAM (stream));
  g_variant_dict_insert (&status, "painted", "b", TRUE);
  g_variant_dict_insert (&status, "title", "s", "resumed");
  if (page_ended != NULL)
    g_variant_dict_insert (&status, "web-process", "s", page_ended);
  if (!bh_dbus_runner_host1_call_resume_sync (host, slug, token, g_variant_dict_end (&status), NULL,
                                              &error)
      && g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED))
    g_clear_pointer (&token, g_free);

  return G_SOURCE_REMOVE;
}

static void
sleep_forever (void)
{
  signal (SIGTERM, SIG_IGN);
  for (;;)
    pause ();
}

static void
have_children (int children)
{
  pid_t parent;

  for (int i = 0; i < children; i++)
    if (fork () == 0)
      sleep_forever ();

  /* Its parent is gone at once, its session is its own: the tag alone tells whose it is. */
  parent = fork ();
  if (parent == 0)
    {
      setsid ();
      if (fork () == 0)
        sleep_forever ();
      _exit (0);
    }
  g_assert_cmpint (waitpid (parent, NULL, 0), ==, parent);
}

/* As WebKit's network process does. */
static void
have_writer (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "kept", NULL);
  int ends[2];
  char byte;
  int fd;

  g_assert_cmpint (pipe (ends), ==, 0);
  fcntl (ends[1], F_SETFD, FD_CLOEXEC);
  if (fork () > 0)
    {
      close (ends[0]);
      return;
    }
  close (ends[1]);
  while (read (ends[0], &byte, 1) > 0)
    ;
  fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  _exit (fd < 0);
}

static void
burn (int milliseconds)
{
  clock_t end = clock () + (clock_t) milliseconds * (CLOCKS_PER_SEC / 1000);

  while (clock () < end)
    ;
}

static void
parse_mode (const char *id)
{
  const char *dash = strrchr (id, '-');

  if (dash != NULL && g_ascii_isdigit (dash[1]))
    {
      mode = g_strndup (id, (gsize) (dash - id));
      number = atoi (dash + 1);
    }
  else
    {
      mode = g_strdup (id);
    }
}

static const char *
get_first_title (const char *fds, const char *beginning)
{
  if (is_mode ("fds"))
    return fds;

  return is_mode ("beginning") ? beginning : "hello";
}

int
main (int argc, char **argv)
{
  int channel_fd = -1, lock_fd = -1;
  g_autofree char *app = NULL;
  const GOptionEntry options[] = {
    { "app", 0, 0, G_OPTION_ARG_STRING, &app, NULL, NULL },
    { "channel-fd", 0, 0, G_OPTION_ARG_INT, &channel_fd, NULL, NULL },
    { "lock-fd", 0, 0, G_OPTION_ARG_INT, &lock_fd, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GVariant) config = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketConnection) stream = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) fds = g_string_new (NULL);
  g_autofree char *id = NULL;
  const char *beginning = "";
  gboolean known_figures;
  const char *data;
  char *memory;

  /* Before GLib opens its own. */
  list_fds (fds);

  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_parse (context, &argc, &argv, &error);
  g_assert_no_error (error);
  fcntl (channel_fd, F_SETFD, FD_CLOEXEC);
  fcntl (lock_fd, F_SETFD, FD_CLOEXEC);

  loop = g_main_loop_new (NULL, FALSE);
  socket = g_socket_new_from_fd (channel_fd, &error);
  g_assert_no_error (error);
  stream = g_socket_connection_factory_create_connection (socket);
  use_stream (G_IO_STREAM (stream));
  /* The supervisor may be dead by now. */
  if (!bh_dbus_runner_host1_call_hello_sync (host, &config, NULL, NULL))
    return 1;
  g_variant_lookup (config, "id", "s", &id);
  g_variant_lookup (config, "slug", "s", &slug);
  g_variant_lookup (config, "token", "s", &token);
  g_variant_lookup (config, "socket", "s", &socket_path);
  g_variant_lookup (config, "beginning", "&s", &beginning);
  g_variant_lookup (config, "heartbeat", "u", &heartbeat);
  g_variant_lookup (config, "cache", "s", &cache);
  parse_mode (id);

  if (is_mode ("exit"))
    _exit (number);
  if (is_mode ("hang"))
    sleep_forever ();
  if (is_mode ("failed"))
    {
      bh_dbus_runner_host1_call_failed_sync (host, "There is no display here", NULL, NULL);
      return 1;
    }
  if (is_mode ("stubborn"))
    signal (SIGTERM, SIG_IGN);
  else
    g_unix_signal_add (SIGTERM, on_sigterm, NULL);
  if (is_mode ("fork"))
    have_children (number);
  if (is_mode ("bomb"))
    hostile_have_bombs (number);
  if (is_mode ("writer"))
    {
      g_variant_lookup (config, "data", "&s", &data);
      have_writer (data);
    }
  if (is_mode ("allocate"))
    {
      /* Not from malloc(), whose overhead is not known. */
      memory = mmap (NULL, (gsize) number * 1024 * 1024, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      g_assert_true (memory != MAP_FAILED);
      for (gsize i = 0; i < (gsize) number * 1024 * 1024; i += 64)
        memory[i] = (char) g_random_int ();
    }

  known_figures = figures_begin (mode, number, cache);

  if (is_mode ("page-first"))
    bh_dbus_runner_host1_call_web_process_ended_sync (host, "crashed", -1, NULL, NULL);
  bh_dbus_runner_host1_call_ready_sync (host, NULL, NULL);
  bh_dbus_runner_host1_call_title_changed_sync (host, get_first_title (fds->str, beginning), NULL,
                                                NULL);
  if (!is_mode ("blank"))
    bh_dbus_runner_host1_call_painted_sync (host, NULL, NULL);
  if (heartbeat > 0 && !is_mode ("mute") && !known_figures)
    g_timeout_add (heartbeat, on_heartbeat, NULL);
  while (is_mode ("busy"))
    {
      burn (number);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  while (is_mode ("spin"))
    g_main_context_iteration (NULL, FALSE);
  g_main_loop_run (loop);

  return 0;
}
