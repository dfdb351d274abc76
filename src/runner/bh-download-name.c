/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-download-name.h"

#include "bh-file-name.h"

#include <glib/gi18n.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* From a safe name to one that is free in the directory. */

#define MAX_NUMBER 9999
#define FILE_MODE  0666

/**
 * bh_download_name_pick:
 * @directory: an absolute path
 * @name: a name that bh_file_name_clean() made
 * @error: return location for an error
 *
 * Finds a name that no file in @directory has, "name (1).ext" and so on, and makes an empty file
 * there: from then on it is taken for everybody, other apps included. The caller removes it when
 * the download comes to nothing.
 *
 * Returns: (transfer full) (nullable) (type filename): an absolute path, or %NULL with an error
 *   of the domain %G_IO_ERROR
 */
char *
bh_download_name_pick (const char *directory, const char *name, GError **error)
{
  g_return_val_if_fail (directory != NULL && g_path_is_absolute (directory), NULL);
  g_return_val_if_fail (name != NULL && *name != '\0' && strchr (name, '/') == NULL, NULL);

  for (guint number = 0; number <= MAX_NUMBER; number++)
    {
      g_autofree char *candidate = bh_file_name_number (name, number);
      g_autofree char *path = g_build_filename (directory, candidate, NULL);
      int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
      int saved = errno;

      if (fd >= 0)
        {
          close (fd);
          return g_steal_pointer (&path);
        }

      if (saved != EEXIST)
        {
          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved),
                       _("No file can be saved in the folder %s: %s"), directory,
                       g_strerror (saved));
          return NULL;
        }
    }

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
               _("The folder %s has too many files that are called “%s”"), directory, name);

  return NULL;
}
