/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <webkit2/webkit2.h>

G_BEGIN_DECLS

#define BH_TYPE_VIEW (bh_view_get_type ())

G_DECLARE_FINAL_TYPE (BhView, bh_view, BH, VIEW, WebKitWebView)

BhView *bh_view_new         (WebKitWebContext *context);
BhView *bh_view_new_related (BhView *opener);

void     bh_view_restore_scroll    (BhView *self, int left, int top);
gboolean bh_view_is_alive          (BhView *self);
gboolean bh_view_take_frame_link   (BhView *self, const char *uri);
gboolean bh_view_take_fullscreen   (BhView *self);
gboolean bh_view_has_dialog        (BhView *self);
gboolean bh_view_has_script_dialog (BhView *self);

G_END_DECLS
