/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-file-chooser.h"

#include "bh-window-handle.h"

/*
 * Files for a page that asks for them: the user chooses outside the app's confinement, and the page
 * gets the copies. WebKitGTK 2.50 does not tell whether a page wants a directory (webkitdirectory);
 * it gets files then.
 */

struct _BhFileChooser
{
  GObject parent_instance;

  BhDeskClient *desk;
};

enum {
  SIGNAL_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

typedef struct
{
  BhFileChooser *self;
  WebKitFileChooserRequest *request;
  GtkWidget *view; /* or NULL, once it is gone */
} Question;

G_DEFINE_FINAL_TYPE (BhFileChooser, bh_file_chooser, G_TYPE_OBJECT)

static void
question_free (Question *question)
{
  if (question->view != NULL)
    bh_window_handle_unexport (question->view);
  g_clear_weak_pointer (&question->view);
  g_object_unref (question->request);
  g_object_unref (question->self);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
on_choose_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) paths = bh_desk_client_choose_finish (BH_DESK_CLIENT (source), result, &error);

  if (paths != NULL && *paths != NULL)
    webkit_file_chooser_request_select_files (question->request, (const char *const *) paths);
  else
    webkit_file_chooser_request_cancel (question->request);
  if (error != NULL && question->view != NULL)
    g_signal_emit (question->self, signals[SIGNAL_FAILED], 0, question->view, error->message);
}

static void
on_export_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  g_autofree char *parent = bh_window_handle_export_finish (result);
  WebKitFileChooserRequest *request = question->request;
  BhDeskClient *desk = question->self->desk;

  bh_desk_client_choose_async (desk, webkit_file_chooser_request_get_select_multiple (request),
                               webkit_file_chooser_request_get_mime_types (request), parent,
                               on_choose_ready, g_steal_pointer (&question));
}

static gboolean
on_run_file_chooser (WebKitWebView *view, WebKitFileChooserRequest *request, gpointer user_data)
{
  Question *question = g_new0 (Question, 1);

  question->self = g_object_ref (BH_FILE_CHOOSER (user_data));
  question->request = g_object_ref (request);
  g_set_weak_pointer (&question->view, GTK_WIDGET (view));
  bh_window_handle_export_async (GTK_WIDGET (view), on_export_ready, question);

  return TRUE;
}

static void
bh_file_chooser_finalize (GObject *object)
{
  BhFileChooser *self = BH_FILE_CHOOSER (object);

  g_clear_object (&self->desk);

  G_OBJECT_CLASS (bh_file_chooser_parent_class)->finalize (object);
}

static void
bh_file_chooser_class_init (BhFileChooserClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bh_file_chooser_finalize;

  /**
   * BhFileChooser::failed:
   * @view: the view whose page has asked
   * @message: for people: why it gets no file
   */
  signals[SIGNAL_FAILED]
      = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 2, WEBKIT_TYPE_WEB_VIEW, G_TYPE_STRING);
}

static void
bh_file_chooser_init (BhFileChooser *self)
{
}

/**
 * bh_file_chooser_new:
 * @desk: where files are asked for
 *
 * Returns: (transfer full): what gets files for the pages of an app
 */
BhFileChooser *
bh_file_chooser_new (BhDeskClient *desk)
{
  BhFileChooser *self;

  g_return_val_if_fail (BH_IS_DESK_CLIENT (desk), NULL);

  self = g_object_new (BH_TYPE_FILE_CHOOSER, NULL);
  self->desk = g_object_ref (desk);

  return self;
}

/**
 * bh_file_chooser_attach:
 * @self: a file chooser
 * @view: one of the app's views
 *
 * Lets the user choose when the page in @view asks for files.
 */
void
bh_file_chooser_attach (BhFileChooser *self, WebKitWebView *view)
{
  g_return_if_fail (BH_IS_FILE_CHOOSER (self));
  g_return_if_fail (WEBKIT_IS_WEB_VIEW (view));

  g_signal_connect_object (view, "run-file-chooser", G_CALLBACK (on_run_file_chooser), self, 0);
}
