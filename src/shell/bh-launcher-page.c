/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-launcher-page.h"

#include "bh-app-actions.h"
#include "bh-app-search.h"
#include "bh-app-tile.h"
#include "bh-paths.h"

#include <glib/gi18n.h>

/*
 * The launcher: a tile for each installed app, or in words why there is none.
 */

struct _BhLauncherPage
{
  GtkBin parent_instance;

  BhSupervisorClient *client;
  GActionGroup *actions;
  char *search;
  GHashTable *tiles;

  GtkStack *stack;
  GtkFlowBox *flow;
  GtkLabel *empty_text;
  GtkLabel *nothing_found;
  GtkSpinner *spinner;
  GtkGesture *press;
};

enum {
  PROP_0,
  PROP_CLIENT,
  PROP_ACTIONS,
  N_PROPS,
};
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (BhLauncherPage, bh_launcher_page, GTK_TYPE_BIN)

static BhAppTile *
find_first_match (BhLauncherPage *self)
{
  GtkFlowBoxChild *child;

  for (int i = 0; (child = gtk_flow_box_get_child_at_index (self->flow, i)) != NULL; i++)
    if (bh_app_item_matches (bh_app_tile_get_item (BH_APP_TILE (child)), self->search))
      return BH_APP_TILE (child);

  return NULL;
}

static void
update_stack (BhLauncherPage *self)
{
  const char *name = "apps";
  g_autofree char *text = NULL;

  if (g_hash_table_size (self->tiles) == 0)
    {
      BhConnectionState state = bh_supervisor_client_get_state (self->client);

      /* While the supervisor is unreachable nobody knows; the bar above says so. */
      name = state == BH_CONNECTION_CONNECTED    ? "empty"
             : state == BH_CONNECTION_CONNECTING ? "connecting"
                                                 : "apps";
    }
  else if (find_first_match (self) == NULL)
    {
      name = "nothing-found";
      text = g_strdup_printf (_("No app matches “%s”."), self->search);
      gtk_label_set_text (self->nothing_found, text);
    }

  gtk_stack_set_visible_child_name (self->stack, name);
  /* One that can't be seen would wake the shell sixty times a second all the same. */
  g_object_set (self->spinner, "active", g_str_equal (name, "connecting"), NULL);
}

static void
on_item_changed (BhAppItem *item, BhLauncherPage *self)
{
  GtkWidget *tile = g_hash_table_lookup (self->tiles, item);

  /* Its name, or whether it is broken, may have. */
  gtk_flow_box_child_changed (GTK_FLOW_BOX_CHILD (tile));
  update_stack (self);
}

static void
on_app_added (BhSupervisorClient *client, BhAppItem *item, BhLauncherPage *self)
{
  GtkWidget *tile = bh_app_tile_new (item);

  g_hash_table_insert (self->tiles, item, tile);
  gtk_container_add (GTK_CONTAINER (self->flow), tile);
  g_signal_connect_object (item, "changed", G_CALLBACK (on_item_changed), self, 0);
  update_stack (self);
}

static void
on_app_removed (BhSupervisorClient *client, BhAppItem *item, BhLauncherPage *self)
{
  GtkWidget *tile = g_hash_table_lookup (self->tiles, item);

  g_signal_handlers_disconnect_by_func (item, on_item_changed, self);
  g_hash_table_remove (self->tiles, item);
  gtk_widget_destroy (tile);
  update_stack (self);
}

static void
on_state_changed (BhSupervisorClient *client, GParamSpec *pspec, BhLauncherPage *self)
{
  update_stack (self);
}

static void
on_child_activated (GtkFlowBox *flow, GtkFlowBoxChild *child, BhLauncherPage *self)
{
  bh_app_actions_activate (self->actions, "open", bh_app_tile_get_item (BH_APP_TILE (child)));
}

static gboolean
on_flow_popup_menu (GtkWidget *widget, BhLauncherPage *self)
{
  GtkWidget *focus = gtk_container_get_focus_child (GTK_CONTAINER (self->flow));
  GdkRectangle place;

  if (!BH_IS_APP_TILE (focus))
    return FALSE;

  gtk_widget_get_allocation (focus, &place);
  bh_app_actions_popup_menu (widget, bh_app_tile_get_item (BH_APP_TILE (focus)), &place, NULL);

  return TRUE;
}

