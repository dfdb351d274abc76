/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-watchers.h"

#include "bh-app-id.h"
#include "bh-error.h"
#include "bh-machine-figures.h"

#include <glib/gi18n.h>

/*
 * The half of io.github.bulkhead.Supervisor1 that measures: those who watch get samples at their
 * own speed, and who asks once gets one. Nobody watching, there is no timer.
 *
 * Those who watch at the same speed are a group: they get the same samples at the same time, so
 * that ten of them cost little more than one.
 */

#define DEFAULT_SAMPLE_INTERVAL 250
#define MIN_SAMPLE_INTERVAL     50
#define MAX_SAMPLE_INTERVAL     10000
#define MIN_WATCH_INTERVAL      250
#define MAX_WATCH_INTERVAL      60000

/* Microseconds of a sample's reading for each millisecond between two of them: 0.5 % of a core.
 * Building and sending it comes on top. */
#define BUDGET 5

/* Microseconds below which a sample is not measured anew for one who has just come: the kernel
 * counts CPU time in steps of 10000. */
#define FRESH (200 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  BhWatchers *watchers; /* not owned */
  guint interval;       /* milliseconds */
  guint timer;
  GPtrArray *members; /* of Watcher, not owned */
  BhSampleBase *base;
  BhMachineBase machine_base;
  gint64 measured_at;
  GVariant *sample;  /* (aa{sv}) */
  GVariant *machine; /* (a{sv}) */
} Group;

typedef struct
{
  BhWatchers *watchers;
  char *name;
  Group *group; /* NULL for one who only waits */
  char *focus;  /* an object path, or NULL */
  GStrv shown;  /* object paths of the apps whose processes it wants, or NULL for all */
  guint name_watch;
} Watcher;

/* One who asks for the machine now and then. */
typedef struct
{
  char *name;
  BhMachineBase base;
  guint name_watch;
} Caller;

