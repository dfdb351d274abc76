/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-supervisor-client.h"

G_BEGIN_DECLS

#define BH_TYPE_APP_CONTROL (bh_app_control_get_type ())
G_DECLARE_FINAL_TYPE (BhAppControl, bh_app_control, BH, APP_CONTROL, GObject)

BhAppControl *bh_app_control_new (BhSupervisorClient *client);

BhSupervisorClient *bh_app_control_get_client (BhAppControl *self);
gboolean            bh_app_control_get_busy   (BhAppControl *self);

void bh_app_control_act       (BhAppControl *self,
                               BhAppItem *item,
                               BhAppAction action,
                               const char *activation_token);
void bh_app_control_act_all   (BhAppControl *self,
                               GList        *items,
                               BhAppAction   action,
                               const char   *activation_token);
void bh_app_control_fail      (BhAppControl *self,
                               BhAppItem    *item,
                               BhAppAction   action,
                               GError       *error);
void bh_app_control_suspend_all (BhAppControl *self, gboolean suspended);
void bh_app_control_launch_id (BhAppControl *self, const char *id, const char *activation_token);

G_END_DECLS
