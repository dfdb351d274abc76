/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-limits-panel.h"

#include "bh-app-status.h"
#include "bh-limit-row.h"
#include "bh-limit-text.h"

#include <glib/gi18n.h>

/*
 * What an app may use, with how much of it is used, to read and to change. Nothing is changed while
 * somebody types: what the fields say is sent when it is applied, all at once.
 */

struct _BhLimitsPanel
{
  GtkBox parent_instance;

  BhAppItem *item;
  GCancellable *cancellable;
  BhLimitRow *rows[BH_N_LIMITS];
  gboolean busy;

  GtkGrid *grid;
  GtkWidget *reset_button;
  GtkWidget *apply_button;
};

enum {
  FAILED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhLimitsPanel, bh_limits_panel, GTK_TYPE_BOX)

/* By their place in BhLimitKinds. */
enum {
  ROW_MEMORY,
  ROW_MEMORY_HIGH,
};

static gboolean
can_apply (BhLimitsPanel *self)
{
  gboolean changed = FALSE;

  for (guint i = 0; i < BH_N_LIMITS; i++)
    {
      if (!bh_limit_row_is_valid (self->rows[i]))
        return FALSE;
      changed = changed || bh_limit_row_is_changed (self->rows[i]);
    }

  return changed && !self->busy && bh_app_item_get_proxy (self->item) != NULL;
}

static void
update_buttons (BhLimitsPanel *self)
{
  gtk_widget_set_sensitive (self->apply_button, can_apply (self));
  gtk_widget_set_sensitive (self->reset_button,
                            !self->busy && bh_app_item_get_proxy (self->item) != NULL
                                && bh_app_limits_is_set (bh_app_item_get_limits (self->item)));
}

static void
update (BhLimitsPanel *self)
{
  BhAppLimits *limits = bh_app_item_get_limits (self->item);
  gboolean running = bh_app_item_get_pid (self->item) != 0;

  for (guint i = 0; i < BH_N_LIMITS; i++)
    {
      if (!running)
        bh_limit_row_set_used (self->rows[i], -1);
      bh_limit_row_set_limits (self->rows[i], limits, running);
    }
  update_buttons (self);
}

static void
on_item_changed (BhAppItem *item, BhLimitsPanel *self)
{
  update (self);
}

static void
on_row_changed (BhLimitRow *row, BhLimitsPanel *self)
{
  /* The soft limit must fit the hard one as it is typed. */
  bh_limit_row_set_most (self->rows[ROW_MEMORY_HIGH],
                         bh_limit_row_get_value (self->rows[ROW_MEMORY]));
  update_buttons (self);
}

static void
finish_call (BhLimitsPanel *self, gboolean done, GError *error)
{
  self->busy = FALSE;
  if (done)
    {
      for (guint i = 0; i < BH_N_LIMITS; i++)
        bh_limit_row_reset (self->rows[i]);
    }
  else
    {
      g_dbus_error_strip_remote_error (error);
      g_signal_emit (self, signals[FAILED], 0, error->message);
    }
  update_buttons (self);
}

static void
on_set_limits_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean done = bh_dbus_app1_call_set_limits_finish (BH_DBUS_APP1 (source), result, &error);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    finish_call (BH_LIMITS_PANEL (user_data), done, error);
}

static void
on_reset_limits_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean done = bh_dbus_app1_call_reset_limits_finish (BH_DBUS_APP1 (source), result, &error);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    finish_call (BH_LIMITS_PANEL (user_data), done, error);
}

static void
on_reset_clicked (GtkButton *button, BhLimitsPanel *self)
{
  self->busy = TRUE;
  update_buttons (self);
  /* What was typed is not wanted any more. */
  for (guint i = 0; i < BH_N_LIMITS; i++)
    bh_limit_row_reset (self->rows[i]);
  bh_dbus_app1_call_reset_limits (bh_app_item_get_proxy (self->item), self->cancellable,
                                  on_reset_limits_ready, self);
}

static void
on_apply_clicked (GtkButton *button, BhLimitsPanel *self)
{
  g_auto (GVariantDict) values = G_VARIANT_DICT_INIT (NULL);

  for (guint i = 0; i < BH_N_LIMITS; i++)
    {
      BhLimitRow *row = self->rows[i];
      guint64 value = bh_limit_row_get_value (row);

      /* A new hard limit would bring a soft one of its own; the one that is shown stays. */
      if (bh_limit_row_is_changed (row)
          || (i == ROW_MEMORY_HIGH && value != 0
              && bh_limit_row_is_changed (self->rows[ROW_MEMORY])))
        g_variant_dict_insert (&values, bh_limit_get_name ((BhLimitKinds) (1 << i)), "t", value);
    }
  self->busy = TRUE;
  update_buttons (self);
  bh_dbus_app1_call_set_limits (bh_app_item_get_proxy (self->item), g_variant_dict_end (&values),
                                self->cancellable, on_set_limits_ready, self);
}

