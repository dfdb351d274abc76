/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-channel.h"

#include "bh-channel-link.h"
#include "bh-error.h"

#include <glib/gi18n.h>

#include <fcntl.h>
#include <string.h>

/*
 * The runner's end of the private channel (io.github.bulkhead.Runner1.xml). It keeps what the
 * supervisor must know, so that the rest of the runner reports each thing once and need not care
 * whether a supervisor lives at that moment: the link (BhChannelLink) finds one again.
 */

#define MAX_TITLE 1024
/* A page may change its title with every frame. */
#define TITLE_INTERVAL 100

struct _BhChannel
{
  GObject parent_instance;

  BhChannelLink *link;
  BhDBusRunner1 *runner;

  gboolean ready;
  gboolean painted;
  gpointer beating; /* the peer whose answer to the last heartbeat is awaited, not owned */
  char *title;
  char *sent_title;
  const char *web_process;
  int web_status;
  BhActivities activities;
  gboolean activities_known;
  gboolean traffic_known;
  guint64 received, sent;

  guint title_id;
};

enum {
  SIGNAL_CLOSE,
  SIGNAL_ACTIVATE,
  SIGNAL_LOAD,
  SIGNAL_RECOVER,
  SIGNAL_RESPONDS,
  SIGNAL_EXPLAIN,
  SIGNAL_RESUMED,
  SIGNAL_PERMISSION,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhChannel, bh_channel, G_TYPE_OBJECT)

static gboolean
on_title_timeout (gpointer user_data)
{
  BhChannel *self = BH_CHANNEL (user_data);
  BhDBusRunnerHost1 *host = bh_channel_link_get_host (self->link);

  self->title_id = 0;
  if (host == NULL || g_strcmp0 (self->title, self->sent_title) == 0)
    return G_SOURCE_REMOVE;

  g_free (self->sent_title);
  self->sent_title = g_strdup (self->title);
  bh_dbus_runner_host1_call_title_changed (host, self->title, NULL, NULL, NULL);

  return G_SOURCE_REMOVE;
}

static void
on_heartbeat_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhChannel) self = BH_CHANNEL (user_data);
  g_autoptr (GError) error = NULL;

  if (!bh_dbus_runner_host1_call_heartbeat_finish (BH_DBUS_RUNNER_HOST1 (source), result, &error))
    g_debug ("heartbeat: %s", error->message);
  if (self->beating == source)
    self->beating = NULL;
}

static GVariant *
on_resuming (BhChannel *self)
{
  GVariantDict status;

  g_variant_dict_init (&status, NULL);
  g_variant_dict_insert (&status, "painted", "b", self->painted);
  g_variant_dict_insert (&status, "title", "s", self->title);
  g_variant_dict_insert (&status, "web-process", "s", self->web_process);
  g_variant_dict_insert (&status, "web-process-status", "i", self->web_status);
  if (self->activities_known)
    g_variant_dict_insert_value (&status, "activity", bh_activities_to_variant (self->activities));
  if (self->traffic_known)
    g_variant_dict_insert (&status, "traffic", "(tt)", self->received, self->sent);
  g_free (self->sent_title);
  self->sent_title = g_strdup (self->title);

  return g_variant_ref_sink (g_variant_dict_end (&status));
}

