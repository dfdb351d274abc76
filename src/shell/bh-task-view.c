/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-task-view.h"

#include "bh-app-actions.h"
#include "bh-app-status.h"
#include "bh-cell-renderer-button.h"
#include "bh-task-columns.h"
#include "bh-task-format.h"

#include <glib/gi18n.h>

/*
 * The task manager's table: its first column and its buttons, and what keys and pointer do with a
 * row. What the rows are is the model's business.
 */

#define ICON_SIZE 24

/* What the column of names has at the least. */
#define WIDE_NAME_CHARS   16
#define NARROW_NAME_CHARS 6

/* The order is held while the pointer moves over the rows and so long afterwards, in milliseconds:
 * enough to aim and press, and a pointer that was left lying does not stop the sorting. */
#define HOLD_MS 3000

struct _BhTaskView
{
  GtkTreeView parent_instance;

  BhTaskModel *model;
  GActionGroup *actions;
  gboolean narrow;
  guint hold_id;

  GtkCellRenderer *name_cell;
  GtkTreeViewColumn *stop_column;
  GtkTreeViewColumn *restart_column;
  GtkTreeViewColumn *end_column;

  /* The object paths of the apps whose processes are to be seen, also while they have none. */
  GHashTable *expanded;
};

G_DEFINE_FINAL_TYPE (BhTaskView, bh_task_view, GTK_TYPE_TREE_VIEW)

static void
render_icon (GtkTreeViewColumn *column,
             GtkCellRenderer *cell,
             GtkTreeModel *model,
             GtkTreeIter *iter,
             gpointer user_data)
{
  g_autoptr (BhAppItem) item = bh_task_model_dup_item (BH_TASK_MODEL (model), iter);
  cairo_surface_t *surface = NULL;

  if (item != NULL && !bh_task_model_is_process (BH_TASK_MODEL (model), iter))
    surface = bh_app_item_get_icon (item, ICON_SIZE,
                                    gtk_widget_get_scale_factor (GTK_WIDGET (user_data)));
  /* Without one the room stays, so that a process stands to the right of its app. */
  g_object_set (cell, "surface", surface, NULL);
}

static void
render_name (GtkTreeViewColumn *column,
             GtkCellRenderer *cell,
             GtkTreeModel *model,
             GtkTreeIter *iter,
             gpointer user_data)
{
  BhTaskView *self = BH_TASK_VIEW (user_data);
  g_autofree char *name = NULL;
  g_autofree char *kernel_name = NULL;
  g_autofree char *state = NULL;
  g_autofree char *markup = NULL;

  gtk_tree_model_get (model, iter, BH_TASK_COLUMN_NAME, &name, BH_TASK_COLUMN_KERNEL_NAME,
                      &kernel_name, BH_TASK_COLUMN_STATE, &state, -1);
  if (name == NULL)
    name = g_strdup ("");

  if (!self->narrow && kernel_name != NULL && *kernel_name != '\0')
    markup = g_markup_printf_escaped ("%s  <span alpha='65%%' size='smaller'>%s</span>", name,
                                      kernel_name);
  else if (self->narrow && state != NULL && *state != '\0')
    markup
        = g_markup_printf_escaped ("%s\n<span alpha='65%%' size='smaller'>%s</span>", name, state);
  else
    markup = g_markup_escape_text (name, -1);
  g_object_set (cell, "markup", markup, NULL);
}

/* The state says the same in words: colour and shape alone would tell few people. */
static void
render_mark (GtkTreeViewColumn *column,
             GtkCellRenderer *cell,
             GtkTreeModel *model,
             GtkTreeIter *iter,
             gpointer user_data)
{
  g_autoptr (BhAppItem) item = bh_task_model_dup_item (BH_TASK_MODEL (model), iter);

  g_object_set (cell, "visible",
                item != NULL && !bh_task_model_is_process (BH_TASK_MODEL (model), iter)
                    && bh_app_status_is_pressed (item),
                NULL);
}

