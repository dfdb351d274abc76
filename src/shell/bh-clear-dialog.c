/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-clear-dialog.h"

#include "bh-app-status.h"
#include "bh-storage-kind.h"
#include "bh-task-format.h"

#include <glib/gi18n.h>

/*
 * Asks which of what an app keeps is to go, has it removed and says what became of it. Only what
 * can be fetched again is chosen beforehand, and Return cancels: nothing is lost by a slip.
 */

/* The app has its grace time first, and a large cache takes a while. */
#define CALL_TIMEOUT_MS 120000

struct _BhClearDialog
{
  GtkDialog parent_instance;

  BhAppItem *item;
  GCancellable *cancellable;
  gboolean busy;
  gboolean done;

  GtkLabel *heading;
  GtkWidget *kinds_box;
  GtkLabel *warning;
  GtkWidget *progress;
  GtkSpinner *spinner;
  GtkLabel *result;
  GtkButton *cancel_button;
  GtkWidget *clear_button;
  GtkToggleButton *kind_buttons[BH_N_STORAGE_KINDS];
};

enum {
  CLEARED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhClearDialog, bh_clear_dialog, GTK_TYPE_DIALOG)

static gboolean
has_choice (BhClearDialog *self)
{
  for (BhStorageKind kind = 0; kind < BH_N_STORAGE_KINDS; kind++)
    if (gtk_toggle_button_get_active (self->kind_buttons[kind]))
      return TRUE;

  return FALSE;
}

static void
update (BhClearDialog *self)
{
  g_autofree char *warning = NULL;

  if (bh_app_status_has_instance (self->item))
    /* Translators: %s is an app's name. */
    warning = g_strdup_printf (_("%s runs and will be closed first. What is not saved in it may "
                                 "be lost. This can’t be undone."),
                               bh_app_item_get_name (self->item));
  else
    warning = g_strdup (_("This can’t be undone."));
  gtk_label_set_text (self->warning, warning);

  gtk_widget_set_visible (GTK_WIDGET (self->warning), !self->done);
  gtk_widget_set_visible (self->kinds_box, !self->done);
  gtk_widget_set_sensitive (self->kinds_box, !self->busy);
  gtk_widget_set_visible (self->progress, self->busy);
  gtk_widget_set_visible (self->clear_button, !self->done);
  gtk_widget_set_sensitive (self->clear_button, !self->busy && has_choice (self)
                                                    && bh_app_item_get_proxy (self->item) != NULL);
  gtk_button_set_label (self->cancel_button, self->done || self->busy ? _("_Close") : _("_Cancel"));
  g_object_set (self->spinner, "active", self->busy, NULL);
}

static void
on_item_changed (BhAppItem *item, BhClearDialog *self)
{
  update (self);
}

static void
on_kind_toggled (GtkToggleButton *button, BhClearDialog *self)
{
  update (self);
}

static void
on_clear_data_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean done = bh_dbus_app1_call_clear_data_finish (BH_DBUS_APP1 (source), result, &error);
  g_autofree char *text = NULL;
  BhClearDialog *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self = BH_CLEAR_DIALOG (user_data);
  self->busy = FALSE;
  self->done = done;
  if (done)
    {
      text = g_strdup (_("What you have chosen is gone."));
    }
  else
    {
      g_dbus_error_strip_remote_error (error);
      text = g_strdup_printf (_("Not all of it could be removed. %s"), error->message);
    }
  gtk_label_set_text (self->result, text);
  gtk_widget_show (GTK_WIDGET (self->result));
  update (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->cancel_button));
  g_signal_emit (self, signals[CLEARED], 0);
}

static void
clear (BhClearDialog *self)
{
  BhDBusApp1 *proxy = bh_app_item_get_proxy (self->item);
  const char *names[BH_N_STORAGE_KINDS + 1] = { NULL };
  guint n = 0;

  if (proxy == NULL || self->busy)
    return;

  for (BhStorageKind kind = 0; kind < BH_N_STORAGE_KINDS; kind++)
    if (gtk_toggle_button_get_active (self->kind_buttons[kind]))
      names[n++] = bh_storage_kind_to_string (kind);

  self->busy = TRUE;
  gtk_widget_hide (GTK_WIDGET (self->result));
  update (self);
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (proxy), CALL_TIMEOUT_MS);
  bh_dbus_app1_call_clear_data (proxy, names, self->cancellable, on_clear_data_ready, self);
}

