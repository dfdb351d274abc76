/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-item.h"

G_BEGIN_DECLS

#define BH_TYPE_LIMITS_PANEL (bh_limits_panel_get_type ())
G_DECLARE_FINAL_TYPE (BhLimitsPanel, bh_limits_panel, BH, LIMITS_PANEL, GtkBox)

void bh_limits_panel_set_item  (BhLimitsPanel *self, BhAppItem *item);
void bh_limits_panel_set_usage (BhLimitsPanel *self, GVariant *sample);

G_END_DECLS
