/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-window-closing.h"

#include "bh-dialogs.h"

/*
 * How an app's window closes: the user is asked about downloads, then the page, which may ask the
 * user in turn. A page that does not answer is not waited for.
 */

/* How long a page may think about being closed, in milliseconds, before it is taken for hung. */
#define CLOSE_PATIENCE 2000

struct _BhWindowClosing
{
  GObject parent_instance;

  GtkWindow *window; /* not owned */
  BhView *view;      /* not owned */
  BhDownloads *downloads;
  char *app_name;

  gboolean page_answers;
  gboolean asking;
  gboolean dismissed;
  GTask *check;   /* what the page would say is to be found out, or NULL */
  guint check_id; /* until it is not waited for any more */
  gboolean asked; /* the last script dialog is the page's question before it closes */
  guint timeout_id;
  GtkWidget *question; /* about downloads, or NULL */
};

enum {
  SIGNAL_CLOSING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhWindowClosing, bh_window_closing, G_TYPE_OBJECT)

static gboolean on_timeout (gpointer user_data);

static void
close_now (BhWindowClosing *self)
{
  g_clear_handle_id (&self->timeout_id, g_source_remove);

  /* A dialog that runs its own main loop would keep the app alive without its window; and below
   * that loop WebKit still uses the view. */
  if (!self->dismissed)
    {
      self->dismissed = TRUE;
      if (bh_dialogs_dismiss (self->window))
        {
          self->timeout_id = g_idle_add (on_timeout, self);
          return;
        }
    }

  g_signal_emit (self, signals[SIGNAL_CLOSING], 0);
  gtk_widget_destroy (GTK_WIDGET (self->window));
}

static gboolean
on_timeout (gpointer user_data)
{
  BhWindowClosing *self = BH_WINDOW_CLOSING (user_data);

  self->timeout_id = 0;
  close_now (self);

  return G_SOURCE_REMOVE;
}

static void
end_check (BhWindowClosing *self, gboolean objects)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->check);

  g_clear_handle_id (&self->check_id, g_source_remove);
  if (task != NULL)
    g_task_return_boolean (task, objects);
}

static gboolean
on_check_timeout (gpointer user_data)
{
  BhWindowClosing *self = BH_WINDOW_CLOSING (user_data);

  self->check_id = 0;
  end_check (self, FALSE);

  return G_SOURCE_REMOVE;
}

/* Nothing speaks against it. */
static void
on_view_close (BhWindowClosing *self)
{
  if (self->check != NULL)
    end_check (self, FALSE);
  else
    close_now (self);
}

static gboolean
on_script_dialog (BhWindowClosing *self, WebKitScriptDialog *dialog)
{
  if (self->check != NULL
      && webkit_script_dialog_get_dialog_type (dialog)
             == WEBKIT_SCRIPT_DIALOG_BEFORE_UNLOAD_CONFIRM)
    {
      /* That is the answer: nobody is asked, and the page stays. */
      webkit_script_dialog_confirm_set_confirmed (dialog, FALSE);
      end_check (self, TRUE);
      return TRUE;
    }
  /* The user is asked now, and may take any time. */
  self->asked
      = webkit_script_dialog_get_dialog_type (dialog) == WEBKIT_SCRIPT_DIALOG_BEFORE_UNLOAD_CONFIRM;
  if (self->asked)
    {
      g_clear_handle_id (&self->timeout_id, g_source_remove);
      self->asking = FALSE;
      gtk_window_present (self->window);
    }

  return FALSE;
}

static void
ask_page (BhWindowClosing *self)
{
  if (self->asking)
    return;
  /* Who only wanted to know is told so by the question itself. */
  end_check (self, FALSE);
  if (!self->page_answers || !bh_view_is_alive (self->view))
    {
      close_now (self);
      return;
    }

  /* The question is on the screen already. */
  if (self->asked && bh_view_has_script_dialog (self->view))
    {
      gtk_window_present (self->window);
      return;
    }

  self->asking = TRUE;
  self->timeout_id = g_timeout_add (CLOSE_PATIENCE, on_timeout, self);
  webkit_web_view_try_close (WEBKIT_WEB_VIEW (self->view));
}

static void
on_downloads_dialog_response (BhWindowClosing *self, int response, GtkDialog *dialog)
{
  gtk_widget_destroy (GTK_WIDGET (dialog));
  if (response == GTK_RESPONSE_ACCEPT)
    ask_page (self);
}

static void
ask_about_downloads (BhWindowClosing *self)
{
  GtkWidget *dialog;

  if (self->question != NULL)
    {
      gtk_window_present (GTK_WINDOW (self->question));
      return;
    }

  dialog = bh_dialogs_new_download_question (self->window, self->app_name);
  g_set_weak_pointer (&self->question, dialog);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_downloads_dialog_response), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
