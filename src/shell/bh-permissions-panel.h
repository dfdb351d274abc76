/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-item.h"

G_BEGIN_DECLS

#define BH_TYPE_PERMISSIONS_PANEL (bh_permissions_panel_get_type ())
G_DECLARE_FINAL_TYPE (BhPermissionsPanel, bh_permissions_panel, BH, PERMISSIONS_PANEL, GtkBox)

void bh_permissions_panel_set_item (BhPermissionsPanel *self, BhAppItem *item);

G_END_DECLS
