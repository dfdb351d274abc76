/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-task-cell-accessible.h"

#include "bh-task-cell.h"

/*
 * A cell of the task manager as assistive tools see it: with a name whatever it shows, with what a
 * bar in it means, and for a button an action that presses it. The cell is the whole column's, so
 * what it says of a row is noted down while the view has set it for that row.
 */

struct _BhTaskCellAccessible
{
  GtkRendererCellAccessible parent_instance;

  char *name;
  char *description;
  gboolean is_button;
};

static void bh_task_cell_accessible_action_init (AtkActionIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BhTaskCellAccessible,
                               bh_task_cell_accessible,
                               GTK_TYPE_RENDERER_CELL_ACCESSIBLE,
                               G_IMPLEMENT_INTERFACE (ATK_TYPE_ACTION,
                                                      bh_task_cell_accessible_action_init))

static AtkActionIface *parent_action;

static BhTaskCell *
dup_renderer (BhTaskCellAccessible *self)
{
  BhTaskCell *renderer;

  g_object_get (self, "renderer", &renderer, NULL);

  return renderer;
}

/* What GTK offers for every cell comes after the button's own. */
static int
bh_task_cell_accessible_get_n_actions (AtkAction *action)
{
  return BH_TASK_CELL_ACCESSIBLE (action)->is_button ? 1 : parent_action->get_n_actions (action);
}

static const char *
bh_task_cell_accessible_get_action_name (AtkAction *action, int index)
{
  if (BH_TASK_CELL_ACCESSIBLE (action)->is_button)
    return index == 0 ? "press" : NULL;

  return parent_action->get_name (action, index);
}

static const char *
bh_task_cell_accessible_get_localized_name (AtkAction *action, int index)
{
  BhTaskCellAccessible *self = BH_TASK_CELL_ACCESSIBLE (action);

  if (self->is_button)
    return index == 0 ? self->name : NULL;

  return parent_action->get_localized_name (action, index);
}

static gboolean
press (BhTaskCellAccessible *self)
{
  g_autoptr (AtkObject) parent = NULL;
  g_autoptr (BhTaskCell) renderer = NULL;

  g_object_get (self, "accessible-parent", &parent, NULL);
  if (!GTK_IS_CELL_ACCESSIBLE_PARENT (parent))
    return FALSE;

  /* Only the view knows which row this is. It activates the row, with the button's column. */
  renderer = dup_renderer (self);
  bh_task_cell_set_pressed (renderer, TRUE);
  gtk_cell_accessible_parent_activate (GTK_CELL_ACCESSIBLE_PARENT (parent),
                                       GTK_CELL_ACCESSIBLE (self));
  bh_task_cell_set_pressed (renderer, FALSE);

  return TRUE;
}

static gboolean
bh_task_cell_accessible_do_action (AtkAction *action, int index)
{
  BhTaskCellAccessible *self = BH_TASK_CELL_ACCESSIBLE (action);

  if (self->is_button)
    return index == 0 && press (self);

  return parent_action->do_action (action, index);
}

static void
bh_task_cell_accessible_action_init (AtkActionIface *iface)
{
  parent_action = g_type_interface_peek_parent (iface);
  iface->get_n_actions = bh_task_cell_accessible_get_n_actions;
  iface->get_name = bh_task_cell_accessible_get_action_name;
  iface->get_localized_name = bh_task_cell_accessible_get_localized_name;
  iface->do_action = bh_task_cell_accessible_do_action;
}

static const char *
bh_task_cell_accessible_get_name (AtkObject *accessible)
{
  BhTaskCellAccessible *self = BH_TASK_CELL_ACCESSIBLE (accessible);

  return self->name != NULL ? self->name : "";
}

static const char *
bh_task_cell_accessible_get_description (AtkObject *accessible)
{
  BhTaskCellAccessible *self = BH_TASK_CELL_ACCESSIBLE (accessible);

  return self->description != NULL ? self->description : "";
}

static gboolean
take_text (char **place, char *text)
{
  if (g_strcmp0 (*place, text) == 0)
    {
      g_free (text);
      return FALSE;
    }

  g_free (*place);
  *place = text;

  return TRUE;
}

static void
bh_task_cell_accessible_update_cache (GtkCellAccessible *cell, gboolean emit_signal)
{
  BhTaskCellAccessible *self = BH_TASK_CELL_ACCESSIBLE (cell);
  g_autoptr (BhTaskCell) renderer = dup_renderer (self);
  gboolean is_button = bh_task_cell_is_button (renderer);

  self->is_button = is_button;
  if (take_text (&self->name, bh_task_cell_dup_name (renderer)) && emit_signal)
    g_object_notify (G_OBJECT (self), "accessible-name");
  if (take_text (&self->description, bh_task_cell_dup_description (renderer)) && emit_signal)
    g_object_notify (G_OBJECT (self), "accessible-description");
}

static void
bh_task_cell_accessible_finalize (GObject *object)
{
  BhTaskCellAccessible *self = BH_TASK_CELL_ACCESSIBLE (object);

  g_free (self->name);
  g_free (self->description);

  G_OBJECT_CLASS (bh_task_cell_accessible_parent_class)->finalize (object);
}

static void
bh_task_cell_accessible_class_init (BhTaskCellAccessibleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  AtkObjectClass *atk_class = ATK_OBJECT_CLASS (klass);
  GtkCellAccessibleClass *cell_class = GTK_CELL_ACCESSIBLE_CLASS (klass);

  object_class->finalize = bh_task_cell_accessible_finalize;
  atk_class->get_name = bh_task_cell_accessible_get_name;
  atk_class->get_description = bh_task_cell_accessible_get_description;
  cell_class->update_cache = bh_task_cell_accessible_update_cache;
}

static void
bh_task_cell_accessible_init (BhTaskCellAccessible *self)
{
}
