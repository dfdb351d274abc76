/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-limit-store.h"

#include "bh-error.h"
#include "bh-torn-files.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

/*
 * The limits that the user has set for an app, instead of those of its manifest, which stays as it
 * was shipped. A file for each such app below the user's configuration; a limit that is not in it
 * is the manifest's, and 0 is none.
 */

#define GROUP  "Limits"
#define SUFFIX ".conf"

static char *
build_directory (void)
{
  return g_build_filename (g_get_user_config_dir (), "bulkhead", "limits", NULL);
}

static char *
build_path (BhAppId *id)
{
  g_autofree char *directory = build_directory ();
  g_autofree char *name = g_strconcat (bh_app_id_get_slug (id), SUFFIX, NULL);

  return g_build_filename (directory, name, NULL);
}

/**
 * bh_limit_store_clean:
 *
 * Removes what a supervisor that died had not finished to write.
 */
void
bh_limit_store_clean (void)
{
  g_autofree char *directory = build_directory ();

  bh_torn_files_remove (directory, SUFFIX);
}

/**
 * bh_limit_store_load:
 * @id: an app
 * @kinds: (out): the limits that were set, none when there is no file
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the limits, or %NULL with an error that names the file
 */
BhLimits *
bh_limit_store_load (BhAppId *id, BhLimitKinds *kinds, GError **error)
{
  g_autofree char *path = build_path (id);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) reason = NULL;
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) values = NULL;
  g_auto (GStrv) keys = NULL;
  BhLimits *limits;

  g_return_val_if_fail (id != NULL && kinds != NULL, NULL);

  *kinds = 0;
  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &reason))
    {
      if (g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return bh_limits_new (0, 0, 0, 0, 0);
      g_set_error (error, BH_ERROR, BH_ERROR_FAILED, "%s: %s", path, reason->message);
      return NULL;
    }

  keys = g_key_file_get_keys (file, GROUP, NULL, NULL);
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      guint64 value = g_key_file_get_uint64 (file, GROUP, keys[i], &reason);

      if (reason != NULL)
        {
          g_set_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE, "%s: %s", path, reason->message);
          return NULL;
        }
      g_variant_dict_insert (&dict, keys[i], "t", value);
    }
  values = g_variant_ref_sink (g_variant_dict_end (&dict));
  limits = bh_limits_from_dict (values, kinds, error);
  if (limits == NULL)
    g_prefix_error (error, "%s: ", path);

  return limits;
}

/**
 * bh_limit_store_save:
 * @id: an app
 * @limits: what the user has set
 * @kinds: which of them; none removes the file
 * @error: return location for an error
 *
 * Returns: whether it is on disk
 */
gboolean
bh_limit_store_save (BhAppId *id, BhLimits *limits, BhLimitKinds kinds, GError **error)
{
  g_autofree char *path = build_path (id);
  g_autofree char *directory = g_path_get_dirname (path);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GVariant) values = NULL;
  g_autofree char *text = NULL;
  GVariantIter iter;
  const char *key;
  GVariant *value;
  gsize length;

  g_return_val_if_fail (id != NULL && limits != NULL, FALSE);

  if (kinds == 0)
    {
      if (g_unlink (path) == 0 || errno == ENOENT)
        return TRUE;
      g_set_error (error, BH_ERROR, BH_ERROR_FAILED, _("“%s” can't be removed: %s"), path,
                   g_strerror (errno));
      return FALSE;
    }
  if (g_mkdir_with_parents (directory, 0700) < 0)
    {
      g_set_error (error, BH_ERROR, BH_ERROR_FAILED, _("“%s” can't be made: %s"), directory,
                   g_strerror (errno));
      return FALSE;
    }

  values = g_variant_ref_sink (bh_limits_to_dict (limits, kinds));
  g_variant_iter_init (&iter, values);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    g_key_file_set_uint64 (file, GROUP, key, g_variant_get_uint64 (value));
  text = g_key_file_to_data (file, &length, NULL);

  return g_file_set_contents_full (path, text, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT,
                                   0600, error);
}
