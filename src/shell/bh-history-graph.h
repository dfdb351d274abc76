/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-history-picture.h"

G_BEGIN_DECLS

#define BH_TYPE_HISTORY_GRAPH (bh_history_graph_get_type ())
G_DECLARE_FINAL_TYPE (BhHistoryGraph, bh_history_graph, BH, HISTORY_GRAPH, GtkDrawingArea)

GtkWidget  *bh_history_graph_new          (void);
void        bh_history_graph_set_data     (BhHistoryGraph *self, const BhHistoryData *data);
void        bh_history_graph_set_summary  (BhHistoryGraph *self, const char *summary);
const char *bh_history_graph_get_read_out (BhHistoryGraph *self);

G_END_DECLS
