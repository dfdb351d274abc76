/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-freezer.h"

#include "bh-error.h"

#include <glib/gi18n.h>
#include <signal.h>

/*
 * Makes all processes of a run stand still, and lets them go on.
 *
 * Where the run has a scope, the kernel freezes that: in one step, with all that is just being
 * forked. What is not in the scope, or all of it where there is none, is stopped by signal. A
 * process may fork between being listed and being stopped, so the list is read again until there is
 * nothing new in it and all stand still; then nobody is left who could start another.
 *
 * Whatever is stopped by signal is known to the guard beforehand, which continues it when we die: a
 * new supervisor finds in the record that it was asleep, and stops it again. A scope stays frozen
 * meanwhile, and is found by its record, too.
 *
 * While the run stands still the supervisor holds it to no limits: its duty cycle would continue
 * what is stopped here.
 */

/* Milliseconds until the list is read again, when there was something new in it and when there was
 * not but some do not stand still yet; and in which all must. */
#define ROUND_NEWS 1
#define ROUND_WAIT 10
#define DEADLINE   3000

struct _BhFreezer
{
  GObject parent_instance;

  BhClock *clock;
  BhProcessScanner *scanner;
  BhGuard *guard; /* or NULL */
  BhLimiter *limiter;
  BhFindProcesses find;
  gpointer find_data;

  BhFreezeExtent extent;
  BhProcessKey runner;
  GArray *stopped;           /* of BhProcessKey: by us */
  BhScopeConfinement *scope; /* that is frozen by us, or about to be; NULL otherwise */
  gboolean scope_busy;       /* systemd has not answered yet */
  gboolean paused;           /* the limiter, by us */
  gboolean abandoned;        /* the run is being killed */
  GTask *freezing;           /* or NULL */
  gboolean freeze_waits;     /* until systemd has answered to what was asked before it */
  GPtrArray *thawing;        /* of GTask: until systemd has answered */
  guint round;
  gint64 deadline;
};

G_DEFINE_FINAL_TYPE (BhFreezer, bh_freezer, G_TYPE_OBJECT)

static gboolean is_stopped_by_us (BhFreezer *self, const BhProcStat *stat);
static void begin_freezing (BhFreezer *self);

static const BhProcStat *
find_pid (GArray *found, pid_t pid)
{
  for (guint i = 0; i < found->len; i++)
    {
      const BhProcStat *stat = &g_array_index (found, BhProcStat, i);

      if (stat->pid == pid)
        return stat;
    }

  return NULL;
}

static gboolean
is_above_runner (BhFreezer *self, GArray *found, pid_t pid)
{
  const BhProcStat *stat = find_pid (found, self->runner.pid);

  for (guint i = 0; stat != NULL && i < found->len; i++)
    {
      stat = find_pid (found, stat->parent);
      if (stat != NULL && stat->pid == pid)
        return TRUE;
    }

  return FALSE;
}

/* The proxies that stand between an enclosed runner and the session bus are beside it. */
static gboolean
is_way_to_bus (const BhProcStat *stat)
{
  return g_str_equal (stat->name, "xdg-dbus-proxy") || g_str_has_prefix (stat->name, "bulkhead-");
}

static gboolean
is_spared (BhFreezer *self, GArray *found, const BhProcStat *stat)
{
  if (self->extent == BH_FREEZE_ALL)
    return FALSE;

  return stat->pid == self->runner.pid || is_above_runner (self, found, stat->pid)
         || (is_way_to_bus (stat) && is_above_runner (self, found, stat->parent));
}

static gboolean
is_stopped_by_us (BhFreezer *self, const BhProcStat *stat)
{
  for (guint i = 0; i < self->stopped->len; i++)
    {
      const BhProcessKey *key = &g_array_index (self->stopped, BhProcessKey, i);

      if (key->pid == stat->pid && key->start_time == stat->start_time)
        return TRUE;
    }

  return FALSE;
}

static gboolean
stands_still (const BhProcStat *stat)
{
  return stat->state == 'T' || stat->state == 't' || stat->state == 'Z' || stat->state == 'X';
}

