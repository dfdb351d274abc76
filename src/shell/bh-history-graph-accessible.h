/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk-a11y.h>
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define BH_TYPE_HISTORY_GRAPH_ACCESSIBLE (bh_history_graph_accessible_get_type ())
G_DECLARE_FINAL_TYPE (BhHistoryGraphAccessible,
                      bh_history_graph_accessible,
                      BH,
                      HISTORY_GRAPH_ACCESSIBLE,
                      GtkWidgetAccessible)

G_END_DECLS
