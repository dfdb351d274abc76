/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-storage-kind.h"

#include <glib/gi18n.h>

/*
 * What an app keeps on the disk, by the names that App1.GetStorage and App1.ClearData have for it
 * and in words for people.
 */

static const struct
{
  const char *name;
  const char *title;
  const char *explanation;
} kinds[BH_N_STORAGE_KINDS] = {
  [BH_STORAGE_KIND_CACHE]
  = { "cache", N_("Cache"),
      N_("Can be fetched again; without it the app starts more slowly once") },
  [BH_STORAGE_KIND_DATA] = { "data", N_("Data of its pages"),
                             N_("Log-ins, cookies, and documents that the app keeps here") },
  [BH_STORAGE_KIND_STATE]
  = { "state", N_("Windows and answers"),
      N_("Where its windows were, what was open in them, and what you have allowed it") },
};

/**
 * bh_storage_kind_to_string:
 * @kind: a kind
 *
 * Returns: (transfer none): its name on D-Bus
 */
const char *
bh_storage_kind_to_string (BhStorageKind kind)
{
  g_return_val_if_fail (kind < BH_N_STORAGE_KINDS, NULL);

  return kinds[kind].name;
}

/**
 * bh_storage_kind_get_title:
 * @kind: a kind
 *
 * Returns: (transfer none): its name for people
 */
const char *
bh_storage_kind_get_title (BhStorageKind kind)
{
  g_return_val_if_fail (kind < BH_N_STORAGE_KINDS, NULL);

  return _(kinds[kind].title);
}

/**
 * bh_storage_kind_get_explanation:
 * @kind: a kind
 *
 * Returns: (transfer none): what is in it, or goes with it
 */
const char *
bh_storage_kind_get_explanation (BhStorageKind kind)
{
  g_return_val_if_fail (kind < BH_N_STORAGE_KINDS, NULL);

  return _(kinds[kind].explanation);
}

/**
 * bh_storage_kind_get_size:
 * @kind: a kind
 * @storage: (nullable): what App1.GetStorage has said
 *
 * Returns: the bytes of it, or a negative number when that is not known
 */
gint64
bh_storage_kind_get_size (BhStorageKind kind, GVariant *storage)
{
  guint64 size;

  g_return_val_if_fail (kind < BH_N_STORAGE_KINDS, -1);

  if (storage == NULL || !g_variant_lookup (storage, kinds[kind].name, "t", &size)
      || size > G_MAXINT64)
    return -1;

  return (gint64) size;
}

/**
 * bh_storage_kind_dup_path:
 * @kind: a kind
 * @storage: (nullable): what App1.GetStorage has said
 *
 * Returns: (transfer full) (nullable): the directory that it is in
 */
char *
bh_storage_kind_dup_path (BhStorageKind kind, GVariant *storage)
{
  g_autofree char *key = NULL;
  char *path = NULL;

  g_return_val_if_fail (kind < BH_N_STORAGE_KINDS, NULL);

  key = g_strconcat (kinds[kind].name, "-path", NULL);
  if (storage != NULL)
    g_variant_lookup (storage, key, "s", &path);

  return path;
}