static void
stop_process (BhFreezer *self, const BhProcStat *stat)
{
  BhProcessKey key = { .pid = stat->pid, .start_time = stat->start_time };

  if (self->guard != NULL)
    bh_guard_watch (self->guard, &key);
  g_array_append_val (self->stopped, key);
  bh_process_send_signal (&key, SIGSTOP);
}

static GArray *
list_processes (BhFreezer *self)
{
  bh_process_scanner_refresh (self->scanner);

  return self->find (self->find_data);
}

/* All processes that are stopped, by us or by others, go on. */
static void
continue_processes (BhFreezer *self)
{
  g_autoptr (GArray) found = list_processes (self);

  for (guint i = 0; i < found->len; i++)
    {
      const BhProcStat *stat = &g_array_index (found, BhProcStat, i);
      BhProcessKey key = { .pid = stat->pid, .start_time = stat->start_time };

      /* One that a debugger looks at is 't'. */
      if (stat->state == 'T' || is_stopped_by_us (self, stat))
        bh_process_send_signal (&key, SIGCONT);
    }
  for (guint i = 0; i < self->stopped->len && self->guard != NULL; i++)
    bh_guard_forget (self->guard, &g_array_index (self->stopped, BhProcessKey, i));
  g_array_set_size (self->stopped, 0);
}

static void
set_paused (BhFreezer *self, gboolean paused)
{
  if (self->paused == paused)
    return;
  self->paused = paused;
  bh_limiter_set_paused (self->limiter, paused);
}

static void
finish_thaw (BhFreezer *self, const GError *error)
{
  g_autoptr (GPtrArray) tasks = g_steal_pointer (&self->thawing);

  self->thawing = g_ptr_array_new_with_free_func (g_object_unref);
  if (self->freezing == NULL)
    set_paused (self, FALSE);
  for (guint i = 0; i < tasks->len; i++)
    {
      if (error != NULL)
        g_task_return_error (g_ptr_array_index (tasks, i), g_error_copy (error));
      else
        g_task_return_boolean (g_ptr_array_index (tasks, i), TRUE);
    }
  if (self->freeze_waits && !self->scope_busy)
    begin_freezing (self);
}

static void
on_thaw_unit_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhFreezer) self = BH_FREEZER (user_data);
  g_autoptr (GError) error = NULL;

  self->scope_busy = FALSE;
  if (!bh_scope_confinement_thaw_finish (BH_SCOPE_CONFINEMENT (source), result, &error)
      && bh_scope_confinement_is_frozen (BH_SCOPE_CONFINEMENT (source)))
    {
      g_message ("%s can't be thawed: %s",
                 bh_scope_confinement_get_unit (BH_SCOPE_CONFINEMENT (source)), error->message);
    }
  else
    {
      g_clear_error (&error);
      g_clear_object (&self->scope);
    }
  finish_thaw (self, error);
}

static void
thaw (BhFreezer *self)
{
  BhScopeConfinement *scope = bh_limiter_get_scope (self->limiter);

  bh_clock_clear_timer (self->clock, &self->round);
  if (self->abandoned)
    {
      finish_thaw (self, NULL);
      return;
    }
  continue_processes (self);
  /* Somebody else may have frozen it. */
  if (self->scope == NULL && scope != NULL && bh_scope_confinement_is_frozen (scope))
    self->scope = g_object_ref (scope);
  if (self->scope_busy)
    return;
  if (self->scope == NULL)
    {
      finish_thaw (self, NULL);
      return;
    }
  self->scope_busy = TRUE;
  bh_scope_confinement_thaw_async (self->scope, on_thaw_unit_ready, g_object_ref (self));
}

static void
fail_freezing (BhFreezer *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->freezing);

  self->freeze_waits = FALSE;
  bh_clock_clear_timer (self->clock, &self->round);
  if (task != NULL)
    g_task_return_error (task, error);
  else
    g_error_free (error);
}

static gboolean stop_round (gpointer user_data);

static void
plan_round (BhFreezer *self, guint delay)
{
  self->round = bh_clock_add_timer (self->clock, delay, stop_round, self);
}

