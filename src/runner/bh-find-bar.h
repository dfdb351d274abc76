/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <webkit2/webkit2.h>

G_BEGIN_DECLS

#define BH_TYPE_FIND_BAR (bh_find_bar_get_type ())

G_DECLARE_FINAL_TYPE (BhFindBar, bh_find_bar, BH, FIND_BAR, GtkBin)

GtkWidget *bh_find_bar_new      (WebKitWebView *view);
void       bh_find_bar_open     (BhFindBar *self);
void       bh_find_bar_close    (BhFindBar *self);
void       bh_find_bar_next     (BhFindBar *self);
void       bh_find_bar_previous (BhFindBar *self);

G_END_DECLS
