/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-instance-private.h"

#include "bh-error.h"

#include <glib/gi18n.h>

/*
 * Puts an app to sleep and wakes it: what that means for its state and for those who ask. What is
 * done to the run is in bh-run-sleep.c.
 *
 * Requests are dealt with one after the other, each by what it finds. One that wakes for another
 * reason, because it ends or crashes, leaves "suspended" by the table in bh-state.c, and whatever
 * is left standing still goes on then, unless it is being killed.
 */

typedef struct
{
  BhSuspension by; /* BH_SUSPENSION_NONE to wake */
  GTask *task;     /* or NULL */
  gboolean adopt;  /* it slept when the supervisor came */
} Request;

static void deal_with_next (BhInstance *self);

static void
request_free (Request *request)
{
  g_clear_object (&request->task);
  g_free (request);
}

/* What is said when the app can't sleep now, or NULL. */
static GError *
check_can_sleep (BhInstance *self)
{
  const char *name = bh_app_id_get_uuid (self->id);

  switch ((int) self->state)
    {
    case BH_STATE_RUNNING:
    case BH_STATE_UNRESPONSIVE:
    case BH_STATE_SUSPENDED:
      break;
    case BH_STATE_STARTING:
      return g_error_new (BH_ERROR, BH_ERROR_FAILED,
                          _("“%s” is still starting. It can sleep when it has come up."), name);
    case BH_STATE_CRASHED:
    case BH_STATE_BACKING_OFF:
    case BH_STATE_FAILED:
      if (self->run != NULL)
        return g_error_new (BH_ERROR, BH_ERROR_FAILED,
                            _("The page of “%s” has crashed: there is nothing that could sleep."),
                            name);
      break;
    default:
      break;
    }
  if (self->run == NULL || self->state == BH_STATE_STOPPING || self->ending != BH_REASON_NONE
      || bh_run_is_ending (self->run))
    return g_error_new (BH_ERROR, BH_ERROR_NOT_RUNNING, _("“%s” is not running"), name);

  return NULL;
}

/* Who has it sleep, by what stands now. */
static gboolean
is_asleep_for (BhInstance *self, BhSuspension by)
{
  return self->state == BH_STATE_SUSPENDED
         && (self->suspended == by || self->suspended == BH_SUSPENSION_USER);
}

static void
finish_request (BhInstance *self, GError *error)
{
  Request *request = g_queue_pop_head (self->sleep_requests);
  g_autoptr (GTask) task = g_steal_pointer (&request->task);

  request_free (request);
  if (task != NULL && error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else if (task != NULL)
    g_task_return_boolean (task, TRUE);
}

static void
log_sleep (BhInstance *self)
{
  bh_instance_record (self, BH_EVENT_SUSPENDED, bh_suspension_to_string (self->suspended), NULL);
}

static void
on_sleep_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhInstance) self = BH_INSTANCE (user_data);
  BhRun *run = BH_RUN (source);
  Request *request = g_queue_peek_head (self->sleep_requests);
  g_autoptr (GError) error = NULL;

  self->sleep_busy = FALSE;
  if (!bh_run_sleep_finish (run, result, &error))
    {
      g_debug ("%s: %s", bh_app_id_get_uuid (self->id), error->message);
      if (self->run == run && self->state == BH_STATE_SUSPENDED && request != NULL)
        bh_instance_set_state (self, BH_STATE_RUNNING);
    }
  else if (self->run != run || request == NULL || (error = check_can_sleep (self)) != NULL)
    {
      bh_run_wake_async (run, NULL, NULL);
    }
  else
    {
      gboolean news = self->suspended != request->by;

      bh_clock_clear_timer (self->tools->clock, &self->hang_deadline);
      self->suspended = request->by;
      if (news)
        log_sleep (self);
      bh_instance_set_state (self, BH_STATE_SUSPENDED);
      bh_instance_changed (self);
    }
  if (request != NULL)
    finish_request (self, error);
  deal_with_next (self);
}

static void
on_wake_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhInstance) self = BH_INSTANCE (user_data);
  Request *request = g_queue_peek_head (self->sleep_requests);
  g_autoptr (GError) error = NULL;

  self->sleep_busy = FALSE;
  if (!bh_run_wake_finish (BH_RUN (source), result, &error))
    g_message ("“%s” could not be woken: %s", bh_app_id_get_uuid (self->id), error->message);
  if (self->run == BH_RUN (source) && error == NULL && self->state == BH_STATE_SUSPENDED)
    {
      bh_instance_record (self, BH_EVENT_RESUMED, NULL, NULL);
      bh_instance_set_state (self, BH_STATE_RUNNING);
    }
  if (request != NULL)
    finish_request (self, error);
  deal_with_next (self);
}

