/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-supervisor-client.h"

G_BEGIN_DECLS

#define BH_TYPE_APP_DETAILS (bh_app_details_get_type ())
G_DECLARE_FINAL_TYPE (BhAppDetails, bh_app_details, BH, APP_DETAILS, GtkDialog)

GtkWidget *bh_app_details_new      (BhAppItem          *item,
                                    BhSupervisorClient *client,
                                    GActionGroup       *actions,
                                    GtkWindow          *parent);
BhAppItem *bh_app_details_get_item (BhAppDetails *self);
void       bh_app_details_tell     (BhAppDetails *self, const char *message);

G_END_DECLS
