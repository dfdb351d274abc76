/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void bh_popup_menu (GtkWidget          *widget,
                    GMenuModel         *model,
                    const GdkRectangle *place,
                    GdkEvent           *event);

G_END_DECLS
