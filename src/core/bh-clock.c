/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-clock.h"

#include <time.h>

/*
 * The monotonic clock and its timers, behind a class, so that what depends on time is tested
 * without waiting for it: a test hands in a BhManualClock and advances it.
 *
 * A timer's callback says as a GSourceFunc does whether it wants to be called again. Whoever adds
 * a timer keeps its id and removes it in dispose.
 */

/* When a manual clock begins: 2026-01-01, less the second that it begins with. */
#define MANUAL_EPOCH (G_GINT64_CONSTANT (1767225600) * G_USEC_PER_SEC - G_USEC_PER_SEC)

typedef struct
{
  guint id;
  gint64 due;
  gint64 interval;
  GSourceFunc callback;
  gpointer user_data;
} Timer;

struct _BhManualClock
{
  BhClock parent_instance;

  gint64 now;
  gint64 asleep;
  gint64 set_by; /* the real time, by somebody */
  guint last_id;
  GPtrArray *timers;
};

G_DEFINE_TYPE (BhClock, bh_clock, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE (BhManualClock, bh_manual_clock, BH_TYPE_CLOCK)

static gint64
bh_clock_real_get_time (BhClock *self)
{
  return g_get_monotonic_time ();
}

static guint
bh_clock_real_add_timer (BhClock *self,
                         guint milliseconds,
                         GSourceFunc callback,
                         gpointer user_data)
{
  return g_timeout_add (milliseconds, callback, user_data);
}

static void
bh_clock_real_remove_timer (BhClock *self, guint id)
{
  g_source_remove (id);
}

static gint64
read_clock (clockid_t id)
{
  struct timespec time = { 0 };

  clock_gettime (id, &time);

  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static gint64
bh_clock_real_get_asleep (BhClock *self)
{
  /* One goes on while the machine sleeps, the other does not. */
  return read_clock (CLOCK_BOOTTIME) - read_clock (CLOCK_MONOTONIC);
}

static gint64
bh_clock_real_get_real_time (BhClock *self)
{
  return g_get_real_time ();
}

static void
bh_clock_class_init (BhClockClass *klass)
{
  klass->get_asleep = bh_clock_real_get_asleep;
  klass->get_real_time = bh_clock_real_get_real_time;
  klass->get_time = bh_clock_real_get_time;
  klass->add_timer = bh_clock_real_add_timer;
  klass->remove_timer = bh_clock_real_remove_timer;
}

static void
bh_clock_init (BhClock *self)
{
}

/**
 * bh_clock_new:
 *
 * Returns: (transfer full): the system's monotonic clock, with timers on the default main context
 */
BhClock *
bh_clock_new (void)
{
  return g_object_new (BH_TYPE_CLOCK, NULL);
}

/**
 * bh_clock_get_time:
 * @self: a clock
 *
 * Returns: microseconds since some point that does not change
 */
gint64
bh_clock_get_time (BhClock *self)
{
  g_return_val_if_fail (BH_IS_CLOCK (self), 0);

  return BH_CLOCK_GET_CLASS (self)->get_time (self);
}

/**
 * bh_clock_add_timer:
 * @self: a clock
 * @milliseconds: from now
 * @callback: (scope notified): what to call; %G_SOURCE_CONTINUE for once more after as long
 * @user_data: for @callback; not referenced
 *
 * Returns: the timer's id, never 0
 */
guint
bh_clock_add_timer (BhClock *self, guint milliseconds, GSourceFunc callback, gpointer user_data)
{
  g_return_val_if_fail (BH_IS_CLOCK (self), 0);
  g_return_val_if_fail (callback != NULL, 0);

  return BH_CLOCK_GET_CLASS (self)->add_timer (self, milliseconds, callback, user_data);
}

/**
 * bh_clock_remove_timer:
 * @self: a clock
 * @id: a timer that has not ended
 */
void
bh_clock_remove_timer (BhClock *self, guint id)
{
  g_return_if_fail (BH_IS_CLOCK (self));
  g_return_if_fail (id != 0);

  BH_CLOCK_GET_CLASS (self)->remove_timer (self, id);
}

/**
 * bh_clock_clear_timer:
 * @self: a clock
 * @id: (inout): where the owner keeps a timer's id, or 0
 *
 * Removes the timer if there is one and sets @id to 0.
 */
void
bh_clock_clear_timer (BhClock *self, guint *id)
{
  g_return_if_fail (id != NULL);

  if (*id != 0)
    bh_clock_remove_timer (self, *id);
  *id = 0;
}

/**
 * bh_clock_get_asleep:
 * @self: a clock
 *
 * The machine may be suspended: this clock stands still then, and what runs on the machine does.
 *
 * Returns: microseconds for which the machine has slept, give or take a few; what counts is that
 *   it grows
 */
gint64
bh_clock_get_asleep (BhClock *self)
{
  g_return_val_if_fail (BH_IS_CLOCK (self), 0);

  return BH_CLOCK_GET_CLASS (self)->get_asleep (self);
}

/**
 * bh_clock_get_real_time:
 * @self: a clock
 *
 * What people call the time. It may jump, also back, when somebody sets it.
 *
 * Returns: microseconds since 1970-01-01 UTC
 */
gint64
bh_clock_get_real_time (BhClock *self)
{
  g_return_val_if_fail (BH_IS_CLOCK (self), 0);

  return BH_CLOCK_GET_CLASS (self)->get_real_time (self);
}

static gint64
bh_manual_clock_get_real_time (BhClock *clock)
{
  BhManualClock *self = BH_MANUAL_CLOCK (clock);

  return MANUAL_EPOCH + self->now + self->asleep + self->set_by;
}

static gint64
bh_manual_clock_get_asleep (BhClock *clock)
{
  return BH_MANUAL_CLOCK (clock)->asleep;
}

static gint64
bh_manual_clock_get_time (BhClock *clock)
{
  return BH_MANUAL_CLOCK (clock)->now;
}

static guint
bh_manual_clock_add_timer (BhClock *clock,
                           guint milliseconds,
                           GSourceFunc callback,
                           gpointer user_data)
{
  BhManualClock *self = BH_MANUAL_CLOCK (clock);
  Timer *timer = g_new0 (Timer, 1);

  timer->id = ++self->last_id;
  timer->interval = (gint64) milliseconds * G_TIME_SPAN_MILLISECOND;
  timer->due = self->now + timer->interval;
  timer->callback = callback;
  timer->user_data = user_data;
  g_ptr_array_add (self->timers, timer);

  return timer->id;
}

static Timer *
find_timer (BhManualClock *self, guint id)
{
  for (guint i = 0; i < self->timers->len; i++)
    {
      Timer *timer = g_ptr_array_index (self->timers, i);

      if (timer->id == id)
        return timer;
    }

  return NULL;
}

static void
bh_manual_clock_remove_timer (BhClock *clock, guint id)
{
  BhManualClock *self = BH_MANUAL_CLOCK (clock);
  Timer *timer = find_timer (self, id);

  g_return_if_fail (timer != NULL);

  g_ptr_array_remove (self->timers, timer);
}

static void
bh_manual_clock_finalize (GObject *object)
{
  BhManualClock *self = BH_MANUAL_CLOCK (object);

  g_clear_pointer (&self->timers, g_ptr_array_unref);

  G_OBJECT_CLASS (bh_manual_clock_parent_class)->finalize (object);
}

static void
bh_manual_clock_class_init (BhManualClockClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  BhClockClass *clock_class = BH_CLOCK_CLASS (klass);

  object_class->finalize = bh_manual_clock_finalize;
  clock_class->get_real_time = bh_manual_clock_get_real_time;
  clock_class->get_time = bh_manual_clock_get_time;
  clock_class->add_timer = bh_manual_clock_add_timer;
  clock_class->remove_timer = bh_manual_clock_remove_timer;
  clock_class->get_asleep = bh_manual_clock_get_asleep;
}

static void
bh_manual_clock_init (BhManualClock *self)
{
  self->now = G_TIME_SPAN_SECOND;
  self->timers = g_ptr_array_new_with_free_func (g_free);
}

/**
 * bh_manual_clock_new:
 *
 * Returns: (transfer full): a clock that stands still until it is advanced
 */
BhManualClock *
bh_manual_clock_new (void)
{
  return g_object_new (BH_TYPE_MANUAL_CLOCK, NULL);
}

static Timer *
next_due (BhManualClock *self, gint64 until)
{
  Timer *next = NULL;

  for (guint i = 0; i < self->timers->len; i++)
    {
      Timer *timer = g_ptr_array_index (self->timers, i);

      if (timer->due <= until && (next == NULL || timer->due < next->due))
        next = timer;
    }

  return next;
}

/**
 * bh_manual_clock_advance:
 * @self: a clock
 * @milliseconds: by how much
 *
 * Moves the clock on and calls the timers that come due, in their order.
 */
void
bh_manual_clock_advance (BhManualClock *self, guint milliseconds)
{
  gint64 until;
  Timer *timer;

  g_return_if_fail (BH_IS_MANUAL_CLOCK (self));

  until = self->now + (gint64) milliseconds * G_TIME_SPAN_MILLISECOND;
  while ((timer = next_due (self, until)) != NULL)
    {
      guint id = timer->id;
      GSourceFunc callback = timer->callback;
      gpointer user_data = timer->user_data;

      self->now = MAX (self->now, timer->due);
      timer->due += MAX (timer->interval, 1);
      if (callback (user_data) == G_SOURCE_REMOVE && (timer = find_timer (self, id)) != NULL)
        g_ptr_array_remove (self->timers, timer);
    }
  self->now = MAX (self->now, until);
}

/**
 * bh_manual_clock_stall:
 * @self: a clock
 * @milliseconds: for how long
 *
 * Moves the clock on and calls nobody, as when the process is stopped. Timers that came due
 * meanwhile are called, late, by the next bh_manual_clock_advance().
 */
void
bh_manual_clock_stall (BhManualClock *self, guint milliseconds)
{
  g_return_if_fail (BH_IS_MANUAL_CLOCK (self));

  self->now += (gint64) milliseconds * G_TIME_SPAN_MILLISECOND;
}

/**
 * bh_manual_clock_sleep:
 * @self: a clock
 * @milliseconds: for how long
 *
 * Has the machine sleep: the clock does not move.
 */
void
bh_manual_clock_sleep (BhManualClock *self, guint milliseconds)
{
  g_return_if_fail (BH_IS_MANUAL_CLOCK (self));

  self->asleep += (gint64) milliseconds * G_TIME_SPAN_MILLISECOND;
}

/**
 * bh_manual_clock_set_back:
 * @self: a clock
 * @milliseconds: by how much
 *
 * Has somebody set the real time back. What timers go by moves on as ever.
 */
void
bh_manual_clock_set_back (BhManualClock *self, guint milliseconds)
{
  g_return_if_fail (BH_IS_MANUAL_CLOCK (self));

  self->set_by -= (gint64) milliseconds * G_TIME_SPAN_MILLISECOND;
}
