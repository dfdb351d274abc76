/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-history-scale.h"
#include "bh-history-series.h"
#include "bh-journal-event.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * BhHistoryData:
 * @unit: what is measured
 * @series: (nullable): the measurements
 * @marks: (nullable) (element-type BhJournalEvent): what happened, the oldest first
 * @since: where the picture begins, in microseconds since 1970-01-01 UTC
 * @until: where it ends
 * @limit: from which value on the app is ended or held back, or 0
 * @warning: from which value on it is pressed, or 0
 *
 * What a graph shows.
 */
typedef struct
{
  BhHistoryUnit    unit;
  BhHistorySeries *series;
  GPtrArray       *marks;
  gint64           since;
  gint64           until;
  double           limit;
  double           warning;
} BhHistoryData;

typedef struct _BhHistoryPicture BhHistoryPicture;

BhHistoryPicture *bh_history_picture_new  (const BhHistoryData *data,
                                           GtkWidget           *widget,
                                           int                  width,
                                           int                  height);
void              bh_history_picture_free (BhHistoryPicture *self);
void              bh_history_picture_draw (BhHistoryPicture *self,
                                           cairo_t          *cr,
                                           GtkWidget        *widget);

const GArray    *bh_history_picture_get_buckets (BhHistoryPicture *self);
const GPtrArray *bh_history_picture_get_marks   (BhHistoryPicture *self);
void             bh_history_picture_get_area    (BhHistoryPicture *self, GdkRectangle *area);
double           bh_history_picture_get_x       (BhHistoryPicture *self, gint64 time);
double           bh_history_picture_get_y       (BhHistoryPicture *self, double value);
gint64           bh_history_picture_get_time    (BhHistoryPicture *self, double x);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhHistoryPicture, bh_history_picture_free)

G_END_DECLS
