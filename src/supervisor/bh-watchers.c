/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-watchers.h"

#include "bh-app-id.h"
#include "bh-error.h"
#include "bh-sampler.h"

#include <glib/gi18n.h>

/*
 * The half of io.github.bulkhead.Supervisor1 that measures: those who watch get samples at their
 * own speed, and who asks once gets one. Nobody watching, there is no timer.
 */

#define DEFAULT_SAMPLE_INTERVAL 250
#define MIN_SAMPLE_INTERVAL     50
#define MAX_SAMPLE_INTERVAL     10000
#define MIN_WATCH_INTERVAL      250
#define MAX_WATCH_INTERVAL      60000

typedef struct
{
  BhWatchers *watchers;
  char *name;
  guint interval;
  guint timer;
  guint name_watch;
} Watcher;

typedef struct
{
  BhWatchers *watchers;
  GDBusMethodInvocation *invocation;
  guint timer;
} SampleCall;

struct _BhWatchers
{
  GObject parent_instance;

  BhClock *clock;
  GDBusConnection *connection;
  BhDBusSupervisor1 *service;
  BhMeasure measure;
  gpointer user_data;
  GHashTable *clients; /* unique name → Watcher */
  GPtrArray *calls;    /* SampleCall */
};

enum {
  ACTIVITY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhWatchers, bh_watchers, G_TYPE_OBJECT)

static void
activity (BhWatchers *self)
{
  g_signal_emit (self, signals[ACTIVITY], 0);
}

static void
watcher_free (Watcher *watcher)
{
  bh_clock_clear_timer (watcher->watchers->clock, &watcher->timer);
  g_clear_handle_id (&watcher->name_watch, g_bus_unwatch_name);
  g_free (watcher->name);
  g_free (watcher);
}

static void
sample_call_free (SampleCall *call)
{
  bh_clock_clear_timer (call->watchers->clock, &call->timer);
  g_free (call);
}

static gboolean
on_watcher_timer (gpointer user_data)
{
  Watcher *watcher = user_data;
  BhWatchers *self = watcher->watchers;
  g_autoptr (GError) error = NULL;

  if (!g_dbus_connection_emit_signal (
          self->connection, watcher->name, BH_SUPERVISOR_OBJECT_PATH,
          "io.github.bulkhead.Supervisor1", "Sampled",
          g_variant_new ("(@aa{sv})", self->measure (BH_SAMPLE_BUDGET, self->user_data)), &error))
    g_debug ("A sample could not be sent: %s", error->message);

  return G_SOURCE_CONTINUE;
}

static void
on_watcher_vanished (GDBusConnection *connection, const char *name, gpointer user_data)
{
  BhWatchers *self = BH_WATCHERS (user_data);

  g_hash_table_remove (self->clients, name);
  activity (self);
}

