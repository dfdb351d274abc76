/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-task-tree.h"

/*
 * Rows in two levels, and their order, as GTK's table wants them. Where a row is, is written in the
 * row itself, so that nothing has to be searched for. What is in the rows is the subclass's affair;
 * it makes the rows below another when somebody looks at them.
 */

typedef struct
{
  GPtrArray *rows;
  int sort_column;
  GtkSortType direction;
  gboolean hold_order;
} BhTaskTreePrivate;

/* What iterators of ours are known by. */
#define STAMP 1

static void bh_task_tree_model_init (GtkTreeModelIface *iface);
static void bh_task_tree_sortable_init (GtkTreeSortableIface *iface);

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (
    BhTaskTree,
    bh_task_tree,
    G_TYPE_OBJECT,
    G_ADD_PRIVATE (BhTaskTree) G_IMPLEMENT_INTERFACE (GTK_TYPE_TREE_MODEL, bh_task_tree_model_init)
        G_IMPLEMENT_INTERFACE (GTK_TYPE_TREE_SORTABLE, bh_task_tree_sortable_init))

static BhTaskTreePrivate *
get_private (BhTaskTree *self)
{
  return bh_task_tree_get_instance_private (self);
}

static void
set_iter (GtkTreeIter *iter, BhTaskRow *row)
{
  iter->stamp = STAMP;
  iter->user_data = row;
  iter->user_data2 = NULL;
  iter->user_data3 = NULL;
}

static void
free_row (gpointer row)
{
  bh_task_row_unref (row);
}

static GtkTreePath *
build_path (BhTaskRow *row)
{
  if (row->parent != NULL)
    return gtk_tree_path_new_from_indices ((int) row->parent->index, (int) row->index, -1);

  return gtk_tree_path_new_from_indices ((int) row->index, -1);
}

/* The processes' rows, which are only made when somebody looks. */
static GPtrArray *
get_children (BhTaskTree *self, BhTaskRow *app)
{
  if (app->parent != NULL)
    return NULL;
  if (app->children == NULL && app->has_child)
    {
      app->children = g_ptr_array_new_with_free_func (free_row);
      BH_TASK_TREE_GET_CLASS (self)->fill (self, app);
    }

  return app->children;
}

static GPtrArray *
get_rows_below (BhTaskTree *self, GtkTreeIter *parent)
{
  return parent == NULL ? get_private (self)->rows : get_children (self, parent->user_data);
}

static GtkTreeModelFlags
bh_task_tree_get_flags (GtkTreeModel *model)
{
  return GTK_TREE_MODEL_ITERS_PERSIST;
}

static int
bh_task_tree_get_n_columns (GtkTreeModel *model)
{
  return BH_N_TASK_COLUMNS;
}

static GType
bh_task_tree_get_column_type (GtkTreeModel *model, int column)
{
  return G_TYPE_STRING;
}

static gboolean
bh_task_tree_iter_nth_child (GtkTreeModel *model, GtkTreeIter *iter, GtkTreeIter *parent, int n)
{
  BhTaskTree *self = BH_TASK_TREE (model);
  GPtrArray *rows = get_rows_below (self, parent);

  iter->stamp = 0;
  if (rows == NULL || n < 0 || (guint) n >= rows->len)
    return FALSE;

  set_iter (iter, rows->pdata[n]);

  return TRUE;
}

static gboolean
bh_task_tree_get_iter (GtkTreeModel *model, GtkTreeIter *iter, GtkTreePath *path)
{
  const int *indices = gtk_tree_path_get_indices (path);
  GtkTreeIter parent;

  switch (gtk_tree_path_get_depth (path))
    {
    case 1:
      return bh_task_tree_iter_nth_child (model, iter, NULL, indices[0]);
    case 2:
      return bh_task_tree_iter_nth_child (model, &parent, NULL, indices[0])
             && bh_task_tree_iter_nth_child (model, iter, &parent, indices[1]);
    default:
      iter->stamp = 0;
      return FALSE;
    }
}

static GtkTreePath *
bh_task_tree_get_path (GtkTreeModel *model, GtkTreeIter *iter)
{
  return build_path (iter->user_data);
}

