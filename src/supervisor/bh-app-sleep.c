/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-app-sleep.h"

#include "bh-error.h"

/* What App1 has to do with sleep, and with what an app does that speaks against it. */

static void
answer (GDBusMethodInvocation *invocation, const GError *error)
{
  if (error != NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
on_suspend_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  bh_instance_suspend_finish (BH_INSTANCE (source), result, &error);
  answer (user_data, error);
}

static gboolean
on_handle_suspend (BhDBusApp1 *app, GDBusMethodInvocation *invocation, BhAppObject *object)
{
  if (bh_app_object_check_usable (object, invocation))
    bh_instance_suspend_async (bh_app_object_get_instance (object), BH_SUSPENSION_USER,
                               on_suspend_ready, invocation);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
on_wake_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  bh_instance_wake_finish (BH_INSTANCE (source), result, &error);
  answer (user_data, error);
}

static gboolean
on_handle_resume (BhDBusApp1 *app, GDBusMethodInvocation *invocation, BhAppObject *object)
{
  if (bh_app_object_check_usable (object, invocation))
    bh_instance_wake_async (bh_app_object_get_instance (object), on_wake_ready, invocation);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/**
 * bh_app_sleep_connect:
 * @app: an app on the bus
 * @object: the same
 *
 * Answers the calls that put it to sleep and wake it.
 */
void
bh_app_sleep_connect (BhDBusApp1 *app, BhAppObject *object)
{
  g_signal_connect (app, "handle-suspend", G_CALLBACK (on_handle_suspend), object);
  g_signal_connect (app, "handle-resume", G_CALLBACK (on_handle_resume), object);
}

/**
 * bh_app_sleep_show:
 * @app: an app on the bus
 * @instance: its instance
 *
 * Sets the properties.
 */
void
bh_app_sleep_show (BhDBusApp1 *app, BhInstance *instance)
{
  g_auto (GStrv) activities = bh_activities_to_strv (bh_instance_get_activities (instance));

  bh_dbus_app1_set_suspended (app, bh_suspension_to_string (bh_instance_get_suspension (instance)));
  bh_dbus_app1_set_activity (app, (const char *const *) activities);
}
