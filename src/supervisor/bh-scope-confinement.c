/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-scope-confinement.h"

#include "bh-cgroup-text.h"

#include <string.h>
#include <unistd.h>

/*
 * Limits that the kernel holds: the run is in a scope of its own, and so in a cgroup of its own.
 *
 * That systemd took a limit does not say that it is enforced: a controller may not be delegated to
 * the user's manager. So after each change the cgroup's own files are read, and only what stands in
 * them counts.
 *
 * The kernel tells in memory.events when a process was killed; the file notifies of changes as
 * others do (cgroup-v2.rst), so nothing is polled. Its counter "oom" says that this cgroup's own
 * limit was reached, "oom_kill" that one of its processes was killed, for whatever want of memory.
 *
 * Past memory.high the kernel slows a process down ever more, so one that does not give anything
 * back would crawl for minutes and never reach memory.max. It has a moment to give memory back;
 * then the soft limit is lifted, and it goes on or is ended.
 */

/* How much of the time must pass without passing the soft limit before it is told of again, in
 * microseconds: less than until the pressure counts as eased, see bh-pressure.c. */
#define HIGH_PAUSE (10 * G_TIME_SPAN_SECOND)

/* Milliseconds past the soft limit until it is lifted. */
#define LIFT_DELAY 1000

typedef struct
{
  guint64 high;
  guint64 oom;
  guint64 kills;
} Events;

struct _BhScopeConfinement
{
  GObject parent_instance;

  BhSystemd *systemd;
  BhClock *clock;
  char *unit;

  char *directory; /* the cgroup's, NULL until it stands */
  BhLimits *limits;
  BhLimitKinds enforced;
  GFileMonitor *monitor;
  Events events;
  gint64 last_high;
  guint lift_timer;
  gboolean lifted;
};

static void bh_scope_confinement_iface_init (BhConfinementInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BhScopeConfinement,
                               bh_scope_confinement,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BH_TYPE_CONFINEMENT,
                                                      bh_scope_confinement_iface_init))

static char *
read_file (BhScopeConfinement *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->directory, name, NULL);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : NULL;
}

static gboolean
is_set_to (BhScopeConfinement *self, const char *name, guint64 wanted)
{
  g_autofree char *text = read_file (self, name);
  /* The kernel keeps sizes in whole pages. */
  guint64 slack = (guint64) sysconf (_SC_PAGESIZE);
  guint64 value;

  return text != NULL && bh_cgroup_parse_value (text, &value) && value <= wanted
         && wanted - value < slack;
}

/* cpu.max is "QUOTA PERIOD" in microseconds. */
static gboolean
is_quota_set_to (BhScopeConfinement *self, guint percent)
{
  g_autofree char *text = read_file (self, "cpu.max");
  guint64 quota, period;
  g_auto (GStrv) words = NULL;

  if (text == NULL)
    return FALSE;
  words = g_strsplit (g_strstrip (text), " ", 2);
  if (g_strv_length (words) != 2 || !bh_cgroup_parse_value (words[0], &quota)
      || !bh_cgroup_parse_value (words[1], &period) || period == 0 || quota == G_MAXUINT64)
    return FALSE;

  return quota * 100 / period <= percent;
}

/* Whether what does not fit into memory can't go to swap instead, past the limit. Without the file
 * the kernel has no swap to count. */
static gboolean
is_swap_shut (BhScopeConfinement *self)
{
  g_autofree char *text = read_file (self, "memory.swap.max");
  guint64 value;

  return text == NULL || (bh_cgroup_parse_value (text, &value) && value == 0);
}

static Events
read_events (BhScopeConfinement *self)
{
  g_autofree char *text = read_file (self, "memory.events");
  Events events = self->events;

  if (text == NULL)
    return events;
  bh_cgroup_find_key (text, "high", &events.high);
  bh_cgroup_find_key (text, "oom", &events.oom);
  bh_cgroup_find_key (text, "oom_kill", &events.kills);

  return events;
}

