/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-history-series.h"

/*
 * What an app used of one thing over time, as it was measured. It is immutable: who draws it may
 * keep it, and a series with one more point is another series. A week of minutes has more points
 * than a screen has columns, so they are put together into buckets; the buckets lie at multiples of
 * their own width, not of the moment that is looked from, so that a graph that moves on does not
 * flicker.
 */

/* Points that are this many times their resolution apart have a gap between them: the app did not
 * run, or nobody measured it. Less is a clock that came late. */
#define GAP 2.5

struct _BhHistorySeries
{
  gatomicrefcount ref_count;
  guint resolution;
  GArray *points;
};

G_DEFINE_BOXED_TYPE (BhHistorySeries,
                     bh_history_series,
                     bh_history_series_ref,
                     bh_history_series_unref)

static BhHistorySeries *
series_new (guint resolution, gsize n_points)
{
  BhHistorySeries *self = g_new0 (BhHistorySeries, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->resolution = resolution;
  self->points = g_array_sized_new (FALSE, FALSE, sizeof (BhHistoryPoint), (guint) n_points);

  return self;
}

static gint64
get_span (BhHistorySeries *self)
{
  return (gint64) self->resolution * G_USEC_PER_SEC;
}

/* The place of the first point that is not before @time. */
static guint
find (BhHistorySeries *self, gint64 time)
{
  guint low = 0;
  guint high = self->points->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->points, BhHistoryPoint, middle).time < time)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

/* Points must go up in time; what does not, a clock that was set back has brought. */
static void
add_point (BhHistorySeries *self, const BhHistoryPoint *point)
{
  while (self->points->len > 0
         && g_array_index (self->points, BhHistoryPoint, self->points->len - 1).time >= point->time)
    g_array_set_size (self->points, self->points->len - 1);
  g_array_append_vals (self->points, point, 1);
}

/**
 * bh_history_series_new:
 * @resolution: seconds that a point stands for
 * @points: (array length=n_points) (nullable): the points, the oldest first
 * @n_points: how many there are
 *
 * Of points that are not in order those that came last are kept.
 *
 * Returns: (transfer full): a series
 */
BhHistorySeries *
bh_history_series_new (guint resolution, const BhHistoryPoint *points, gsize n_points)
{
  BhHistorySeries *self;

  g_return_val_if_fail (resolution > 0, NULL);
  g_return_val_if_fail (points != NULL || n_points == 0, NULL);
  g_return_val_if_fail (n_points <= G_MAXUINT / sizeof (BhHistoryPoint), NULL);

  self = series_new (resolution, n_points);
  for (gsize i = 0; i < n_points; i++)
    add_point (self, &points[i]);

  return self;
}

/**
 * bh_history_series_append:
 * @self: a series
 * @point: one more point
 * @since: points that are older are left out
 *
 * Returns: (transfer full): another series
 */
BhHistorySeries *
bh_history_series_append (BhHistorySeries *self, const BhHistoryPoint *point, gint64 since)
{
  BhHistorySeries *longer;
  guint first;

  g_return_val_if_fail (self != NULL && point != NULL, NULL);

  first = find (self, since);
  longer = series_new (self->resolution, self->points->len - first + 1);
  if (first < self->points->len)
    g_array_append_vals (longer->points, &g_array_index (self->points, BhHistoryPoint, first),
                         self->points->len - first);
  if (point->time >= since)
    add_point (longer, point);

  return longer;
}

/**
 * bh_history_series_ref:
 * @self: a series
 *
 * Returns: (transfer full): the same
 */
BhHistorySeries *
bh_history_series_ref (BhHistorySeries *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * bh_history_series_unref:
 * @self: (transfer full): a series
 */
void
bh_history_series_unref (BhHistorySeries *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_array_unref (self->points);
  g_free (self);
}

/**
 * bh_history_series_get_resolution:
 * @self: a series
 *
 * Returns: seconds that a point stands for
 */
guint
bh_history_series_get_resolution (BhHistorySeries *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->resolution;
}

/**
 * bh_history_series_get_points:
 * @self: a series
 * @n_points: (out): how many there are
 *
 * Returns: (transfer none) (array length=n_points): the points, the oldest first
 */
const BhHistoryPoint *
bh_history_series_get_points (BhHistorySeries *self, gsize *n_points)
{
  g_return_val_if_fail (self != NULL && n_points != NULL, NULL);

  *n_points = self->points->len;

  return (const BhHistoryPoint *) (gconstpointer) self->points->data;
}

/**
 * bh_history_series_sum:
 * @self: a series
 * @since: from which moment on, in microseconds since 1970-01-01 UTC
 * @until: up to which
 * @sum: (out): the time of the last point, the least, the mean and the most of all
 *
 * Puts together what was measured in a span of time.
 *
 * Returns: %FALSE when nothing was
 */
gboolean
bh_history_series_sum (BhHistorySeries *self, gint64 since, gint64 until, BhHistoryPoint *sum)
{
  guint n = 0;

  g_return_val_if_fail (self != NULL && sum != NULL, FALSE);

  for (guint i = find (self, since); i < self->points->len; i++)
    {
      const BhHistoryPoint *point = &g_array_index (self->points, BhHistoryPoint, i);

      if (point->time >= until)
        break;
      if (n == 0)
        *sum = *point;
      else
        {
          sum->time = point->time;
          sum->least = MIN (sum->least, point->least);
          sum->mean += point->mean;
          sum->most = MAX (sum->most, point->most);
        }
      n++;
    }
  if (n > 0)
    sum->mean /= n;

  return n > 0;
}

/**
 * bh_history_series_get_buckets:
 * @self: a series
 * @since: from which moment on, in microseconds since 1970-01-01 UTC
 * @until: up to which, later than @since
 * @n_columns: how many columns there are to draw in
 *
 * Puts the points together as a graph of that width can show them: at most one bucket for each
 * column, and one more at either edge.
 *
 * Returns: (transfer full) (element-type BhHistoryBucket): those with points, the oldest first
 */
GArray *
bh_history_series_get_buckets (BhHistorySeries *self, gint64 since, gint64 until, guint n_columns)
{
  GArray *buckets;
  gint64 previous = G_MININT64;
  gint64 current = G_MININT64;
  gint64 span;
  gint64 width;
  guint n = 0;

  g_return_val_if_fail (self != NULL && until > since && n_columns > 0, NULL);

  buckets = g_array_new (FALSE, FALSE, sizeof (BhHistoryBucket));
  span = get_span (self);
  width = MAX (1, ((until - since) / n_columns + span - 1) / span) * span;

  /* A point that begins before the edge may reach over it. */
  for (guint i = find (self, since - width); i < self->points->len; i++)
    {
      const BhHistoryPoint *point = &g_array_index (self->points, BhHistoryPoint, i);
      gint64 place = point->time / width;
      BhHistoryBucket *bucket;

      if (point->time >= until + width)
        break;
      if (place != current)
        {
          BhHistoryBucket empty = { .least = point->least, .most = point->most };

          empty.joined
              = previous != G_MININT64 && (double) (point->time - previous) <= GAP * (double) span;
          g_array_append_val (buckets, empty);
          current = place;
          n = 0;
        }

      bucket = &g_array_index (buckets, BhHistoryBucket, buckets->len - 1);
      n++;
      bucket->least = MIN (bucket->least, point->least);
      bucket->most = MAX (bucket->most, point->most);
      bucket->mean += (point->mean - bucket->mean) / n;
      bucket->time += (point->time + span / 2 - bucket->time) / n;
      previous = point->time;
    }

  return buckets;
}
