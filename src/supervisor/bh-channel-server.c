/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-channel-server.h"

#include "bh-token-bucket.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>

/*
 * The socket at which runners that lost their supervisor come back to its successor. A runner that
 * the supervisor starts itself inherits its channel and never comes here.
 */

/* A caller that does not say who it is within this time is cut off, in seconds; and how many may
 * be at the door at once. */
#define GREETING_SECONDS 5
#define MAX_PENDING      64

/* How many may come at once, and then 50 in a second. Who comes beyond that waits outside. */
#define CALLERS         100
#define CALLER_INTERVAL (20 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  BhChannelServer *server;
  BhRunnerChannel *channel;
  guint timeout;
} Pending;

struct _BhChannelServer
{
  GObject parent_instance;

  char *path;
  GSocketService *service;
  GPtrArray *pending;
  BhTokenBucket *door;
  guint closed; /* until the door is opened again */
};

enum {
  RESUME,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhChannelServer, bh_channel_server, G_TYPE_OBJECT)

static void
pending_free (Pending *pending)
{
  g_clear_handle_id (&pending->timeout, g_source_remove);
  g_signal_handlers_disconnect_by_data (pending->channel, pending);
  g_clear_object (&pending->channel);
  g_free (pending);
}

static gboolean
on_greeting_timeout (gpointer user_data)
{
  Pending *pending = user_data;

  pending->timeout = 0;
  g_ptr_array_remove (pending->server->pending, pending);

  return G_SOURCE_REMOVE;
}

static void
on_pending_closed (BhRunnerChannel *channel, Pending *pending)
{
  g_ptr_array_remove (pending->server->pending, pending);
}

static gboolean
on_pending_resume (BhRunnerChannel *channel,
                   const char *slug,
                   const char *token,
                   GVariant *status,
                   Pending *pending)
{
  BhChannelServer *self = pending->server;
  g_autoptr (BhRunnerChannel) kept = g_object_ref (channel);
  gboolean accepted = FALSE;

  g_signal_emit (self, signals[RESUME], 0, channel, slug, token, status, &accepted);
  g_ptr_array_remove (self->pending, pending);

  return accepted;
}

static gboolean
on_door_due (gpointer user_data)
{
  BhChannelServer *self = BH_CHANNEL_SERVER (user_data);

  self->closed = 0;
  g_socket_service_start (self->service);

  return G_SOURCE_REMOVE;
}

static void
count_caller (BhChannelServer *self)
{
  gint64 wait = bh_token_bucket_draw (self->door, 1, g_get_monotonic_time ());

  if (wait == 0 || self->closed != 0)
    return;
  g_socket_service_stop (self->service);
  self->closed = g_timeout_add ((guint) (wait / G_TIME_SPAN_MILLISECOND) + 1, on_door_due, self);
}

static gboolean
on_incoming (GSocketService *service,
             GSocketConnection *stream,
             GObject *source_object,
             BhChannelServer *self)
{
  g_autoptr (BhRunnerChannel) channel = NULL;
  g_autoptr (GError) error = NULL;
  Pending *pending;

  count_caller (self);
  /* A runner says at once who it is. Whoever does not makes room for it. */
  if (self->pending->len >= MAX_PENDING)
    g_ptr_array_remove_index (self->pending, 0);

  channel = bh_runner_channel_new (stream, NULL, &error);
  if (channel == NULL)
    {
      g_debug ("A runner's connection failed: %s", error->message);
      return TRUE;
    }

  pending = g_new0 (Pending, 1);
  pending->server = self;
  pending->channel = g_steal_pointer (&channel);
  pending->timeout = g_timeout_add_seconds (GREETING_SECONDS, on_greeting_timeout, pending);
  g_signal_connect (pending->channel, "resume", G_CALLBACK (on_pending_resume), pending);
  g_signal_connect (pending->channel, "closed", G_CALLBACK (on_pending_closed), pending);
  g_ptr_array_add (self->pending, pending);

  return TRUE;
}

static void
bh_channel_server_dispose (GObject *object)
{
  BhChannelServer *self = BH_CHANNEL_SERVER (object);

  g_clear_handle_id (&self->closed, g_source_remove);
  if (self->service != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->service, self);
      g_socket_service_stop (self->service);
      g_socket_listener_close (G_SOCKET_LISTENER (self->service));
      g_unlink (self->path);
    }
  g_clear_object (&self->service);
  g_clear_pointer (&self->pending, g_ptr_array_unref);

  G_OBJECT_CLASS (bh_channel_server_parent_class)->dispose (object);
}

static void
bh_channel_server_finalize (GObject *object)
{
  BhChannelServer *self = BH_CHANNEL_SERVER (object);

  bh_token_bucket_free (self->door);
  g_free (self->path);

  G_OBJECT_CLASS (bh_channel_server_parent_class)->finalize (object);
}

static void
bh_channel_server_class_init (BhChannelServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_channel_server_dispose;
  object_class->finalize = bh_channel_server_finalize;

  /**
   * BhChannelServer::resume:
   * @self: the server
   * @channel: (type BhRunnerChannel): the channel, to be kept by whoever believes it
   * @slug: the app that the runner says it runs
   * @token: its proof
   * @status: a{sv}, as RunnerHost1.Resume has it
   *
   * Returns: whether the runner is believed
   */
  signals[RESUME]
      = g_signal_new ("resume", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                      g_signal_accumulator_true_handled, NULL, NULL, G_TYPE_BOOLEAN, 4,
                      BH_TYPE_RUNNER_CHANNEL, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_VARIANT);
}

static void
bh_channel_server_init (BhChannelServer *self)
{
  self->pending = g_ptr_array_new_with_free_func ((GDestroyNotify) pending_free);
  self->door = bh_token_bucket_new (CALLERS, CALLER_INTERVAL);
}

/**
 * bh_channel_server_new:
 * @path: where to listen, in a directory that exists and is the user's alone
 * @error: return location for an error
 *
 * Listens at a socket, replacing one that a dead supervisor left.
 *
 * Returns: (transfer full) (nullable): the server, or %NULL with an error of GIO
 */
BhChannelServer *
bh_channel_server_new (const char *path, GError **error)
{
  g_autoptr (BhChannelServer) self = g_object_new (BH_TYPE_CHANNEL_SERVER, NULL);
  g_autoptr (GSocketAddress) address = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  self->path = g_strdup (path);
  g_unlink (self->path);
  address = g_unix_socket_address_new (self->path);
  self->service = g_socket_service_new ();
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address,
                                      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL,
                                      error))
    {
      g_prefix_error (error, "%s: ", self->path);
      return NULL;
    }
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);

  return g_steal_pointer (&self);
}
