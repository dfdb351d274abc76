/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-download-row.h"

#include "bh-window-handle.h"

#include <glib/gi18n.h>

/* A download in the strip: how far it is, and what can be done with it now. */

struct _BhDownloadRow
{
  GtkListBoxRow parent_instance;

  BhDownloads *downloads;
  BhDownload *download;
  /* Why the file could not be opened, or %NULL. */
  char *problem;
  BhDownloadState shown_state;

  GtkImage *icon;
  GtkLabel *name;
  GtkProgressBar *progress;
  GtkLabel *status;
  GtkWidget *cancel_button;
  GtkWidget *retry_button;
  GtkWidget *open_button;
  GtkWidget *folder_button;
};

G_DEFINE_FINAL_TYPE (BhDownloadRow, bh_download_row, GTK_TYPE_LIST_BOX_ROW)

static char *
dup_status (BhDownloadRow *self)
{
  g_autofree char *received = g_format_size (bh_download_get_received (self->download));
  g_autofree char *length = g_format_size (bh_download_get_length (self->download));

  if (self->problem != NULL)
    return g_strdup (self->problem);

  switch (bh_download_get_state (self->download))
    {
    case BH_DOWNLOAD_FINISHED:
      return bh_download_is_local (self->download)
                 ? g_strdup_printf (_("Saved, %s"), received)
                 : g_strdup_printf (_("Downloaded, %s"), received);
    case BH_DOWNLOAD_CANCELLED:
      return g_strdup (_("Cancelled"));
    case BH_DOWNLOAD_FAILED:
      return bh_download_is_local (self->download)
                 ? g_strdup_printf (_("Not saved: %s"), bh_download_get_message (self->download))
                 : g_strdup_printf (_("Not downloaded: %s"),
                                    bh_download_get_message (self->download));
    case BH_DOWNLOAD_RUNNING:
    default:
      break;
    }

  if (bh_download_is_saving (self->download))
    return g_strdup (_("Saving…"));
  if (bh_download_get_received (self->download) == 0)
    return g_strdup (_("Starting…"));
  if (bh_download_get_length (self->download) == 0)
    return g_steal_pointer (&received);

  return g_strdup_printf (_("%s of %s"), received, length);
}

static void
update_progress (BhDownloadRow *self)
{
  if (bh_download_get_length (self->download) > 0)
    gtk_progress_bar_set_fraction (self->progress, bh_download_get_fraction (self->download));
  else if (bh_download_get_received (self->download) > 0)
    gtk_progress_bar_pulse (self->progress);
  else
    gtk_progress_bar_set_fraction (self->progress, 0);
}

static void
update_icon (BhDownloadRow *self)
{
  g_autofree char *type
      = g_content_type_guess (bh_download_get_name (self->download), NULL, 0, NULL);
  g_autoptr (GIcon) icon = g_content_type_get_icon (type);

  if (bh_download_get_state (self->download) == BH_DOWNLOAD_FAILED)
    gtk_image_set_from_icon_name (self->icon, "dialog-warning-symbolic", GTK_ICON_SIZE_DND);
  else
    gtk_image_set_from_gicon (self->icon, icon, GTK_ICON_SIZE_DND);
}

static void
update (BhDownloadRow *self)
{
  BhDownloadState state = bh_download_get_state (self->download);
  const char *name = bh_download_get_name (self->download);
  guint handle = bh_download_get_handle (self->download);
  g_autofree char *status = dup_status (self);
  gboolean ended_without = state == BH_DOWNLOAD_FAILED || state == BH_DOWNLOAD_CANCELLED;
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self->status));

  if (g_strcmp0 (gtk_label_get_text (self->name), name) != 0 || state != self->shown_state)
    {
      gtk_label_set_text (self->name, name);
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), name);
      update_icon (self);
    }

  gtk_label_set_text (self->status, status);
  /* What went wrong is to be read; red would be hard to read on dark. */
  if (state == BH_DOWNLOAD_FAILED || self->problem != NULL)
    gtk_style_context_remove_class (style, GTK_STYLE_CLASS_DIM_LABEL);
  else
    gtk_style_context_add_class (style, GTK_STYLE_CLASS_DIM_LABEL);

  gtk_widget_set_visible (GTK_WIDGET (self->progress), state == BH_DOWNLOAD_RUNNING);
  gtk_widget_set_visible (self->cancel_button, state == BH_DOWNLOAD_RUNNING);
  gtk_widget_set_visible (self->retry_button, ended_without);
  gtk_widget_set_visible (self->folder_button, state == BH_DOWNLOAD_FINISHED && handle != 0);
  gtk_widget_set_visible (self->open_button, state == BH_DOWNLOAD_FINISHED
                                                 && bh_download_is_openable (self->download));
  self->shown_state = state;
  if (state == BH_DOWNLOAD_RUNNING)
    update_progress (self);
}

