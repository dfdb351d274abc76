/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-desk-files.h"

#include "bh-error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <linux/fs.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/*
 * Files in directories that an app can change at any moment. The app may put a symbolic link, a
 * pipe or a device where a file is expected, and it does not see what we see: its links lead
 * elsewhere for us. So nothing is reached by a path: each name is opened by itself, below the one
 * before, and a link is none of them.
 *
 * Copies are made by a thread of their own, since a file may be large and its disk slow; and never
 * by handing the file itself on, for the app may have kept a descriptor with which it could still
 * write to what is the user's by then. Where the file system can share the blocks of two files a
 * copy costs nothing (FICLONE: Btrfs, XFS, bcachefs), elsewhere the kernel copies them.
 */

/* What is left free of a disk, in bytes: the user's other programs need some of it. */
#define RESERVE (64 * G_GUINT64_CONSTANT (1048576))
/* So many bytes at once; between two pieces the copy can be cancelled. */
#define PIECE        (8 * G_GUINT64_CONSTANT (1048576))
#define BUFFER       (G_GUINT64_CONSTANT (1048576) / 4)
#define MAX_DEPTH    32
#define MAX_LISTED   1000
#define MAX_ROUNDS   1000
#define FILE_FLAGS   (O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
#define FOLDER_FLAGS (O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_DIRECTORY)

static void
set_error (GError **error, const char *path, int code)
{
  g_set_error (error, BH_ERROR, BH_ERROR_FAILED,
               _("The app's directory “%s” can't be used: %s. See who owns it and whether its disk "
                 "is full or read-only."),
               path, g_strerror (code));
}

static int
open_below (const char *root, const char *const *names, gboolean make, GError **error)
{
  g_autofree char *path = g_strdup (root);
  int directory = open (root, FOLDER_FLAGS);
  int code = errno;

  for (; directory >= 0 && *names != NULL; names++)
    {
      g_autofree char *above = g_steal_pointer (&path);
      const char *name = *names;
      int parent = directory;

      code = 0;
      path = g_build_filename (above, name, NULL);
      if (make)
        code = mkdirat (parent, name, 0700) == 0 || errno == EEXIST ? 0 : errno;
      directory = code == 0 ? openat (parent, name, FOLDER_FLAGS) : -1;
      /* What stands in the way was put there by an earlier run of the app. */
      if (directory < 0 && make && (errno == ELOOP || errno == ENOTDIR)
          && unlinkat (parent, name, 0) == 0 && mkdirat (parent, name, 0700) == 0)
        directory = openat (parent, name, FOLDER_FLAGS);
      code = errno;
      close (parent);
    }
  if (directory < 0)
    set_error (error, path, code);

  return directory;
}

/**
 * bh_desk_files_make_directory:
 * @root: an absolute path that the app can't change
 * @names: (array zero-terminated=1): names, each below the one before
 * @error: return location for an error
 *
 * Makes directories that are missing, with mode 0700, and opens the last.
 *
 * Returns: a descriptor, or -1 with %BH_ERROR_FAILED
 */
int
bh_desk_files_make_directory (const char *root, const char *const *names, GError **error)
{
  g_return_val_if_fail (root != NULL && g_path_is_absolute (root), -1);
  g_return_val_if_fail (names != NULL, -1);

  return open_below (root, names, TRUE, error);
}

/**
 * bh_desk_files_open_directory:
 * @root: an absolute path that the app can't change
 * @names: (array zero-terminated=1): names, each below the one before
 * @error: return location for an error
 *
 * Returns: a descriptor of the last, or -1 with %BH_ERROR_FAILED
 */
int
bh_desk_files_open_directory (const char *root, const char *const *names, GError **error)
{
  g_return_val_if_fail (root != NULL && g_path_is_absolute (root), -1);
  g_return_val_if_fail (names != NULL, -1);

  return open_below (root, names, FALSE, error);
}