static void
update_enforced (BhScopeConfinement *self)
{
  BhLimitKinds set = bh_limits_get_kinds (self->limits);
  BhLimitKinds enforced = 0;

  if (set & BH_LIMIT_MEMORY && is_set_to (self, "memory.max", bh_limits_get_memory (self->limits))
      && is_swap_shut (self))
    enforced |= BH_LIMIT_MEMORY;
  if (set & BH_LIMIT_MEMORY_HIGH
      && is_set_to (self, "memory.high", bh_limits_get_memory_high (self->limits)))
    enforced |= BH_LIMIT_MEMORY_HIGH;
  if (set & BH_LIMIT_CPU && is_quota_set_to (self, bh_limits_get_cpu (self->limits)))
    enforced |= BH_LIMIT_CPU;
  if (set & BH_LIMIT_TASKS && is_set_to (self, "pids.max", bh_limits_get_tasks (self->limits)))
    enforced |= BH_LIMIT_TASKS;

  if (self->enforced == enforced)
    return;
  self->enforced = enforced;
  bh_confinement_emit_changed (BH_CONFINEMENT (self));
}

static void
on_lift_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhScopeConfinement) self = BH_SCOPE_CONFINEMENT (user_data);
  g_autoptr (GError) error = NULL;

  if (!bh_systemd_set_limits_finish (BH_SYSTEMD (source), result, &error))
    g_debug ("%s: %s", self->unit, error->message);
  update_enforced (self);
}

static gboolean
on_lift_due (gpointer user_data)
{
  BhScopeConfinement *self = BH_SCOPE_CONFINEMENT (user_data);
  guint64 memory = bh_limits_get_memory (self->limits);
  g_autoptr (BhLimits) level = bh_limits_new (memory, memory, 0, 0, 0);
  g_autoptr (BhLimits) lifted
      = bh_limits_override (self->limits, level, BH_LIMIT_MEMORY | BH_LIMIT_MEMORY_HIGH);

  self->lift_timer = 0;
  self->lifted = TRUE;
  bh_systemd_set_limits_async (self->systemd, self->unit, lifted, NULL, on_lift_ready,
                               g_object_ref (self));

  return G_SOURCE_REMOVE;
}

static void
on_events_changed (GFileMonitor *monitor,
                   GFile *file,
                   GFile *other,
                   GFileMonitorEvent event,
                   BhScopeConfinement *self)
{
  Events now = read_events (self);
  gint64 time = bh_clock_get_time (self->clock);
  gboolean high = now.high > self->events.high;

  self->events.high = now.high;
  if (!high)
    return;
  if (!self->lifted && self->lift_timer == 0 && bh_limits_get_memory (self->limits) != 0)
    self->lift_timer = bh_clock_add_timer (self->clock, LIFT_DELAY, on_lift_due, self);
  high = self->last_high == 0 || time - self->last_high > HIGH_PAUSE;
  self->last_high = time;
  if (high)
    bh_confinement_emit_high (BH_CONFINEMENT (self), BH_LIMIT_MEMORY_HIGH);
}

/* Where the unified hierarchy is mounted: by itself, or beside the older one. */
static char *
build_directory (const char *cgroup)
{
  const char *root = "/sys/fs/cgroup";

  if (!g_file_test ("/sys/fs/cgroup/cgroup.controllers", G_FILE_TEST_EXISTS))
    root = "/sys/fs/cgroup/unified";

  return g_build_filename (root, cgroup, NULL);
}

static void
take_cgroup (BhScopeConfinement *self, const char *cgroup)
{
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;

  g_free (self->directory);
  self->directory = build_directory (cgroup);
  path = g_build_filename (self->directory, "memory.events", NULL);
  file = g_file_new_for_path (path);
  self->events = read_events (self);
  self->monitor = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, &error);
  if (self->monitor != NULL)
    g_signal_connect (self->monitor, "changed", G_CALLBACK (on_events_changed), self);
  else
    g_debug ("%s: %s", path, error->message);
  update_enforced (self);
}

