/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-journal.h"
#include "bh-watchers.h"

G_BEGIN_DECLS

#define BH_TYPE_HISTORY (bh_history_get_type ())
G_DECLARE_FINAL_TYPE (BhHistory, bh_history, BH, HISTORY, GObject)

BhHistory *bh_history_new        (BhClock   *clock,
                                  BhJournal *journal,
                                  BhMeasure  measure,
                                  gpointer   user_data);
void       bh_history_set_active (BhHistory *self, gboolean active);
void       bh_history_take       (BhHistory *self, const BhFigures *figures);
GArray    *bh_history_read       (BhHistory *self, const BhPointQuery *query);

G_END_DECLS
