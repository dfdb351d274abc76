/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-supervised-confinement.h"

#include "bh-duty-cycle.h"
#include "bh-gtop.h"
#include "bh-memory-watch.h"

#include <glib/gi18n.h>
#include <signal.h>
#include <unistd.h>

/*
 * Limits that the supervisor holds itself, where no kernel does: it looks, as often as what it saw
 * last calls for, and then warns, stops and continues, or asks for the end of the run. What decides
 * is in core (bh-duty-cycle.c, bh-memory-watch.c); here is what looks and acts.
 *
 * Whatever is stopped here is known to the guard beforehand, which continues it when we die.
 *
 * A look at the processes that are known costs 3 µs each. Which processes there are is read anew
 * once a second, and sooner when there are new ones. Without a limit that needs it there is no
 * timer.
 */

/* Milliseconds between two looks when nothing calls for more, and at the least when the CPU time
 * comes to its end. */
#define RELAXED       1000
#define CPU_TIME_STEP 100

/* Microseconds after which the list of processes is read anew: in any case, and when the machine
 * has started something since. A page takes longer than that from its process's start to its first
 * line. */
#define LIST_AGE      G_TIME_SPAN_SECOND
#define LIST_AGE_NEWS (100 * G_TIME_SPAN_MILLISECOND)

/* The soft limit is told of again when it was kept for so long, in microseconds: less than until
 * the pressure counts as eased, see bh-pressure.c. */
#define HIGH_PAUSE (10 * G_TIME_SPAN_SECOND)

/* The share of the CPU time from which it is told that it comes to its end. */
#define CPU_TIME_PERCENT 90

#define LOOKED_AFTER                                                                               \
  (BH_LIMIT_MEMORY | BH_LIMIT_MEMORY_HIGH | BH_LIMIT_CPU | BH_LIMIT_CPU_TIME | BH_LIMIT_TASKS)

typedef struct
{
  BhProcessKey key;
  guint64 cpu_time; /* ticks at the last look */
  gboolean stopped; /* by us */
  gboolean guarded; /* it has been stopped, and may be again */
} Process;

struct _BhSupervisedConfinement
{
  GObject parent_instance;

  BhClock *clock;
  BhProcessScanner *scanner;
  BhGuard *guard; /* or NULL */
  BhFindProcesses find;
  gpointer find_data;

  BhLimits *limits;
  BhLimitKinds duties;
  guint timer;

  GArray *processes; /* of Process */
  gint64 listed_at;
  pid_t newest; /* of the machine, when they were listed */
  gint64 used;  /* microseconds of CPU time */
  guint threads;

  BhDutyCycle *cycle;
  gint64 cycle_due;
  BhMemoryWatch *memory;
  gint64 memory_due;
  gint64 last_high;
  gboolean cpu_time_told;
  gint64 cpu_time_due;
  gboolean stopped; /* the whole run, between two steps of the cycle */
  gboolean over;    /* it has passed a limit, and is about to be ended */
  gboolean paused;  /* somebody else has stopped all of it */
};

static void bh_supervised_confinement_iface_init (BhConfinementInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BhSupervisedConfinement,
                               bh_supervised_confinement,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BH_TYPE_CONFINEMENT,
                                                      bh_supervised_confinement_iface_init))

static void schedule (BhSupervisedConfinement *self);

static gint64
ticks_to_microseconds (guint64 ticks)
{
  return (gint64) (ticks * G_USEC_PER_SEC / (guint64) sysconf (_SC_CLK_TCK));
}

static void
stop_processes (BhSupervisedConfinement *self)
{
  for (guint i = 0; i < self->processes->len; i++)
    {
      Process *process = &g_array_index (self->processes, Process, i);

      if (process->stopped)
        continue;
      if (!process->guarded && self->guard != NULL)
        bh_guard_watch (self->guard, &process->key);
      process->guarded = TRUE;
      bh_process_send_signal (&process->key, SIGSTOP);
      process->stopped = TRUE;
    }
  self->stopped = TRUE;
}

