/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-cgroup-text.h"

#include "bh-proc-text.h"

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
  const char *end;

  g_return_val_if_fail (text != NULL && value != NULL, FALSE);

  while (g_ascii_isspace (*text))
    text++;
  end = text + strlen (text);
  while (end > text && g_ascii_isspace (end[-1]))
    end--;
  if (end - text == 3 && memcmp (text, "max", 3) == 0)
    {
      *value = G_MAXUINT64;
      return TRUE;
    }

  return bh_proc_take_number (&text, end, value) && text == end;
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
  const char *line = text;
  gsize length;

  g_return_val_if_fail (text != NULL && key != NULL && value != NULL, FALSE);

  length = strlen (key);
  while (line != NULL)
    {
      const char *newline = strchr (line, '\n');

      if (strncmp (line, key, length) == 0 && line[length] == ' ')
        {
          const char *number = line + length + 1;
          const char *end = newline != NULL ? newline : number + strlen (number);

          return bh_proc_take_number (&number, end, value) && number == end;
        }
      line = newline != NULL ? newline + 1 : NULL;
    }

  return FALSE;
}

/**
 * bh_cgroup_sum_keys:
 * @text: the text of a nested keyed file, such as io.stat: "8:0 rbytes=1 wbytes=2" for each device
 * @key: the key, such as "rbytes"
 * @sum: (out): the sum of its values over all lines
 *
 * Returns: whether the key is there with numbers, or there are no lines: then the sum is 0
 */
gboolean
bh_cgroup_sum_keys (const char *text, const char *key, guint64 *sum)
{
  const char *end;
  gsize length;
  guint64 total = 0;

  g_return_val_if_fail (text != NULL && key != NULL && sum != NULL, FALSE);

  end = text + strlen (text);
  length = strlen (key);
  for (const char *p = strchr (text, ' '); p != NULL; p = strchr (p, ' '))
    {
      guint64 value;

      p++;
      if (strncmp (p, key, length) != 0 || p[length] != '=')
        continue;
      p += length + 1;
      if (!bh_proc_take_number (&p, end, &value) || value > G_MAXUINT64 - total)
        return FALSE;
      total += value;
    }
  *sum = total;

  return TRUE;
}
