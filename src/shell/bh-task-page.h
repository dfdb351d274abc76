/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-task-options.h"

G_BEGIN_DECLS

#define BH_TYPE_TASK_PAGE (bh_task_page_get_type ())
G_DECLARE_FINAL_TYPE (BhTaskPage, bh_task_page, BH, TASK_PAGE, GtkBin)

GtkWidget  *bh_task_page_new        (BhSupervisorClient *client, GActionGroup *actions);
void        bh_task_page_set_search (BhTaskPage *self, const char *text);
void        bh_task_page_set_narrow (BhTaskPage *self, gboolean narrow);
void        bh_task_page_set_sort   (BhTaskPage *self, const char *column, GtkSortType direction);
const char *bh_task_page_get_sort   (BhTaskPage *self, GtkSortType *direction);
gboolean    bh_task_page_grab_focus (BhTaskPage *self);

BhTaskOptions *bh_task_page_get_options (BhTaskPage *self);

G_END_DECLS
