/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-task-row.h"

G_BEGIN_DECLS

/**
 * BhTaskCellPart:
 * @BH_TASK_CELL_ICON: the app's icon
 * @BH_TASK_CELL_TEXT: the column's text, with a bar below it where the column has one
 * @BH_TASK_CELL_MARKS: what the app is doing that people should know, as small pictures
 * @BH_TASK_CELL_GRAPH: the last minute
 * @BH_TASK_CELL_BUTTON: a button
 *
 * What a cell shows of its column.
 */
typedef enum {
  BH_TASK_CELL_ICON,
  BH_TASK_CELL_TEXT,
  BH_TASK_CELL_MARKS,
  BH_TASK_CELL_GRAPH,
  BH_TASK_CELL_BUTTON,
} BhTaskCellPart;

#define BH_TYPE_TASK_CELL (bh_task_cell_get_type ())
G_DECLARE_FINAL_TYPE (BhTaskCell, bh_task_cell, BH, TASK_CELL, GtkCellRenderer)

GtkCellRenderer *bh_task_cell_new (BhTaskColumn column, BhTaskCellPart part);

void       bh_task_cell_set_row     (BhTaskCell *self, BhTaskRow *row);
void       bh_task_cell_set_narrow  (BhTaskCell *self, gboolean narrow);
gboolean   bh_task_cell_is_button   (BhTaskCell *self);
gboolean   bh_task_cell_get_pressed (BhTaskCell *self);
void       bh_task_cell_set_pressed (BhTaskCell *self, gboolean pressed);

char *bh_task_cell_dup_name        (BhTaskCell *self);
char *bh_task_cell_dup_description (BhTaskCell *self);

char *bh_task_cell_dup_button_label (BhTaskColumn column, BhTaskRow *row);

G_END_DECLS
