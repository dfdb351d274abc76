/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-task-tree.h"

G_BEGIN_DECLS

/**
 * BhTaskTotals:
 * @apps: how many apps run
 * @processes: how many processes they have
 * @memory: bytes of all, negative when nothing was measured
 * @cpu: per cent of one core of all, negative when nothing was measured
 *
 * What all apps need together.
 */
typedef struct
{
  guint apps;
  guint processes;
  gint64 memory;
  double cpu;
} BhTaskTotals;

#define BH_TYPE_TASK_MODEL (bh_task_model_get_type ())
G_DECLARE_FINAL_TYPE (BhTaskModel, bh_task_model, BH, TASK_MODEL, BhTaskTree)

BhTaskModel *bh_task_model_new (void);

void       bh_task_model_update_app       (BhTaskModel *self, BhAppItem *item);
void       bh_task_model_remove_app       (BhTaskModel *self, BhAppItem *item);
void       bh_task_model_update_figures   (BhTaskModel *self, GVariant *samples);
void       bh_task_model_forget_figures   (BhTaskModel *self);
gboolean   bh_task_model_find             (BhTaskModel *self, const char *path, GtkTreeIter *iter);
void       bh_task_model_forget_processes (BhTaskModel *self, GtkTreeIter *iter);
void       bh_task_model_set_filter       (BhTaskModel *self, const char *text);
void       bh_task_model_set_cpu_divisor  (BhTaskModel *self, guint divisor);
gboolean   bh_task_model_is_process       (BhTaskModel *self, GtkTreeIter *iter);
BhAppItem *bh_task_model_dup_item         (BhTaskModel *self, GtkTreeIter *iter);
void       bh_task_model_get_totals       (BhTaskModel *self, BhTaskTotals *totals);

G_END_DECLS
