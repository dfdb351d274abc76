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

struct _BhProcessTree
{
  guint n_stats;
  /* Indices plus 1, 0 for none: of the first process with a PID, and the next with the same; of a
   * PID's first child, and the next of the same parent. */
  GHashTable *by_pid;
  GHashTable *by_parent;
  guint *next_of_pid;
  guint *next_of_parent;
  /* What was found by the search with the last number. */
  guint *marks;
  guint searches;
};

static void
put_first (GHashTable *table, pid_t pid, guint *next, guint index)
{
  gpointer key = GINT_TO_POINTER (pid);

  next[index] = GPOINTER_TO_UINT (g_hash_table_lookup (table, key));
  g_hash_table_insert (table, key, GUINT_TO_POINTER (index + 1));
}

static guint
get_first (GHashTable *table, pid_t pid)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (table, GINT_TO_POINTER (pid)));
}

/**
 * bh_process_tree_new:
 * @stats: (array length=n_stats): every process there is
 * @n_stats: how many
 *
 * Takes note of who is whose child. The list itself is not kept.
 *
 * Returns: (transfer full): the tree
 */
BhProcessTree *
bh_process_tree_new (const BhProcStat *stats, guint n_stats)
{
  BhProcessTree *self = g_new0 (BhProcessTree, 1);

  g_return_val_if_fail (stats != NULL || n_stats == 0, self);

  self->n_stats = n_stats;
  self->by_pid = g_hash_table_new (NULL, NULL);
  self->by_parent = g_hash_table_new (NULL, NULL);
  self->next_of_pid = g_new0 (guint, n_stats);
  self->next_of_parent = g_new0 (guint, n_stats);
  self->marks = g_new0 (guint, n_stats);
  /* From the end, so that the chains are in the order of the list. */
  for (guint i = n_stats; i > 0; i--)
    {
      put_first (self->by_pid, stats[i - 1].pid, self->next_of_pid, i - 1);
      put_first (self->by_parent, stats[i - 1].parent, self->next_of_parent, i - 1);
    }

  return self;
}

/**
 * bh_process_tree_free:
 * @self: (transfer full): a tree
 *
 * Frees it.
 */
void
bh_process_tree_free (BhProcessTree *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->by_pid);
  g_hash_table_unref (self->by_parent);
  g_free (self->next_of_pid);
  g_free (self->next_of_parent);
  g_free (self->marks);
  g_free (self);
}

static void
mark (BhProcessTree *self, GArray *found, guint index)
{
  if (self->marks[index] == self->searches)
    return;
  self->marks[index] = self->searches;
  g_array_append_val (found, index);
}

static int
compare_indices (gconstpointer a, gconstpointer b)
{
  guint left = *(const guint *) a;
  guint right = *(const guint *) b;

  return left < right ? -1 : left > right;
}

/**
 * bh_process_tree_find:
 * @self: a tree
 * @stats: (array): the list that it was made of; its figures may have changed since, not who is
 *   whose child
 * @roots: (array length=n_roots): where to begin; a root that is not in @stats, or whose PID now
 *   belongs to another process, is passed over
 * @n_roots: how many
 *
 * Finds the roots and all that descend from them, however the list is ordered. What that costs
 * depends on how many are found, not on how many there are.
 *
 * Returns: (transfer full) (element-type guint): indices into @stats, each once, parents before
 *   their children
 */
GArray *
bh_process_tree_find (BhProcessTree *self,
                      const BhProcStat *stats,
                      const BhProcessKey *roots,
                      guint n_roots)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (guint));

  g_return_val_if_fail (self != NULL, found);
  g_return_val_if_fail (stats != NULL || self->n_stats == 0, found);
  g_return_val_if_fail (roots != NULL || n_roots == 0, found);

  self->searches++;
  for (guint i = 0; i < n_roots; i++)
    for (guint next = get_first (self->by_pid, roots[i].pid); next > 0;
         next = self->next_of_pid[next - 1])
      if (stats[next - 1].start_time == roots[i].start_time)
        mark (self, found, next - 1);
  g_array_sort (found, compare_indices);

  /* The result is its own queue: what has been found is looked through for children in turn. */
  for (guint i = 0; i < found->len; i++)
    for (guint next = get_first (self->by_parent, stats[g_array_index (found, guint, i)].pid);
         next > 0; next = self->next_of_parent[next - 1])
      mark (self, found, next - 1);

  return found;
}

/**
 * bh_process_tree_descend:
 * @stats: (array length=n_stats): every process there is
 * @n_stats: how many
 * @roots: (array length=n_roots): where to begin
 * @n_roots: how many
 *
 * As bh_process_tree_find(), for one search.
 *
 * Returns: (transfer full) (element-type guint): indices into @stats
 */
GArray *
bh_process_tree_descend (const BhProcStat *stats,
                         guint n_stats,
                         const BhProcessKey *roots,
                         guint n_roots)
{
  g_autoptr (BhProcessTree) tree = bh_process_tree_new (stats, n_stats);

  return bh_process_tree_find (tree, stats, roots, n_roots);
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
