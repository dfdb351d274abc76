/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-app-details.h"

#include "bh-app-status.h"
#include "bh-limits-panel.h"

#include <glib/gi18n.h>

/*
 * All that the shell knows about one app, to read and to copy from, and what is wrong with its
 * manifest. It follows the app while it is open.
 */

#define ICON_SIZE 64

typedef enum {
  FACT_STATE,
  FACT_LAST_END,
  FACT_PID,
  FACT_ISOLATION,
  FACT_PAGE,
  FACT_START_PAGE,
  FACT_ID,
  FACT_SOURCE,
  FACT_MANIFEST,
  N_FACTS,
} Fact;

static const char *const fact_titles[N_FACTS] = {
  [FACT_STATE] = N_("State"),
  [FACT_LAST_END] = N_("Last end"),
  [FACT_PID] = N_("PID"),
  [FACT_ISOLATION] = N_("Kept apart by"),
  [FACT_PAGE] = N_("Page"),
  [FACT_START_PAGE] = N_("Start page"),
  [FACT_ID] = N_("ID"),
  [FACT_SOURCE] = N_("Comes from"),
  [FACT_MANIFEST] = N_("Manifest"),
};

struct _BhAppDetails
{
  GtkDialog parent_instance;

  BhAppItem *item;
  BhSupervisorClient *client;

  GtkImage *icon;
  GtkLabel *name;
  GtkLabel *description;
  GtkInfoBar *error_bar;
  GtkLabel *error_label;
  GtkWidget *broken_box;
  GtkLabel *broken;
  GtkGrid *grid;
  BhLimitsPanel *limits_panel;
  GtkWidget *warnings_box;
  GtkLabel *warnings;
  GtkWidget *folder_button;
  GtkWidget *fact_titles[N_FACTS];
  GtkWidget *fact_values[N_FACTS];
};

enum {
  PROP_0,
  PROP_ITEM,
  PROP_CLIENT,
  N_PROPS,
};
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (BhAppDetails, bh_app_details, GTK_TYPE_DIALOG)

static const char *
get_source_text (BhAppItem *item)
{
  const char *source = bh_app_item_get_source (item);

  if (g_str_equal (source, "managed"))
    return _("Your administrator");
  if (g_str_equal (source, "user"))
    return _("Your own apps");
  if (g_str_equal (source, "system"))
    return _("Installed for everyone");

  return source;
}

static GtkWidget *
add_label (BhAppDetails *self, int column, int row)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_grid_attach (self->grid, label, column, row, 1, 1);

  return label;
}

static void
add_fact (BhAppDetails *self, Fact fact)
{
  GtkWidget *title = add_label (self, 0, fact);
  GtkWidget *value = add_label (self, 1, fact);

  gtk_label_set_text (GTK_LABEL (title), _(fact_titles[fact]));
  gtk_label_set_xalign (GTK_LABEL (title), 1);
  gtk_style_context_add_class (gtk_widget_get_style_context (title), GTK_STYLE_CLASS_DIM_LABEL);

  gtk_label_set_xalign (GTK_LABEL (value), 0);
  gtk_label_set_selectable (GTK_LABEL (value), TRUE);
  gtk_label_set_line_wrap (GTK_LABEL (value), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (value), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_width_chars (GTK_LABEL (value), 16);
  gtk_label_set_max_width_chars (GTK_LABEL (value), 44);
  gtk_widget_set_hexpand (value, TRUE);

  atk_object_add_relationship (gtk_widget_get_accessible (value), ATK_RELATION_LABELLED_BY,
                               gtk_widget_get_accessible (title));
  self->fact_titles[fact] = title;
  self->fact_values[fact] = value;
}

static void
set_fact (BhAppDetails *self, Fact fact, const char *value)
{
  gboolean known = value != NULL && *value != '\0';

  /* Setting a text drops what is selected in it. */
  if (known && g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->fact_values[fact])), value) != 0)
    gtk_label_set_text (GTK_LABEL (self->fact_values[fact]), value);
  gtk_widget_set_visible (self->fact_titles[fact], known);
  gtk_widget_set_visible (self->fact_values[fact], known);
}

static const char *
get_isolation_text (BhAppItem *item)
{
  const char *isolation = bh_app_item_get_isolation (item);

  if (g_strcmp0 (isolation, "none") == 0)
    return _("Nothing: it can read your files and those of other apps");

  return isolation != NULL && *isolation != '\0' ? _("A sandbox of its own") : NULL;
}

