/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-care-panel.h"

#include "bh-app-care.h"

#include <glib/gi18n.h>

/*
 * What can be set for one app alone. A change is sent at once; what the supervisor then says is
 * what is shown, also when somebody else has changed it.
 */

/* A number that is still being turned is not worth a call for each step. */
#define SETTLE_MS 400

struct _BhCarePanel
{
  GtkBox parent_instance;

  BhAppItem *item;
  GCancellable *cancellable;
  gboolean updating;
  guint settle_id;

  GtkLabel *status;
  GtkWidget *box;
  GtkToggleButton *notify_button;
  GtkToggleButton *awake_button;
  GtkToggleButton *suspend_button;
  GtkSpinButton *minutes;
};

enum {
  FAILED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhCarePanel, bh_care_panel, GTK_TYPE_BOX)

static void
update (BhCarePanel *self)
{
  gboolean known = bh_app_care_get_known (self->item);
  gboolean awake = bh_app_care_get_keep_awake (self->item);
  guint minutes = bh_app_care_get_suspend_after (self->item);

  self->updating = TRUE;
  gtk_toggle_button_set_active (self->notify_button, !bh_app_care_get_muted (self->item));
  gtk_toggle_button_set_active (self->awake_button, awake);
  /* What is being typed is sent soon. */
  if (self->settle_id == 0)
    {
      gtk_toggle_button_set_active (self->suspend_button, minutes > 0);
      if (minutes > 0)
        gtk_spin_button_set_value (self->minutes, minutes);
    }
  self->updating = FALSE;

  gtk_widget_set_sensitive (self->box, known);
  gtk_widget_set_sensitive (GTK_WIDGET (self->suspend_button), !awake);
  gtk_widget_set_sensitive (GTK_WIDGET (self->minutes),
                            !awake && gtk_toggle_button_get_active (self->suspend_button));
  gtk_label_set_text (self->status,
                      known ? "" : _("The supervisor that runs now has no settings for apps."));
  gtk_widget_set_visible (GTK_WIDGET (self->status), !known);
}

static void
on_item_changed (BhAppItem *item, BhCarePanel *self)
{
  update (self);
}

static void
on_set_settings_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean done = bh_dbus_app1_call_set_settings_finish (BH_DBUS_APP1 (source), result, &error);
  BhCarePanel *self;

  if (done || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self = BH_CARE_PANEL (user_data);
  g_dbus_error_strip_remote_error (error);
  g_signal_emit (self, signals[FAILED], 0, error->message);
  /* Back to what holds. */
  update (self);
}

static void
send (BhCarePanel *self, const char *name, GVariant *value)
{
  BhDBusApp1 *proxy = bh_app_item_get_proxy (self->item);
  g_auto (GVariantDict) settings = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert_value (&settings, name, value);
  if (proxy != NULL)
    bh_dbus_app1_call_set_settings (proxy, g_variant_dict_end (&settings), self->cancellable,
                                    on_set_settings_ready, self);
}

static void
on_notify_toggled (GtkToggleButton *button, BhCarePanel *self)
{
  if (!self->updating)
    send (self, "muted", g_variant_new_boolean (!gtk_toggle_button_get_active (button)));
}

static void
on_awake_toggled (GtkToggleButton *button, BhCarePanel *self)
{
  if (!self->updating)
    send (self, "keep-awake", g_variant_new_boolean (gtk_toggle_button_get_active (button)));
}

static void
send_minutes (BhCarePanel *self)
{
  guint minutes = gtk_toggle_button_get_active (self->suspend_button)
                      ? (guint) gtk_spin_button_get_value_as_int (self->minutes)
                      : 0;

  send (self, "suspend-after", g_variant_new_uint32 (minutes));
}

static gboolean
on_settled (gpointer user_data)
{
  BhCarePanel *self = user_data;

  self->settle_id = 0;
  send_minutes (self);

  return G_SOURCE_REMOVE;
}

static void
on_suspend_toggled (GtkToggleButton *button, BhCarePanel *self)
{
  gtk_widget_set_sensitive (GTK_WIDGET (self->minutes), gtk_toggle_button_get_active (button));
  if (self->updating)
    return;

  g_clear_handle_id (&self->settle_id, g_source_remove);
  send_minutes (self);
}

static void
on_minutes_changed (GtkSpinButton *button, BhCarePanel *self)
{
  if (self->updating || !gtk_toggle_button_get_active (self->suspend_button))
    return;

  g_clear_handle_id (&self->settle_id, g_source_remove);
  self->settle_id = g_timeout_add (SETTLE_MS, on_settled, self);
}

static gboolean
on_minutes_scroll (GtkWidget *minutes, GdkEvent *event, BhCarePanel *self)
{
  /* The wheel is for the page. */
  g_signal_stop_emission_by_name (minutes, "scroll-event");

  return FALSE;
}

static void
bh_care_panel_dispose (GObject *object)
{
  BhCarePanel *self = BH_CARE_PANEL (object);

  /* The window was closed before the number had settled: it was wanted all the same. */
  if (self->settle_id != 0)
    {
      g_clear_handle_id (&self->settle_id, g_source_remove);
      send_minutes (self);
    }
  g_cancellable_cancel (self->cancellable);
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (bh_care_panel_parent_class)->dispose (object);
}

static void
bh_care_panel_finalize (GObject *object)
{
  g_object_unref (BH_CARE_PANEL (object)->cancellable);

  G_OBJECT_CLASS (bh_care_panel_parent_class)->finalize (object);
}

static void
bh_care_panel_class_init (BhCarePanelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bh_care_panel_dispose;
  object_class->finalize = bh_care_panel_finalize;

  /**
   * BhCarePanel::failed:
   * @self: the panel
   * @message: what to tell the user
   *
   * What the user wanted was refused, or could not be done.
   */
  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/bulkhead/Bulkhead/bh-care-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, BhCarePanel, status);
  gtk_widget_class_bind_template_child (widget_class, BhCarePanel, box);
  gtk_widget_class_bind_template_child (widget_class, BhCarePanel, notify_button);
  gtk_widget_class_bind_template_child (widget_class, BhCarePanel, awake_button);
  gtk_widget_class_bind_template_child (widget_class, BhCarePanel, suspend_button);
  gtk_widget_class_bind_template_child (widget_class, BhCarePanel, minutes);
  gtk_widget_class_bind_template_callback (widget_class, on_notify_toggled);
  gtk_widget_class_bind_template_callback (widget_class, on_awake_toggled);
  gtk_widget_class_bind_template_callback (widget_class, on_suspend_toggled);
  gtk_widget_class_bind_template_callback (widget_class, on_minutes_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_minutes_scroll);
}

static void
bh_care_panel_init (BhCarePanel *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bh_care_panel_set_item:
 * @self: a panel that has none yet
 * @item: the app, which is followed
 */
void
bh_care_panel_set_item (BhCarePanel *self, BhAppItem *item)
{
  g_return_if_fail (BH_IS_CARE_PANEL (self));
  g_return_if_fail (BH_IS_APP_ITEM (item) && self->item == NULL);

  self->item = g_object_ref (item);
  g_signal_connect (item, "changed", G_CALLBACK (on_item_changed), self);
  update (self);
}
