/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

gboolean bh_download_open_is_safe        (const char *path);
gboolean bh_download_open                (const char *path, GtkWindow *window, GError **error);
void     bh_download_open_show_in_folder (const char *path, GtkWindow *window);

G_END_DECLS