static gboolean
is_frozen_in_scope (BhFreezer *self, const BhProcStat *stat)
{
  return self->scope != NULL && bh_scope_confinement_contains (self->scope, stat->pid);
}

static gboolean
stop_round (gpointer user_data)
{
  BhFreezer *self = BH_FREEZER (user_data);
  g_autoptr (GArray) found = list_processes (self);
  g_autoptr (GString) moving = g_string_new (NULL);
  gboolean news = FALSE;

  self->round = 0;
  for (guint i = 0; i < found->len; i++)
    {
      const BhProcStat *stat = &g_array_index (found, BhProcStat, i);

      if (is_spared (self, found, stat) || is_frozen_in_scope (self, stat))
        continue;
      if (!is_stopped_by_us (self, stat))
        {
          stop_process (self, stat);
          news = TRUE;
        }
      else if (!stands_still (stat))
        {
          g_string_append_printf (moving, "%s%d", moving->len > 0 ? ", " : "", (int) stat->pid);
        }
    }

  if (!news && moving->len == 0)
    {
      g_autoptr (GTask) task = g_steal_pointer (&self->freezing);

      g_task_return_boolean (task, TRUE);
      return G_SOURCE_REMOVE;
    }
  if (bh_clock_get_time (self->clock) >= self->deadline)
    {
      fail_freezing (self, g_error_new (BH_ERROR, BH_ERROR_FAILED,
                                        _("These processes could not be stopped: %s. The app "
                                          "starts others too fast, or they wait for a disk."),
                                        moving->str));
      thaw (self);
      return G_SOURCE_REMOVE;
    }
  plan_round (self, news ? ROUND_NEWS : ROUND_WAIT);

  return G_SOURCE_REMOVE;
}

static void
on_freeze_unit_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhFreezer) self = BH_FREEZER (user_data);
  BhScopeConfinement *scope = BH_SCOPE_CONFINEMENT (source);
  g_autoptr (GError) error = NULL;

  self->scope_busy = FALSE;
  if (!bh_scope_confinement_freeze_finish (scope, result, &error))
    g_debug ("%s: %s", bh_scope_confinement_get_unit (scope), error->message);
  if (self->abandoned)
    return;
  /* It was to go on meanwhile. */
  if (self->freezing == NULL || self->freeze_waits)
    {
      thaw (self);
      return;
    }
  /* What counts is what the kernel says. An older systemd, or a kernel without a freezer, leaves it
   * to the signals. */
  if (!bh_scope_confinement_is_frozen (scope))
    g_clear_object (&self->scope);
  stop_round (self);
}

static void
begin_freezing (BhFreezer *self)
{
  BhScopeConfinement *scope
      = self->extent == BH_FREEZE_ALL ? bh_limiter_get_scope (self->limiter) : NULL;

  self->freeze_waits = FALSE;
  if (scope == NULL)
    {
      stop_round (self);
      return;
    }
  g_set_object (&self->scope, scope);
  self->scope_busy = TRUE;
  bh_scope_confinement_freeze_async (scope, on_freeze_unit_ready, g_object_ref (self));
}

static void
bh_freezer_dispose (GObject *object)
{
  BhFreezer *self = BH_FREEZER (object);

  if (self->clock != NULL)
    bh_clock_clear_timer (self->clock, &self->round);
  /* Whom it has stopped the guard continues, when we end. */
  self->abandoned = TRUE;

  G_OBJECT_CLASS (bh_freezer_parent_class)->dispose (object);
}

static void
bh_freezer_finalize (GObject *object)
{
  BhFreezer *self = BH_FREEZER (object);

  g_clear_pointer (&self->stopped, g_array_unref);
  g_clear_pointer (&self->thawing, g_ptr_array_unref);
  g_clear_object (&self->scope);
  g_clear_object (&self->limiter);
  g_clear_object (&self->guard);
  g_clear_object (&self->scanner);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (bh_freezer_parent_class)->finalize (object);
}

static void
bh_freezer_class_init (BhFreezerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_freezer_dispose;
  object_class->finalize = bh_freezer_finalize;
}

