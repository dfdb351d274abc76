/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-permissions-panel.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * What the user has answered when pages of an app asked for something, to be changed or forgotten.
 * It is asked for each time the panel is shown: answers come while the app runs, and nobody tells.
 */

struct _BhPermissionsPanel
{
  GtkBox parent_instance;

  BhAppItem *item;
  GCancellable *cancellable;
  GVariant *shown;

  GtkLabel *status;
  GtkGrid *grid;
};

enum {
  FAILED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhPermissionsPanel, bh_permissions_panel, GTK_TYPE_BOX)

#define ORIGIN_KEY "bh-origin"
#define KIND_KEY   "bh-kind"

#define COOKIES_PREFIX "cookies-"

static char *
dup_kind_text (const char *kind)
{
  static const struct
  {
    const char *kind;
    const char *text;
  } kinds[] = {
    { "notifications", N_("Notifications") },
    { "geolocation", N_("Location") },
    { "camera", N_("Camera") },
    { "microphone", N_("Microphone") },
    { "clipboard", N_("Read the clipboard") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].kind, kind))
      return g_strdup (_(kinds[i].text));
  if (g_str_has_prefix (kind, COOKIES_PREFIX))
    /* Translators: a page may use the cookies of another site: %s is “example.org”. */
    return g_strdup_printf (_("Let %s know you there"), kind + strlen (COOKIES_PREFIX));

  /* Of a newer service. */
  return g_strdup (kind);
}

static void ask (BhPermissionsPanel *self);

static void
on_set_permission_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean done = bh_dbus_app1_call_set_permission_finish (BH_DBUS_APP1 (source), result, &error);
  BhPermissionsPanel *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self = BH_PERMISSIONS_PANEL (user_data);
  if (!done)
    {
      g_dbus_error_strip_remote_error (error);
      g_signal_emit (self, signals[FAILED], 0, error->message);
      /* So that the choice goes back to what holds. */
      g_clear_pointer (&self->shown, g_variant_unref);
    }
  ask (self);
}

static void
on_answer_changed (GtkComboBox *combo, BhPermissionsPanel *self)
{
  BhDBusApp1 *proxy = bh_app_item_get_proxy (self->item);

  if (proxy != NULL)
    bh_dbus_app1_call_set_permission (proxy, g_object_get_data (G_OBJECT (combo), ORIGIN_KEY),
                                      g_object_get_data (G_OBJECT (combo), KIND_KEY),
                                      gtk_combo_box_get_active_id (combo), self->cancellable,
                                      on_set_permission_ready, self);
}

static gboolean
on_combo_scroll (GtkWidget *combo, GdkEvent *event, gpointer user_data)
{
  /* The wheel is for the page: an answer must not change because the pointer came over it. */
  g_signal_stop_emission_by_name (combo, "scroll-event");

  return FALSE;
}

static void
add_row (BhPermissionsPanel *self,
         int row,
         const char *origin,
         const char *kind,
         const char *answer)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autofree char *kind_text = dup_kind_text (kind);
  GtkWidget *title = gtk_label_new (kind_text);
  GtkWidget *site = gtk_label_new (origin);
  GtkWidget *combo = gtk_combo_box_text_new ();
  g_autofree char *name = NULL;

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_line_wrap (GTK_LABEL (title), TRUE);
  gtk_label_set_xalign (GTK_LABEL (site), 0);
  gtk_label_set_ellipsize (GTK_LABEL (site), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_tooltip_text (site, origin);
  gtk_style_context_add_class (gtk_widget_get_style_context (site), "bh-caption");
  gtk_container_add (GTK_CONTAINER (words), title);
  gtk_container_add (GTK_CONTAINER (words), site);
  gtk_widget_set_hexpand (words, TRUE);

  gtk_combo_box_text_append (GTK_COMBO_BOX_TEXT (combo), "allow", _("Allowed"));
  gtk_combo_box_text_append (GTK_COMBO_BOX_TEXT (combo), "deny", _("Not allowed"));
  gtk_combo_box_text_append (GTK_COMBO_BOX_TEXT (combo), "ask", _("Ask again"));
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (combo), answer);
  gtk_widget_set_valign (combo, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (combo), ORIGIN_KEY, g_strdup (origin), g_free);
  g_object_set_data_full (G_OBJECT (combo), KIND_KEY, g_strdup (kind), g_free);
  g_signal_connect (combo, "scroll-event", G_CALLBACK (on_combo_scroll), NULL);
  g_signal_connect (combo, "changed", G_CALLBACK (on_answer_changed), self);
  /* Translators: what a site may do, as a screen reader tells it: “Camera, https://example.org”. */
  name = g_strdup_printf (_("%s, %s"), kind_text, origin);
  atk_object_set_name (gtk_widget_get_accessible (combo), name);

  gtk_grid_attach (self->grid, words, 0, row, 1, 1);
  gtk_grid_attach (self->grid, combo, 1, row, 1, 1);
  gtk_widget_show_all (words);
  gtk_widget_show (combo);
}

