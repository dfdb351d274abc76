/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-duty-cycle.h"

/*
 * Decides when an app that may only use a share of the CPU runs and when it is stopped, where the
 * kernel can't do it. An account is filled at the speed of the limit and emptied by what the app
 * uses; when it is empty the app is stopped for as long as it takes to fill what was overdrawn.
 *
 * Two bounds keep it humane. A stop is short, so that the window still answers: after it the app
 * breathes for a moment even when the account is not level yet. And a debt is bounded, so that one
 * burst between two looks is not paid for with seconds of stillness.
 *
 * Whoever asks brings the time and the CPU time that was used, and does the stopping.
 */

/* Microseconds. An app that is near its limit is looked at after a slice, an idle one after
 * IDLE. The kernel counts CPU time in ticks of 10 ms, so a slice must be longer. */
#define SLICE      50000
#define IDLE       250000
#define BREATH     20000
#define SHORT_STOP 150000
#define LONG_STOP  1000000

/* How much may be saved up, and how much owed, in microseconds of the limit's own speed. */
#define BURST 200000
#define DEBT  1000000

struct _BhDutyCycle
{
  guint limit;
  guint cores;

  gint64 last_time;
  gint64 last_used;
  double account; /* microseconds of CPU time */
  gboolean started;
  gboolean running;
  gboolean limiting;
};

/**
 * bh_duty_cycle_new:
 * @limit: per cent of one core, not 0
 * @cores: how many cores the app could use at once, not 0
 *
 * Returns: (transfer full): a cycle for an app that runs
 */
BhDutyCycle *
bh_duty_cycle_new (guint limit, guint cores)
{
  BhDutyCycle *self;

  g_return_val_if_fail (limit > 0 && cores > 0, NULL);

  self = g_new0 (BhDutyCycle, 1);
  self->limit = limit;
  self->cores = cores;
  self->running = TRUE;

  return self;
}

/**
 * bh_duty_cycle_free:
 * @self: (transfer full): a cycle
 */
void
bh_duty_cycle_free (BhDutyCycle *self)
{
  g_return_if_fail (self != NULL);

  g_free (self);
}

/**
 * bh_duty_cycle_set_limit:
 * @self: a cycle
 * @limit: per cent of one core, not 0
 *
 * Changes the limit from now on.
 */
void
bh_duty_cycle_set_limit (BhDutyCycle *self, guint limit)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (limit > 0);

  self->limit = limit;
}

/* For how long an app is stopped at most: long enough that a breath on all cores after it keeps
 * the limit. */
static double
get_longest_stop (BhDutyCycle *self)
{
  double needed = (double) BREATH * self->cores * 100 / self->limit;

  return CLAMP (needed, SHORT_STOP, LONG_STOP);
}

/**
 * bh_duty_cycle_step:
 * @self: a cycle
 * @now: the time, in microseconds
 * @used: the CPU time that all processes of the app have used, in microseconds
 * @run: (out): whether the app runs until the next step, or is stopped
 *
 * Decides what happens until the next step.
 *
 * Returns: milliseconds until the next step
 */
guint
bh_duty_cycle_step (BhDutyCycle *self, gint64 now, gint64 used, gboolean *run)
{
  double speed, elapsed, spent, next;

  g_return_val_if_fail (self != NULL && run != NULL, 0);

  speed = self->limit / 100.0;
  if (!self->started)
    {
      self->started = TRUE;
      self->last_time = now;
      self->last_used = used;
      self->account = BURST * speed;
    }

  /* A process that ended takes its time with it: that is not time given back. */
  elapsed = (double) MAX (now - self->last_time, 0);
  spent = (double) MAX (used - self->last_used, 0);
  self->last_time = now;
  self->last_used = used;
  self->account = CLAMP (self->account + elapsed * speed - spent, -DEBT * speed, BURST * speed);

  if (self->account < 0 && self->running)
    {
      self->running = FALSE;
      self->limiting = TRUE;
      next = CLAMP (-self->account / speed, SLICE / 2, get_longest_stop (self));
    }
  else if (self->account < 0)
    {
      self->running = TRUE;
      next = BREATH;
    }
  else
    {
      self->running = TRUE;
      if (spent < elapsed * speed / 2 && self->account >= BURST * speed)
        {
          self->limiting = FALSE;
          next = IDLE;
        }
      else
        {
          /* When the account would be empty at full speed. */
          next = CLAMP (self->account / self->cores, BREATH, SLICE);
        }
    }
  *run = self->running;

  return (guint) (next / 1000);
}

/**
 * bh_duty_cycle_is_limiting:
 * @self: a cycle
 *
 * Returns: whether the app was stopped since it last had its account full
 */
gboolean
bh_duty_cycle_is_limiting (BhDutyCycle *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->limiting;
}
