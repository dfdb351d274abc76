/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-channel.h"

#include "bh-app-id.h"
#include "bh-dbus-private.h"
#include "bh-error.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gi18n.h>

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * The runner's end of the private channel (io.github.bulkhead.Runner1.xml). It keeps what the
 * supervisor must know, so that the rest of the runner reports each thing once and need not care
 * whether a supervisor lives at that moment.
 *
 * When the channel breaks the supervisor is gone and the app goes on. The channel then has the
 * supervisor activated over the session bus, connects to the socket that Hello named and says
 * Resume there, with pauses that grow to MAX_DELAY; that the supervisor's name appears on the bus
 * ends a pause. A supervisor that says no has its reasons: it is not asked again.
 */

#define HELLO_TIMEOUT    (10 * 1000)
#define CALL_TIMEOUT     (10 * 1000)
#define ACTIVATE_TIMEOUT (25 * 1000)
#define FIRST_DELAY      1
#define MAX_DELAY        30
#define MAX_TITLE        1024
/* A page may change its title with every frame. */
#define TITLE_INTERVAL 100

struct _BhChannel
{
  GObject parent_instance;

  char *slug;
  char *socket;
  char *token;

  GDBusConnection *connection;
  BhDBusRunnerHost1 *host;
  BhDBusRunner1 *runner;
  GCancellable *cancellable;

  gboolean greeted;
  gboolean ready;
  gboolean painted;
  gboolean refused;
  gboolean attempting;
  gboolean heartbeat_pending;
  char *title;
  char *sent_title;
  const char *web_process;

  guint title_id;
  guint retry_id;
  guint retry_delay;
  guint watch_id;
};

enum {
  SIGNAL_CLOSE,
  SIGNAL_ACTIVATE,
  SIGNAL_LOAD,
  SIGNAL_RECOVER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhChannel, bh_channel, G_TYPE_OBJECT)

static void start_attempt (BhChannel *self);

static void
drop_connection (BhChannel *self)
{
  if (self->connection == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->connection, self);
  if (g_dbus_interface_skeleton_has_connection (G_DBUS_INTERFACE_SKELETON (self->runner),
                                                self->connection))
    g_dbus_interface_skeleton_unexport_from_connection (G_DBUS_INTERFACE_SKELETON (self->runner),
                                                        self->connection);
  g_clear_object (&self->host);
  g_clear_object (&self->connection);
  self->heartbeat_pending = FALSE;
}

static gboolean
on_retry (gpointer user_data)
{
  BhChannel *self = BH_CHANNEL (user_data);

  self->retry_id = 0;
  start_attempt (self);

  return G_SOURCE_REMOVE;
}

static void
retry_later (BhChannel *self)
{
  self->attempting = FALSE;
  drop_connection (self);

  if (self->refused || self->retry_id != 0)
    return;

  self->retry_id = g_timeout_add_seconds (self->retry_delay, on_retry, self);
  self->retry_delay = MIN (self->retry_delay * 2, MAX_DELAY);
}

static void
on_supervisor_appeared (GDBusConnection *connection,
                        const char *name,
                        const char *name_owner,
                        gpointer user_data)
{
  BhChannel *self = BH_CHANNEL (user_data);

  self->retry_delay = FIRST_DELAY;
  if (self->retry_id == 0)
    return;

  g_clear_handle_id (&self->retry_id, g_source_remove);
  start_attempt (self);
}

static void
on_closed (GDBusConnection *connection, gboolean remote_vanished, GError *error, gpointer user_data)
{
  BhChannel *self = BH_CHANNEL (user_data);

  drop_connection (self);

  /* Before the greeting there is nothing to resume: bh_channel_hello () has failed. In an attempt
   * the pending call fails too and deals with it. */
  if (!self->greeted || self->attempting || self->refused)
    return;

  g_debug ("the supervisor is gone; the app goes on");
  self->retry_delay = FIRST_DELAY;
  if (self->watch_id == 0)
    self->watch_id = g_bus_watch_name (G_BUS_TYPE_SESSION, BH_SUPERVISOR_BUS_NAME,
                                       G_BUS_NAME_WATCHER_FLAGS_NONE, on_supervisor_appeared, NULL,
                                       self, NULL);
  start_attempt (self);
}