typedef struct
{
  BhWatchers *watchers;
  GDBusMethodInvocation *invocation;
  BhSampleBase *base;
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
  BhMachineFigures *machine;
  GHashTable *clients; /* unique name → Watcher */
  GHashTable *callers; /* unique name → Caller */
  GHashTable *groups;  /* interval → Group */
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
group_free (Group *group)
{
  bh_clock_clear_timer (group->watchers->clock, &group->timer);
  g_ptr_array_unref (group->members);
  bh_sample_base_free (group->base);
  g_clear_pointer (&group->sample, g_variant_unref);
  g_clear_pointer (&group->machine, g_variant_unref);
  g_free (group);
}

/* A group without members ends, and its timer with it. */
static void
leave_group (Watcher *watcher)
{
  Group *group = g_steal_pointer (&watcher->group);

  if (group == NULL)
    return;
  g_ptr_array_remove (group->members, watcher);
  if (group->members->len == 0)
    g_hash_table_remove (watcher->watchers->groups, GUINT_TO_POINTER (group->interval));
}

static void
watcher_free (Watcher *watcher)
{
  leave_group (watcher);
  g_clear_handle_id (&watcher->name_watch, g_bus_unwatch_name);
  g_free (watcher->focus);
  g_strfreev (watcher->shown);
  g_free (watcher->name);
  g_free (watcher);
}

static void
caller_free (Caller *caller)
{
  g_clear_handle_id (&caller->name_watch, g_bus_unwatch_name);
  g_free (caller->name);
  g_free (caller);
}

static void
sample_call_free (SampleCall *call)
{
  bh_clock_clear_timer (call->watchers->clock, &call->timer);
  bh_sample_base_free (call->base);
  g_free (call);
}

static GVariant *
take_sample (BhWatchers *self,
             BhSampleBase *base,
             BhSampleDepth depth,
             gint64 budget,
             GPtrArray *focus,
             GPtrArray *processes)
{
  BhSampleRequest request
      = { .base = base, .depth = depth, .budget = budget, .focus = focus, .processes = processes };

  return self->measure (&request, self->user_data);
}

/* The apps whose processes one of the group wants; NULL for all. */
static GPtrArray *
list_shown (Group *group)
{
  g_autoptr (GPtrArray) shown = g_ptr_array_new ();

  for (guint i = 0; i < group->members->len; i++)
    {
      Watcher *watcher = g_ptr_array_index (group->members, i);

      if (watcher->shown == NULL)
        return NULL;
      for (gsize j = 0; watcher->shown[j] != NULL; j++)
        g_ptr_array_add (shown, watcher->shown[j]);
    }

  return g_steal_pointer (&shown);
}

static void
measure_for_group (Group *group)
{
  BhWatchers *self = group->watchers;
  g_autoptr (GPtrArray) focus = g_ptr_array_new ();
  g_autoptr (GPtrArray) shown = list_shown (group);

  for (guint i = 0; i < group->members->len; i++)
    {
      Watcher *watcher = g_ptr_array_index (group->members, i);

      if (watcher->focus != NULL)
        g_ptr_array_add (focus, watcher->focus);
    }
  g_clear_pointer (&group->machine, g_variant_unref);
  g_clear_pointer (&group->sample, g_variant_unref);
  group->measured_at = bh_clock_get_time (self->clock);
  group->machine = g_variant_ref_sink (
      g_variant_new ("(@a{sv})", bh_machine_figures_measure (self->machine, &group->machine_base,
                                                             group->measured_at)));
  group->sample = g_variant_ref_sink (
      g_variant_new ("(@aa{sv})", take_sample (self, group->base, BH_SAMPLE_BUDGETED,
                                               (gint64) group->interval * BUDGET, focus, shown)));
}

static void
emit (Watcher *watcher, const char *signal, GVariant *parameters)
{
  g_autoptr (GError) error = NULL;

  if (!g_dbus_connection_emit_signal (watcher->watchers->connection, watcher->name,
                                      BH_SUPERVISOR_OBJECT_PATH, "io.github.bulkhead.Supervisor1",
                                      signal, parameters, &error))
    g_debug ("A sample could not be sent: %s", error->message);
}

static void
send_sample (Watcher *watcher)
{
  emit (watcher, "MachineSampled", watcher->group->machine);
  emit (watcher, "Sampled", watcher->group->sample);
}

static gboolean
on_group_timer (gpointer user_data)
{
  Group *group = user_data;

  measure_for_group (group);
  for (guint i = 0; i < group->members->len; i++)
    send_sample (g_ptr_array_index (group->members, i));

  return G_SOURCE_CONTINUE;
}

static void
join_group (Watcher *watcher, guint interval)
{
  BhWatchers *self = watcher->watchers;
  Group *group = g_hash_table_lookup (self->groups, GUINT_TO_POINTER (interval));

  if (group == NULL)
    {
      group = g_new0 (Group, 1);
      group->watchers = self;
      group->interval = interval;
      group->members = g_ptr_array_new ();
      group->base = bh_sample_base_new ();
      group->timer = bh_clock_add_timer (self->clock, interval, on_group_timer, group);
      g_hash_table_insert (self->groups, GUINT_TO_POINTER (interval), group);
    }
  g_ptr_array_add (group->members, watcher);
  watcher->group = group;
  if (group->sample == NULL || bh_clock_get_time (self->clock) - group->measured_at >= FRESH)
    measure_for_group (group);
  send_sample (watcher);
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
  leave_group (watcher);
  bh_dbus_supervisor1_complete_watch (service, invocation);
  activity (self);
  if (interval != 0)
    join_group (watcher, interval);

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
on_handle_focus (BhDBusSupervisor1 *service,
                 GDBusMethodInvocation *invocation,
                 const char *path,
                 BhWatchers *self)
{
  Watcher *watcher
      = g_hash_table_lookup (self->clients, g_dbus_method_invocation_get_sender (invocation));

  if (watcher != NULL)
    {
      g_free (watcher->focus);
      watcher->focus = g_str_equal (path, "/") ? NULL : g_strdup (path);
    }
  bh_dbus_supervisor1_complete_focus (service, invocation);
  activity (self);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
is_in_all (const char *path, const char *const *before)
{
  return before == NULL || g_strv_contains (before, path);
}

static gboolean
on_handle_show_processes (BhDBusSupervisor1 *service,
                          GDBusMethodInvocation *invocation,
                          const char *const *paths,
                          BhWatchers *self)
{
  Watcher *watcher
      = g_hash_table_lookup (self->clients, g_dbus_method_invocation_get_sender (invocation));
  gboolean all = g_strv_contains (paths, "/");
  gboolean more = FALSE;

  if (watcher != NULL)
    {
      g_auto (GStrv) before = g_steal_pointer (&watcher->shown);

      g_autoptr (GStrvBuilder) shown = g_strv_builder_new ();

      more = all && before != NULL;
      for (gsize i = 0; !all && paths[i] != NULL; i++)
        {
          g_strv_builder_add (shown, paths[i]);
          more = more || !is_in_all (paths[i], (const char *const *) before);
        }
      watcher->shown = all ? NULL : g_strv_builder_end (shown);
    }
  bh_dbus_supervisor1_complete_show_processes (service, invocation);
  if (more && watcher->group != NULL)
    {
      measure_for_group (watcher->group);
      send_sample (watcher);
    }
  activity (self);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
on_caller_vanished (GDBusConnection *connection, const char *name, gpointer user_data)
{
  g_hash_table_remove (BH_WATCHERS (user_data)->callers, name);
}

static gboolean
on_handle_sample_machine (BhDBusSupervisor1 *service,
                          GDBusMethodInvocation *invocation,
                          BhWatchers *self)
{
  const char *sender = g_dbus_method_invocation_get_sender (invocation);
  Caller *caller = g_hash_table_lookup (self->callers, sender);

  if (caller == NULL)
    {
      caller = g_new0 (Caller, 1);
      caller->name = g_strdup (sender);
      caller->name_watch
          = g_bus_watch_name_on_connection (self->connection, sender, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                            NULL, on_caller_vanished, self, NULL);
      g_hash_table_insert (self->callers, caller->name, caller);
    }
  bh_dbus_supervisor1_complete_sample_machine (
      service, invocation,
      bh_machine_figures_measure (self->machine, &caller->base, bh_clock_get_time (self->clock)));
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
                                       take_sample (self, call->base, BH_SAMPLE_EXACT, 0, NULL,
                                                    NULL));
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
  g_autoptr (GVariant) before = NULL;
  SampleCall *call;

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
  call = g_new0 (SampleCall, 1);
  call->watchers = self;
  call->invocation = invocation;
  call->base = bh_sample_base_new ();
  before = g_variant_ref_sink (take_sample (self, call->base, BH_SAMPLE_CHEAP, 0, NULL, NULL));
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
  g_clear_pointer (&self->callers, g_hash_table_unref);
  g_clear_pointer (&self->groups, g_hash_table_unref);
  g_clear_pointer (&self->machine, bh_machine_figures_free);
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
  self->callers
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) caller_free);
  self->groups = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) group_free);
  self->machine = bh_machine_figures_new ();
  self->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) sample_call_free);
}

/**
 * bh_watchers_new:
 * @clock: time and timers
 * @connection: the session bus
 * @service: the service, whose methods that measure are answered
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
  g_signal_connect (service, "handle-show-processes", G_CALLBACK (on_handle_show_processes), self);
  g_signal_connect (service, "handle-focus", G_CALLBACK (on_handle_focus), self);
  g_signal_connect (service, "handle-sample", G_CALLBACK (on_handle_sample), self);
  g_signal_connect (service, "handle-sample-machine", G_CALLBACK (on_handle_sample_machine), self);

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
