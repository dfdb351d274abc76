/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-paths.h"

/*
 * Where things lie on disk, in one place. Only names are made here, no directory is.
 */

/**
 * bh_source_to_string:
 * @source: a source
 *
 * Returns: (transfer none): the source's name on D-Bus and in JSON
 */
const char *
bh_source_to_string (BhSource source)
{
  switch (source)
    {
    case BH_SOURCE_MANAGED:
      return "managed";
    case BH_SOURCE_USER:
      return "user";
    case BH_SOURCE_SYSTEM:
      return "system";
    default:
      g_return_val_if_reached (NULL);
    }
}

/**
 * bh_paths_dup_runtime_dir:
 *
 * The supervisor's directory for sockets and the records of running instances.
 *
 * Returns: (transfer full): an absolute path
 */
char *
bh_paths_dup_runtime_dir (void)
{
  return g_build_filename (g_get_user_runtime_dir (), "bulkhead", NULL);
}

/**
 * bh_paths_dup_data_dir:
 * @id: an app
 *
 * The app's profile: what a person would lose with it.
 *
 * Returns: (transfer full): an absolute path
 */
char *
bh_paths_dup_data_dir (BhAppId *id)
{
  g_return_val_if_fail (id != NULL, NULL);

  return g_build_filename (g_get_user_data_dir (), "bulkhead", "profiles", bh_app_id_get_slug (id),
                           NULL);
}

/**
 * bh_paths_dup_cache_dir:
 * @id: an app
 *
 * What the app can fetch again.
 *
 * Returns: (transfer full): an absolute path
 */
char *
bh_paths_dup_cache_dir (BhAppId *id)
{
  g_return_val_if_fail (id != NULL, NULL);

  return g_build_filename (g_get_user_cache_dir (), "bulkhead", "profiles", bh_app_id_get_slug (id),
                           NULL);
}

/**
 * bh_paths_dup_state_dir:
 * @id: an app
 *
 * Window places and the like.
 *
 * Returns: (transfer full): an absolute path
 */
char *
bh_paths_dup_state_dir (BhAppId *id)
{
  g_return_val_if_fail (id != NULL, NULL);

  return g_build_filename (g_get_user_state_dir (), "bulkhead", "profiles", bh_app_id_get_slug (id),
                           NULL);
}

/**
 * bh_paths_dup_desk_dir:
 * @id: an app
 * @instance: the random name of an instance
 *
 * Where files change hands between the instance and the supervisor; below the app's cache.
 *
 * Returns: (transfer full): an absolute path
 */
char *
bh_paths_dup_desk_dir (BhAppId *id, const char *instance)
{
  g_autofree char *cache = bh_paths_dup_cache_dir (id);

  g_return_val_if_fail (id != NULL && instance != NULL, NULL);

  return g_build_filename (cache, BH_DESK_DIRECTORY, instance, NULL);
}

/**
 * bh_paths_dup_history:
 *
 * The file that the supervisor keeps the history in.
 *
 * Returns: (transfer full): an absolute path
 */
char *
bh_paths_dup_history (void)
{
  return g_build_filename (g_get_user_state_dir (), "bulkhead", "history.db", NULL);
}

/**
 * bh_paths_foreach_apps_dir:
 * @callback: (scope call): called for each directory
 * @user_data: for @callback
 *
 * Names the directories that apps are installed in, the strongest first: an app in an earlier one
 * hides an app of the same id in a later one. They need not exist.
 */
void
bh_paths_foreach_apps_dir (void (*callback) (BhSource source, const char *path, gpointer user_data),
                           gpointer user_data)
{
  g_autofree char *user = g_build_filename (g_get_user_data_dir (), "bulkhead", "apps", NULL);

  for (const char *const *dir = g_get_system_config_dirs (); *dir != NULL; dir++)
    {
      g_autofree char *path = g_build_filename (*dir, "bulkhead", "apps", NULL);

      callback (BH_SOURCE_MANAGED, path, user_data);
    }

  callback (BH_SOURCE_USER, user, user_data);

  for (const char *const *dir = g_get_system_data_dirs (); *dir != NULL; dir++)
    {
      g_autofree char *path = g_build_filename (*dir, "bulkhead", "apps", NULL);

      callback (BH_SOURCE_SYSTEM, path, user_data);
    }
}
