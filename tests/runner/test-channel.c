/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-channel.h"

#include "bh-app-id.h"
#include "bh-dbus-private.h"
#include "bh-error.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>

/*
 * The runner's end of the channel against a supervisor's end in the same process, made of the
 * generated code. What the peer is told becomes a line of its record.
 */

#define DEADLINE 20
#define SLUG     "notes"
#define TOKEN    "a secret"

typedef struct
{
  GTestDBus *bus;
  char *root;
  char *path;
  GSocketService *service;

  BhDBusRunnerHost1 *host;
  GDBusConnection *connection;
  guint accepted;
  gboolean refuses;
  gboolean holds_heartbeats;
  GPtrArray *held;
  GString *record;

  BhChannel *channel;
} Fixture;

static gboolean
on_deadline (gpointer user_data)
{
  g_error ("The condition did not come true within %d seconds: %s", DEADLINE,
           (const char *) user_data);

  return G_SOURCE_REMOVE;
}

/* Runs the main loop until the condition holds. */
#define wait_for(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint deadline_ = g_timeout_add_seconds (DEADLINE, on_deadline, (char *) (gsize) #condition);  \
    while (!(condition))                                                                           \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (deadline_);                                                                   \
  }                                                                                                \
  G_STMT_END

static gboolean
on_handle_hello (BhDBusRunnerHost1 *host, GDBusMethodInvocation *invocation, gpointer user_data)
{
  Fixture *fixture = user_data;
  GVariantDict config;

  g_variant_dict_init (&config, NULL);
  g_variant_dict_insert (&config, "slug", "s", SLUG);
  g_variant_dict_insert (&config, "socket", "s", fixture->path);
  g_variant_dict_insert (&config, "token", "s", TOKEN);
  bh_dbus_runner_host1_complete_hello (host, invocation, g_variant_dict_end (&config));

  return TRUE;
}

static gboolean
on_handle_resume (BhDBusRunnerHost1 *host,
                  GDBusMethodInvocation *invocation,
                  const char *slug,
                  const char *token,
                  GVariant *status,
                  gpointer user_data)
{
  Fixture *fixture = user_data;
  gboolean painted = FALSE;
  const char *title = NULL;
  const char *web_process = NULL;
  int web_status = 0;

  g_variant_lookup (status, "painted", "b", &painted);
  g_variant_lookup (status, "title", "&s", &title);
  g_variant_lookup (status, "web-process", "&s", &web_process);
  g_variant_lookup (status, "web-process-status", "i", &web_status);
  g_string_append_printf (fixture->record, "resume %s|%s|%d|%s|%s %d\n", slug, token, painted,
                          title, web_process, web_status);
  if (fixture->refuses)
    g_dbus_method_invocation_return_error (invocation, BH_ERROR, BH_ERROR_INVALID_ARGUMENT, "No");
  else
    bh_dbus_runner_host1_complete_resume (host, invocation);

  return TRUE;
}

static gboolean
on_handle_ready (BhDBusRunnerHost1 *host, GDBusMethodInvocation *invocation, gpointer user_data)
{
  g_string_append (((Fixture *) user_data)->record, "ready\n");
  bh_dbus_runner_host1_complete_ready (host, invocation);

  return TRUE;
}

static gboolean
on_handle_painted (BhDBusRunnerHost1 *host, GDBusMethodInvocation *invocation, gpointer user_data)
{
  g_string_append (((Fixture *) user_data)->record, "painted\n");
  bh_dbus_runner_host1_complete_painted (host, invocation);

  return TRUE;
}

static gboolean
on_handle_title_changed (BhDBusRunnerHost1 *host,
                         GDBusMethodInvocation *invocation,
                         const char *title,
                         gpointer user_data)
{
  g_string_append_printf (((Fixture *) user_data)->record, "title %s\n", title);
  bh_dbus_runner_host1_complete_title_changed (host, invocation);

  return TRUE;
}

static gboolean
on_handle_heartbeat (BhDBusRunnerHost1 *host,
                     GDBusMethodInvocation *invocation,
                     guint page_silence,
                     gpointer user_data)
{
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->record, "heartbeat %u\n", page_silence);
  if (fixture->holds_heartbeats)
    g_ptr_array_add (fixture->held, invocation);
  else
    bh_dbus_runner_host1_complete_heartbeat (host, invocation);

  return TRUE;
}