static char *
dup_restart_label (BhAppItem *item)
{
  return g_strdup_printf (_("Restart %s"), bh_app_item_get_name (item));
}

static char *
dup_stop_label (BhAppItem *item)
{
  return g_strdup_printf (_("Stop %s"), bh_app_item_get_name (item));
}

static char *
dup_end_label (BhAppItem *item)
{
  if (bh_app_status_has_instance (item))
    return g_strdup_printf (_("Kill %s with all its processes"), bh_app_item_get_name (item));

  return g_strdup_printf (_("Take %s off the list"), bh_app_item_get_name (item));
}

static void
render_restart (GtkTreeViewColumn *column,
                GtkCellRenderer *cell,
                GtkTreeModel *model,
                GtkTreeIter *iter,
                gpointer user_data)
{
  g_autoptr (BhAppItem) item = bh_task_model_dup_item (BH_TASK_MODEL (model), iter);
  gboolean visible = item != NULL && !bh_task_model_is_process (BH_TASK_MODEL (model), iter);
  g_autofree char *label = visible ? dup_restart_label (item) : NULL;

  g_object_set (cell, "icon-name", "view-refresh-symbolic", "label", label, "visible", visible,
                "sensitive", visible && bh_app_status_can (item, BH_APP_ACTION_RESTART), NULL);
}

static void
render_stop (GtkTreeViewColumn *column,
             GtkCellRenderer *cell,
             GtkTreeModel *model,
             GtkTreeIter *iter,
             gpointer user_data)
{
  g_autoptr (BhAppItem) item = bh_task_model_dup_item (BH_TASK_MODEL (model), iter);
  gboolean visible = item != NULL && !bh_task_model_is_process (BH_TASK_MODEL (model), iter);
  g_autofree char *label = visible ? dup_stop_label (item) : NULL;

  g_object_set (cell, "icon-name", "media-playback-stop-symbolic", "label", label, "visible",
                visible, "sensitive", visible && bh_app_status_can (item, BH_APP_ACTION_STOP),
                NULL);
}

static void
render_end (GtkTreeViewColumn *column,
            GtkCellRenderer *cell,
            GtkTreeModel *model,
            GtkTreeIter *iter,
            gpointer user_data)
{
  g_autoptr (BhAppItem) item = bh_task_model_dup_item (BH_TASK_MODEL (model), iter);
  gboolean visible = item != NULL && !bh_task_model_is_process (BH_TASK_MODEL (model), iter);
  gboolean lives = visible && bh_app_status_has_instance (item);
  g_autofree char *label = visible ? dup_end_label (item) : NULL;

  g_object_set (cell, "icon-name", lives ? "process-stop-symbolic" : "window-close-symbolic",
                "label", label, "visible", visible, "sensitive",
                visible && (!lives || bh_app_status_can (item, BH_APP_ACTION_KILL)), NULL);
}

static BhAppItem *
get_item_at (BhTaskView *self, const char *path_string)
{
  GtkTreeIter iter;

  if (!gtk_tree_model_get_iter_from_string (GTK_TREE_MODEL (self->model), &iter, path_string))
    return NULL;

  return bh_task_model_dup_item (self->model, &iter);
}

static void
on_restart_clicked (BhCellRendererButton *cell, const char *path, BhTaskView *self)
{
  g_autoptr (BhAppItem) item = get_item_at (self, path);

  if (item != NULL)
    bh_app_actions_activate (self->actions, "restart", item);
}

static void
on_stop_clicked (BhCellRendererButton *cell, const char *path, BhTaskView *self)
{
  g_autoptr (BhAppItem) item = get_item_at (self, path);

  if (item != NULL)
    bh_app_actions_activate (self->actions, "stop", item);
}

