/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-app-files.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Opens a file of an app, and never one outside the app's directory.
 *
 * Comparing paths as text can't promise that: a symbolic link that is put there between the
 * comparison and the open leads anywhere. So the kernel resolves the path beneath a directory
 * descriptor: openat2 () with RESOLVE_BENEATH, where a link that stays inside works and one that
 * leaves does not. A kernel older than 5.6 and some sandboxes do not have it; there every path
 * element is opened by itself and links are not followed at all.
 */

/* A rename elsewhere makes openat2 () give up with EAGAIN; that passes. */
#define MAX_ATTEMPTS 8

/* O_NONBLOCK: opening a FIFO must not wait for its writer. */
#define FILE_FLAGS (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

static int
open_with_kernel (int directory_fd, const char *path)
{
  struct open_how how = {
    .flags = FILE_FLAGS,
    .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
  };

  for (guint attempt = 0; attempt < MAX_ATTEMPTS; attempt++)
    {
      int fd = (int) syscall (SYS_openat2, directory_fd, path, &how, sizeof how);

      if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
        return fd;
    }

  return -1;
}

static int
open_with_walk (int directory_fd, const char *path)
{
  g_auto (GStrv) elements = g_strsplit (path, "/", -1);
  int current = dup (directory_fd);

  for (guint i = 0; elements[i] != NULL && current >= 0; i++)
    {
      gboolean last = elements[i + 1] == NULL;
      int flags = last ? FILE_FLAGS | O_NOFOLLOW : O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
      int next, saved;

      if (g_str_equal (elements[i], ".") || (*elements[i] == '\0' && !last))
        continue;

      if (g_str_equal (elements[i], ".."))
        {
          next = -1;
          errno = EXDEV;
        }
      else
        next = openat (current, elements[i], flags);

      saved = errno;
      close (current);
      errno = saved;
      current = next;
    }

  return current;
}

static gboolean
is_missing (int code)
{
  return code == ENOENT || code == ENOTDIR || code == ELOOP || code == EXDEV || code == ENXIO
         || code == ENAMETOOLONG;
}

static int
open_below (BhOpenEngine engine, const char *directory, const char *path)
{
  int directory_fd = open (directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
  int fd, saved;

  if (directory_fd < 0)
    return -1;

  if (engine == BH_OPEN_KERNEL)
    fd = open_with_kernel (directory_fd, path);
  else
    fd = open_with_walk (directory_fd, path);

  saved = errno;
  close (directory_fd);
  errno = saved;

  return fd;
}

/**
 * bh_app_files_open_with:
 * @engine: how the path is resolved
 * @directory: an absolute path
 * @path: a path relative to it
 * @size: (out) (optional): return location for the file's size in bytes
 * @modified: (out) (optional): return location for its time of change, in seconds since 1970
 * @error: return location for an error
 *
 * As bh_app_files_open (), but with one engine. With %BH_OPEN_KERNEL the error
 * %G_IO_ERROR_NOT_SUPPORTED says that the kernel does not offer it.
 *
 * Returns: a descriptor that the caller closes, or -1
 */
int
bh_app_files_open_with (BhOpenEngine engine,
                        const char *directory,
                        const char *path,
                        guint64 *size,
                        gint64 *modified,
                        GError **error)
{
  struct stat info;
  int fd;

  g_return_val_if_fail (directory != NULL && g_path_is_absolute (directory), -1);
  g_return_val_if_fail (path != NULL, -1);

  fd = open_below (engine, directory, path);
  if (fd < 0)
    {
      int saved = errno;
      GIOErrorEnum code = g_io_error_from_errno (saved);

      if (is_missing (saved))
        code = G_IO_ERROR_NOT_FOUND;
      /* Seccomp filters answer EPERM to a call that they do not know; a file's own
       * permissions never make openat2 () say that, they are EACCES. */
      if (engine == BH_OPEN_KERNEL && (saved == ENOSYS || saved == EPERM))
        code = G_IO_ERROR_NOT_SUPPORTED;

      g_set_error (error, G_IO_ERROR, code, _("The app's file “%s” can't be opened: %s"), path,
                   g_strerror (saved));
      return -1;
    }

  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _("“%s” is not a file"), path);
      close (fd);
      return -1;
    }

  if (size != NULL)
    *size = (guint64) info.st_size;
  if (modified != NULL)
    *modified = info.st_mtime;

  return fd;
}

/**
 * bh_app_files_open:
 * @directory: an absolute path, the app's directory
 * @path: a path relative to it, with "/" between its elements
 * @size: (out) (optional): return location for the file's size in bytes
 * @modified: (out) (optional): return location for its time of change, in seconds since 1970
 * @error: return location for an error
 *
 * Opens a regular file of the app for reading. A path that leads out of @directory, by ".." or
 * through a symbolic link, is %G_IO_ERROR_NOT_FOUND like one that is not there.
 *
 * Returns: a descriptor that the caller closes, or -1 with an error of the domain %G_IO_ERROR
 */
int
bh_app_files_open (const char *directory,
                   const char *path,
                   guint64 *size,
                   gint64 *modified,
                   GError **error)
{
  g_autoptr (GError) local_error = NULL;
  int fd = bh_app_files_open_with (BH_OPEN_KERNEL, directory, path, size, modified, &local_error);

  if (fd < 0 && g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    return bh_app_files_open_with (BH_OPEN_WALK, directory, path, size, modified, error);

  if (fd < 0)
    g_propagate_error (error, g_steal_pointer (&local_error));

  return fd;
}
