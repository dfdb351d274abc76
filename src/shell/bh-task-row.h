/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-item.h"
#include "bh-task-columns.h"
#include "bh-task-history.h"

G_BEGIN_DECLS

typedef struct _BhTaskRow BhTaskRow;

/**
 * BhTaskRow:
 * @ref_count: how many hold it
 * @item: the app, or the one whose process it is
 * @parent: (nullable): the app's row, %NULL for an app
 * @index: the place among the rows beside it
 * @pid: the PID, or 0
 * @figures: what was last measured
 * @cpu_divisor: by what CPU is divided: 1, or how many cores the machine has
 * @texts: (nullable): what the columns last showed, %NULL where nobody has looked
 * @written: the figures that are in @texts
 * @shown: of an app, whether it is among the rows
 * @has_child: of an app, whether the view was told that it has processes
 * @matches: of an app, whether it is what the user searches for
 * @round: of an app, the latest measuring that it was in
 * @processes: (nullable): of an app, its processes as they were told, %NULL when they were not
 * @n_processes: of an app, how many those are
 * @children: (nullable): of an app, its processes' rows, %NULL unless somebody looks
 * @history: of an app, its last minute
 * @start_time: of a process, its start in clock ticks
 * @role: of a process, what it is for, for people
 * @kernel_name: of a process, the kernel's name for it
 * @order: of a process, its place in the supervisor's order
 * @stopped: of a process, whether it is stopped or frozen
 *
 * A row of the task manager: an app, or one of its processes. The model alone changes it.
 */
struct _BhTaskRow
{
  guint ref_count;
  BhAppItem *item;
  BhTaskRow *parent;
  guint index;
  guint pid;
  BhTaskFigures figures;
  guint cpu_divisor;
  char *texts[BH_N_TASK_COLUMNS];
  BhTaskFigures written;

  gboolean shown;
  gboolean has_child;
  gboolean matches;
  guint round;
  GVariant *processes;
  guint n_processes;
  GPtrArray *children;
  BhTaskHistory *history;

  guint64 start_time;
  const char *role;
  char *kernel_name;
  guint order;
  gboolean stopped;
};

BhTaskRow *bh_task_row_new_app     (BhAppItem *item);
BhTaskRow *bh_task_row_new_process (BhTaskRow *app, const BhTaskSample *sample);
BhTaskRow *bh_task_row_ref         (BhTaskRow *self);
void       bh_task_row_unref       (BhTaskRow *self);

gboolean    bh_task_row_refresh      (BhTaskRow *self);
gboolean    bh_task_row_rewrite      (BhTaskRow *self);
const char *bh_task_row_get_text     (BhTaskRow *self, BhTaskColumn column);
double      bh_task_row_get_fraction (BhTaskRow *self, BhTaskColumn column);
char       *bh_task_row_dup_usage    (BhTaskRow *self, BhTaskColumn column);
int         bh_task_row_compare      (BhTaskRow   *a,
                                      BhTaskRow   *b,
                                      BhTaskColumn column,
                                      GtkSortType  direction);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhTaskRow, bh_task_row_unref)

G_END_DECLS