static void
on_end_clicked (BhCellRendererButton *cell, const char *path, BhTaskView *self)
{
  g_autoptr (BhAppItem) item = get_item_at (self, path);

  if (item != NULL)
    bh_app_actions_activate (self->actions, bh_app_status_has_instance (item) ? "kill" : "dismiss",
                             item);
}

static char *
build_tooltip (BhTaskView *self, GtkTreeIter *iter, GtkTreeViewColumn *column)
{
  g_autoptr (BhAppItem) item = bh_task_model_dup_item (self->model, iter);
  g_autofree char *state = NULL;
  g_autofree char *kind = NULL;
  g_autofree char *usage = NULL;
  const char *title;
  int id;

  id = column != NULL ? gtk_tree_view_column_get_sort_column_id (column) : -1;
  usage = id >= 0 ? bh_task_columns_dup_usage_text (self->model, iter, (BhTaskColumn) id) : NULL;
  if (id == BH_TASK_COLUMN_MEMORY)
    {
      gtk_tree_model_get (GTK_TREE_MODEL (self->model), iter, BH_TASK_COLUMN_MEMORY_KIND, &kind,
                          -1);
      return g_strdup_printf ("%s%s%s", usage != NULL ? usage : "", usage != NULL ? "\n" : "",
                              bh_task_format_memory_kind (kind));
    }
  if (usage != NULL)
    return g_steal_pointer (&usage);
  if (item == NULL || bh_task_model_is_process (self->model, iter))
    return NULL;

  if (column == self->stop_column)
    return dup_stop_label (item);
  if (column == self->restart_column)
    return dup_restart_label (item);
  if (column == self->end_column)
    return dup_end_label (item);

  state = bh_app_status_dup_state_text (item);
  title = bh_app_item_get_title (item);
  if (*title != '\0' && bh_app_status_has_instance (item))
    return g_strdup_printf ("%s\n%s\n%s", bh_app_item_get_name (item), title, state);

  return g_strdup_printf ("%s\n%s", bh_app_item_get_name (item), state);
}

static gboolean
bh_task_view_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  BhTaskView *self = BH_TASK_VIEW (widget);
  g_autoptr (GtkTreePath) path = NULL;
  GtkTreeViewColumn *column = NULL;
  GtkTreeIter iter;
  g_autofree char *text = NULL;

  if (!gtk_tree_view_get_tooltip_context (GTK_TREE_VIEW (self), &x, &y, keyboard, NULL, &path,
                                          &iter))
    return FALSE;

  if (keyboard)
    gtk_tree_view_get_cursor (GTK_TREE_VIEW (self), NULL, &column);
  else
    gtk_tree_view_get_path_at_pos (GTK_TREE_VIEW (self), x, y, NULL, &column, NULL, NULL);
  text = build_tooltip (self, &iter, column);
  if (text == NULL)
    return FALSE;

  gtk_tooltip_set_text (tooltip, text);
  gtk_tree_view_set_tooltip_cell (GTK_TREE_VIEW (self), tooltip, path, column, NULL);

  return TRUE;
}

static gboolean
is_pressed (GtkTreeViewColumn *column, GtkTreeViewColumn *button_column)
{
  g_autoptr (GList) cells = NULL;

  /* Return on a row comes here too, whichever of its cells was last clicked. */
  if (column != button_column)
    return FALSE;

  cells = gtk_cell_layout_get_cells (GTK_CELL_LAYOUT (column));

  return bh_cell_renderer_button_get_pressed (cells->data);
}

static void
bh_task_view_row_activated (GtkTreeView *view, GtkTreePath *path, GtkTreeViewColumn *column)
{
  BhTaskView *self = BH_TASK_VIEW (view);
  g_autofree char *path_string = gtk_tree_path_to_string (path);
  g_autoptr (BhAppItem) item = get_item_at (self, path_string);

  if (item == NULL)
    return;

  if (is_pressed (column, self->stop_column))
    on_stop_clicked (NULL, path_string, self);
  else if (is_pressed (column, self->restart_column))
    on_restart_clicked (NULL, path_string, self);
  else if (is_pressed (column, self->end_column))
    on_end_clicked (NULL, path_string, self);
  else
    bh_app_actions_activate (self->actions, "open", item);
}

