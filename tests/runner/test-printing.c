/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-printing.h"

#include "desk-helpers.h"
#include "web-helpers.h"

#include <gtk/gtkunixprint.h>

/* A real page, printed into a file with GTK's real dialog, and saved by the real desk. */

typedef struct
{
  Web web;
  DeskFixture desk;
  BhDownloads *downloads;
  BhPrinting *printing;
  /* What the dialog is answered with, and the place that is chosen in it. */
  int response;
  char *place;
  guint dialogs;
  guint watch;
} Fixture;

static char *download_dir;

static GtkWidget *
find_dialog (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *link = windows; link != NULL; link = link->next)
    if (GTK_IS_PRINT_UNIX_DIALOG (link->data) && gtk_widget_get_mapped (link->data))
      return link->data;

  return NULL;
}

/* There is one, which prints to files. */
static void
select_printer (GtkWidget *dialog)
{
  GtkTreeView *list = GTK_TREE_VIEW (find_widget (dialog, NULL, GTK_TYPE_TREE_VIEW));
  g_autoptr (GtkTreePath) first = gtk_tree_path_new_first ();

  gtk_tree_selection_select_path (gtk_tree_view_get_selection (list), first);
}

/* The dialog runs its own main loop. */
static gboolean
on_watch (gpointer user_data)
{
  Fixture *fixture = user_data;
  GtkWidget *dialog = find_dialog ();
  GtkPrinter *printer;

  if (dialog == NULL)
    return G_SOURCE_CONTINUE;

  /* The printer's options are made of the settings when it is selected. */
  if (fixture->place != NULL)
    {
      g_autoptr (GtkPrintSettings) settings
          = gtk_print_unix_dialog_get_settings (GTK_PRINT_UNIX_DIALOG (dialog));
      g_autofree char *uri = g_filename_to_uri (fixture->place, NULL, NULL);

      gtk_print_settings_set (settings, GTK_PRINT_SETTINGS_OUTPUT_URI, uri);
      gtk_print_unix_dialog_set_settings (GTK_PRINT_UNIX_DIALOG (dialog), settings);
      g_clear_pointer (&fixture->place, g_free);
    }
  select_printer (dialog);
  printer = gtk_print_unix_dialog_get_selected_printer (GTK_PRINT_UNIX_DIALOG (dialog));
  if (printer == NULL || !gtk_printer_has_details (printer))
    return G_SOURCE_CONTINUE;
  fixture->dialogs++;
  gtk_dialog_response (GTK_DIALOG (dialog), fixture->response);

  return G_SOURCE_CONTINUE;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  web_set_up (&fixture->web);
  desk_set_up (&fixture->desk);
  fixture->downloads = bh_downloads_new (fixture->web.context, fixture->desk.client);
  fixture->printing = bh_printing_new (fixture->downloads);
  bh_printing_attach (fixture->printing, fixture->web.view);
  fixture->response = GTK_RESPONSE_OK;
  fixture->watch = g_timeout_add (20, on_watch, fixture);
  web_write (&fixture->web, "index.html",
             "<!DOCTYPE html><title>My/page</title><p>Some text to print</p>");
  web_load (&fixture->web, "app://test/index.html");
  wait_for (g_strcmp0 (webkit_web_view_get_title (fixture->web.view), "My/page") == 0);
  remove_tree (download_dir);
  g_assert_cmpint (g_mkdir (download_dir, 0700), ==, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_source_remove (fixture->watch);
  g_object_unref (fixture->printing);
  g_object_unref (fixture->downloads);
  desk_tear_down (&fixture->desk);
  web_tear_down (&fixture->web);
}

static BhDownloadState
get_state (Fixture *fixture)
{
  g_autoptr (BhDownload) download
      = g_list_model_get_item (bh_downloads_get_model (fixture->downloads), 0);

  return download != NULL ? bh_download_get_state (download) : BH_DOWNLOAD_RUNNING;
}

static void
assert_pdf (const char *name)
{
  g_autofree char *path = g_build_filename (download_dir, name, NULL);
  g_autofree char *content = NULL;
  gsize length;

  if (!g_file_get_contents (path, &content, &length, NULL))
    g_error ("There is no %s", path);
  g_assert_cmpuint (length, >, 500);
  g_assert_cmpmem (content, 5, "%PDF-", 5);
}

static guint
count_outgoing (Fixture *fixture)
{
  g_autoptr (GDir) dir = g_dir_open (bh_desk_client_get_outgoing (fixture->desk.client), 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

static void
print (Fixture *fixture)
{
  g_autoptr (WebKitPrintOperation) operation = webkit_print_operation_new (fixture->web.view);
  gboolean handled = FALSE;

  g_signal_emit_by_name (fixture->web.view, "print", operation, &handled);
  g_assert_true (handled);
}

static void
test_user (Fixture *fixture, gconstpointer data)
{
  print (fixture);
  wait_for (get_state (fixture) == BH_DOWNLOAD_FINISHED);
  g_assert_cmpuint (fixture->dialogs, ==, 1);
  assert_pdf ("My-page.pdf");
  g_assert_cmpuint (count_outgoing (fixture), ==, 0);

  print (fixture);
  wait_for (g_list_model_get_n_items (bh_downloads_get_model (fixture->downloads)) == 2
            && get_state (fixture) == BH_DOWNLOAD_FINISHED);
  assert_pdf ("My-page (1).pdf");
}

/* By the page's own wish. */
static void
test_page (Fixture *fixture, gconstpointer data)
{
  web_assert (&fixture->web, "window.print (); return 'printed';", "printed");
  wait_for (get_state (fixture) == BH_DOWNLOAD_FINISHED);
  assert_pdf ("My-page.pdf");
}

/* What the user puts elsewhere in the app's world is not lost with it. */
static void
test_elsewhere (Fixture *fixture, gconstpointer data)
{
  fixture->place = g_build_filename (fixture->web.root, "chosen.pdf", NULL);
  print (fixture);
  wait_for (get_state (fixture) == BH_DOWNLOAD_FINISHED);
  assert_pdf ("chosen.pdf");
  g_assert_cmpuint (count_outgoing (fixture), ==, 0);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  fixture->response = GTK_RESPONSE_CANCEL;
  print (fixture);
  g_assert_cmpuint (fixture->dialogs, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (bh_downloads_get_model (fixture->downloads)), ==, 0);
}

static void
on_failed (BhPrinting *printing, WebKitWebView *view, const char *message, gpointer user_data)
{
  g_ptr_array_add (user_data, g_strdup (message));
}

static void
on_finished (WebKitPrintOperation *operation, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

/* WebKit finds no page in one that has nothing but what is fixed to the screen. */
static void
test_failed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (WebKitPrintOperation) operation = webkit_print_operation_new (fixture->web.view);
  gboolean handled = FALSE, finished = FALSE;

  g_signal_connect (fixture->printing, "failed", G_CALLBACK (on_failed), messages);
  g_signal_connect (operation, "finished", G_CALLBACK (on_finished), &finished);
  web_assert (&fixture->web,
              "document.body.innerHTML = '<p style=\"position: fixed; inset: 0\">fixed';"
              "document.body.style.margin = 0; return 'empty';",
              "empty");
  g_signal_emit_by_name (fixture->web.view, "print", operation, &handled);
  wait_for (finished);
  g_assert_cmpuint (messages->len, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (bh_downloads_get_model (fixture->downloads)), ==, 0);
}

static void
write_user_dirs (void)
{
  g_autofree char *path = g_build_filename (g_get_user_config_dir (), "user-dirs.dirs", NULL);
  g_autofree char *text = NULL;

  download_dir = g_dir_make_tmp ("bulkhead-test-XXXXXX", NULL);
  text = g_strdup_printf ("XDG_DOWNLOAD_DIR=\"%s\"\n", download_dir);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

int
main (int argc, char *argv[])
{
  int status;

  gtk_test_init (&argc, &argv, NULL);
  /* GTK warns of a system bus that is not there. */
  g_log_set_always_fatal ((GLogLevelFlags) (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL));
  write_user_dirs ();

#define ADD(name, function)                                                                        \
  g_test_add ("/printing/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("user", test_user);
  ADD ("page", test_page);
  ADD ("elsewhere", test_elsewhere);
  ADD ("cancelled", test_cancelled);
  ADD ("failed", test_failed);
#undef ADD

  status = g_test_run ();
  remove_tree (download_dir);

  return status;
}
