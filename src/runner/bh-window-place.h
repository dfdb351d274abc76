/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-view.h"
#include "bh-window-state.h"

G_BEGIN_DECLS

#define BH_TYPE_WINDOW_PLACE (bh_window_place_get_type ())

G_DECLARE_FINAL_TYPE (BhWindowPlace, bh_window_place, BH, WINDOW_PLACE, GObject)

BhWindowPlace *bh_window_place_new        (GtkWindow    *window,
                                           BhView       *view,
                                           BhWindowSpec *spec,
                                           const char   *directory);
void           bh_window_place_save       (BhWindowPlace *self);
void           bh_window_place_fit_opened (GtkWindow *window, BhView *view);

G_END_DECLS