static void
bh_task_view_row_expanded (GtkTreeView *view, GtkTreeIter *iter, GtkTreePath *path)
{
  BhTaskView *self = BH_TASK_VIEW (view);
  g_autoptr (BhAppItem) item = bh_task_model_dup_item (self->model, iter);

  g_hash_table_add (self->expanded, g_strdup (bh_app_item_get_path (item)));
}

static void
bh_task_view_row_collapsed (GtkTreeView *view, GtkTreeIter *iter, GtkTreePath *path)
{
  BhTaskView *self = BH_TASK_VIEW (view);
  g_autoptr (BhAppItem) item = bh_task_model_dup_item (self->model, iter);

  g_hash_table_remove (self->expanded, bh_app_item_get_path (item));
}

static void
on_row_has_child_toggled (GtkTreeModel *model,
                          GtkTreePath *path,
                          GtkTreeIter *iter,
                          BhTaskView *self)
{
  g_autoptr (BhAppItem) item = bh_task_model_dup_item (BH_TASK_MODEL (model), iter);

  /* A restarted app's new processes are looked at like its old ones. */
  if (item != NULL && gtk_tree_model_iter_has_child (model, iter)
      && g_hash_table_contains (self->expanded, bh_app_item_get_path (item)))
    gtk_tree_view_expand_row (GTK_TREE_VIEW (self), path, FALSE);
}

static gboolean
move_in_tree (BhTaskView *self, gboolean inwards)
{
  GtkTreeView *view = GTK_TREE_VIEW (self);
  g_autoptr (GtkTreePath) path = NULL;

  gtk_tree_view_get_cursor (view, &path, NULL);
  if (path == NULL)
    return FALSE;

  if (inwards)
    return gtk_tree_view_expand_row (view, path, FALSE);
  if (gtk_tree_view_collapse_row (view, path))
    return TRUE;
  if (gtk_tree_path_get_depth (path) < 2)
    return FALSE;

  gtk_tree_path_up (path);
  gtk_tree_view_set_cursor (view, path, NULL, FALSE);

  return TRUE;
}