static void
bh_task_tree_get_value (GtkTreeModel *model, GtkTreeIter *iter, int column, GValue *value)
{
  g_value_init (value, G_TYPE_STRING);
  g_value_set_string (value, bh_task_row_get_text (iter->user_data, (BhTaskColumn) column));
}

static gboolean
bh_task_tree_iter_next (GtkTreeModel *model, GtkTreeIter *iter)
{
  BhTaskTree *self = BH_TASK_TREE (model);
  BhTaskRow *row = iter->user_data;
  GPtrArray *rows = row->parent == NULL ? get_private (self)->rows : row->parent->children;

  if (row->index + 1 >= rows->len)
    {
      iter->stamp = 0;
      return FALSE;
    }
  set_iter (iter, rows->pdata[row->index + 1]);

  return TRUE;
}

static gboolean
bh_task_tree_iter_previous (GtkTreeModel *model, GtkTreeIter *iter)
{
  BhTaskTree *self = BH_TASK_TREE (model);
  BhTaskRow *row = iter->user_data;
  GPtrArray *rows = row->parent == NULL ? get_private (self)->rows : row->parent->children;

  if (row->index == 0)
    {
      iter->stamp = 0;
      return FALSE;
    }
  set_iter (iter, rows->pdata[row->index - 1]);

  return TRUE;
}

static gboolean
bh_task_tree_iter_children (GtkTreeModel *model, GtkTreeIter *iter, GtkTreeIter *parent)
{
  return bh_task_tree_iter_nth_child (model, iter, parent, 0);
}

static gboolean
bh_task_tree_iter_has_child (GtkTreeModel *model, GtkTreeIter *iter)
{
  BhTaskRow *row = iter->user_data;

  return row->has_child;
}

static int
bh_task_tree_iter_n_children (GtkTreeModel *model, GtkTreeIter *iter)
{
  GPtrArray *rows = get_rows_below (BH_TASK_TREE (model), iter);

  return rows != NULL ? (int) rows->len : 0;
}

static gboolean
bh_task_tree_iter_parent (GtkTreeModel *model, GtkTreeIter *iter, GtkTreeIter *child)
{
  BhTaskRow *row = child->user_data;

  iter->stamp = 0;
  if (row->parent == NULL)
    return FALSE;

  set_iter (iter, row->parent);

  return TRUE;
}

static void
bh_task_tree_model_init (GtkTreeModelIface *iface)
{
  iface->get_flags = bh_task_tree_get_flags;
  iface->get_n_columns = bh_task_tree_get_n_columns;
  iface->get_column_type = bh_task_tree_get_column_type;
  iface->get_iter = bh_task_tree_get_iter;
  iface->get_path = bh_task_tree_get_path;
  iface->get_value = bh_task_tree_get_value;
  iface->iter_next = bh_task_tree_iter_next;
  iface->iter_previous = bh_task_tree_iter_previous;
  iface->iter_children = bh_task_tree_iter_children;
  iface->iter_has_child = bh_task_tree_iter_has_child;
  iface->iter_n_children = bh_task_tree_iter_n_children;
  iface->iter_nth_child = bh_task_tree_iter_nth_child;
  iface->iter_parent = bh_task_tree_iter_parent;
}

static int
compare_rows (gconstpointer a, gconstpointer b, gpointer user_data)
{
  BhTaskTree *self = user_data;
  BhTaskRow *const *left = a;
  BhTaskRow *const *right = b;

  return bh_task_row_compare (*left, *right, (BhTaskColumn) get_private (self)->sort_column,
                              get_private (self)->direction);
}

static void
renumber (GPtrArray *rows, guint from)
{
  for (guint i = from; i < rows->len; i++)
    ((BhTaskRow *) rows->pdata[i])->index = i;
}