static void
forget_process (BhSupervisedConfinement *self, Process *process)
{
  if (process->guarded && self->guard != NULL)
    bh_guard_forget (self->guard, &process->key);
  process->guarded = FALSE;
}

static void
continue_processes (BhSupervisedConfinement *self)
{
  if (!self->stopped)
    return;
  for (guint i = 0; i < self->processes->len; i++)
    {
      Process *process = &g_array_index (self->processes, Process, i);

      if (process->stopped)
        bh_process_send_signal (&process->key, SIGCONT);
      process->stopped = FALSE;
    }
  self->stopped = FALSE;
}

/* Nothing will be stopped any more. */
static void
forget_processes (BhSupervisedConfinement *self)
{
  for (guint i = 0; i < self->processes->len; i++)
    forget_process (self, &g_array_index (self->processes, Process, i));
}

static void
count_process (BhSupervisedConfinement *self, Process *process, const BhProcStat *stat)
{
  if (stat->cpu_time > process->cpu_time)
    self->used += ticks_to_microseconds (stat->cpu_time - process->cpu_time);
  process->cpu_time = stat->cpu_time;
  self->threads += stat->threads;
}

static Process *
find_process (GArray *processes, const BhProcStat *stat)
{
  for (guint i = 0; i < processes->len; i++)
    {
      Process *process = &g_array_index (processes, Process, i);

      if (process->key.pid == stat->pid && process->key.start_time == stat->start_time)
        return process;
    }

  return NULL;
}

/* Reads anew which processes there are. One that was not known brings the time that it has used. */
static void
list_processes (BhSupervisedConfinement *self)
{
  g_autoptr (GArray) old = g_steal_pointer (&self->processes);
  g_autoptr (GArray) found = NULL;

  /* All runs that have limits take the same list. */
  bh_process_scanner_look (self->scanner, bh_clock_get_time (self->clock), LIST_AGE_NEWS);
  self->newest = bh_process_scanner_get_newest (self->scanner);
  found = self->find (self->find_data);
  self->processes = g_array_sized_new (FALSE, FALSE, sizeof (Process), found->len);
  self->threads = 0;
  for (guint i = 0; i < found->len; i++)
    {
      const BhProcStat *stat = &g_array_index (found, BhProcStat, i);
      Process *known = find_process (old, stat);
      Process process = { .key = { .pid = stat->pid, .start_time = stat->start_time } };

      if (known != NULL)
        {
          process = *known;
          known->guarded = FALSE;
        }
      count_process (self, &process, stat);
      g_array_append_val (self->processes, process);
    }
  /* Those that are gone. */
  for (guint i = 0; i < old->len; i++)
    forget_process (self, &g_array_index (old, Process, i));
  self->listed_at = bh_clock_get_time (self->clock);
}

/* Looks at the processes that are known; forgets those that are gone. */
static void
look_at_processes (BhSupervisedConfinement *self)
{
  self->threads = 0;
  for (guint i = self->processes->len; i > 0; i--)
    {
      Process *process = &g_array_index (self->processes, Process, i - 1);
      BhProcStat stat;

      if (bh_process_read_stat (process->key.pid, &stat)
          && stat.start_time == process->key.start_time)
        {
          count_process (self, process, &stat);
        }
      else
        {
          forget_process (self, process);
          g_array_remove_index_fast (self->processes, i - 1);
        }
    }
}

static void
tell_over (BhSupervisedConfinement *self, BhReason reason, char *detail)
{
  g_autofree char *owned = detail;

  self->over = TRUE;
  /* Nothing more is taken until the end. */
  stop_processes (self);
  bh_confinement_emit_over (BH_CONFINEMENT (self), reason, owned);
}