static void
on_changed (BhDownload *download, gpointer user_data)
{
  update (BH_DOWNLOAD_ROW (user_data));
}

static void
on_open_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhDownloadRow) self = BH_DOWNLOAD_ROW (user_data);
  g_autoptr (GError) error = NULL;

  if (bh_desk_client_open_finish (BH_DESK_CLIENT (source), result, &error)
      || self->download == NULL)
    return;
  g_free (self->problem);
  self->problem = g_strdup_printf (_("Not opened: %s"), error->message);
  update (self);
}

static void
on_cancel_clicked (GtkButton *button, BhDownloadRow *self)
{
  bh_download_cancel (self->download);
}

static void
on_retry_clicked (GtkButton *button, BhDownloadRow *self)
{
  bh_downloads_retry (self->downloads, self->download);
}

static void
on_open_clicked (GtkButton *button, BhDownloadRow *self)
{
  g_autofree char *token = bh_window_handle_new_token (GTK_WIDGET (button));

  g_clear_pointer (&self->problem, g_free);
  update (self);
  bh_desk_client_open_saved_async (bh_downloads_get_desk (self->downloads),
                                   bh_download_get_handle (self->download), token, on_open_ready,
                                   g_object_ref (self));
}

static void
on_folder_clicked (GtkButton *button, BhDownloadRow *self)
{
  g_autofree char *token = bh_window_handle_new_token (GTK_WIDGET (button));

  g_clear_pointer (&self->problem, g_free);
  update (self);
  bh_desk_client_show_saved_async (bh_downloads_get_desk (self->downloads),
                                   bh_download_get_handle (self->download), token, on_open_ready,
                                   g_object_ref (self));
}

static void
bh_download_row_dispose (GObject *object)
{
  BhDownloadRow *self = BH_DOWNLOAD_ROW (object);

  g_clear_object (&self->download);
  g_clear_object (&self->downloads);

  G_OBJECT_CLASS (bh_download_row_parent_class)->dispose (object);
}

static void
bh_download_row_finalize (GObject *object)
{
  BhDownloadRow *self = BH_DOWNLOAD_ROW (object);

  g_free (self->problem);

  G_OBJECT_CLASS (bh_download_row_parent_class)->finalize (object);
}

static void
bh_download_row_class_init (BhDownloadRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bh_download_row_dispose;
  object_class->finalize = bh_download_row_finalize;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bulkhead/Bulkhead/runner/bh-download-row.ui");
  gtk_widget_class_bind_template_child (widget_class, BhDownloadRow, icon);
  gtk_widget_class_bind_template_child (widget_class, BhDownloadRow, name);
  gtk_widget_class_bind_template_child (widget_class, BhDownloadRow, progress);
  gtk_widget_class_bind_template_child (widget_class, BhDownloadRow, status);
  gtk_widget_class_bind_template_child (widget_class, BhDownloadRow, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, BhDownloadRow, retry_button);
  gtk_widget_class_bind_template_child (widget_class, BhDownloadRow, open_button);
  gtk_widget_class_bind_template_child (widget_class, BhDownloadRow, folder_button);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_retry_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_open_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_folder_clicked);
}

static void
bh_download_row_init (BhDownloadRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bh_download_row_new:
 * @downloads: the list that @download is in
 * @download: what the row shows
 *
 * Returns: (transfer floating): a new row
 */
GtkWidget *
bh_download_row_new (BhDownloads *downloads, BhDownload *download)
{
  BhDownloadRow *self;

  g_return_val_if_fail (BH_IS_DOWNLOADS (downloads), NULL);
  g_return_val_if_fail (BH_IS_DOWNLOAD (download), NULL);

  self = g_object_new (BH_TYPE_DOWNLOAD_ROW, NULL);
  self->downloads = g_object_ref (downloads);
  self->download = g_object_ref (download);
  g_signal_connect_object (download, "changed", G_CALLBACK (on_changed), self, 0);
  update (self);

  return GTK_WIDGET (self);
}