static gboolean
on_handle_watch (BhDBusSupervisor1 *service,
                 GDBusMethodInvocation *invocation,
                 guint interval,
                 BhWatchers *self)
{
  const char *sender = g_dbus_method_invocation_get_sender (invocation);
  Watcher *watcher;

  if (interval != 0 && (interval < MIN_WATCH_INTERVAL || interval > MAX_WATCH_INTERVAL))
    {
      g_dbus_method_invocation_return_error (
          invocation, BH_ERROR, BH_ERROR_INVALID_ARGUMENT,
          _("An interval must be 0 or from %d to %d milliseconds, not %u"), MIN_WATCH_INTERVAL,
          MAX_WATCH_INTERVAL, interval);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }

  watcher = g_hash_table_lookup (self->clients, sender);
  if (watcher == NULL)
    {
      watcher = g_new0 (Watcher, 1);
      watcher->watchers = self;
      watcher->name = g_strdup (sender);
      watcher->name_watch
          = g_bus_watch_name_on_connection (self->connection, sender, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                            NULL, on_watcher_vanished, self, NULL);
      g_hash_table_insert (self->clients, watcher->name, watcher);
    }
  bh_clock_clear_timer (self->clock, &watcher->timer);
  watcher->interval = interval;
  bh_dbus_supervisor1_complete_watch (service, invocation);
  activity (self);
  if (interval == 0)
    return G_DBUS_METHOD_INVOCATION_HANDLED;

  watcher->timer = bh_clock_add_timer (self->clock, interval, on_watcher_timer, watcher);
  on_watcher_timer (watcher);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_unwatch (BhDBusSupervisor1 *service, GDBusMethodInvocation *invocation, BhWatchers *self)
{
  g_hash_table_remove (self->clients, g_dbus_method_invocation_get_sender (invocation));
  bh_dbus_supervisor1_complete_unwatch (service, invocation);
  activity (self);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_sample_timer (gpointer user_data)
{
  SampleCall *call = user_data;
  BhWatchers *self = call->watchers;

  call->timer = 0;
  bh_dbus_supervisor1_complete_sample (self->service, call->invocation,
                                       self->measure (-1, self->user_data));
  g_ptr_array_remove (self->calls, call);
  activity (self);

  return G_SOURCE_REMOVE;
}

static gboolean
on_handle_sample (BhDBusSupervisor1 *service,
                  GDBusMethodInvocation *invocation,
                  guint interval,
                  BhWatchers *self)
{
  SampleCall *call;
  GVariant *before;

  if (interval == 0)
    interval = DEFAULT_SAMPLE_INTERVAL;
  if (interval < MIN_SAMPLE_INTERVAL || interval > MAX_SAMPLE_INTERVAL)
    {
      g_dbus_method_invocation_return_error (
          invocation, BH_ERROR, BH_ERROR_INVALID_ARGUMENT,
          _("An interval must be from %d to %d milliseconds, not %u"), MIN_SAMPLE_INTERVAL,
          MAX_SAMPLE_INTERVAL, interval);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }

  /* Where the CPU times stand now; the answer tells how far they got. */
  before = self->measure (0, self->user_data);
  g_variant_unref (g_variant_ref_sink (before));
  call = g_new0 (SampleCall, 1);
  call->watchers = self;
  call->invocation = invocation;
  call->timer = bh_clock_add_timer (self->clock, interval, on_sample_timer, call);
  g_ptr_array_add (self->calls, call);
  activity (self);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
bh_watchers_dispose (GObject *object)
{
  BhWatchers *self = BH_WATCHERS (object);

  g_clear_pointer (&self->calls, g_ptr_array_unref);
  g_clear_pointer (&self->clients, g_hash_table_unref);
  if (self->service != NULL)
    g_signal_handlers_disconnect_by_data (self->service, self);
  g_clear_object (&self->service);
  g_clear_object (&self->connection);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (bh_watchers_parent_class)->dispose (object);
}

static void
bh_watchers_class_init (BhWatchersClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_watchers_dispose;

  /**
   * BhWatchers::activity:
   *
   * A client called, or bh_watchers_is_busy() may have changed.
   */
  signals[ACTIVITY] = g_signal_new ("activity", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_watchers_init (BhWatchers *self)
{
  self->clients
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) watcher_free);
  self->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) sample_call_free);
}

/**
 * bh_watchers_new:
 * @clock: time and timers
 * @connection: the session bus
 * @service: the service, whose methods Watch, Unwatch and Sample are answered
 * @measure: (scope forever): measures what runs
 * @user_data: for @measure; not referenced
 *
 * Returns: (transfer full): an object that serves those who watch
 */
BhWatchers *
bh_watchers_new (BhClock *clock,
                 GDBusConnection *connection,
                 BhDBusSupervisor1 *service,
                 BhMeasure measure,
                 gpointer user_data)
{
  BhWatchers *self;

  g_return_val_if_fail (BH_IS_CLOCK (clock) && G_IS_DBUS_CONNECTION (connection), NULL);
  g_return_val_if_fail (BH_DBUS_IS_SUPERVISOR1 (service) && measure != NULL, NULL);

  self = g_object_new (BH_TYPE_WATCHERS, NULL);
  self->clock = g_object_ref (clock);
  self->connection = g_object_ref (connection);
  self->service = g_object_ref (service);
  self->measure = measure;
  self->user_data = user_data;
  g_signal_connect (service, "handle-watch", G_CALLBACK (on_handle_watch), self);
  g_signal_connect (service, "handle-unwatch", G_CALLBACK (on_handle_unwatch), self);
  g_signal_connect (service, "handle-sample", G_CALLBACK (on_handle_sample), self);

  return self;
}

/**
 * bh_watchers_is_busy:
 * @self: watchers
 *
 * Returns: whether somebody watches or waits for a sample
 */
gboolean
bh_watchers_is_busy (BhWatchers *self)
{
  g_return_val_if_fail (BH_IS_WATCHERS (self), FALSE);

  return g_hash_table_size (self->clients) > 0 || self->calls->len > 0;
}