static gboolean
bh_task_view_key_press_event (GtkWidget *widget, GdkEventKey *event)
{
  BhTaskView *self = BH_TASK_VIEW (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  guint modifiers = event->state & gtk_accelerator_get_default_mod_mask ();

  if (modifiers == 0 && (event->keyval == GDK_KEY_Right || event->keyval == GDK_KEY_KP_Right)
      && move_in_tree (self, !rtl))
    return TRUE;
  if (modifiers == 0 && (event->keyval == GDK_KEY_Left || event->keyval == GDK_KEY_KP_Left)
      && move_in_tree (self, rtl))
    return TRUE;

  return GTK_WIDGET_CLASS (bh_task_view_parent_class)->key_press_event (widget, event);
}

static gboolean
bh_task_view_button_press_event (GtkWidget *widget, GdkEventButton *event)
{
  BhTaskView *self = BH_TASK_VIEW (widget);
  GtkTreeSelection *selection = gtk_tree_view_get_selection (GTK_TREE_VIEW (self));
  g_autoptr (GtkTreePath) path = NULL;

  if (!gdk_event_triggers_context_menu ((GdkEvent *) event)
      || event->window != gtk_tree_view_get_bin_window (GTK_TREE_VIEW (self)))
    return GTK_WIDGET_CLASS (bh_task_view_parent_class)->button_press_event (widget, event);

  gtk_tree_view_get_path_at_pos (GTK_TREE_VIEW (self), (int) event->x, (int) event->y, &path, NULL,
                                 NULL, NULL);
  if (path == NULL)
    return FALSE;
  if (!gtk_tree_selection_path_is_selected (selection, path))
    gtk_tree_view_set_cursor (GTK_TREE_VIEW (self), path, NULL, FALSE);
  gtk_widget_grab_focus (widget);

  return bh_task_view_popup_menu (self, (GdkEvent *) event);
}

static gboolean
bh_task_view_popup_menu_key (GtkWidget *widget)
{
  return bh_task_view_popup_menu (BH_TASK_VIEW (widget), NULL);
}

static void
release_order (BhTaskView *self)
{
  g_clear_handle_id (&self->hold_id, g_source_remove);
  bh_task_model_set_hold_order (self->model, FALSE);
}

static gboolean
on_hold_over (gpointer user_data)
{
  BhTaskView *self = user_data;

  self->hold_id = 0;
  bh_task_model_set_hold_order (self->model, FALSE);

  return G_SOURCE_REMOVE;
}

static void
hold_order (BhTaskView *self)
{
  bh_task_model_set_hold_order (self->model, TRUE);
  g_clear_handle_id (&self->hold_id, g_source_remove);
  self->hold_id = g_timeout_add (HOLD_MS, on_hold_over, self);
}

static gboolean
bh_task_view_motion_notify_event (GtkWidget *widget, GdkEventMotion *event)
{
  hold_order (BH_TASK_VIEW (widget));

  return GTK_WIDGET_CLASS (bh_task_view_parent_class)->motion_notify_event (widget, event);
}

static gboolean
bh_task_view_enter_notify_event (GtkWidget *widget, GdkEventCrossing *event)
{
  hold_order (BH_TASK_VIEW (widget));

  return GTK_WIDGET_CLASS (bh_task_view_parent_class)->enter_notify_event (widget, event);
}

static gboolean
bh_task_view_leave_notify_event (GtkWidget *widget, GdkEventCrossing *event)
{
  release_order (BH_TASK_VIEW (widget));

  return GTK_WIDGET_CLASS (bh_task_view_parent_class)->leave_notify_event (widget, event);
}

static void
bh_task_view_unmap (GtkWidget *widget)
{
  release_order (BH_TASK_VIEW (widget));

  GTK_WIDGET_CLASS (bh_task_view_parent_class)->unmap (widget);
}

static void
bh_task_view_dispose (GObject *object)
{
  BhTaskView *self = BH_TASK_VIEW (object);

  g_clear_handle_id (&self->hold_id, g_source_remove);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  G_OBJECT_CLASS (bh_task_view_parent_class)->dispose (object);
  g_clear_object (&self->model);
  g_clear_object (&self->actions);
}

static void
bh_task_view_finalize (GObject *object)
{
  BhTaskView *self = BH_TASK_VIEW (object);

  g_hash_table_unref (self->expanded);

  G_OBJECT_CLASS (bh_task_view_parent_class)->finalize (object);
}

static void
add_name_column (BhTaskView *self)
{
  GtkTreeViewColumn *column = gtk_tree_view_column_new ();
  GtkCellRenderer *icon = gtk_cell_renderer_pixbuf_new ();
  GtkCellRenderer *name = gtk_cell_renderer_text_new ();
  GtkCellRenderer *mark = gtk_cell_renderer_pixbuf_new ();

  gtk_tree_view_column_set_title (column, _("Name"));
  gtk_tree_view_column_pack_start (column, icon, FALSE);
  gtk_tree_view_column_pack_start (column, name, TRUE);
  gtk_tree_view_column_pack_start (column, mark, FALSE);
  g_object_set (mark, "icon-name", "dialog-warning-symbolic", NULL);
  gtk_tree_view_column_set_spacing (column, 6);
  g_object_set (icon, "ypad", 5, "width", ICON_SIZE, NULL);
  g_object_set (name, "ellipsize", PANGO_ELLIPSIZE_END, "width-chars", WIDE_NAME_CHARS, NULL);
  self->name_cell = name;
  gtk_tree_view_column_set_cell_data_func (column, icon, render_icon, self, NULL);
  gtk_tree_view_column_set_cell_data_func (column, name, render_name, self, NULL);
  gtk_tree_view_column_set_cell_data_func (column, mark, render_mark, NULL, NULL);
  gtk_tree_view_column_set_expand (column, TRUE);
  gtk_tree_view_column_set_resizable (column, TRUE);
  gtk_tree_view_column_set_sort_column_id (column, BH_TASK_COLUMN_NAME);
  gtk_tree_view_append_column (GTK_TREE_VIEW (self), column);
  gtk_tree_view_set_expander_column (GTK_TREE_VIEW (self), column);
}

static GtkTreeViewColumn *
add_button_column (BhTaskView *self,
                   GtkTreeCellDataFunc render,
                   GCallback on_clicked,
                   const char *accessible_name)
{
  GtkTreeViewColumn *column = gtk_tree_view_column_new ();
  GtkCellRenderer *cell = bh_cell_renderer_button_new ();

  gtk_tree_view_column_pack_start (column, cell, FALSE);
  gtk_tree_view_column_set_cell_data_func (column, cell, render, self, NULL);
  g_signal_connect (cell, "clicked", on_clicked, self);
  gtk_tree_view_append_column (GTK_TREE_VIEW (self), column);
  atk_object_set_name (gtk_widget_get_accessible (gtk_tree_view_column_get_button (column)),
                       accessible_name);

  return column;
}

static void
bh_task_view_class_init (BhTaskViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GtkTreeViewClass *tree_view_class = GTK_TREE_VIEW_CLASS (klass);

  object_class->dispose = bh_task_view_dispose;
  object_class->finalize = bh_task_view_finalize;
  widget_class->query_tooltip = bh_task_view_query_tooltip;
  widget_class->key_press_event = bh_task_view_key_press_event;
  widget_class->button_press_event = bh_task_view_button_press_event;
  widget_class->popup_menu = bh_task_view_popup_menu_key;
  widget_class->motion_notify_event = bh_task_view_motion_notify_event;
  widget_class->enter_notify_event = bh_task_view_enter_notify_event;
  widget_class->leave_notify_event = bh_task_view_leave_notify_event;
  widget_class->unmap = bh_task_view_unmap;
  tree_view_class->row_activated = bh_task_view_row_activated;
  tree_view_class->row_expanded = bh_task_view_row_expanded;
  tree_view_class->row_collapsed = bh_task_view_row_collapsed;
}

static void
bh_task_view_init (BhTaskView *self)
{
  GtkTreeView *view = GTK_TREE_VIEW (self);

  self->expanded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  gtk_tree_selection_set_mode (gtk_tree_view_get_selection (view), GTK_SELECTION_MULTIPLE);
  /* Typing searches both pages alike; the window sees to it. */
  gtk_tree_view_set_enable_search (view, FALSE);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self)), _("Running apps"));

  add_name_column (self);
  bh_task_columns_append (view);
  self->stop_column
      = add_button_column (self, render_stop, G_CALLBACK (on_stop_clicked), _("Stop"));
  self->restart_column
      = add_button_column (self, render_restart, G_CALLBACK (on_restart_clicked), _("Restart"));
  self->end_column = add_button_column (self, render_end, G_CALLBACK (on_end_clicked), _("Kill"));
}

