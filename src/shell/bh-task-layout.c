/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-task-layout.h"

#include "bh-popup-menu.h"
#include "bh-task-cell.h"
#include "bh-task-tree.h"

#include <string.h>

/*
 * The columns of the task manager as they stand in its table: which are shown, in which order and
 * how wide, as the user has chosen, and which of these are left out while there is no room for
 * them.
 *
 * Each column has a fixed width. A table that asks its rows how wide they are asks all of them, and
 * moves all columns when one figure gets a digit more.
 */

/* What is beside a column's text, and in its header beside the title. */
#define TEXT_PADDING   12
#define HEADER_PADDING 14
#define ARROW_WIDTH    22

#define BUTTON_WIDTH 32
#define GRAPH_WIDTH  (BH_TASK_HISTORY_SECONDS + 10)
#define ICON_WIDTH   52
#define LEAST_WIDTH  24

/* What the column of names has in a narrow table. */
#define NARROW_NAME_CHARS 8

struct _BhTaskLayout
{
  GObject parent_instance;

  GtkTreeView *view; /* which owns this */
  GtkTreeViewColumn *columns[BH_N_TASK_COLUMNS];
  GtkWidget *titles[BH_N_TASK_COLUMNS];
  gboolean wanted[BH_N_TASK_COLUMNS];
  int first_widths[BH_N_TASK_COLUMNS];
  GMenuModel *menu;
  gboolean of_machine;
  gboolean narrow;
  int wide_name; /* how wide the names are when the table is not narrow */
  int room;
  gboolean busy; /* what changes is not the user's doing */
};

enum {
  CHANGED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhTaskLayout, bh_task_layout, G_TYPE_OBJECT)

static int
measure_digits (BhTaskLayout *self, int n_digits)
{
  g_autofree char *digits = g_strnfill ((gsize) n_digits, '0');
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self->view), digits);
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);

  return width;
}

/* Titles are in another font than the rows. */
static int
measure_title (BhTaskLayout *self, BhTaskColumn column)
{
  int width;

  gtk_widget_get_preferred_width (self->titles[column], NULL, &width);

  return width + HEADER_PADDING;
}

static int
get_first_width (BhTaskLayout *self, BhTaskColumn column)
{
  const BhTaskColumnInfo *info = bh_task_column_get_info (column);
  int header = measure_title (self, column);

  switch (info->look)
    {
    case BH_TASK_LOOK_BUTTON:
      return BUTTON_WIDTH;
    case BH_TASK_LOOK_GRAPH:
      return MAX (GRAPH_WIDTH, header);
    case BH_TASK_LOOK_NAME:
      return measure_digits (self, info->width_chars) + ICON_WIDTH;
    case BH_TASK_LOOK_TEXT:
    case BH_TASK_LOOK_USAGE:
    default:
      return MAX (measure_digits (self, info->width_chars) + TEXT_PADDING, header + ARROW_WIDTH);
    }
}

static int
get_width (BhTaskLayout *self, BhTaskColumn column)
{
  if (self->narrow && column == BH_TASK_COLUMN_NAME)
    return measure_digits (self, NARROW_NAME_CHARS) + ICON_WIDTH;

  return gtk_tree_view_column_get_fixed_width (self->columns[column]);
}

static gboolean
is_wanted (BhTaskLayout *self, guint column)
{
  /* A narrow table has the state below the name. */
  return self->wanted[column] && !(self->narrow && column == BH_TASK_COLUMN_STATE);
}

/* Which of the wanted columns is left out next; the number of columns when none can be. */
static guint
find_least (const gboolean *visible)
{
  guint least = BH_N_TASK_COLUMNS;

  for (guint i = 0; i < BH_N_TASK_COLUMNS; i++)
    if (visible[i] && i != BH_TASK_COLUMN_NAME
        && (least == BH_N_TASK_COLUMNS
            || bh_task_column_get_info (i)->rank > bh_task_column_get_info (least)->rank))
      least = i;

  return least;
}