static gboolean
adopt_connection (BhChannel *self, GDBusConnection *connection, GError **error)
{
  g_autoptr (BhDBusRunnerHost1) host = NULL;

  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->runner), connection, "/",
                                         error))
    return FALSE;

  host = bh_dbus_runner_host1_proxy_new_sync (connection,
                                              G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES
                                                  | G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS,
                                              NULL, "/", NULL, error);
  if (host == NULL)
    return FALSE;

  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (host), CALL_TIMEOUT);
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), self);
  self->host = g_steal_pointer (&host);
  self->connection = g_object_ref (connection);
  g_dbus_connection_start_message_processing (connection);

  return TRUE;
}

/* A peer that is not up yet, or that went away meanwhile, has not said no. */
static gboolean
is_refusal (const GError *error)
{
  if (!g_dbus_error_is_remote_error (error))
    return FALSE;

  return !g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY)
         && !g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_DISCONNECTED)
         && !g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD)
         && !g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE)
         && !g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT);
}

static void
on_resume_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhChannel) self = BH_CHANNEL (user_data);
  g_autoptr (GError) error = NULL;

  if (bh_dbus_runner_host1_call_resume_finish (BH_DBUS_RUNNER_HOST1 (source), result, &error))
    {
      g_debug ("a new supervisor has adopted the app");
      self->attempting = FALSE;
      self->retry_delay = FIRST_DELAY;
      /* The connection may have closed after the reply. */
      if (self->connection == NULL)
        retry_later (self);
      return;
    }

  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  if (is_refusal (error))
    {
      g_message (_("The supervisor did not take this app back: %s"), error->message);
      self->refused = TRUE;
    }
  else
    g_debug ("no resume: %s", error->message);
  retry_later (self);
}

static void
on_peer_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhChannel) self = BH_CHANNEL (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection = g_dbus_connection_new_finish (result, &error);
  GVariantDict status;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  if (connection == NULL || !adopt_connection (self, connection, &error))
    {
      g_debug ("no channel: %s", error->message);
      retry_later (self);
      return;
    }

  g_variant_dict_init (&status, NULL);
  g_variant_dict_insert (&status, "painted", "b", self->painted);
  g_variant_dict_insert (&status, "title", "s", self->title);
  g_variant_dict_insert (&status, "web-process", "s", self->web_process);
  g_free (self->sent_title);
  self->sent_title = g_strdup (self->title);

  bh_dbus_runner_host1_call_resume (self->host, self->slug, self->token,
                                    g_variant_dict_end (&status), self->cancellable,
                                    on_resume_ready, g_object_ref (self));
}

static void
on_connect_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhChannel) self = BH_CHANNEL (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) stream = NULL;

  stream = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);
  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  if (stream == NULL)
    {
      g_debug ("no supervisor at %s: %s", self->socket, error->message);
      retry_later (self);
      return;
    }

  g_dbus_connection_new (G_IO_STREAM (stream), NULL,
                         G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING, NULL, self->cancellable,
                         on_peer_ready, g_object_ref (self));
}

static void
connect_socket (BhChannel *self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (self->socket);

  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (address), self->cancellable,
                                 on_connect_ready, g_object_ref (self));
}

static void
on_activate_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhChannel) self = BH_CHANNEL (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  if (reply == NULL)
    g_debug ("the supervisor can't be activated: %s", error->message);
  connect_socket (self);
}

static void
on_bus_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhChannel) self = BH_CHANNEL (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  if (bus == NULL)
    {
      g_debug ("no session bus: %s", error->message);
      connect_socket (self);
      return;
    }

  g_dbus_connection_call (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "StartServiceByName",
                          g_variant_new ("(su)", BH_SUPERVISOR_BUS_NAME, 0), G_VARIANT_TYPE ("(u)"),
                          G_DBUS_CALL_FLAGS_NONE, ACTIVATE_TIMEOUT, self->cancellable,
                          on_activate_ready, g_object_ref (self));
}

static void
start_attempt (BhChannel *self)
{
  if (self->socket == NULL || self->token == NULL)
    return;

  self->attempting = TRUE;
  g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, on_bus_ready, g_object_ref (self));
}

static gboolean
on_title_timeout (gpointer user_data)
{
  BhChannel *self = BH_CHANNEL (user_data);

  self->title_id = 0;
  if (self->host == NULL || g_strcmp0 (self->title, self->sent_title) == 0)
    return G_SOURCE_REMOVE;

  g_free (self->sent_title);
  self->sent_title = g_strdup (self->title);
  bh_dbus_runner_host1_call_title_changed (self->host, self->title, NULL, NULL, NULL);

  return G_SOURCE_REMOVE;
}

