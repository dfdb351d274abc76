/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-task-model.h"

G_BEGIN_DECLS

void bh_task_columns_append     (GtkTreeView *view);
char *bh_task_columns_dup_usage_text (BhTaskModel *model, GtkTreeIter *iter, BhTaskColumn column);
void bh_task_columns_set_narrow (GtkTreeView *view, gboolean narrow);

G_END_DECLS
