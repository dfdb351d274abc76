/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-control.h"

G_BEGIN_DECLS

/* The name under which a window has the actions: “apps.open”. */
#define BH_APP_ACTIONS_PREFIX "apps"

GActionGroup *bh_app_actions_new          (BhAppControl *control, GtkWindow *window);
void          bh_app_actions_activate     (GActionGroup *actions,
                                           const char   *name,
                                           BhAppItem    *item);
void          bh_app_actions_activate_all (GActionGroup *actions,
                                           const char   *name,
                                           GList        *items);
void          bh_app_actions_popup_menu   (GtkWidget          *widget,
                                           BhAppItem          *item,
                                           const GdkRectangle *place,
                                           GdkEvent           *event);
void          bh_app_actions_popup_menu_all (GtkWidget          *widget,
                                             GList              *items,
                                             GMenuModel         *more,
                                             const GdkRectangle *place,
                                             GdkEvent           *event);

G_END_DECLS
