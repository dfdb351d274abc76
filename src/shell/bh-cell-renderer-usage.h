/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The share of a limit from which it counts as near. */
#define BH_USAGE_NEAR 0.9

#define BH_TYPE_CELL_RENDERER_USAGE (bh_cell_renderer_usage_get_type ())
G_DECLARE_FINAL_TYPE (BhCellRendererUsage,
                      bh_cell_renderer_usage,
                      BH,
                      CELL_RENDERER_USAGE,
                      GtkCellRendererText)

GtkCellRenderer *bh_cell_renderer_usage_new             (void);
void             bh_cell_renderer_usage_set_fraction    (BhCellRendererUsage *self, double fraction);
void             bh_cell_renderer_usage_set_description (BhCellRendererUsage *self,
                                                         const char          *description);
const char      *bh_cell_renderer_usage_get_description (BhCellRendererUsage *self);

G_END_DECLS
