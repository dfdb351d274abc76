/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-journal-event.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

void       bh_event_symbol_draw       (BhEventSymbol    symbol,
                                       cairo_t         *cr,
                                       GtkStyleContext *style,
                                       double           x,
                                       double           y,
                                       double           size);
GtkWidget *bh_event_symbol_widget_new (BhEventSymbol symbol);

G_END_DECLS
