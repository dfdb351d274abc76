/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-item.h"

G_BEGIN_DECLS

gboolean bh_app_status_has_instance    (BhAppItem *item);
gboolean bh_app_status_has_ended_badly (BhAppItem *item);
BhState  bh_app_status_get_shown_state (BhAppItem *item);
char    *bh_app_status_dup_reason_text (BhAppItem *item);
gboolean bh_app_status_is_pressed      (BhAppItem *item);
char    *bh_app_status_dup_state_text  (BhAppItem *item);
gboolean bh_app_status_can             (BhAppItem *item, BhAppAction action);

G_END_DECLS