static void
set_limits (BhScopeConfinement *self, BhLimits *limits)
{
  bh_limits_ref (limits);
  g_clear_pointer (&self->limits, bh_limits_unref);
  self->limits = limits;
}

static void
on_set_limits_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  BhScopeConfinement *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!bh_systemd_set_limits_finish (BH_SYSTEMD (source), result, &error))
    {
      update_enforced (self);
      g_task_return_error (task, error);
      return;
    }
  update_enforced (self);
  g_task_return_boolean (task, TRUE);
}

static void
bh_scope_confinement_apply_async (BhConfinement *confinement,
                                  BhLimits *limits,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  BhScopeConfinement *self = BH_SCOPE_CONFINEMENT (confinement);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, bh_scope_confinement_apply_async);
  bh_clock_clear_timer (self->clock, &self->lift_timer);
  self->lifted = FALSE;
  set_limits (self, limits);
  bh_systemd_set_limits_async (self->systemd, self->unit, limits, cancellable, on_set_limits_ready,
                               task);
}

static gboolean
bh_scope_confinement_apply_finish (BhConfinement *confinement, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static BhLimitKinds
bh_scope_confinement_get_enforced (BhConfinement *confinement)
{
  return BH_SCOPE_CONFINEMENT (confinement)->enforced;
}

static BhReason
bh_scope_confinement_explain_kill (BhConfinement *confinement)
{
  BhScopeConfinement *self = BH_SCOPE_CONFINEMENT (confinement);
  Events before = self->events;

  if (self->directory == NULL)
    return BH_REASON_NONE;
  self->events = read_events (self);
  if (self->events.kills == before.kills)
    return BH_REASON_NONE;

  return self->events.oom > before.oom ? BH_REASON_MEMORY_LIMIT : BH_REASON_OUT_OF_MEMORY;
}

static void
bh_scope_confinement_dispose (GObject *object)
{
  BhScopeConfinement *self = BH_SCOPE_CONFINEMENT (object);

  if (self->clock != NULL)
    bh_clock_clear_timer (self->clock, &self->lift_timer);
  if (self->monitor != NULL)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_clear_object (&self->monitor);

  G_OBJECT_CLASS (bh_scope_confinement_parent_class)->dispose (object);
}

static void
bh_scope_confinement_finalize (GObject *object)
{
  BhScopeConfinement *self = BH_SCOPE_CONFINEMENT (object);

  g_clear_pointer (&self->limits, bh_limits_unref);
  g_clear_object (&self->systemd);
  g_clear_object (&self->clock);
  g_free (self->directory);
  g_free (self->unit);

  G_OBJECT_CLASS (bh_scope_confinement_parent_class)->finalize (object);
}

static void
bh_scope_confinement_class_init (BhScopeConfinementClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_scope_confinement_dispose;
  object_class->finalize = bh_scope_confinement_finalize;
}

static void
bh_scope_confinement_iface_init (BhConfinementInterface *iface)
{
  iface->apply_async = bh_scope_confinement_apply_async;
  iface->apply_finish = bh_scope_confinement_apply_finish;
  iface->get_enforced = bh_scope_confinement_get_enforced;
  iface->explain_kill = bh_scope_confinement_explain_kill;
}

static void
bh_scope_confinement_init (BhScopeConfinement *self)
{
}

/**
 * bh_scope_confinement_new:
 * @systemd: the user's systemd
 * @clock: tells the time
 * @unit: the scope's name
 *
 * Returns: (transfer full): a confinement whose scope does not stand yet
 */
BhScopeConfinement *
bh_scope_confinement_new (BhSystemd *systemd, BhClock *clock, const char *unit)
{
  BhScopeConfinement *self;

  g_return_val_if_fail (BH_IS_SYSTEMD (systemd) && BH_IS_CLOCK (clock) && unit != NULL, NULL);

  self = g_object_new (BH_TYPE_SCOPE_CONFINEMENT, NULL);
  self->systemd = g_object_ref (systemd);
  self->clock = g_object_ref (clock);
  self->unit = g_strdup (unit);

  return self;
}

/* Takes the task and the cgroup, or the reason why there is none. */
static void
finish_task (GTask *task, char *cgroup, GError *error)
{
  g_autoptr (GTask) owned = task;
  g_autofree char *path = cgroup;

  if (path == NULL)
    {
      g_task_return_error (owned, error);
      return;
    }
  take_cgroup (g_task_get_source_object (owned), path);
  g_task_return_boolean (owned, TRUE);
}

static void
on_start_scope_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  char *cgroup = bh_systemd_start_scope_finish (BH_SYSTEMD (source), result, &error);

  finish_task (G_TASK (user_data), cgroup, error);
}

