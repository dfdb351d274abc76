/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-app-tile-accessible.h"

#include <glib/gi18n.h>

/*
 * A tile as assistive tools see it: a button that can be pressed. GTK lets the children of a flow
 * box be selected only.
 */

struct _BhAppTileAccessible
{
  GtkFlowBoxChildAccessible parent_instance;
};

static void bh_app_tile_accessible_action_init (AtkActionIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BhAppTileAccessible,
                               bh_app_tile_accessible,
                               GTK_TYPE_FLOW_BOX_CHILD_ACCESSIBLE,
                               G_IMPLEMENT_INTERFACE (ATK_TYPE_ACTION,
                                                      bh_app_tile_accessible_action_init))

static int
bh_app_tile_accessible_get_n_actions (AtkAction *action)
{
  return 1;
}

static const char *
bh_app_tile_accessible_get_action_name (AtkAction *action, int index)
{
  return index == 0 ? "click" : NULL;
}

static const char *
bh_app_tile_accessible_get_localized_name (AtkAction *action, int index)
{
  /* Translators: what pressing an app's tile does, read by a screen reader. */
  return index == 0 ? C_("action", "Open") : NULL;
}

static gboolean
bh_app_tile_accessible_do_action (AtkAction *action, int index)
{
  GtkWidget *tile = gtk_accessible_get_widget (GTK_ACCESSIBLE (action));

  return index == 0 && tile != NULL && gtk_widget_is_sensitive (tile) && gtk_widget_activate (tile);
}

static void
bh_app_tile_accessible_action_init (AtkActionIface *iface)
{
  iface->get_n_actions = bh_app_tile_accessible_get_n_actions;
  iface->get_name = bh_app_tile_accessible_get_action_name;
  iface->get_localized_name = bh_app_tile_accessible_get_localized_name;
  iface->do_action = bh_app_tile_accessible_do_action;
}

static AtkStateSet *
bh_app_tile_accessible_ref_state_set (AtkObject *accessible)
{
  GtkWidget *tile = gtk_accessible_get_widget (GTK_ACCESSIBLE (accessible));
  AtkObjectClass *class = ATK_OBJECT_CLASS (bh_app_tile_accessible_parent_class);

  /* GTK's own counts on the flow box, which a new tile is not in yet. */
  if (tile != NULL && !GTK_IS_FLOW_BOX (gtk_widget_get_parent (tile)))
    class = g_type_class_peek (GTK_TYPE_CONTAINER_ACCESSIBLE);

  return class->ref_state_set (accessible);
}

static void
bh_app_tile_accessible_class_init (BhAppTileAccessibleClass *klass)
{
  ATK_OBJECT_CLASS (klass)->ref_state_set = bh_app_tile_accessible_ref_state_set;
}

static void
bh_app_tile_accessible_init (BhAppTileAccessible *self)
{
}
