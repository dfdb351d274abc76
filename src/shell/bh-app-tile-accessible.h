/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk-a11y.h>

G_BEGIN_DECLS

#define BH_TYPE_APP_TILE_ACCESSIBLE (bh_app_tile_accessible_get_type ())
G_DECLARE_FINAL_TYPE (
    BhAppTileAccessible, bh_app_tile_accessible, BH, APP_TILE_ACCESSIBLE, GtkFlowBoxChildAccessible)

G_END_DECLS
