/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BhStorageKind:
 * @BH_STORAGE_KIND_CACHE: what can be fetched again
 * @BH_STORAGE_KIND_DATA: what pages keep
 * @BH_STORAGE_KIND_STATE: what the runner keeps
 *
 * What an app keeps on the disk, the least precious first.
 */
typedef enum {
  BH_STORAGE_KIND_CACHE,
  BH_STORAGE_KIND_DATA,
  BH_STORAGE_KIND_STATE,
} BhStorageKind;

#define BH_N_STORAGE_KINDS (BH_STORAGE_KIND_STATE + 1)

const char *bh_storage_kind_to_string       (BhStorageKind kind);
const char *bh_storage_kind_get_title       (BhStorageKind kind);
const char *bh_storage_kind_get_explanation (BhStorageKind kind);
gint64      bh_storage_kind_get_size        (BhStorageKind kind, GVariant *storage);
char       *bh_storage_kind_dup_path        (BhStorageKind kind, GVariant *storage);

G_END_DECLS
