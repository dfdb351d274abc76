/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-run-private.h"

#include "bh-dbus-private.h"
#include "bh-error.h"

#include <glib/gi18n.h>

/*
 * A run that sleeps: its window says so first, then its processes stand still (bh-freezer.c). It is
 * in the record before, so that a supervisor that dies in between leaves nothing asleep that
 * nobody knows of; and out of it when the run goes on again.
 *
 * One that sleeps owes no heartbeat.
 */

/* Milliseconds that the window has to say that it sleeps. One that hangs is not waited for. */
#define VEIL 1500

static void
record_sleep (BhRun *self, BhSuspension by, gboolean awake)
{
  if (self->record->suspended == by && self->record->awake == awake)
    return;
  self->record->suspended = by;
  self->record->awake = awake;
  bh_run_save_record (self);
}

static BhDBusRunner1 *
get_proxy (BhRun *self)
{
  return self->channel != NULL ? BH_DBUS_RUNNER1 (bh_runner_channel_get_proxy (self->channel))
                               : NULL;
}

/* Told whenever it may have changed, and by a new supervisor. */
static void
tell_window (BhRun *self)
{
  BhDBusRunner1 *proxy = get_proxy (self);

  if (proxy != NULL)
    bh_dbus_runner1_call_set_suspended (proxy, bh_suspension_to_string (self->record->suspended),
                                        NULL, NULL, NULL);
}

/* It goes on, whatever came in between. */
static void
end_sleep (BhRun *self)
{
  self->asleep = FALSE;
  record_sleep (self, BH_SUSPENSION_NONE, FALSE);
  tell_window (self);
  if (bh_run_get_runner (self) != NULL && !bh_run_is_ending (self))
    {
      bh_heartbeat_start (self->heartbeat);
      bh_heartbeat_forgive (self->heartbeat);
    }
}

static void
on_freeze_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  BhRun *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (bh_freezer_freeze_finish (BH_FREEZER (source), result, &error))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  end_sleep (self);
  g_task_return_error (task, error);
}

/* Takes the reference to the task. */
static void
freeze (GTask *task)
{
  g_autoptr (GTask) owned = task;
  BhRun *self = g_task_get_source_object (task);
  const BhProcessKey *runner = bh_run_get_runner (self);

  /* It was to go on meanwhile, or has ended. */
  if (!self->asleep || runner == NULL || bh_run_is_ending (self))
    {
      if (self->asleep)
        end_sleep (self);
      g_task_return_new_error (task, BH_ERROR, BH_ERROR_ENDED,
                               _("The app was to go on or to end before it slept"));
      return;
    }
  bh_freezer_freeze_async (self->freezer,
                           self->record->awake ? BH_FREEZE_BELOW_RUNNER : BH_FREEZE_ALL, runner,
                           on_freeze_ready, g_steal_pointer (&owned));
}

static void
on_set_suspended_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = G_TASK (user_data);
  BhRun *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  gboolean awake = FALSE;

  if (!bh_dbus_runner1_call_set_suspended_finish (BH_DBUS_RUNNER1 (source), &awake, result, &error))
    g_debug ("%s: the window can't say that it sleeps: %s", self->record->uuid, error->message);
  if (self->asleep)
    record_sleep (self, self->record->suspended,
                  awake || self->record->suspended == BH_SUSPENSION_IDLE);
  freeze (task);
}

/**
 * bh_run_sleep_async:
 * @self: a run that is ready
 * @by: who wants it
 * @callback: (scope async): called when it sleeps
 * @user_data: for @callback
 *
 * Has the run stand still. When it is for being idle its runner stays awake, so that the app can be
 * woken by a click; one that sleeps so already can be put to a deeper sleep. Only one call may be
 * under way.
 */
void
bh_run_sleep_async (BhRun *self, BhSuspension by, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  BhDBusRunner1 *proxy;

  g_return_if_fail (BH_IS_RUN (self));
  g_return_if_fail (by == BH_SUSPENSION_USER || by == BH_SUSPENSION_IDLE);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, bh_run_sleep_async);
  self->asleep = TRUE;
  bh_heartbeat_stop (self->heartbeat);
  record_sleep (self, by, by == BH_SUSPENSION_IDLE);

  proxy = get_proxy (self);
  if (proxy == NULL)
    {
      freeze (task);
      return;
    }
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (proxy), VEIL);
  bh_dbus_runner1_call_set_suspended (proxy, bh_suspension_to_string (by), NULL,
                                      on_set_suspended_ready, task);
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (proxy), -1);
}

