/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-supervisor-client.h"

G_BEGIN_DECLS

#define BH_TYPE_LAUNCHER_PAGE (bh_launcher_page_get_type ())
G_DECLARE_FINAL_TYPE (BhLauncherPage, bh_launcher_page, BH, LAUNCHER_PAGE, GtkBin)

GtkWidget *bh_launcher_page_new            (BhSupervisorClient *client, GActionGroup *actions);
void       bh_launcher_page_set_search     (BhLauncherPage *self, const char *text);
void       bh_launcher_page_activate_first (BhLauncherPage *self);
gboolean   bh_launcher_page_grab_focus     (BhLauncherPage *self);

G_END_DECLS
