/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-runner-channel.h"

#include "bh-bounded-stream.h"
#include "bh-dbus-private.h"
#include "bh-error.h"
#include "bh-suspension.h"
#include "bh-token-bucket.h"

#include <glib/gi18n.h>
#include <unistd.h>

/*
 * The supervisor's end of the private channel to one runner: peer-to-peer D-Bus on a socket, one
 * connection per runner. Whoever holds the other end is that runner and nobody else, so nothing
 * that arrives here names an app, but for Resume, which proves it with a token.
 *
 * What a runner says becomes a signal of this object, in the order in which it was said. A runner
 * may be in the hands of its page: texts are bounded, and what comes out of turn is refused.
 */

#define MAX_TITLE   1024
#define MAX_MESSAGE 4096

/* How many titles are looked at: 20 of a second. A page may set its title as fast as it can, and
 * each is told to all clients; the rest is left out before it is queued, and unanswered. How much
 * may be said at all is bh-bounded-stream.c's to decide. */
#define TITLES         20
#define TITLE_INTERVAL (50 * G_TIME_SPAN_MILLISECOND)

struct _BhRunnerChannel
{
  GObject parent_instance;

  GDBusConnection *connection;
  BhDBusRunnerHost1 *host;
  BhDBusRunner1 *runner;
  GVariant *config;
  gboolean greeted; /* Hello or Resume has been answered */
  pid_t peer;       /* who connected, 0 when that is not known */
  pid_t pid;        /* for Hello's answer */
};

enum {
  GREETED,
  READY,
  PAINTED,
  TITLE,
  HEARTBEAT,
  HEARTBEAT_RELAXED,
  WAIT_WANTED,
  RESUME_WANTED,
  ACTIVITY_CHANGED,
  TRAFFIC_CHANGED,
  WEB_PROCESS_ENDED,
  NETWORK_PROCESS_ENDED,
  WEB_PROCESS_RECOVERED,
  RECOVERY_CANCELLED,
  FAILED,
  CLOSING,
  RESUME,
  CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhRunnerChannel, bh_runner_channel, G_TYPE_OBJECT)

static void
refuse (GDBusMethodInvocation *invocation)
{
  g_dbus_method_invocation_return_error_literal (invocation, G_DBUS_ERROR,
                                                 G_DBUS_ERROR_ACCESS_DENIED,
                                                 "Not now: Hello or Resume comes first, and once");
}

/* Everything but the greeting itself needs one before it. */
static gboolean
check_greeted (BhRunnerChannel *self, GDBusMethodInvocation *invocation)
{
  if (self->greeted)
    return TRUE;
  refuse (invocation);

  return FALSE;
}

static char *
bound_text (const char *text, gsize bytes)
{
  if (strlen (text) <= bytes)
    return g_strdup (text);

  /* Cut between characters. D-Bus has seen to it that the text is UTF-8. */
  return g_strndup (text, (gsize) (g_utf8_find_prev_char (text, text + bytes + 1) - text));
}

/* Runs on GDBus's thread. */
static GDBusMessage *
on_message (GDBusConnection *connection,
            GDBusMessage *message,
            gboolean incoming,
            gpointer user_data)
{
  BhTokenBucket *titles = user_data;

  if (!incoming || g_strcmp0 (g_dbus_message_get_member (message), "TitleChanged") != 0
      || bh_token_bucket_take (titles, g_get_monotonic_time ()))
    return message;
  g_object_unref (message);

  return NULL;
}

/* What Hello is answered with. The runner can't know by which PID others know it. */
static GVariant *
add_pid (BhRunnerChannel *self)
{
  g_auto (GVariantDict) config = G_VARIANT_DICT_INIT (self->config);

  g_variant_dict_insert (&config, "pid", "u", (guint32) self->pid);

  return g_variant_dict_end (&config);
}

