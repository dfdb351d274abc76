/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-control.h"
#include "bh-task-view.h"

G_BEGIN_DECLS

/* The name under which the window has the actions: “tasks.copy”. */
#define BH_TASK_OPTIONS_PREFIX "tasks"

#define BH_TYPE_TASK_OPTIONS (bh_task_options_get_type ())
G_DECLARE_FINAL_TYPE (BhTaskOptions, bh_task_options, BH, TASK_OPTIONS, GObject)

BhTaskOptions *bh_task_options_new (BhTaskView *view, BhSupervisorClient *client);

void          bh_task_options_set_settings   (BhTaskOptions *self, GSettings *settings);
GActionGroup *bh_task_options_get_actions    (BhTaskOptions *self);
GMenuModel   *bh_task_options_get_menu       (BhTaskOptions *self);
gboolean      bh_task_options_get_of_machine (BhTaskOptions *self);

G_END_DECLS
