/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-task-columns.h"

#include <glib/gi18n.h>

/*
 * The columns of the task manager: what they are called, what they show, and which of them are
 * there until the user chooses others. The order is the one that they have at first.
 */

#define NO_FIGURE BH_TASK_UNMEASURED

static const BhTaskColumnInfo infos[BH_N_TASK_COLUMNS] = {
  [BH_TASK_COLUMN_NAME] = { "name", N_("Name"), N_("The app; below it its processes"),
                            BH_TASK_LOOK_NAME, NO_FIGURE, 0, 17, TRUE, 0 },
  [BH_TASK_COLUMN_STATE] = { "state", N_("State"), N_("What the app is doing, or why it ended"),
                             BH_TASK_LOOK_TEXT, NO_FIGURE, 0, 13, TRUE, 8 },
  [BH_TASK_COLUMN_CPU]
  = { "cpu", N_("CPU/core"),
      N_("The share of one processor core since the last look: with two cores in full use it is "
         "200 %"),
      BH_TASK_LOOK_USAGE, BH_TASK_FIGURE_CPU, 1, 8, TRUE, 2 },
  [BH_TASK_COLUMN_CPU_GRAPH]
  = { "cpu-graph", N_("CPU Graph"), N_("How busy the app was in the last minute"),
      BH_TASK_LOOK_GRAPH, BH_TASK_FIGURE_CPU, 0, 0, TRUE, 4 },
  [BH_TASK_COLUMN_MEMORY]
  = { "memory", N_("Memory"),
      N_("The memory of the app and all its processes. It adds up: what processes share is divided "
         "among them"),
      BH_TASK_LOOK_USAGE, BH_TASK_FIGURE_MEMORY, 1, 9, TRUE, 1 },
  [BH_TASK_COLUMN_MEMORY_GRAPH]
  = { "memory-graph", N_("Memory Graph"), N_("How much memory the app had in the last minute"),
      BH_TASK_LOOK_GRAPH, BH_TASK_FIGURE_MEMORY, 0, 0, FALSE, 5 },
  [BH_TASK_COLUMN_MEMORY_KIND]
  = { "memory-kind", N_("Kind of Memory"), N_("What is counted in the figure of memory"),
      BH_TASK_LOOK_TEXT, NO_FIGURE, 0, 12, FALSE, 20 },
  [BH_TASK_COLUMN_MEMORY_PEAK]
  = { "memory-peak", N_("Peak Memory"), N_("The most memory that it had since it started"),
      BH_TASK_LOOK_TEXT, BH_TASK_FIGURE_MEMORY_PEAK, 1, 9, FALSE, 12 },
  [BH_TASK_COLUMN_SWAP]
  = { "swap", N_("Swap"), N_("Memory that was moved to the disk; it is not part of the memory"),
      BH_TASK_LOOK_TEXT, BH_TASK_FIGURE_SWAP, 1, 9, FALSE, 13 },
  [BH_TASK_COLUMN_LIMITS]
  = { "limits", N_("Nearest Limit"),
      N_("The limit that the app is nearest to, how much of it is used, and who holds the app to it"),
      BH_TASK_LOOK_USAGE, NO_FIGURE, 0, 26, FALSE, 9 },
  [BH_TASK_COLUMN_PID]
  = { "pid", N_("PID"),
      N_("The number of the process; of an app, that of the process with its window"),
      BH_TASK_LOOK_TEXT, NO_FIGURE, 1, 7, TRUE, 7 },
  [BH_TASK_COLUMN_UPTIME] = { "uptime", N_("Up Time"), N_("How long ago the app was started"),
                              BH_TASK_LOOK_TEXT, BH_TASK_FIGURE_UPTIME, 1, 9, TRUE, 6 },
  [BH_TASK_COLUMN_STARTED] = { "started", N_("Started"), N_("When it was started"),
                               BH_TASK_LOOK_TEXT, BH_TASK_FIGURE_STARTED_AT, 1, 11, FALSE, 19 },
  [BH_TASK_COLUMN_RESTARTS]
  = { "restarts", N_("Restarts"), N_("How often the app was started again since its first start"),
      BH_TASK_LOOK_TEXT, BH_TASK_FIGURE_RESTARTS, 1, 6, FALSE, 10 },
  [BH_TASK_COLUMN_REASON]
  = { "reason", N_("Last End"), N_("Why the app, or the page in it, ended the last time"),
      BH_TASK_LOOK_TEXT, NO_FIGURE, 0, 18, FALSE, 18 },
  [BH_TASK_COLUMN_CPU_TIME]
  = { "cpu-time", N_("CPU Time"), N_("How long a processor core has worked for it in all"),
      BH_TASK_LOOK_TEXT, BH_TASK_FIGURE_CPU_TIME, 1, 9, FALSE, 11 },
  [BH_TASK_COLUMN_THREADS]
  = { "threads", N_("Threads"), N_("How many strands of work it has, in all its processes"),
      BH_TASK_LOOK_TEXT, BH_TASK_FIGURE_THREADS, 1, 6, FALSE, 14 },
  [BH_TASK_COLUMN_DESCRIPTORS]
  = { "descriptors", N_("Descriptors"),
      N_("How many files, connections and the like it has open, in all its processes"),
      BH_TASK_LOOK_TEXT, BH_TASK_FIGURE_DESCRIPTORS, 1, 7, FALSE, 15 },
  [BH_TASK_COLUMN_DISK_READ]
  = { "disk-read", N_("Disk Read"), N_("What it has had read from the disk since it started"),
      BH_TASK_LOOK_TEXT, BH_TASK_FIGURE_DISK_READ, 1, 9, FALSE, 16 },
  [BH_TASK_COLUMN_DISK_WRITTEN]
  = { "disk-written", N_("Disk Written"),
      N_("What it has had written to the disk since it started"), BH_TASK_LOOK_TEXT,
      BH_TASK_FIGURE_DISK_WRITTEN, 1, 9, FALSE, 17 },
  [BH_TASK_COLUMN_NETWORK_RECEIVED]
  = { "network-received", N_("Received"),
      N_("What it has received over the network since it started"), BH_TASK_LOOK_TEXT,
      BH_TASK_FIGURE_NETWORK_RECEIVED, 1, 9, FALSE, 21 },
  [BH_TASK_COLUMN_NETWORK_SENT]
  = { "network-sent", N_("Sent"), N_("What it has sent over the network since it started"),
      BH_TASK_LOOK_TEXT, BH_TASK_FIGURE_NETWORK_SENT, 1, 9, FALSE, 22 },
  [BH_TASK_COLUMN_STOP] = { "stop", N_("Stop Button"), N_("A button that asks the app to close"),
                            BH_TASK_LOOK_BUTTON, NO_FIGURE, 0, 0, TRUE, 8 },
  [BH_TASK_COLUMN_RESTART]
  = { "restart", N_("Restart Button"), N_("A button that starts the app again"),
      BH_TASK_LOOK_BUTTON, NO_FIGURE, 0, 0, TRUE, 4 },
  [BH_TASK_COLUMN_END]
  = { "kill", N_("Kill Button"), N_("A button that ends the app with all its processes at once"),
      BH_TASK_LOOK_BUTTON, NO_FIGURE, 0, 0, TRUE, 3 },
};

