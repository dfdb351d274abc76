/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-channel-link.h"

#include "bh-app-id.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gi18n.h>

/*
 * The connection below the private channel, and how a runner finds its supervisor again.
 *
 * When the connection breaks the supervisor is gone and the app goes on. The link then has the
 * supervisor activated over the session bus, connects to the socket that Hello named and says
 * Resume there, with pauses that grow to MAX_DELAY; that the supervisor's name appears on the bus
 * ends a pause. A supervisor that says no has its reasons: it is not asked again.
 */

#define CALL_TIMEOUT     (10 * 1000)
#define ACTIVATE_TIMEOUT (25 * 1000)
#define FIRST_DELAY      1
#define MAX_DELAY        30

struct _BhChannelLink
{
  GObject parent_instance;

  GDBusInterfaceSkeleton *runner;
  char *slug;
  char *socket;
  char *token;

  GDBusConnection *connection;
  BhDBusRunnerHost1 *host;
  GCancellable *cancellable;

  gboolean greeted;
  gboolean refused;
  gboolean attempting;

  guint retry_id;
  guint retry_delay;
  guint watch_id;
};

enum {
  SIGNAL_RESUMING,
  SIGNAL_RESUMED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhChannelLink, bh_channel_link, G_TYPE_OBJECT)

static void start_attempt (BhChannelLink *self);

static void
drop_connection (BhChannelLink *self)
{
  if (self->connection == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->connection, self);
  if (g_dbus_interface_skeleton_has_connection (self->runner, self->connection))
    g_dbus_interface_skeleton_unexport_from_connection (self->runner, self->connection);
  g_clear_object (&self->host);
  g_clear_object (&self->connection);
}

static gboolean
on_retry (gpointer user_data)
{
  BhChannelLink *self = BH_CHANNEL_LINK (user_data);

  self->retry_id = 0;
  start_attempt (self);

  return G_SOURCE_REMOVE;
}

static void
retry_later (BhChannelLink *self)
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
  BhChannelLink *self = BH_CHANNEL_LINK (user_data);

  self->retry_delay = FIRST_DELAY;
  if (self->retry_id == 0)
    return;

  g_clear_handle_id (&self->retry_id, g_source_remove);
  start_attempt (self);
}

static void
on_closed (GDBusConnection *connection, gboolean remote_vanished, GError *error, gpointer user_data)
{
  BhChannelLink *self = BH_CHANNEL_LINK (user_data);

  drop_connection (self);

  /* Before the greeting there is nothing to resume: bh_channel_hello () has failed. In an attempt
   * the pending call fails too and deals with it. */
  if (!self->greeted || self->attempting || self->refused)
    return;

  g_debug ("the supervisor is gone; the app goes on");
  self->retry_delay = FIRST_DELAY;
  start_attempt (self);
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
  g_autoptr (BhChannelLink) self = BH_CHANNEL_LINK (user_data);
  g_autoptr (GError) error = NULL;

  if (bh_dbus_runner_host1_call_resume_finish (BH_DBUS_RUNNER_HOST1 (source), result, &error))
    {
      g_debug ("a new supervisor has adopted the app");
      self->attempting = FALSE;
      self->retry_delay = FIRST_DELAY;
      g_signal_emit (self, signals[SIGNAL_RESUMED], 0);
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
  g_autoptr (BhChannelLink) self = BH_CHANNEL_LINK (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection = g_dbus_connection_new_finish (result, &error);
  g_autoptr (GVariant) status = NULL;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  if (connection == NULL || !bh_channel_link_adopt (self, connection, &error))
    {
      g_debug ("no channel: %s", error->message);
      retry_later (self);
      return;
    }

  g_signal_emit (self, signals[SIGNAL_RESUMING], 0, &status);
  bh_dbus_runner_host1_call_resume (self->host, self->slug, self->token, status, self->cancellable,
                                    on_resume_ready, g_object_ref (self));
}

static void
on_connect_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhChannelLink) self = BH_CHANNEL_LINK (user_data);
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
connect_socket (BhChannelLink *self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (self->socket);

  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (address), self->cancellable,
                                 on_connect_ready, g_object_ref (self));
}

static void
on_activate_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhChannelLink) self = BH_CHANNEL_LINK (user_data);
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
  g_autoptr (BhChannelLink) self = BH_CHANNEL_LINK (user_data);
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

  /* The app is not to end with the bus, and can do without one. */
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  if (g_dbus_connection_is_closed (bus))
    {
      connect_socket (self);
      return;
    }
  if (self->watch_id == 0)
    self->watch_id = g_bus_watch_name_on_connection (bus, BH_SUPERVISOR_BUS_NAME,
                                                     G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                     on_supervisor_appeared, NULL, self, NULL);
  g_dbus_connection_call (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "StartServiceByName",
                          g_variant_new ("(su)", BH_SUPERVISOR_BUS_NAME, 0), G_VARIANT_TYPE ("(u)"),
                          G_DBUS_CALL_FLAGS_NONE, ACTIVATE_TIMEOUT, self->cancellable,
                          on_activate_ready, g_object_ref (self));
}

