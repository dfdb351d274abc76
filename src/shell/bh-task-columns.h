/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void bh_task_columns_append     (GtkTreeView *view);
void bh_task_columns_set_narrow (GtkTreeView *view, gboolean narrow);

G_END_DECLS