static void
update_facts (BhAppDetails *self)
{
  g_autofree char *state = bh_app_status_dup_state_text (self->item);
  g_autofree char *reason = bh_app_status_dup_reason_text (self->item);
  g_autofree char *pid = NULL;
  gboolean usable = !bh_app_item_is_broken (self->item);

  if (bh_app_item_get_pid (self->item) != 0)
    pid = g_strdup_printf ("%u", bh_app_item_get_pid (self->item));

  set_fact (self, FACT_STATE, usable ? state : NULL);
  /* A bad end is told with the state. */
  set_fact (self, FACT_LAST_END,
            usable && !bh_app_status_has_ended_badly (self->item) ? reason : NULL);
  set_fact (self, FACT_PID, usable ? pid : NULL);
  set_fact (self, FACT_ISOLATION, usable ? get_isolation_text (self->item) : NULL);
  set_fact (self, FACT_PAGE, usable ? bh_app_item_get_title (self->item) : NULL);
  set_fact (self, FACT_START_PAGE, usable ? bh_app_item_get_url (self->item) : NULL);
  set_fact (self, FACT_ID, bh_app_item_get_id (self->item));
  set_fact (self, FACT_SOURCE, get_source_text (self->item));
  set_fact (self, FACT_MANIFEST, bh_app_item_get_manifest_path (self->item));
}

static void
update (BhAppDetails *self)
{
  const char *const *warnings = bh_app_item_get_warnings (self->item);
  const char *description = bh_app_item_get_description (self->item);
  g_autoptr (GString) warnings_text = g_string_new (NULL);

  gtk_window_set_title (GTK_WINDOW (self), bh_app_item_get_name (self->item));
  gtk_image_set_from_surface (
      self->icon, bh_app_item_get_icon (self->item, ICON_SIZE,
                                        gtk_widget_get_scale_factor (GTK_WIDGET (self))));
  gtk_label_set_text (self->name, bh_app_item_get_name (self->item));
  gtk_label_set_text (self->description, description);
  gtk_widget_set_visible (GTK_WIDGET (self->description), *description != '\0');

  gtk_label_set_text (self->broken, bh_app_item_get_broken (self->item));
  gtk_widget_set_visible (self->broken_box, bh_app_item_is_broken (self->item));
  update_facts (self);
  gtk_widget_set_visible (GTK_WIDGET (self->limits_panel), !bh_app_item_is_broken (self->item));
  for (gsize i = 0; warnings[i] != NULL; i++)
    g_string_append_printf (warnings_text, "%s%s", i > 0 ? "\n" : "", warnings[i]);
  gtk_label_set_text (self->warnings, warnings_text->str);
  gtk_widget_set_visible (self->warnings_box, warnings_text->len > 0);
  gtk_widget_set_visible (self->folder_button,
                          g_path_is_absolute (bh_app_item_get_manifest_path (self->item)));
}

static void
on_item_changed (BhAppItem *item, BhAppDetails *self)
{
  update (self);
}

static void
tell_error (BhAppDetails *self, const char *message)
{
  gtk_label_set_text (self->error_label, message);
  gtk_widget_show (GTK_WIDGET (self->error_bar));
}

static void
on_limits_failed (BhLimitsPanel *panel, const char *message, BhAppDetails *self)
{
  g_autofree char *text = g_strdup_printf (_("The limits could not be changed: %s"), message);

  tell_error (self, text);
}

static void
on_sampled (BhSupervisorClient *client, GVariant *samples, BhAppDetails *self)
{
  g_autoptr (GVariant) found = NULL;

  for (gsize i = 0; found == NULL && i < g_variant_n_children (samples); i++)
    {
      g_autoptr (GVariant) sample = g_variant_get_child_value (samples, i);
      const char *path;

      if (g_variant_lookup (sample, "path", "&o", &path)
          && g_str_equal (path, bh_app_item_get_path (self->item)))
        found = g_steal_pointer (&sample);
    }
  bh_limits_panel_set_usage (self->limits_panel, found);
}

static void
on_folder_clicked (GtkButton *button, BhAppDetails *self)
{
  g_autofree char *folder = g_path_get_dirname (bh_app_item_get_manifest_path (self->item));
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = g_filename_to_uri (folder, NULL, &error);
  g_autofree char *message = NULL;

  if (uri != NULL
      && gtk_show_uri_on_window (GTK_WINDOW (self), uri, gtk_get_current_event_time (), &error))
    return;

  message = g_strdup_printf (_("The folder %s could not be opened: %s"), folder, error->message);
  tell_error (self, message);
}