static gboolean
on_handle_web_process_ended (BhDBusRunnerHost1 *host,
                             GDBusMethodInvocation *invocation,
                             const char *reason,
                             int status,
                             gpointer user_data)
{
  g_string_append_printf (((Fixture *) user_data)->record, "ended %s %d\n", reason, status);
  bh_dbus_runner_host1_complete_web_process_ended (host, invocation);

  return TRUE;
}

static gboolean
on_handle_web_process_recovered (BhDBusRunnerHost1 *host,
                                 GDBusMethodInvocation *invocation,
                                 gpointer user_data)
{
  g_string_append (((Fixture *) user_data)->record, "recovered\n");
  bh_dbus_runner_host1_complete_web_process_recovered (host, invocation);

  return TRUE;
}

static gboolean
on_handle_recovery_cancelled (BhDBusRunnerHost1 *host,
                              GDBusMethodInvocation *invocation,
                              gpointer user_data)
{
  g_string_append (((Fixture *) user_data)->record, "cancelled\n");
  bh_dbus_runner_host1_complete_recovery_cancelled (host, invocation);

  return TRUE;
}

static gboolean
on_handle_closing (BhDBusRunnerHost1 *host,
                   GDBusMethodInvocation *invocation,
                   const char *reason,
                   gpointer user_data)
{
  g_string_append_printf (((Fixture *) user_data)->record, "closing %s\n", reason);
  bh_dbus_runner_host1_complete_closing (host, invocation);

  return TRUE;
}

static gboolean
on_handle_failed (BhDBusRunnerHost1 *host,
                  GDBusMethodInvocation *invocation,
                  const char *message,
                  gpointer user_data)
{
  g_string_append_printf (((Fixture *) user_data)->record, "failed %s\n", message);
  bh_dbus_runner_host1_complete_failed (host, invocation);

  return TRUE;
}

static void
drop_peer (Fixture *fixture)
{
  if (fixture->connection == NULL)
    return;

  g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (fixture->host));
  g_dbus_connection_close_sync (fixture->connection, NULL, NULL);
  g_clear_object (&fixture->connection);
}

static void
serve (Fixture *fixture, GIOStream *stream)
{
  g_autoptr (GError) error = NULL;

  drop_peer (fixture);
  fixture->connection
      = g_dbus_connection_new_sync (stream, NULL, G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                                    NULL, NULL, &error);
  g_assert_no_error (error);
  g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (fixture->host), fixture->connection,
                                    "/", &error);
  g_assert_no_error (error);
  g_dbus_connection_start_message_processing (fixture->connection);
}

static gboolean
on_incoming (GSocketService *service,
             GSocketConnection *connection,
             GObject *source,
             gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->accepted++;
  serve (fixture, G_IO_STREAM (connection));

  return TRUE;
}

static void
start_listening (Fixture *fixture)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (fixture->path);
  g_autoptr (GError) error = NULL;

  fixture->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (fixture->service), address,
                                 G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL,
                                 &error);
  g_assert_no_error (error);
  g_signal_connect (fixture->service, "incoming", G_CALLBACK (on_incoming), fixture);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketConnection) stream = NULL;
  int fds[2];

  /* A bus on which nothing can be activated. */
  fixture->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (fixture->bus);
  fixture->root = g_dir_make_tmp ("bulkhead-test-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->root, "socket", NULL);
  fixture->record = g_string_new (NULL);
  fixture->held = g_ptr_array_new ();

  fixture->host = bh_dbus_runner_host1_skeleton_new ();
  g_signal_connect (fixture->host, "handle-hello", G_CALLBACK (on_handle_hello), fixture);
  g_signal_connect (fixture->host, "handle-resume", G_CALLBACK (on_handle_resume), fixture);
  g_signal_connect (fixture->host, "handle-ready", G_CALLBACK (on_handle_ready), fixture);
  g_signal_connect (fixture->host, "handle-painted", G_CALLBACK (on_handle_painted), fixture);
  g_signal_connect (fixture->host, "handle-title-changed", G_CALLBACK (on_handle_title_changed),
                    fixture);
  g_signal_connect (fixture->host, "handle-heartbeat", G_CALLBACK (on_handle_heartbeat), fixture);
  g_signal_connect (fixture->host, "handle-web-process-ended",
                    G_CALLBACK (on_handle_web_process_ended), fixture);
  g_signal_connect (fixture->host, "handle-web-process-recovered",
                    G_CALLBACK (on_handle_web_process_recovered), fixture);
  g_signal_connect (fixture->host, "handle-recovery-cancelled",
                    G_CALLBACK (on_handle_recovery_cancelled), fixture);
  g_signal_connect (fixture->host, "handle-closing", G_CALLBACK (on_handle_closing), fixture);
  g_signal_connect (fixture->host, "handle-failed", G_CALLBACK (on_handle_failed), fixture);

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
  socket = g_socket_new_from_fd (fds[0], &error);
  g_assert_no_error (error);
  stream = g_socket_connection_factory_create_connection (socket);
  serve (fixture, G_IO_STREAM (stream));
  fixture->channel = bh_channel_new_take_fd (SLUG, fds[1], &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->channel);
  drop_peer (fixture);
  if (fixture->service != NULL)
    {
      g_socket_service_stop (fixture->service);
      g_socket_listener_close (G_SOCKET_LISTENER (fixture->service));
      g_object_unref (fixture->service);
    }
  g_object_unref (fixture->host);
  g_ptr_array_unref (fixture->held);
  g_string_free (fixture->record, TRUE);
  g_unlink (fixture->path);
  g_rmdir (fixture->root);
  g_free (fixture->path);
  g_free (fixture->root);
  g_test_dbus_down (fixture->bus);
  g_object_unref (fixture->bus);
}