static GTask *
begin (BhScopeConfinement *self,
       BhLimits *limits,
       GCancellable *cancellable,
       GAsyncReadyCallback callback,
       gpointer user_data)
{
  g_assert (self->directory == NULL);
  set_limits (self, limits);

  return g_task_new (self, cancellable, callback, user_data);
}

/**
 * bh_scope_confinement_start_async:
 * @self: a confinement
 * @description: of the scope, for people
 * @pid: the process that it begins with, which must not have started others
 * @limits: its limits
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the process is in the scope
 * @user_data: for @callback
 *
 * Makes the scope.
 */
void
bh_scope_confinement_start_async (BhScopeConfinement *self,
                                  const char *description,
                                  pid_t pid,
                                  BhLimits *limits,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_return_if_fail (BH_IS_SCOPE_CONFINEMENT (self));

  bh_systemd_start_scope_async (self->systemd, self->unit, description, pid, limits, cancellable,
                                on_start_scope_ready,
                                begin (self, limits, cancellable, callback, user_data));
}

static void
on_find_scope_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  char *cgroup = bh_systemd_find_scope_finish (BH_SYSTEMD (source), result, &error);

  finish_task (G_TASK (user_data), cgroup, error);
}

/**
 * bh_scope_confinement_adopt_async:
 * @self: a confinement
 * @limits: the limits that its scope was made with
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when it is found
 * @user_data: for @callback
 *
 * Finds the scope that an earlier supervisor made.
 */
void
bh_scope_confinement_adopt_async (BhScopeConfinement *self,
                                  BhLimits *limits,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_return_if_fail (BH_IS_SCOPE_CONFINEMENT (self));

  bh_systemd_find_scope_async (self->systemd, self->unit, cancellable, on_find_scope_ready,
                               begin (self, limits, cancellable, callback, user_data));
}

/**
 * bh_scope_confinement_start_finish:
 * @self: a confinement
 * @result: the result, of bh_scope_confinement_adopt_async() as well
 * @error: return location for an error
 *
 * Returns: whether the scope stands
 */
gboolean
bh_scope_confinement_start_finish (BhScopeConfinement *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * bh_scope_confinement_read_memory:
 * @self: a confinement
 * @bytes: (out): what the kernel counts for the scope, and compares with the limits
 *
 * Returns: whether there is a scope, and the kernel counts
 */
gboolean
bh_scope_confinement_read_memory (BhScopeConfinement *self, guint64 *bytes)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (BH_IS_SCOPE_CONFINEMENT (self) && bytes != NULL, FALSE);

  if (self->directory != NULL)
    text = read_file (self, "memory.current");

  return text != NULL && bh_cgroup_parse_value (text, bytes);
}

/**
 * bh_scope_confinement_get_directory:
 * @self: a confinement
 *
 * Returns: (transfer none) (nullable): the directory of the scope's cgroup, once it stands
 */
const char *
bh_scope_confinement_get_directory (BhScopeConfinement *self)
{
  g_return_val_if_fail (BH_IS_SCOPE_CONFINEMENT (self), NULL);

  return self->directory;
}

/**
 * bh_scope_confinement_get_unit:
 * @self: a confinement
 *
 * Returns: (transfer none): the scope's name
 */
const char *
bh_scope_confinement_get_unit (BhScopeConfinement *self)
{
  g_return_val_if_fail (BH_IS_SCOPE_CONFINEMENT (self), NULL);

  return self->unit;
}

