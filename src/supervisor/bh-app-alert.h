/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-alert-board.h"
#include "bh-instance.h"

G_BEGIN_DECLS

#define BH_TYPE_APP_ALERT (bh_app_alert_get_type ())
G_DECLARE_FINAL_TYPE (BhAppAlert, bh_app_alert, BH, APP_ALERT, GObject)

BhAppAlert *bh_app_alert_new      (BhInstance *instance, BhAlertBoard *board);
void        bh_app_alert_set_look (BhAppAlert *self, const char *name, const char *icon);

G_END_DECLS
