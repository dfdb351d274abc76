/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-sample-base.h"

/*
 * Each of those who ask for samples has one: what CPU time was used since their last one is no
 * business of others who sample in between. The kernel counts in clock ticks of 10 ms, so that over
 * the few milliseconds since somebody else's sample there would be nothing but noise.
 */

struct _BhSampleBase
{
  gint64 time; /* of the last sample, 0 before the first */
  gint64 now;
  GHashTable *before; /* serial number → microseconds used */
  GHashTable *after;
};

/**
 * bh_sample_base_new:
 *
 * Returns: (transfer full): a base before the first sample
 */
BhSampleBase *
bh_sample_base_new (void)
{
  BhSampleBase *self = g_new0 (BhSampleBase, 1);

  self->before = g_hash_table_new (NULL, NULL);
  self->after = g_hash_table_new (NULL, NULL);

  return self;
}

/**
 * bh_sample_base_free:
 * @self: (transfer full): a base
 *
 * Frees it.
 */
void
bh_sample_base_free (BhSampleBase *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->before);
  g_hash_table_unref (self->after);
  g_free (self);
}

/**
 * bh_sample_base_make_serial:
 *
 * Returns: a number for an app or a process that is measured, that no other has had
 */
guint
bh_sample_base_make_serial (void)
{
  static guint serials;

  return ++serials;
}

/**
 * bh_sample_base_begin:
 * @self: a base
 * @now: the time
 *
 * Begins a sample.
 */
void
bh_sample_base_begin (BhSampleBase *self, gint64 now)
{
  g_return_if_fail (self != NULL);

  self->now = now;
  g_hash_table_remove_all (self->after);
}

/**
 * bh_sample_base_knows:
 * @self: a base
 * @serial: the number of an app or a process
 *
 * Returns: whether it was in the last sample
 */
gboolean
bh_sample_base_knows (BhSampleBase *self, guint serial)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return g_hash_table_contains (self->before, GUINT_TO_POINTER (serial));
}

/**
 * bh_sample_base_measure:
 * @self: a base
 * @serial: the number of an app or a process
 * @used: the microseconds of CPU time that it has used by now
 * @from_nothing: whether all of it counts if it was not in the last sample, since it was started
 *   after that
 *
 * Returns: per cent of one core that it has used since the last sample, or -1 when that is not
 * known
 */
double
bh_sample_base_measure (BhSampleBase *self, guint serial, guint64 used, gboolean from_nothing)
{
  gpointer before = NULL;
  gboolean known;
  gsize spent;

  g_return_val_if_fail (self != NULL, -1);

  known = g_hash_table_lookup_extended (self->before, GUINT_TO_POINTER (serial), NULL, &before);
  g_hash_table_insert (self->after, GUINT_TO_POINTER (serial), GSIZE_TO_POINTER (used));
  if ((!known && !from_nothing) || self->time == 0 || self->now <= self->time)
    return -1;
  /* Where a pointer has 32 bits the figures wrap around, their difference does not. */
  spent = (gsize) used - GPOINTER_TO_SIZE (before);

  return (double) spent / (double) (self->now - self->time) * 100;
}

/**
 * bh_sample_base_end:
 * @self: a base
 *
 * Ends a sample: it is the one that the next will be measured from.
 */
void
bh_sample_base_end (BhSampleBase *self)
{
  GHashTable *before;

  g_return_if_fail (self != NULL);

  before = self->before;
  self->before = self->after;
  self->after = before;
  self->time = self->now;
}
