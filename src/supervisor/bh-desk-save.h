/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void  bh_desk_save_async  (int                 outgoing,
                           const char         *file,
                           const char         *name,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data);
char *bh_desk_save_finish (GAsyncResult *result, gboolean *openable, GError **error);

G_END_DECLS
