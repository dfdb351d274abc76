/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-limits.h"

#include "bh-error.h"

#include <glib/gi18n.h>
#include <string.h>

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
 * bh_limits_get:
 * @self: limits
 * @kind: one limit
 *
 * Returns: the limit in its own unit, 0 for no limit
 */
guint64
bh_limits_get (BhLimits *self, BhLimitKinds kind)
{
  g_return_val_if_fail (self != NULL, 0);

  switch (kind)
    {
    case BH_LIMIT_MEMORY:
      return self->memory;
    case BH_LIMIT_MEMORY_HIGH:
      return self->memory_high;
    case BH_LIMIT_CPU:
      return self->cpu;
    case BH_LIMIT_CPU_TIME:
      return (guint64) self->cpu_time;
    case BH_LIMIT_TASKS:
      return self->tasks;
    default:
      g_assert_not_reached ();
    }
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

/**
 * bh_limits_get_kinds:
 * @self: limits
 *
 * Returns: which limits there are
 */
BhLimitKinds
bh_limits_get_kinds (BhLimits *self)
{
  BhLimitKinds kinds = 0;

  g_return_val_if_fail (self != NULL, 0);

  if (self->memory != 0)
    kinds |= BH_LIMIT_MEMORY;
  if (self->memory_high != 0)
    kinds |= BH_LIMIT_MEMORY_HIGH;
  if (self->cpu != 0)
    kinds |= BH_LIMIT_CPU;
  if (self->cpu_time != 0)
    kinds |= BH_LIMIT_CPU_TIME;
  if (self->tasks != 0)
    kinds |= BH_LIMIT_TASKS;

  return kinds;
}

/**
 * bh_limits_override:
 * @self: limits
 * @by: others
 * @kinds: which of @by count
 *
 * Replaces some of the limits. A soft memory limit that was not replaced with the hard one, and
 * that would not fit it, follows it.
 *
 * Returns: (transfer full): @self with the @kinds of @by
 */
BhLimits *
bh_limits_override (BhLimits *self, BhLimits *by, BhLimitKinds kinds)
{
  guint64 memory, memory_high;

  g_return_val_if_fail (self != NULL && by != NULL, NULL);

  memory = kinds & BH_LIMIT_MEMORY ? by->memory : self->memory;
  memory_high = kinds & BH_LIMIT_MEMORY_HIGH ? by->memory_high : self->memory_high;
  if ((kinds & (BH_LIMIT_MEMORY | BH_LIMIT_MEMORY_HIGH)) == BH_LIMIT_MEMORY
      || (memory != 0 && memory_high > memory))
    memory_high = 0;

  return bh_limits_new (memory, memory_high, kinds & BH_LIMIT_CPU ? by->cpu : self->cpu,
                        kinds & BH_LIMIT_CPU_TIME ? by->cpu_time : self->cpu_time,
                        kinds & BH_LIMIT_TASKS ? by->tasks : self->tasks);
}

static guint64
get_tighter (guint64 a, guint64 b)
{
  if (a == 0 || b == 0)
    return MAX (a, b);

  return MIN (a, b);
}

/**
 * bh_limits_tighten:
 * @self: limits
 * @cap: limits that may not be exceeded
 *
 * Returns: (transfer full): of each limit the lower one
 */
BhLimits *
bh_limits_tighten (BhLimits *self, BhLimits *cap)
{
  guint64 memory, memory_high;

  g_return_val_if_fail (self != NULL && cap != NULL, NULL);

  memory = get_tighter (self->memory, cap->memory);
  memory_high = get_tighter (self->memory_high, cap->memory_high);

  return bh_limits_new (memory, memory != 0 && memory_high > memory ? 0 : memory_high,
                        (guint) get_tighter (self->cpu, cap->cpu),
                        (gint64) get_tighter ((guint64) self->cpu_time, (guint64) cap->cpu_time),
                        (guint) get_tighter (self->tasks, cap->tasks));
}

static const struct
{
  const char *name;
  BhLimitKinds kind;
} keys[BH_N_LIMITS] = {
  { "memory", BH_LIMIT_MEMORY }, { "memory-high", BH_LIMIT_MEMORY_HIGH },
  { "cpu", BH_LIMIT_CPU },       { "cpu-time", BH_LIMIT_CPU_TIME },
  { "tasks", BH_LIMIT_TASKS },
};

/**
 * bh_limits_to_dict:
 * @self: limits
 * @kinds: which of them
 *
 * Returns: (transfer floating): a{sv} as App1.Limits has it, each value of the type t
 */
GVariant *
bh_limits_to_dict (BhLimits *self, BhLimitKinds kinds)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (kinds & keys[i].kind)
      g_variant_dict_insert (&dict, keys[i].name, "t", bh_limits_get (self, keys[i].kind));

  return g_variant_dict_end (&dict);
}

/**
 * bh_limits_from_dict:
 * @dict: a{sv} as bh_limits_to_dict() makes it
 * @kinds: (out): which limits it speaks of; a value of 0 says that there is none
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the limits, or %NULL with %BH_ERROR_INVALID_ARGUMENT, which
 *   names the key
 */
BhLimits *
bh_limits_from_dict (GVariant *dict, BhLimitKinds *kinds, GError **error)
{
  guint64 values[G_N_ELEMENTS (keys)] = { 0 };
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_return_val_if_fail (g_variant_is_of_type (dict, G_VARIANT_TYPE_VARDICT), NULL);
  g_return_val_if_fail (kinds != NULL, NULL);

  *kinds = 0;
  g_variant_iter_init (&iter, dict);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value))
    {
      g_autoptr (GVariant) owned = value;
      guint i = 0;

      while (i < G_N_ELEMENTS (keys) && !g_str_equal (keys[i].name, name))
        i++;
      if (i == G_N_ELEMENTS (keys))
        {
          g_set_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT, _("There is no limit “%s”"),
                       name);
          return NULL;
        }
      if (!g_variant_is_of_type (owned, G_VARIANT_TYPE_UINT64))
        {
          g_set_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT,
                       _("The limit “%s” must be a number of the type t"), name);
          return NULL;
        }
      values[i] = g_variant_get_uint64 (owned);
      if ((keys[i].kind == BH_LIMIT_CPU || keys[i].kind == BH_LIMIT_TASKS ? values[i] > G_MAXUINT
                                                                          : FALSE)
          || values[i] > G_MAXINT64)
        {
          g_set_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT, _("The limit “%s” is too large"),
                       name);
          return NULL;
        }
      *kinds |= keys[i].kind;
    }
  if (values[0] != 0 && values[1] > values[0])
    {
      g_set_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT,
                   _("The limit “%s” is higher than “%s”"), keys[1].name, keys[0].name);
      return NULL;
    }

  return bh_limits_new (values[0], values[1], (guint) values[2], (gint64) values[3],
                        (guint) values[4]);
}