static void
sort (BhTaskTree *self, GPtrArray *rows, BhTaskRow *parent)
{
  g_autofree int *order = NULL;
  g_autoptr (GtkTreePath) path = NULL;
  GtkTreeIter iter;
  gboolean moved = FALSE;

  if (rows->len < 2)
    return;

  g_ptr_array_sort_with_data (rows, compare_rows, self);
  order = g_new (int, rows->len);
  for (guint i = 0; i < rows->len; i++)
    {
      BhTaskRow *row = rows->pdata[i];

      order[i] = (int) row->index;
      moved |= row->index != i;
    }
  if (!moved)
    return;

  renumber (rows, 0);
  path = parent != NULL ? build_path (parent) : gtk_tree_path_new ();
  if (parent != NULL)
    set_iter (&iter, parent);
  gtk_tree_model_rows_reordered (GTK_TREE_MODEL (self), path, parent != NULL ? &iter : NULL, order);
}

static void
sort_all (BhTaskTree *self)
{
  GPtrArray *rows = get_private (self)->rows;

  sort (self, rows, NULL);
  for (guint i = 0; i < rows->len; i++)
    {
      BhTaskRow *app = rows->pdata[i];

      if (app->children != NULL)
        sort (self, app->children, app);
    }
}

static gboolean
bh_task_tree_get_sort_column_id (GtkTreeSortable *sortable, int *column, GtkSortType *direction)
{
  BhTaskTree *self = BH_TASK_TREE (sortable);

  if (column != NULL)
    *column = get_private (self)->sort_column;
  if (direction != NULL)
    *direction = get_private (self)->direction;

  return TRUE;
}

static void
bh_task_tree_set_sort_column_id (GtkTreeSortable *sortable, int column, GtkSortType direction)
{
  BhTaskTree *self = BH_TASK_TREE (sortable);

  g_return_if_fail (column >= 0 && column < BH_N_TASK_COLUMNS);

  if (get_private (self)->sort_column == column && get_private (self)->direction == direction)
    return;

  get_private (self)->sort_column = column;
  get_private (self)->direction = direction;
  gtk_tree_sortable_sort_column_changed (sortable);
  /* Who asks for an order wants the one of now, held or not. */
  sort_all (self);
}

static gboolean
bh_task_tree_has_default_sort_func (GtkTreeSortable *sortable)
{
  return FALSE;
}

static void
bh_task_tree_sortable_init (GtkTreeSortableIface *iface)
{
  iface->get_sort_column_id = bh_task_tree_get_sort_column_id;
  iface->set_sort_column_id = bh_task_tree_set_sort_column_id;
  iface->has_default_sort_func = bh_task_tree_has_default_sort_func;
}

static GPtrArray *
get_siblings (BhTaskTree *self, BhTaskRow *row)
{
  return row->parent != NULL ? row->parent->children : get_private (self)->rows;
}

/* Where it belongs; at the end while nothing shall move. */
static guint
find_place (BhTaskTree *self, GPtrArray *rows, BhTaskRow *row)
{
  BhTaskTreePrivate *private = get_private (self);

  for (guint i = 0; !private->hold_order && i < rows->len; i++)
    if (bh_task_row_compare (row, rows->pdata[i], (BhTaskColumn) private->sort_column,
                             private->direction)
        < 0)
      return i;

  return rows->len;
}

static void
bh_task_tree_finalize (GObject *object)
{
  g_ptr_array_unref (get_private (BH_TASK_TREE (object))->rows);

  G_OBJECT_CLASS (bh_task_tree_parent_class)->finalize (object);
}

static void
bh_task_tree_class_init (BhTaskTreeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = bh_task_tree_finalize;
}

static void
bh_task_tree_init (BhTaskTree *self)
{
  BhTaskTreePrivate *private = get_private (self);

  private->rows = g_ptr_array_new ();
  private->sort_column = BH_TASK_COLUMN_NAME;
}

/**
 * bh_task_tree_get_rows:
 * @self: rows
 *
 * Returns: (transfer none) (element-type BhTaskRow): those of the upper level, in their order
 */
GPtrArray *
bh_task_tree_get_rows (BhTaskTree *self)
{
  g_return_val_if_fail (BH_IS_TASK_TREE (self), NULL);

  return get_private (self)->rows;
}