typedef struct
{
  BhChannel *channel;
  GVariant *config;
  int done;
} Hello;

/* Hello waits for its reply, which the main loop of this process gives. */
static gpointer
say_hello (gpointer user_data)
{
  Hello *hello = user_data;
  g_autoptr (GError) error = NULL;

  hello->config = bh_channel_hello (hello->channel, &error);
  g_assert_no_error (error);
  g_atomic_int_set (&hello->done, TRUE);
  g_main_context_wakeup (NULL);

  return NULL;
}

static GVariant *
greet (Fixture *fixture)
{
  Hello hello = { fixture->channel, NULL, FALSE };
  GThread *thread = g_thread_new ("hello", say_hello, &hello);

  wait_for (g_atomic_int_get (&hello.done));
  g_thread_join (thread);

  return hello.config;
}

static gboolean
has (Fixture *fixture, const char *line)
{
  return strstr (fixture->record->str, line) != NULL;
}

static void
assert_record (Fixture *fixture, const char *expected)
{
  g_assert_cmpstr (fixture->record->str, ==, expected);
}

static void
test_hello (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GVariant) config = greet (fixture);
  const char *slug = NULL;

  g_assert_true (g_variant_lookup (config, "slug", "&s", &slug));
  g_assert_cmpstr (slug, ==, SLUG);
}

static void
test_once (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GVariant) config = greet (fixture);

  for (guint i = 0; i < 2; i++)
    {
      bh_channel_ready (fixture->channel);
      bh_channel_painted (fixture->channel);
      bh_channel_web_process_ended (fixture->channel, "crashed", 11);
    }
  for (guint i = 0; i < 2; i++)
    bh_channel_web_process_recovered (fixture->channel);
  bh_channel_web_process_ended (fixture->channel, "memory-limit", -1);
  bh_channel_recovery_cancelled (fixture->channel);
  bh_channel_failed (fixture->channel, "It broke");
  bh_channel_closing (fixture->channel, "closed");

  wait_for (has (fixture, "closing"));
  assert_record (fixture, "ready\npainted\nended crashed 11\nrecovered\nended memory-limit -1\n"
                          "cancelled\nfailed It broke\nclosing closed\n");
}

static void
test_titles (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GVariant) config = greet (fixture);

  bh_channel_set_title (fixture->channel, "one");
  bh_channel_set_title (fixture->channel, "two");
  bh_channel_set_title (fixture->channel, "three");
  wait_for (has (fixture, "title"));
  bh_channel_set_title (fixture->channel, "four");
  bh_channel_set_title (fixture->channel, "");
  wait_for (has (fixture, "title \n"));
  assert_record (fixture, "title three\ntitle \n");
}

static void
test_cut_title (void)
{
  g_autofree char *unchanged = bh_channel_cut_title ("Notes — a title");
  g_autofree char *invalid = bh_channel_cut_title ("caf\xe9");
  g_autofree char *long_ascii = g_strnfill (1025, 'a');
  g_autofree char *cut_ascii = bh_channel_cut_title (long_ascii);
  g_autofree char *exact = g_strnfill (1024, 'a');
  g_autofree char *uncut = bh_channel_cut_title (exact);

  g_assert_cmpstr (unchanged, ==, "Notes — a title");
  g_assert_cmpstr (invalid, ==, "caf\ufffd");
  g_assert_cmpstr (cut_ascii, ==, exact);
  g_assert_cmpstr (uncut, ==, exact);

  /* Whatever the offset, no character is cut in two. */
  for (guint offset = 0; offset < 4; offset++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *cut = NULL;

      for (guint i = 0; i < offset; i++)
        g_string_append_c (text, 'a');
      for (guint i = 0; i < 300; i++)
        g_string_append (text, "\U0001f600");
      cut = bh_channel_cut_title (text->str);
      g_assert_cmpuint (strlen (cut), <=, 1024);
      g_assert_cmpuint (strlen (cut), >, 1020);
      g_assert_true (g_utf8_validate (cut, -1, NULL));
    }
}