static guint64
read_cheap_memory (BhSupervisedConfinement *self)
{
  guint64 sum = 0;

  for (guint i = 0; i < self->processes->len; i++)
    {
      guint64 resident, shared;

      if (bh_gtop_get_memory (g_array_index (self->processes, Process, i).key.pid, &resident,
                              &shared))
        sum += resident > shared ? resident - shared : 0;
    }

  return sum;
}

static guint64
read_exact_memory (BhSupervisedConfinement *self)
{
  guint64 sum = 0;

  for (guint i = 0; i < self->processes->len; i++)
    {
      guint64 bytes;

      if (bh_process_read_pss (g_array_index (self->processes, Process, i).key.pid, &bytes))
        sum += bytes;
    }

  return sum;
}

/* Takes the exact figure; of an app that grows fast, while it can't. */
static BhMemoryAlarm
weigh (BhSupervisedConfinement *self, gint64 now, gboolean at_rest)
{
  gboolean stop = at_rest && !self->stopped;
  BhMemoryAlarm alarm;

  if (stop)
    stop_processes (self);
  alarm = bh_memory_watch_judge_exact (self->memory, now, read_cheap_memory (self),
                                       read_exact_memory (self));
  if (stop && alarm != BH_MEMORY_OVER)
    continue_processes (self);

  return alarm;
}

static void
check_memory (BhSupervisedConfinement *self, gint64 now)
{
  guint64 limit = self->duties & BH_LIMIT_MEMORY ? bh_limits_get_memory (self->limits) : 0;
  guint64 high = self->duties & BH_LIMIT_MEMORY_HIGH ? bh_limits_get_memory_high (self->limits) : 0;
  BhMemoryAlarm alarm;

  if ((limit == 0 && high == 0) || now < self->memory_due)
    return;

  bh_memory_watch_set_limits (self->memory, high, limit);
  alarm = bh_memory_watch_judge_cheap (self->memory, now, read_cheap_memory (self));
  if (alarm == BH_MEMORY_CHECK || alarm == BH_MEMORY_CHECK_AT_REST)
    alarm = weigh (self, now, alarm == BH_MEMORY_CHECK_AT_REST);
  self->memory_due = now + bh_memory_watch_get_delay (self->memory) * G_TIME_SPAN_MILLISECOND;

  if (alarm == BH_MEMORY_OVER)
    {
      g_autofree char *used
          = g_format_size_full (bh_memory_watch_get_bytes (self->memory), G_FORMAT_SIZE_IEC_UNITS);
      g_autofree char *most = g_format_size_full (limit, G_FORMAT_SIZE_IEC_UNITS);

      tell_over (self, BH_REASON_MEMORY_LIMIT,
                 g_strdup_printf (_("It used %s of memory; its limit is %s"), used, most));
    }
  else if (alarm == BH_MEMORY_HIGH)
    {
      gboolean again = self->last_high != 0 && now - self->last_high <= HIGH_PAUSE;

      self->last_high = now;
      if (!again)
        bh_confinement_emit_high (BH_CONFINEMENT (self), BH_LIMIT_MEMORY_HIGH);
    }
}

/* When the CPU time could reach the next mark, if all cores worked for it. One that rests is not
 * looked at more often for having used much. */
static void
plan_cpu_time (BhSupervisedConfinement *self, gint64 now, gint64 used_before)
{
  gint64 limit = bh_limits_get_cpu_time (self->limits);
  gint64 left = limit / 100 * CPU_TIME_PERCENT - self->used;

  if (left <= 0)
    left = limit - self->used;
  left /= (gint64) g_get_num_processors ();
  self->cpu_time_due
      = now
        + (self->used > used_before ? MAX (left, CPU_TIME_STEP * G_TIME_SPAN_MILLISECOND)
                                    : RELAXED * G_TIME_SPAN_MILLISECOND);
}

