/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-button-cell-accessible.h"

#include "bh-cell-renderer-button.h"

/*
 * A button in a row as assistive tools see it: with a name, and an action that presses it. GTK's
 * picture cells have neither. The renderer is the whole column's, so what it says of a row is
 * noted down while the view has set it for that row.
 */

struct _BhButtonCellAccessible
{
  GtkRendererCellAccessible parent_instance;

  char *label;
};

static void bh_button_cell_accessible_action_init (AtkActionIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BhButtonCellAccessible,
                               bh_button_cell_accessible,
                               GTK_TYPE_RENDERER_CELL_ACCESSIBLE,
                               G_IMPLEMENT_INTERFACE (ATK_TYPE_ACTION,
                                                      bh_button_cell_accessible_action_init))

static BhCellRendererButton *
dup_renderer (BhButtonCellAccessible *self)
{
  BhCellRendererButton *renderer;

  g_object_get (self, "renderer", &renderer, NULL);

  return renderer;
}

static int
bh_button_cell_accessible_get_n_actions (AtkAction *action)
{
  /* Rows without the button have a cell there all the same. */
  return BH_BUTTON_CELL_ACCESSIBLE (action)->label != NULL ? 1 : 0;
}

static const char *
bh_button_cell_accessible_get_action_name (AtkAction *action, int index)
{
  return index == 0 ? "press" : NULL;
}

static const char *
bh_button_cell_accessible_get_localized_name (AtkAction *action, int index)
{
  return index == 0 ? BH_BUTTON_CELL_ACCESSIBLE (action)->label : NULL;
}

static gboolean
bh_button_cell_accessible_do_action (AtkAction *action, int index)
{
  BhButtonCellAccessible *self = BH_BUTTON_CELL_ACCESSIBLE (action);
  g_autoptr (AtkObject) parent = NULL;
  g_autoptr (BhCellRendererButton) renderer = NULL;

  g_object_get (self, "accessible-parent", &parent, NULL);
  if (index != 0 || self->label == NULL || !GTK_IS_CELL_ACCESSIBLE_PARENT (parent))
    return FALSE;

  /* Only the view knows which row this is. It activates the row, with the button's column. */
  renderer = dup_renderer (self);
  bh_cell_renderer_button_set_pressed (renderer, TRUE);
  gtk_cell_accessible_parent_activate (GTK_CELL_ACCESSIBLE_PARENT (parent),
                                       GTK_CELL_ACCESSIBLE (self));
  bh_cell_renderer_button_set_pressed (renderer, FALSE);

  return TRUE;
}

static void
bh_button_cell_accessible_action_init (AtkActionIface *iface)
{
  iface->get_n_actions = bh_button_cell_accessible_get_n_actions;
  iface->get_name = bh_button_cell_accessible_get_action_name;
  iface->get_localized_name = bh_button_cell_accessible_get_localized_name;
  iface->do_action = bh_button_cell_accessible_do_action;
}

static const char *
bh_button_cell_accessible_get_name (AtkObject *accessible)
{
  BhButtonCellAccessible *self = BH_BUTTON_CELL_ACCESSIBLE (accessible);

  return self->label != NULL ? self->label : "";
}

static void
bh_button_cell_accessible_update_cache (GtkCellAccessible *cell, gboolean emit_signal)
{
  BhButtonCellAccessible *self = BH_BUTTON_CELL_ACCESSIBLE (cell);
  g_autoptr (BhCellRendererButton) renderer = dup_renderer (self);
  const char *label = bh_cell_renderer_button_get_label (renderer);

  if (g_strcmp0 (self->label, label) == 0)
    return;

  g_free (self->label);
  self->label = g_strdup (label);
  if (emit_signal)
    g_object_notify (G_OBJECT (self), "accessible-name");
}

static void
bh_button_cell_accessible_finalize (GObject *object)
{
  BhButtonCellAccessible *self = BH_BUTTON_CELL_ACCESSIBLE (object);

  g_free (self->label);

  G_OBJECT_CLASS (bh_button_cell_accessible_parent_class)->finalize (object);
}

static void
bh_button_cell_accessible_class_init (BhButtonCellAccessibleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  AtkObjectClass *atk_class = ATK_OBJECT_CLASS (klass);
  GtkCellAccessibleClass *cell_class = GTK_CELL_ACCESSIBLE_CLASS (klass);

  object_class->finalize = bh_button_cell_accessible_finalize;
  atk_class->get_name = bh_button_cell_accessible_get_name;
  cell_class->update_cache = bh_button_cell_accessible_update_cache;
}

static void
bh_button_cell_accessible_init (BhButtonCellAccessible *self)
{
}