static void
deal_with_next (BhInstance *self)
{
  /* Those who are answered may let go of it. */
  g_autoptr (BhInstance) kept = g_object_ref (self);

  while (!self->sleep_busy && !g_queue_is_empty (self->sleep_requests))
    {
      Request *request = g_queue_peek_head (self->sleep_requests);
      g_autoptr (GError) error = check_can_sleep (self);

      if (error == NULL && request->by == BH_SUSPENSION_NONE && self->state == BH_STATE_SUSPENDED)
        {
          self->sleep_busy = TRUE;
          bh_run_wake_async (self->run, on_wake_ready, g_object_ref (self));
        }
      else if (error == NULL && request->adopt)
        {
          self->sleep_busy = TRUE;
          bh_run_adopt_sleep_async (self->run, on_sleep_ready, g_object_ref (self));
        }
      else if (error == NULL && request->by != BH_SUSPENSION_NONE
               && !is_asleep_for (self, request->by))
        {
          self->sleep_busy = TRUE;
          bh_run_sleep_async (self->run, request->by, on_sleep_ready, g_object_ref (self));
        }
      else
        {
          /* One that has not come up, or whose page has crashed, is awake. */
          if (request->by == BH_SUSPENSION_NONE
              && !g_error_matches (error, BH_ERROR, BH_ERROR_NOT_RUNNING))
            g_clear_error (&error);
          finish_request (self, error);
        }
    }
}

static void
add_request (BhInstance *self, BhSuspension by, GTask *task, gboolean adopt)
{
  Request *request = g_new0 (Request, 1);

  request->by = by;
  request->task = task;
  request->adopt = adopt;
  g_queue_push_tail (self->sleep_requests, request);
  deal_with_next (self);
}

/**
 * bh_instance_suspend_async:
 * @self: an instance
 * @by: who wants it: %BH_SUSPENSION_USER or %BH_SUSPENSION_IDLE
 * @callback: (scope async) (nullable): called when it is done
 * @user_data: for @callback
 *
 * Puts the app to sleep. One that was stopped by somebody else is held by us from then on.
 */
void
bh_instance_suspend_async (BhInstance *self,
                           BhSuspension by,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task;

  g_return_if_fail (BH_IS_INSTANCE (self));
  g_return_if_fail (by == BH_SUSPENSION_USER || by == BH_SUSPENSION_IDLE);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, bh_instance_suspend_async);
  add_request (self, by, task, FALSE);
}

/**
 * bh_instance_suspend_finish:
 * @self: an instance
 * @result: the result
 * @error: return location for an error
 *
 * Returns: %TRUE when it sleeps, or %FALSE with %BH_ERROR_NOT_RUNNING, %BH_ERROR_ENDED or
 *   %BH_ERROR_FAILED
 */