static void
show_permissions (BhPermissionsPanel *self, GVariant *permissions, const char *status)
{
  const char *origin;
  const char *kind;
  const char *answer;
  g_autoptr (GList) rows = NULL;
  GVariantIter iter;
  int row = 0;

  gtk_label_set_text (self->status, status);
  gtk_widget_set_visible (GTK_WIDGET (self->status), *status != '\0');
  if (self->shown != NULL && permissions != NULL && g_variant_equal (self->shown, permissions))
    return;

  rows = gtk_container_get_children (GTK_CONTAINER (self->grid));
  for (GList *link = rows; link != NULL; link = link->next)
    gtk_widget_destroy (link->data);
  g_clear_pointer (&self->shown, g_variant_unref);
  if (permissions == NULL)
    return;

  self->shown = g_variant_ref (permissions);
  g_variant_iter_init (&iter, permissions);
  while (g_variant_iter_next (&iter, "(&s&s&s)", &origin, &kind, &answer))
    add_row (self, row++, origin, kind, answer);
}

static void
on_permissions_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) permissions = NULL;
  g_autofree char *status = NULL;
  gboolean done = bh_dbus_app1_call_get_permissions_finish (BH_DBUS_APP1 (source), &permissions,
                                                            result, &error);
  BhPermissionsPanel *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self = BH_PERMISSIONS_PANEL (user_data);
  if (!done && g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD))
    status = g_strdup (_("The supervisor that runs now can’t tell what the app may do."));
  else if (!done)
    {
      g_dbus_error_strip_remote_error (error);
      status = g_strdup_printf (_("What the app may do can’t be told. %s"), error->message);
    }
  else if (g_variant_n_children (permissions) == 0)
    status = g_strdup (_("The app has not asked for anything, or you have not answered for good."));
  show_permissions (self, permissions, status != NULL ? status : "");
}

static void
ask (BhPermissionsPanel *self)
{
  BhDBusApp1 *proxy = self->item != NULL ? bh_app_item_get_proxy (self->item) : NULL;

  if (proxy != NULL)
    bh_dbus_app1_call_get_permissions (proxy, self->cancellable, on_permissions_ready, self);
}

static void
bh_permissions_panel_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (bh_permissions_panel_parent_class)->map (widget);

  ask (BH_PERMISSIONS_PANEL (widget));
}

static void
bh_permissions_panel_dispose (GObject *object)
{
  BhPermissionsPanel *self = BH_PERMISSIONS_PANEL (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (bh_permissions_panel_parent_class)->dispose (object);
}

static void
bh_permissions_panel_finalize (GObject *object)
{
  BhPermissionsPanel *self = BH_PERMISSIONS_PANEL (object);

  g_clear_pointer (&self->shown, g_variant_unref);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (bh_permissions_panel_parent_class)->finalize (object);
}

static void
bh_permissions_panel_class_init (BhPermissionsPanelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_permissions_panel_dispose;
  object_class->finalize = bh_permissions_panel_finalize;
  GTK_WIDGET_CLASS (klass)->map = bh_permissions_panel_map;

  /**
   * BhPermissionsPanel::failed:
   * @self: the panel
   * @message: what to tell the user
   *
   * What the user wanted was refused, or could not be done.
   */
  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
bh_permissions_panel_init (BhPermissionsPanel *self)
{
  GtkWidget *heading = gtk_label_new (_("What the app may do"));
  GtkWidget *status = gtk_label_new (NULL);
  GtkWidget *grid = gtk_grid_new ();
  PangoAttrList *attributes = pango_attr_list_new ();

  self->cancellable = g_cancellable_new ();
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 9);

  pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  gtk_label_set_attributes (GTK_LABEL (heading), attributes);
  pango_attr_list_unref (attributes);
  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_container_add (GTK_CONTAINER (self), heading);
  gtk_widget_show (heading);

  gtk_label_set_xalign (GTK_LABEL (status), 0);
  gtk_label_set_line_wrap (GTK_LABEL (status), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (status), 56);
  gtk_style_context_add_class (gtk_widget_get_style_context (status), GTK_STYLE_CLASS_DIM_LABEL);
  gtk_container_add (GTK_CONTAINER (self), status);
  self->status = GTK_LABEL (status);

  gtk_grid_set_row_spacing (GTK_GRID (grid), 9);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  gtk_container_add (GTK_CONTAINER (self), grid);
  gtk_widget_show (grid);
  self->grid = GTK_GRID (grid);
}

/**
 * bh_permissions_panel_set_item:
 * @self: a panel that has none yet
 * @item: the app
 */
void
bh_permissions_panel_set_item (BhPermissionsPanel *self, BhAppItem *item)
{
  g_return_if_fail (BH_IS_PERMISSIONS_PANEL (self));
  g_return_if_fail (BH_IS_APP_ITEM (item) && self->item == NULL);

  self->item = g_object_ref (item);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    ask (self);
}