/**
 * bh_task_tree_get_row:
 * @self: rows
 * @iter: one of them
 *
 * Returns: (transfer none): what is known of it
 */
BhTaskRow *
bh_task_tree_get_row (BhTaskTree *self, GtkTreeIter *iter)
{
  g_return_val_if_fail (BH_IS_TASK_TREE (self) && iter != NULL && iter->stamp == STAMP, NULL);

  return iter->user_data;
}

/**
 * bh_task_tree_insert:
 * @self: rows
 * @row: (transfer none): a row that belongs in the upper level, or below its parent that has rows
 * @told: whether those who look at the rows are told
 *
 * Puts the row where the order wants it.
 */
void
bh_task_tree_insert (BhTaskTree *self, BhTaskRow *row, gboolean told)
{
  g_autoptr (GtkTreePath) path = NULL;
  GtkTreeIter iter;
  GPtrArray *rows;
  guint place;

  g_return_if_fail (BH_IS_TASK_TREE (self) && row != NULL);

  rows = get_siblings (self, row);
  place = find_place (self, rows, row);
  g_ptr_array_insert (rows, (int) place, row);
  renumber (rows, place);
  if (!told)
    return;

  path = build_path (row);
  set_iter (&iter, row);
  gtk_tree_model_row_inserted (GTK_TREE_MODEL (self), path, &iter);
}

/**
 * bh_task_tree_remove:
 * @self: rows
 * @row: one of them; a row below another is freed
 * @told: whether those who look at the rows are told
 *
 * Takes the row away.
 */
void
bh_task_tree_remove (BhTaskTree *self, BhTaskRow *row, gboolean told)
{
  g_autoptr (GtkTreePath) path = NULL;
  GPtrArray *rows;
  guint place;

  g_return_if_fail (BH_IS_TASK_TREE (self) && row != NULL);

  rows = get_siblings (self, row);
  place = row->index;
  path = build_path (row);
  g_ptr_array_remove_index (rows, place);
  renumber (rows, place);
  if (told)
    gtk_tree_model_row_deleted (GTK_TREE_MODEL (self), path);
}

/**
 * bh_task_tree_tell_changed:
 * @self: rows
 * @row: one of them
 *
 * Tells that something else is to be seen in the row.
 */
void
bh_task_tree_tell_changed (BhTaskTree *self, BhTaskRow *row)
{
  g_autoptr (GtkTreePath) path = NULL;
  GtkTreeIter iter;

  g_return_if_fail (BH_IS_TASK_TREE (self) && row != NULL);

  path = build_path (row);
  set_iter (&iter, row);
  gtk_tree_model_row_changed (GTK_TREE_MODEL (self), path, &iter);
}

/**
 * bh_task_tree_tell_has_child:
 * @self: rows
 * @row: one of the upper level
 *
 * Tells that there are rows below it now, or none any more.
 */
void
bh_task_tree_tell_has_child (BhTaskTree *self, BhTaskRow *row)
{
  g_autoptr (GtkTreePath) path = NULL;
  GtkTreeIter iter;

  g_return_if_fail (BH_IS_TASK_TREE (self) && row != NULL);

  path = build_path (row);
  set_iter (&iter, row);
  gtk_tree_model_row_has_child_toggled (GTK_TREE_MODEL (self), path, &iter);
}

/**
 * bh_task_tree_sort:
 * @self: rows
 *
 * Brings all rows in order, unless the order is held.
 */
void
bh_task_tree_sort (BhTaskTree *self)
{
  g_return_if_fail (BH_IS_TASK_TREE (self));

  if (!get_private (self)->hold_order)
    sort_all (self);
}

/**
 * bh_task_tree_set_hold_order:
 * @self: rows
 * @hold: whether they keep their places whatever changes in them
 */
void
bh_task_tree_set_hold_order (BhTaskTree *self, gboolean hold)
{
  BhTaskTreePrivate *private;

  g_return_if_fail (BH_IS_TASK_TREE (self));

  private = get_private (self);
  hold = !!hold;
  if (private->hold_order == hold)
    return;

  private->hold_order = hold;
  bh_task_tree_sort (self);
}
