/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-task-match.h"

#include "bh-app-search.h"

#include <string.h>

/*
 * What the search finds among running apps: their names, what they are doing, and PIDs, as somebody
 * has read one in a log and wants to know whose it is.
 */

static gboolean
is_number (const char *text)
{
  return *text != '\0' && strspn (text, "0123456789") == strlen (text);
}

static gboolean
starts_pid (guint pid, const char *digits)
{
  char written[16];

  if (pid == 0)
    return FALSE;

  g_snprintf (written, sizeof written, "%u", pid);

  return g_str_has_prefix (written, digits);
}

static gboolean
has_process (BhTaskRow *row, const char *digits)
{
  if (starts_pid (row->pid, digits))
    return TRUE;

  for (gsize i = 0; row->processes != NULL && i < g_variant_n_children (row->processes); i++)
    {
      g_autoptr (GVariant) process = g_variant_get_child_value (row->processes, i);
      guint pid;

      if (g_variant_lookup (process, "pid", "u", &pid) && starts_pid (pid, digits))
        return TRUE;
    }

  return FALSE;
}

static gboolean
contains (const char *text, const char *part)
{
  g_autofree char *folded_text = g_utf8_casefold (text, -1);
  g_autofree char *folded_part = g_utf8_casefold (part, -1);

  return strstr (folded_text, folded_part) != NULL;
}

/**
 * bh_task_match_row:
 * @row: an app's row
 * @text: (nullable): what the user searches for
 *
 * Returns: whether the app is meant: by its name, description or id, by its state, or by the
 *   beginning of the PID of one of its processes; %TRUE without a text
 */
gboolean
bh_task_match_row (BhTaskRow *row, const char *text)
{
  g_autofree char *wanted = NULL;

  g_return_val_if_fail (row != NULL, FALSE);

  if (text == NULL)
    return TRUE;

  wanted = g_strstrip (g_strdup (text));
  if (*wanted == '\0' || bh_app_item_matches (row->item, wanted))
    return TRUE;
  if (is_number (wanted) && has_process (row, wanted))
    return TRUE;

  return contains (bh_task_row_get_text (row, BH_TASK_COLUMN_STATE), wanted);
}
