/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-permission-file.h"

#include "bh-error.h"
#include "bh-paths.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * The file in which a runner keeps what its user has answered, read and changed from outside. It is
 * the app's, which may have put anything in its place: no link is followed, nothing is waited for,
 * and no more is read than answers can be.
 */

#define MAX_SIZE 65536

static char *
build_path (BhAppId *id)
{
  g_autofree char *directory = bh_paths_dup_state_dir (id);

  return g_build_filename (directory, BH_PERMISSION_FILE, NULL);
}

/* Returns: how much there is in @buffer, or -1 with errno. */
static gssize
read_whole (int fd, char *buffer)
{
  gsize length = 0;

  while (length < MAX_SIZE)
    {
      gssize n = read (fd, buffer + length, MAX_SIZE - length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -1;
      if (n == 0)
        break;
      length += (gsize) n;
    }

  return (gssize) length;
}

/**
 * bh_permission_file_load:
 * @id: an app
 * @error: return location for an error
 *
 * Reads what its user has answered. A file whose text is damaged is as one with no answer, as it is
 * to the runner.
 *
 * Returns: (transfer full) (nullable): the answers, none when there is no file; %NULL with
 *   %BH_ERROR_FAILED when it can't be read
 */
BhPermissionSet *
bh_permission_file_load (BhAppId *id, GError **error)
{
  g_autofree char *path = build_path (id);
  g_autofree char *buffer = NULL;
  g_autoptr (GError) damage = NULL;
  BhPermissionSet *set = NULL;
  struct stat info;
  gssize length = -1;
  int code;
  int fd;

  fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT)
    return bh_permission_set_new ();
  code = errno;
  if (fd >= 0)
    {
      if (fstat (fd, &info) < 0)
        {
          code = errno;
        }
      else if (!S_ISREG (info.st_mode) || info.st_size > MAX_SIZE)
        {
          code = S_ISREG (info.st_mode) ? EFBIG : EINVAL;
        }
      else
        {
          buffer = g_malloc (MAX_SIZE);
          length = read_whole (fd, buffer);
          code = errno;
        }
      close (fd);
    }
  if (length < 0)
    {
      g_set_error (error, BH_ERROR, BH_ERROR_FAILED, _("“%s” can't be read: %s"), path,
                   g_strerror (code));
      return NULL;
    }

  set = bh_permission_set_parse (buffer, (gsize) length, &damage);
  if (set == NULL)
    {
      g_debug ("%s: %s", path, damage->message);
      set = bh_permission_set_new ();
    }

  return set;
}

/**
 * bh_permission_file_change:
 * @id: an app whose runner does not write now
 * @origin: of a page
 * @kind: what the answer is about
 * @answer: what was answered, or %BH_ANSWER_NONE to forget it
 * @error: return location for an error
 *
 * Changes one answer for the runs to come. The file is replaced as a whole, whatever it was.
 *
 * Returns: %TRUE, or %FALSE with %BH_ERROR_FAILED when that can't be kept
 */
gboolean
bh_permission_file_change (BhAppId *id,
                           const char *origin,
                           const char *kind,
                           BhAnswer answer,
                           GError **error)
{
  g_autoptr (BhPermissionSet) set = bh_permission_file_load (id, NULL);
  g_autofree char *path = build_path (id);
  g_autofree char *directory = g_path_get_dirname (path);
  g_autofree char *text = NULL;
  g_autoptr (GError) reason = NULL;
  gsize length;

  if (set == NULL)
    set = bh_permission_set_new ();
  bh_permission_set_put (set, origin, kind, answer);
  text = bh_permission_set_to_text (set, &length);
  if (g_mkdir_with_parents (directory, 0700) == 0
      && g_file_set_contents_full (path, text, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT,
                                   0600, &reason))
    return TRUE;
  g_set_error (error, BH_ERROR, BH_ERROR_FAILED, _("“%s” can't be written: %s"), path,
               reason != NULL ? reason->message : g_strerror (errno));

  return FALSE;
}