static gboolean
on_flow_key_press (GtkWidget *widget, GdkEventKey *event, BhLauncherPage *self)
{
  GtkWidget *focus = gtk_container_get_focus_child (GTK_CONTAINER (self->flow));
  guint modifiers = event->state & gtk_accelerator_get_default_mod_mask ();

  if (!BH_IS_APP_TILE (focus) || modifiers != GDK_MOD1_MASK
      || (event->keyval != GDK_KEY_Return && event->keyval != GDK_KEY_KP_Enter))
    return FALSE;

  bh_app_actions_activate (self->actions, "details", bh_app_tile_get_item (BH_APP_TILE (focus)));

  return TRUE;
}

static void
on_pressed (GtkGestureMultiPress *gesture, int n_press, double x, double y, BhLauncherPage *self)
{
  GdkEventSequence *sequence
      = gtk_gesture_single_get_current_sequence (GTK_GESTURE_SINGLE (gesture));
  const GdkEvent *event = gtk_gesture_get_last_event (GTK_GESTURE (gesture), sequence);
  GtkFlowBoxChild *child;
  g_autoptr (GdkEvent) copy = NULL;

  if (!gdk_event_triggers_context_menu (event))
    return;

  child = gtk_flow_box_get_child_at_pos (self->flow, (int) x, (int) y);
  if (child == NULL)
    return;

  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus (GTK_WIDGET (child));
  copy = gdk_event_copy (event);
  bh_app_actions_popup_menu (GTK_WIDGET (self->flow), bh_app_tile_get_item (BH_APP_TILE (child)),
                             NULL, copy);
}

static int
compare_tiles (GtkFlowBoxChild *a, GtkFlowBoxChild *b, gpointer user_data)
{
  return bh_app_item_compare (bh_app_tile_get_item (BH_APP_TILE (a)),
                              bh_app_tile_get_item (BH_APP_TILE (b)));
}

static gboolean
filter_tile (GtkFlowBoxChild *child, gpointer user_data)
{
  BhLauncherPage *self = BH_LAUNCHER_PAGE (user_data);

  return bh_app_item_matches (bh_app_tile_get_item (BH_APP_TILE (child)), self->search);
}

static void
take_user_apps_dir (BhSource source, const char *path, gpointer user_data)
{
  char **found = user_data;

  if (source == BH_SOURCE_USER && *found == NULL)
    *found = g_strdup (path);
}

static void
describe_emptiness (BhLauncherPage *self)
{
  g_autofree char *directory = NULL;
  g_autofree char *text = NULL;

  bh_paths_foreach_apps_dir (take_user_apps_dir, &directory);
  if (directory == NULL)
    return;

  /* Translators: %s is a directory. “manifest.json” is a file's name and stays as it is. */
  text = g_strdup_printf (_("Put an app’s folder, with its manifest.json, into %s. It appears here "
                            "at once."),
                          directory);
  gtk_label_set_text (self->empty_text, text);
}

