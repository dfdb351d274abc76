/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-task-history.h"

/*
 * The last minute of an app, for the small graph in its row: a figure for each second, whatever the
 * speed of measuring. Figures that come slower than that stand for the seconds since the ones
 * before them, as CPU is measured over that time anyway.
 */

/* A longer silence is a gap and is not bridged: the slowest measuring takes 5 seconds. */
#define LONGEST_BRIDGE 7

/**
 * bh_task_history_clear:
 * @self: (out): a history
 *
 * Forgets everything.
 */
void
bh_task_history_clear (BhTaskHistory *self)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; i < BH_TASK_HISTORY_SECONDS; i++)
    self->memory[i] = self->cpu[i] = -1;
  self->last = 0;
}

/**
 * bh_task_history_add:
 * @self: a history
 * @now: the time, in microseconds of a clock that never goes back
 * @memory: bytes, or a negative number
 * @cpu: in the unit of %BH_TASK_FIGURE_CPU, or a negative number
 *
 * Adds what was measured now. Of two figures in one second the greater stays.
 */
void
bh_task_history_add (BhTaskHistory *self, gint64 now, gint64 memory, gint64 cpu)
{
  gint64 second = now / G_USEC_PER_SEC;
  gboolean bridged;

  g_return_if_fail (self != NULL && now >= 0);

  if (self->last == 0 || second - self->last >= BH_TASK_HISTORY_SECONDS)
    {
      bh_task_history_clear (self);
      self->last = second - 1;
    }

  if (second <= self->last)
    {
      guint place = (guint) (self->last % BH_TASK_HISTORY_SECONDS);

      self->memory[place] = MAX (self->memory[place], memory);
      self->cpu[place] = MAX (self->cpu[place], cpu);
      return;
    }

  bridged = second - self->last <= LONGEST_BRIDGE;
  while (self->last < second)
    {
      guint place = (guint) (++self->last % BH_TASK_HISTORY_SECONDS);
      gboolean known = bridged || self->last == second;

      self->memory[place] = known ? memory : -1;
      self->cpu[place] = known ? cpu : -1;
    }
}

/**
 * bh_task_history_get:
 * @ring: memory or CPU of a history
 * @last: its latest second
 * @age: how many seconds before that, less than %BH_TASK_HISTORY_SECONDS
 *
 * Returns: the figure of that second, negative when there is none
 */
gint64
bh_task_history_get (const gint64 *ring, gint64 last, guint age)
{
  g_return_val_if_fail (ring != NULL && age < BH_TASK_HISTORY_SECONDS, -1);

  return last >= (gint64) age ? ring[(last - (gint64) age) % BH_TASK_HISTORY_SECONDS] : -1;
}
