/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * BhHistoryPoint:
 * @time: when it begins, in microseconds since 1970-01-01 UTC
 * @least: the least that was measured
 * @mean: the mean of what was measured
 * @most: the most that was measured
 *
 * What was measured in a span of time, as long as the series' resolution.
 */
typedef struct
{
  gint64 time;
  double least;
  double mean;
  double most;
} BhHistoryPoint;

/**
 * BhHistoryBucket:
 * @time: the middle of what was measured in it, in microseconds since 1970-01-01 UTC
 * @least: the least that was measured
 * @mean: the mean of its points
 * @most: the most that was measured
 * @joined: whether the app ran all the time since the bucket before it
 *
 * The points that fall into one column of pixels.
 */
typedef struct
{
  gint64   time;
  double   least;
  double   mean;
  double   most;
  gboolean joined;
} BhHistoryBucket;

#define BH_TYPE_HISTORY_SERIES (bh_history_series_get_type ())

typedef struct _BhHistorySeries BhHistorySeries;

GType            bh_history_series_get_type   (void) G_GNUC_CONST;
BhHistorySeries *bh_history_series_new        (guint                 resolution,
                                               const BhHistoryPoint *points,
                                               gsize                 n_points);
BhHistorySeries *bh_history_series_append     (BhHistorySeries      *self,
                                               const BhHistoryPoint *point,
                                               gint64                since);
BhHistorySeries *bh_history_series_ref        (BhHistorySeries *self);
void             bh_history_series_unref      (BhHistorySeries *self);

guint                 bh_history_series_get_resolution (BhHistorySeries *self);
const BhHistoryPoint *bh_history_series_get_points     (BhHistorySeries *self, gsize *n_points);
gboolean              bh_history_series_sum            (BhHistorySeries *self,
                                                        gint64           since,
                                                        gint64           until,
                                                        BhHistoryPoint  *sum);
GArray               *bh_history_series_get_buckets    (BhHistorySeries *self,
                                                        gint64           since,
                                                        gint64           until,
                                                        guint            n_columns);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhHistorySeries, bh_history_series_unref)

G_END_DECLS