static void
bh_launcher_page_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  BhLauncherPage *self = BH_LAUNCHER_PAGE (object);

  switch (property_id)
    {
    case PROP_CLIENT:
      g_value_set_object (value, self->client);
      break;
    case PROP_ACTIONS:
      g_value_set_object (value, self->actions);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
bh_launcher_page_set_property (GObject *object,
                               guint property_id,
                               const GValue *value,
                               GParamSpec *pspec)
{
  BhLauncherPage *self = BH_LAUNCHER_PAGE (object);

  switch (property_id)
    {
    case PROP_CLIENT:
      self->client = g_value_dup_object (value);
      break;
    case PROP_ACTIONS:
      self->actions = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
bh_launcher_page_constructed (GObject *object)
{
  BhLauncherPage *self = BH_LAUNCHER_PAGE (object);
  g_autoptr (GList) apps = bh_supervisor_client_list_apps (self->client);

  G_OBJECT_CLASS (bh_launcher_page_parent_class)->constructed (object);

  for (GList *link = apps; link != NULL; link = link->next)
    on_app_added (self->client, link->data, self);
  g_signal_connect_object (self->client, "app-added", G_CALLBACK (on_app_added), self, 0);
  g_signal_connect_object (self->client, "app-removed", G_CALLBACK (on_app_removed), self, 0);
  g_signal_connect_object (self->client, "notify::state", G_CALLBACK (on_state_changed), self, 0);
  update_stack (self);
}

static void
bh_launcher_page_dispose (GObject *object)
{
  BhLauncherPage *self = BH_LAUNCHER_PAGE (object);

  g_clear_object (&self->press);
  g_clear_object (&self->client);
  g_clear_object (&self->actions);

  G_OBJECT_CLASS (bh_launcher_page_parent_class)->dispose (object);
}

static void
bh_launcher_page_finalize (GObject *object)
{
  BhLauncherPage *self = BH_LAUNCHER_PAGE (object);

  g_hash_table_unref (self->tiles);
  g_free (self->search);

  G_OBJECT_CLASS (bh_launcher_page_parent_class)->finalize (object);
}

static void
bh_launcher_page_class_init (BhLauncherPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = bh_launcher_page_get_property;
  object_class->set_property = bh_launcher_page_set_property;
  object_class->constructed = bh_launcher_page_constructed;
  object_class->dispose = bh_launcher_page_dispose;
  object_class->finalize = bh_launcher_page_finalize;

  /**
   * BhLauncherPage:client:
   *
   * Where the apps come from.
   */
  props[PROP_CLIENT]
      = g_param_spec_object ("client", NULL, NULL, BH_TYPE_SUPERVISOR_CLIENT,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * BhLauncherPage:actions:
   *
   * What can be done with an app.
   */
  props[PROP_ACTIONS]
      = g_param_spec_object ("actions", NULL, NULL, G_TYPE_ACTION_GROUP,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/bulkhead/Bulkhead/bh-launcher-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BhLauncherPage, stack);
  gtk_widget_class_bind_template_child (widget_class, BhLauncherPage, flow);
  gtk_widget_class_bind_template_child (widget_class, BhLauncherPage, empty_text);
  gtk_widget_class_bind_template_child (widget_class, BhLauncherPage, nothing_found);
  gtk_widget_class_bind_template_child (widget_class, BhLauncherPage, spinner);
  gtk_widget_class_bind_template_callback (widget_class, on_child_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_flow_popup_menu);
  gtk_widget_class_bind_template_callback (widget_class, on_flow_key_press);
}

static void
bh_launcher_page_init (BhLauncherPage *self)
{
  self->tiles = g_hash_table_new (NULL, NULL);

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_flow_box_set_sort_func (self->flow, compare_tiles, NULL, NULL);
  gtk_flow_box_set_filter_func (self->flow, filter_tile, self, NULL);

  /* Before the flow box's own gesture, which would take the press for an activation. */
  self->press = gtk_gesture_multi_press_new (GTK_WIDGET (self->flow));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (self->press), 0);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (self->press),
                                              GTK_PHASE_CAPTURE);
  g_signal_connect (self->press, "pressed", G_CALLBACK (on_pressed), self);

  describe_emptiness (self);
}

/**
 * bh_launcher_page_new:
 * @client: where the apps come from
 * @actions: what can be done with an app
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
bh_launcher_page_new (BhSupervisorClient *client, GActionGroup *actions)
{
  g_return_val_if_fail (BH_IS_SUPERVISOR_CLIENT (client) && G_IS_ACTION_GROUP (actions), NULL);

  return g_object_new (BH_TYPE_LAUNCHER_PAGE, "client", client, "actions", actions, "visible", TRUE,
                       NULL);
}

/**
 * bh_launcher_page_set_search:
 * @self: the page
 * @text: (nullable): what the user searches for
 */
void
bh_launcher_page_set_search (BhLauncherPage *self, const char *text)
{
  g_return_if_fail (BH_IS_LAUNCHER_PAGE (self));

  if (g_strcmp0 (self->search, text) == 0)
    return;

  g_free (self->search);
  self->search = g_strdup (text);
  gtk_flow_box_invalidate_filter (self->flow);
  update_stack (self);
}

/**
 * bh_launcher_page_activate_first:
 * @self: the page
 *
 * Opens the first app that the search has found.
 */
void
bh_launcher_page_activate_first (BhLauncherPage *self)
{
  BhAppTile *tile;

  g_return_if_fail (BH_IS_LAUNCHER_PAGE (self));

  tile = find_first_match (self);
  if (tile != NULL)
    bh_app_actions_activate (self->actions, "open", bh_app_tile_get_item (tile));
}

/**
 * bh_launcher_page_grab_focus:
 * @self: the page
 *
 * Gives the first app that is shown the keyboard.
 *
 * Returns: whether there is one
 */
gboolean
bh_launcher_page_grab_focus (BhLauncherPage *self)
{
  BhAppTile *tile;

  g_return_val_if_fail (BH_IS_LAUNCHER_PAGE (self), FALSE);

  tile = find_first_match (self);
  if (tile == NULL)
    return FALSE;

  gtk_widget_grab_focus (GTK_WIDGET (tile));

  return TRUE;
}
