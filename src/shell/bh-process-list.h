/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define BH_TYPE_PROCESS_LIST (bh_process_list_get_type ())
G_DECLARE_FINAL_TYPE (BhProcessList, bh_process_list, BH, PROCESS_LIST, GtkTreeView)

void bh_process_list_set_sample (BhProcessList *self, GVariant *sample);

G_END_DECLS
