/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-alert-policy.h"
#include "bh-clock.h"
#include "bh-notifier.h"

G_BEGIN_DECLS

#define BH_TYPE_ALERT_BOARD (bh_alert_board_get_type ())
G_DECLARE_FINAL_TYPE (BhAlertBoard, bh_alert_board, BH, ALERT_BOARD, GObject)

BhAlertBoard *bh_alert_board_new               (BhNotifier *notifier, BhClock *clock);
void          bh_alert_board_tell              (BhAlertBoard *self,
                                                const char   *app,
                                                const char   *name,
                                                BhAlert       alert,
                                                gboolean      anew);
void          bh_alert_board_forgive           (BhAlertBoard *self, const char *app);
void          bh_alert_board_remove            (BhAlertBoard *self, const char *app);
BhNotifier   *bh_alert_board_get_notifier      (BhAlertBoard *self);
void          bh_alert_board_show_task_manager (BhAlertBoard *self,
                                                const char   *activation_token);

G_END_DECLS
