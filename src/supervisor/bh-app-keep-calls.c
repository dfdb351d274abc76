/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-app-keep-calls.h"

#include "bh-app-permission-calls.h"
#include "bh-app-storage.h"

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

/* Counting ends when nobody is there any more to hear of it. */
typedef struct
{
  GDBusMethodInvocation *invocation;
  GCancellable *cancellable;
  guint watch;
} CountCall;

static void
on_caller_vanished (GDBusConnection *connection, const char *name, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
on_count_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree CountCall *call = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) sizes = bh_app_storage_count_finish (result, &error);

  g_bus_unwatch_name (call->watch);
  g_object_unref (call->cancellable);
  if (sizes != NULL)
    g_dbus_method_invocation_return_value (call->invocation, g_variant_new ("(@a{sv})", sizes));
  else
    g_dbus_method_invocation_return_gerror (call->invocation, error);
}

static gboolean
on_handle_get_storage (BhDBusApp1 *skeleton, GDBusMethodInvocation *invocation, BhAppObject *app)
{
  BhInstance *instance = bh_app_object_check_usable (app, invocation);
  CountCall *call;

  if (instance == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;

  call = g_new0 (CountCall, 1);
  call->invocation = invocation;
  call->cancellable = g_cancellable_new ();
  call->watch
      = g_bus_watch_name_on_connection (g_dbus_method_invocation_get_connection (invocation),
                                        g_dbus_method_invocation_get_sender (invocation),
                                        G_BUS_NAME_WATCHER_FLAGS_NONE, NULL, on_caller_vanished,
                                        g_object_ref (call->cancellable), g_object_unref);
  bh_app_storage_count_async (bh_instance_get_id (instance), call->cancellable, on_count_ready,
                              call);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
on_clear_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (bh_app_storage_clear_finish (BH_INSTANCE (source), result, &error))
    g_dbus_method_invocation_return_value (user_data, NULL);
  else
    g_dbus_method_invocation_return_gerror (user_data, error);
}

static gboolean
on_handle_clear_data (BhDBusApp1 *skeleton,
                      GDBusMethodInvocation *invocation,
                      const char *const *names,
                      BhAppObject *app)
{
  g_autoptr (GError) error = NULL;
  BhInstance *instance = bh_app_object_check_usable (app, invocation);
  BhStorageKinds kinds;

  if (instance == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;

  if (bh_storage_kinds_parse (names, &kinds, &error))
    bh_app_storage_clear_async (instance, kinds, on_clear_ready, invocation);
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

  g_signal_connect (skeleton, "handle-get-storage", G_CALLBACK (on_handle_get_storage), app);
  g_signal_connect (skeleton, "handle-clear-data", G_CALLBACK (on_handle_clear_data), app);
  g_signal_connect (skeleton, "handle-set-settings", G_CALLBACK (on_handle_set_settings), app);
  bh_app_permission_calls_connect (app, skeleton);
}
