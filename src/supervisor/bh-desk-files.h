/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

int      bh_desk_files_make_directory (const char *root, const char *const *names, GError **error);
int      bh_desk_files_open_directory (const char *root, const char *const *names, GError **error);
int      bh_desk_files_open           (int directory, const char *name, guint64 *size, GError **error);
gboolean bh_desk_files_check_room     (int directory, guint64 size, GError **error);
gboolean bh_desk_files_copy           (int           from,
                                       int           to,
                                       guint64       size,
                                       GCancellable *cancellable,
                                       GError      **error);
GStrv    bh_desk_files_list           (int directory, const char *but);
void     bh_desk_files_remove         (int directory, const char *name);
void     bh_desk_files_run_in_thread  (GTask *task, void (*function) (GTask *task));

G_END_DECLS
