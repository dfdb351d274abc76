/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-task-row.h"

G_BEGIN_DECLS

#define BH_TYPE_TASK_TREE (bh_task_tree_get_type ())
G_DECLARE_DERIVABLE_TYPE (BhTaskTree, bh_task_tree, BH, TASK_TREE, GObject)

/**
 * BhTaskTreeClass:
 * @fill: makes the rows below one of the upper level that is looked at for the first time, and
 *   inserts them without telling
 */
struct _BhTaskTreeClass
{
  GObjectClass parent_class;

  void (*fill) (BhTaskTree *self, BhTaskRow *row);
};

GPtrArray *bh_task_tree_get_rows       (BhTaskTree *self);
BhTaskRow *bh_task_tree_get_row        (BhTaskTree *self, GtkTreeIter *iter);
void       bh_task_tree_insert         (BhTaskTree *self, BhTaskRow *row, gboolean told);
void       bh_task_tree_remove         (BhTaskTree *self, BhTaskRow *row, gboolean told);
void       bh_task_tree_tell_changed   (BhTaskTree *self, BhTaskRow *row);
void       bh_task_tree_tell_has_child (BhTaskTree *self, BhTaskRow *row);
void       bh_task_tree_sort           (BhTaskTree *self);
void       bh_task_tree_set_hold_order (BhTaskTree *self, gboolean hold);

G_END_DECLS
