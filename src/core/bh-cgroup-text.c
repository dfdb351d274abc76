/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-cgroup-text.h"

#include <string.h>

/*
 * Reads the texts of cgroup v2, as the kernel's Documentation/admin-guide/cgroup-v2.rst describes
 * them: single values ("max" or a number) and flat keyed files ("oom_kill 3").
 */

/**
 * bh_cgroup_parse_path:
 * @text: the text of /proc/PID/cgroup
 *
 * Finds the process's place in the unified hierarchy, the line that begins with "0::".
 *
 * Returns: (transfer full) (nullable): the path below the mount point, beginning with "/", or %NULL
 *   when there is none or it was removed
 */
char *
bh_cgroup_parse_path (const char *text)
{
  g_auto (GStrv) lines = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *path = lines[i] + strlen ("0::");

      if (!g_str_has_prefix (lines[i], "0::/") || g_str_has_suffix (path, " (deleted)"))
        continue;
      /* Outside of a cgroup namespace's root the kernel shows "/..". */
      if (g_str_equal (path, "/..") || strstr (path, "/../") != NULL)
        return NULL;
      return g_strdup (path);
    }

  return NULL;
}

/**
 * bh_cgroup_parse_value:
 * @text: the text of a file with a single value, such as memory.current
 * @value: (out): the value, %G_MAXUINT64 for "max"
 *
 * Returns: whether the text was understood
 */
gboolean
bh_cgroup_parse_value (const char *text, guint64 *value)
{
  g_autofree char *word = NULL;

  g_return_val_if_fail (text != NULL && value != NULL, FALSE);

  word = g_strstrip (g_strdup (text));
  if (g_str_equal (word, "max"))
    {
      *value = G_MAXUINT64;
      return TRUE;
    }

  return g_ascii_string_to_unsigned (word, 10, 0, G_MAXUINT64, value, NULL);
}

/**
 * bh_cgroup_find_key:
 * @text: the text of a flat keyed file, such as memory.events
 * @key: the key
 * @value: (out): its value
 *
 * Returns: whether the key is there with a number
 */
gboolean
bh_cgroup_find_key (const char *text, const char *key, guint64 *value)
{
  g_auto (GStrv) lines = NULL;
  gsize length;

  g_return_val_if_fail (text != NULL && key != NULL && value != NULL, FALSE);

  length = strlen (key);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (strncmp (lines[i], key, length) == 0 && lines[i][length] == ' ')
      return bh_cgroup_parse_value (lines[i] + length, value);

  return FALSE;
}
