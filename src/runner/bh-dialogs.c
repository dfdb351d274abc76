/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-dialogs.h"

#include "bh-config.h"
#include "bh-text.h"

#include <glib/gi18n.h>

/*
 * The dialogs over an app's window: our own, and how to be rid of all of them.
 */

#define DATA_DIALOG "bh-about"
/* An address may be as long as its page likes, and a label shows all that it gets. */
#define MAX_CHARACTERS 200

/**
 * bh_dialogs_show_about:
 * @parent: the app's window
 * @config: the app
 * @uri: (nullable): the page that the window shows
 *
 * Tells what the app is and where it comes from, in the place of a dialog that is still open. The
 * dialog is made anew each time, unlike gtk_show_about_dialog()'s: the address is the one of the
 * page that is shown now.
 */
void
bh_dialogs_show_about (GtkWindow *parent, BhRunnerConfig *config, const char *uri)
{
  BhManifest *manifest;
  GtkWidget *last, *dialog;
  g_autofree char *address = NULL;
  g_autofree char *comments = NULL;

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (BH_IS_RUNNER_CONFIG (config));

  last = g_object_get_data (G_OBJECT (parent), DATA_DIALOG);
  if (last != NULL)
    gtk_widget_destroy (last);

  manifest = bh_runner_config_get_manifest (config);
  address = bh_text_printable (uri != NULL ? uri : bh_manifest_get_url (manifest), MAX_CHARACTERS);
  comments = g_strdup_printf (
      /* Translators: a description of the app, its address, where its manifest lies. */
      _("%s\n\n%s\n%s\n\nRuns in processes of its own in Bulkhead %s."),
      bh_manifest_get_description (manifest), address, bh_runner_config_get_manifest_path (config),
      BH_VERSION);

  dialog = gtk_about_dialog_new ();
  g_object_set (dialog, "program-name", bh_runner_config_get_name (config), "comments",
                g_strstrip (comments), "logo", gtk_window_get_icon (parent), "transient-for",
                parent, "modal", TRUE, "destroy-with-parent", TRUE, NULL);
  g_signal_connect (dialog, "response", G_CALLBACK (gtk_widget_destroy), NULL);
  /* Gone from the parent when it is destroyed; the reference is the parent's. */
  g_object_set_data_full (G_OBJECT (parent), DATA_DIALOG, g_object_ref (dialog), g_object_unref);
  gtk_window_present (GTK_WINDOW (dialog));
}

/**
 * bh_dialogs_new_download_question:
 * @parent: the app's window
 * @app_name: the app, for people
 *
 * Returns: (transfer none): a question whether to close the app while it downloads, answered with
 *   %GTK_RESPONSE_ACCEPT for yes; not shown yet, and owned by GTK
 */
GtkWidget *
bh_dialogs_new_download_question (GtkWindow *parent, const char *app_name)
{
  GtkWidget *dialog;

  g_return_val_if_fail (GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (app_name != NULL, NULL);

  dialog = gtk_message_dialog_new (parent, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                                   GTK_MESSAGE_QUESTION, GTK_BUTTONS_NONE,
                                   _("A download is not finished"));
  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog),
                                            _("If you close “%s” now, the download is cancelled."),
                                            app_name);
  gtk_dialog_add_buttons (GTK_DIALOG (dialog), _("_Keep Open"), GTK_RESPONSE_CANCEL, _("_Close"),
                          GTK_RESPONSE_ACCEPT, NULL);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), GTK_RESPONSE_CANCEL);

  return dialog;
}

/**
 * bh_dialogs_dismiss:
 * @parent: the app's window
 *
 * Cancels the dialogs that stand over @parent, those of WebKit and GTK included. Some of them run a
 * main loop of their own, which has ended only when the present one turns again.
 *
 * Returns: whether there were any
 */
gboolean
bh_dialogs_dismiss (GtkWindow *parent)
{
  GList *toplevels;
  gboolean found = FALSE;

  g_return_val_if_fail (GTK_IS_WINDOW (parent), FALSE);

  toplevels = gtk_window_list_toplevels ();
  /* Any of them may be destroyed by what another one's end brings about. */
  for (GList *l = toplevels; l != NULL; l = l->next)
    g_object_ref (l->data);
  for (GList *l = toplevels; l != NULL; l = l->next)
    if (GTK_IS_DIALOG (l->data) && gtk_widget_get_visible (GTK_WIDGET (l->data))
        && gtk_window_get_transient_for (GTK_WINDOW (l->data)) == parent)
      {
        found = TRUE;
        gtk_dialog_response (GTK_DIALOG (l->data), GTK_RESPONSE_DELETE_EVENT);
      }
  g_list_free_full (toplevels, g_object_unref);

  return found;
}
