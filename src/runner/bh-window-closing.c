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

static gboolean
on_script_dialog (BhWindowClosing *self, WebKitScriptDialog *dialog)
{
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
  g_signal_connect_object (view, "close", G_CALLBACK (close_now), self, G_CONNECT_SWAPPED);

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

  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_clear_object (&self->downloads);
}
