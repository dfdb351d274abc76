/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-desk-save.h"

#include "bh-desk-files.h"
#include "bh-desk-open.h"
#include "bh-error.h"
#include "bh-file-name.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <unistd.h>

/*
 * A file of an app's becomes one of the user's, in the download folder: whole or not at all, under
 * a name that is safe and that no other file has. Until it is whole it has no name, so that a
 * supervisor that dies leaves nothing; file systems that know no such files get a hidden one.
 */

#define MAX_NUMBER     9999
#define FILE_MODE      0666
#define DIRECTORY_MODE 0755

typedef struct
{
  int outgoing;
  char *file;
  char *name;
  char *folder;
  gboolean openable;
} SaveData;

static void
save_data_free (SaveData *data)
{
  close (data->outgoing);
  g_free (data->file);
  g_free (data->name);
  g_free (data->folder);
  g_free (data);
}

static char *
find_folder (void)
{
  const char *folder = g_get_user_special_dir (G_USER_DIRECTORY_DOWNLOAD);

  if (folder != NULL && g_mkdir_with_parents (folder, DIRECTORY_MODE) == 0)
    return g_strdup (folder);

  return g_strdup (g_get_home_dir ());
}

static gboolean
is_unsupported (int code)
{
  return code == EOPNOTSUPP || code == EINVAL || code == ENOSYS || code == EISDIR || code == ENOENT;
}

/* Makes the file that is to be filled. Its name is @temporary, or NULL when it has none. */
static int
make_target (int folder, char **temporary)
{
  int fd = openat (folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, FILE_MODE);

  if (fd >= 0 || !is_unsupported (errno))
    return fd;

  *temporary = g_strdup_printf (".bulkhead-%08x%08x.part", g_random_int (), g_random_int ());

  return openat (folder, *temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                 FILE_MODE);
}

/* Some file systems can't rename without replacing: there the name is taken by an empty file. */
static int
take_name (int folder, const char *temporary, const char *name)
{
  int fd;

  if (renameat2 (folder, temporary, folder, name, RENAME_NOREPLACE) == 0)
    return 0;
  if (!is_unsupported (errno))
    return -1;

  fd = openat (folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
  if (fd < 0)
    return -1;
  close (fd);

  return renameat (folder, temporary, folder, name);
}

static int
publish (int folder, int target, const char *temporary, const char *name)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", target);

  if (temporary != NULL)
    return take_name (folder, temporary, name);

  return linkat (AT_FDCWD, link, folder, name, AT_SYMLINK_FOLLOW);
}

/* Gives the whole file its name; returns that, or NULL with errno set. */
static char *
find_name (int folder, int target, const char *temporary, const char *name)
{
  for (guint number = 0; number <= MAX_NUMBER; number++)
    {
      g_autofree char *candidate = bh_file_name_number (name, number);

      if (publish (folder, target, temporary, candidate) == 0)
        return g_steal_pointer (&candidate);
      if (errno != EEXIST)
        return NULL;
    }
  errno = EEXIST;

  return NULL;
}

static void
set_folder_error (GError **error, SaveData *data, int code)
{
  g_set_error (error, BH_ERROR, BH_ERROR_FAILED, _("No file can be saved in the folder %s: %s"),
               data->folder, g_strerror (code));
}

static char *
save_in (SaveData *data, int source, guint64 size, GCancellable *cancellable, GError **error)
{
  g_autofree char *temporary = NULL;
  g_autofree char *name = NULL;
  int folder = open (data->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int target = folder >= 0 ? make_target (folder, &temporary) : -1;
  char *path = NULL;

  if (target < 0)
    {
      set_folder_error (error, data, errno);
    }
  else if (bh_desk_files_copy (source, target, size, cancellable, error))
    {
      name = find_name (folder, target, temporary, data->name);
      if (name != NULL)
        path = g_build_filename (data->folder, name, NULL);
      else
        set_folder_error (error, data, errno);
    }

  if (path == NULL && target >= 0 && temporary != NULL)
    unlinkat (folder, temporary, 0);
  if (target >= 0)
    close (target);
  if (folder >= 0)
    close (folder);

  return path;
}

static void
save (GTask *task)
{
  SaveData *data = g_task_get_task_data (task);
  GError *error = NULL;
  guint64 size = 0;
  int source = bh_desk_files_open (data->outgoing, data->file, &size, &error);
  char *path = NULL;

  if (source >= 0)
    {
      path = save_in (data, source, size, g_task_get_cancellable (task), &error);
      close (source);
    }
  if (path == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  data->openable = bh_desk_open_is_safe (path);
  g_task_return_pointer (task, path, g_free);
}

/**
 * bh_desk_save_async:
 * @outgoing: a descriptor of the directory that @file is in; the callee has its own
 * @file: what an app says is the file's name, any text
 * @name: what the app says it should be called, any text
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when it is saved, or not
 * @user_data: for @callback
 *
 * Copies a file into the user's download folder.
 */
void
bh_desk_save_async (int outgoing,
                    const char *file,
                    const char *name,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  GTask *task;
  SaveData *data;

  g_return_if_fail (outgoing >= 0 && file != NULL && name != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, bh_desk_save_async);
  /* What has been saved is told, even when somebody does not want it any more. */
  g_task_set_check_cancellable (task, FALSE);
  data = g_new0 (SaveData, 1);
  data->outgoing = fcntl (outgoing, F_DUPFD_CLOEXEC, 0);
  data->file = g_strdup (file);
  data->name = bh_file_name_clean (name);
  data->folder = find_folder ();
  g_task_set_task_data (task, data, (GDestroyNotify) save_data_free);
  bh_desk_files_run_in_thread (task, save);
}

/**
 * bh_desk_save_finish:
 * @result: the result
 * @openable: (out): whether to open the file shows it, and does not run it
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable) (type filename): where the file is now, or %NULL with
 *   %BH_ERROR_INVALID_ARGUMENT, %BH_ERROR_FAILED or %G_IO_ERROR_CANCELLED and nothing left of it
 */
char *
bh_desk_save_finish (GAsyncResult *result, gboolean *openable, GError **error)
{
  SaveData *data;

  g_return_val_if_fail (g_async_result_is_tagged (result, bh_desk_save_async), NULL);

  data = g_task_get_task_data (G_TASK (result));
  *openable = data->openable;

  return g_task_propagate_pointer (G_TASK (result), error);
}
