/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-instance-private.h"

/*
 * Puts an app to sleep that was in the background for as long as the user, the app's manifest or
 * the settings for all apps say, in this order; by default never. One that does something that
 * sleep would cut off, has changes that are not saved, or is to be kept awake, stays awake, and
 * begins anew when it is done with that.
 *
 * There is a timer only while such an app is in the background.
 */

/* In milliseconds, 0 for never. */
static guint
get_delay (BhInstance *self)
{
  gint64 time;

  if (bh_app_settings_is_set (self->settings, "suspend-after"))
    time = bh_app_settings_get_suspend_after (self->settings) * G_TIME_SPAN_MINUTE;
  else if (self->manifest != NULL && bh_manifest_get_suspend_after (self->manifest) != 0)
    time = bh_manifest_get_suspend_after (self->manifest);
  else
    time = bh_defaults_get_suspend_after (self->tools->defaults) * G_TIME_SPAN_MINUTE;

  return (guint) MIN (time / G_TIME_SPAN_MILLISECOND, G_MAXINT);
}

static gboolean
may_sleep (BhInstance *self)
{
  BhActivities activities;

  /* Nothing is assumed of one that has not said what it does. */
  return self->state == BH_STATE_RUNNING && self->run != NULL && self->ending == BH_REASON_NONE
         && !bh_app_settings_get_keep_awake (self->settings)
         && bh_run_get_activities (self->run, &activities)
         && bh_activities_allow_idle_sleep (activities);
}

static void
on_suspend_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!bh_instance_suspend_finish (BH_INSTANCE (source), result, &error))
    g_debug ("Not put to sleep: %s", error->message);
}

static gboolean
on_idle_due (gpointer user_data)
{
  BhInstance *self = BH_INSTANCE (user_data);

  self->idle_timer = 0;
  self->idle_delay = 0;
  if (may_sleep (self))
    bh_instance_suspend_async (self, BH_SUSPENSION_IDLE, on_suspend_ready, NULL);

  return G_SOURCE_REMOVE;
}

/**
 * bh_instance_update_idle:
 * @self: an instance
 *
 * Begins to wait, goes on waiting or stops, by what it does and what is set now.
 */
void
bh_instance_update_idle (BhInstance *self)
{
  guint delay = may_sleep (self) ? get_delay (self) : 0;

  if (delay == self->idle_delay)
    return;
  bh_clock_clear_timer (self->tools->clock, &self->idle_timer);
  self->idle_delay = delay;
  if (delay != 0)
    self->idle_timer = bh_clock_add_timer (self->tools->clock, delay, on_idle_due, self);
}
