/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-item.h"

G_BEGIN_DECLS

#define BH_TYPE_APP_HEADER (bh_app_header_get_type ())
G_DECLARE_FINAL_TYPE (BhAppHeader, bh_app_header, BH, APP_HEADER, GtkBox)

void bh_app_header_set_item (BhAppHeader *self, BhAppItem *item, GActionGroup *actions);

G_END_DECLS
