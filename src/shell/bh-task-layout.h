/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-task-columns.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define BH_TYPE_TASK_LAYOUT (bh_task_layout_get_type ())
G_DECLARE_FINAL_TYPE (BhTaskLayout, bh_task_layout, BH, TASK_LAYOUT, GObject)

BhTaskLayout *bh_task_layout_new (GtkTreeView *view);

GtkTreeViewColumn *bh_task_layout_get_column (BhTaskLayout *self, BhTaskColumn column);
gboolean           bh_task_layout_find       (BhTaskLayout      *self,
                                              GtkTreeViewColumn *column,
                                              BhTaskColumn      *id);
GArray            *bh_task_layout_list_shown (BhTaskLayout *self);

gboolean  bh_task_layout_get_shown  (BhTaskLayout *self, BhTaskColumn column);
void      bh_task_layout_set_shown  (BhTaskLayout *self, BhTaskColumn column, gboolean shown);
char    **bh_task_layout_dup_names  (BhTaskLayout *self);
void      bh_task_layout_set_names  (BhTaskLayout *self, const char *const *names);
GVariant *bh_task_layout_dup_widths (BhTaskLayout *self);
void      bh_task_layout_set_widths (BhTaskLayout *self, GVariant *widths);
void      bh_task_layout_reset      (BhTaskLayout *self);

void bh_task_layout_set_of_machine (BhTaskLayout *self, gboolean of_machine);
void bh_task_layout_set_room       (BhTaskLayout *self, int room, gboolean narrow);
void bh_task_layout_set_menu       (BhTaskLayout *self, GMenuModel *menu);

G_END_DECLS
