/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-view.h"

G_BEGIN_DECLS

void     bh_view_actions_add         (GActionMap *map, BhView *view);
void     bh_view_actions_set_home    (GActionMap *map, const char *uri);
void     bh_view_actions_set_accels  (GtkApplication *application);
gboolean bh_view_actions_is_reserved (const GdkEventKey *event);

G_END_DECLS