static void
check_cpu_time (BhSupervisedConfinement *self)
{
  gint64 limit = bh_limits_get_cpu_time (self->limits);
  gboolean near = bh_supervised_confinement_is_near_cpu_time (self);

  if (near && !self->cpu_time_told)
    bh_confinement_emit_high (BH_CONFINEMENT (self), BH_LIMIT_CPU_TIME);
  self->cpu_time_told = near;
  if (!near || self->used <= limit)
    return;
  tell_over (self, BH_REASON_CPU_TIME_LIMIT,
             g_strdup_printf (_("It used %.1f seconds of CPU time; its limit is %.1f"),
                              (double) self->used / G_USEC_PER_SEC,
                              (double) limit / G_USEC_PER_SEC));
}

static void
check_tasks (BhSupervisedConfinement *self)
{
  guint limit = bh_limits_get_tasks (self->limits);

  if (!(self->duties & BH_LIMIT_TASKS) || limit == 0 || self->threads <= limit)
    return;
  tell_over (self, BH_REASON_TASK_LIMIT,
             g_strdup_printf (_("It had %u threads; its limit is %u"), self->threads, limit));
}

static void
step_cycle (BhSupervisedConfinement *self, gint64 now)
{
  gboolean run;

  if (self->cycle == NULL || now < self->cycle_due)
    return;
  self->cycle_due
      = now + bh_duty_cycle_step (self->cycle, now, self->used, &run) * G_TIME_SPAN_MILLISECOND;
  if (run)
    continue_processes (self);
  else
    stop_processes (self);
}

static gboolean
is_list_old (BhSupervisedConfinement *self, gint64 now)
{
  gint64 age = now - self->listed_at;
  pid_t newest;

  if (age < LIST_AGE_NEWS || age >= LIST_AGE)
    return age >= LIST_AGE;
  newest = bh_process_get_newest ();

  return newest == 0 || newest != self->newest;
}

static gboolean
on_timer (gpointer user_data)
{
  g_autoptr (BhSupervisedConfinement) self = g_object_ref (user_data);
  gint64 now = bh_clock_get_time (self->clock);
  gint64 used_before = self->used;

  self->timer = 0;
  if (is_list_old (self, now))
    list_processes (self);
  else
    look_at_processes (self);

  plan_cpu_time (self, now, used_before);
  check_cpu_time (self);
  if (!self->over)
    check_tasks (self);
  if (!self->over)
    check_memory (self, now);
  if (!self->over)
    step_cycle (self, now);
  schedule (self);

  return G_SOURCE_REMOVE;
}

static BhLimitKinds
get_enforced (BhSupervisedConfinement *self)
{
  if (self->limits == NULL)
    return 0;

  return bh_limits_get_kinds (self->limits) & self->duties;
}

/* Sets the timer to the next look, if a limit needs one. */
static void
schedule (BhSupervisedConfinement *self)
{
  BhLimitKinds enforced = get_enforced (self);
  gint64 now = bh_clock_get_time (self->clock);
  gint64 next = now + RELAXED * G_TIME_SPAN_MILLISECOND;

  bh_clock_clear_timer (self->clock, &self->timer);
  if (enforced == 0 || self->over || self->paused)
    return;
  if (enforced & (BH_LIMIT_MEMORY | BH_LIMIT_MEMORY_HIGH))
    next = MIN (next, self->memory_due);
  if (enforced & BH_LIMIT_CPU_TIME)
    next = MIN (next, self->cpu_time_due);
  if (self->cycle != NULL)
    next = MIN (next, self->cycle_due);
  self->timer
      = bh_clock_add_timer (self->clock, (guint) MAX ((next - now) / G_TIME_SPAN_MILLISECOND, 1),
                            on_timer, self);
}