static void
on_resumed (BhChannel *self)
{
  g_signal_emit (self, signals[SIGNAL_RESUMED], 0);
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

static gboolean
on_handle_set_responds (BhDBusRunner1 *runner,
                        GDBusMethodInvocation *invocation,
                        gboolean responds,
                        gpointer user_data)
{
  bh_dbus_runner1_complete_set_responds (runner, invocation);
  g_signal_emit (user_data, signals[SIGNAL_RESPONDS], 0, responds);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_set_permission (BhDBusRunner1 *runner,
                          GDBusMethodInvocation *invocation,
                          const char *origin,
                          const char *kind,
                          const char *answer,
                          gpointer user_data)
{
  g_signal_emit (user_data, signals[SIGNAL_PERMISSION], 0, origin, kind, answer);
  bh_dbus_runner1_complete_set_permission (runner, invocation);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_explain (BhDBusRunner1 *runner,
                   GDBusMethodInvocation *invocation,
                   const char *reason,
                   const char *detail,
                   gboolean gave_up,
                   gpointer user_data)
{
  bh_dbus_runner1_complete_explain (runner, invocation);
  g_signal_emit (user_data, signals[SIGNAL_EXPLAIN], 0, reason, detail, gave_up);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
bh_channel_dispose (GObject *object)
{
  BhChannel *self = BH_CHANNEL (object);

  g_clear_handle_id (&self->title_id, g_source_remove);
  if (self->link != NULL)
    bh_channel_link_close (self->link);
  g_clear_object (&self->link);
  g_clear_object (&self->runner);

  G_OBJECT_CLASS (bh_channel_parent_class)->dispose (object);
}

static void
bh_channel_finalize (GObject *object)
{
  BhChannel *self = BH_CHANNEL (object);

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

  /**
   * BhChannel::explain:
   * @self: the channel
   * @reason: a reason, as bh_reason_to_string() names it
   * @detail: more in plain words, or ""
   * @gave_up: whether the page is not loaded again any more
   *
   * What the supervisor makes of the end of the page.
   */
  signals[SIGNAL_EXPLAIN]
      = g_signal_new ("explain", BH_TYPE_CHANNEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_BOOLEAN);

  /**
   * BhChannel::permission:
   * @self: the channel
   * @origin: of a page
   * @kind: what it may use or not
   * @answer: "allow", "deny" or "ask"
   *
   * The user has changed an answer elsewhere.
   */
  signals[SIGNAL_PERMISSION]
      = g_signal_new ("permission", BH_TYPE_CHANNEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);

  /**
   * BhChannel::resumed:
   *
   * A new supervisor knows the app, and expects heartbeats.
   */
  signals[SIGNAL_RESUMED] = g_signal_new ("resumed", BH_TYPE_CHANNEL, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);

  /**
   * BhChannel::responds:
   * @self: the channel
   * @responds: whether the page answers, as the supervisor sees it
   */
  signals[SIGNAL_RESPONDS] = g_signal_new ("responds", BH_TYPE_CHANNEL, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
bh_channel_init (BhChannel *self)
{
  self->title = g_strdup ("");
  self->sent_title = g_strdup ("");
  self->web_process = "";
  self->web_status = -1;

  self->runner = bh_dbus_runner1_skeleton_new ();
  g_signal_connect (self->runner, "handle-close", G_CALLBACK (on_handle_close), self);
  g_signal_connect (self->runner, "handle-activate", G_CALLBACK (on_handle_activate), self);
  g_signal_connect (self->runner, "handle-load", G_CALLBACK (on_handle_load), self);
  g_signal_connect (self->runner, "handle-recover", G_CALLBACK (on_handle_recover), self);
  g_signal_connect (self->runner, "handle-explain", G_CALLBACK (on_handle_explain), self);
  g_signal_connect (self->runner, "handle-set-permission", G_CALLBACK (on_handle_set_permission),
                    self);
  g_signal_connect (self->runner, "handle-set-responds", G_CALLBACK (on_handle_set_responds), self);
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
  self->link = bh_channel_link_new (slug, G_DBUS_INTERFACE_SKELETON (self->runner));
  g_signal_connect_object (self->link, "resuming", G_CALLBACK (on_resuming), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->link, "resumed", G_CALLBACK (on_resumed), self, G_CONNECT_SWAPPED);
  if (!bh_channel_link_adopt (self->link, connection, error))
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
  BhDBusRunnerHost1 *host;
  GVariant *config = NULL;
  const char *socket = NULL;
  const char *token = NULL;

  g_return_val_if_fail (BH_IS_CHANNEL (self), NULL);

  host = bh_channel_link_get_host (self->link);
  g_return_val_if_fail (host != NULL, NULL);

  if (!bh_dbus_runner_host1_call_hello_sync (host, &config, NULL, error))
    return NULL;

  g_variant_lookup (config, "socket", "&s", &socket);
  g_variant_lookup (config, "token", "&s", &token);
  bh_channel_link_set_greeted (self->link, socket, token);

  return config;
}

/**
 * bh_channel_get_connection:
 * @self: a channel
 *
 * Returns: (transfer none) (nullable): the connection to the supervisor, %NULL while there is none
 */
GDBusConnection *
bh_channel_get_connection (BhChannel *self)
{
  BhDBusRunnerHost1 *host;

  g_return_val_if_fail (BH_IS_CHANNEL (self), NULL);

  host = bh_channel_link_get_host (self->link);

  return host != NULL ? g_dbus_proxy_get_connection (G_DBUS_PROXY (host)) : NULL;
}

/**
 * bh_channel_get_runner:
 * @self: a channel
 *
 * Returns: (transfer none): what answers the supervisor, for those who answer a call themselves
 */
BhDBusRunner1 *
bh_channel_get_runner (BhChannel *self)
{
  g_return_val_if_fail (BH_IS_CHANNEL (self), NULL);

  return self->runner;
}

/**
 * bh_channel_get_host:
 * @self: a channel
 *
 * Returns: (transfer none) (nullable): the supervisor, %NULL while there is none
 */
BhDBusRunnerHost1 *
bh_channel_get_host (BhChannel *self)
{
  g_return_val_if_fail (BH_IS_CHANNEL (self), NULL);

  return bh_channel_link_get_host (self->link);
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
  BhDBusRunnerHost1 *host;

  g_return_if_fail (BH_IS_CHANNEL (self));

  if (self->ready)
    return;

  self->ready = TRUE;
  host = bh_channel_link_get_host (self->link);
  if (host != NULL)
    bh_dbus_runner_host1_call_ready (host, NULL, NULL, NULL);
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
  BhDBusRunnerHost1 *host;

  g_return_if_fail (BH_IS_CHANNEL (self));

  if (self->painted)
    return;

  self->painted = TRUE;
  host = bh_channel_link_get_host (self->link);
  if (host != NULL)
    bh_dbus_runner_host1_call_painted (host, NULL, NULL, NULL);
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
 * @page_silence: milliseconds for which the page has owed an answer, 0 when it does not
 *
 * Reports that the runner lives. Nothing is sent while the last report is still unanswered.
 */
void
bh_channel_heartbeat (BhChannel *self, guint page_silence)
{
  BhDBusRunnerHost1 *host;

  g_return_if_fail (BH_IS_CHANNEL (self));

  host = bh_channel_link_get_host (self->link);
  if (host == NULL || self->beating == host)
    return;

  self->beating = host;
  bh_dbus_runner_host1_call_heartbeat (host, page_silence, NULL, on_heartbeat_ready,
                                       g_object_ref (self));
}

/**
 * bh_channel_set_activities:
 * @self: a channel
 * @activities: what the app does
 *
 * Reports what the app does.
 */
void
bh_channel_set_activities (BhChannel *self, BhActivities activities)
{
  g_auto (GStrv) names = NULL;
  BhDBusRunnerHost1 *host;

  g_return_if_fail (BH_IS_CHANNEL (self));

  self->activities = activities;
  self->activities_known = TRUE;
  host = bh_channel_link_get_host (self->link);
  if (host == NULL)
    return;
  names = bh_activities_to_strv (activities);
  bh_dbus_runner_host1_call_activity_changed (host, (const char *const *) names, NULL, NULL, NULL);
}

/**
 * bh_channel_set_traffic:
 * @self: a channel
 * @received: bytes that have come from the network
 * @sent: bytes that went there
 *
 * Reports them; the caller sees to it that this is not too often.
 */
void
bh_channel_set_traffic (BhChannel *self, guint64 received, guint64 sent)
{
  BhDBusRunnerHost1 *host;

  g_return_if_fail (BH_IS_CHANNEL (self));

  self->traffic_known = TRUE;
  self->received = received;
  self->sent = sent;
  host = bh_channel_link_get_host (self->link);
  if (host != NULL)
    bh_dbus_runner_host1_call_traffic_changed (host, received, sent, NULL, NULL, NULL);
}

/**
 * bh_channel_want_to_wait:
 * @self: a channel
 *
 * Reports that the user gives a page that does not answer more time.
 */
void
bh_channel_want_to_wait (BhChannel *self)
{
  BhDBusRunnerHost1 *host;

  g_return_if_fail (BH_IS_CHANNEL (self));

  host = bh_channel_link_get_host (self->link);
  if (host != NULL)
    bh_dbus_runner_host1_call_wait_wanted (host, NULL, NULL, NULL);
}

/**
 * bh_channel_web_process_ended:
 * @self: a channel
 * @reason: (transfer none): a static text: "crashed", "memory-limit" or "terminated"
 * @status: how, as waitpid() gives it, or -1
 *
 * Reports that the page's process is gone. Pages that share one are reported once.
 */
void
bh_channel_web_process_ended (BhChannel *self, const char *reason, int status)
{
  BhDBusRunnerHost1 *host;

  g_return_if_fail (BH_IS_CHANNEL (self));
  g_return_if_fail (reason != NULL && *reason != '\0');

  if (*self->web_process != '\0')
    return;

  self->web_process = g_intern_string (reason);
  self->web_status = status;
  host = bh_channel_link_get_host (self->link);
  if (host != NULL)
    bh_dbus_runner_host1_call_web_process_ended (host, reason, status, NULL, NULL, NULL);
}

/**
 * bh_channel_network_process_ended:
 * @self: a channel
 * @status: how, as waitpid() gives it
 *
 * Reports that the network process has ended, which WebKit makes up for by itself.
 */
void
bh_channel_network_process_ended (BhChannel *self, int status)
{
  BhDBusRunnerHost1 *host;

  g_return_if_fail (BH_IS_CHANNEL (self));

  host = bh_channel_link_get_host (self->link);
  if (host != NULL)
    bh_dbus_runner_host1_call_network_process_ended (host, status, NULL, NULL, NULL);
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
  BhDBusRunnerHost1 *host;

  g_return_if_fail (BH_IS_CHANNEL (self));

  if (*self->web_process == '\0')
    return;

  self->web_process = "";
  self->web_status = -1;
  host = bh_channel_link_get_host (self->link);
  if (host != NULL)
    bh_dbus_runner_host1_call_web_process_recovered (host, NULL, NULL, NULL);
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
  BhDBusRunnerHost1 *host;

  g_return_if_fail (BH_IS_CHANNEL (self));

  host = bh_channel_link_get_host (self->link);
  if (host != NULL)
    bh_dbus_runner_host1_call_recovery_cancelled (host, NULL, NULL, NULL);
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
  BhDBusRunnerHost1 *host;

  g_return_if_fail (BH_IS_CHANNEL (self));
  g_return_if_fail (message != NULL);

  host = bh_channel_link_get_host (self->link);
  if (host == NULL)
    return;

  bh_dbus_runner_host1_call_failed_sync (host, message, NULL, NULL);
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
  BhDBusRunnerHost1 *host;

  g_return_if_fail (BH_IS_CHANNEL (self));
  g_return_if_fail (reason != NULL);

  host = bh_channel_link_get_host (self->link);
  if (host == NULL)
    return;

  bh_dbus_runner_host1_call_closing_sync (host, reason, NULL, NULL);
}
