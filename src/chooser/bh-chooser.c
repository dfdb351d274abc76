/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-chooser"

#include "bh-chooser.h"

#include "bh-chooser-parent.h"
#include "bh-text.h"

#include <glib/gi18n.h>

/*
 * The dialog in which people choose what an app may read. Its title says which app asks: the app
 * itself has no say in it. It is the desktop's own dialog where GTK is told to use portals.
 */

#define MAX_NAME 60

static void
add_filters (GtkFileChooser *chooser, const char *const *mime_types)
{
  GtkFileFilter *suitable, *all;

  if (mime_types == NULL || *mime_types == NULL)
    return;

  suitable = gtk_file_filter_new ();
  gtk_file_filter_set_name (suitable, _("Suitable Files"));
  for (; *mime_types != NULL; mime_types++)
    gtk_file_filter_add_mime_type (suitable, *mime_types);
  gtk_file_chooser_add_filter (chooser, suitable);

  all = gtk_file_filter_new ();
  gtk_file_filter_set_name (all, _("All Files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (chooser, all);
}

/**
 * bh_chooser_new:
 * @app_name: the app that asks, for people
 * @mime_types: (nullable): the kinds that are shown first
 * @multiple: whether several files may be chosen
 *
 * Returns: (transfer full): the dialog
 */
GtkNativeDialog *
bh_chooser_new (const char *app_name, const char *const *mime_types, gboolean multiple)
{
  g_autofree char *name = NULL;
  g_autofree char *title = NULL;
  GtkFileChooserNative *dialog;

  g_return_val_if_fail (app_name != NULL, NULL);

  name = bh_text_printable (app_name, MAX_NAME);
  if (multiple)
    title = g_strdup_printf (_("Choose Files That “%s” Gets Copies Of"), name);
  else
    title = g_strdup_printf (_("Choose a File That “%s” Gets a Copy Of"), name);
  dialog = gtk_file_chooser_native_new (title, NULL, GTK_FILE_CHOOSER_ACTION_OPEN, _("_Choose"),
                                        _("_Cancel"));
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), multiple);
  add_filters (GTK_FILE_CHOOSER (dialog), mime_types);

  return GTK_NATIVE_DIALOG (dialog);
}

/**
 * bh_chooser_show:
 * @dialog: as bh_chooser_new() made it
 * @parent: (nullable): the window that asks, as for bh_chooser_parent_set()
 *
 * Shows the dialog.
 */
void
bh_chooser_show (GtkNativeDialog *dialog, const char *parent)
{
  g_autoptr (GList) windows = NULL;

  g_return_if_fail (GTK_IS_FILE_CHOOSER_NATIVE (dialog));

  gtk_native_dialog_show (dialog);
  /* Where it is a dialog of GTK's, and no portal's. */
  windows = gtk_window_list_toplevels ();
  for (GList *link = windows; link != NULL; link = link->next)
    if (GTK_IS_FILE_CHOOSER_DIALOG (link->data) && parent != NULL)
      bh_chooser_parent_set (link->data, parent);
}

/**
 * bh_chooser_dup_answer:
 * @dialog: a dialog that was accepted
 *
 * Returns: (transfer full): the paths of the chosen files, each with a NUL at its end
 */
GBytes *
bh_chooser_dup_answer (GtkNativeDialog *dialog)
{
  GByteArray *answer;
  GSList *files;

  g_return_val_if_fail (GTK_IS_FILE_CHOOSER_NATIVE (dialog), NULL);

  answer = g_byte_array_new ();
  files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
  for (GSList *link = files; link != NULL; link = link->next)
    {
      const char *path = g_file_peek_path (link->data);

      if (path != NULL)
        g_byte_array_append (answer, (const guint8 *) path, (guint) strlen (path) + 1);
    }
  g_slist_free_full (files, g_object_unref);

  return g_byte_array_free_to_bytes (answer);
}
