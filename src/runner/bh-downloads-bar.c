/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-downloads-bar.h"

#include "bh-download-row.h"

/*
 * The strip with the downloads. It comes with a download, and again when one that was hidden has
 * ended; it goes when the user closes it.
 */

struct _BhDownloadsBar
{
  GtkBin parent_instance;

  BhDownloads *downloads;

  GtkRevealer *revealer;
  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (BhDownloadsBar, bh_downloads_bar, GTK_TYPE_BIN)

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  BhDownloadsBar *self = BH_DOWNLOADS_BAR (user_data);

  return bh_download_row_new (self->downloads, BH_DOWNLOAD (item));
}

static void
on_changed (BhDownload *download, gpointer user_data)
{
  BhDownloadsBar *self = BH_DOWNLOADS_BAR (user_data);

  if (bh_download_get_state (download) != BH_DOWNLOAD_RUNNING)
    gtk_revealer_set_reveal_child (self->revealer, TRUE);
}

static void
follow (BhDownloadsBar *self, guint position, guint added)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (BhDownload) download
          = g_list_model_get_item (bh_downloads_get_model (self->downloads), i);

      g_signal_connect_object (download, "changed", G_CALLBACK (on_changed), self, 0);
    }
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  BhDownloadsBar *self = BH_DOWNLOADS_BAR (user_data);

  follow (self, position, added);
  if (added > 0)
    gtk_revealer_set_reveal_child (self->revealer, TRUE);
  else if (g_list_model_get_n_items (model) == 0)
    gtk_revealer_set_reveal_child (self->revealer, FALSE);
}

static void
on_close_clicked (GtkButton *button, BhDownloadsBar *self)
{
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
  bh_downloads_clear_ended (self->downloads);
}

static void
bh_downloads_bar_dispose (GObject *object)
{
  BhDownloadsBar *self = BH_DOWNLOADS_BAR (object);

  if (self->list != NULL)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  self->list = NULL;
  g_clear_object (&self->downloads);

  G_OBJECT_CLASS (bh_downloads_bar_parent_class)->dispose (object);
}

static void
bh_downloads_bar_class_init (BhDownloadsBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bh_downloads_bar_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bulkhead/Bulkhead/runner/bh-downloads-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, BhDownloadsBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, BhDownloadsBar, list);
  gtk_widget_class_bind_template_callback (widget_class, on_close_clicked);
}

static void
bh_downloads_bar_init (BhDownloadsBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bh_downloads_bar_new:
 * @self: the downloads to show
 *
 * Returns: (transfer floating): a strip for the bottom of the window, without height while there is
 *   nothing to show
 */
GtkWidget *
bh_downloads_bar_new (BhDownloads *self)
{
  BhDownloadsBar *bar;
  GListModel *model;

  g_return_val_if_fail (BH_IS_DOWNLOADS (self), NULL);

  bar = g_object_new (BH_TYPE_DOWNLOADS_BAR, NULL);
  bar->downloads = g_object_ref (self);
  model = bh_downloads_get_model (self);
  gtk_list_box_bind_model (bar->list, model, create_row, bar, NULL);
  g_signal_connect_object (model, "items-changed", G_CALLBACK (on_items_changed), bar, 0);
  follow (bar, 0, g_list_model_get_n_items (model));
  gtk_revealer_set_reveal_child (bar->revealer, g_list_model_get_n_items (model) > 0);

  return GTK_WIDGET (bar);
}
