/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-instance-private.h"

#include <glib/gi18n.h>
#include <signal.h>
#include <sys/wait.h>

/*
 * An instance's half that faces the run: starts one, and says what each of its events means for the
 * state of the app and for those who wait.
 */

/**
 * bh_instance_clear_deadlines:
 * @self: an instance
 *
 * Removes all timers.
 */
void
bh_instance_clear_deadlines (BhInstance *self)
{
  bh_clock_clear_timer (self->tools->clock, &self->launch_deadline);
  bh_clock_clear_timer (self->tools->clock, &self->stop_deadline);
  bh_clock_clear_timer (self->tools->clock, &self->hang_deadline);
}

/**
 * bh_instance_drop_run:
 * @self: an instance
 *
 * Lets go of the run, if there is one.
 */
void
bh_instance_drop_run (BhInstance *self)
{
  if (self->run == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->run, self);
  g_clear_object (&self->run);
}

/* The run has failed before it was ready. */
static void
fail_launch (BhInstance *self, const char *message)
{
  bh_instance_set_ended (self, BH_REASON_LAUNCH_FAILED, message);
  bh_instance_set_state (self, BH_STATE_CRASHED);
  bh_instance_requests_refuse_launches (self->requests, BH_ERROR_LAUNCH_FAILED, message);
}

static gboolean
on_paint_deadline (gpointer user_data)
{
  BhInstance *self = BH_INSTANCE (user_data);

  self->launch_deadline = 0;
  bh_instance_requests_refuse_launches (self->requests, BH_ERROR_TIMED_OUT,
                                        _("The app runs, but has painted nothing yet"));

  return G_SOURCE_REMOVE;
}

/**
 * bh_instance_expect_paint:
 * @self: an instance
 *
 * Lets nobody wait for a first frame for longer than %BH_PAINT_DEADLINE.
 */
void
bh_instance_expect_paint (BhInstance *self)
{
  if (self->launch_deadline == 0 && bh_instance_requests_has_launches (self->requests))
    self->launch_deadline
        = bh_clock_add_timer (self->tools->clock, BH_PAINT_DEADLINE, on_paint_deadline, self);
}

static gboolean
on_launch_deadline (gpointer user_data)
{
  BhInstance *self = BH_INSTANCE (user_data);

  self->launch_deadline = 0;
  self->late = TRUE;
  bh_run_kill (self->run);

  return G_SOURCE_REMOVE;
}

static gboolean
on_stop_deadline (gpointer user_data)
{
  BhInstance *self = BH_INSTANCE (user_data);

  self->stop_deadline = 0;
  bh_run_kill (self->run);

  return G_SOURCE_REMOVE;
}

/**
 * bh_instance_expect_end:
 * @self: an instance
 *
 * Kills the run if it has not ended by itself after %BH_STOP_GRACE.
 */
void
bh_instance_expect_end (BhInstance *self)
{
  if (self->stop_deadline == 0)
    self->stop_deadline
        = bh_clock_add_timer (self->tools->clock, BH_STOP_GRACE, on_stop_deadline, self);
}

static void
on_run_greeted (BhRun *run, BhInstance *self)
{
  bh_instance_requests_answer_launches (self->requests, BH_LAUNCH_WAIT_SPAWNED);
}

static void
on_run_exited (BhRun *run, BhInstance *self)
{
  g_autofree char *detail = NULL;
  g_autofree char *late = NULL;
  gboolean expected = self->state == BH_STATE_STOPPING;
  BhReason reason;
  BhEnd end;

  bh_instance_clear_deadlines (self);
  bh_instance_forget_owed (self);
  bh_run_tell_end (run, &end);
  /* A window that has come up empty because the rest could not be started is no start either. */
  end.before_ready = self->state == BH_STATE_STARTING
                     || (end.failure != NULL && !bh_run_get_painted (run, NULL));
  end.requested = self->ending;
  if (self->late && end.failure == NULL)
    end.failure = late
        = g_strdup_printf (_("The app did not answer within %d seconds and was ended"),
                           BH_LAUNCH_DEADLINE / 1000);
  if (end.requested == BH_REASON_NONE && end.known && WIFSIGNALED (end.wait_status)
      && WTERMSIG (end.wait_status) == SIGKILL)
    end.requested = bh_instance_explain_kill (self, &self->ending_detail);
  reason = bh_end_reason_decide (&end, &detail);
  if (reason == end.requested && self->ending_detail != NULL)
    {
      g_free (detail);
      detail = g_strdup (self->ending_detail);
    }

  if (reason == BH_REASON_LAUNCH_FAILED)
    {
      fail_launch (self, detail);
      return;
    }
  bh_instance_set_ended (self, reason, detail);
  bh_instance_set_state (self, bh_reason_is_crash (reason) && !expected ? BH_STATE_CRASHED
                                                                        : BH_STATE_STOPPING);
  /* Launches that came while it was ending get a new run, see finish_run(). */
  if (!expected)
    bh_instance_requests_refuse_launches (self->requests, BH_ERROR_ENDED,
                                          *detail != '\0' ? detail : bh_reason_get_label (reason));
}

