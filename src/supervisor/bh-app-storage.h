/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-instance.h"

G_BEGIN_DECLS

/**
 * BhStorageKinds:
 * @BH_STORAGE_DATA: what pages keep
 * @BH_STORAGE_CACHE: what can be fetched again
 * @BH_STORAGE_STATE: windows, history and permissions
 *
 * An app's directories.
 */
typedef enum {
  BH_STORAGE_DATA = 1 << 0,
  BH_STORAGE_CACHE = 1 << 1,
  BH_STORAGE_STATE = 1 << 2,
} BhStorageKinds;

gboolean  bh_storage_kinds_parse       (const char *const *names,
                                        BhStorageKinds    *kinds,
                                        GError           **error);

void      bh_app_storage_count_async   (BhAppId            *id,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
GVariant *bh_app_storage_count_finish  (GAsyncResult *result, GError **error);

void      bh_app_storage_clear_async   (BhInstance         *instance,
                                        BhStorageKinds      kinds,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
gboolean  bh_app_storage_clear_finish  (BhInstance   *instance,
                                        GAsyncResult *result,
                                        GError      **error);

G_END_DECLS