/**
 * bh_run_sleep_finish:
 * @self: a run
 * @result: the result
 * @error: return location for an error
 *
 * Returns: whether it sleeps
 */
gboolean
bh_run_sleep_finish (BhRun *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * bh_run_adopt_sleep_async:
 * @self: a run that is taken over, and was asleep
 * @callback: (scope async): called when it sleeps again
 * @user_data: for @callback
 *
 * Has the run go on sleeping, of which the former supervisor's guard may have continued what was
 * not in a scope. Its window says still that it sleeps.
 */
void
bh_run_adopt_sleep_async (BhRun *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (BH_IS_RUN (self));
  g_return_if_fail (self->asleep);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, bh_run_adopt_sleep_async);
  if (bh_run_is_setting_limits (self))
    self->sleep_adoption = task;
  else
    freeze (task);
}

/**
 * bh_run_go_on_adopting_sleep:
 * @self: a run whose scope has been looked for
 *
 * Goes on where bh_run_adopt_sleep_async() had to wait, or wakes one that is not to sleep any more.
 */
void
bh_run_go_on_adopting_sleep (BhRun *self)
{
  GTask *task = g_steal_pointer (&self->sleep_adoption);

  if (task != NULL)
    freeze (task);
  else if (self->was_asleep && !self->asleep)
    bh_run_wake_async (self, NULL, NULL);
  self->was_asleep = FALSE;
}

static void
on_thaw_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  BhRun *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!bh_freezer_thaw_finish (BH_FREEZER (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  end_sleep (self);
  g_task_return_boolean (task, TRUE);
}

/**
 * bh_run_wake_async:
 * @self: a run
 * @callback: (scope async) (nullable): called when it goes on
 * @user_data: for @callback
 *
 * Lets the run go on, whoever has stopped it.
 */
void
bh_run_wake_async (BhRun *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (BH_IS_RUN (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, bh_run_wake_async);
  bh_freezer_thaw_async (self->freezer, on_thaw_ready, task);
}

/**
 * bh_run_wake_finish:
 * @self: a run
 * @result: the result
 * @error: return location for an error
 *
 * Returns: whether it goes on
 */
gboolean
bh_run_wake_finish (BhRun *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * bh_run_is_asleep:
 * @self: a run
 *
 * Returns: whether it stands still because we have it so, or is about to
 */
gboolean
bh_run_is_asleep (BhRun *self)
{
  g_return_val_if_fail (BH_IS_RUN (self), FALSE);

  return self->asleep;
}

/**
 * bh_run_get_activities:
 * @self: a run
 * @activities: (out): what it does
 *
 * Returns: whether it has said so
 */
gboolean
bh_run_get_activities (BhRun *self, BhActivities *activities)
{
  g_return_val_if_fail (BH_IS_RUN (self) && activities != NULL, FALSE);

  *activities = self->activities;

  return self->activities_known;
}

/**
 * bh_run_set_activities:
 * @self: a run
 * @activities: what its runner says that it does
 *
 * Takes note of it; "changed" tells.
 */
void
bh_run_set_activities (BhRun *self, BhActivities activities)
{
  if (self->activities_known && self->activities == activities)
    return;
  self->activities = activities;
  self->activities_known = TRUE;
  g_signal_emit_by_name (self, "changed");
}

static void
on_channel_activity_changed (BhRunnerChannel *channel, guint activities, BhRun *self)
{
  bh_run_set_activities (self, (BhActivities) activities);
}

static void
on_channel_resume_wanted (BhRunnerChannel *channel, BhRun *self)
{
  g_signal_emit_by_name (self, "resume-wanted");
}

/**
 * bh_run_listen_to_sleep:
 * @self: a run
 * @channel: the channel to its runner
 *
 * Hears what the app does, and whether its user wants it to wake.
 */
void
bh_run_listen_to_sleep (BhRun *self, BhRunnerChannel *channel)
{
  g_signal_connect (channel, "activity-changed", G_CALLBACK (on_channel_activity_changed), self);
  g_signal_connect (channel, "resume-wanted", G_CALLBACK (on_channel_resume_wanted), self);
}

/**
 * bh_run_tell_sleep:
 * @self: a run whose runner has come back
 *
 * Has its window say whether it sleeps, which may not be what it heard last.
 */
void
bh_run_tell_sleep (BhRun *self)
{
  tell_window (self);
}