/**
 * bh_desk_files_open:
 * @directory: a descriptor of a directory
 * @name: what an app says is a file in it, any text
 * @size: (out): its size in bytes
 * @error: return location for an error
 *
 * Opens a regular file for reading. Nothing else is opened in such a way that it would notice.
 *
 * Returns: a descriptor, or -1 with %BH_ERROR_INVALID_ARGUMENT
 */
int
bh_desk_files_open (int directory, const char *name, guint64 *size, GError **error)
{
  struct stat info;
  int fd;

  g_return_val_if_fail (name != NULL && size != NULL, -1);

  /* Looked at first: to open a device or a pipe can do something. What is put in its place
   * meanwhile is not waited for, and is found out below. */
  if (*name == '\0' || strchr (name, '/') != NULL
      || fstatat (directory, name, &info, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG (info.st_mode)
      || (fd = openat (directory, name, FILE_FLAGS)) < 0)
    {
      g_set_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT, _("There is no such file to save"));
      return -1;
    }
  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    {
      close (fd);
      g_set_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT, _("There is no such file to save"));
      return -1;
    }
  *size = (guint64) info.st_size;

  return fd;
}

/**
 * bh_desk_files_check_room:
 * @directory: a descriptor of a directory
 * @size: bytes
 * @error: return location for an error
 *
 * Returns: %TRUE when its disk has that much room and some to spare, %FALSE with %BH_ERROR_FAILED
 */
gboolean
bh_desk_files_check_room (int directory, guint64 size, GError **error)
{
  g_autofree char *needed = NULL;
  g_autofree char *left = NULL;
  struct statvfs info;
  guint64 room;

  /* Then the copy will tell. */
  if (fstatvfs (directory, &info) != 0)
    return TRUE;

  room = (guint64) info.f_bavail * (guint64) info.f_frsize;
  if (room >= RESERVE && size <= room - RESERVE)
    return TRUE;

  needed = g_format_size (size);
  left = g_format_size (room);
  g_set_error (error, BH_ERROR, BH_ERROR_FAILED,
               _("The disk has no room for it: it needs %s, and %s are free"), needed, left);

  return FALSE;
}

