/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-instance-private.h"

#include "bh-end-reason.h"
#include "bh-error.h"

#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

/*
 * What it means for an app that its run does not answer, or that a process of it ends while its
 * runner lives.
 *
 * When the page's process has ended the app has crashed, and its window says so. The network
 * process WebKit replaces by itself, so its end is told and counted and no more; one that ends
 * again and again is a crash of the app.
 *
 * That a run does not answer is told and left to the user, who can
 * wait, restart it or kill it; only when the manifest asks for that, an app that still does not
 * answer after as much time again is ended and counts as crashed.
 *
 * An app of which somebody has stopped a process is asleep and not in trouble.
 */

/* Ends the run for a @reason of ours; takes the @detail. */
static void
end_run (BhInstance *self, BhReason reason, char *detail)
{
  g_autofree char *owned = detail;

  if (self->ending != BH_REASON_NONE || bh_run_is_ending (self->run))
    return;

  self->ending = reason;
  g_free (self->ending_detail);
  self->ending_detail = g_steal_pointer (&owned);
  bh_run_record_ending (self->run, self->ending);
  bh_run_kill (self->run);
}

static gboolean
on_hang_deadline (gpointer user_data)
{
  BhInstance *self = BH_INSTANCE (user_data);
  guint seconds = 2 * bh_run_get_patience (self->run) / 1000;

  self->hang_deadline = 0;
  end_run (self, BH_REASON_UNRESPONSIVE,
           g_strdup_printf (g_dngettext (NULL, "It had not answered for %u second and was ended",
                                         "It had not answered for %u seconds and was ended",
                                         seconds),
                            seconds));

  return G_SOURCE_REMOVE;
}

static void
set_unresponsive (BhInstance *self, BhTrouble trouble)
{
  /* The table knows no shorter way. */
  if (self->state == BH_STATE_SUSPENDED)
    bh_instance_set_state (self, BH_STATE_RUNNING);
  if (self->state != BH_STATE_RUNNING)
    return;

  bh_instance_record (self, BH_EVENT_UNRESPONSIVE, NULL,
                      trouble == BH_TROUBLE_WINDOW ? _("The window does not answer")
                                                   : _("The page does not answer"));
  bh_instance_set_state (self, BH_STATE_UNRESPONSIVE);
  if (self->hang_deadline == 0 && bh_manifest_get_restart_unresponsive (self->manifest))
    self->hang_deadline = bh_clock_add_timer (self->tools->clock, bh_run_get_patience (self->run),
                                              on_hang_deadline, self);
}

static void
on_run_trouble (BhRun *run, BhInstance *self)
{
  BhTrouble trouble = bh_run_get_trouble (run);

  /* One that we have stopped owes no answer. */
  if (bh_run_is_asleep (run) || self->sleep_busy)
    return;
  if (trouble == BH_TROUBLE_WINDOW || trouble == BH_TROUBLE_PAGE)
    {
      set_unresponsive (self, trouble);
      return;
    }

  bh_clock_clear_timer (self->tools->clock, &self->hang_deadline);
  if (trouble == BH_TROUBLE_STOPPED)
    {
      if (self->state == BH_STATE_RUNNING || self->state == BH_STATE_UNRESPONSIVE)
        bh_instance_set_state (self, BH_STATE_SUSPENDED);
    }
  else if (self->state == BH_STATE_UNRESPONSIVE || self->state == BH_STATE_SUSPENDED)
    {
      if (self->state == BH_STATE_UNRESPONSIVE)
        bh_instance_record (self, BH_EVENT_RESPONDING, NULL, NULL);
      bh_instance_set_state (self, BH_STATE_RUNNING);
    }
}

static gboolean
has_page_ended (BhInstance *self)
{
  return self->state == BH_STATE_CRASHED || self->state == BH_STATE_BACKING_OFF
         || self->state == BH_STATE_FAILED;
}

