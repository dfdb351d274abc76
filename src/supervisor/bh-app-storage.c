/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-app-storage.h"

#include "bh-launch-setup.h"
#include "bh-paths.h"
#include "bh-storage.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * What an app has on the disk: its size, and how it is removed. Both take their time and are done
 * in a thread. Nothing is removed while the app runs, here or in another session: it is ended,
 * held, and its profile is locked meanwhile.
 */

#define N_KINDS 3

static const struct
{
  BhStorageKinds kind;
  const char *name;
  const char *path_name;
  char *(*dup_path) (BhAppId *id);
} directories[N_KINDS] = {
  { BH_STORAGE_DATA, "data", "data-path", bh_paths_dup_data_dir },
  { BH_STORAGE_CACHE, "cache", "cache-path", bh_paths_dup_cache_dir },
  { BH_STORAGE_STATE, "state", "state-path", bh_paths_dup_state_dir },
};

/* What a thread works on; ids are not counted atomically. */
typedef struct
{
  BhStorageKinds kinds;
  char *paths[N_KINDS];
  int lock; /* on the profile, or -1 */
} Work;

static Work *
work_new (BhAppId *id, BhStorageKinds kinds)
{
  Work *work = g_new0 (Work, 1);

  work->kinds = kinds;
  work->lock = -1;
  for (guint i = 0; i < N_KINDS; i++)
    work->paths[i] = directories[i].dup_path (id);

  return work;
}

static void
unlock_profile (Work *work)
{
  if (work->lock >= 0)
    close (work->lock);
  work->lock = -1;
}

static void
work_free (gpointer data)
{
  Work *work = data;

  for (guint i = 0; i < N_KINDS; i++)
    g_free (work->paths[i]);
  unlock_profile (work);
  g_free (work);
}

/**
 * bh_storage_kinds_parse:
 * @names: (array zero-terminated=1): names such as "cache"
 * @kinds: (out): what they stand for
 * @error: return location for an error
 *
 * Returns: %TRUE, or %FALSE with %BH_ERROR_INVALID_ARGUMENT that names the one that is none
 */
gboolean
bh_storage_kinds_parse (const char *const *names, BhStorageKinds *kinds, GError **error)
{
  g_return_val_if_fail (names != NULL && kinds != NULL, FALSE);

  *kinds = 0;
  for (; *names != NULL; names++)
    {
      BhStorageKinds found = 0;

      for (guint i = 0; i < N_KINDS; i++)
        if (g_str_equal (directories[i].name, *names))
          found = directories[i].kind;
      if (found == 0)
        {
          g_set_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT,
                       _("There is no “%s” to clear: “data”, “cache” and “state” are"), *names);
          return FALSE;
        }
      *kinds |= found;
    }

  return TRUE;
}

static void
count (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_auto (GVariantDict) sizes = G_VARIANT_DICT_INIT (NULL);
  Work *work = task_data;

  for (guint i = 0; i < N_KINDS; i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 bytes;

      g_variant_dict_insert (&sizes, directories[i].path_name, "s", work->paths[i]);
      if (bh_storage_measure (work->paths[i], &bytes, cancellable, &error))
        g_variant_dict_insert (&sizes, directories[i].name, "t", bytes);
      else
        g_debug ("%s can't be counted: %s", work->paths[i], error->message);
    }
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, g_variant_ref_sink (g_variant_dict_end (&sizes)),
                           (GDestroyNotify) g_variant_unref);
}

/**
 * bh_app_storage_count_async:
 * @id: an app
 * @cancellable: (nullable): ends the count
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Counts what the app has on the disk.
 */
void
bh_app_storage_count_async (BhAppId *id,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (id != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, bh_app_storage_count_async);
  g_task_set_task_data (task, work_new (id, 0), work_free);
  g_task_run_in_thread (task, count);
}

/**
 * bh_app_storage_count_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): a{sv} as App1.GetStorage has it, or %NULL when it was
 *   cancelled
 */
GVariant *
bh_app_storage_count_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_app_storage_count_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* The file that a profile is locked by stays, or another session could lock another one. */
static void
clear (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (GError) first = NULL;
  Work *work = task_data;

  for (guint i = 0; i < N_KINDS; i++)
    {
      g_autoptr (GError) error = NULL;
      const char *keep
          = directories[i].kind == BH_STORAGE_DATA && work->lock >= 0 ? BH_PROFILE_LOCK : NULL;

      if (!(work->kinds & directories[i].kind) || bh_storage_clear (work->paths[i], keep, &error))
        continue;
      if (first == NULL)
        first = g_steal_pointer (&error);
    }
  if (first != NULL)
    g_task_return_error (task, g_steal_pointer (&first));
  else
    g_task_return_boolean (task, TRUE);
}

