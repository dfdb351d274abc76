/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How much a colour must stand out: as a shape, and as letters (WCAG 2, 1.4.11 and 1.4.3). */
#define BH_THEME_COLOUR_SHAPE 3.0
#define BH_THEME_COLOUR_TEXT 4.5

void bh_theme_colour_get (GtkStyleContext *style,
                          const char      *name,
                          double           contrast,
                          GdkRGBA         *colour);

G_END_DECLS
