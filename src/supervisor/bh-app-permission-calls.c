/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-app-permission-calls.h"

#include "bh-dbus-private.h"
#include "bh-permission-file.h"

#include <glib/gi18n.h>

/*
 * The methods of App1 that are about what an app's pages may use. A running runner has the answers
 * in mind and writes them itself: it is asked to. Where it can't answer, for it is frozen or hangs,
 * it can't give anything to a page either: then the file is changed, and what it was asked waits
 * for it.
 */

/* Milliseconds. */
#define PATIENCE 5000

/* A change that the runner was asked for. */
typedef struct
{
  GDBusMethodInvocation *invocation;
  BhAppId *id;
  char *origin;
  char *kind;
  BhAnswer answer;
} Change;

static void
change_free (Change *change)
{
  bh_app_id_unref (change->id);
  g_free (change->origin);
  g_free (change->kind);
  g_free (change);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Change, change_free)

static void
finish (GDBusMethodInvocation *invocation, const GError *error)
{
  if (error == NULL)
    g_dbus_method_invocation_return_value (invocation, NULL);
  else
    g_dbus_method_invocation_return_gerror (invocation, error);
}

static gboolean
on_handle_get_permissions (BhDBusApp1 *skeleton,
                           GDBusMethodInvocation *invocation,
                           BhAppObject *app)
{
  BhInstance *instance = bh_app_object_check_usable (app, invocation);
  g_autoptr (BhPermissionSet) set = NULL;
  g_autoptr (GError) error = NULL;

  if (instance == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;

  set = bh_permission_file_load (bh_instance_get_id (instance), &error);
  if (set != NULL)
    bh_dbus_app1_complete_get_permissions (skeleton, invocation,
                                           bh_permission_set_to_variant (set));
  else
    g_dbus_method_invocation_return_gerror (invocation, error);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
on_runner_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Change) change = user_data;
  g_autoptr (GError) refusal = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &refusal);

  if (reply == NULL)
    {
      g_debug ("%s has not changed an answer: %s", bh_app_id_get_uuid (change->id),
               refusal->message);
      bh_permission_file_change (change->id, change->origin, change->kind, change->answer, &error);
    }
  finish (change->invocation, error);
}

/* Without a @change nobody waits for the answer. */
static void
ask_runner (BhRunnerChannel *channel,
            const char *origin,
            const char *kind,
            const char *answer,
            Change *change)
{
  g_dbus_connection_call (bh_runner_channel_get_connection (channel), NULL, "/",
                          bh_dbus_runner1_interface_info ()->name, "SetPermission",
                          g_variant_new ("(sss)", origin, kind, answer), NULL,
                          G_DBUS_CALL_FLAGS_NONE, PATIENCE, NULL,
                          change != NULL ? on_runner_ready : NULL, change);
}

static gboolean
check_arguments (const char *origin,
                 const char *kind,
                 const char *text,
                 BhAnswer *answer,
                 GError **error)
{
  if (!bh_permission_check_origin (origin, error) || !bh_permission_check_kind (kind, error))
    return FALSE;
  if (bh_answer_parse (text, answer))
    return TRUE;
  g_set_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT,
               _("An answer is “allow”, “deny” or “ask”, not “%s”"), text);

  return FALSE;
}

/* Its runner has read the file by now, or not, and may write it yet. */
static gboolean
is_between (BhInstance *instance)
{
  BhRun *run = bh_instance_get_run (instance);

  return bh_instance_is_held (instance)
         || (run != NULL
             && (bh_run_get_channel (run) == NULL || bh_run_is_ending (run)
                 || bh_instance_get_state (instance) == BH_STATE_STARTING
                 || bh_instance_get_state (instance) == BH_STATE_STOPPING));
}

static gboolean
on_handle_set_permission (BhDBusApp1 *skeleton,
                          GDBusMethodInvocation *invocation,
                          const char *origin,
                          const char *kind,
                          const char *text,
                          BhAppObject *app)
{
  BhInstance *instance = bh_app_object_check_usable (app, invocation);
  g_autoptr (GError) error = NULL;
  BhAnswer answer;
  BhRun *run;

  if (instance == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  if (!check_arguments (origin, kind, text, &answer, &error))
    {
      finish (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  if (is_between (instance))
    {
      g_dbus_method_invocation_return_error (
          invocation, BH_ERROR, BH_ERROR_FAILED,
          _("“%s” is just being started or ended. Try again when that is done."),
          bh_app_id_get_uuid (bh_instance_get_id (instance)));
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }

  run = bh_instance_get_run (instance);
  if (run != NULL && bh_instance_get_state (instance) != BH_STATE_SUSPENDED)
    {
      Change *change = g_new0 (Change, 1);

      change->invocation = invocation;
      change->id = bh_app_id_ref (bh_instance_get_id (instance));
      change->origin = g_strdup (origin);
      change->kind = g_strdup (kind);
      change->answer = answer;
      ask_runner (bh_run_get_channel (run), origin, kind, text, change);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  bh_permission_file_change (bh_instance_get_id (instance), origin, kind, answer, &error);
  if (run != NULL)
    ask_runner (bh_run_get_channel (run), origin, kind, text, NULL);
  finish (invocation, error);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/**
 * bh_app_permission_calls_connect:
 * @app: an app
 * @skeleton: its interface
 *
 * Answers the calls for as long as @app has not disconnected its handlers from @skeleton.
 */
void
bh_app_permission_calls_connect (BhAppObject *app, BhDBusApp1 *skeleton)
{
  g_return_if_fail (BH_IS_APP_OBJECT (app));

  g_signal_connect (skeleton, "handle-get-permissions", G_CALLBACK (on_handle_get_permissions),
                    app);
  g_signal_connect (skeleton, "handle-set-permission", G_CALLBACK (on_handle_set_permission), app);
}
