/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-task-view.h"

#include "bh-app-actions.h"
#include "bh-app-marks.h"
#include "bh-app-status.h"
#include "bh-task-cell.h"

#include <glib/gi18n.h>

/*
 * The task manager's table: what keys and pointer do with a row. What the rows are is the model's
 * business, and what the columns are the layout's.
 */

/* The order is held while the pointer moves over the rows and so long afterwards, in milliseconds:
 * enough to aim and press, and a pointer that was left lying does not stop the sorting. */
#define HOLD_MS 3000

struct _BhTaskView
{
  GtkTreeView parent_instance;

  BhTaskModel *model;
  GActionGroup *actions;
  BhTaskLayout *layout;
  gboolean narrow;
  guint hold_id;

  /* The object paths of the apps whose processes are to be seen, also while they have none. */
  GHashTable *expanded;
};

enum {
  SHOWN_CHANGED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhTaskView, bh_task_view, GTK_TYPE_TREE_VIEW)

static BhAppItem *
get_item_at (BhTaskView *self, const char *path_string)
{
  GtkTreeIter iter;

  if (!gtk_tree_model_get_iter_from_string (GTK_TREE_MODEL (self->model), &iter, path_string))
    return NULL;

  return bh_task_model_dup_item (self->model, &iter);
}

static void
on_restart_clicked (BhTaskCell *cell, const char *path, BhTaskView *self)
{
  g_autoptr (BhAppItem) item = get_item_at (self, path);

  if (item != NULL)
    bh_app_actions_activate (self->actions, "restart", item);
}

static void
on_stop_clicked (BhTaskCell *cell, const char *path, BhTaskView *self)
{
  g_autoptr (BhAppItem) item = get_item_at (self, path);

  if (item != NULL)
    bh_app_actions_activate (self->actions, "stop", item);
}

static void
on_end_clicked (BhTaskCell *cell, const char *path, BhTaskView *self)
{
  g_autoptr (BhAppItem) item = get_item_at (self, path);

  if (item != NULL)
    bh_app_actions_activate (self->actions, bh_app_status_has_instance (item) ? "kill" : "dismiss",
                             item);
}

