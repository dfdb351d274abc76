/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-app-keep-calls.h"

/*
 * The methods of App1 that are about what is kept of an app, whether it runs or not.
 */

static gboolean
on_handle_set_settings (BhDBusApp1 *skeleton,
                        GDBusMethodInvocation *invocation,
                        GVariant *values,
                        BhAppObject *app)
{
  g_autoptr (GError) error = NULL;
  BhInstance *instance = bh_app_object_check_usable (app, invocation);

  if (instance == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;

  if (bh_app_settings_change (bh_instance_get_settings (instance), values, &error))
    bh_dbus_app1_complete_set_settings (skeleton, invocation);
  else
    g_dbus_method_invocation_return_gerror (invocation, error);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/**
 * bh_app_keep_calls_connect:
 * @app: an app
 * @skeleton: its interface, which outlives neither @app nor its handlers
 *
 * Answers the calls for as long as @app has not disconnected its handlers from @skeleton.
 */
void
bh_app_keep_calls_connect (BhAppObject *app, BhDBusApp1 *skeleton)
{
  g_return_if_fail (BH_IS_APP_OBJECT (app));

  g_signal_connect (skeleton, "handle-set-settings", G_CALLBACK (on_handle_set_settings), app);
}