static gboolean
on_handle_hello (BhDBusRunnerHost1 *host, GDBusMethodInvocation *invocation, BhRunnerChannel *self)
{
  if (self->greeted || self->config == NULL)
    {
      refuse (invocation);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  self->greeted = TRUE;
  g_signal_emit (self, signals[GREETED], 0);
  bh_dbus_runner_host1_complete_hello (host, invocation, add_pid (self));

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_resume (BhDBusRunnerHost1 *host,
                  GDBusMethodInvocation *invocation,
                  const char *slug,
                  const char *token,
                  GVariant *status,
                  BhRunnerChannel *self)
{
  g_autoptr (BhRunnerChannel) kept = g_object_ref (self);
  gboolean accepted = FALSE;

  if (self->greeted || self->config != NULL)
    {
      refuse (invocation);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }

  self->greeted = TRUE;
  g_signal_emit (self, signals[RESUME], 0, slug, token, status, &accepted);
  if (accepted)
    {
      bh_dbus_runner_host1_complete_resume (host, invocation);
    }
  else
    {
      g_dbus_method_invocation_return_error_literal (
          invocation, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED, "There is no such instance");
      g_dbus_connection_flush_sync (self->connection, NULL, NULL);
      bh_runner_channel_close (self);
    }

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_ready (BhDBusRunnerHost1 *host, GDBusMethodInvocation *invocation, BhRunnerChannel *self)
{
  if (!check_greeted (self, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  bh_dbus_runner_host1_complete_ready (host, invocation);
  g_signal_emit (self, signals[READY], 0);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_painted (BhDBusRunnerHost1 *host,
                   GDBusMethodInvocation *invocation,
                   BhRunnerChannel *self)
{
  if (!check_greeted (self, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  bh_dbus_runner_host1_complete_painted (host, invocation);
  g_signal_emit (self, signals[PAINTED], 0);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_title_changed (BhDBusRunnerHost1 *host,
                         GDBusMethodInvocation *invocation,
                         const char *title,
                         BhRunnerChannel *self)
{
  g_autofree char *bounded = NULL;

  if (!check_greeted (self, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  bounded = bh_runner_channel_bound_title (title);
  bh_dbus_runner_host1_complete_title_changed (host, invocation);
  g_signal_emit (self, signals[TITLE], 0, bounded);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_heartbeat (BhDBusRunnerHost1 *host,
                     GDBusMethodInvocation *invocation,
                     guint page_silence,
                     BhRunnerChannel *self)
{
  if (!check_greeted (self, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  bh_dbus_runner_host1_complete_heartbeat (host, invocation);
  g_signal_emit (self, signals[HEARTBEAT], 0, page_silence);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_heartbeat_relaxed (BhDBusRunnerHost1 *host,
                             GDBusMethodInvocation *invocation,
                             guint interval,
                             BhRunnerChannel *self)
{
  if (!check_greeted (self, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  bh_dbus_runner_host1_complete_heartbeat_relaxed (host, invocation);
  g_signal_emit (self, signals[HEARTBEAT_RELAXED], 0, interval);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_wait_wanted (BhDBusRunnerHost1 *host,
                       GDBusMethodInvocation *invocation,
                       BhRunnerChannel *self)
{
  if (!check_greeted (self, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  bh_dbus_runner_host1_complete_wait_wanted (host, invocation);
  g_signal_emit (self, signals[WAIT_WANTED], 0);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_resume_wanted (BhDBusRunnerHost1 *host,
                         GDBusMethodInvocation *invocation,
                         BhRunnerChannel *self)
{
  if (!check_greeted (self, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  bh_dbus_runner_host1_complete_resume_wanted (host, invocation);
  g_signal_emit (self, signals[RESUME_WANTED], 0);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_activity_changed (BhDBusRunnerHost1 *host,
                            GDBusMethodInvocation *invocation,
                            const char *const *activity,
                            BhRunnerChannel *self)
{
  if (!check_greeted (self, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  bh_dbus_runner_host1_complete_activity_changed (host, invocation);
  g_signal_emit (self, signals[ACTIVITY_CHANGED], 0, bh_activities_from_strv (activity));

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_traffic_changed (BhDBusRunnerHost1 *host,
                           GDBusMethodInvocation *invocation,
                           guint64 received,
                           guint64 sent,
                           BhRunnerChannel *self)
{
  if (!check_greeted (self, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  bh_dbus_runner_host1_complete_traffic_changed (host, invocation);
  g_signal_emit (self, signals[TRAFFIC_CHANGED], 0, received, sent);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_web_process_ended (BhDBusRunnerHost1 *host,
                             GDBusMethodInvocation *invocation,
                             const char *reason,
                             int status,
                             BhRunnerChannel *self)
{
  if (!check_greeted (self, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  bh_dbus_runner_host1_complete_web_process_ended (host, invocation);
  g_signal_emit (self, signals[WEB_PROCESS_ENDED], 0, reason, status);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_network_process_ended (BhDBusRunnerHost1 *host,
                                 GDBusMethodInvocation *invocation,
                                 int status,
                                 BhRunnerChannel *self)
{
  if (!check_greeted (self, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  bh_dbus_runner_host1_complete_network_process_ended (host, invocation);
  g_signal_emit (self, signals[NETWORK_PROCESS_ENDED], 0, status);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_web_process_recovered (BhDBusRunnerHost1 *host,
                                 GDBusMethodInvocation *invocation,
                                 BhRunnerChannel *self)
{
  if (!check_greeted (self, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  bh_dbus_runner_host1_complete_web_process_recovered (host, invocation);
  g_signal_emit (self, signals[WEB_PROCESS_RECOVERED], 0);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_recovery_cancelled (BhDBusRunnerHost1 *host,
                              GDBusMethodInvocation *invocation,
                              BhRunnerChannel *self)
{
  if (!check_greeted (self, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  bh_dbus_runner_host1_complete_recovery_cancelled (host, invocation);
  g_signal_emit (self, signals[RECOVERY_CANCELLED], 0);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_failed (BhDBusRunnerHost1 *host,
                  GDBusMethodInvocation *invocation,
                  const char *message,
                  BhRunnerChannel *self)
{
  g_autofree char *bounded = NULL;

  if (!check_greeted (self, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  bounded = bound_text (message, MAX_MESSAGE);
  bh_dbus_runner_host1_complete_failed (host, invocation);
  g_signal_emit (self, signals[FAILED], 0, bounded);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_closing (BhDBusRunnerHost1 *host,
                   GDBusMethodInvocation *invocation,
                   const char *reason,
                   BhRunnerChannel *self)
{
  if (!check_greeted (self, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  bh_dbus_runner_host1_complete_closing (host, invocation);
  g_signal_emit (self, signals[CLOSING], 0, reason);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
on_connection_closed (GDBusConnection *connection,
                      gboolean remote_peer_vanished,
                      GError *error,
                      BhRunnerChannel *self)
{
  g_debug ("A runner's channel has closed: %s", error != NULL ? error->message : "by us");
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
bh_runner_channel_dispose (GObject *object)
{
  BhRunnerChannel *self = BH_RUNNER_CHANNEL (object);

  if (self->connection != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->connection, self);
      bh_runner_channel_close (self);
    }
  if (self->host != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->host, self);
      g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->host));
    }
  g_clear_object (&self->host);
  g_clear_object (&self->runner);
  g_clear_object (&self->connection);
  g_clear_pointer (&self->config, g_variant_unref);

  G_OBJECT_CLASS (bh_runner_channel_parent_class)->dispose (object);
}

static void
bh_runner_channel_class_init (BhRunnerChannelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = bh_runner_channel_dispose;

  /* Each as the method of the same name in io.github.bulkhead.Runner1.xml. */
  /* Hello is about to be answered. */
  signals[GREETED]
      = g_signal_new ("greeted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[READY]
      = g_signal_new ("ready", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PAINTED]
      = g_signal_new ("painted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[TITLE] = g_signal_new ("title", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 1, G_TYPE_STRING);
  signals[HEARTBEAT] = g_signal_new ("heartbeat", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[HEARTBEAT_RELAXED] = g_signal_new ("heartbeat-relaxed", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                             NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[WAIT_WANTED]
      = g_signal_new ("wait-wanted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[RESUME_WANTED] = g_signal_new ("resume-wanted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 0);
  /* With BhActivities. */
  signals[ACTIVITY_CHANGED] = g_signal_new ("activity-changed", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                            NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[TRAFFIC_CHANGED]
      = g_signal_new ("traffic-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                      2, G_TYPE_UINT64, G_TYPE_UINT64);
  signals[WEB_PROCESS_ENDED] = g_signal_new ("web-process-ended", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                             NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_INT);
  signals[NETWORK_PROCESS_ENDED] = g_signal_new ("network-process-ended", type, G_SIGNAL_RUN_LAST,
                                                 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  signals[WEB_PROCESS_RECOVERED] = g_signal_new ("web-process-recovered", type, G_SIGNAL_RUN_LAST,
                                                 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[RECOVERY_CANCELLED] = g_signal_new ("recovery-cancelled", type, G_SIGNAL_RUN_LAST, 0,
                                              NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[CLOSING] = g_signal_new ("closing", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * BhRunnerChannel::resume:
   * @self: the channel
   * @slug: the app that the runner says it runs
   * @token: its proof
   * @status: (type GVariant): a{sv}, as in the interface
   *
   * Returns: whether the runner is believed; otherwise the channel closes
   */
  signals[RESUME]
      = g_signal_new ("resume", type, G_SIGNAL_RUN_LAST, 0, g_signal_accumulator_true_handled, NULL,
                      NULL, G_TYPE_BOOLEAN, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_VARIANT);

  /**
   * BhRunnerChannel::closed:
   *
   * The other end is gone. Everything that it said before has been emitted.
   */
  signals[CLOSED]
      = g_signal_new ("closed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_runner_channel_init (BhRunnerChannel *self)
{
}

/* Who is at the other end, as the kernel has it; 0 for another user, or from where we can't see. */
static pid_t
get_peer (GSocketConnection *stream)
{
  g_autoptr (GCredentials) credentials
      = g_socket_get_credentials (g_socket_connection_get_socket (stream), NULL);

  if (credentials == NULL || g_credentials_get_unix_user (credentials, NULL) != getuid ())
    return 0;

  return MAX (g_credentials_get_unix_pid (credentials, NULL), 0);
}

/**
 * bh_runner_channel_new:
 * @stream: the supervisor's end of the socket
 * @config: (nullable): what Hello answers; %NULL for a channel that must begin with Resume
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the channel, or %NULL with an error of GIO
 */
BhRunnerChannel *
bh_runner_channel_new (GSocketConnection *stream, GVariant *config, GError **error)
{
  g_autoptr (BhRunnerChannel) self = g_object_new (BH_TYPE_RUNNER_CHANNEL, NULL);
  g_autoptr (GIOStream) bounded = NULL;

  g_return_val_if_fail (G_IS_SOCKET_CONNECTION (stream), NULL);

  if (config != NULL)
    self->config = g_variant_ref_sink (config);

  self->peer = get_peer (stream);
  bounded = bh_bounded_stream_new (stream);
  self->connection
      = g_dbus_connection_new_sync (bounded, NULL, G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                                    NULL, NULL, error);
  if (self->connection == NULL)
    return NULL;
  g_signal_connect (self->connection, "closed", G_CALLBACK (on_connection_closed), self);
  g_dbus_connection_add_filter (self->connection, on_message,
                                bh_token_bucket_new (TITLES, TITLE_INTERVAL),
                                (GDestroyNotify) bh_token_bucket_free);

  self->host = bh_dbus_runner_host1_skeleton_new ();
  g_signal_connect (self->host, "handle-hello", G_CALLBACK (on_handle_hello), self);
  g_signal_connect (self->host, "handle-resume", G_CALLBACK (on_handle_resume), self);
  g_signal_connect (self->host, "handle-ready", G_CALLBACK (on_handle_ready), self);
  g_signal_connect (self->host, "handle-painted", G_CALLBACK (on_handle_painted), self);
  g_signal_connect (self->host, "handle-title-changed", G_CALLBACK (on_handle_title_changed), self);
  g_signal_connect (self->host, "handle-heartbeat", G_CALLBACK (on_handle_heartbeat), self);
  g_signal_connect (self->host, "handle-heartbeat-relaxed",
                    G_CALLBACK (on_handle_heartbeat_relaxed), self);
  g_signal_connect (self->host, "handle-traffic-changed", G_CALLBACK (on_handle_traffic_changed),
                    self);
  g_signal_connect (self->host, "handle-wait-wanted", G_CALLBACK (on_handle_wait_wanted), self);
  g_signal_connect (self->host, "handle-resume-wanted", G_CALLBACK (on_handle_resume_wanted), self);
  g_signal_connect (self->host, "handle-activity-changed", G_CALLBACK (on_handle_activity_changed),
                    self);
  g_signal_connect (self->host, "handle-web-process-ended",
                    G_CALLBACK (on_handle_web_process_ended), self);
  g_signal_connect (self->host, "handle-network-process-ended",
                    G_CALLBACK (on_handle_network_process_ended), self);
  g_signal_connect (self->host, "handle-web-process-recovered",
                    G_CALLBACK (on_handle_web_process_recovered), self);
  g_signal_connect (self->host, "handle-recovery-cancelled",
                    G_CALLBACK (on_handle_recovery_cancelled), self);
  g_signal_connect (self->host, "handle-failed", G_CALLBACK (on_handle_failed), self);
  g_signal_connect (self->host, "handle-closing", G_CALLBACK (on_handle_closing), self);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->host), self->connection,
                                         "/", error))
    return NULL;

  self->runner = bh_dbus_runner1_proxy_new_sync (self->connection,
                                                 G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES
                                                     | G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS,
                                                 NULL, "/", NULL, error);
  if (self->runner == NULL)
    return NULL;

  g_dbus_connection_start_message_processing (self->connection);

  return g_steal_pointer (&self);
}

/**
 * bh_runner_channel_get_peer:
 * @self: a channel whose runner has connected to us
 *
 * Returns: the PID of the process that did, 0 when that is not known
 */
pid_t
bh_runner_channel_get_peer (BhRunnerChannel *self)
{
  g_return_val_if_fail (BH_IS_RUNNER_CHANNEL (self), 0);

  return self->peer;
}

/**
 * bh_runner_channel_set_pid:
 * @self: a channel
 * @pid: the runner's PID as we see it, for Hello's answer
 */
void
bh_runner_channel_set_pid (BhRunnerChannel *self, pid_t pid)
{
  g_return_if_fail (BH_IS_RUNNER_CHANNEL (self));

  self->pid = pid;
}

/**
 * bh_runner_channel_bound_title:
 * @title: a title from outside
 *
 * Returns: (transfer full): as much of it as is kept
 */
char *
bh_runner_channel_bound_title (const char *title)
{
  g_return_val_if_fail (title != NULL, NULL);

  return bound_text (title, MAX_TITLE);
}

/**
 * bh_runner_channel_get_connection:
 * @self: a channel
 *
 * Returns: (transfer none): the connection, for what else the runner may ask there
 */
GDBusConnection *
bh_runner_channel_get_connection (BhRunnerChannel *self)
{
  g_return_val_if_fail (BH_IS_RUNNER_CHANNEL (self), NULL);

  return self->connection;
}

/**
 * bh_runner_channel_get_proxy:
 * @self: a channel
 *
 * Returns: (transfer none): the runner's Runner1
 */
GDBusProxy *
bh_runner_channel_get_proxy (BhRunnerChannel *self)
{
  g_return_val_if_fail (BH_IS_RUNNER_CHANNEL (self), NULL);

  return G_DBUS_PROXY (self->runner);
}

/**
 * bh_runner_channel_close:
 * @self: a channel
 *
 * Closes our end; the runner takes it for the death of the supervisor.
 */
void
bh_runner_channel_close (BhRunnerChannel *self)
{
  g_return_if_fail (BH_IS_RUNNER_CHANNEL (self));

  if (!g_dbus_connection_is_closed (self->connection))
    g_dbus_connection_close (self->connection, NULL, NULL, NULL);
}

/**
 * bh_runner_channel_send_close:
 * @self: a channel
 *
 * Asks the runner to close its windows and exit.
 */
void
bh_runner_channel_send_close (BhRunnerChannel *self)
{
  g_return_if_fail (BH_IS_RUNNER_CHANNEL (self));

  bh_dbus_runner1_call_close (self->runner, NULL, NULL, NULL);
}

/**
 * bh_runner_channel_send_activate:
 * @self: a channel
 * @activation_token: what lets the window take the focus, or ""
 *
 * Asks the runner to raise its window.
 */
void
bh_runner_channel_send_activate (BhRunnerChannel *self, const char *activation_token)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  g_return_if_fail (BH_IS_RUNNER_CHANNEL (self));
  g_return_if_fail (activation_token != NULL);

  if (*activation_token != '\0')
    g_variant_dict_insert (&options, "activation-token", "s", activation_token);
  bh_dbus_runner1_call_activate (self->runner, g_variant_dict_end (&options), NULL, NULL, NULL);
}

/**
 * bh_runner_channel_send_load:
 * @self: a channel
 * @uri: an absolute URI in the app's scope
 *
 * Asks the runner to show @uri.
 */
void
bh_runner_channel_send_load (BhRunnerChannel *self, const char *uri)
{
  g_return_if_fail (BH_IS_RUNNER_CHANNEL (self));
  g_return_if_fail (uri != NULL);

  bh_dbus_runner1_call_load (self->runner, uri, NULL, NULL, NULL);
}

/**
 * bh_runner_channel_send_recover:
 * @self: a channel
 * @delay: milliseconds
 *
 * Asks the runner to load the page, whose process has ended, again after @delay.
 */
void
bh_runner_channel_send_recover (BhRunnerChannel *self, guint delay)
{
  g_return_if_fail (BH_IS_RUNNER_CHANNEL (self));

  bh_dbus_runner1_call_recover (self->runner, delay, NULL, NULL, NULL);
}

/**
 * bh_runner_channel_send_responds:
 * @self: a channel
 * @responds: whether the page answers
 *
 * Has the window say that its page does not answer, or take that back.
 */
void
bh_runner_channel_send_responds (BhRunnerChannel *self, gboolean responds)
{
  g_return_if_fail (BH_IS_RUNNER_CHANNEL (self));

  bh_dbus_runner1_call_set_responds (self->runner, responds, NULL, NULL, NULL);
}

/**
 * bh_runner_channel_send_explain:
 * @self: a channel
 * @reason: why the page has ended
 * @detail: more in plain words, or ""
 * @gave_up: whether it is not loaded again by itself any more
 *
 * Has the window tell why there is no page.
 */
void
bh_runner_channel_send_explain (BhRunnerChannel *self,
                                BhReason reason,
                                const char *detail,
                                gboolean gave_up)
{
  g_return_if_fail (BH_IS_RUNNER_CHANNEL (self));
  g_return_if_fail (detail != NULL);

  bh_dbus_runner1_call_explain (self->runner, bh_reason_to_string (reason), detail, gave_up, NULL,
                                NULL, NULL);
}
