/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-item.h"

G_BEGIN_DECLS

#define BH_TYPE_APP_TILE (bh_app_tile_get_type ())
G_DECLARE_FINAL_TYPE (BhAppTile, bh_app_tile, BH, APP_TILE, GtkFlowBoxChild)

GtkWidget *bh_app_tile_new      (BhAppItem *item);
BhAppItem *bh_app_tile_get_item (BhAppTile *self);

G_END_DECLS