static char *
build_app_tooltip (BhAppItem *item)
{
  g_autofree char *state = bh_app_status_dup_state_text (item);
  g_autofree char *marks = bh_app_marks_dup_texts (item, "\n");
  const char *title = bh_app_item_get_title (item);
  g_autoptr (GString) text = g_string_new (bh_app_item_get_name (item));

  if (*title != '\0' && bh_app_status_has_instance (item))
    g_string_append_printf (text, "\n%s", title);
  g_string_append_printf (text, "\n%s", state);
  if (*marks != '\0')
    g_string_append_printf (text, "\n%s", marks);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
build_tooltip (BhTaskView *self, GtkTreeIter *iter, GtkTreeViewColumn *column)
{
  BhTaskRow *row = bh_task_tree_get_row (BH_TASK_TREE (self->model), iter);
  g_autofree char *usage = NULL;
  BhTaskColumn id;

  if (!bh_task_layout_find (self->layout, column, &id))
    id = BH_TASK_COLUMN_NAME;

  usage = bh_task_row_dup_usage (row, id);
  if (id == BH_TASK_COLUMN_MEMORY)
    return g_strdup_printf ("%s%s%s", usage != NULL ? usage : "", usage != NULL ? "\n" : "",
                            bh_task_format_memory_kind (row->figures.memory_kind));
  if (usage != NULL)
    return g_steal_pointer (&usage);
  if (row->parent != NULL)
    return NULL;
  if (bh_task_column_get_info (id)->look == BH_TASK_LOOK_BUTTON)
    return bh_task_cell_dup_button_label (id, row);

  return build_app_tooltip (row->item);
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
is_pressed (BhTaskView *self, GtkTreeViewColumn *column, BhTaskColumn id)
{
  g_autoptr (GList) cells = NULL;

  /* Return on a row comes here too, whichever of its cells was last clicked. */
  if (column != bh_task_layout_get_column (self->layout, id))
    return FALSE;

  cells = gtk_cell_layout_get_cells (GTK_CELL_LAYOUT (column));

  return bh_task_cell_get_pressed (cells->data);
}

static void
bh_task_view_row_activated (GtkTreeView *view, GtkTreePath *path, GtkTreeViewColumn *column)
{
  BhTaskView *self = BH_TASK_VIEW (view);
  g_autofree char *path_string = gtk_tree_path_to_string (path);
  g_autoptr (BhAppItem) item = get_item_at (self, path_string);

  if (item == NULL)
    return;

  if (is_pressed (self, column, BH_TASK_COLUMN_STOP))
    on_stop_clicked (NULL, path_string, self);
  else if (is_pressed (self, column, BH_TASK_COLUMN_RESTART))
    on_restart_clicked (NULL, path_string, self);
  else if (is_pressed (self, column, BH_TASK_COLUMN_END))
    on_end_clicked (NULL, path_string, self);
  else
    bh_app_actions_activate (self->actions, "open", item);
}

static void
tell_shown (BhTaskView *self)
{
  g_signal_emit (self, signals[SHOWN_CHANGED], 0);
}

static gboolean
bh_task_view_test_expand_row (GtkTreeView *view, GtkTreeIter *iter, GtkTreePath *path)
{
  BhTaskView *self = BH_TASK_VIEW (view);
  BhTaskRow *row = bh_task_tree_get_row (BH_TASK_TREE (self->model), iter);

  if (row->processes != NULL || row->children != NULL)
    return FALSE;

  /* They are told only of apps whose processes somebody wants to see: it opens when they come. */
  if (g_hash_table_add (self->expanded, g_strdup (bh_app_item_get_path (row->item))))
    tell_shown (self);

  return TRUE;
}

static void
bh_task_view_row_expanded (GtkTreeView *view, GtkTreeIter *iter, GtkTreePath *path)
{
  BhTaskView *self = BH_TASK_VIEW (view);
  g_autoptr (BhAppItem) item = bh_task_model_dup_item (self->model, iter);

  if (g_hash_table_add (self->expanded, g_strdup (bh_app_item_get_path (item))))
    tell_shown (self);
}

static void
bh_task_view_row_collapsed (GtkTreeView *view, GtkTreeIter *iter, GtkTreePath *path)
{
  BhTaskView *self = BH_TASK_VIEW (view);
  g_autoptr (BhAppItem) item = bh_task_model_dup_item (self->model, iter);

  bh_task_model_forget_processes (self->model, iter);
  if (g_hash_table_remove (self->expanded, bh_app_item_get_path (item)))
    tell_shown (self);
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
is_expanding (BhTaskView *self, GtkTreePath *path)
{
  GtkTreeIter iter;
  g_autoptr (BhAppItem) item = NULL;

  if (gtk_tree_path_get_depth (path) > 1 || gtk_tree_view_row_expanded (GTK_TREE_VIEW (self), path)
      || !gtk_tree_model_get_iter (GTK_TREE_MODEL (self->model), &iter, path))
    return FALSE;

  item = bh_task_model_dup_item (self->model, &iter);

  return g_hash_table_contains (self->expanded, bh_app_item_get_path (item));
}

static gboolean
stop_expanding (BhTaskView *self, GtkTreePath *path)
{
  GtkTreeIter iter;
  g_autoptr (BhAppItem) item = NULL;

  if (!is_expanding (self, path)
      || !gtk_tree_model_get_iter (GTK_TREE_MODEL (self->model), &iter, path))
    return FALSE;

  item = bh_task_model_dup_item (self->model, &iter);
  g_hash_table_remove (self->expanded, bh_app_item_get_path (item));
  tell_shown (self);

  return TRUE;
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
    return gtk_tree_view_expand_row (view, path, FALSE) || is_expanding (self, path);
  if (gtk_tree_view_collapse_row (view, path) || stop_expanding (self, path))
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
  bh_task_tree_set_hold_order (BH_TASK_TREE (self->model), FALSE);
}

static gboolean
on_hold_over (gpointer user_data)
{
  BhTaskView *self = user_data;

  self->hold_id = 0;
  bh_task_tree_set_hold_order (BH_TASK_TREE (self->model), FALSE);

  return G_SOURCE_REMOVE;
}

static void
hold_order (BhTaskView *self)
{
  bh_task_tree_set_hold_order (BH_TASK_TREE (self->model), TRUE);
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
  g_object_unref (self->layout);

  G_OBJECT_CLASS (bh_task_view_parent_class)->finalize (object);
}

static void
connect_button (BhTaskView *self, BhTaskColumn id, GCallback on_clicked)
{
  GtkTreeViewColumn *column = bh_task_layout_get_column (self->layout, id);
  g_autoptr (GList) cells = gtk_cell_layout_get_cells (GTK_CELL_LAYOUT (column));

  g_signal_connect (cells->data, "clicked", on_clicked, self);
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
  tree_view_class->test_expand_row = bh_task_view_test_expand_row;
  tree_view_class->row_activated = bh_task_view_row_activated;
  tree_view_class->row_expanded = bh_task_view_row_expanded;
  tree_view_class->row_collapsed = bh_task_view_row_collapsed;

  /**
   * BhTaskView::shown-changed:
   *
   * The processes of other apps are looked at now: see bh_task_view_dup_expanded().
   */
  signals[SHOWN_CHANGED] = g_signal_new ("shown-changed", G_TYPE_FROM_CLASS (klass),
                                         G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
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

  self->layout = bh_task_layout_new (view);
  connect_button (self, BH_TASK_COLUMN_STOP, G_CALLBACK (on_stop_clicked));
  connect_button (self, BH_TASK_COLUMN_RESTART, G_CALLBACK (on_restart_clicked));
  connect_button (self, BH_TASK_COLUMN_END, G_CALLBACK (on_end_clicked));
  /* All rows are of one height, so that nothing has to ask each for its own. */
  gtk_tree_view_set_fixed_height_mode (view, TRUE);
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
 * bh_task_view_get_layout:
 * @self: the table
 *
 * Returns: (transfer none): its columns
 */
BhTaskLayout *
bh_task_view_get_layout (BhTaskView *self)
{
  g_return_val_if_fail (BH_IS_TASK_VIEW (self), NULL);

  return self->layout;
}

static void
set_narrow (BhTaskView *self, gboolean narrow)
{
  GtkTreeViewColumn *column = bh_task_layout_get_column (self->layout, BH_TASK_COLUMN_NAME);
  g_autoptr (GList) cells = gtk_cell_layout_get_cells (GTK_CELL_LAYOUT (column));

  self->narrow = narrow;
  for (GList *link = cells; link != NULL; link = link->next)
    bh_task_cell_set_narrow (link->data, narrow);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * bh_task_view_set_room:
 * @self: the table
 * @room: how wide it can be, in pixels
 * @narrow: whether there is only room for the columns that matter most
 */
void
bh_task_view_set_room (BhTaskView *self, int room, gboolean narrow)
{
  g_return_if_fail (BH_IS_TASK_VIEW (self));

  narrow = !!narrow;
  bh_task_layout_set_room (self->layout, room, narrow);
  if (self->narrow != narrow)
    set_narrow (self, narrow);
}

static void
redraw_column (BhTaskView *self, BhTaskColumn id)
{
  GtkTreeViewColumn *column = bh_task_layout_get_column (self->layout, id);
  GdkWindow *window = gtk_tree_view_get_bin_window (GTK_TREE_VIEW (self));
  GdkRectangle area = { 0 };

  if (window == NULL || !gtk_tree_view_column_get_visible (column))
    return;

  area.x = gtk_tree_view_column_get_x_offset (column);
  area.width = gtk_tree_view_column_get_width (column);
  area.height = gdk_window_get_height (window);
  gdk_window_invalidate_rect (window, &area, FALSE);
}

/**
 * bh_task_view_redraw_graphs:
 * @self: the table
 *
 * Draws the graphs anew, and nothing else: a second has passed, also where no figure has changed.
 */
void
bh_task_view_redraw_graphs (BhTaskView *self)
{
  g_return_if_fail (BH_IS_TASK_VIEW (self));

  redraw_column (self, BH_TASK_COLUMN_CPU_GRAPH);
  redraw_column (self, BH_TASK_COLUMN_MEMORY_GRAPH);
}

static void
append_row (GString *text, BhTaskRow *row, GArray *columns)
{
  gboolean first = TRUE;

  for (guint i = 0; i < columns->len; i++)
    {
      BhTaskColumn id = g_array_index (columns, BhTaskColumn, i);
      BhTaskColumnLook look = bh_task_column_get_info (id)->look;

      if (look == BH_TASK_LOOK_BUTTON || look == BH_TASK_LOOK_GRAPH)
        continue;
      if (!first)
        g_string_append_c (text, '\t');
      first = FALSE;
      g_string_append (text, bh_task_row_get_text (row, id));
    }
  g_string_append_c (text, '\n');
}

/**
 * bh_task_view_dup_selected_text:
 * @self: the table
 *
 * Returns: (transfer full): the selected rows in their order, a line each, with a tab between the
 *   texts of the columns that are shown
 */
char *
bh_task_view_dup_selected_text (BhTaskView *self)
{
  g_autoptr (GArray) columns = NULL;
  g_autolist (GtkTreePath) paths = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (BH_IS_TASK_VIEW (self), NULL);

  columns = bh_task_layout_list_shown (self->layout);
  paths = gtk_tree_selection_get_selected_rows (gtk_tree_view_get_selection (GTK_TREE_VIEW (self)),
                                                NULL);
  for (GList *link = paths; link != NULL; link = link->next)
    {
      GtkTreeIter iter;

      if (gtk_tree_model_get_iter (GTK_TREE_MODEL (self->model), &iter, link->data))
        append_row (text, bh_task_tree_get_row (BH_TASK_TREE (self->model), &iter), columns);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * bh_task_view_dup_expanded:
 * @self: the table
 *
 * Returns: (transfer full): the object paths of the apps whose processes are to be seen
 */
char **
bh_task_view_dup_expanded (BhTaskView *self)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  GHashTableIter iter;
  gpointer path;

  g_return_val_if_fail (BH_IS_TASK_VIEW (self), NULL);

  g_hash_table_iter_init (&iter, self->expanded);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    g_strv_builder_add (paths, path);

  return g_strv_builder_end (paths);
}

/**
 * bh_task_view_expand:
 * @self: the table
 *
 * Shows the processes that were waited for, when they have come.
 */
void
bh_task_view_expand (BhTaskView *self)
{
  g_auto (GStrv) paths = bh_task_view_dup_expanded (self);

  for (gsize i = 0; paths != NULL && paths[i] != NULL; i++)
    {
      g_autoptr (GtkTreePath) place = NULL;
      GtkTreeIter iter;
      BhTaskRow *row;

      if (!bh_task_model_find (self->model, paths[i], &iter))
        continue;
      row = bh_task_tree_get_row (BH_TASK_TREE (self->model), &iter);
      place = gtk_tree_model_get_path (GTK_TREE_MODEL (self->model), &iter);
      if (row->processes != NULL && row->children == NULL)
        gtk_tree_view_expand_row (GTK_TREE_VIEW (self), place, FALSE);
    }
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

static GMenu *
build_more_menu (void)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenuItem) copy = g_menu_item_new (_("_Copy"), "tasks.copy");

  g_menu_item_set_attribute (copy, "accel", "s", "<Primary>c");
  g_menu_append_item (menu, copy);

  return menu;
}

/**
 * bh_task_view_popup_menu:
 * @self: the table
 * @event: (nullable): the press that asked for it, or %NULL for a key
 *
 * Shows what can be done with the apps that are selected.
 *
 * Returns: whether there is one
 */
gboolean
bh_task_view_popup_menu (BhTaskView *self, GdkEvent *event)
{
  GtkTreeView *view = GTK_TREE_VIEW (self);
  g_autoptr (GtkTreePath) path = NULL;
  g_autolist (BhAppItem) items = NULL;
  g_autoptr (GMenu) more = NULL;
  GdkRectangle place;

  g_return_val_if_fail (BH_IS_TASK_VIEW (self), FALSE);

  items = bh_task_view_list_selected (self);
  gtk_tree_view_get_cursor (view, &path, NULL);
  if (path == NULL || items == NULL)
    return FALSE;

  more = build_more_menu ();
  if (event != NULL)
    {
      bh_app_actions_popup_menu_all (GTK_WIDGET (self), items, G_MENU_MODEL (more), NULL, event);
      return TRUE;
    }

  gtk_tree_view_get_cell_area (view, path, gtk_tree_view_get_expander_column (view), &place);
  gtk_tree_view_convert_bin_window_to_widget_coords (view, place.x, place.y, &place.x, &place.y);
  bh_app_actions_popup_menu_all (GTK_WIDGET (self), items, G_MENU_MODEL (more), &place, NULL);

  return TRUE;
}
