/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-limits.h"

/*
 * What an app may use. One value for all of it, so that a change of several limits is one step,
 * and so that the manifest, the confinements and the views pass the same thing around. In each
 * field 0 stands for "no limit".
 */

/* The share of the memory limit at which the kernel begins to press the app. */
#define MEMORY_HIGH_PERCENT 90

struct _BhLimits
{
  gatomicrefcount ref_count;
  guint64 memory;
  guint64 memory_high;
  guint cpu;
  gint64 cpu_time;
  guint tasks;
};

G_DEFINE_BOXED_TYPE (BhLimits, bh_limits, bh_limits_ref, bh_limits_unref)

/**
 * bh_limits_new:
 * @memory: bytes at which the app is ended, or 0
 * @memory_high: bytes from which the app is pressed to give memory back; 0 takes 90 % of @memory
 * @cpu: per cent of one core, or 0; 200 is two cores
 * @cpu_time: microseconds of processor time after which the app is ended, or 0
 * @tasks: the most threads of all processes together, or 0
 *
 * Makes a set of limits; 0 is none.
 *
 * Returns: (transfer full): the limits
 */
BhLimits *
bh_limits_new (guint64 memory, guint64 memory_high, guint cpu, gint64 cpu_time, guint tasks)
{
  BhLimits *self;

  g_return_val_if_fail (cpu_time >= 0, NULL);
  g_return_val_if_fail (memory == 0 || memory_high <= memory, NULL);

  if (memory_high == 0)
    memory_high = memory / 100 * MEMORY_HIGH_PERCENT + memory % 100 * MEMORY_HIGH_PERCENT / 100;

  self = g_new0 (BhLimits, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->memory = memory;
  self->memory_high = memory_high;
  self->cpu = cpu;
  self->cpu_time = cpu_time;
  self->tasks = tasks;

  return self;
}

/**
 * bh_limits_ref:
 * @self: limits
 *
 * Returns: (transfer full): @self
 */
BhLimits *
bh_limits_ref (BhLimits *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * bh_limits_unref:
 * @self: (transfer full): limits
 */
void
bh_limits_unref (BhLimits *self)
{
  g_return_if_fail (self != NULL);

  if (g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}

/**
 * bh_limits_get_memory:
 * @self: limits
 *
 * Returns: bytes at which the app is ended, 0 for no limit
 */
guint64
bh_limits_get_memory (BhLimits *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->memory;
}

/**
 * bh_limits_get_memory_high:
 * @self: limits
 *
 * Returns: bytes from which the app is pressed to give memory back, 0 for no limit
 */
guint64
bh_limits_get_memory_high (BhLimits *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->memory_high;
}

/**
 * bh_limits_get_cpu:
 * @self: limits
 *
 * Returns: per cent of one core, 0 for no limit
 */
guint
bh_limits_get_cpu (BhLimits *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->cpu;
}

/**
 * bh_limits_get_cpu_time:
 * @self: limits
 *
 * Returns: microseconds of processor time after which the app is ended, 0 for no limit
 */
gint64
bh_limits_get_cpu_time (BhLimits *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->cpu_time;
}

/**
 * bh_limits_get_tasks:
 * @self: limits
 *
 * Returns: the most threads of all processes together, 0 for no limit
 */
guint
bh_limits_get_tasks (BhLimits *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->tasks;
}

/**
 * bh_limits_equal:
 * @a: limits
 * @b: limits
 *
 * Returns: whether both limit the same
 */
gboolean
bh_limits_equal (BhLimits *a, BhLimits *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return a->memory == b->memory && a->memory_high == b->memory_high && a->cpu == b->cpu
         && a->cpu_time == b->cpu_time && a->tasks == b->tasks;
}
