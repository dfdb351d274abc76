/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-torn-files.h"

#include <glib/gstdio.h>
#include <string.h>

/*
 * Files that are replaced in one step are first written under another name, "NAME.XXXXXX"
 * (g_file_set_contents_full()). When a supervisor dies between the two the other file stays.
 */

/* Of the part that g_mkstemp() makes up, with its dot. */
#define RANDOM_LENGTH 7

static gboolean
is_torn (const char *name, const char *suffix)
{
  gsize length = strlen (name);
  gsize whole;

  if (length <= RANDOM_LENGTH + strlen (suffix))
    return FALSE;
  whole = length - RANDOM_LENGTH;
  if (name[whole] != '.' || strncmp (name + whole - strlen (suffix), suffix, strlen (suffix)) != 0)
    return FALSE;
  for (gsize i = whole + 1; i < length; i++)
    if (!g_ascii_isalnum (name[i]))
      return FALSE;

  return TRUE;
}

/**
 * bh_torn_files_remove:
 * @directory: a directory in which nobody writes now
 * @suffix: how the names of its files end
 *
 * Removes what a supervisor that died had not finished to write.
 */
void
bh_torn_files_remove (const char *directory, const char *suffix)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_return_if_fail (directory != NULL && suffix != NULL);

  dir = g_dir_open (directory, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = NULL;

      if (!is_torn (name, suffix))
        continue;
      path = g_build_filename (directory, name, NULL);
      g_unlink (path);
    }
}