/**
 * bh_task_column_get_info:
 * @column: a column
 *
 * Returns: (transfer none): what there is to know of it
 */
const BhTaskColumnInfo *
bh_task_column_get_info (BhTaskColumn column)
{
  g_return_val_if_fail (column < BH_N_TASK_COLUMNS, NULL);

  return &infos[column];
}

/**
 * bh_task_column_from_name:
 * @name: what the settings know a column by
 * @column: (out): the column
 *
 * Returns: whether there is one of that name
 */
gboolean
bh_task_column_from_name (const char *name, BhTaskColumn *column)
{
  g_return_val_if_fail (name != NULL && column != NULL, FALSE);

  for (guint i = 0; i < BH_N_TASK_COLUMNS; i++)
    if (g_str_equal (infos[i].name, name))
      {
        *column = (BhTaskColumn) i;
        return TRUE;
      }

  return FALSE;
}

/**
 * bh_task_column_get_title:
 * @column: a column
 * @of_machine: whether CPU is given as a share of the whole machine, and not of one core
 *
 * Returns: (transfer none): its title, in the user's language
 */
const char *
bh_task_column_get_title (BhTaskColumn column, gboolean of_machine)
{
  g_return_val_if_fail (column < BH_N_TASK_COLUMNS, NULL);

  if (column == BH_TASK_COLUMN_CPU && of_machine)
    return _("CPU/machine");

  return _(infos[column].title);
}
