/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-item.h"

G_BEGIN_DECLS

gboolean bh_app_care_get_known         (BhAppItem *item);
gboolean bh_app_care_get_muted         (BhAppItem *item);
gboolean bh_app_care_get_keep_awake    (BhAppItem *item);
guint    bh_app_care_get_suspend_after (BhAppItem *item);
guint64  bh_app_care_get_growth        (BhAppItem *item);

G_END_DECLS