static void
on_run_kill_failed (BhRun *run, GError *error, BhInstance *self)
{
  bh_instance_requests_fail_ends (self->requests, error);
  bh_instance_requests_refuse_launches (self->requests, BH_ERROR_TIMED_OUT, error->message);
}

static void
on_run_changed (BhRun *run, BhInstance *self)
{
  bh_instance_changed (self);
}

static void
on_run_ready (BhRun *run, BhInstance *self)
{
  bh_clock_clear_timer (self->tools->clock, &self->launch_deadline);
  if (self->state == BH_STATE_STARTING)
    bh_instance_set_state (self, BH_STATE_RUNNING);
  if (self->state == BH_STATE_STOPPING)
    return;
  if (self->pending_uri != NULL)
    bh_runner_channel_send_load (bh_run_get_channel (run), self->pending_uri);
  g_clear_pointer (&self->pending_uri, g_free);
  bh_instance_requests_answer_launches (self->requests, bh_run_get_painted (run, NULL)
                                                            ? BH_LAUNCH_WAIT_PAINTED
                                                            : BH_LAUNCH_WAIT_READY);
  bh_instance_expect_paint (self);
}

static void
on_run_painted (BhRun *run, BhInstance *self)
{
  /* Before it is ready, its being ready ends the wait; launches of one that ends wait on. */
  if (self->state == BH_STATE_STARTING || self->state == BH_STATE_STOPPING)
    return;
  bh_clock_clear_timer (self->tools->clock, &self->launch_deadline);
  bh_instance_requests_answer_launches (self->requests, BH_LAUNCH_WAIT_PAINTED);
}

static void
on_run_page_recovered (BhRun *run, BhInstance *self)
{
  if (self->state != BH_STATE_CRASHED && self->state != BH_STATE_BACKING_OFF
      && self->state != BH_STATE_FAILED)
    return;
  /* Only a person gets it out of that. */
  if (self->state == BH_STATE_FAILED)
    bh_instance_forgive (self);
  bh_instance_set_state (self, BH_STATE_RUNNING);
  bh_instance_begin_healthy (self);
}

static void
on_run_page_left (BhRun *run, BhInstance *self)
{
  if (self->state == BH_STATE_BACKING_OFF)
    bh_instance_set_state (self, BH_STATE_CRASHED);
}

static void
on_run_closing (BhRun *run, const char *reason, BhInstance *self)
{
  gboolean stopped = g_str_equal (reason, "stopped");

  if (self->ending == BH_REASON_NONE)
    self->ending = stopped ? BH_REASON_STOPPED : BH_REASON_CLOSED;
  bh_run_record_ending (run, self->ending);
  /* A runner that hangs with its window closed would block the next launch. */
  if (!bh_run_is_ending (run))
    bh_instance_expect_end (self);
  if (self->state == BH_STATE_STOPPING)
    return;
  bh_instance_set_state (self, BH_STATE_STOPPING);
  bh_instance_requests_refuse_launches (
      self->requests, BH_ERROR_ENDED, stopped ? _("The app was stopped") : _("The app was closed"));
}

/* All processes of the run are gone. */
static void
finish_run (BhInstance *self, guint killed)
{
  /* The last reference may go when others hear of the change. */
  g_autoptr (BhInstance) kept = g_object_ref (self);
  g_autoptr (BhRun) run = g_object_ref (self->run);
  gboolean dismissed;

  bh_instance_clear_deadlines (self);
  g_free (self->last_instance);
  self->last_instance = g_strdup (bh_run_get_record (self->run)->instance);
  bh_instance_drop_run (self);
  g_clear_pointer (&self->pending_uri, g_free);
  g_clear_pointer (&self->pending_raise, g_free);
  self->ending = BH_REASON_NONE;
  g_clear_pointer (&self->ending_detail, g_free);
  self->pressed = 0;
  self->growth = 0;
  self->late = FALSE;

  dismissed = self->dismissed;
  self->dismissed = FALSE;
  if (dismissed || self->reason == BH_REASON_CLOSED || self->reason == BH_REASON_STOPPED)
    bh_instance_note_ended (self);
  /* Those who asked for the end are told when nothing is left: first what a former supervisor still
   * had to do, for the record is what it was about. */
  if (dismissed)
    {
      bh_instance_forget_owed (self);
      bh_run_remove_record (run);
    }

  if (self->state == BH_STATE_STOPPING)
    bh_instance_set_state (self, BH_STATE_STOPPED);
  bh_instance_changed (self);

  bh_instance_requests_answer_ends (self->requests, killed);
  if (self->run != NULL)
    return;
  if (bh_instance_requests_has_launches (self->requests))
    bh_instance_start_run (self);
  else if (!dismissed)
    bh_instance_follow_up (self);
  g_clear_pointer (&self->owed, bh_instance_note_free);
}

