/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-page-calls.h"

#include "bh-error.h"
#include "bh-window.h"

#include <glib/gi18n.h>

/* What the supervisor asks of the app's pages for somebody else: to be inspected, and whether they
 * have something to lose. */

struct _BhPageCalls
{
  GObject parent_instance;

  GtkApplication *application; /* not owned */
  BhDBusRunner1 *runner;
  BhActivityWatch *activity;
};

/* A question to all pages at once. */
typedef struct
{
  BhPageCalls *self;
  GDBusMethodInvocation *invocation;
  guint waiting;
  gboolean unsaved;
} Check;

G_DEFINE_FINAL_TYPE (BhPageCalls, bh_page_calls, G_TYPE_OBJECT)

/* The app's first window, or NULL. */
static BhWindow *
find_window (BhPageCalls *self)
{
  BhWindow *found = NULL;

  /* The one that had the focus last comes first. */
  for (GList *item = gtk_application_get_windows (self->application); item != NULL && found == NULL;
       item = item->next)
    if (BH_IS_WINDOW (item->data))
      found = item->data;

  return found;
}

static gboolean
on_handle_open_developer_tools (BhDBusRunner1 *runner,
                                GDBusMethodInvocation *invocation,
                                BhPageCalls *self)
{
  BhWindow *window = find_window (self);
  WebKitWebView *view = window != NULL ? WEBKIT_WEB_VIEW (bh_window_get_view (window)) : NULL;

  if (view == NULL || !bh_view_is_alive (BH_VIEW (view)))
    {
      g_dbus_method_invocation_return_error_literal (invocation, BH_ERROR, BH_ERROR_FAILED,
                                                     _("There is no page that could be inspected"));
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  webkit_web_inspector_show (webkit_web_view_get_inspector (view));
  bh_window_raise (window, "");
  bh_dbus_runner1_complete_open_developer_tools (runner, invocation);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
check_unwait (Check *check)
{
  if (--check->waiting > 0)
    return;
  bh_dbus_runner1_complete_check_unsaved (check->self->runner, check->invocation, check->unsaved);
  g_object_unref (check->self);
  g_free (check);
}

typedef struct
{
  Check *check;
  BhView *view; /* cleared when it is gone */
} Question;

static void
on_check_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  gboolean unsaved = bh_window_closing_check_finish (BH_WINDOW_CLOSING (source), result);

  if (question->view != NULL)
    bh_activity_watch_set_unsaved (question->check->self->activity, question->view, unsaved);
  question->check->unsaved |= unsaved;
  check_unwait (question->check);
  g_clear_weak_pointer (&question->view);
  g_free (question);
}

static gboolean
on_handle_check_unsaved (BhDBusRunner1 *runner,
                         GDBusMethodInvocation *invocation,
                         BhPageCalls *self)
{
  Check *check = g_new0 (Check, 1);

  check->self = g_object_ref (self);
  check->invocation = invocation;
  check->waiting = 1;
  for (GList *item = gtk_application_get_windows (self->application); item != NULL;
       item = item->next)
    if (BH_IS_WINDOW (item->data))
      {
        Question *question = g_new0 (Question, 1);

        question->check = check;
        g_set_weak_pointer (&question->view, bh_window_get_view (item->data));
        check->waiting++;
        bh_window_closing_check_async (bh_window_get_closing (item->data), on_check_ready,
                                       question);
      }
  check_unwait (check);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
bh_page_calls_dispose (GObject *object)
{
  BhPageCalls *self = BH_PAGE_CALLS (object);

  if (self->runner != NULL)
    g_signal_handlers_disconnect_by_data (self->runner, self);
  g_clear_object (&self->runner);
  g_clear_object (&self->activity);

  G_OBJECT_CLASS (bh_page_calls_parent_class)->dispose (object);
}

static void
bh_page_calls_class_init (BhPageCallsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_page_calls_dispose;
}

static void
bh_page_calls_init (BhPageCalls *self)
{
}

/**
 * bh_page_calls_new:
 * @application: has the app's windows
 * @channel: who asks
 * @activity: is told what the pages answer
 *
 * Returns: (transfer full): what answers
 */
BhPageCalls *
bh_page_calls_new (GtkApplication *application, BhChannel *channel, BhActivityWatch *activity)
{
  BhPageCalls *self;

  g_return_val_if_fail (GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (BH_IS_CHANNEL (channel), NULL);
  g_return_val_if_fail (BH_IS_ACTIVITY_WATCH (activity), NULL);

  self = g_object_new (BH_TYPE_PAGE_CALLS, NULL);
  self->application = application;
  self->runner = g_object_ref (bh_channel_get_runner (channel));
  self->activity = g_object_ref (activity);
  g_signal_connect (self->runner, "handle-open-developer-tools",
                    G_CALLBACK (on_handle_open_developer_tools), self);
  g_signal_connect (self->runner, "handle-check-unsaved", G_CALLBACK (on_handle_check_unsaved),
                    self);

  return self;
}
