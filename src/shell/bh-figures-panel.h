/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-item.h"

G_BEGIN_DECLS

#define BH_TYPE_FIGURES_PANEL (bh_figures_panel_get_type ())
G_DECLARE_FINAL_TYPE (BhFiguresPanel, bh_figures_panel, BH, FIGURES_PANEL, GtkBox)

void bh_figures_panel_set_sample (BhFiguresPanel *self, BhAppItem *item, GVariant *sample);

G_END_DECLS
