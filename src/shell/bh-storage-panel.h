/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-item.h"

G_BEGIN_DECLS

#define BH_TYPE_STORAGE_PANEL (bh_storage_panel_get_type ())
G_DECLARE_FINAL_TYPE (BhStoragePanel, bh_storage_panel, BH, STORAGE_PANEL, GtkBox)

void bh_storage_panel_set_item (BhStoragePanel *self, BhAppItem *item);

G_END_DECLS