static void
fit (BhTaskLayout *self)
{
  gboolean visible[BH_N_TASK_COLUMNS];
  int sum = 0;

  for (guint i = 0; i < BH_N_TASK_COLUMNS; i++)
    {
      visible[i] = is_wanted (self, i);
      sum += visible[i] ? get_width (self, (BhTaskColumn) i) : 0;
    }
  while (self->narrow && self->room > 0 && sum > self->room)
    {
      guint least = find_least (visible);

      if (least == BH_N_TASK_COLUMNS)
        break;
      visible[least] = FALSE;
      sum -= get_width (self, (BhTaskColumn) least);
    }

  self->busy = TRUE;
  for (guint i = 0; i < BH_N_TASK_COLUMNS; i++)
    if (gtk_tree_view_column_get_visible (self->columns[i]) != visible[i])
      gtk_tree_view_column_set_visible (self->columns[i], visible[i]);
  self->busy = FALSE;
}

static void
tell_changed (BhTaskLayout *self)
{
  if (!self->busy && !gtk_widget_in_destruction (GTK_WIDGET (self->view)))
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_columns_changed (GtkTreeView *view, BhTaskLayout *self)
{
  tell_changed (self);
}

static void
on_fixed_width_changed (GtkTreeViewColumn *column, GParamSpec *pspec, BhTaskLayout *self)
{
  tell_changed (self);
}

static void
show_row (GtkTreeViewColumn *column,
          GtkCellRenderer *cell,
          GtkTreeModel *model,
          GtkTreeIter *iter,
          gpointer user_data)
{
  bh_task_cell_set_row (BH_TASK_CELL (cell), bh_task_tree_get_row (BH_TASK_TREE (model), iter));
}

static void
pack (GtkTreeViewColumn *column, BhTaskColumn id, BhTaskCellPart part)
{
  GtkCellRenderer *cell = bh_task_cell_new (id, part);

  gtk_tree_view_column_pack_start (column, cell, part == BH_TASK_CELL_TEXT);
  gtk_tree_view_column_set_cell_data_func (column, cell, show_row, NULL, NULL);
  /* Only the rows that have marks have less room for the name. */
  if (part == BH_TASK_CELL_MARKS)
    gtk_cell_area_cell_set (gtk_cell_layout_get_area (GTK_CELL_LAYOUT (column)), cell, "fixed-size",
                            FALSE, NULL);
}

static void
pack_cells (GtkTreeViewColumn *column, BhTaskColumn id)
{
  switch (bh_task_column_get_info (id)->look)
    {
    case BH_TASK_LOOK_NAME:
      pack (column, id, BH_TASK_CELL_ICON);
      pack (column, id, BH_TASK_CELL_TEXT);
      pack (column, id, BH_TASK_CELL_MARKS);
      break;
    case BH_TASK_LOOK_GRAPH:
      pack (column, id, BH_TASK_CELL_GRAPH);
      break;
    case BH_TASK_LOOK_BUTTON:
      pack (column, id, BH_TASK_CELL_BUTTON);
      break;
    case BH_TASK_LOOK_TEXT:
    case BH_TASK_LOOK_USAGE:
    default:
      pack (column, id, BH_TASK_CELL_TEXT);
      break;
    }
}

static gboolean
popup_menu (BhTaskLayout *self, GtkWidget *button, GdkEvent *event)
{
  GdkRectangle place = { .width = gtk_widget_get_allocated_width (button),
                         .height = gtk_widget_get_allocated_height (button) };

  if (self->menu == NULL)
    return FALSE;

  bh_popup_menu (button, self->menu, event == NULL ? &place : NULL, event);

  return TRUE;
}

static gboolean
on_header_button_press (GtkWidget *button, GdkEvent *event, BhTaskLayout *self)
{
  return gdk_event_triggers_context_menu (event) && popup_menu (self, button, event);
}

static gboolean
on_header_popup_menu (GtkWidget *button, BhTaskLayout *self)
{
  return popup_menu (self, button, NULL);
}

static void
add_title (BhTaskLayout *self, BhTaskColumn id)
{
  GtkTreeViewColumn *column = self->columns[id];
  const BhTaskColumnInfo *info = bh_task_column_get_info (id);
  const char *title = bh_task_column_get_title (id, self->of_machine);
  GtkWidget *button = gtk_tree_view_column_get_button (column);

  /* The title of a column that was made narrow must not reach into the next one. */
  self->titles[id] = gtk_label_new (info->look == BH_TASK_LOOK_BUTTON ? "" : title);
  gtk_label_set_ellipsize (GTK_LABEL (self->titles[id]), PANGO_ELLIPSIZE_END);
  gtk_widget_show (self->titles[id]);
  gtk_tree_view_column_set_widget (column, self->titles[id]);
  gtk_tree_view_column_set_title (column, title);
  gtk_tree_view_column_set_alignment (column, info->xalign);
  gtk_widget_set_tooltip_text (button, g_dpgettext2 (NULL, "", info->tooltip));
  if (info->look == BH_TASK_LOOK_BUTTON)
    atk_object_set_name (gtk_widget_get_accessible (button), title);
  g_signal_connect (button, "button-press-event", G_CALLBACK (on_header_button_press), self);
  g_signal_connect (button, "popup-menu", G_CALLBACK (on_header_popup_menu), self);
}

static void
add_column (BhTaskLayout *self, BhTaskColumn id)
{
  const BhTaskColumnInfo *info = bh_task_column_get_info (id);
  GtkTreeViewColumn *column = gtk_tree_view_column_new ();

  self->columns[id] = g_object_ref_sink (column);
  self->wanted[id] = info->shown;
  pack_cells (column, id);
  gtk_tree_view_append_column (self->view, column);
  add_title (self, id);
  self->first_widths[id] = get_first_width (self, id);
  gtk_tree_view_column_set_sizing (column, GTK_TREE_VIEW_COLUMN_FIXED);
  gtk_tree_view_column_set_min_width (column, LEAST_WIDTH);
  gtk_tree_view_column_set_fixed_width (column, self->first_widths[id]);
  gtk_tree_view_column_set_expand (column, id == BH_TASK_COLUMN_NAME || id == BH_TASK_COLUMN_STATE);
  gtk_tree_view_column_set_reorderable (column, TRUE);
  if (info->look != BH_TASK_LOOK_BUTTON)
    {
      gtk_tree_view_column_set_resizable (column, TRUE);
      if (info->look != BH_TASK_LOOK_GRAPH)
        gtk_tree_view_column_set_sort_column_id (column, (int) id);
    }
  g_signal_connect (column, "notify::fixed-width", G_CALLBACK (on_fixed_width_changed), self);
}

static void
bh_task_layout_finalize (GObject *object)
{
  BhTaskLayout *self = BH_TASK_LAYOUT (object);

  for (guint i = 0; i < BH_N_TASK_COLUMNS; i++)
    {
      g_signal_handlers_disconnect_by_data (self->columns[i], self);
      g_object_unref (self->columns[i]);
    }
  g_clear_object (&self->menu);

  G_OBJECT_CLASS (bh_task_layout_parent_class)->finalize (object);
}

static void
bh_task_layout_class_init (BhTaskLayoutClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = bh_task_layout_finalize;

  /**
   * BhTaskLayout::changed:
   *
   * The user has shown, hidden, moved or resized a column.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_task_layout_init (BhTaskLayout *self)
{
}

/**
 * bh_task_layout_new:
 * @view: a table for a [class@Bh.TaskTree], without columns; outlives this
 *
 * Adds the columns to the table.
 *
 * Returns: (transfer full): what knows of them
 */
BhTaskLayout *
bh_task_layout_new (GtkTreeView *view)
{
  BhTaskLayout *self;

  g_return_val_if_fail (GTK_IS_TREE_VIEW (view), NULL);

  self = g_object_new (BH_TYPE_TASK_LAYOUT, NULL);
  self->view = view;
  for (guint i = 0; i < BH_N_TASK_COLUMNS; i++)
    add_column (self, (BhTaskColumn) i);
  gtk_tree_view_set_expander_column (view, self->columns[BH_TASK_COLUMN_NAME]);
  fit (self);
  g_signal_connect_object (view, "columns-changed", G_CALLBACK (on_columns_changed), self, 0);

  return self;
}

/**
 * bh_task_layout_get_column:
 * @self: a layout
 * @column: a column
 *
 * Returns: (transfer none): the column in the table
 */
GtkTreeViewColumn *
bh_task_layout_get_column (BhTaskLayout *self, BhTaskColumn column)
{
  g_return_val_if_fail (BH_IS_TASK_LAYOUT (self) && column < BH_N_TASK_COLUMNS, NULL);

  return self->columns[column];
}

/**
 * bh_task_layout_find:
 * @self: a layout
 * @column: (nullable): a column in the table
 * @id: (out): which one that is
 *
 * Returns: whether it is one of ours
 */
gboolean
bh_task_layout_find (BhTaskLayout *self, GtkTreeViewColumn *column, BhTaskColumn *id)
{
  g_return_val_if_fail (BH_IS_TASK_LAYOUT (self) && id != NULL, FALSE);

  for (guint i = 0; i < BH_N_TASK_COLUMNS; i++)
    if (self->columns[i] == column)
      {
        *id = (BhTaskColumn) i;
        return TRUE;
      }

  return FALSE;
}

/**
 * bh_task_layout_list_shown:
 * @self: a layout
 *
 * Returns: (transfer full) (element-type BhTaskColumn): the columns that can be seen, in their
 * order
 */
GArray *
bh_task_layout_list_shown (BhTaskLayout *self)
{
  g_autoptr (GList) columns = NULL;
  GArray *shown = g_array_new (FALSE, FALSE, sizeof (BhTaskColumn));

  g_return_val_if_fail (BH_IS_TASK_LAYOUT (self), shown);

  columns = gtk_tree_view_get_columns (self->view);
  for (GList *link = columns; link != NULL; link = link->next)
    {
      BhTaskColumn id;

      if (bh_task_layout_find (self, link->data, &id)
          && gtk_tree_view_column_get_visible (link->data))
        g_array_append_val (shown, id);
    }

  return shown;
}

/**
 * bh_task_layout_get_shown:
 * @self: a layout
 * @column: a column
 *
 * Returns: whether the user wants to see it, whether or not there is room for it
 */
gboolean
bh_task_layout_get_shown (BhTaskLayout *self, BhTaskColumn column)
{
  g_return_val_if_fail (BH_IS_TASK_LAYOUT (self) && column < BH_N_TASK_COLUMNS, FALSE);

  return self->wanted[column];
}

/**
 * bh_task_layout_set_shown:
 * @self: a layout
 * @column: a column; that of the names is always shown
 * @shown: whether the user wants to see it
 */
void
bh_task_layout_set_shown (BhTaskLayout *self, BhTaskColumn column, gboolean shown)
{
  g_return_if_fail (BH_IS_TASK_LAYOUT (self) && column < BH_N_TASK_COLUMNS);

  shown = shown || column == BH_TASK_COLUMN_NAME;
  if (self->wanted[column] == shown)
    return;

  self->wanted[column] = shown;
  fit (self);
  tell_changed (self);
}

/**
 * bh_task_layout_dup_names:
 * @self: a layout
 *
 * Returns: (transfer full): the names of the columns that the user wants to see, in their order
 */
char **
bh_task_layout_dup_names (BhTaskLayout *self)
{
  g_autoptr (GList) columns = NULL;
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  g_return_val_if_fail (BH_IS_TASK_LAYOUT (self), NULL);

  columns = gtk_tree_view_get_columns (self->view);
  for (GList *link = columns; link != NULL; link = link->next)
    {
      BhTaskColumn id;

      if (bh_task_layout_find (self, link->data, &id) && self->wanted[id])
        g_strv_builder_add (names, bh_task_column_get_info (id)->name);
    }

  return g_strv_builder_end (names);
}

/**
 * bh_task_layout_set_names:
 * @self: a layout
 * @names: the names of columns; unknown ones are left out
 *
 * Shows these columns in this order, and no others.
 */
void
bh_task_layout_set_names (BhTaskLayout *self, const char *const *names)
{
  GtkTreeViewColumn *last = NULL;

  g_return_if_fail (BH_IS_TASK_LAYOUT (self) && names != NULL);

  memset (self->wanted, 0, sizeof self->wanted);
  self->wanted[BH_TASK_COLUMN_NAME] = TRUE;
  self->busy = TRUE;
  for (gsize i = 0; names[i] != NULL; i++)
    {
      BhTaskColumn id;

      if (!bh_task_column_from_name (names[i], &id))
        continue;
      self->wanted[id] = TRUE;
      gtk_tree_view_move_column_after (self->view, self->columns[id], last);
      last = self->columns[id];
    }
  self->busy = FALSE;
  fit (self);
}

/**
 * bh_task_layout_dup_widths:
 * @self: a layout
 *
 * Returns: (transfer full): an `a{su}` of the columns whose width the user has changed
 */
GVariant *
bh_task_layout_dup_widths (BhTaskLayout *self)
{
  GVariantBuilder builder;

  g_return_val_if_fail (BH_IS_TASK_LAYOUT (self), NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{su}"));
  for (guint i = 0; i < BH_N_TASK_COLUMNS; i++)
    {
      int width = gtk_tree_view_column_get_fixed_width (self->columns[i]);

      if (self->narrow && i == BH_TASK_COLUMN_NAME)
        width = self->wide_name;
      if (width != self->first_widths[i] && width > 0)
        g_variant_builder_add (&builder, "{su}", bh_task_column_get_info (i)->name, (guint) width);
    }

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/**
 * bh_task_layout_set_widths:
 * @self: a layout
 * @widths: an `a{su}`, as bh_task_layout_dup_widths() gives it; what makes no sense is left out
 */
void
bh_task_layout_set_widths (BhTaskLayout *self, GVariant *widths)
{
  GVariantIter iter;
  const char *name;
  guint width;

  g_return_if_fail (BH_IS_TASK_LAYOUT (self));
  g_return_if_fail (g_variant_is_of_type (widths, G_VARIANT_TYPE ("a{su}")));

  self->busy = TRUE;
  g_variant_iter_init (&iter, widths);
  while (g_variant_iter_next (&iter, "{&su}", &name, &width))
    {
      BhTaskColumn id;

      if (bh_task_column_from_name (name, &id) && width >= LEAST_WIDTH && width <= G_MAXINT16)
        gtk_tree_view_column_set_fixed_width (self->columns[id], (int) width);
    }
  self->busy = FALSE;
  fit (self);
}

/**
 * bh_task_layout_reset:
 * @self: a layout
 *
 * Makes all columns as they were at first.
 */
void
bh_task_layout_reset (BhTaskLayout *self)
{
  g_return_if_fail (BH_IS_TASK_LAYOUT (self));

  self->busy = TRUE;
  for (guint i = 0; i < BH_N_TASK_COLUMNS; i++)
    {
      self->wanted[i] = bh_task_column_get_info (i)->shown;
      gtk_tree_view_column_set_fixed_width (self->columns[i], self->first_widths[i]);
      gtk_tree_view_move_column_after (self->view, self->columns[i],
                                       i > 0 ? self->columns[i - 1] : NULL);
    }
  self->busy = FALSE;
  fit (self);
  tell_changed (self);
}

/**
 * bh_task_layout_set_of_machine:
 * @self: a layout
 * @of_machine: whether CPU is given as a share of the whole machine; its title says so
 */
void
bh_task_layout_set_of_machine (BhTaskLayout *self, gboolean of_machine)
{
  const char *title;

  g_return_if_fail (BH_IS_TASK_LAYOUT (self));

  self->of_machine = !!of_machine;
  title = bh_task_column_get_title (BH_TASK_COLUMN_CPU, self->of_machine);
  gtk_label_set_text (GTK_LABEL (self->titles[BH_TASK_COLUMN_CPU]), title);
  gtk_tree_view_column_set_title (self->columns[BH_TASK_COLUMN_CPU], title);
}

/**
 * bh_task_layout_set_room:
 * @self: a layout
 * @room: how wide the table can be, in pixels
 * @narrow: whether that is too little for all columns: those that matter least are left out then
 */
void
bh_task_layout_set_room (BhTaskLayout *self, int room, gboolean narrow)
{
  g_return_if_fail (BH_IS_TASK_LAYOUT (self));

  narrow = !!narrow;
  if (self->room == room && self->narrow == narrow)
    return;

  self->room = room;
  if (self->narrow != narrow)
    {
      int name_width = self->wide_name;

      if (narrow)
        self->wide_name = gtk_tree_view_column_get_fixed_width (self->columns[BH_TASK_COLUMN_NAME]);
      self->narrow = narrow;
      if (narrow)
        name_width = get_width (self, BH_TASK_COLUMN_NAME);
      self->busy = TRUE;
      gtk_tree_view_column_set_fixed_width (self->columns[BH_TASK_COLUMN_NAME], name_width);
      self->busy = FALSE;
    }
  fit (self);
}

/**
 * bh_task_layout_set_menu:
 * @self: a layout
 * @menu: what a click with the other button on a header shows
 */
void
bh_task_layout_set_menu (BhTaskLayout *self, GMenuModel *menu)
{
  g_return_if_fail (BH_IS_TASK_LAYOUT (self) && G_IS_MENU_MODEL (menu));

  g_set_object (&self->menu, menu);
}
