/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GStrv  bh_desk_choose_parse_options (const char *chooser,
                                     const char *app_name,
                                     GVariant   *options,
                                     GError    **error);
void   bh_desk_choose_async         (const char *const  *argv,
                                     const char         *root,
                                     const char         *instance,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
char **bh_desk_choose_finish        (GAsyncResult *result, GError **error);

G_END_DECLS