/**
 * bh_task_view_new:
 * @model: the rows
 * @actions: what can be done with an app
 *
 * Returns: (transfer floating): the table
 */
GtkWidget *
bh_task_view_new (BhTaskModel *model, GActionGroup *actions)
{
  BhTaskView *self;

  g_return_val_if_fail (BH_IS_TASK_MODEL (model) && G_IS_ACTION_GROUP (actions), NULL);

  self = g_object_new (BH_TYPE_TASK_VIEW, "visible", TRUE, NULL);
  self->model = g_object_ref (model);
  self->actions = g_object_ref (actions);
  gtk_tree_view_set_model (GTK_TREE_VIEW (self), GTK_TREE_MODEL (model));

  /* After the view's own handler: only then it knows the child. */
  g_signal_connect (model, "row-has-child-toggled", G_CALLBACK (on_row_has_child_toggled), self);

  return GTK_WIDGET (self);
}

/**
 * bh_task_view_set_narrow:
 * @self: the table
 * @narrow: whether there is only room for the columns that matter most
 */
void
bh_task_view_set_narrow (BhTaskView *self, gboolean narrow)
{
  g_return_if_fail (BH_IS_TASK_VIEW (self));

  narrow = !!narrow;
  if (self->narrow == narrow)
    return;

  self->narrow = narrow;
  g_object_set (self->name_cell, "width-chars", narrow ? NARROW_NAME_CHARS : WIDE_NAME_CHARS, NULL);
  bh_task_columns_set_narrow (GTK_TREE_VIEW (self), narrow);
  /* Below the table there is the same button. */
  gtk_tree_view_column_set_visible (self->stop_column, !narrow);
  gtk_tree_view_columns_autosize (GTK_TREE_VIEW (self));
}

