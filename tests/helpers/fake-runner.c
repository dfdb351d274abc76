/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-dbus-private.h"

#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Stands where bulkhead-runner would: speaks the private channel for real, and behaves as the id of
 * its app says, so that the supervisor can be tested without a display.
 *
 *   plain         comes up, paints, closes when it is asked to
 *   exit-N        exits with N before it is ready
 *   failed        says what failed, and exits with 1
 *   hang          never gets ready
 *   stubborn      neither closes nor ends on SIGTERM
 *   fork-N        has N children that ignore SIGTERM, and one that left its family
 *   allocate-N    has N MiB of its own
 *   spin          burns a core
 *   crash         ends by SIGSEGV when it is asked to load something, exit-late-N likewise with N
 *   page-crash    says that its page's process died when it is asked to load something
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

static gboolean
on_handle_close (BhDBusRunner1 *runner, GDBusMethodInvocation *invocation, gpointer user_data)
{
  bh_dbus_runner1_complete_close (runner, invocation);
  if (is_mode ("stubborn"))
    return TRUE;
  bh_dbus_runner_host1_call_closing_sync (host, "stopped", NULL, NULL);
  g_main_loop_quit (loop);

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
    bh_dbus_runner_host1_call_web_process_ended (host, "crashed", NULL, NULL, NULL);
  else
    bh_dbus_runner_host1_call_title_changed (host, uri, NULL, NULL, NULL);

  return TRUE;
}

static void
on_closed (GDBusConnection *closed, gboolean vanished, GError *error, gpointer user_data)
{
  if (token == NULL)
    exit (1);
  g_timeout_add (RESUME_DELAY, connect_again, NULL);
}

static void
use_stream (GIOStream *stream)
{
  static BhDBusRunner1 *runner;
  g_autoptr (GError) error = NULL;

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
  if (!bh_dbus_runner_host1_call_resume_sync (host, slug, token, g_variant_dict_end (&status), NULL,
                                              NULL))
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
  for (int i = 0; i < children; i++)
    if (fork () == 0)
      sleep_forever ();

  /* Its parent is gone at once, its session is its own: the tag alone tells whose it is. */
  if (fork () == 0)
    {
      setsid ();
      if (fork () == 0)
        sleep_forever ();
      _exit (0);
    }
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

int
main (int argc, char **argv)
{
  int channel_fd = -1, lock_fd = -1;
  char *app = NULL;
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
  g_autofree char *id = NULL;
  char *memory = NULL;

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
  bh_dbus_runner_host1_call_hello_sync (host, &config, NULL, &error);
  g_assert_no_error (error);
  g_variant_lookup (config, "id", "s", &id);
  g_variant_lookup (config, "slug", "s", &slug);
  g_variant_lookup (config, "token", "s", &token);
  g_variant_lookup (config, "socket", "s", &socket_path);
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
  if (is_mode ("fork"))
    have_children (number);
  if (is_mode ("allocate"))
    {
      memory = g_malloc ((gsize) number * 1024 * 1024);
      for (gsize i = 0; i < (gsize) number * 1024 * 1024; i += 64)
        memory[i] = (char) g_random_int ();
    }

  bh_dbus_runner_host1_call_ready_sync (host, NULL, NULL);
  bh_dbus_runner_host1_call_title_changed_sync (host, "hello", NULL, NULL);
  bh_dbus_runner_host1_call_painted_sync (host, NULL, NULL);
  while (is_mode ("spin"))
    g_main_context_iteration (NULL, FALSE);
  g_main_loop_run (loop);
  g_free (memory);

  return 0;
}