bh_window_closing_dispose (GObject *object)
{
  BhWindowClosing *self = BH_WINDOW_CLOSING (object);

  bh_window_closing_cancel (self);
  g_clear_weak_pointer (&self->question);

  G_OBJECT_CLASS (bh_window_closing_parent_class)->dispose (object);
}

static void
bh_window_closing_finalize (GObject *object)
{
  BhWindowClosing *self = BH_WINDOW_CLOSING (object);

  g_clear_object (&self->downloads);
  g_free (self->app_name);

  G_OBJECT_CLASS (bh_window_closing_parent_class)->finalize (object);
}

static void
bh_window_closing_class_init (BhWindowClosingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_window_closing_dispose;
  object_class->finalize = bh_window_closing_finalize;

  /**
   * BhWindowClosing::closing:
   *
   * Nobody objects: the window goes next.
   */
  signals[SIGNAL_CLOSING] = g_signal_new ("closing", BH_TYPE_WINDOW_CLOSING, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_window_closing_init (BhWindowClosing *self)
{
  self->page_answers = TRUE;
}

/**
 * bh_window_closing_new:
 * @window: a window
 * @view: its page
 * @app_name: the app, for people
 * @downloads: (nullable): those that end with the window, %NULL when they go on without it
 *
 * Returns: (transfer full): what closes @window; it must not outlive it in use
 */
BhWindowClosing *
bh_window_closing_new (GtkWindow *window,
                       BhView *view,
                       const char *app_name,
                       BhDownloads *downloads)
{
  BhWindowClosing *self;

  g_return_val_if_fail (GTK_IS_WINDOW (window), NULL);
  g_return_val_if_fail (BH_IS_VIEW (view), NULL);
  g_return_val_if_fail (app_name != NULL, NULL);
  g_return_val_if_fail (downloads == NULL || BH_IS_DOWNLOADS (downloads), NULL);

  self = g_object_new (BH_TYPE_WINDOW_CLOSING, NULL);
  self->window = window;
  self->view = view;
  self->app_name = g_strdup (app_name);
  g_set_object (&self->downloads, downloads);

  g_signal_connect_object (view, "script-dialog", G_CALLBACK (on_script_dialog), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "close", G_CALLBACK (on_view_close), self, G_CONNECT_SWAPPED);

  return self;
}

/**
 * bh_window_closing_set_page_answers:
 * @self: what closes a window
 * @page_answers: whether there is a page in the window that answers
 */
void
bh_window_closing_set_page_answers (BhWindowClosing *self, gboolean page_answers)
{
  g_return_if_fail (BH_IS_WINDOW_CLOSING (self));

  self->page_answers = page_answers;
}

/**
 * bh_window_closing_request:
 * @self: what closes a window
 * @manner: who may object
 *
 * Closes the window, unless somebody objects.
 */
void
bh_window_closing_request (BhWindowClosing *self, BhCloseManner manner)
{
  g_return_if_fail (BH_IS_WINDOW_CLOSING (self));

  if (manner == BH_CLOSE_ASK && self->downloads != NULL
      && bh_downloads_get_active (self->downloads))
    ask_about_downloads (self);
  else
    ask_page (self);
}

/**
 * bh_window_closing_cancel:
 * @self: what closes a window
 *
 * Stops waiting for the page: the window is gone by other means.
 */
void
bh_window_closing_cancel (BhWindowClosing *self)
{
  g_return_if_fail (BH_IS_WINDOW_CLOSING (self));

  end_check (self, FALSE);
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_clear_object (&self->downloads);
}

/**
 * bh_window_closing_check_async:
 * @self: what closes a window
 * @callback: (scope async): called when it is known
 * @user_data: for @callback
 *
 * Asks the page as it is asked when it closes, but stays: would it object? Its handlers run for
 * that, as they do when the user decides to stay. Only for when the page may really be ended.
 */
void
bh_window_closing_check_async (BhWindowClosing *self,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  GTask *task;

  g_return_if_fail (BH_IS_WINDOW_CLOSING (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, bh_window_closing_check_async);
  /* The user is being asked already, or nobody could answer. */
  if (self->asking || self->check != NULL || !self->page_answers || !bh_view_is_alive (self->view)
      || bh_view_has_script_dialog (self->view))
    {
      g_task_return_boolean (task, self->asked && bh_view_has_script_dialog (self->view));
      g_object_unref (task);
      return;
    }
  self->check = task;
  self->check_id = g_timeout_add (CLOSE_PATIENCE, on_check_timeout, self);
  webkit_web_view_try_close (WEBKIT_WEB_VIEW (self->view));
}

/**
 * bh_window_closing_check_finish:
 * @self: what closes a window
 * @result: the result
 *
 * Returns: whether the page would object to being closed
 */
gboolean
bh_window_closing_check_finish (BhWindowClosing *self, GAsyncResult *result)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_window_closing_check_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), NULL);
}