static gboolean
write_all (int to, const char *buffer, gsize length)
{
  while (length > 0)
    {
      gssize n = write (to, buffer, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      buffer += n;
      length -= (gsize) n;
    }

  return TRUE;
}

/* Copies at most @length bytes; returns how many there were, -1 with errno set. */
static gssize
copy_piece (int from, int to, gsize length, char **buffer)
{
  gssize n;

  if (*buffer == NULL)
    {
      n = copy_file_range (from, NULL, to, NULL, length, 0);
      if (n >= 0 || (errno != EXDEV && errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP))
        return n;
      *buffer = g_malloc (BUFFER);
    }

  n = read (from, *buffer, MIN (length, BUFFER));
  if (n > 0 && !write_all (to, *buffer, (gsize) n))
    return -1;

  return n;
}

/**
 * bh_desk_files_copy:
 * @from: a descriptor of a regular file, at its beginning
 * @to: a descriptor of an empty file
 * @size: how many bytes @from has
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Copies so many bytes, wherever possible without moving any. Blocks.
 *
 * Returns: %TRUE, or %FALSE with %BH_ERROR_FAILED or %G_IO_ERROR_CANCELLED
 */
gboolean
bh_desk_files_copy (int from, int to, guint64 size, GCancellable *cancellable, GError **error)
{
  g_autofree char *buffer = NULL;
  guint64 rest = size;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (size == 0 || ioctl (to, FICLONE, from) == 0)
    return TRUE;
  if (!bh_desk_files_check_room (to, size, error))
    return FALSE;

  while (rest > 0)
    {
      gssize n = copy_piece (from, to, (gsize) MIN (rest, PIECE), &buffer);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          int code = errno;

          g_set_error (error, BH_ERROR, BH_ERROR_FAILED, _("It could not be copied: %s"),
                       g_strerror (code));
          return FALSE;
        }
      if (n == 0)
        {
          g_set_error (error, BH_ERROR, BH_ERROR_FAILED,
                       _("It could not be copied: it was changed meanwhile"));
          return FALSE;
        }
      rest -= (guint64) n;
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * bh_desk_files_list:
 * @directory: a descriptor of a directory
 * @but: (nullable): a name that is left out
 *
 * Returns: (transfer full): what is in it, at most 1000 names
 */
GStrv
bh_desk_files_list (int directory, const char *but)
{
  GPtrArray *names = g_ptr_array_new ();
  int fd = openat (directory, ".", FOLDER_FLAGS);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;

  while (dir != NULL && names->len < MAX_LISTED && (entry = readdir (dir)) != NULL)
    if (!g_str_equal (entry->d_name, ".") && !g_str_equal (entry->d_name, "..")
        && g_strcmp0 (entry->d_name, but) != 0)
      g_ptr_array_add (names, g_strdup (entry->d_name));
  g_ptr_array_add (names, NULL);
  if (dir != NULL)
    closedir (dir);
  else if (fd >= 0)
    close (fd);

  return (GStrv) g_ptr_array_free (names, FALSE);
}

static void
remove_at (int directory, const char *name, guint depth)
{
  int child;

  if (unlinkat (directory, name, 0) == 0 || (errno != EISDIR && errno != EPERM))
    return;

  child = depth < MAX_DEPTH ? openat (directory, name, FOLDER_FLAGS) : -1;
  if (child >= 0)
    {
      gboolean more = TRUE;

      /* Not for ever, should a run of the same app fill it again at the other end. */
      for (guint round = 0; more && round < MAX_ROUNDS; round++)
        {
          g_auto (GStrv) names = bh_desk_files_list (child, NULL);

          for (guint i = 0; names[i] != NULL; i++)
            remove_at (child, names[i], depth + 1);
          more = g_strv_length (names) == MAX_LISTED;
        }
      close (child);
    }
  if (unlinkat (directory, name, AT_REMOVEDIR) != 0)
    g_debug ("“%s” stays: %s", name, g_strerror (errno));
}

/**
 * bh_desk_files_remove:
 * @directory: a descriptor of a directory
 * @name: a name in it
 *
 * Removes a file, or a directory with what is in it, as far as that can be done. Links are removed
 * and not followed. Blocks.
 */
void
bh_desk_files_remove (int directory, const char *name)
{
  g_return_if_fail (name != NULL && strchr (name, '/') == NULL);

  remove_at (directory, name, 0);
}

typedef struct
{
  GTask *task;
  void (*function) (GTask *task);
} Job;

static gpointer
run_job (gpointer user_data)
{
  Job *job = user_data;
  sigset_t signals;

  /* A file that grows past the limit for files is an error of the copy and not the end of us. */
  sigemptyset (&signals);
  sigaddset (&signals, SIGXFSZ);
  pthread_sigmask (SIG_BLOCK, &signals, NULL);

  job->function (job->task);
  g_object_unref (job->task);
  g_free (job);

  return NULL;
}

/**
 * bh_desk_files_run_in_thread:
 * @task: (transfer full): what it is for
 * @function: returns from @task, in the thread
 *
 * As g_task_run_in_thread(), but in a thread of its own: a file system that does not answer takes
 * no thread away from anybody else.
 */
void
bh_desk_files_run_in_thread (GTask *task, void (*function) (GTask *task))
{
  Job *job;
  GThread *thread;
  GError *error = NULL;

  g_return_if_fail (G_IS_TASK (task));

  job = g_new (Job, 1);
  *job = (Job){ g_object_ref (task), function };
  thread = g_thread_try_new ("desk", run_job, job, &error);
  if (thread == NULL)
    {
      g_object_unref (job->task);
      g_free (job);
      g_task_return_error (task, error);
    }
  else
    {
      g_thread_unref (thread);
    }
  g_object_unref (task);
}
