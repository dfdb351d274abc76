/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-storage-panel.h"

#include "bh-clear-dialog.h"
#include "bh-storage-kind.h"
#include "bh-task-format.h"

#include <glib/gi18n.h>

/*
 * How much an app keeps on the disk, where, and the way to be rid of it. It is counted each time
 * the panel is shown.
 */

struct _BhStoragePanel
{
  GtkBox parent_instance;

  BhAppItem *item;
  GCancellable *cancellable;
  GVariant *storage;

  GtkLabel *status;
  GtkGrid *grid;
  GtkWidget *clear_button;
  GtkLabel *sizes[BH_N_STORAGE_KINDS];
  GtkWidget *folder_buttons[BH_N_STORAGE_KINDS];
};

enum {
  FAILED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhStoragePanel, bh_storage_panel, GTK_TYPE_BOX)

static void
set_status (BhStoragePanel *self, const char *text)
{
  gtk_label_set_text (self->status, text);
  gtk_widget_set_visible (GTK_WIDGET (self->status), *text != '\0');
}

static void
update (BhStoragePanel *self)
{
  for (BhStorageKind kind = 0; kind < BH_N_STORAGE_KINDS; kind++)
    {
      g_autofree char *path = bh_storage_kind_dup_path (kind, self->storage);
      g_autofree char *size
          = bh_task_format_memory (bh_storage_kind_get_size (kind, self->storage));

      gtk_label_set_text (self->sizes[kind], size);
      /* What was never used is not there. */
      gtk_widget_set_sensitive (self->folder_buttons[kind],
                                path != NULL && g_file_test (path, G_FILE_TEST_IS_DIR));
    }
  gtk_widget_set_sensitive (self->clear_button, self->storage != NULL);
}

static void
on_storage_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) storage = NULL;
  g_autofree char *status = NULL;
  gboolean done
      = bh_dbus_app1_call_get_storage_finish (BH_DBUS_APP1 (source), &storage, result, &error);
  BhStoragePanel *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self = BH_STORAGE_PANEL (user_data);
  if (!done && g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD))
    status = g_strdup (_("The supervisor that runs now can’t tell what the app keeps."));
  else if (!done)
    {
      g_dbus_error_strip_remote_error (error);
      status = g_strdup_printf (_("What the app keeps can’t be told. %s"), error->message);
    }
  g_clear_pointer (&self->storage, g_variant_unref);
  self->storage = g_steal_pointer (&storage);
  set_status (self, status != NULL ? status : "");
  update (self);
}

static void
ask (BhStoragePanel *self)
{
  BhDBusApp1 *proxy = self->item != NULL ? bh_app_item_get_proxy (self->item) : NULL;

  if (proxy != NULL)
    bh_dbus_app1_call_get_storage (proxy, self->cancellable, on_storage_ready, self);
}

static void
on_folder_clicked (GtkButton *button, BhStoragePanel *self)
{
  GtkWidget *window = gtk_widget_get_toplevel (GTK_WIDGET (self));

  for (BhStorageKind kind = 0; kind < BH_N_STORAGE_KINDS; kind++)
    {
      g_autofree char *path = bh_storage_kind_dup_path (kind, self->storage);
      g_autofree char *message = NULL;
      g_autofree char *uri = NULL;
      g_autoptr (GError) error = NULL;

      if (self->folder_buttons[kind] != GTK_WIDGET (button) || path == NULL)
        continue;
      uri = g_filename_to_uri (path, NULL, &error);
      if (uri != NULL
          && gtk_show_uri_on_window (GTK_WINDOW (window), uri, gtk_get_current_event_time (),
                                     &error))
        return;
      message = g_strdup_printf (_("The folder %s could not be opened: %s"), path, error->message);
      g_signal_emit (self, signals[FAILED], 0, message);
    }
}

static void
on_cleared (BhClearDialog *dialog, BhStoragePanel *self)
{
  ask (self);
}