/**
 * bh_task_view_list_selected:
 * @self: the table
 *
 * Returns: (transfer full) (element-type BhAppItem): the apps that are selected, or of which a
 *   process is, each once
 */
GList *
bh_task_view_list_selected (BhTaskView *self)
{
  GtkTreeSelection *selection;
  g_autolist (GtkTreePath) paths = NULL;
  GList *items = NULL;

  g_return_val_if_fail (BH_IS_TASK_VIEW (self), NULL);

  selection = gtk_tree_view_get_selection (GTK_TREE_VIEW (self));
  paths = gtk_tree_selection_get_selected_rows (selection, NULL);
  for (GList *link = paths; link != NULL; link = link->next)
    {
      GtkTreeIter iter;
      g_autoptr (BhAppItem) item = NULL;

      if (gtk_tree_model_get_iter (GTK_TREE_MODEL (self->model), &iter, link->data))
        item = bh_task_model_dup_item (self->model, &iter);
      if (item != NULL && g_list_find (items, item) == NULL)
        items = g_list_prepend (items, g_steal_pointer (&item));
    }

  return g_list_reverse (items);
}

/**
 * bh_task_view_popup_menu:
 * @self: the table
 * @event: (nullable): the press that asked for it, or %NULL for a key
 *
 * Shows what can be done with the app at the cursor.
 *
 * Returns: whether there is one
 */
gboolean
bh_task_view_popup_menu (BhTaskView *self, GdkEvent *event)
{
  GtkTreeView *view = GTK_TREE_VIEW (self);
  g_autoptr (GtkTreePath) path = NULL;
  g_autofree char *path_string = NULL;
  g_autoptr (BhAppItem) item = NULL;
  GdkRectangle place;

  g_return_val_if_fail (BH_IS_TASK_VIEW (self), FALSE);

  gtk_tree_view_get_cursor (view, &path, NULL);
  if (path == NULL)
    return FALSE;

  path_string = gtk_tree_path_to_string (path);
  item = get_item_at (self, path_string);
  if (item == NULL)
    return FALSE;

  if (event != NULL)
    {
      bh_app_actions_popup_menu (GTK_WIDGET (self), item, NULL, event);
      return TRUE;
    }

  gtk_tree_view_get_cell_area (view, path, gtk_tree_view_get_expander_column (view), &place);
  gtk_tree_view_convert_bin_window_to_widget_coords (view, place.x, place.y, &place.x, &place.y);
  bh_app_actions_popup_menu (GTK_WIDGET (self), item, &place, NULL);

  return TRUE;
}
