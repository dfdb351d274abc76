/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-recent.h"

/*
 * A sample a second for ten minutes, in 12 bytes each: all apps that run have one of these as long
 * as somebody watches, and the service is to stay small.
 */

/* Seconds without a sample that are no gap yet: people watch at more leisurely speeds, too. */
#define GAP 6

typedef struct
{
  guint32 second; /* since 1970 */
  guint32 memory; /* KiB */
  float cpu;
} Entry;

struct _BhRecent
{
  GArray *entries; /* of Entry, the oldest first */
};

/**
 * bh_recent_new:
 *
 * Returns: (transfer full): none yet
 */
BhRecent *
bh_recent_new (void)
{
  BhRecent *self = g_new0 (BhRecent, 1);

  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));

  return self;
}

/**
 * bh_recent_free:
 * @self: (transfer full): samples
 */
void
bh_recent_free (BhRecent *self)
{
  g_array_unref (self->entries);
  g_free (self);
}

static guint
count_before (BhRecent *self, gint64 second)
{
  guint low = 0;
  guint high = self->entries->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (g_array_index (self->entries, Entry, middle).second < second)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

/**
 * bh_recent_expire:
 * @self: samples
 * @now: microseconds since 1970
 *
 * Forgets what is older than ten minutes.
 */
void
bh_recent_expire (BhRecent *self, gint64 now)
{
  guint old = count_before (self, now / G_USEC_PER_SEC - BH_RECENT_SPAN + 1);

  g_return_if_fail (self != NULL);

  if (old > 0)
    g_array_remove_range (self->entries, 0, old);
}

/**
 * bh_recent_add:
 * @self: samples
 * @time: when, in microseconds since 1970
 * @memory: bytes
 * @cpu: per cent of one core, or negative when it was not measured
 *
 * Adds a sample. Of those within a second the last one stays.
 */
void
bh_recent_add (BhRecent *self, gint64 time, guint64 memory, double cpu)
{
  Entry entry = {
    .second = (guint32) (time / G_USEC_PER_SEC),
    .memory = (guint32) MIN (memory / 1024, G_MAXUINT32),
    .cpu = (float) cpu,
  };
  guint length = self->entries->len;

  g_return_if_fail (self != NULL);

  if (length > 0 && g_array_index (self->entries, Entry, length - 1).second >= entry.second)
    {
      /* The same second, or the clock was set back. */
      g_array_set_size (self->entries, count_before (self, entry.second));
      length = self->entries->len;
    }
  g_array_append_val (self->entries, entry);
  /* Not each time, for it moves all the others. */
  if (length > BH_RECENT_SPAN + BH_RECENT_SPAN / 10)
    bh_recent_expire (self, time);
}

/**
 * bh_recent_covers:
 * @self: samples
 * @since: microseconds since 1970
 * @now: the same
 *
 * Returns: whether there are samples from @since on without a gap
 */
gboolean
bh_recent_covers (BhRecent *self, gint64 since, gint64 now)
{
  gint64 last = since / G_USEC_PER_SEC;
  gint64 end = now / G_USEC_PER_SEC;

  g_return_val_if_fail (self != NULL, FALSE);

  if (end - last > BH_RECENT_SPAN)
    return FALSE;
  for (guint i = count_before (self, last); i < self->entries->len; i++)
    {
      gint64 second = g_array_index (self->entries, Entry, i).second;

      if (second - last > GAP)
        return FALSE;
      last = second;
    }

  return end - last <= GAP;
}

/**
 * bh_recent_read:
 * @self: samples
 * @since: microseconds since 1970, from which
 * @until: before which
 *
 * Returns: (transfer full) (element-type BhPoint): a point for each second that has a sample, the
 *   oldest first
 */
GArray *
bh_recent_read (BhRecent *self, gint64 since, gint64 until)
{
  GArray *points = g_array_new (FALSE, FALSE, sizeof (BhPoint));

  g_return_val_if_fail (self != NULL, points);

  for (guint i = count_before (self, since / G_USEC_PER_SEC); i < self->entries->len; i++)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, i);
      guint64 memory = (guint64) entry->memory * 1024;
      BhPoint point = {
        .time = (gint64) entry->second * G_USEC_PER_SEC,
        .samples = 1,
        .parts = 1,
        .memory_min = memory,
        .memory_mean = memory,
        .memory_max = memory,
        .cpu_min = entry->cpu,
        .cpu_mean = entry->cpu,
        .cpu_max = entry->cpu,
      };

      if (point.time >= until)
        break;
      g_array_append_val (points, point);
    }

  return points;
}
