/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-kill-dialog.h"

#include "bh-app-status.h"

#include <glib/gi18n.h>

/*
 * Who kills an app wants it gone, so nothing is asked; unless the app itself says that changes
 * would be lost. Then one question is asked for all apps that were to be killed together.
 *
 * Pages that answer are asked at that moment: that is the only one at which they tell. One that
 * does not answer at once is killed all the same.
 */

/* Milliseconds that the pages have. */
#define PATIENCE 2500

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

/* The question to the pages. */
typedef struct
{
  BhAppControl *control;
  GtkWindow *window; /* or NULL, once it is closed */
  GList *items;
  GHashTable *unsaved; /* set of BhAppItem: those that object */
  guint waiting;
} Check;

static void
check_unwait (Check *check)
{
  g_autoptr (GList) unsaved = NULL;

  if (--check->waiting > 0)
    return;
  for (GList *link = check->items; link != NULL; link = link->next)
    if (g_hash_table_contains (check->unsaved, link->data)
        || bh_app_item_get_activity (link->data) & BH_APP_ACTIVITY_UNSAVED)
      unsaved = g_list_prepend (unsaved, link->data);
  unsaved = g_list_reverse (unsaved);

  if (unsaved == NULL)
    kill_all (check->control, check->items);
  else if (check->window != NULL)
    ask (check->control, check->window, check->items, unsaved);
  g_list_free_full (check->items, g_object_unref);
  g_hash_table_unref (check->unsaved);
  g_clear_weak_pointer (&check->window);
  g_object_unref (check->control);
  g_free (check);
}

typedef struct
{
  Check *check;
  BhAppItem *item;
} CheckCall;

static void
on_check_unsaved_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree CheckCall *call = user_data;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;
  gboolean unsaved = FALSE;

  answer = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, &error);
  if (answer != NULL && g_variant_is_of_type (answer, G_VARIANT_TYPE ("(b)")))
    g_variant_get (answer, "(b)", &unsaved);
  else if (error != NULL)
    g_debug ("%s: %s", bh_app_item_get_name (call->item), error->message);
  if (unsaved)
    g_hash_table_add (call->check->unsaved, call->item);
  check_unwait (call->check);
}

/* One that sleeps or hangs can't answer. */
static gboolean
can_answer (BhAppItem *item)
{
  return bh_app_item_get_state (item) == BH_STATE_RUNNING && bh_app_item_get_proxy (item) != NULL;
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
  Check *check;

  g_return_if_fail (BH_IS_APP_CONTROL (control) && GTK_IS_WINDOW (window));

  check = g_new0 (Check, 1);
  check->control = g_object_ref (control);
  g_set_weak_pointer (&check->window, window);
  check->items = g_list_copy (items);
  g_list_foreach (check->items, hold_item, NULL);
  check->unsaved = g_hash_table_new (NULL, NULL);
  check->waiting = 1;
  for (GList *link = check->items; link != NULL; link = link->next)
    if (can_answer (link->data))
      {
        CheckCall *call = g_new0 (CheckCall, 1);

        call->check = check;
        call->item = link->data;
        check->waiting++;
        g_dbus_proxy_call (G_DBUS_PROXY (bh_app_item_get_proxy (link->data)), "CheckUnsaved", NULL,
                           G_DBUS_CALL_FLAGS_NONE, PATIENCE, NULL, on_check_unsaved_ready, call);
      }
  check_unwait (check);
}