static void
on_clear_clicked (GtkButton *button, BhStoragePanel *self)
{
  GtkWidget *window = gtk_widget_get_toplevel (GTK_WIDGET (self));
  GtkWidget *dialog = bh_clear_dialog_new (self->item, self->storage, GTK_WINDOW (window));

  g_signal_connect_object (dialog, "cleared", G_CALLBACK (on_cleared), self, 0);
  gtk_window_present_with_time (GTK_WINDOW (dialog), gtk_get_current_event_time ());
}

static void
add_kind (BhStoragePanel *self, BhStorageKind kind)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *title = gtk_label_new (bh_storage_kind_get_title (kind));
  GtkWidget *explanation = gtk_label_new (bh_storage_kind_get_explanation (kind));
  GtkWidget *size = gtk_label_new ("–");
  GtkWidget *button = gtk_button_new_from_icon_name ("folder-open-symbolic", GTK_ICON_SIZE_BUTTON);
  g_autofree char *name = NULL;

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_xalign (GTK_LABEL (explanation), 0);
  gtk_label_set_line_wrap (GTK_LABEL (explanation), TRUE);
  gtk_style_context_add_class (gtk_widget_get_style_context (explanation), "bh-caption");
  gtk_container_add (GTK_CONTAINER (words), title);
  gtk_container_add (GTK_CONTAINER (words), explanation);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_label_set_xalign (GTK_LABEL (size), 1);
  atk_object_add_relationship (gtk_widget_get_accessible (size), ATK_RELATION_LABELLED_BY,
                               gtk_widget_get_accessible (title));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _("Show folder"));
  /* Translators: opens the folder of “Data of pages” and the like; for a screen reader. */
  name = g_strdup_printf (_("Show folder: %s"), bh_storage_kind_get_title (kind));
  atk_object_set_name (gtk_widget_get_accessible (button), name);
  g_signal_connect (button, "clicked", G_CALLBACK (on_folder_clicked), self);

  gtk_grid_attach (self->grid, words, 0, (int) kind, 1, 1);
  gtk_grid_attach (self->grid, size, 1, (int) kind, 1, 1);
  gtk_grid_attach (self->grid, button, 2, (int) kind, 1, 1);
  gtk_widget_show_all (GTK_WIDGET (self->grid));
  self->sizes[kind] = GTK_LABEL (size);
  self->folder_buttons[kind] = button;
}

static void
bh_storage_panel_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (bh_storage_panel_parent_class)->map (widget);

  ask (BH_STORAGE_PANEL (widget));
}

static void
bh_storage_panel_dispose (GObject *object)
{
  BhStoragePanel *self = BH_STORAGE_PANEL (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (bh_storage_panel_parent_class)->dispose (object);
}

static void
bh_storage_panel_finalize (GObject *object)
{
  BhStoragePanel *self = BH_STORAGE_PANEL (object);

  g_clear_pointer (&self->storage, g_variant_unref);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (bh_storage_panel_parent_class)->finalize (object);
}

static void
bh_storage_panel_class_init (BhStoragePanelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bh_storage_panel_dispose;
  object_class->finalize = bh_storage_panel_finalize;
  widget_class->map = bh_storage_panel_map;

  /**
   * BhStoragePanel::failed:
   * @self: the panel
   * @message: what to tell the user
   *
   * What the user wanted could not be done.
   */
  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/bulkhead/Bulkhead/bh-storage-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, BhStoragePanel, status);
  gtk_widget_class_bind_template_child (widget_class, BhStoragePanel, grid);
  gtk_widget_class_bind_template_child (widget_class, BhStoragePanel, clear_button);
  gtk_widget_class_bind_template_callback (widget_class, on_clear_clicked);
}

static void
bh_storage_panel_init (BhStoragePanel *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  for (BhStorageKind kind = 0; kind < BH_N_STORAGE_KINDS; kind++)
    add_kind (self, kind);
}

/**
 * bh_storage_panel_set_item:
 * @self: a panel that has none yet
 * @item: the app
 */
void
bh_storage_panel_set_item (BhStoragePanel *self, BhAppItem *item)
{
  g_return_if_fail (BH_IS_STORAGE_PANEL (self));
  g_return_if_fail (BH_IS_APP_ITEM (item) && self->item == NULL);

  self->item = g_object_ref (item);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    ask (self);
}
