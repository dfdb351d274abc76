/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-task-row.h"

G_BEGIN_DECLS

void bh_task_paint_bar (cairo_t            *cr,
                        GtkWidget          *widget,
                        const GdkRectangle *area,
                        double              fraction,
                        gboolean            selected);
void bh_task_paint_graph (cairo_t            *cr,
                          GtkWidget          *widget,
                          const GdkRectangle *area,
                          BhTaskRow          *row,
                          BhTaskColumn        column,
                          gboolean            selected);

#define BH_TYPE_TASK_ICONS (bh_task_icons_get_type ())
G_DECLARE_FINAL_TYPE (BhTaskIcons, bh_task_icons, BH, TASK_ICONS, GObject)

BhTaskIcons *bh_task_icons_new  (void);
void         bh_task_icons_draw (BhTaskIcons   *self,
                                 cairo_t       *cr,
                                 GtkWidget     *widget,
                                 const char    *name,
                                 double         x,
                                 double         y,
                                 double         alpha);

G_END_DECLS
