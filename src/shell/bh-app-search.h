/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-item.h"

G_BEGIN_DECLS

gboolean bh_app_item_matches (BhAppItem *self, const char *text);

G_END_DECLS
