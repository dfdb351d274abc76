/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk-a11y.h>

G_BEGIN_DECLS

#define BH_TYPE_BUTTON_CELL_ACCESSIBLE (bh_button_cell_accessible_get_type ())
G_DECLARE_FINAL_TYPE (BhButtonCellAccessible,
                      bh_button_cell_accessible,
                      BH,
                      BUTTON_CELL_ACCESSIBLE,
                      GtkRendererCellAccessible)

G_END_DECLS
