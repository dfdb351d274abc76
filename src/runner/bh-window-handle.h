/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

char *bh_window_handle_new_token     (GtkWidget *widget);
void  bh_window_handle_export_async  (GtkWidget          *widget,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
char *bh_window_handle_export_finish (GAsyncResult *result);
void  bh_window_handle_unexport      (GtkWidget *widget);

G_END_DECLS
