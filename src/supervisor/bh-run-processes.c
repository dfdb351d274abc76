/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-run-private.h"

#include "bh-oom-score.h"

/* The processes of a run, as they are found. */

static gboolean
has_key (GArray *keys, const BhProcessKey *key)
{
  for (guint i = 0; i < keys->len; i++)
    {
      const BhProcessKey *other = &g_array_index (keys, BhProcessKey, i);

      if (other->pid == key->pid && other->start_time == key->start_time)
        return TRUE;
    }

  return FALSE;
}

/* When the machine's memory is at its end a page shall go rather than the app's window, which can
 * say so and load it again. */
static void
raise_scores (BhRun *self, GArray *found)
{
  g_autoptr (GArray) before = g_steal_pointer (&self->raised);

  self->raised = g_array_new (FALSE, FALSE, sizeof (BhProcessKey));
  for (guint i = 0; i < found->len; i++)
    {
      const BhProcStat *stat = &g_array_index (found, BhProcStat, i);
      BhProcessKey key = { .pid = stat->pid, .start_time = stat->start_time };

      if (bh_role_of (stat, bh_run_get_runner (self)) != BH_ROLE_WEB)
        continue;
      if (!has_key (before, &key))
        bh_oom_score_raise (&key, BH_OOM_SCORE_WEB);
      g_array_append_val (self->raised, key);
    }
}

/**
 * bh_run_find_processes:
 * @self: a run
 *
 * Looks the run's processes up in the scanner's last refresh.
 *
 * Returns: (transfer full) (element-type BhProcStat): the processes, the runner first
 */
GArray *
bh_run_find_processes (BhRun *self)
{
  GArray *found;

  g_return_val_if_fail (BH_IS_RUN (self), NULL);

  found = bh_process_scanner_find (
      self->tools->scanner, self->record->instance,
      self->process != NULL ? bh_runner_process_get_key (self->process) : NULL, self->known);
  /* What encloses the runner was found before it. */
  for (guint i = 1; i < found->len; i++)
    {
      BhProcStat stat = g_array_index (found, BhProcStat, i);

      if (stat.pid != self->runner.pid || stat.start_time != self->runner.start_time)
        continue;
      g_array_remove_index (found, i);
      g_array_prepend_val (found, stat);
      break;
    }

  raise_scores (self, found);

  return found;
}

/**
 * bh_run_look_at_processes:
 * @self: a run
 *
 * Takes note of processes that are new.
 */
void
bh_run_look_at_processes (BhRun *self)
{
  g_autoptr (GArray) found = NULL;

  g_return_if_fail (BH_IS_RUN (self));

  bh_process_scanner_refresh (self->tools->scanner);
  found = bh_run_find_processes (self);
}