static void
bh_clear_dialog_response (GtkDialog *dialog, int response)
{
  if (response == GTK_RESPONSE_APPLY)
    clear (BH_CLEAR_DIALOG (dialog));
  else
    gtk_widget_destroy (GTK_WIDGET (dialog));
}

static void
bh_clear_dialog_dispose (GObject *object)
{
  BhClearDialog *self = BH_CLEAR_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (bh_clear_dialog_parent_class)->dispose (object);
}

static void
bh_clear_dialog_finalize (GObject *object)
{
  g_object_unref (BH_CLEAR_DIALOG (object)->cancellable);

  G_OBJECT_CLASS (bh_clear_dialog_parent_class)->finalize (object);
}

static void
bh_clear_dialog_class_init (BhClearDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bh_clear_dialog_dispose;
  object_class->finalize = bh_clear_dialog_finalize;
  GTK_DIALOG_CLASS (klass)->response = bh_clear_dialog_response;

  /**
   * BhClearDialog::cleared:
   *
   * Something was removed, if not all of it.
   */
  signals[CLEARED] = g_signal_new ("cleared", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/bulkhead/Bulkhead/bh-clear-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, BhClearDialog, heading);
  gtk_widget_class_bind_template_child (widget_class, BhClearDialog, kinds_box);
  gtk_widget_class_bind_template_child (widget_class, BhClearDialog, warning);
  gtk_widget_class_bind_template_child (widget_class, BhClearDialog, progress);
  gtk_widget_class_bind_template_child (widget_class, BhClearDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, BhClearDialog, result);
  gtk_widget_class_bind_template_child (widget_class, BhClearDialog, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, BhClearDialog, clear_button);
}

static void
bh_clear_dialog_init (BhClearDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
add_kind (BhClearDialog *self, BhStorageKind kind, GVariant *storage)
{
  g_autofree char *size = bh_task_format_memory (bh_storage_kind_get_size (kind, storage));
  /* Translators: something that can be cleared, and its size: “Cache (12.5 MiB)”. */
  g_autofree char *label = g_strdup_printf (_("%s (%s)"), bh_storage_kind_get_title (kind), size);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *button = gtk_check_button_new_with_label (label);
  GtkWidget *explanation = gtk_label_new (bh_storage_kind_get_explanation (kind));

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), kind == BH_STORAGE_KIND_CACHE);
  g_signal_connect (button, "toggled", G_CALLBACK (on_kind_toggled), self);
  gtk_label_set_xalign (GTK_LABEL (explanation), 0);
  gtk_label_set_line_wrap (GTK_LABEL (explanation), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (explanation), 44);
  gtk_widget_set_margin_start (explanation, 24);
  gtk_style_context_add_class (gtk_widget_get_style_context (explanation), "bh-caption");
  gtk_container_add (GTK_CONTAINER (box), button);
  gtk_container_add (GTK_CONTAINER (box), explanation);
  gtk_container_add (GTK_CONTAINER (self->kinds_box), box);
  gtk_widget_show_all (box);
  self->kind_buttons[kind] = GTK_TOGGLE_BUTTON (button);
}

/**
 * bh_clear_dialog_new:
 * @item: the app
 * @storage: (nullable): what App1.GetStorage has said
 * @parent: the window that the dialog belongs to
 *
 * Returns: (transfer none): a dialog that destroys itself when it is closed
 */
GtkWidget *
bh_clear_dialog_new (BhAppItem *item, GVariant *storage, GtkWindow *parent)
{
  BhClearDialog *self;
  g_autofree char *heading = NULL;

  g_return_val_if_fail (BH_IS_APP_ITEM (item) && GTK_IS_WINDOW (parent), NULL);

  self = g_object_new (BH_TYPE_CLEAR_DIALOG, "use-header-bar", FALSE, "transient-for", parent,
                       "title", _("Clear Data"), NULL);
  self->item = g_object_ref (item);
  /* Translators: %s is an app's name. */
  heading = g_strdup_printf (_("Clear what %s keeps?"), bh_app_item_get_name (item));
  gtk_label_set_text (self->heading, heading);
  for (BhStorageKind kind = 0; kind < BH_N_STORAGE_KINDS; kind++)
    add_kind (self, kind, storage);
  g_signal_connect (item, "changed", G_CALLBACK (on_item_changed), self);
  update (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->cancel_button));

  return GTK_WIDGET (self);
}
