/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-process-tree.h"

#include <string.h>

/*
 * Which processes belong together, decided on a list that was read before: nothing is read here.
 */

/**
 * bh_role_to_string:
 * @role: a role
 *
 * Returns: (transfer none): the role's name on D-Bus and in JSON
 */
const char *
bh_role_to_string (BhRole role)
{
  switch (role)
    {
    case BH_ROLE_RUNNER:
      return "runner";
    case BH_ROLE_WEB:
      return "web";
    case BH_ROLE_NETWORK:
      return "network";
    case BH_ROLE_HELPER:
      return "helper";
    default:
      g_return_val_if_reached (NULL);
    }
}

/**
 * bh_role_of:
 * @stat: a process of an instance
 * @runner: (nullable): the instance's runner
 *
 * WebKit's processes are told by their names, which the kernel cuts to 15 bytes
 * (TASK_COMM_LEN in linux/sched.h). The name is the process's own to choose, so the role is for
 * people to read and decides nothing.
 *
 * Returns: the role
 */
BhRole
bh_role_of (const BhProcStat *stat, const BhProcessKey *runner)
{
  g_return_val_if_fail (stat != NULL, BH_ROLE_HELPER);

  if (runner != NULL && stat->pid == runner->pid && stat->start_time == runner->start_time)
    return BH_ROLE_RUNNER;
  if (g_str_equal (stat->name, "WebKitWebProces"))
    return BH_ROLE_WEB;
  if (g_str_equal (stat->name, "WebKitNetworkPr"))
    return BH_ROLE_NETWORK;

  return BH_ROLE_HELPER;
}

static gboolean
is_root (const BhProcStat *stat, const BhProcessKey *roots, guint n_roots)
{
  for (guint i = 0; i < n_roots; i++)
    if (roots[i].pid == stat->pid && roots[i].start_time == stat->start_time)
      return TRUE;

  return FALSE;
}

/**
 * bh_process_tree_descend:
 * @stats: (array length=n_stats): every process there is
 * @n_stats: how many
 * @roots: (array length=n_roots): where to begin; a root that is not in @stats, or whose PID now
 *   belongs to another process, is passed over
 * @n_roots: how many
 *
 * Finds the roots and all that descend from them, however the list is ordered.
 *
 * Returns: (transfer full) (element-type guint): indices into @stats, each once, parents before
 *   their children
 */
GArray *
bh_process_tree_descend (const BhProcStat *stats,
                         guint n_stats,
                         const BhProcessKey *roots,
                         guint n_roots)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GHashTable) children = NULL;
  g_autofree gboolean *seen = NULL;

  g_return_val_if_fail (stats != NULL || n_stats == 0, found);
  g_return_val_if_fail (roots != NULL || n_roots == 0, found);

  /* Parent's PID to the indices of its children. */
  children = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_array_unref);
  seen = g_new0 (gboolean, n_stats + 1);
  for (guint i = 0; i < n_stats; i++)
    {
      gpointer parent = GINT_TO_POINTER (stats[i].parent);
      GArray *list = g_hash_table_lookup (children, parent);

      if (list == NULL)
        {
          list = g_array_new (FALSE, FALSE, sizeof (guint));
          g_hash_table_insert (children, parent, list);
        }
      g_array_append_val (list, i);

      if (is_root (&stats[i], roots, n_roots))
        {
          seen[i] = TRUE;
          g_array_append_val (found, i);
        }
    }

  /* The result is its own queue: what has been found is looked through for children in turn. */
  for (guint next = 0; next < found->len; next++)
    {
      const BhProcStat *stat = &stats[g_array_index (found, guint, next)];
      GArray *list = g_hash_table_lookup (children, GINT_TO_POINTER (stat->pid));

      for (guint i = 0; list != NULL && i < list->len; i++)
        {
          guint child = g_array_index (list, guint, i);

          if (seen[child])
            continue;
          seen[child] = TRUE;
          g_array_append_val (found, child);
        }
    }

  return found;
}

static gboolean
is_older (const BhProcStat *left, const BhProcStat *right)
{
  if (left->start_time != right->start_time)
    return left->start_time < right->start_time;

  return left->pid < right->pid;
}

/**
 * bh_process_tree_find_enclosed:
 * @stats: (array length=n_stats): processes
 * @n_stats: their number
 * @root: bubblewrap's outer process
 * @index: (out): which of them it is
 *
 * Finds the program that bubblewrap was started for, in a PID namespace of its own: the oldest
 * child of the namespace's first process, which is itself a child of @root. Other children of @root
 * have none.
 *
 * Returns: whether there is one
 */
gboolean
bh_process_tree_find_enclosed (const BhProcStat *stats,
                               guint n_stats,
                               const BhProcessKey *root,
                               guint *index)
{
  const BhProcStat *oldest = NULL;

  g_return_val_if_fail (stats != NULL || n_stats == 0, FALSE);
  g_return_val_if_fail (root != NULL && index != NULL, FALSE);

  for (guint i = 0; i < n_stats; i++)
    {
      if (stats[i].parent != root->pid || stats[i].start_time < root->start_time)
        continue;
      for (guint j = 0; j < n_stats; j++)
        if (stats[j].parent == stats[i].pid && (oldest == NULL || is_older (&stats[j], oldest)))
          {
            oldest = &stats[j];
            *index = j;
          }
    }

  return oldest != NULL;
}