static void
on_heartbeat_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhChannel) self = BH_CHANNEL (user_data);
  g_autoptr (GError) error = NULL;

  if (!bh_dbus_runner_host1_call_heartbeat_finish (BH_DBUS_RUNNER_HOST1 (source), result, &error))
    g_debug ("heartbeat: %s", error->message);
  if (BH_DBUS_RUNNER_HOST1 (source) == self->host)
    self->heartbeat_pending = FALSE;
}

static gboolean
on_handle_close (BhDBusRunner1 *runner, GDBusMethodInvocation *invocation, gpointer user_data)
{
  bh_dbus_runner1_complete_close (runner, invocation);
  g_signal_emit (user_data, signals[SIGNAL_CLOSE], 0);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_activate (BhDBusRunner1 *runner,
                    GDBusMethodInvocation *invocation,
                    GVariant *options,
                    gpointer user_data)
{
  GVariantIter iter;
  const char *key, *token = "";
  GVariant *value;

  g_variant_iter_init (&iter, options);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    if (!g_str_equal (key, "activation-token")
        || !g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
      {
        g_dbus_method_invocation_return_error (invocation, BH_ERROR, BH_ERROR_INVALID_ARGUMENT,
                                               _("The option “%s” can't be used to raise an app"),
                                               key);
        g_variant_unref (value);
        return G_DBUS_METHOD_INVOCATION_HANDLED;
      }

  g_variant_lookup (options, "activation-token", "&s", &token);
  bh_dbus_runner1_complete_activate (runner, invocation);
  g_signal_emit (user_data, signals[SIGNAL_ACTIVATE], 0, token);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_load (BhDBusRunner1 *runner,
                GDBusMethodInvocation *invocation,
                const char *uri,
                gpointer user_data)
{
  gboolean taken = FALSE;

  g_signal_emit (user_data, signals[SIGNAL_LOAD], 0, uri, &taken);
  if (taken)
    bh_dbus_runner1_complete_load (runner, invocation);
  else
    g_dbus_method_invocation_return_error (invocation, BH_ERROR, BH_ERROR_INVALID_URI,
                                           _("“%s” is not a page of this app"), uri);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_recover (BhDBusRunner1 *runner,
                   GDBusMethodInvocation *invocation,
                   guint delay,
                   gpointer user_data)
{
  bh_dbus_runner1_complete_recover (runner, invocation);
  g_signal_emit (user_data, signals[SIGNAL_RECOVER], 0, delay);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
bh_channel_dispose (GObject *object)
{
  BhChannel *self = BH_CHANNEL (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->title_id, g_source_remove);
  g_clear_handle_id (&self->retry_id, g_source_remove);
  g_clear_handle_id (&self->watch_id, g_bus_unwatch_name);
  drop_connection (self);
  g_clear_object (&self->runner);

  G_OBJECT_CLASS (bh_channel_parent_class)->dispose (object);
}

static void
bh_channel_finalize (GObject *object)
{
  BhChannel *self = BH_CHANNEL (object);

  g_clear_object (&self->cancellable);
  g_free (self->slug);
  g_free (self->socket);
  g_free (self->token);
  g_free (self->title);
  g_free (self->sent_title);

  G_OBJECT_CLASS (bh_channel_parent_class)->finalize (object);
}

static void
bh_channel_class_init (BhChannelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_channel_dispose;
  object_class->finalize = bh_channel_finalize;

  /**
   * BhChannel::close:
   *
   * The supervisor asks the app to close.
   */
  signals[SIGNAL_CLOSE] = g_signal_new ("close", BH_TYPE_CHANNEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 0);

  /**
   * BhChannel::activate:
   * @token: what lets the window take the focus, or ""
   *
   * The supervisor asks for the app's window to be raised.
   */
  signals[SIGNAL_ACTIVATE] = g_signal_new ("activate", BH_TYPE_CHANNEL, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * BhChannel::load:
   * @uri: an address
   *
   * The supervisor asks for a page. Returns: whether it is one of the app's.
   */
  signals[SIGNAL_LOAD] = g_signal_new ("load", BH_TYPE_CHANNEL, G_SIGNAL_RUN_LAST, 0,
                                       g_signal_accumulator_true_handled, NULL, NULL,
                                       G_TYPE_BOOLEAN, 1, G_TYPE_STRING);

  /**
   * BhChannel::recover:
   * @self: the channel
   * @delay: milliseconds
   *
   * The page, whose process has ended, shall be loaded again after @delay.
   */
  signals[SIGNAL_RECOVER] = g_signal_new ("recover", BH_TYPE_CHANNEL, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
bh_channel_init (BhChannel *self)
{
  self->cancellable = g_cancellable_new ();
  self->title = g_strdup ("");
  self->sent_title = g_strdup ("");
  self->web_process = "";
  self->retry_delay = FIRST_DELAY;

  self->runner = bh_dbus_runner1_skeleton_new ();
  g_signal_connect (self->runner, "handle-close", G_CALLBACK (on_handle_close), self);
  g_signal_connect (self->runner, "handle-activate", G_CALLBACK (on_handle_activate), self);
  g_signal_connect (self->runner, "handle-load", G_CALLBACK (on_handle_load), self);
  g_signal_connect (self->runner, "handle-recover", G_CALLBACK (on_handle_recover), self);
}

/**
 * bh_channel_new_take_fd:
 * @slug: the app
 * @fd: one end of a connected socket; the channel closes it
 * @error: return location for an error
 *
 * Makes the channel over the socket that the supervisor passed. @fd becomes close-on-exec at
 * once: no process that is started from here may speak for the runner.
 *
 * Returns: (transfer full) (nullable): the channel, or %NULL when @fd is not such a socket
 */
BhChannel *
bh_channel_new_take_fd (const char *slug, int fd, GError **error)
{
  g_autoptr (BhChannel) self = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketConnection) stream = NULL;
  g_autoptr (GDBusConnection) connection = NULL;

  g_return_val_if_fail (slug != NULL, NULL);

  if (fcntl (fd, F_SETFD, FD_CLOEXEC) != 0)
    {
      g_set_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT,
                   _("The descriptor %d is not open: only the supervisor starts this program"), fd);
      return NULL;
    }

  socket = g_socket_new_from_fd (fd, error);
  if (socket == NULL)
    return NULL;

  stream = g_socket_connection_factory_create_connection (socket);
  connection = g_dbus_connection_new_sync (G_IO_STREAM (stream), NULL,
                                           G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING, NULL,
                                           NULL, error);
  if (connection == NULL)
    return NULL;

  self = g_object_new (BH_TYPE_CHANNEL, NULL);
  self->slug = g_strdup (slug);
  if (!adopt_connection (self, connection, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * bh_channel_hello:
 * @self: a new channel
 * @error: return location for an error
 *
 * Asks for what the runner needs to know, and waits for it.
 *
 * Returns: (transfer full) (nullable): an `a{sv}` as the interface describes it
 */
GVariant *
bh_channel_hello (BhChannel *self, GError **error)
{
  GVariant *config = NULL;

  g_return_val_if_fail (BH_IS_CHANNEL (self), NULL);
  g_return_val_if_fail (self->host != NULL, NULL);

  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (self->host), HELLO_TIMEOUT);
  if (!bh_dbus_runner_host1_call_hello_sync (self->host, &config, NULL, error))
    return NULL;
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (self->host), CALL_TIMEOUT);

  g_variant_lookup (config, "socket", "s", &self->socket);
  g_variant_lookup (config, "token", "s", &self->token);
  self->greeted = TRUE;

  return config;
}

/**
 * bh_channel_ready:
 * @self: a channel
 *
 * Reports that the window is up.
 */
void
bh_channel_ready (BhChannel *self)
{
  g_return_if_fail (BH_IS_CHANNEL (self));

  if (self->ready)
    return;

  self->ready = TRUE;
  if (self->host != NULL)
    bh_dbus_runner_host1_call_ready (self->host, NULL, NULL, NULL);
}

/**
 * bh_channel_painted:
 * @self: a channel
 *
 * Reports the first painted frame; later calls do nothing.
 */
void
bh_channel_painted (BhChannel *self)
{
  g_return_if_fail (BH_IS_CHANNEL (self));

  if (self->painted)
    return;

  self->painted = TRUE;
  if (self->host != NULL)
    bh_dbus_runner_host1_call_painted (self->host, NULL, NULL, NULL);
}

/**
 * bh_channel_cut_title:
 * @title: a page's title, of any length
 *
 * Returns: (transfer full): @title as valid UTF-8 of at most 1 KiB, no character cut in two
 */
char *
bh_channel_cut_title (const char *title)
{
  char *valid;

  g_return_val_if_fail (title != NULL, NULL);

  valid = g_utf8_make_valid (title, -1);
  if (strlen (valid) > MAX_TITLE)
    {
      gsize length = MAX_TITLE;

      while (length > 0 && (valid[length] & 0xc0) == 0x80)
        length--;
      valid[length] = '\0';
    }

  return valid;
}

/**
 * bh_channel_set_title:
 * @self: a channel
 * @title: the page's title, or ""
 *
 * Reports the title, soon: changes in quick succession become one.
 */
void
bh_channel_set_title (BhChannel *self, const char *title)
{
  g_return_if_fail (BH_IS_CHANNEL (self));
  g_return_if_fail (title != NULL);

  g_free (self->title);
  self->title = bh_channel_cut_title (title);
  if (self->title_id == 0)
    self->title_id = g_timeout_add (TITLE_INTERVAL, on_title_timeout, self);
}

/**
 * bh_channel_heartbeat:
 * @self: a channel
 * @page_responds: whether the page has answered since the last call
 *
 * Reports that the runner lives. Nothing is sent while the last report is still unanswered.
 */
void
bh_channel_heartbeat (BhChannel *self, gboolean page_responds)
{
  g_return_if_fail (BH_IS_CHANNEL (self));

  if (self->host == NULL || self->heartbeat_pending)
    return;

  self->heartbeat_pending = TRUE;
  bh_dbus_runner_host1_call_heartbeat (self->host, page_responds, NULL, on_heartbeat_ready,
                                       g_object_ref (self));
}

/**
 * bh_channel_web_process_ended:
 * @self: a channel
 * @reason: (transfer none): a static text: "crashed", "memory-limit" or "terminated"
 *
 * Reports that the page's process is gone. Pages that share one are reported once.
 */
void
bh_channel_web_process_ended (BhChannel *self, const char *reason)
{
  g_return_if_fail (BH_IS_CHANNEL (self));
  g_return_if_fail (reason != NULL && *reason != '\0');

  if (*self->web_process != '\0')
    return;

  self->web_process = g_intern_string (reason);
  if (self->host != NULL)
    bh_dbus_runner_host1_call_web_process_ended (self->host, reason, NULL, NULL, NULL);
}

/**
 * bh_channel_web_process_recovered:
 * @self: a channel
 *
 * Reports that a page was loaded after its process had ended; otherwise it does nothing.
 */
void
bh_channel_web_process_recovered (BhChannel *self)
{
  g_return_if_fail (BH_IS_CHANNEL (self));

  if (*self->web_process == '\0')
    return;

  self->web_process = "";
  if (self->host != NULL)
    bh_dbus_runner_host1_call_web_process_recovered (self->host, NULL, NULL, NULL);
}

/**
 * bh_channel_recovery_cancelled:
 * @self: a channel
 *
 * Reports that the user does not want the page to be loaded again by itself.
 */
void
bh_channel_recovery_cancelled (BhChannel *self)
{
  g_return_if_fail (BH_IS_CHANNEL (self));

  if (self->host != NULL)
    bh_dbus_runner_host1_call_recovery_cancelled (self->host, NULL, NULL, NULL);
}

/**
 * bh_channel_failed:
 * @self: a channel
 * @message: for people: what failed and what to do
 *
 * Reports that the runner can't go on, and waits until that is heard: a supervisor that was just
 * writing to a runner that has exited would lose what it had not read yet.
 */
void
bh_channel_failed (BhChannel *self, const char *message)
{
  g_return_if_fail (BH_IS_CHANNEL (self));
  g_return_if_fail (message != NULL);

  if (self->host == NULL)
    return;

  bh_dbus_runner_host1_call_failed_sync (self->host, message, NULL, NULL);
}

/**
 * bh_channel_closing:
 * @self: a channel
 * @reason: "closed" by the user or "stopped" by request
 *
 * Reports that the runner exits, and waits until that is heard.
 */
void
bh_channel_closing (BhChannel *self, const char *reason)
{
  g_return_if_fail (BH_IS_CHANNEL (self));
  g_return_if_fail (reason != NULL);

  if (self->host == NULL)
    return;

  bh_dbus_runner_host1_call_closing_sync (self->host, reason, NULL, NULL);
}
