/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-item.h"

G_BEGIN_DECLS

/**
 * BhTaskColumn:
 * @BH_TASK_COLUMN_ITEM: the app, for an app's row and for its processes'
 * @BH_TASK_COLUMN_NAME: the app's name, or the process's role
 * @BH_TASK_COLUMN_KERNEL_NAME: the process's name, %NULL for an app
 * @BH_TASK_COLUMN_STATE: the app's state in words, "" for a process
 * @BH_TASK_COLUMN_PID: the (runner's) PID, or 0
 * @BH_TASK_COLUMN_START_TIME: the process's start time in clock ticks, 0 for an app
 * @BH_TASK_COLUMN_MEMORY: bytes, negative when not measured
 * @BH_TASK_COLUMN_MEMORY_KIND: what memory is, as on D-Bus, %NULL when not measured
 * @BH_TASK_COLUMN_CPU: per cent of one core, negative when not measured
 * @BH_TASK_COLUMN_RESTARTS: how often the app was started again, negative for a process
 * @BH_TASK_COLUMN_UPTIME: seconds, negative when there is none
 * @BH_TASK_COLUMN_ORDER: a process's place in the supervisor's order
 * @BH_TASK_COLUMN_SORT_MEMORY: as memory, but stands still while the order is held
 * @BH_TASK_COLUMN_SORT_CPU: as CPU, but stands still while the order is held
 *
 * The columns of [class@Bh.TaskModel]; the sort column ids are the same numbers.
 */
typedef enum {
  BH_TASK_COLUMN_ITEM,
  BH_TASK_COLUMN_NAME,
  BH_TASK_COLUMN_KERNEL_NAME,
  BH_TASK_COLUMN_STATE,
  BH_TASK_COLUMN_PID,
  BH_TASK_COLUMN_START_TIME,
  BH_TASK_COLUMN_MEMORY,
  BH_TASK_COLUMN_MEMORY_KIND,
  BH_TASK_COLUMN_CPU,
  BH_TASK_COLUMN_RESTARTS,
  BH_TASK_COLUMN_UPTIME,
  BH_TASK_COLUMN_ORDER,
  BH_TASK_COLUMN_SORT_MEMORY,
  BH_TASK_COLUMN_SORT_CPU,
} BhTaskColumn;

#define BH_N_TASK_COLUMNS (BH_TASK_COLUMN_SORT_CPU + 1)

#define BH_TYPE_TASK_MODEL (bh_task_model_get_type ())
G_DECLARE_FINAL_TYPE (BhTaskModel, bh_task_model, BH, TASK_MODEL, GtkTreeStore)

BhTaskModel *bh_task_model_new (void);

void       bh_task_model_update_app     (BhTaskModel *self, BhAppItem *item);
void       bh_task_model_remove_app     (BhTaskModel *self, BhAppItem *item);
void       bh_task_model_update_figures (BhTaskModel *self, GVariant *samples);
void       bh_task_model_forget_figures (BhTaskModel *self);
void       bh_task_model_set_filter     (BhTaskModel *self, const char *text);
void       bh_task_model_set_hold_order (BhTaskModel *self, gboolean hold);
gboolean   bh_task_model_is_process     (BhTaskModel *self, GtkTreeIter *iter);
BhAppItem *bh_task_model_dup_item       (BhTaskModel *self, GtkTreeIter *iter);
char      *bh_task_model_dup_total      (BhTaskModel *self);

G_END_DECLS
