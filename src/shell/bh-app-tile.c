/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-app-tile.h"

#include "bh-app-status.h"
#include "bh-app-tile-accessible.h"

#include <glib/gi18n.h>

/*
 * An app in the launcher: its picture, its name and, when it is up or has fallen, a line that
 * says so. The line says it in words; the dot's colour only repeats them.
 */

#define ICON_SIZE 64

struct _BhAppTile
{
  GtkFlowBoxChild parent_instance;

  BhAppItem *item;

  GtkImage *icon;
  GtkWidget *emblem;
  GtkLabel *name;
  GtkWidget *dot;
  GtkSpinner *spinner;
  GtkLabel *state;
};

enum {
  PROP_0,
  PROP_ITEM,
  N_PROPS,
};
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (BhAppTile, bh_app_tile, GTK_TYPE_FLOW_BOX_CHILD)

static const char *
get_dot_class (BhAppItem *item)
{
  switch (bh_app_status_get_shown_state (item))
    {
    case BH_STATE_RUNNING:
      return "bh-running";
    case BH_STATE_SUSPENDED:
      return "bh-asleep";
    case BH_STATE_UNRESPONSIVE:
    case BH_STATE_BACKING_OFF:
    case BH_STATE_CRASHED:
    case BH_STATE_FAILED:
      return "bh-trouble";
    case BH_STATE_STOPPED:
    case BH_STATE_STARTING:
    case BH_STATE_STOPPING:
    default:
      return NULL;
    }
}

static const char *
get_state_text (BhAppItem *item)
{
  BhState state = bh_app_status_get_shown_state (item);

  if (bh_app_item_is_broken (item))
    return _("Can’t be opened");

  switch (state)
    {
    case BH_STATE_STOPPED:
      return "";
    case BH_STATE_STARTING:
      return _("Starting…");
    case BH_STATE_STOPPING:
      return _("Stopping…");
    case BH_STATE_CRASHED:
    case BH_STATE_FAILED:
      /* Also the task manager forgets it then. */
      if (bh_app_item_get_dismissed (item))
        return "";
      /* “Crashed” would be wrong for what was never up. */
      if (bh_app_item_get_reason (item) == BH_REASON_LAUNCH_FAILED && state == BH_STATE_CRASHED)
        return bh_reason_get_label (BH_REASON_LAUNCH_FAILED);
      return bh_state_get_label (state);
    case BH_STATE_RUNNING:
    case BH_STATE_UNRESPONSIVE:
    case BH_STATE_SUSPENDED:
    case BH_STATE_BACKING_OFF:
    default:
      return bh_state_get_label (state);
    }
}

static char *
build_tooltip (BhAppItem *item)
{
  g_autofree char *state = bh_app_status_dup_state_text (item);
  GString *text = g_string_new (bh_app_item_get_name (item));

  if (*bh_app_item_get_description (item) != '\0')
    g_string_append_printf (text, "\n%s", bh_app_item_get_description (item));
  if (bh_app_item_is_broken (item))
    g_string_append_printf (text, "\n%s", bh_app_item_get_broken (item));
  else if (bh_app_status_has_ended_badly (item) && !bh_app_item_get_dismissed (item))
    g_string_append_printf (text, "\n%s", state);

  return g_string_free (text, FALSE);
}

static void
update_icon (BhAppTile *self)
{
  gtk_image_set_from_surface (
      self->icon, bh_app_item_get_icon (self->item, ICON_SIZE,
                                        gtk_widget_get_scale_factor (GTK_WIDGET (self))));
}

static void
update_dot (BhAppTile *self, gboolean visible)
{
  static const char *const classes[] = { "bh-running", "bh-asleep", "bh-trouble" };
  GtkStyleContext *context = gtk_widget_get_style_context (self->dot);
  const char *dot_class = visible ? get_dot_class (self->item) : NULL;

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    if (g_strcmp0 (classes[i], dot_class) == 0)
      gtk_style_context_add_class (context, classes[i]);
    else
      gtk_style_context_remove_class (context, classes[i]);
  gtk_widget_set_visible (self->dot, dot_class != NULL);
}

