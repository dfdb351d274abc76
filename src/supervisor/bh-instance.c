/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-instance-private.h"

#include "bh-error.h"

#include <glib/gi18n.h>

/*
 * An app's instance: at most one run at a time, those who wait for it, and what is remembered of
 * the last one. Decisions are made here, and for what the run tells in bh-instance-run.c; what may
 * follow what is in bh-state.c, and how it is done in bh-run.c.
 *
 * When the last process of a run is gone, those who asked for its end are answered, and those who
 * asked for a launch meanwhile get a new run.
 */

enum {
  CHANGED,
  ENDED,
  ATTENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhInstance, bh_instance, G_TYPE_OBJECT)

/**
 * bh_instance_changed:
 * @self: an instance
 *
 * Says that something that a getter tells has changed.
 */
void
bh_instance_changed (BhInstance *self)
{
  bh_instance_update_idle (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * bh_instance_set_state:
 * @self: an instance
 * @state: the new state
 *
 * Takes a step that the table in bh-state.c allows.
 */
void
bh_instance_set_state (BhInstance *self, BhState state)
{
  BhState before = self->state;

  if (self->state == state)
    return;

  g_assert (bh_state_can_become (self->state, state));
  g_debug ("%s: %s → %s", bh_app_id_get_uuid (self->id), bh_state_to_string (self->state),
           bh_state_to_string (state));
  if (self->state == BH_STATE_BACKING_OFF)
    bh_instance_clear_restart (self);
  self->state = state;
  if (before == BH_STATE_SUSPENDED)
    bh_instance_leave_sleep (self);
  bh_instance_keep_state (self, before);
  bh_instance_changed (self);
}

/**
 * bh_instance_set_ended:
 * @self: an instance with a run
 * @reason: why
 * @detail: more in plain words, or ""
 *
 * Keeps why the run, or its page, has ended, and tells it.
 */
void
bh_instance_set_ended (BhInstance *self, BhReason reason, const char *detail)
{
  self->reason = reason;
  g_free (self->reason_detail);
  self->reason_detail = g_strdup (detail);
  bh_instance_record (self, BH_EVENT_ENDED, bh_reason_to_string (reason), detail);
  g_signal_emit (self, signals[ENDED], 0, bh_reason_to_string (reason), detail);
  bh_instance_changed (self);
}

static void
bh_instance_dispose (GObject *object)
{
  BhInstance *self = BH_INSTANCE (object);

  if (self->tools != NULL)
    {
      bh_instance_clear_deadlines (self);
      /* What is on disk of it stays: a later supervisor makes up for it. */
      bh_clock_clear_timer (self->tools->clock, &self->restart_timer);
      bh_clock_clear_timer (self->tools->clock, &self->idle_timer);
    }
  bh_instance_drop_run (self);

  G_OBJECT_CLASS (bh_instance_parent_class)->dispose (object);
}

static void
bh_instance_finalize (GObject *object)
{
  BhInstance *self = BH_INSTANCE (object);

  g_clear_pointer (&self->manifest, bh_manifest_unref);
  g_clear_pointer (&self->own_limits, bh_limits_unref);
  g_clear_pointer (&self->limits, bh_limits_unref);
  g_clear_pointer (&self->requests, bh_instance_requests_free);
  g_clear_pointer (&self->back_off, bh_back_off_free);
  g_free (self->manifest_path);
  g_free (self->files);
  g_free (self->name);
  g_free (self->reason_detail);
  g_free (self->pending_uri);
  g_free (self->pending_raise);
  g_queue_free (self->sleep_requests);
  g_free (self->ending_detail);
  g_free (self->last_instance);
  g_clear_pointer (&self->owed, bh_instance_note_free);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->tools, bh_instance_tools_unref);
  g_clear_pointer (&self->id, bh_app_id_unref);

  G_OBJECT_CLASS (bh_instance_parent_class)->finalize (object);
}

static void
bh_instance_class_init (BhInstanceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = bh_instance_dispose;
  object_class->finalize = bh_instance_finalize;

  /**
   * BhInstance::changed:
   *
   * Something that a getter tells has changed.
   */
  signals[CHANGED]
      = g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * BhInstance::ended:
   * @self: the instance
   * @reason: the reason's name
   * @detail: more in plain words, or ""
   *
   * A run, or its page, has ended.
   */
  signals[ENDED] = g_signal_new ("ended", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 2, G_TYPE_STRING, G_TYPE_STRING);

  /**
   * BhInstance::attended:
   *
   * A person wants something of the app: to start it, to see it, or that it ends.
   */
  signals[ATTENDED]
      = g_signal_new ("attended", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * BhInstance::process-ended:
   * @self: the instance
   * @role: the process's role
   * @detail: how, in plain words
   *
   * A process has ended that the run can do without.
   */
  g_signal_new ("process-ended", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                G_TYPE_STRING, G_TYPE_STRING);
}

static void
bh_instance_init (BhInstance *self)
{
  self->requests = bh_instance_requests_new ();
  self->sleep_requests = g_queue_new ();
  self->back_off = bh_back_off_new ();
  self->reason_detail = g_strdup ("");
  self->files = g_strdup ("");
  self->last_instance = g_strdup ("");
}

/**
 * bh_instance_new:
 * @id: the app
 * @tools: what instances work with
 *
 * Returns: (transfer full): an instance that does not run
 */
BhInstance *
bh_instance_new (BhAppId *id, BhInstanceTools *tools)
{
  BhInstance *self = g_object_new (BH_TYPE_INSTANCE, NULL);

  self->id = bh_app_id_ref (id);
  self->tools = bh_instance_tools_ref (tools);
  self->settings = bh_app_settings_new (id);
  g_signal_connect_object (tools->defaults, "changed", G_CALLBACK (bh_instance_update_idle), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed", G_CALLBACK (bh_instance_changed), self,
                           G_CONNECT_SWAPPED);
  bh_instance_load_limits (self);

  return self;
}

/**
 * bh_instance_set_app:
 * @self: an instance
 * @manifest: the app's manifest
 * @manifest_path: where it was read
 * @files: the directory that app:// serves, or ""
 * @name: the app's name, for people
 * @managed: whether the administrator installed it, so that its limits can only be lowered
 *
 * Says what the next run is of; one that is under way keeps what it started with.
 */
void
bh_instance_set_app (BhInstance *self,
                     BhManifest *manifest,
                     const char *manifest_path,
                     const char *files,
                     const char *name,
                     gboolean managed)
{
  g_return_if_fail (BH_IS_INSTANCE (self));

  bh_manifest_ref (manifest);
  g_clear_pointer (&self->manifest, bh_manifest_unref);
  self->manifest = manifest;
  g_free (self->manifest_path);
  self->manifest_path = g_strdup (manifest_path);
  g_free (self->files);
  self->files = g_strdup (files);
  g_free (self->name);
  self->name = g_strdup (name);
  self->managed = managed;
  bh_instance_update_limits (self);
  bh_instance_update_idle (self);
}

static gboolean
has_dead_page (BhInstance *self)
{
  return self->state == BH_STATE_CRASHED || self->state == BH_STATE_BACKING_OFF
         || self->state == BH_STATE_FAILED;
}

/**
 * bh_instance_launch_async:
 * @self: an instance
 * @wait: when the launch is done
 * @uri: an absolute URI in the app's scope to show, or ""
 * @activation_token: what lets the window take the focus, or ""
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Starts the app, or raises the window of a running one. One that is just ending is started again
 * when it is gone.
 */
void
bh_instance_launch_async (BhInstance *self,
                          BhLaunchWait wait,
                          const char *uri,
                          const char *activation_token,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  BhRunnerChannel *channel;

  g_return_if_fail (BH_IS_INSTANCE (self));
  g_return_if_fail (self->manifest != NULL);
  g_return_if_fail (uri != NULL && activation_token != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, bh_instance_launch_async);
  g_signal_emit (self, signals[ATTENDED], 0);
  bh_instance_requests_add_launch (self->requests, task, wait, uri, activation_token);
  bh_instance_forgive (self);

  if (self->run == NULL)
    {
      bh_instance_start_run (self);
      return;
    }
  /* Until the processes of the last run are gone the launch waits; see finish_run(). */
  if (self->state == BH_STATE_STOPPING || bh_run_is_ending (self->run))
    return;

  if (self->state == BH_STATE_STARTING)
    {
      if (*uri != '\0')
        {
          g_free (self->pending_uri);
          self->pending_uri = g_strdup (uri);
        }
      if (bh_run_is_spawned (self->run))
        bh_instance_requests_answer_launches (self->requests, BH_LAUNCH_WAIT_SPAWNED);
      return;
    }

  if (bh_instance_is_going_to_sleep (self))
    {
      bh_instance_wake_to_show (self, uri, activation_token);
      return;
    }
  channel = bh_run_get_channel (self->run);
  if (channel != NULL)
    {
      /* A window that tells of a dead page is of no use: the page is loaded again. */
      if (*uri != '\0')
        bh_runner_channel_send_load (channel, uri);
      else if (has_dead_page (self))
        bh_runner_channel_send_recover (channel, 0);
      bh_runner_channel_send_activate (channel, activation_token);
    }
  bh_instance_requests_answer_launches (self->requests, bh_run_get_painted (self->run, NULL)
                                                            ? BH_LAUNCH_WAIT_PAINTED
                                                            : BH_LAUNCH_WAIT_READY);
  bh_instance_expect_paint (self);
}

/**
 * bh_instance_launch_finish:
 * @self: an instance
 * @result: the result
 * @started: (out) (optional): whether this call started the app
 * @error: return location for an error
 *
 * Returns: %TRUE, or %FALSE with %BH_ERROR_LAUNCH_FAILED, %BH_ERROR_ENDED or %BH_ERROR_TIMED_OUT
 */
gboolean
bh_instance_launch_finish (BhInstance *self,
                           GAsyncResult *result,
                           gboolean *started,
                           GError **error)
{
  GTask *task = G_TASK (result);

  g_return_val_if_fail (g_async_result_is_tagged (result, bh_instance_launch_async), FALSE);

  if (started != NULL)
    *started = ((BhLaunchRequest *) g_task_get_task_data (task))->started;

  return g_task_propagate_boolean (task, error);
}

/**
 * bh_instance_end_async:
 * @self: an instance
 * @reason: %BH_REASON_STOPPED to ask and kill after %BH_STOP_GRACE, another one to kill at once
 * @callback: (scope async): called when every process is gone
 * @user_data: for @callback
 *
 * Ends the run.
 */
void
bh_instance_end_async (BhInstance *self,
                       BhReason reason,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  BhState before;

  g_return_if_fail (BH_IS_INSTANCE (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, bh_instance_end_async);
  g_signal_emit (self, signals[ATTENDED], 0);
  if (self->run == NULL)
    {
      /* Of those that wait until the instance is released. */
      bh_instance_requests_refuse_launches (self->requests, BH_ERROR_ENDED,
                                            _("The app was stopped"));
      /* Dismisses what is told of the last run. */
      if (self->state != BH_STATE_STOPPED)
        {
          bh_instance_set_state (self, BH_STATE_STOPPED);
          bh_instance_note_ended (self);
          g_task_return_int (task, 0);
        }
      else
        {
          g_task_return_new_error (task, BH_ERROR, BH_ERROR_NOT_RUNNING, _("“%s” is not running"),
                                   bh_app_id_get_uuid (self->id));
        }
      return;
    }

  bh_instance_requests_add_end (self->requests, task);
  self->dismissed = TRUE;
  before = self->state;
  /* A kill that follows a stop is the stronger; the first reason to stop stays. */
  if (self->ending == BH_REASON_NONE || reason != BH_REASON_STOPPED)
    self->ending = reason;
  bh_run_record_ending (self->run, self->ending);
  if (bh_state_can_become (before, BH_STATE_STOPPING))
    bh_instance_set_state (self, BH_STATE_STOPPING);
  bh_instance_requests_refuse_launches (self->requests, BH_ERROR_ENDED, _("The app was stopped"));

  /* The spawner will be back, see on_run_start_ready(). */
  if (!bh_run_is_spawned (self->run) && !bh_run_is_ending (self->run))
    return;
  if (reason != BH_REASON_STOPPED || before == BH_STATE_STARTING)
    {
      bh_run_kill (self->run);
      return;
    }
  if (bh_run_get_channel (self->run) != NULL)
    bh_runner_channel_send_close (bh_run_get_channel (self->run));
  bh_instance_expect_end (self);
}

/**
 * bh_instance_end_finish:
 * @self: an instance
 * @result: the result
 * @processes: (out) (optional): how many processes had to be killed
 * @error: return location for an error
 *
 * Returns: %TRUE when none is left, or %FALSE with %BH_ERROR_NOT_RUNNING or %BH_ERROR_TIMED_OUT
 */
gboolean
bh_instance_end_finish (BhInstance *self, GAsyncResult *result, guint *processes, GError **error)
{
  gssize killed;

  g_return_val_if_fail (g_async_result_is_tagged (result, bh_instance_end_async), FALSE);

  killed = g_task_propagate_int (G_TASK (result), error);
  if (processes != NULL)
    *processes = killed > 0 ? (guint) killed : 0;

  return killed >= 0;
}

/**
 * bh_instance_activate:
 * @self: an instance
 * @activation_token: what lets the window take the focus, or ""
 * @error: return location for an error
 *
 * Raises the window.
 *
 * Returns: %TRUE, or %FALSE with %BH_ERROR_NOT_RUNNING
 */
gboolean
bh_instance_activate (BhInstance *self, const char *activation_token, GError **error)
{
  BhRunnerChannel *channel;

  g_return_val_if_fail (BH_IS_INSTANCE (self), FALSE);

  if (self->run != NULL && self->state != BH_STATE_STOPPING && bh_instance_is_going_to_sleep (self))
    {
      g_signal_emit (self, signals[ATTENDED], 0);
      bh_instance_wake_to_show (self, "", activation_token);
      return TRUE;
    }
  channel = self->run != NULL ? bh_run_get_channel (self->run) : NULL;
  if (channel == NULL || self->state == BH_STATE_STOPPING)
    {
      g_set_error (error, BH_ERROR, BH_ERROR_NOT_RUNNING, _("“%s” has no window now"),
                   bh_app_id_get_uuid (self->id));
      return FALSE;
    }
  g_signal_emit (self, signals[ATTENDED], 0);
  bh_runner_channel_send_activate (channel, activation_token);

  return TRUE;
}

/**
 * bh_instance_count_restart:
 * @self: an instance
 * @beginning: %BH_BEGINNING_CONTINUE when the next run goes on where the last one was
 *
 * Counts the next run as one more restart. When one is under way already, another call has counted
 * it.
 */
void
bh_instance_count_restart (BhInstance *self, BhBeginning beginning)
{
  g_return_if_fail (BH_IS_INSTANCE (self));

  self->restarting = self->run == NULL;
  self->continuing = self->restarting && beginning == BH_BEGINNING_CONTINUE;
}

/**
 * bh_instance_resume:
 * @self: an instance
 * @channel: a runner's new channel
 * @token: its proof
 * @status: a{sv}, as RunnerHost1.Resume has it
 *
 * Returns: whether this is the instance's own runner, whose channel is taken then
 */
gboolean
bh_instance_resume (BhInstance *self, BhRunnerChannel *channel, const char *token, GVariant *status)
{
  g_return_val_if_fail (BH_IS_INSTANCE (self), FALSE);

  if (self->run == NULL || !bh_run_resume (self->run, channel, token, status))
    return FALSE;

  if (self->state == BH_STATE_STOPPING)
    bh_runner_channel_send_close (channel);
  bh_runner_channel_send_responds (channel, self->state != BH_STATE_UNRESPONSIVE);
  bh_instance_show_pending (self);
  /* What is on its screen is known from now on, to those who have asked for it meanwhile. */
  if (self->state == BH_STATE_RUNNING && bh_run_get_painted (self->run, NULL))
    bh_instance_requests_answer_launches (self->requests, BH_LAUNCH_WAIT_PAINTED);
  bh_instance_forget_owed (self);
  bh_instance_changed (self);

  return TRUE;
}

/**
 * bh_instance_get_id:
 * @self: an instance
 *
 * Returns: (transfer none): the app
 */
BhAppId *
bh_instance_get_id (BhInstance *self)
{
  return self->id;
}

/**
 * bh_instance_get_settings:
 * @self: an instance
 *
 * Returns: (transfer none): what is set for the app alone; when that changes the instance has
 *   changed
 */
BhAppSettings *
bh_instance_get_settings (BhInstance *self)
{
  return self->settings;
}

/**
 * bh_instance_get_state:
 * @self: an instance
 *
 * Returns: the state
 */
BhState
bh_instance_get_state (BhInstance *self)
{
  return self->state;
}

/**
 * bh_instance_get_reason:
 * @self: an instance
 *
 * Returns: why the last run, or its page, ended
 */
BhReason
bh_instance_get_reason (BhInstance *self)
{
  return self->reason;
}

/**
 * bh_instance_get_reason_detail:
 * @self: an instance
 *
 * Returns: (transfer none): the reason in plain words, or ""
 */
const char *
bh_instance_get_reason_detail (BhInstance *self)
{
  return self->reason_detail;
}

/**
 * bh_instance_get_run:
 * @self: an instance
 *
 * Returns: (transfer none) (nullable): the run that is under way
 */
BhRun *
bh_instance_get_run (BhInstance *self)
{
  return self->run;
}

/**
 * bh_instance_is_alive:
 * @self: an instance
 *
 * Returns: whether a run is under way, from the launch until its last process is gone
 */
gboolean
bh_instance_is_alive (BhInstance *self)
{
  return self->run != NULL || bh_instance_requests_has_launches (self->requests);
}

/**
 * bh_instance_get_restarts:
 * @self: an instance
 *
 * Returns: how often the app was started again
 */
guint
bh_instance_get_restarts (BhInstance *self)
{
  return self->restarts;
}

/**
 * bh_instance_get_restart_at:
 * @self: an instance
 *
 * Returns: when the app, or its page, will be started again by itself, in microseconds since 1970;
 *   0 when it will not
 */
gint64
bh_instance_get_restart_at (BhInstance *self)
{
  return self->restart_at;
}