static void
on_error_bar_response (GtkInfoBar *bar, int response, BhAppDetails *self)
{
  gtk_widget_hide (GTK_WIDGET (bar));
}

static void
bh_app_details_response (GtkDialog *dialog, int response)
{
  gtk_widget_destroy (GTK_WIDGET (dialog));
}

static void
bh_app_details_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  BhAppDetails *self = BH_APP_DETAILS (object);

  switch (property_id)
    {
    case PROP_ITEM:
      g_value_set_object (value, self->item);
      break;
    case PROP_CLIENT:
      g_value_set_object (value, self->client);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
bh_app_details_set_property (GObject *object,
                             guint property_id,
                             const GValue *value,
                             GParamSpec *pspec)
{
  BhAppDetails *self = BH_APP_DETAILS (object);

  switch (property_id)
    {
    case PROP_ITEM:
      self->item = g_value_dup_object (value);
      break;
    case PROP_CLIENT:
      self->client = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
bh_app_details_constructed (GObject *object)
{
  BhAppDetails *self = BH_APP_DETAILS (object);

  G_OBJECT_CLASS (bh_app_details_parent_class)->constructed (object);

  g_signal_connect_object (self->item, "changed", G_CALLBACK (on_item_changed), self, 0);
  bh_limits_panel_set_item (self->limits_panel, self->item);
  g_signal_connect_object (self->client, "sampled", G_CALLBACK (on_sampled), self, 0);
  bh_supervisor_client_hold_sampling (self->client);
  update (self);
  /* The dialog is there to be read: without this it would begin with a limit, ready to be typed
   * over. */
  gtk_widget_grab_focus (self->fact_values[FACT_ID]);
  gtk_label_select_region (GTK_LABEL (self->fact_values[FACT_ID]), 0, 0);
}

static void
bh_app_details_dispose (GObject *object)
{
  BhAppDetails *self = BH_APP_DETAILS (object);

  if (self->client != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->client, self);
      bh_supervisor_client_release_sampling (self->client);
    }
  g_clear_object (&self->client);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (bh_app_details_parent_class)->dispose (object);
}

static void
bh_app_details_class_init (BhAppDetailsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GtkDialogClass *dialog_class = GTK_DIALOG_CLASS (klass);

  object_class->get_property = bh_app_details_get_property;
  object_class->set_property = bh_app_details_set_property;
  object_class->constructed = bh_app_details_constructed;
  object_class->dispose = bh_app_details_dispose;
  dialog_class->response = bh_app_details_response;

  /**
   * BhAppDetails:item:
   *
   * The app.
   */
  props[PROP_ITEM]
      = g_param_spec_object ("item", NULL, NULL, BH_TYPE_APP_ITEM,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * BhAppDetails:client:
   *
   * Who measures the app.
   */
  props[PROP_CLIENT]
      = g_param_spec_object ("client", NULL, NULL, BH_TYPE_SUPERVISOR_CLIENT,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  g_type_ensure (BH_TYPE_LIMITS_PANEL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/bulkhead/Bulkhead/bh-app-details.ui");
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, icon);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, name);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, description);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, error_bar);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, error_label);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, broken_box);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, broken);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, grid);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, limits_panel);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, warnings_box);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, warnings);
  gtk_widget_class_bind_template_child (widget_class, BhAppDetails, folder_button);
  gtk_widget_class_bind_template_callback (widget_class, on_folder_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_limits_failed);
  gtk_widget_class_bind_template_callback (widget_class, on_error_bar_response);
}

static void
bh_app_details_init (BhAppDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (Fact fact = 0; fact < N_FACTS; fact++)
    add_fact (self, fact);
}

/**
 * bh_app_details_new:
 * @item: the app
 * @client: who measures it
 * @parent: the window that the details belong to
 *
 * Returns: (transfer none): a dialog that destroys itself when it is closed
 */
GtkWidget *
bh_app_details_new (BhAppItem *item, BhSupervisorClient *client, GtkWindow *parent)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (item) && BH_IS_SUPERVISOR_CLIENT (client), NULL);
  g_return_val_if_fail (GTK_IS_WINDOW (parent), NULL);

  return g_object_new (BH_TYPE_APP_DETAILS, "use-header-bar", TRUE, "item", item, "client", client,
                       "transient-for", parent, NULL);
}
