/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-limiter.h"

#include "bh-limit-text.h"
#include "bh-pressure.h"

/*
 * Holds one run to its limits with both engines: what the kernel does not hold, the supervisor
 * does. That a scope can't be made is no reason not to start an app: it is told in the journal, and
 * the limits are the supervisor's then.
 */

enum {
  CHANGED,
  PRESSED,
  OVER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

#define ALL_KINDS                                                                                  \
  (BH_LIMIT_MEMORY | BH_LIMIT_MEMORY_HIGH | BH_LIMIT_CPU | BH_LIMIT_CPU_TIME | BH_LIMIT_TASKS)

struct _BhLimiter
{
  GObject parent_instance;

  BhLimits *limits;
  BhScopeConfinement *scope; /* NULL where there is no systemd */
  gboolean scope_stands;
  gboolean scope_pending;  /* it is being made or found */
  gboolean scope_outdated; /* with limits that have changed since */
  BhSupervisedConfinement *supervised;
  BhPressure *pressure;
  gboolean near_cpu_time;
};

G_DEFINE_FINAL_TYPE (BhLimiter, bh_limiter, G_TYPE_OBJECT)

static void
share_out (BhLimiter *self)
{
  BhLimitKinds kernel = 0;

  if (self->scope_stands)
    kernel = bh_confinement_get_enforced (BH_CONFINEMENT (self->scope));
  bh_supervised_confinement_set_duties (self->supervised, ALL_KINDS & ~kernel);
}

static void
on_scope_changed (BhConfinement *scope, BhLimiter *self)
{
  share_out (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_supervised_changed (BhConfinement *supervised, BhLimiter *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_high (BhConfinement *confinement, int kind, BhLimiter *self)
{
  if (kind == BH_LIMIT_CPU_TIME)
    self->near_cpu_time = TRUE;
  else
    bh_pressure_begin (self->pressure);
  g_signal_emit (self, signals[PRESSED], 0);
}

static void
on_eased (BhPressure *pressure, BhLimiter *self)
{
  g_signal_emit (self, signals[PRESSED], 0);
}

static gboolean
read_memory (guint64 *bytes, gpointer user_data)
{
  BhLimiter *self = BH_LIMITER (user_data);

  if (self->scope_stands && bh_scope_confinement_read_memory (self->scope, bytes))
    return TRUE;
  *bytes = bh_supervised_confinement_get_memory (self->supervised);

  return *bytes != 0;
}

static void
on_over (BhConfinement *confinement, int reason, const char *detail, BhLimiter *self)
{
  g_signal_emit (self, signals[OVER], 0, reason, detail);
}

static void
bh_limiter_dispose (GObject *object)
{
  BhLimiter *self = BH_LIMITER (object);

  if (self->pressure != NULL)
    {
      bh_pressure_stop (self->pressure);
      g_signal_handlers_disconnect_by_data (self->pressure, self);
    }
  g_clear_object (&self->pressure);
  if (self->supervised != NULL)
    {
      bh_supervised_confinement_stop (self->supervised);
      g_signal_handlers_disconnect_by_data (self->supervised, self);
    }
  g_clear_object (&self->supervised);
  if (self->scope != NULL)
    g_signal_handlers_disconnect_by_data (self->scope, self);
  g_clear_object (&self->scope);

  G_OBJECT_CLASS (bh_limiter_parent_class)->dispose (object);
}

static void
bh_limiter_finalize (GObject *object)
{
  BhLimiter *self = BH_LIMITER (object);

  g_clear_pointer (&self->limits, bh_limits_unref);

  G_OBJECT_CLASS (bh_limiter_parent_class)->finalize (object);
}

static void
bh_limiter_class_init (BhLimiterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = bh_limiter_dispose;
  object_class->finalize = bh_limiter_finalize;

  /* Who holds which limit has changed. */
  signals[CHANGED]
      = g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /* bh_limiter_get_pressed() may tell something else now. */
  signals[PRESSED]
      = g_signal_new ("pressed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /* As that of BhConfinement. */
  signals[OVER] = g_signal_new ("over", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                2, G_TYPE_INT, G_TYPE_STRING);
}

static void
bh_limiter_init (BhLimiter *self)
{
  self->limits = bh_limits_new (0, 0, 0, 0, 0);
}

static void
listen_to (BhLimiter *self, gpointer confinement, GCallback on_changed)
{
  g_signal_connect (confinement, "changed", on_changed, self);
  g_signal_connect (confinement, "high", G_CALLBACK (on_high), self);
  g_signal_connect (confinement, "over", G_CALLBACK (on_over), self);
}

/**
 * bh_limiter_new:
 * @clock: time and timers
 * @systemd: (nullable): the user's systemd
 * @scanner: finds processes
 * @guard: (nullable): continues what is stopped should the supervisor die
 * @unit: the name of the run's scope
 * @find: (scope forever): picks the run's processes
 * @user_data: for @find; not referenced
 *
 * Returns: (transfer full): a limiter that holds nothing yet
 */
BhLimiter *
bh_limiter_new (BhClock *clock,
                BhSystemd *systemd,
                BhProcessScanner *scanner,
                BhGuard *guard,
                const char *unit,
                BhFindProcesses find,
                gpointer user_data)
{
  BhLimiter *self;

  g_return_val_if_fail (unit != NULL, NULL);

  self = g_object_new (BH_TYPE_LIMITER, NULL);
  self->supervised = bh_supervised_confinement_new (clock, scanner, guard, find, user_data);
  listen_to (self, self->supervised, G_CALLBACK (on_supervised_changed));
  self->pressure = bh_pressure_new (clock, read_memory, self);
  g_signal_connect (self->pressure, "eased", G_CALLBACK (on_eased), self);
  if (systemd != NULL)
    {
      self->scope = bh_scope_confinement_new (systemd, clock, unit);
      listen_to (self, self->scope, G_CALLBACK (on_scope_changed));
    }

  return self;
}

static void
set_limits (BhLimiter *self, BhLimits *limits)
{
  bh_limits_ref (limits);
  g_clear_pointer (&self->limits, bh_limits_unref);
  self->limits = limits;
  bh_pressure_set_limit (self->pressure, bh_limits_get_memory_high (limits));
}

static void
on_supervised_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);

  BhLimiter *self = g_task_get_source_object (task);

  bh_confinement_apply_finish (BH_CONFINEMENT (source), result, NULL);
  if (self->near_cpu_time && !bh_supervised_confinement_is_near_cpu_time (self->supervised))
    {
      self->near_cpu_time = FALSE;
      g_signal_emit (self, signals[PRESSED], 0);
    }
  g_signal_emit (self, signals[CHANGED], 0);
  g_task_return_boolean (task, TRUE);
}

/* What the scope did not take is the supervisor's. Takes the reference to the task. */
static void
apply_rest (GTask *task)
{
  BhLimiter *self = g_task_get_source_object (task);

  share_out (self);
  bh_confinement_apply_async (BH_CONFINEMENT (self->supervised), self->limits, NULL,
                              on_supervised_ready, task);
}

static void
on_scope_applied (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = G_TASK (user_data);
  g_autoptr (GError) error = NULL;

  if (!bh_confinement_apply_finish (BH_CONFINEMENT (source), result, &error))
    g_message ("systemd did not take new limits: %s", error->message);
  apply_rest (task);
}

static void
on_scope_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = G_TASK (user_data);
  BhLimiter *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;

  self->scope_pending = FALSE;
  self->scope_stands
      = bh_scope_confinement_start_finish (BH_SCOPE_CONFINEMENT (source), result, &error);
  if (!self->scope_stands)
    g_debug ("%s: %s", bh_scope_confinement_get_unit (BH_SCOPE_CONFINEMENT (source)),
             error->message);
  if (self->scope_stands && self->scope_outdated)
    bh_confinement_apply_async (BH_CONFINEMENT (source), self->limits, NULL, on_scope_applied,
                                task);
  else
    apply_rest (task);
  self->scope_outdated = FALSE;
}

/* What starting and adopting have in common. Returns the task when there is a scope to do first. */
static GTask *
begin (BhLimiter *self, BhLimits *limits, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  set_limits (self, limits);
  self->scope_pending = self->scope != NULL;
  if (self->scope != NULL)
    return task;
  apply_rest (task);

  return NULL;
}

/**
 * bh_limiter_start_async:
 * @self: a limiter that holds nothing yet
 * @description: of the scope, for people
 * @pid: the run's first process, which must not have started others
 * @limits: the limits
 * @callback: (scope async): called when they are held
 * @user_data: for @callback
 *
 * Holds the run to its limits from its first instruction on.
 */
void
bh_limiter_start_async (BhLimiter *self,
                        const char *description,
                        pid_t pid,
                        BhLimits *limits,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  GTask *task;

  g_return_if_fail (BH_IS_LIMITER (self));
  g_return_if_fail (limits != NULL);

  task = begin (self, limits, callback, user_data);
  if (task != NULL)
    bh_scope_confinement_start_async (self->scope, description, pid, limits, NULL, on_scope_ready,
                                      task);
}

/**
 * bh_limiter_adopt_async:
 * @self: a limiter that holds nothing yet
 * @limits: the limits that the former supervisor held the run to
 * @callback: (scope async): called when they are held again
 * @user_data: for @callback
 *
 * Takes over a run that is under way, with its scope if it has one.
 */
void
bh_limiter_adopt_async (BhLimiter *self,
                        BhLimits *limits,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  GTask *task;

  g_return_if_fail (BH_IS_LIMITER (self));
  g_return_if_fail (limits != NULL);

  task = begin (self, limits, callback, user_data);
  if (task != NULL)
    bh_scope_confinement_adopt_async (self->scope, limits, NULL, on_scope_ready, task);
}

/**
 * bh_limiter_apply_async:
 * @self: a limiter
 * @limits: new limits
 * @callback: (scope async): called when they are held
 * @user_data: for @callback
 *
 * Changes the limits of a run that is under way.
 */
void
bh_limiter_apply_async (BhLimiter *self,
                        BhLimits *limits,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  GTask *task;

  g_return_if_fail (BH_IS_LIMITER (self));
  g_return_if_fail (limits != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  set_limits (self, limits);
  self->scope_outdated = self->scope_pending;
  if (!self->scope_stands)
    apply_rest (task);
  else
    bh_confinement_apply_async (BH_CONFINEMENT (self->scope), limits, NULL, on_scope_applied, task);
}

/**
 * bh_limiter_start_finish:
 * @self: a limiter
 * @result: the result, of the other two calls as well
 *
 * Ends the call. It does not fail: who holds which limit can be asked.
 */
void
bh_limiter_start_finish (BhLimiter *self, GAsyncResult *result)
{
  g_return_if_fail (g_task_is_valid (result, self));

  g_task_propagate_boolean (G_TASK (result), NULL);
}

/**
 * bh_limiter_stop:
 * @self: a limiter
 *
 * Lets go of the run, since it ends: nothing is looked at any more, and nothing stays stopped.
 */
void
bh_limiter_stop (BhLimiter *self)
{
  g_return_if_fail (BH_IS_LIMITER (self));

  bh_pressure_stop (self->pressure);
  bh_supervised_confinement_stop (self->supervised);
}

/**
 * bh_limiter_get_limits:
 * @self: a limiter
 *
 * Returns: (transfer none): the limits
 */
BhLimits *
bh_limiter_get_limits (BhLimiter *self)
{
  g_return_val_if_fail (BH_IS_LIMITER (self), NULL);

  return self->limits;
}

/**
 * bh_limiter_get_by_kernel:
 * @self: a limiter
 *
 * Returns: the limits that the kernel holds
 */
BhLimitKinds
bh_limiter_get_by_kernel (BhLimiter *self)
{
  g_return_val_if_fail (BH_IS_LIMITER (self), 0);

  return self->scope_stands ? bh_confinement_get_enforced (BH_CONFINEMENT (self->scope)) : 0;
}

/**
 * bh_limiter_get_by_supervisor:
 * @self: a limiter
 *
 * Returns: the limits that the supervisor holds
 */
BhLimitKinds
bh_limiter_get_by_supervisor (BhLimiter *self)
{
  g_return_val_if_fail (BH_IS_LIMITER (self), 0);

  return bh_confinement_get_enforced (BH_CONFINEMENT (self->supervised));
}

static void
add_holders (GVariantBuilder *builder, BhLimitKinds kinds, const char *holder)
{
  for (guint i = 0; i < BH_N_LIMITS; i++)
    if (kinds & (1u << i))
      g_variant_builder_add (builder, "{ss}", bh_limit_get_name ((BhLimitKinds) (1 << i)), holder);
}

/**
 * bh_limiter_dup_holders:
 * @self: a limiter
 *
 * Returns: (transfer floating): a{ss} as App1.LimitsHeldBy has it
 */
GVariant *
bh_limiter_dup_holders (BhLimiter *self)
{
  GVariantBuilder builder;

  g_return_val_if_fail (BH_IS_LIMITER (self), NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  add_holders (&builder, bh_limiter_get_by_kernel (self), "kernel");
  add_holders (&builder, bh_limiter_get_by_supervisor (self), "supervisor");

  return g_variant_builder_end (&builder);
}

/**
 * bh_limiter_get_pressed:
 * @self: a limiter
 *
 * Returns: %BH_LIMIT_MEMORY_HIGH when that has been passed, %BH_LIMIT_CPU_TIME when most of that
 * has been used
 */
BhLimitKinds
bh_limiter_get_pressed (BhLimiter *self)
{
  BhLimitKinds kinds = 0;

  g_return_val_if_fail (BH_IS_LIMITER (self), 0);

  if (bh_pressure_is_on (self->pressure))
    kinds |= BH_LIMIT_MEMORY_HIGH;
  if (self->near_cpu_time)
    kinds |= BH_LIMIT_CPU_TIME;

  return kinds;
}

/**
 * bh_limiter_read_memory:
 * @self: a limiter
 * @bytes: (out): what the kernel counts for the run, and compares with its limits
 *
 * Returns: whether the kernel counts the run by itself
 */
gboolean
bh_limiter_read_memory (BhLimiter *self, guint64 *bytes)
{
  g_return_val_if_fail (BH_IS_LIMITER (self) && bytes != NULL, FALSE);

  return self->scope_stands && bh_scope_confinement_read_memory (self->scope, bytes);
}

/**
 * bh_limiter_get_cgroup:
 * @self: a limiter
 *
 * Returns: (transfer none) (nullable): the directory of the run's own cgroup, where it has one
 */
const char *
bh_limiter_get_cgroup (BhLimiter *self)
{
  g_return_val_if_fail (BH_IS_LIMITER (self), NULL);

  return self->scope_stands ? bh_scope_confinement_get_directory (self->scope) : NULL;
}

/**
 * bh_limiter_get_used:
 * @self: a limiter
 * @cpu_time: (out): microseconds of CPU time that the run has used
 *
 * Returns: whether it is counted, which it is when there is a limit to it
 */
gboolean
bh_limiter_get_used (BhLimiter *self, gint64 *cpu_time)
{
  g_return_val_if_fail (BH_IS_LIMITER (self) && cpu_time != NULL, FALSE);

  *cpu_time = bh_supervised_confinement_get_used (self->supervised);

  return (bh_limiter_get_by_supervisor (self) & BH_LIMIT_CPU_TIME) != 0;
}

/**
 * bh_limiter_is_limiting:
 * @self: a limiter
 *
 * Returns: whether the supervisor slows the run down now, so that it may answer late
 */
gboolean
bh_limiter_is_limiting (BhLimiter *self)
{
  g_return_val_if_fail (BH_IS_LIMITER (self), FALSE);

  return bh_supervised_confinement_is_limiting (self->supervised);
}

/**
 * bh_limiter_get_throttled:
 * @self: a limiter
 *
 * Returns: how often the kernel has held the run back for its CPU limit; more than before means
 *   that it may answer late
 */
guint64
bh_limiter_get_throttled (BhLimiter *self)
{
  g_return_val_if_fail (BH_IS_LIMITER (self), 0);

  return self->scope_stands ? bh_scope_confinement_get_throttled (self->scope) : 0;
}

/**
 * bh_limiter_explain_kill:
 * @self: a limiter
 *
 * Returns: as bh_confinement_explain_kill()
 */
BhReason
bh_limiter_explain_kill (BhLimiter *self)
{
  g_return_val_if_fail (BH_IS_LIMITER (self), BH_REASON_NONE);

  return self->scope_stands ? bh_confinement_explain_kill (BH_CONFINEMENT (self->scope))
                            : BH_REASON_NONE;
}

/**
 * bh_limiter_get_scope:
 * @self: a limiter
 *
 * Returns: (transfer none) (nullable): the run's own scope, %NULL where there is none
 */
BhScopeConfinement *
bh_limiter_get_scope (BhLimiter *self)
{
  g_return_val_if_fail (BH_IS_LIMITER (self), NULL);

  return self->scope_stands ? self->scope : NULL;
}

/**
 * bh_limiter_set_paused:
 * @self: a limiter
 * @paused: whether the run stands still
 *
 * While it does, it is held to no limits by the supervisor, which neither looks at it nor stops or
 * continues any of its processes.
 */
void
bh_limiter_set_paused (BhLimiter *self, gboolean paused)
{
  g_return_if_fail (BH_IS_LIMITER (self));

  bh_supervised_confinement_set_paused (self->supervised, paused);
}
