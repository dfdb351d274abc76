/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-suspension.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define BH_TYPE_VEIL (bh_veil_get_type ())

G_DECLARE_FINAL_TYPE (BhVeil, bh_veil, BH, VEIL, GtkEventBox)

GtkWidget *bh_veil_new      (const char *app_name);
void       bh_veil_set      (BhVeil *self, BhSuspension by, gboolean awake);
gboolean   bh_veil_wake     (BhVeil *self);
gboolean   bh_veil_take_key (BhVeil *self, GdkEventKey *event);

G_END_DECLS
