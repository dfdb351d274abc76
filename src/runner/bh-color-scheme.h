/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define BH_TYPE_COLOR_SCHEME (bh_color_scheme_get_type ())

G_DECLARE_FINAL_TYPE (BhColorScheme, bh_color_scheme, BH, COLOR_SCHEME, GObject)

BhColorScheme *bh_color_scheme_new (GDBusConnection *bus, GtkSettings *settings);

G_END_DECLS
