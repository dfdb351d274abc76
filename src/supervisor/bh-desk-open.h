/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-systemd.h"

G_BEGIN_DECLS

gboolean bh_desk_open_is_safe (const char *path);

void     bh_desk_open_uri_async  (const char         *uri,
                                  const char         *activation_token,
                                  BhSystemd          *systemd,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
void     bh_desk_open_file_async (const char         *path,
                                  const char         *activation_token,
                                  BhSystemd          *systemd,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
void     bh_desk_open_show_async (const char         *path,
                                  const char         *activation_token,
                                  BhSystemd          *systemd,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
gboolean bh_desk_open_finish     (GAsyncResult *result, GError **error);

G_END_DECLS
