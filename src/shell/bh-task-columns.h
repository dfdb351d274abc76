/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-task-figures.h"

G_BEGIN_DECLS

/**
 * BhTaskColumn:
 *
 * The columns of the task manager; the ids that [class@Bh.TaskModel] is sorted by are the same.
 */
typedef enum {
  BH_TASK_COLUMN_NAME,
  BH_TASK_COLUMN_STATE,
  BH_TASK_COLUMN_CPU,
  BH_TASK_COLUMN_CPU_GRAPH,
  BH_TASK_COLUMN_MEMORY,
  BH_TASK_COLUMN_MEMORY_GRAPH,
  BH_TASK_COLUMN_MEMORY_KIND,
  BH_TASK_COLUMN_MEMORY_PEAK,
  BH_TASK_COLUMN_SWAP,
  BH_TASK_COLUMN_LIMITS,
  BH_TASK_COLUMN_PID,
  BH_TASK_COLUMN_UPTIME,
  BH_TASK_COLUMN_STARTED,
  BH_TASK_COLUMN_RESTARTS,
  BH_TASK_COLUMN_REASON,
  BH_TASK_COLUMN_CPU_TIME,
  BH_TASK_COLUMN_THREADS,
  BH_TASK_COLUMN_DESCRIPTORS,
  BH_TASK_COLUMN_DISK_READ,
  BH_TASK_COLUMN_DISK_WRITTEN,
  BH_TASK_COLUMN_NETWORK_RECEIVED,
  BH_TASK_COLUMN_NETWORK_SENT,
  BH_TASK_COLUMN_STOP,
  BH_TASK_COLUMN_RESTART,
  BH_TASK_COLUMN_END,
} BhTaskColumn;

#define BH_N_TASK_COLUMNS (BH_TASK_COLUMN_END + 1)

/**
 * BhTaskColumnLook:
 * @BH_TASK_LOOK_NAME: the app's icon, its name and its marks
 * @BH_TASK_LOOK_TEXT: a text
 * @BH_TASK_LOOK_USAGE: a text with a bar below it
 * @BH_TASK_LOOK_GRAPH: the last minute
 * @BH_TASK_LOOK_BUTTON: a button
 *
 * How a column is drawn.
 */
typedef enum {
  BH_TASK_LOOK_NAME,
  BH_TASK_LOOK_TEXT,
  BH_TASK_LOOK_USAGE,
  BH_TASK_LOOK_GRAPH,
  BH_TASK_LOOK_BUTTON,
} BhTaskColumnLook;

/**
 * BhTaskColumnInfo:
 * @name: what the settings know it by
 * @title: its title, to be translated
 * @tooltip: what it shows, to be translated
 * @look: how it is drawn
 * @figure: the figure that it shows and is sorted by, or %BH_TASK_UNMEASURED for none
 * @xalign: where the text stands in it
 * @width_chars: how wide it is at first, in digits
 * @shown: whether it is shown until the user chooses
 * @rank: which are left out first where there is little room: those with the greatest
 *
 * What there is to know of a column.
 */
typedef struct
{
  const char *name;
  const char *title;
  const char *tooltip;
  BhTaskColumnLook look;
  int figure;
  float xalign;
  int width_chars;
  gboolean shown;
  guint rank;
} BhTaskColumnInfo;

const BhTaskColumnInfo *bh_task_column_get_info  (BhTaskColumn column);
gboolean                bh_task_column_from_name (const char *name, BhTaskColumn *column);
const char             *bh_task_column_get_title (BhTaskColumn column, gboolean of_machine);

G_END_DECLS