static void
test_heartbeat (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GVariant) config = greet (fixture);

  /* A supervisor that does not answer is not told again and again. */
  fixture->holds_heartbeats = TRUE;
  bh_channel_heartbeat (fixture->channel, 0);
  bh_channel_heartbeat (fixture->channel, 2500);
  bh_channel_ready (fixture->channel);
  wait_for (has (fixture, "ready"));
  assert_record (fixture, "heartbeat 0\nready\n");

  fixture->holds_heartbeats = FALSE;
  bh_dbus_runner_host1_complete_heartbeat (fixture->host, g_ptr_array_index (fixture->held, 0));
  wait_for ((bh_channel_heartbeat (fixture->channel, 2500), has (fixture, "heartbeat 2500")));
}

static void
on_close (BhChannel *channel, gpointer user_data)
{
  g_string_append (user_data, "asked to close\n");
}

static void
on_activate (BhChannel *channel, const char *token, gpointer user_data)
{
  g_string_append_printf (user_data, "asked to come up with “%s”\n", token);
}

static gboolean
on_load (BhChannel *channel, const char *uri, gpointer user_data)
{
  g_string_append_printf (user_data, "asked for %s\n", uri);

  return g_str_has_prefix (uri, "app:");
}

static void
on_recover (BhChannel *channel, guint delay, gpointer user_data)
{
  g_string_append_printf (user_data, "asked to recover after %u\n", delay);
}

static void
on_call_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autofree char *name = error != NULL ? g_dbus_error_get_remote_error (error) : NULL;

  g_string_append_printf (fixture->record, "→ %s\n", name != NULL ? name : "done");
}

static void
call (Fixture *fixture, const char *method, GVariant *parameters)
{
  g_dbus_connection_call (fixture->connection, NULL, "/", "io.github.bulkhead.Runner1", method,
                          parameters, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_call_ready,
                          fixture);
  wait_for (g_str_has_suffix (fixture->record->str, "→ done\n")
            || (has (fixture, "→ io") && g_str_has_suffix (fixture->record->str, "\n")));
}

static void
assert_call (Fixture *fixture, const char *method, GVariant *parameters, const char *expected)
{
  g_string_truncate (fixture->record, 0);
  call (fixture, method, parameters);
  assert_record (fixture, expected);
}

static void
test_requests (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GVariant) config = greet (fixture);
  GVariantDict options;

  g_signal_connect (fixture->channel, "close", G_CALLBACK (on_close), fixture->record);
  g_signal_connect (fixture->channel, "activate", G_CALLBACK (on_activate), fixture->record);
  g_signal_connect (fixture->channel, "load", G_CALLBACK (on_load), fixture->record);
  g_signal_connect (fixture->channel, "recover", G_CALLBACK (on_recover), fixture->record);

  assert_call (fixture, "Recover", g_variant_new ("(u)", 3000),
               "asked to recover after 3000\n→ done\n");
  assert_call (fixture, "Close", NULL, "asked to close\n→ done\n");

  g_variant_dict_init (&options, NULL);
  assert_call (fixture, "Activate", g_variant_new ("(@a{sv})", g_variant_dict_end (&options)),
               "asked to come up with “”\n→ done\n");
  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "activation-token", "s", "tok");
  assert_call (fixture, "Activate", g_variant_new ("(@a{sv})", g_variant_dict_end (&options)),
               "asked to come up with “tok”\n→ done\n");
  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "colour", "s", "red");
  assert_call (fixture, "Activate", g_variant_new ("(@a{sv})", g_variant_dict_end (&options)),
               "→ io.github.bulkhead.Error.InvalidArgument\n");
  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "activation-token", "u", 1);
  assert_call (fixture, "Activate", g_variant_new ("(@a{sv})", g_variant_dict_end (&options)),
               "→ io.github.bulkhead.Error.InvalidArgument\n");

  assert_call (fixture, "Load", g_variant_new ("(s)", "app://notes/a"),
               "asked for app://notes/a\n→ done\n");
  assert_call (fixture, "Load", g_variant_new ("(s)", "https://elsewhere.example/"),
               "asked for https://elsewhere.example/\n→ io.github.bulkhead.Error.InvalidUri\n");
}

