/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-app-page-calls.h"

#include "bh-dbus-private.h"
#include "bh-error.h"

#include <glib/gi18n.h>

/* What App1 hands on to the page of a running instance. */

/* Milliseconds in which a runner must answer: its page has two seconds. */
#define TIMEOUT 4000

/* The runner of an instance whose page can be reached, or NULL when the call has been answered. */
static BhDBusRunner1 *
find_runner (BhAppObject *object, GDBusMethodInvocation *invocation)
{
  BhInstance *instance = bh_app_object_check_usable (object, invocation);
  BhRun *run = instance != NULL ? bh_instance_get_run (instance) : NULL;
  BhRunnerChannel *channel = run != NULL ? bh_run_get_channel (run) : NULL;
  BhState state;
  GDBusProxy *proxy;

  if (instance == NULL)
    return NULL;
  state = bh_instance_get_state (instance);
  if (state == BH_STATE_SUSPENDED || (run != NULL && bh_run_is_asleep (run)))
    {
      g_dbus_method_invocation_return_error (
          invocation, BH_ERROR, BH_ERROR_FAILED,
          _("“%s” is asleep, and so is its page. Wake it up first."),
          bh_app_id_get_uuid (bh_instance_get_id (instance)));
      return NULL;
    }
  if (channel == NULL || state == BH_STATE_STOPPING)
    {
      g_dbus_method_invocation_return_error (invocation, BH_ERROR, BH_ERROR_NOT_RUNNING,
                                             _("“%s” is not running"),
                                             bh_app_id_get_uuid (bh_instance_get_id (instance)));
      return NULL;
    }
  proxy = bh_runner_channel_get_proxy (channel);

  return BH_DBUS_RUNNER1 (proxy);
}

static void
return_error (GDBusMethodInvocation *invocation, GError *error)
{
  g_dbus_error_strip_remote_error (error);
  g_dbus_method_invocation_return_error_literal (invocation, BH_ERROR, BH_ERROR_FAILED,
                                                 error->message);
}

static void
on_developer_tools_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;

  answer = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, &error);
  if (answer != NULL)
    g_dbus_method_invocation_return_value (invocation, NULL);
  else
    return_error (invocation, error);
}

static gboolean
on_handle_open_developer_tools (BhDBusApp1 *app,
                                GDBusMethodInvocation *invocation,
                                BhAppObject *object)
{
  BhDBusRunner1 *runner = find_runner (object, invocation);

  if (runner != NULL)
    g_dbus_proxy_call (G_DBUS_PROXY (runner), "OpenDeveloperTools", NULL, G_DBUS_CALL_FLAGS_NONE,
                       TIMEOUT, NULL, on_developer_tools_ready, invocation);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
on_check_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;

  answer = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, &error);
  if (answer != NULL)
    g_dbus_method_invocation_return_value (invocation, answer);
  else
    return_error (invocation, error);
}

static gboolean
on_handle_check_unsaved (BhDBusApp1 *app, GDBusMethodInvocation *invocation, BhAppObject *object)
{
  BhDBusRunner1 *runner = find_runner (object, invocation);

  if (runner != NULL)
    g_dbus_proxy_call (G_DBUS_PROXY (runner), "CheckUnsaved", NULL, G_DBUS_CALL_FLAGS_NONE, TIMEOUT,
                       NULL, on_check_ready, invocation);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/**
 * bh_app_page_calls_connect:
 * @app: an app on the bus
 * @object: the same
 *
 * Answers the calls that are about the page.
 */
void
bh_app_page_calls_connect (BhDBusApp1 *app, BhAppObject *object)
{
  g_signal_connect (app, "handle-open-developer-tools", G_CALLBACK (on_handle_open_developer_tools),
                    object);
  g_signal_connect (app, "handle-check-unsaved", G_CALLBACK (on_handle_check_unsaved), object);
}
