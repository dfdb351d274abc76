/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean bh_storage_measure (const char   *path,
                             guint64      *bytes,
                             GCancellable *cancellable,
                             GError      **error);
gboolean bh_storage_clear   (const char   *path,
                             const char   *keep,
                             GError      **error);

G_END_DECLS
