/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-run-private.h"

/* Whether a run answers, and what excuses it when it does not. */

/* Per cent of its usual speed that an app is taken to have when it is held back by a CPU limit that
 * is larger: its threads share what there is. */
#define THROTTLED_SPEED 50

static gboolean
is_held_back (BhRun *self)
{
  return bh_limiter_is_limiting (self->limiter)
         || bh_limiter_get_throttled (self->limiter) > self->throttled;
}

static BhExcuse
find_excuse (gpointer user_data)
{
  BhRun *self = BH_RUN (user_data);
  gboolean held_back = is_held_back (self);
  BhExcuse excuse = { .percent = 100 };
  g_autoptr (GArray) processes = NULL;

  if (held_back)
    excuse.percent
        = MIN (bh_limits_get_cpu (bh_limiter_get_limits (self->limiter)), THROTTLED_SPEED);

  if (bh_limiter_get_scope (self->limiter) != NULL
      && bh_scope_confinement_is_frozen (bh_limiter_get_scope (self->limiter)))
    excuse.stopped = TRUE;
  bh_process_scanner_refresh (self->tools->scanner);
  processes = bh_run_find_processes (self);
  for (guint i = 0; i < processes->len; i++)
    {
      const BhProcStat *stat = &g_array_index (processes, BhProcStat, i);
      BhRole role = bh_role_of (stat, bh_run_get_runner (self));

      if (role != BH_ROLE_RUNNER && role != BH_ROLE_WEB)
        continue;
      if (stat->state == 't' || bh_process_is_traced (stat->pid))
        excuse.traced = TRUE;
      /* Unless it was us, for the CPU limit. */
      else if (stat->state == 'T' && !held_back)
        excuse.stopped = TRUE;
    }

  return excuse;
}

static void
on_heartbeat_changed (BhHeartbeat *heartbeat, BhRun *self)
{
  BhTrouble trouble = bh_heartbeat_get_trouble (heartbeat);

  /* The window itself can't say that it hangs. */
  if (self->channel != NULL)
    bh_runner_channel_send_responds (self->channel, trouble != BH_TROUBLE_PAGE);
  g_signal_emit_by_name (self, "trouble");
}

static void
on_channel_heartbeat (BhRunnerChannel *channel, guint page_silence, BhRun *self)
{
  if (self->asleep || (self->process != NULL && bh_runner_process_has_exited (self->process)))
    return;
  bh_heartbeat_beat (self->heartbeat, page_silence);
  self->throttled = bh_limiter_get_throttled (self->limiter);
}

static void
on_channel_heartbeat_relaxed (BhRunnerChannel *channel, guint interval, BhRun *self)
{
  if (self->asleep || (self->process != NULL && bh_runner_process_has_exited (self->process)))
    return;
  bh_heartbeat_relax (self->heartbeat, interval);
  self->throttled = bh_limiter_get_throttled (self->limiter);
}

static void
on_channel_network_process_ended (BhRunnerChannel *channel, int status, BhRun *self)
{
  g_signal_emit_by_name (self, "network-ended", status);
}

static void
on_channel_wait_wanted (BhRunnerChannel *channel, BhRun *self)
{
  bh_run_wait (self);
}

/**
 * bh_run_create_heartbeat:
 * @self: a run with a record
 *
 * Makes what listens to the runner.
 */
void
bh_run_create_heartbeat (BhRun *self)
{
  self->heartbeat
      = bh_heartbeat_new (self->tools->clock, self->record->patience, find_excuse, self);
  g_signal_connect (self->heartbeat, "changed", G_CALLBACK (on_heartbeat_changed), self);
}

/**
 * bh_run_listen_to_health:
 * @self: a run
 * @channel: the channel to its runner
 *
 * Hears how the runner and its page are.
 */
void
bh_run_listen_to_health (BhRun *self, BhRunnerChannel *channel)
{
  g_signal_connect (channel, "heartbeat", G_CALLBACK (on_channel_heartbeat), self);
  g_signal_connect (channel, "heartbeat-relaxed", G_CALLBACK (on_channel_heartbeat_relaxed), self);
  g_signal_connect (channel, "network-process-ended", G_CALLBACK (on_channel_network_process_ended),
                    self);
  g_signal_connect (channel, "wait-wanted", G_CALLBACK (on_channel_wait_wanted), self);
}

/**
 * bh_run_get_patience:
 * @self: a run
 *
 * Returns: milliseconds in which it must answer, 0 for any time
 */
guint
bh_run_get_patience (BhRun *self)
{
  g_return_val_if_fail (BH_IS_RUN (self), 0);

  return self->record->patience;
}

/**
 * bh_run_wait:
 * @self: a run
 *
 * Gives a run that does not answer as much time once more.
 *
 * Returns: whether it was needed
 */
gboolean
bh_run_wait (BhRun *self)
{
  g_return_val_if_fail (BH_IS_RUN (self), FALSE);

  return bh_heartbeat_wait (self->heartbeat);
}

/**
 * bh_run_get_trouble:
 * @self: a run
 *
 * Returns: what its heartbeats tell
 */
BhTrouble
bh_run_get_trouble (BhRun *self)
{
  g_return_val_if_fail (BH_IS_RUN (self), BH_TROUBLE_NONE);

  return bh_heartbeat_get_trouble (self->heartbeat);
}