/* Only the kernel, for want of memory, and the user kill. */
static gboolean
may_be_killed (int status)
{
  return status == -1 || (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
}

static char *
describe_memory_limit (BhInstance *self)
{
  guint64 memory = bh_limits_get_memory (bh_run_get_first_limits (self->run));
  g_autofree char *limit = g_format_size_full (memory, G_FORMAT_SIZE_IEC_UNITS);

  if (memory == 0)
    return g_strdup (_("WebKit ended the page, which used too much memory"));

  return g_strdup_printf (_("WebKit ended the page, which needed more memory than the app's limit "
                            "of %s leaves for it"),
                          limit);
}

static void
explain_end (BhInstance *self)
{
  BhRunnerChannel *channel = bh_run_get_channel (self->run);

  if (channel != NULL)
    bh_runner_channel_send_explain (channel, self->reason, self->reason_detail,
                                    self->state == BH_STATE_FAILED);
}

static void
on_run_page_ended (BhRun *run, const char *reason, int status, BhInstance *self)
{
  BhReason why = BH_REASON_NONE;
  g_autofree char *detail = NULL;

  if (self->state == BH_STATE_STOPPING || has_page_ended (self))
    return;
  /* The runner ended it itself, because it was asked to. */
  if (g_str_equal (reason, "terminated"))
    return;

  if (g_str_equal (reason, "memory-limit"))
    {
      guint64 first = bh_limits_get_memory (bh_run_get_first_limits (run));
      guint64 memory = bh_limits_get_memory (bh_limiter_get_limits (bh_run_get_limiter (run)));

      why = BH_REASON_MEMORY_LIMIT;
      detail = describe_memory_limit (self);
      /* The limit was raised since. WebKit can't be told, but the next run can. */
      if (first != 0 && (memory == 0 || memory > first))
        {
          end_run (self, why, g_steal_pointer (&detail));
          return;
        }
    }
  else if (may_be_killed (status))
    {
      why = bh_instance_explain_kill (self, &detail);
    }
  if (why == BH_REASON_NONE)
    {
      why = BH_REASON_WEB_PROCESS_CRASHED;
      detail = bh_end_reason_describe_page (status);
    }

  bh_instance_set_ended (self, why, detail);
  bh_instance_set_state (self, BH_STATE_CRASHED);
  bh_instance_requests_refuse_launches (self->requests, BH_ERROR_ENDED, detail);
  explain_end (self);
  bh_instance_follow_up (self);
  if (self->state == BH_STATE_FAILED)
    explain_end (self);
}

static void
on_run_network_ended (BhRun *run, int status, BhInstance *self)
{
  gint64 now = bh_clock_get_time (self->tools->clock);
  g_autofree char *detail = NULL;
  gint64 oldest;

  /* It goes with its app. */
  if (self->state == BH_STATE_STOPPING)
    return;

  if (may_be_killed (status))
    bh_instance_explain_kill (self, &detail);
  if (detail == NULL)
    detail = bh_end_reason_describe_network (status);

  bh_instance_record (self, BH_EVENT_PROCESS_ENDED, NULL, detail);
  self->network_crashes++;
  memmove (self->network_ends + 1, self->network_ends,
           sizeof self->network_ends - sizeof self->network_ends[0]);
  self->network_ends[0] = now;
  oldest = self->network_ends[BH_NETWORK_CRASHES - 1];
  g_signal_emit_by_name (self, "process-ended", bh_role_to_string (BH_ROLE_NETWORK), detail);
  bh_instance_changed (self);
  if (oldest != 0 && now - oldest <= BH_NETWORK_WINDOW)
    end_run (self, BH_REASON_CRASHED,
             g_strdup_printf (_("Its network process ended %d times within a minute. %s"),
                              BH_NETWORK_CRASHES, detail));
}

/**
 * bh_instance_listen_to_health:
 * @self: an instance with a run
 *
 * Hears whether the run answers, and how its processes are.
 */
void
bh_instance_listen_to_health (BhInstance *self)
{
  self->network_crashes = 0;
  memset (self->network_ends, 0, sizeof self->network_ends);
  g_signal_connect (self->run, "trouble", G_CALLBACK (on_run_trouble), self);
  g_signal_connect (self->run, "page-ended", G_CALLBACK (on_run_page_ended), self);
  g_signal_connect (self->run, "network-ended", G_CALLBACK (on_run_network_ended), self);
}

/**
 * bh_instance_wait:
 * @self: an instance
 * @error: return location for an error
 *
 * Gives an app that does not answer as much time once more; one that answers does not need it.
 *
 * Returns: %TRUE, or %FALSE with %BH_ERROR_NOT_RUNNING
 */
gboolean
bh_instance_wait (BhInstance *self, GError **error)
{
  g_return_val_if_fail (BH_IS_INSTANCE (self), FALSE);

  if (self->run == NULL)
    {
      g_set_error (error, BH_ERROR, BH_ERROR_NOT_RUNNING, _("“%s” is not running"),
                   bh_app_id_get_uuid (self->id));
      return FALSE;
    }
  bh_run_wait (self->run);

  return TRUE;
}

/**
 * bh_instance_get_network_crashes:
 * @self: an instance
 *
 * Returns: how often the network process of the last run has ended by itself
 */
guint
bh_instance_get_network_crashes (BhInstance *self)
{
  g_return_val_if_fail (BH_IS_INSTANCE (self), 0);

  return self->network_crashes;
}
