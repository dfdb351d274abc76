/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-item.h"

G_BEGIN_DECLS

#define BH_TYPE_CARE_PANEL (bh_care_panel_get_type ())
G_DECLARE_FINAL_TYPE (BhCarePanel, bh_care_panel, BH, CARE_PANEL, GtkBox)

void bh_care_panel_set_item (BhCarePanel *self, BhAppItem *item);

G_END_DECLS