static void
bh_freezer_init (BhFreezer *self)
{
  self->stopped = g_array_new (FALSE, FALSE, sizeof (BhProcessKey));
  self->thawing = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * bh_freezer_new:
 * @clock: time and timers
 * @scanner: finds processes
 * @guard: (nullable): continues what is stopped should the supervisor die
 * @limiter: has the run's scope, and is paused while the run stands still
 * @find: (scope forever): picks the run's processes
 * @user_data: for @find; not referenced
 *
 * Returns: (transfer full): a freezer of a run that goes on
 */
BhFreezer *
bh_freezer_new (BhClock *clock,
                BhProcessScanner *scanner,
                BhGuard *guard,
                BhLimiter *limiter,
                BhFindProcesses find,
                gpointer user_data)
{
  BhFreezer *self;

  g_return_val_if_fail (BH_IS_CLOCK (clock) && BH_IS_PROCESS_SCANNER (scanner), NULL);
  g_return_val_if_fail (BH_IS_LIMITER (limiter) && find != NULL, NULL);

  self = g_object_new (BH_TYPE_FREEZER, NULL);
  self->clock = g_object_ref (clock);
  self->scanner = g_object_ref (scanner);
  if (guard != NULL)
    self->guard = g_object_ref (guard);
  self->limiter = g_object_ref (limiter);
  self->find = find;
  self->find_data = user_data;

  return self;
}

/**
 * bh_freezer_freeze_async:
 * @self: a freezer
 * @extent: what shall stand still
 * @runner: the run's runner
 * @callback: (scope async): called when it does
 * @user_data: for @callback
 *
 * Makes the run stand still. One that was frozen to a lesser extent is frozen further. Only one
 * call may be under way.
 */
void
bh_freezer_freeze_async (BhFreezer *self,
                         BhFreezeExtent extent,
                         const BhProcessKey *runner,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_return_if_fail (BH_IS_FREEZER (self));
  g_return_if_fail (runner != NULL && self->freezing == NULL);

  self->freezing = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->freezing, bh_freezer_freeze_async);
  self->extent = extent;
  self->runner = *runner;
  self->deadline = bh_clock_get_time (self->clock) + DEADLINE * G_TIME_SPAN_MILLISECOND;
  set_paused (self, TRUE);

  /* What systemd was asked to thaw still stands still, and will not. */
  self->freeze_waits = self->scope_busy;
  if (!self->freeze_waits)
    begin_freezing (self);
}

/**
 * bh_freezer_freeze_finish:
 * @self: a freezer
 * @result: the result
 * @error: return location for an error
 *
 * Returns: whether the run stands still; when it does not, all of it goes on
 */
gboolean
bh_freezer_freeze_finish (BhFreezer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_freezer_freeze_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * bh_freezer_thaw_async:
 * @self: a freezer
 * @callback: (scope async) (nullable): called when it goes on
 * @user_data: for @callback
 *
 * Lets the run go on, whoever has stopped it. A freeze that is under way fails.
 */
void
bh_freezer_thaw_async (BhFreezer *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (BH_IS_FREEZER (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, bh_freezer_thaw_async);
  g_ptr_array_add (self->thawing, task);
  fail_freezing (self, g_error_new_literal (BH_ERROR, BH_ERROR_FAILED,
                                            _("The app was to go on before it slept")));
  thaw (self);
}

/**
 * bh_freezer_thaw_finish:
 * @self: a freezer
 * @result: the result
 * @error: return location for an error
 *
 * Returns: whether the run goes on
 */
gboolean
bh_freezer_thaw_finish (BhFreezer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_freezer_thaw_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * bh_freezer_abandon:
 * @self: a freezer
 *
 * Lets go of a run that is being killed: what stands still dies so. A freeze that is under way
 * fails.
 */
void
bh_freezer_abandon (BhFreezer *self)
{
  g_return_if_fail (BH_IS_FREEZER (self));

  self->abandoned = TRUE;
  fail_freezing (self, g_error_new_literal (BH_ERROR, BH_ERROR_ENDED, _("The app has ended")));
  for (guint i = 0; i < self->stopped->len && self->guard != NULL; i++)
    bh_guard_forget (self->guard, &g_array_index (self->stopped, BhProcessKey, i));
  g_array_set_size (self->stopped, 0);
}
