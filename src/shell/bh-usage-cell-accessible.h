/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk-a11y.h>

G_BEGIN_DECLS

#define BH_TYPE_USAGE_CELL_ACCESSIBLE (bh_usage_cell_accessible_get_type ())
G_DECLARE_FINAL_TYPE (BhUsageCellAccessible,
                      bh_usage_cell_accessible,
                      BH,
                      USAGE_CELL_ACCESSIBLE,
                      GtkTextCellAccessible)

G_END_DECLS