static void
start_attempt (BhChannelLink *self)
{
  if (self->socket == NULL || self->token == NULL)
    return;

  self->attempting = TRUE;
  g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, on_bus_ready, g_object_ref (self));
}

static void
bh_channel_link_dispose (GObject *object)
{
  BhChannelLink *self = BH_CHANNEL_LINK (object);

  bh_channel_link_close (self);
  g_clear_object (&self->runner);

  G_OBJECT_CLASS (bh_channel_link_parent_class)->dispose (object);
}

static void
bh_channel_link_finalize (GObject *object)
{
  BhChannelLink *self = BH_CHANNEL_LINK (object);

  g_clear_object (&self->cancellable);
  g_free (self->slug);
  g_free (self->socket);
  g_free (self->token);

  G_OBJECT_CLASS (bh_channel_link_parent_class)->finalize (object);
}

static void
bh_channel_link_class_init (BhChannelLinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_channel_link_dispose;
  object_class->finalize = bh_channel_link_finalize;

  /**
   * BhChannelLink::resuming:
   *
   * There is a new supervisor. Returns: (transfer full): what it must know, as Resume's status
   */
  signals[SIGNAL_RESUMING] = g_signal_new ("resuming", BH_TYPE_CHANNEL_LINK, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_VARIANT, 0);

  /**
   * BhChannelLink::resumed:
   *
   * The new supervisor knows it.
   */
  signals[SIGNAL_RESUMED] = g_signal_new ("resumed", BH_TYPE_CHANNEL_LINK, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_channel_link_init (BhChannelLink *self)
{
  self->cancellable = g_cancellable_new ();
  self->retry_delay = FIRST_DELAY;
}

/**
 * bh_channel_link_new:
 * @slug: the app
 * @runner: what the supervisor may call
 *
 * Returns: (transfer full): a link without a connection
 */
BhChannelLink *
bh_channel_link_new (const char *slug, GDBusInterfaceSkeleton *runner)
{
  BhChannelLink *self;

  g_return_val_if_fail (slug != NULL, NULL);
  g_return_val_if_fail (G_IS_DBUS_INTERFACE_SKELETON (runner), NULL);

  self = g_object_new (BH_TYPE_CHANNEL_LINK, NULL);
  self->slug = g_strdup (slug);
  self->runner = g_object_ref (runner);

  return self;
}

/**
 * bh_channel_link_adopt:
 * @self: a link without a connection
 * @connection: a connection whose messages are not processed yet
 * @error: return location for an error
 *
 * Speaks over @connection from now on.
 *
 * Returns: whether it can
 */
gboolean
bh_channel_link_adopt (BhChannelLink *self, GDBusConnection *connection, GError **error)
{
  g_autoptr (BhDBusRunnerHost1) host = NULL;

  g_return_val_if_fail (BH_IS_CHANNEL_LINK (self), FALSE);
  g_return_val_if_fail (G_IS_DBUS_CONNECTION (connection), FALSE);
  g_return_val_if_fail (self->connection == NULL, FALSE);

  if (!g_dbus_interface_skeleton_export (self->runner, connection, "/", error))
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

/**
 * bh_channel_link_set_greeted:
 * @self: a link
 * @socket: (nullable): where a later supervisor is found
 * @token: (nullable): what shows it that this is the app that it thinks
 *
 * Says that Hello was answered: from now on a lost supervisor is looked for.
 */
void
bh_channel_link_set_greeted (BhChannelLink *self, const char *socket, const char *token)
{
  g_return_if_fail (BH_IS_CHANNEL_LINK (self));

  g_free (self->socket);
  self->socket = g_strdup (socket);
  g_free (self->token);
  self->token = g_strdup (token);
  self->greeted = TRUE;
}

/**
 * bh_channel_link_get_host:
 * @self: a link
 *
 * Returns: (transfer none) (nullable): the supervisor, %NULL while there is none
 */
BhDBusRunnerHost1 *
bh_channel_link_get_host (BhChannelLink *self)
{
  g_return_val_if_fail (BH_IS_CHANNEL_LINK (self), NULL);

  return self->host;
}

/**
 * bh_channel_link_close:
 * @self: a link
 *
 * Ends the connection and all attempts at another one.
 */
void
bh_channel_link_close (BhChannelLink *self)
{
  g_return_if_fail (BH_IS_CHANNEL_LINK (self));

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->retry_id, g_source_remove);
  g_clear_handle_id (&self->watch_id, g_bus_unwatch_name);
  drop_connection (self);
}
