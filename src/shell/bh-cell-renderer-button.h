/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define BH_TYPE_CELL_RENDERER_BUTTON (bh_cell_renderer_button_get_type ())
G_DECLARE_FINAL_TYPE (BhCellRendererButton,
                      bh_cell_renderer_button,
                      BH,
                      CELL_RENDERER_BUTTON,
                      GtkCellRendererPixbuf)

GtkCellRenderer *bh_cell_renderer_button_new (void);

const char *bh_cell_renderer_button_get_label   (BhCellRendererButton *self);
gboolean    bh_cell_renderer_button_get_pressed (BhCellRendererButton *self);
void        bh_cell_renderer_button_set_pressed (BhCellRendererButton *self, gboolean pressed);

G_END_DECLS