static void
on_run_gone (BhRun *run, guint killed, BhInstance *self)
{
  finish_run (self, killed);
}

/**
 * bh_instance_take_run:
 * @self: an instance without a run
 * @run: (transfer full): a run
 *
 * Makes @run the one that is under way.
 */
void
bh_instance_take_run (BhInstance *self, BhRun *run)
{
  self->run = run;
  g_signal_connect (run, "changed", G_CALLBACK (on_run_changed), self);
  g_signal_connect (run, "greeted", G_CALLBACK (on_run_greeted), self);
  g_signal_connect (run, "ready", G_CALLBACK (on_run_ready), self);
  g_signal_connect (run, "painted", G_CALLBACK (on_run_painted), self);
  bh_instance_listen_to_happenings (self);
  bh_instance_listen_to_health (self);
  bh_instance_listen_to_sleep (self);
  g_signal_connect (run, "page-recovered", G_CALLBACK (on_run_page_recovered), self);
  g_signal_connect (run, "page-left", G_CALLBACK (on_run_page_left), self);
  g_signal_connect (run, "closing", G_CALLBACK (on_run_closing), self);
  g_signal_connect (run, "exited", G_CALLBACK (on_run_exited), self);
  g_signal_connect (run, "gone", G_CALLBACK (on_run_gone), self);
  g_signal_connect (run, "kill-failed", G_CALLBACK (on_run_kill_failed), self);
  bh_instance_listen_to_limiter (self);
}

static void
on_run_start_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhInstance) self = BH_INSTANCE (user_data);
  g_autoptr (GError) error = NULL;

  if (!bh_run_start_finish (BH_RUN (source), result, &error))
    {
      if (self->state == BH_STATE_STOPPING)
        bh_instance_set_ended (self, self->ending, "");
      else
        fail_launch (self, error->message);
      finish_run (self, 0);
      return;
    }
  /* It has ended before we heard that it began. */
  if (self->run != BH_RUN (source) || bh_run_is_ending (self->run))
    return;

  bh_instance_changed (self);
  bh_instance_settle_restart (self);
  /* It was asked to end while it was being made. */
  if (self->ending != BH_REASON_NONE)
    {
      bh_run_kill (self->run);
      return;
    }
  self->launch_deadline
      = bh_clock_add_timer (self->tools->clock, BH_LAUNCH_DEADLINE, on_launch_deadline, self);
  if (bh_run_has_greeted (self->run))
    on_run_greeted (self->run, self);
}

/**
 * bh_instance_start_run:
 * @self: an instance without a run
 *
 * Starts a run, for the first of the launches that wait if there is one; when the instance is
 * released if it is held.
 */
void
bh_instance_start_run (BhInstance *self)
{
  BhLaunchRequest *request = bh_instance_requests_has_launches (self->requests)
                                 ? bh_instance_requests_start_launch (self->requests)
                                 : NULL;
  BhBeginning beginning = self->continuing ? BH_BEGINNING_CONTINUE : BH_BEGINNING_LAUNCH;

  if (self->held)
    {
      self->start_owed = TRUE;
      return;
    }
  if (request != NULL && *request->uri != '\0')
    beginning = BH_BEGINNING_PAGE;
  if (self->restarting)
    self->restarts++;
  self->restarting = FALSE;
  self->continuing = FALSE;
  bh_instance_take_run (self, bh_run_new (self->id, self->tools, self->manifest,
                                          self->manifest_path, self->limits, self->restarts));
  bh_instance_set_state (self, BH_STATE_STARTING);
  bh_instance_begin_healthy (self);
  bh_run_start_async (self->run, self->name, self->files, request != NULL ? request->uri : "",
                      request != NULL ? request->activation_token : "", beginning,
                      on_run_start_ready, g_object_ref (self));
}

/**
 * bh_instance_hold:
 * @self: an instance that is not held
 *
 * Starts no run from now on: something is done to the app's directories.
 */
void
bh_instance_hold (BhInstance *self)
{
  g_return_if_fail (BH_IS_INSTANCE (self) && !self->held);

  self->held = TRUE;
  bh_instance_changed (self);
}

/**
 * bh_instance_release:
 * @self: an instance that is held
 *
 * Starts the run that somebody has asked for meanwhile.
 */
void
bh_instance_release (BhInstance *self)
{
  gboolean owed;

  g_return_if_fail (BH_IS_INSTANCE (self) && self->held);

  self->held = FALSE;
  owed = self->start_owed;
  self->start_owed = FALSE;
  if (self->run == NULL && owed && bh_instance_requests_has_launches (self->requests))
    bh_instance_start_run (self);
  bh_instance_changed (self);
}

/**
 * bh_instance_is_held:
 * @self: an instance
 *
 * Returns: whether no run is started now
 */
gboolean
bh_instance_is_held (BhInstance *self)
{
  g_return_val_if_fail (BH_IS_INSTANCE (self), FALSE);

  return self->held;
}