static void
test_resume (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GVariant) config = greet (fixture);

  bh_channel_ready (fixture->channel);
  bh_channel_painted (fixture->channel);
  bh_channel_set_title (fixture->channel, "a title");
  bh_channel_web_process_ended (fixture->channel, "crashed", 11);
  wait_for (has (fixture, "title"));
  g_string_truncate (fixture->record, 0);

  drop_peer (fixture);
  start_listening (fixture);
  wait_for (has (fixture, "resume"));
  assert_record (fixture, "resume notes|a secret|1|a title|crashed 11\n");

  /* It is a channel like the first, and what was said is not said again. */
  bh_channel_painted (fixture->channel);
  bh_channel_web_process_recovered (fixture->channel);
  wait_for ((bh_channel_heartbeat (fixture->channel, 0), has (fixture, "heartbeat")));
  g_assert_true (g_str_has_prefix (fixture->record->str,
                                   "resume notes|a secret|1|a title|crashed 11\nrecovered\n"
                                   "heartbeat 0\n"));

  /* And once more, with what has changed. */
  g_string_truncate (fixture->record, 0);
  drop_peer (fixture);
  wait_for (has (fixture, "resume"));
  assert_record (fixture, "resume notes|a secret|1|a title| -1\n");
  g_assert_cmpuint (fixture->accepted, ==, 2);
}

static void
test_resume_later (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GVariant) config = greet (fixture);

  /* Nobody listens at first; what changes meanwhile is told in the end. */
  drop_peer (fixture);
  wait_for (!g_main_context_pending (NULL));
  bh_channel_painted (fixture->channel);
  bh_channel_set_title (fixture->channel, "changed alone");
  start_listening (fixture);
  wait_for (has (fixture, "resume"));
  assert_record (fixture, "resume notes|a secret|1|changed alone| -1\n");
}

static void
on_name_appeared (GDBusConnection *connection,
                  const char *name,
                  const char *name_owner,
                  gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
on_start_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  *(gboolean *) user_data = TRUE;
}

static void
test_refusal (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GVariant) config = greet (fixture);
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (fixture->path);
  g_autoptr (GSocketConnection) marker = NULL;
  gboolean appeared = FALSE;
  gboolean started = FALSE;
  guint name_id, watch_id;

  fixture->refuses = TRUE;
  start_listening (fixture);
  drop_peer (fixture);
  wait_for (has (fixture, "resume"));
  /* It hangs up. */
  wait_for (g_dbus_connection_is_closed (fixture->connection));
  bh_channel_set_title (fixture->channel, "alone");
  bh_channel_heartbeat (fixture->channel, 0);

  /* Not even when a supervisor appears is it asked again: what it would do for that is done here
   * too, after it, and ours is the only new connection. */
  name_id = g_bus_own_name_on_connection (bus, BH_SUPERVISOR_BUS_NAME, G_BUS_NAME_OWNER_FLAGS_NONE,
                                          NULL, NULL, NULL, NULL);
  watch_id
      = g_bus_watch_name_on_connection (bus, BH_SUPERVISOR_BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                        on_name_appeared, NULL, &appeared, NULL);
  wait_for (appeared);
  g_dbus_connection_call (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "StartServiceByName",
                          g_variant_new ("(su)", BH_SUPERVISOR_BUS_NAME, 0), NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_start_ready, &started);
  wait_for (started);
  marker = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);
  g_assert_nonnull (marker);
  wait_for (fixture->accepted == 2);
  wait_for (!g_main_context_pending (NULL));
  g_assert_cmpuint (fixture->accepted, ==, 2);
  assert_record (fixture, "resume notes|a secret|0|| -1\n");

  g_bus_unwatch_name (watch_id);
  g_bus_unown_name (name_id);
}

static void
test_no_socket (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (bh_channel_new_take_fd (SLUG, 987, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "987"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/channel/cut-title", test_cut_title);
  g_test_add_func ("/channel/no-socket", test_no_socket);
#define ADD(name, function)                                                                        \
  g_test_add ("/channel/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("hello", test_hello);
  ADD ("once", test_once);
  ADD ("titles", test_titles);
  ADD ("heartbeat", test_heartbeat);
  ADD ("requests", test_requests);
  ADD ("resume", test_resume);
  ADD ("resume-later", test_resume_later);
  ADD ("refusal", test_refusal);
#undef ADD

  return g_test_run ();
}
