/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk-a11y.h>
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define BH_TYPE_TASK_CELL_ACCESSIBLE (bh_task_cell_accessible_get_type ())
G_DECLARE_FINAL_TYPE (BhTaskCellAccessible,
                      bh_task_cell_accessible,
                      BH,
                      TASK_CELL_ACCESSIBLE,
                      GtkRendererCellAccessible)

G_END_DECLS