gboolean
bh_instance_suspend_finish (BhInstance *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_instance_suspend_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * bh_instance_wake_async:
 * @self: an instance
 * @callback: (scope async) (nullable): called when it is done
 * @user_data: for @callback
 *
 * Wakes the app, whoever has put it to sleep. One that is awake stays so.
 */
void
bh_instance_wake_async (BhInstance *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (BH_IS_INSTANCE (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, bh_instance_wake_async);
  add_request (self, BH_SUSPENSION_NONE, task, FALSE);
}

/**
 * bh_instance_wake_finish:
 * @self: an instance
 * @result: the result
 * @error: return location for an error
 *
 * Returns: %TRUE when it is awake, or %FALSE with %BH_ERROR_NOT_RUNNING or %BH_ERROR_FAILED
 */
gboolean
bh_instance_wake_finish (BhInstance *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_instance_wake_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * bh_instance_is_going_to_sleep:
 * @self: an instance
 *
 * Returns: whether it sleeps or is about to, so that who wants to see it has to wake it
 */
gboolean
bh_instance_is_going_to_sleep (BhInstance *self)
{
  return self->state == BH_STATE_SUSPENDED || self->sleep_busy
         || !g_queue_is_empty (self->sleep_requests);
}

/**
 * bh_instance_adopt_sleep:
 * @self: an instance that is taken over and runs
 *
 * Has it go on sleeping, if it did.
 */
void
bh_instance_adopt_sleep (BhInstance *self)
{
  BhSuspension by = bh_run_get_record (self->run)->suspended;

  if (by == BH_SUSPENSION_NONE)
    return;
  self->suspended = by;
  bh_instance_set_state (self, BH_STATE_SUSPENDED);
  add_request (self, by, NULL, TRUE);
}

/**
 * bh_instance_leave_sleep:
 * @self: an instance that is not suspended any more, or has no run any more
 *
 * Wakes what is left of the run, unless it is killed, and answers those who wanted it to sleep.
 */
void
bh_instance_leave_sleep (BhInstance *self)
{
  gboolean ends = self->ending != BH_REASON_NONE && self->ending != BH_REASON_STOPPED
                  && self->ending != BH_REASON_CLOSED;

  self->suspended = BH_SUSPENSION_NONE;
  if (self->run != NULL && bh_run_is_asleep (self->run) && !bh_run_is_ending (self->run) && !ends)
    bh_run_wake_async (self->run, NULL, NULL);
}

static void
on_launch_woken (GObject *source, GAsyncResult *result, gpointer user_data)
{
  BhInstance *self = BH_INSTANCE (source);
  g_autoptr (GError) error = NULL;

  if (!bh_instance_wake_finish (self, result, &error))
    {
      /* Who has asked for an app that has ended meanwhile has been told, or gets a new run. */
      if (!g_error_matches (error, BH_ERROR, BH_ERROR_NOT_RUNNING))
        bh_instance_requests_refuse_launches (self->requests, BH_ERROR_LAUNCH_FAILED,
                                              error->message);
      return;
    }
  if (self->run == NULL || self->state == BH_STATE_STOPPING)
    return;
  bh_instance_requests_answer_launches (self->requests, bh_run_get_painted (self->run, NULL)
                                                            ? BH_LAUNCH_WAIT_PAINTED
                                                            : BH_LAUNCH_WAIT_READY);
  bh_instance_expect_paint (self);
}

/**
 * bh_instance_wake_to_show:
 * @self: an instance that sleeps or is about to
 * @uri: an absolute URI in the app's scope to show, or ""
 * @activation_token: what lets the window take the focus, or ""
 *
 * Wakes the app because somebody wants to see it, raises its window, and answers those who wait for
 * a launch.
 */
void
bh_instance_wake_to_show (BhInstance *self, const char *uri, const char *activation_token)
{
  g_free (self->pending_raise);
  self->pending_raise = g_strdup (activation_token);
  if (*uri != '\0')
    {
      g_free (self->pending_uri);
      self->pending_uri = g_strdup (uri);
    }
  bh_instance_show_pending (self);
  bh_instance_wake_async (self, on_launch_woken, NULL);
}

/**
 * bh_instance_show_pending:
 * @self: an instance that runs
 *
 * Shows what is to be shown, if anything is and there is somebody to tell that: one who stands
 * still reads it when he goes on, and one whom another supervisor has started when he comes back.
 */
void
bh_instance_show_pending (BhInstance *self)
{
  BhRunnerChannel *channel = bh_run_get_channel (self->run);

  if (channel == NULL)
    return;
  if (self->pending_uri != NULL)
    bh_runner_channel_send_load (channel, self->pending_uri);
  if (self->pending_raise != NULL)
    bh_runner_channel_send_activate (channel, self->pending_raise);
  g_clear_pointer (&self->pending_uri, g_free);
  g_clear_pointer (&self->pending_raise, g_free);
}

static void
on_run_resume_wanted (BhRun *run, BhInstance *self)
{
  if (self->state == BH_STATE_SUSPENDED)
    bh_instance_wake_async (self, NULL, NULL);
}

/**
 * bh_instance_listen_to_sleep:
 * @self: an instance with a run
 *
 * Hears when the user wants the app to wake.
 */
void
bh_instance_listen_to_sleep (BhInstance *self)
{
  g_signal_connect (self->run, "resume-wanted", G_CALLBACK (on_run_resume_wanted), self);
}

/**
 * bh_instance_get_suspension:
 * @self: an instance
 *
 * Returns: who has suspended it
 */
BhSuspension
bh_instance_get_suspension (BhInstance *self)
{
  g_return_val_if_fail (BH_IS_INSTANCE (self), BH_SUSPENSION_NONE);

  if (self->state != BH_STATE_SUSPENDED)
    return BH_SUSPENSION_NONE;

  return self->suspended != BH_SUSPENSION_NONE ? self->suspended : BH_SUSPENSION_OUTSIDE;
}

/**
 * bh_instance_may_sleep_with_all:
 * @self: an instance
 *
 * Returns: whether it runs, and nothing speaks against its being put to sleep with all others
 */
gboolean
bh_instance_may_sleep_with_all (BhInstance *self)
{
  g_return_val_if_fail (BH_IS_INSTANCE (self), FALSE);

  return (self->state == BH_STATE_RUNNING || self->state == BH_STATE_UNRESPONSIVE)
         && !bh_app_settings_get_keep_awake (self->settings)
         && bh_activities_allow_sleep (bh_instance_get_activities (self));
}

/**
 * bh_instance_get_activities:
 * @self: an instance
 *
 * Returns: what its run does, nothing until it has said so
 */
BhActivities
bh_instance_get_activities (BhInstance *self)
{
  BhActivities activities = 0;

  g_return_val_if_fail (BH_IS_INSTANCE (self), 0);

  return self->run != NULL && bh_run_get_activities (self->run, &activities) ? activities : 0;
}
