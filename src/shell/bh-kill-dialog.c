/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-kill-dialog.h"

#include "bh-app-status.h"

#include <glib/gi18n.h>

/*
 * Who kills an app wants it gone, so nothing is asked; unless the app itself says that changes
 * would be lost. Then one question is asked for all apps that were to be killed together.
 */

typedef struct
{
  BhAppControl *control;
  GList *items;
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  g_object_unref (question->control);
  g_list_free_full (question->items, g_object_unref);
  g_free (question);
}

static void
hold_item (gpointer item, gpointer user_data)
{
  g_object_ref (item);
}

static void
kill_all (BhAppControl *control, GList *items)
{
  g_autoptr (GList) alive = NULL;

  /* Some may have ended while the question was there. */
  for (GList *link = items; link != NULL; link = link->next)
    if (bh_app_status_can (link->data, BH_APP_ACTION_KILL))
      alive = g_list_prepend (alive, link->data);
  alive = g_list_reverse (alive);
  bh_app_control_act_all (control, alive, BH_APP_ACTION_KILL, NULL);
}

static void
on_response (GtkDialog *dialog, int response, Question *question)
{
  if (response == GTK_RESPONSE_ACCEPT)
    kill_all (question->control, question->items);
  gtk_widget_destroy (GTK_WIDGET (dialog));
}

static char *
build_heading (GList *items)
{
  guint n_items = g_list_length (items);

  if (n_items == 1)
    return g_strdup_printf (_("Kill %s?"), bh_app_item_get_name (items->data));

  return g_strdup_printf (ngettext ("Kill %u app?", "Kill %u apps?", n_items), n_items);
}

static char *
build_warning (GList *unsaved)
{
  g_autoptr (GString) text = NULL;

  if (unsaved->next == NULL)
    return g_strdup_printf (_("%s has changes that are not saved. They would be lost."),
                            bh_app_item_get_name (unsaved->data));

  text = g_string_new (_("These apps have changes that are not saved, which would be lost:"));
  for (GList *link = unsaved; link != NULL; link = link->next)
    g_string_append_printf (text, "\n%s", bh_app_item_get_name (link->data));

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
ask (BhAppControl *control, GtkWindow *window, GList *items, GList *unsaved)
{
  Question *question = g_new0 (Question, 1);
  g_autofree char *heading = build_heading (items);
  g_autofree char *warning = build_warning (unsaved);
  GtkWidget *button;
  GtkWidget *dialog = gtk_message_dialog_new (
      window, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT | GTK_DIALOG_USE_HEADER_BAR,
      GTK_MESSAGE_WARNING, GTK_BUTTONS_NONE, "%s", heading);

  question->control = g_object_ref (control);
  question->items = g_list_copy (items);
  g_list_foreach (question->items, hold_item, NULL);
  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s", warning);
  gtk_dialog_add_button (GTK_DIALOG (dialog), _("_Cancel"), GTK_RESPONSE_CANCEL);
  button = gtk_dialog_add_button (GTK_DIALOG (dialog), _("_Kill"), GTK_RESPONSE_ACCEPT);
  gtk_style_context_add_class (gtk_widget_get_style_context (button),
                               GTK_STYLE_CLASS_DESTRUCTIVE_ACTION);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), GTK_RESPONSE_CANCEL);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_response), question, question_free, 0);
  gtk_window_present_with_time (GTK_WINDOW (dialog), gtk_get_current_event_time ());
}

/**
 * bh_kill_dialog_kill:
 * @control: passes on what is asked for
 * @window: where it was asked for
 * @items: (element-type BhAppItem): apps
 *
 * Kills the apps: at once, or when some have changes that are not saved once the user has agreed.
 */
void
bh_kill_dialog_kill (BhAppControl *control, GtkWindow *window, GList *items)
{
  g_autoptr (GList) unsaved = NULL;

  g_return_if_fail (BH_IS_APP_CONTROL (control) && GTK_IS_WINDOW (window));

  for (GList *link = items; link != NULL; link = link->next)
    if (bh_app_item_get_activity (link->data) & BH_APP_ACTIVITY_UNSAVED)
      unsaved = g_list_prepend (unsaved, link->data);
  unsaved = g_list_reverse (unsaved);

  if (unsaved == NULL)
    kill_all (control, items);
  else
    ask (control, window, items, unsaved);
}