/* Returns: whether the profile is ours now, or has no lock that could be anybody's. */
static gboolean
lock_profile (BhInstance *instance, Work *work, GError **error)
{
  g_autofree char *path = g_build_filename (work->paths[0], BH_PROFILE_LOCK, NULL);
  struct stat info;

  work->lock = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (work->lock >= 0 && fstat (work->lock, &info) == 0 && S_ISREG (info.st_mode))
    {
      if (flock (work->lock, LOCK_EX | LOCK_NB) == 0)
        return TRUE;
      g_set_error (error, BH_ERROR, BH_ERROR_FAILED,
                   _("“%s” is running in another session of yours. Close it there first."),
                   bh_app_id_get_uuid (bh_instance_get_id (instance)));
      return FALSE;
    }

  /* What the app has put in its place is removed with the rest. */
  unlock_profile (work);

  return TRUE;
}

static char *
describe (BhStorageKinds kinds)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < N_KINDS; i++)
    if (kinds & directories[i].kind)
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", directories[i].name);

  return g_string_free (names, FALSE);
}

static void
on_clear_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  BhInstance *self = BH_INSTANCE (source);
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  gboolean cleared = g_task_propagate_boolean (G_TASK (result), &error);
  Work *work = g_task_get_task_data (G_TASK (result));
  g_autofree char *names = describe (work->kinds);

  bh_instance_record (self, BH_EVENT_DATA_CLEARED, NULL, cleared ? names : error->message);
  /* The next run locks it. */
  unlock_profile (work);
  bh_instance_release (self);
  if (cleared)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
on_end_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  BhInstance *self = BH_INSTANCE (source);
  g_autoptr (GTask) task = user_data;
  g_autoptr (GTask) job = NULL;
  g_autoptr (GError) error = NULL;
  Work *work;

  if (!bh_instance_end_finish (self, result, NULL, &error)
      && !g_error_matches (error, BH_ERROR, BH_ERROR_NOT_RUNNING))
    {
      bh_instance_release (self);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_clear_error (&error);

  work = work_new (bh_instance_get_id (self),
                   (BhStorageKinds) GPOINTER_TO_UINT (g_task_get_task_data (task)));
  if (!lock_profile (self, work, &error))
    {
      work_free (work);
      bh_instance_release (self);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  job = g_task_new (self, NULL, on_clear_ready, g_steal_pointer (&task));
  g_task_set_task_data (job, work, work_free);
  g_task_run_in_thread (job, clear);
}

/**
 * bh_app_storage_clear_async:
 * @instance: an app's instance
 * @kinds: what to remove
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Ends the app if it runs, and removes what it has on the disk. Launches wait until that is done.
 */
void
bh_app_storage_clear_async (BhInstance *instance,
                            BhStorageKinds kinds,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  const char *uuid;

  g_return_if_fail (BH_IS_INSTANCE (instance));

  uuid = bh_app_id_get_uuid (bh_instance_get_id (instance));
  task = g_task_new (instance, NULL, callback, user_data);
  g_task_set_source_tag (task, bh_app_storage_clear_async);
  g_task_set_task_data (task, GUINT_TO_POINTER (kinds), NULL);
  if (bh_instance_is_held (instance))
    {
      g_task_return_new_error (task, BH_ERROR, BH_ERROR_FAILED,
                               _("The data of “%s” are being cleared already"), uuid);
      return;
    }
  if (bh_instance_get_state (instance) == BH_STATE_STARTING)
    {
      g_task_return_new_error (task, BH_ERROR, BH_ERROR_FAILED,
                               _("“%s” is just being started. Try again when it has."), uuid);
      return;
    }
  if (kinds == 0)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  bh_instance_hold (instance);
  bh_instance_end_async (instance, BH_REASON_STOPPED, on_end_ready, g_steal_pointer (&task));
}

/**
 * bh_app_storage_clear_finish:
 * @instance: an app's instance
 * @result: the result
 * @error: return location for an error
 *
 * Returns: %TRUE when it is gone, or %FALSE with what could not be removed and why
 */
gboolean
bh_app_storage_clear_finish (BhInstance *instance, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_app_storage_clear_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