static void
update (BhAppTile *self)
{
  const char *name = bh_app_item_get_name (self->item);
  const char *state_text = get_state_text (self->item);
  BhState state = bh_app_status_get_shown_state (self->item);
  gboolean busy = state == BH_STATE_STARTING || state == BH_STATE_STOPPING;
  g_autofree char *tooltip = build_tooltip (self->item);
  g_autofree char *accessible_name = NULL;
  AtkObject *accessible = gtk_widget_get_accessible (GTK_WIDGET (self));

  update_icon (self);
  gtk_label_set_text (self->name, name);
  gtk_label_set_text (self->state, state_text);
  update_dot (self, *state_text != '\0' && !bh_app_item_is_broken (self->item));
  g_object_set (self->spinner, "active", busy, "visible", busy, NULL);
  gtk_widget_set_visible (self->emblem, bh_app_item_is_broken (self->item));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), tooltip);

  /* Translators: an app's name and its state, read by a screen reader: “Notes, Running”. */
  accessible_name
      = *state_text != '\0' ? g_strdup_printf (_("%s, %s"), name, state_text) : g_strdup (name);
  atk_object_set_name (accessible, accessible_name);
  atk_object_set_description (accessible, bh_app_item_get_description (self->item));
}

static void
on_item_changed (BhAppItem *item, BhAppTile *self)
{
  update (self);
}

static void
on_scale_factor_changed (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  BhAppTile *self = BH_APP_TILE (object);

  if (self->item != NULL)
    update_icon (self);
}

static void
bh_app_tile_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  BhAppTile *self = BH_APP_TILE (object);

  switch (property_id)
    {
    case PROP_ITEM:
      g_value_set_object (value, self->item);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
bh_app_tile_set_property (GObject *object,
                          guint property_id,
                          const GValue *value,
                          GParamSpec *pspec)
{
  BhAppTile *self = BH_APP_TILE (object);

  switch (property_id)
    {
    case PROP_ITEM:
      self->item = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
bh_app_tile_constructed (GObject *object)
{
  BhAppTile *self = BH_APP_TILE (object);

  G_OBJECT_CLASS (bh_app_tile_parent_class)->constructed (object);

  g_signal_connect_object (self->item, "changed", G_CALLBACK (on_item_changed), self, 0);
  update (self);
}

static void
bh_app_tile_dispose (GObject *object)
{
  BhAppTile *self = BH_APP_TILE (object);

  g_clear_object (&self->item);

  G_OBJECT_CLASS (bh_app_tile_parent_class)->dispose (object);
}

static void
bh_app_tile_class_init (BhAppTileClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = bh_app_tile_get_property;
  object_class->set_property = bh_app_tile_set_property;
  object_class->constructed = bh_app_tile_constructed;
  object_class->dispose = bh_app_tile_dispose;

  /**
   * BhAppTile:item:
   *
   * The app.
   */
  props[PROP_ITEM]
      = g_param_spec_object ("item", NULL, NULL, BH_TYPE_APP_ITEM,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/bulkhead/Bulkhead/bh-app-tile.ui");
  gtk_widget_class_bind_template_child (widget_class, BhAppTile, icon);
  gtk_widget_class_bind_template_child (widget_class, BhAppTile, emblem);
  gtk_widget_class_bind_template_child (widget_class, BhAppTile, name);
  gtk_widget_class_bind_template_child (widget_class, BhAppTile, dot);
  gtk_widget_class_bind_template_child (widget_class, BhAppTile, spinner);
  gtk_widget_class_bind_template_child (widget_class, BhAppTile, state);
  gtk_widget_class_set_accessible_type (widget_class, BH_TYPE_APP_TILE_ACCESSIBLE);
  gtk_widget_class_set_accessible_role (widget_class, ATK_ROLE_PUSH_BUTTON);
}

static void
bh_app_tile_init (BhAppTile *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (on_scale_factor_changed), NULL);
}

/**
 * bh_app_tile_new:
 * @item: an app
 *
 * Returns: (transfer floating): a tile that follows the app
 */
GtkWidget *
bh_app_tile_new (BhAppItem *item)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (item), NULL);

  return g_object_new (BH_TYPE_APP_TILE, "item", item, "visible", TRUE, NULL);
}

/**
 * bh_app_tile_get_item:
 * @self: a tile
 *
 * Returns: (transfer none): its app
 */
BhAppItem *
bh_app_tile_get_item (BhAppTile *self)
{
  g_return_val_if_fail (BH_IS_APP_TILE (self), NULL);

  return self->item;
}
