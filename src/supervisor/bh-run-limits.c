/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-run-private.h"

#include <signal.h>

/* A run's limits: on disk, and while it goes on. */

/**
 * bh_run_print_limits:
 * @limits: limits
 *
 * Returns: (transfer full): how a record has them
 */
char *
bh_run_print_limits (BhLimits *limits)
{
  g_autoptr (GVariant) dict
      = g_variant_ref_sink (bh_limits_to_dict (limits, bh_limits_get_kinds (limits)));

  return g_variant_print (dict, TRUE);
}

/* The limits of a run that is taken over; none when they can't be read. */
static BhLimits *
parse_limits (const char *text)
{
  g_autoptr (GVariant) dict = NULL;
  BhLimits *limits = NULL;
  BhLimitKinds kinds;

  if (text != NULL)
    dict = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, NULL);
  if (dict != NULL)
    limits = bh_limits_from_dict (dict, &kinds, NULL);

  return limits != NULL ? limits : bh_limits_new (0, 0, 0, 0, 0);
}

static void
on_limits_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhRun) self = BH_RUN (user_data);

  self->limits_under_way--;
  bh_limiter_start_finish (BH_LIMITER (source), result);
  if (self->limits_under_way == 0)
    bh_run_go_on_adopting_sleep (self);
  g_signal_emit_by_name (self, "changed");
}

/* The former supervisor may have died while it held the run back, and its guard with it. */
static void
continue_processes (BhRun *self)
{
  g_autoptr (GArray) found = NULL;

  bh_process_scanner_refresh (self->tools->scanner);
  found = bh_run_find_processes (self);
  for (guint i = 0; i < found->len; i++)
    {
      const BhProcStat *stat = &g_array_index (found, BhProcStat, i);
      BhProcessKey key = { .pid = stat->pid, .start_time = stat->start_time };

      /* One that a debugger looks at is 't'. */
      if (stat->state == 'T')
        bh_process_send_signal (&key, SIGCONT);
    }
}

/**
 * bh_run_adopt_limits:
 * @self: a run that is taken over
 *
 * Goes on holding it to the limits of its record. What stands still is continued, unless it slept.
 */
void
bh_run_adopt_limits (BhRun *self)
{
  if (!self->asleep)
    continue_processes (self);
  self->limits = parse_limits (self->record->limits);
  self->limits_under_way++;
  bh_limiter_adopt_async (self->limiter, self->limits, on_limits_ready, g_object_ref (self));
}

/**
 * bh_run_set_limits:
 * @self: a run
 * @limits: what it may use from now on
 *
 * Changes the limits while the run goes on; "changed" is emitted when they are held.
 */
void
bh_run_set_limits (BhRun *self, BhLimits *limits)
{
  g_return_if_fail (BH_IS_RUN (self));
  g_return_if_fail (limits != NULL);

  if (self->gone || bh_limits_equal (limits, bh_limiter_get_limits (self->limiter)))
    return;
  g_free (self->record->limits);
  self->record->limits = bh_run_print_limits (limits);
  bh_run_save_record (self);
  self->limits_under_way++;
  bh_limiter_apply_async (self->limiter, limits, on_limits_ready, g_object_ref (self));
}

/**
 * bh_run_is_setting_limits:
 * @self: a run
 *
 * Returns: whether a change of the limits does not stand yet
 */
gboolean
bh_run_is_setting_limits (BhRun *self)
{
  g_return_val_if_fail (BH_IS_RUN (self), FALSE);

  return self->limits_under_way > 0;
}

/**
 * bh_run_get_limiter:
 * @self: a run
 *
 * Returns: (transfer none): what holds it to its limits
 */
BhLimiter *
bh_run_get_limiter (BhRun *self)
{
  g_return_val_if_fail (BH_IS_RUN (self), NULL);

  return self->limiter;
}

/**
 * bh_run_get_first_limits:
 * @self: a run
 *
 * Returns: (transfer none): the limits that its runner was started with
 */
BhLimits *
bh_run_get_first_limits (BhRun *self)
{
  g_return_val_if_fail (BH_IS_RUN (self), NULL);

  return self->limits;
}
