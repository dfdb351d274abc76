/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GMenuModel *bh_window_menu_new (const char *app_name);

void bh_window_menu_add_shortcuts (GtkApplicationWindow *window);

G_END_DECLS
