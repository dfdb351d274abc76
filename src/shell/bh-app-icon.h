/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

cairo_surface_t *bh_app_icon_load         (const char *icon, int size, int scale);
cairo_surface_t *bh_app_icon_draw_initial (const char *name, const char *seed, int size, int scale);

G_END_DECLS
