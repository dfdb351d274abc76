/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-task-layout.h"
#include "bh-task-model.h"

G_BEGIN_DECLS

#define BH_TYPE_TASK_VIEW (bh_task_view_get_type ())
G_DECLARE_FINAL_TYPE (BhTaskView, bh_task_view, BH, TASK_VIEW, GtkTreeView)

GtkWidget    *bh_task_view_new               (BhTaskModel *model, GActionGroup *actions);
BhTaskLayout *bh_task_view_get_layout        (BhTaskView *self);
void          bh_task_view_set_room          (BhTaskView *self, int room, gboolean narrow);
void          bh_task_view_redraw_graphs     (BhTaskView *self);
char         *bh_task_view_dup_selected_text (BhTaskView *self);
char        **bh_task_view_dup_expanded      (BhTaskView *self);
void          bh_task_view_expand            (BhTaskView *self);
GList        *bh_task_view_list_selected     (BhTaskView *self);
gboolean      bh_task_view_popup_menu        (BhTaskView *self, GdkEvent *event);

G_END_DECLS
