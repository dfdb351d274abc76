/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-top-actions.h"

#include "bh-cli-connection.h"

#include "bh-app-id.h"
#include "bh-dbus-public.h"

#include <glib/gi18n.h>

/*
 * What `top` does to apps. It goes on showing while it is done, and says how it went.
 */

typedef struct
{
  const char *method;
  gboolean takes_options;
  const char *begun;
  const char *done;
} Deed;

static const Deed deeds[] = {
  [BH_CLI_TOP_KILL] = { "Kill", FALSE, N_("Killing %s…"), N_("%s was killed.") },
  [BH_CLI_TOP_STOP] = { "Stop", FALSE, N_("Asking %s to close…"), N_("%s was stopped.") },
  [BH_CLI_TOP_RESTART] = { "Restart", TRUE, N_("Restarting %s…"), N_("%s was restarted.") },
  [BH_CLI_TOP_RAISE] = { "Activate", TRUE, N_("Raising %s…"), N_("%s was raised.") },
  [BH_CLI_TOP_SUSPEND] = { "Suspend", FALSE, N_("Suspending %s…"), N_("%s is asleep.") },
  [BH_CLI_TOP_RESUME] = { "Resume", FALSE, N_("Waking %s…"), N_("%s goes on.") },
  [BH_CLI_TOP_SUSPEND_ALL] = { "SuspendAll", FALSE, NULL, NULL },
  [BH_CLI_TOP_RESUME_ALL] = { "ResumeAll", FALSE, NULL, NULL },
};

typedef struct
{
  BhCliTopAction action;
  char *name;
  BhCliTopTell tell;
  gpointer user_data;
} Job;

static void
job_free (Job *job)
{
  g_free (job->name);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_free)

/* The formats are those of the table, each with one %s. */
static char *
dup_filled (const char *format, const char *name)
{
  g_auto (GStrv) parts = g_strsplit (_(format), "%s", 2);

  return g_strjoinv (name, parts);
}

static char *
dup_done (const Job *job, GVariant *reply)
{
  guint32 n = 0;

  if (deeds[job->action].done != NULL)
    return dup_filled (deeds[job->action].done, job->name);
  if (g_variant_is_of_type (reply, G_VARIANT_TYPE ("(u)")))
    g_variant_get (reply, "(u)", &n);
  if (job->action == BH_CLI_TOP_SUSPEND_ALL)
    return g_strdup_printf (ngettext ("%u app was suspended.", "%u apps were suspended.", n), n);

  return g_strdup_printf (ngettext ("%u app goes on.", "%u apps go on.", n), n);
}

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Job) job = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autofree char *text = NULL;

  /* The one who is told may be gone. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error != NULL)
    {
      bh_cli_connection_explain (&error);
      job->tell (error->message, TRUE, job->user_data);
      return;
    }
  text = dup_done (job, reply);
  job->tell (text, FALSE, job->user_data);
}

/**
 * bh_cli_top_action_start:
 * @action: what to do
 * @bus: the session bus
 * @app: (nullable): to which app; %NULL for what is done to all
 * @cancellable: ends the telling
 * @tell: is called when it begins, and when it is done
 * @user_data: for @tell
 *
 * Begins to do something.
 */
void
bh_cli_top_action_start (BhCliTopAction action,
                         GDBusConnection *bus,
                         const BhCliTopItem *app,
                         GCancellable *cancellable,
                         BhCliTopTell tell,
                         gpointer user_data)
{
  const Deed *deed = &deeds[action];
  g_autofree char *text = NULL;
  Job *job;

  g_return_if_fail (G_IS_DBUS_CONNECTION (bus));
  g_return_if_fail ((app == NULL) == (deed->done == NULL));

  job = g_new0 (Job, 1);
  job->action = action;
  job->name = app != NULL ? g_strdup (app->name) : NULL;
  job->tell = tell;
  job->user_data = user_data;
  g_dbus_connection_call (
      bus, BH_SUPERVISOR_BUS_NAME, app != NULL ? app->path : BH_SUPERVISOR_OBJECT_PATH,
      app != NULL ? bh_dbus_app1_interface_info ()->name
                  : bh_dbus_supervisor1_interface_info ()->name,
      deed->method, deed->takes_options ? g_variant_new ("(a{sv})", NULL) : NULL, NULL,
      G_DBUS_CALL_FLAGS_NONE, BH_CLI_ACTION_TIMEOUT, cancellable, on_ready, job);
  if (app != NULL)
    {
      text = dup_filled (deed->begun, app->name);
      tell (text, FALSE, user_data);
    }
}

/**
 * bh_cli_top_action_dup_question:
 * @action: what to do
 * @app: to which app
 *
 * Makes the question that comes before an action by which something would be lost.
 *
 * Returns: (transfer full) (nullable): the question, %NULL when nothing would be
 */
char *
bh_cli_top_action_dup_question (BhCliTopAction action, const BhCliTopItem *app)
{
  g_return_val_if_fail (app != NULL, NULL);

  if (!bh_cli_top_item_has_activity (app, "unsaved"))
    return NULL;
  if (action == BH_CLI_TOP_KILL)
    return g_strdup_printf (_("%s has changes that are not saved. Kill it all the same? [y/N] "),
                            app->name);
  if (action == BH_CLI_TOP_STOP)
    return g_strdup_printf (_("%s has changes that are not saved. Stop it all the same? [y/N] "),
                            app->name);
  if (action == BH_CLI_TOP_RESTART)
    return g_strdup_printf (_("%s has changes that are not saved. Restart it all the same? [y/N] "),
                            app->name);

  return NULL;
}
