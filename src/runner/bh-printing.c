/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-printing.h"

#include "bh-file-name.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <gtk/gtkunixprint.h>

/*
 * Printing, by the page's wish or the user's. What is printed into a file is saved like a download:
 * the user's folders are out of the app's reach, and a file that the print dialog has put anywhere
 * in the app's own world would be lost with it.
 */

struct _BhPrinting
{
  GObject parent_instance;

  BhDownloads *downloads;
};

enum {
  SIGNAL_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

typedef struct
{
  BhPrinting *self;
  WebKitPrintOperation *operation;
  GtkWidget *view; /* or NULL, once it is gone */
  char *path;      /* where the dialog proposes to print to */
  gboolean failed;
} Job;

G_DEFINE_FINAL_TYPE (BhPrinting, bh_printing, G_TYPE_OBJECT)

static void
job_free (Job *job)
{
  g_signal_handlers_disconnect_by_data (job->operation, job);
  g_clear_weak_pointer (&job->view);
  g_object_unref (job->operation);
  g_object_unref (job->self);
  g_free (job->path);
  g_free (job);
}

static void
fail (Job *job, const char *message)
{
  g_autofree char *text = g_strdup_printf (_("The page was not printed: %s"), message);

  /* WebKit tells some failures twice. */
  if (job->view != NULL && !job->failed)
    g_signal_emit (job->self, signals[SIGNAL_FAILED], 0, job->view, text);
  job->failed = TRUE;
}

/* The user has chosen another place in the dialog, and the file is only there. */
static void
fetch (Job *job, const char *path)
{
  g_autoptr (GFile) from = g_file_new_for_path (path);
  g_autofree char *folder = g_path_get_dirname (job->path);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *fetched = g_build_filename (folder, name, NULL);
  g_autoptr (GFile) to = g_file_new_for_path (fetched);
  g_autoptr (GError) error = NULL;

  if (g_file_copy (from, to, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, &error))
    bh_downloads_save (job->self->downloads, fetched, name);
  else
    fail (job, error->message);
}

/* Where it was printed to, or NULL when that was no file. */
static char *
find_printed (WebKitPrintOperation *operation)
{
  GtkPrintSettings *settings = webkit_print_operation_get_print_settings (operation);
  const char *uri
      = settings != NULL ? gtk_print_settings_get (settings, GTK_PRINT_SETTINGS_OUTPUT_URI) : NULL;
  const char *printer = settings != NULL ? gtk_print_settings_get_printer (settings) : NULL;

  /* GTK tells its printers apart by their names alone. */
  if (uri == NULL || g_strcmp0 (printer, g_dgettext ("gtk30", "Print to File")) != 0)
    return NULL;

  return g_filename_from_uri (uri, NULL, NULL);
}

static void
on_finished (WebKitPrintOperation *operation, gpointer user_data)
{
  Job *job = user_data;
  g_autofree char *path = find_printed (operation);
  g_autofree char *folder = g_path_get_dirname (job->path);
  g_autofree char *printed_folder = path != NULL ? g_path_get_dirname (path) : NULL;
  g_autofree char *name = path != NULL ? g_path_get_basename (path) : NULL;

  if (path != NULL && g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      if (g_str_equal (folder, printed_folder))
        bh_downloads_save (job->self->downloads, path, name);
      else
        fetch (job, path);
    }
  job_free (job);
}

/* "finished" follows. */
static void
on_failed (WebKitPrintOperation *operation, GError *error, gpointer user_data)
{
  fail (user_data, error->message);
}

/* Named after the page; a file of that name is there only while it is being saved. */
static char *
propose_path (BhPrinting *self, WebKitWebView *view)
{
  const char *outgoing = bh_desk_client_get_outgoing (bh_downloads_get_desk (self->downloads));
  const char *title = webkit_web_view_get_title (view);
  g_autofree char *unnamed = g_strdup (title != NULL && *title != '\0' ? title : _("page"));
  g_autofree char *flat = g_strdelimit (g_steal_pointer (&unnamed), "/\\", '-');
  g_autofree char *with_suffix = g_strconcat (flat, ".pdf", NULL);
  g_autofree char *name = bh_file_name_clean (with_suffix);

  for (guint number = 0;; number++)
    {
      g_autofree char *numbered = bh_file_name_number (name, number);
      g_autofree char *path = g_build_filename (outgoing, numbered, NULL);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
}

static gboolean
on_print (WebKitWebView *view, WebKitPrintOperation *operation, gpointer user_data)
{
  BhPrinting *self = BH_PRINTING (user_data);
  GtkWidget *window = gtk_widget_get_toplevel (GTK_WIDGET (view));
  g_autoptr (GtkPrintSettings) settings = gtk_print_settings_new ();
  g_autofree char *uri = NULL;
  Job *job = g_new0 (Job, 1);

  job->self = g_object_ref (self);
  job->operation = g_object_ref (operation);
  g_set_weak_pointer (&job->view, GTK_WIDGET (view));
  job->path = propose_path (self, view);
  uri = g_filename_to_uri (job->path, NULL, NULL);
  gtk_print_settings_set (settings, GTK_PRINT_SETTINGS_OUTPUT_URI, uri);
  gtk_print_settings_set (settings, GTK_PRINT_SETTINGS_OUTPUT_FILE_FORMAT, "pdf");
  webkit_print_operation_set_print_settings (operation, settings);
  g_signal_connect (operation, "failed", G_CALLBACK (on_failed), job);
  g_signal_connect (operation, "finished", G_CALLBACK (on_finished), job);

  if (webkit_print_operation_run_dialog (operation,
                                         GTK_IS_WINDOW (window) ? GTK_WINDOW (window) : NULL)
      == WEBKIT_PRINT_OPERATION_RESPONSE_CANCEL)
    job_free (job);

  return TRUE;
}

static void
bh_printing_finalize (GObject *object)
{
  BhPrinting *self = BH_PRINTING (object);

  g_clear_object (&self->downloads);

  G_OBJECT_CLASS (bh_printing_parent_class)->finalize (object);
}

static void
bh_printing_class_init (BhPrintingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bh_printing_finalize;

  /**
   * BhPrinting::failed:
   * @view: the view whose page was to be printed
   * @message: for people: why it was not
   */
  signals[SIGNAL_FAILED]
      = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 2, WEBKIT_TYPE_WEB_VIEW, G_TYPE_STRING);
}

static void
bh_printing_init (BhPrinting *self)
{
}

/**
 * bh_printing_new:
 * @downloads: where printed files go
 *
 * Returns: (transfer full): what prints the pages of an app
 */
BhPrinting *
bh_printing_new (BhDownloads *downloads)
{
  BhPrinting *self;

  g_return_val_if_fail (BH_IS_DOWNLOADS (downloads), NULL);

  self = g_object_new (BH_TYPE_PRINTING, NULL);
  self->downloads = g_object_ref (downloads);

  return self;
}

/**
 * bh_printing_attach:
 * @self: a printing
 * @view: one of the app's views
 *
 * Prints the page in @view when its signal `print` is emitted.
 */
void
bh_printing_attach (BhPrinting *self, WebKitWebView *view)
{
  g_return_if_fail (BH_IS_PRINTING (self));
  g_return_if_fail (WEBKIT_IS_WEB_VIEW (view));

  g_signal_connect_object (view, "print", G_CALLBACK (on_print), self, 0);
}