/**
 * bh_scope_confinement_get_throttled:
 * @self: a confinement
 *
 * Returns: how often the kernel has held the run back for its CPU limit since it began
 */
guint64
bh_scope_confinement_get_throttled (BhScopeConfinement *self)
{
  g_autofree char *text = NULL;
  guint64 count = 0;

  g_return_val_if_fail (BH_IS_SCOPE_CONFINEMENT (self), 0);

  if (self->directory == NULL || (self->enforced & BH_LIMIT_CPU) == 0)
    return 0;
  text = read_file (self, "cpu.stat");
  if (text != NULL)
    bh_cgroup_find_key (text, "nr_throttled", &count);

  return count;
}

static void
on_freeze_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;

  if (bh_systemd_set_frozen_finish (BH_SYSTEMD (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * bh_scope_confinement_freeze_async:
 * @self: a confinement whose scope stands
 * @callback: (scope async): called when it is frozen
 * @user_data: for @callback
 *
 * Has the kernel freeze every process in the scope; bh_scope_confinement_is_frozen() tells whether
 * it has.
 */
void
bh_scope_confinement_freeze_async (BhScopeConfinement *self,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  GTask *task;

  g_return_if_fail (BH_IS_SCOPE_CONFINEMENT (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, bh_scope_confinement_freeze_async);
  bh_systemd_set_frozen_async (self->systemd, self->unit, TRUE, on_freeze_ready, task);
}

/**
 * bh_scope_confinement_freeze_finish:
 * @self: a confinement
 * @result: the result
 * @error: return location for an error
 *
 * Returns: whether systemd has done so
 */
gboolean
bh_scope_confinement_freeze_finish (BhScopeConfinement *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_scope_confinement_freeze_async),
                        FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * bh_scope_confinement_thaw_async:
 * @self: a confinement whose scope stands
 * @callback: (scope async): called when it goes on
 * @user_data: for @callback
 *
 * Takes back what bh_scope_confinement_freeze_async() has done.
 */
void
bh_scope_confinement_thaw_async (BhScopeConfinement *self,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task;

  g_return_if_fail (BH_IS_SCOPE_CONFINEMENT (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, bh_scope_confinement_thaw_async);
  bh_systemd_set_frozen_async (self->systemd, self->unit, FALSE, on_freeze_ready, task);
}

/**
 * bh_scope_confinement_thaw_finish:
 * @self: a confinement
 * @result: the result
 * @error: return location for an error
 *
 * Returns: whether systemd has done so
 */
gboolean
bh_scope_confinement_thaw_finish (BhScopeConfinement *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_scope_confinement_thaw_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * bh_scope_confinement_is_frozen:
 * @self: a confinement
 *
 * Returns: whether the kernel says that every process in the scope stands still
 */
gboolean
bh_scope_confinement_is_frozen (BhScopeConfinement *self)
{
  g_autofree char *text = NULL;
  guint64 frozen = 0;

  g_return_val_if_fail (BH_IS_SCOPE_CONFINEMENT (self), FALSE);

  if (self->directory != NULL)
    text = read_file (self, "cgroup.events");

  return text != NULL && bh_cgroup_find_key (text, "frozen", &frozen) && frozen == 1;
}

/**
 * bh_scope_confinement_contains:
 * @self: a confinement
 * @pid: a process
 *
 * Returns: whether the process is in the scope
 */
gboolean
bh_scope_confinement_contains (BhScopeConfinement *self, pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/cgroup", (int) pid);
  g_autofree char *text = NULL;
  g_autofree char *cgroup = NULL;

  g_return_val_if_fail (BH_IS_SCOPE_CONFINEMENT (self), FALSE);

  if (self->directory != NULL && g_file_get_contents (path, &text, NULL, NULL))
    cgroup = bh_cgroup_parse_path (text);

  return cgroup != NULL && strlen (cgroup) > 1 && g_str_has_suffix (self->directory, cgroup);
}