/* Return applies what is typed, but not while another page is shown. */
static void
set_default (BhLimitsPanel *self, GtkWidget *widget)
{
  GtkWidget *window = gtk_widget_get_toplevel (GTK_WIDGET (self));

  if (GTK_IS_WINDOW (window) && !gtk_widget_in_destruction (window))
    gtk_window_set_default (GTK_WINDOW (window), widget);
}

static void
bh_limits_panel_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (bh_limits_panel_parent_class)->map (widget);

  set_default (BH_LIMITS_PANEL (widget), BH_LIMITS_PANEL (widget)->apply_button);
}

static void
bh_limits_panel_unmap (GtkWidget *widget)
{
  set_default (BH_LIMITS_PANEL (widget), NULL);

  GTK_WIDGET_CLASS (bh_limits_panel_parent_class)->unmap (widget);
}

static void
bh_limits_panel_dispose (GObject *object)
{
  BhLimitsPanel *self = BH_LIMITS_PANEL (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  for (guint i = 0; i < BH_N_LIMITS; i++)
    {
      if (self->rows[i] != NULL)
        g_signal_handlers_disconnect_by_data (self->rows[i], self);
      g_clear_object (&self->rows[i]);
    }
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (bh_limits_panel_parent_class)->dispose (object);
}

static void
bh_limits_panel_class_init (BhLimitsPanelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bh_limits_panel_dispose;
  widget_class->map = bh_limits_panel_map;
  widget_class->unmap = bh_limits_panel_unmap;

  /**
   * BhLimitsPanel::failed:
   * @self: the panel
   * @message: what to tell the user
   *
   * What the user wanted was refused, or could not be done.
   */
  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/bulkhead/Bulkhead/bh-limits-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, BhLimitsPanel, grid);
  gtk_widget_class_bind_template_child (widget_class, BhLimitsPanel, reset_button);
  gtk_widget_class_bind_template_child (widget_class, BhLimitsPanel, apply_button);
  gtk_widget_class_bind_template_callback (widget_class, on_apply_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_reset_clicked);
}

static void
bh_limits_panel_init (BhLimitsPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  for (guint i = 0; i < BH_N_LIMITS; i++)
    {
      self->rows[i] = bh_limit_row_new (self->grid, (int) i, (BhLimitKinds) (1 << i));
      g_signal_connect (self->rows[i], "changed", G_CALLBACK (on_row_changed), self);
    }
}

/**
 * bh_limits_panel_set_item:
 * @self: a panel that has none yet
 * @item: the app, which is followed
 */
void
bh_limits_panel_set_item (BhLimitsPanel *self, BhAppItem *item)
{
  g_return_if_fail (BH_IS_LIMITS_PANEL (self));
  g_return_if_fail (BH_IS_APP_ITEM (item) && self->item == NULL);

  self->item = g_object_ref (item);
  g_signal_connect (item, "changed", G_CALLBACK (on_item_changed), self);
  update (self);
}

/**
 * bh_limits_panel_set_usage:
 * @self: a panel with an app
 * @sample: (nullable): the app's entry of Supervisor1.Sampled, %NULL when nothing was measured
 */
void
bh_limits_panel_set_usage (BhLimitsPanel *self, GVariant *sample)
{
  double used[BH_N_LIMITS] = { -1, -1, -1, -1, -1 };
  guint64 number;
  guint threads;

  g_return_if_fail (BH_IS_LIMITS_PANEL (self));

  if (sample != NULL)
    {
      if (g_variant_lookup (sample, "memory", "t", &number))
        used[ROW_MEMORY] = used[ROW_MEMORY_HIGH] = (double) number;
      g_variant_lookup (sample, "cpu", "d", &used[2]);
      if (g_variant_lookup (sample, "cpu-time", "t", &number))
        used[3] = (double) number;
      if (g_variant_lookup (sample, "threads", "u", &threads))
        used[4] = threads;
    }
  for (guint i = 0; i < BH_N_LIMITS; i++)
    bh_limit_row_set_used (self->rows[i], used[i]);
}
