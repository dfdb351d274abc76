/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-events.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * BhHistoryRange:
 * @BH_HISTORY_RANGE_MINUTE: a minute
 * @BH_HISTORY_RANGE_TEN_MINUTES: ten minutes
 * @BH_HISTORY_RANGE_HOUR: an hour
 * @BH_HISTORY_RANGE_DAY: 24 hours
 * @BH_HISTORY_RANGE_WEEK: seven days
 *
 * How far back graphs reach.
 */
typedef enum {
  BH_HISTORY_RANGE_MINUTE,
  BH_HISTORY_RANGE_TEN_MINUTES,
  BH_HISTORY_RANGE_HOUR,
  BH_HISTORY_RANGE_DAY,
  BH_HISTORY_RANGE_WEEK,
} BhHistoryRange;

#define BH_N_HISTORY_RANGES (BH_HISTORY_RANGE_WEEK + 1)

#define BH_TYPE_HISTORY_PANEL (bh_history_panel_get_type ())
G_DECLARE_FINAL_TYPE (BhHistoryPanel, bh_history_panel, BH, HISTORY_PANEL, GtkBox)

void bh_history_panel_set_app    (BhHistoryPanel  *self,
                                  BhAppItem       *item,
                                  BhJournalClient *journal,
                                  BhAppEvents     *events);
void bh_history_panel_add_sample (BhHistoryPanel *self, GVariant *sample);
void bh_history_panel_set_range  (BhHistoryPanel *self, BhHistoryRange range);

G_END_DECLS