static void
update (BhSupervisedConfinement *self)
{
  guint share = get_enforced (self) & BH_LIMIT_CPU ? bh_limits_get_cpu (self->limits) : 0;

  if (share == 0)
    {
      continue_processes (self);
      forget_processes (self);
      g_clear_pointer (&self->cycle, bh_duty_cycle_free);
    }
  else if (self->cycle == NULL)
    {
      self->cycle = bh_duty_cycle_new (share, g_get_num_processors ());
      self->cycle_due = 0;
    }
  else
    {
      bh_duty_cycle_set_limit (self->cycle, share);
    }
  self->memory_due = 0;
  self->cpu_time_due = 0;
  schedule (self);
  bh_confinement_emit_changed (BH_CONFINEMENT (self));
}

static void
bh_supervised_confinement_apply_async (BhConfinement *confinement,
                                       BhLimits *limits,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  BhSupervisedConfinement *self = BH_SUPERVISED_CONFINEMENT (confinement);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  bh_limits_ref (limits);
  g_clear_pointer (&self->limits, bh_limits_unref);
  self->limits = limits;
  update (self);
  g_task_return_boolean (task, TRUE);
}

static gboolean
bh_supervised_confinement_apply_finish (BhConfinement *confinement,
                                        GAsyncResult *result,
                                        GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static BhLimitKinds
bh_supervised_confinement_get_enforced (BhConfinement *confinement)
{
  return get_enforced (BH_SUPERVISED_CONFINEMENT (confinement));
}

static BhReason
bh_supervised_confinement_explain_kill (BhConfinement *confinement)
{
  /* Whom it ends, it names beforehand. */
  return BH_REASON_NONE;
}

static void
bh_supervised_confinement_dispose (GObject *object)
{
  BhSupervisedConfinement *self = BH_SUPERVISED_CONFINEMENT (object);

  if (self->clock != NULL)
    bh_supervised_confinement_stop (self);

  G_OBJECT_CLASS (bh_supervised_confinement_parent_class)->dispose (object);
}

static void
bh_supervised_confinement_finalize (GObject *object)
{
  BhSupervisedConfinement *self = BH_SUPERVISED_CONFINEMENT (object);

  g_clear_pointer (&self->cycle, bh_duty_cycle_free);
  g_clear_pointer (&self->memory, bh_memory_watch_free);
  g_clear_pointer (&self->limits, bh_limits_unref);
  g_clear_pointer (&self->processes, g_array_unref);
  g_clear_object (&self->guard);
  g_clear_object (&self->scanner);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (bh_supervised_confinement_parent_class)->finalize (object);
}

static void
bh_supervised_confinement_class_init (BhSupervisedConfinementClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_supervised_confinement_dispose;
  object_class->finalize = bh_supervised_confinement_finalize;
}

static void
bh_supervised_confinement_iface_init (BhConfinementInterface *iface)
{
  iface->apply_async = bh_supervised_confinement_apply_async;
  iface->apply_finish = bh_supervised_confinement_apply_finish;
  iface->get_enforced = bh_supervised_confinement_get_enforced;
  iface->explain_kill = bh_supervised_confinement_explain_kill;
}

static void
bh_supervised_confinement_init (BhSupervisedConfinement *self)
{
  self->processes = g_array_new (FALSE, FALSE, sizeof (Process));
  self->memory = bh_memory_watch_new ();
  self->duties = LOOKED_AFTER;
}

/**
 * bh_supervised_confinement_new:
 * @clock: time and timers
 * @scanner: finds processes
 * @guard: (nullable): continues what is stopped should the supervisor die
 * @find: (scope forever): picks those of the run
 * @user_data: for @find; not referenced
 *
 * Returns: (transfer full): a confinement without limits
 */
BhSupervisedConfinement *
bh_supervised_confinement_new (BhClock *clock,
                               BhProcessScanner *scanner,
                               BhGuard *guard,
                               BhFindProcesses find,
                               gpointer user_data)
{
  BhSupervisedConfinement *self;

  g_return_val_if_fail (BH_IS_CLOCK (clock) && BH_IS_PROCESS_SCANNER (scanner) && find != NULL,
                        NULL);

  self = g_object_new (BH_TYPE_SUPERVISED_CONFINEMENT, NULL);
  self->clock = g_object_ref (clock);
  self->scanner = g_object_ref (scanner);
  if (guard != NULL)
    self->guard = g_object_ref (guard);
  self->find = find;
  self->find_data = user_data;

  return self;
}

/**
 * bh_supervised_confinement_set_duties:
 * @self: a confinement
 * @duties: the limits that nobody else holds
 *
 * Says which limits are looked after here; all of them by default.
 */
void
bh_supervised_confinement_set_duties (BhSupervisedConfinement *self, BhLimitKinds duties)
{
  g_return_if_fail (BH_IS_SUPERVISED_CONFINEMENT (self));

  if (self->duties == duties)
    return;
  self->duties = duties;
  update (self);
}

/**
 * bh_supervised_confinement_is_limiting:
 * @self: a confinement
 *
 * Returns: whether the run is slowed down now, so that it may answer late
 */
gboolean
bh_supervised_confinement_is_limiting (BhSupervisedConfinement *self)
{
  g_return_val_if_fail (BH_IS_SUPERVISED_CONFINEMENT (self), FALSE);

  return self->cycle != NULL && bh_duty_cycle_is_limiting (self->cycle);
}

/**
 * bh_supervised_confinement_get_used:
 * @self: a confinement
 *
 * Returns: microseconds of CPU time that were seen to be used
 */
gint64
bh_supervised_confinement_get_used (BhSupervisedConfinement *self)
{
  g_return_val_if_fail (BH_IS_SUPERVISED_CONFINEMENT (self), 0);

  return self->used;
}

/**
 * bh_supervised_confinement_is_near_cpu_time:
 * @self: a confinement
 *
 * Returns: whether most of the CPU time has been used, and it is looked after here
 */
gboolean
bh_supervised_confinement_is_near_cpu_time (BhSupervisedConfinement *self)
{
  gint64 limit;

  g_return_val_if_fail (BH_IS_SUPERVISED_CONFINEMENT (self), FALSE);

  limit = get_enforced (self) & BH_LIMIT_CPU_TIME ? bh_limits_get_cpu_time (self->limits) : 0;

  return limit != 0 && self->used >= limit / 100 * CPU_TIME_PERCENT;
}

/**
 * bh_supervised_confinement_get_memory:
 * @self: a confinement
 *
 * Returns: bytes of memory that were seen at the last look, 0 when none has been taken
 */
guint64
bh_supervised_confinement_get_memory (BhSupervisedConfinement *self)
{
  g_return_val_if_fail (BH_IS_SUPERVISED_CONFINEMENT (self), 0);

  return bh_memory_watch_get_bytes (self->memory);
}

/**
 * bh_supervised_confinement_stop:
 * @self: a confinement
 *
 * Lets go of the run: nothing is looked at any more, and nothing stays stopped, unless it is about
 * to be killed for a limit that it has passed.
 */
void
bh_supervised_confinement_stop (BhSupervisedConfinement *self)
{
  g_return_if_fail (BH_IS_SUPERVISED_CONFINEMENT (self));

  bh_clock_clear_timer (self->clock, &self->timer);
  if (!self->over)
    continue_processes (self);
  self->over = TRUE;
  forget_processes (self);
}

/**
 * bh_supervised_confinement_set_paused:
 * @self: a confinement
 * @paused: whether the run stands still, or is about to
 *
 * Who pauses it stops the run, and continues it before this is taken back.
 */
void
bh_supervised_confinement_set_paused (BhSupervisedConfinement *self, gboolean paused)
{
  g_return_if_fail (BH_IS_SUPERVISED_CONFINEMENT (self));

  if (self->paused == paused || self->over)
    return;
  self->paused = paused;
  if (paused)
    {
      continue_processes (self);
      forget_processes (self);
    }
  self->cycle_due = 0;
  self->memory_due = 0;
  self->cpu_time_due = 0;
  schedule (self);
}
