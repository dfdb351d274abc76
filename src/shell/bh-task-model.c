/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-task-model.h"

#include "bh-app-status.h"
#include "bh-task-format.h"

/*
 * The task manager's rows: an app each, and below it its processes. A row is found by the app's
 * object path, or by PID and start time, and updated in place, so that the view keeps selection,
 * expansion and scroll place from one second to the next. Apps and figures come from two sides
 * (properties and samples) and may come in either order; the model keeps the last of both, which
 * also lets it filter without losing rows.
 *
 * Rows that change places under the pointer make people kill the wrong app. So figures are sorted
 * by copies of theirs, which stand still while the order is held.
 */

struct _BhTaskModel
{
  GtkTreeStore parent_instance;

  /* All by object path. */
  GHashTable *items;
  GHashTable *figures;
  GHashTable *rows;

  char *filter;
  gboolean hold_order;
};

/* What of a row changes with time. */
typedef struct
{
  guint pid;
  gint64 memory;
  const char *memory_kind;
  double cpu;
  int restarts;
  gint64 uptime;
  guint order;
} Figures;

G_DEFINE_FINAL_TYPE (BhTaskModel, bh_task_model, GTK_TYPE_TREE_STORE)

static gboolean
is_shown (BhTaskModel *self, BhAppItem *item)
{
  if (bh_app_item_is_broken (item) || bh_app_item_get_dismissed (item))
    return FALSE;

  /* What was asked to start shows at once, before the supervisor has said so. */
  if (!bh_app_status_has_instance (item) && !bh_app_status_has_ended_badly (item)
      && bh_app_status_get_shown_state (item) != BH_STATE_STARTING)
    return FALSE;

  return bh_app_item_matches (item, self->filter);
}

static void
get_figures (BhTaskModel *self, GtkTreeIter *iter, Figures *figures)
{
  g_autofree char *kind = NULL;

  gtk_tree_model_get (GTK_TREE_MODEL (self), iter, BH_TASK_COLUMN_PID, &figures->pid,
                      BH_TASK_COLUMN_MEMORY, &figures->memory, BH_TASK_COLUMN_MEMORY_KIND, &kind,
                      BH_TASK_COLUMN_CPU, &figures->cpu, BH_TASK_COLUMN_RESTARTS,
                      &figures->restarts, BH_TASK_COLUMN_UPTIME, &figures->uptime,
                      BH_TASK_COLUMN_ORDER, &figures->order, -1);
  figures->memory_kind = g_intern_string (kind);
}

static gboolean
is_equal (const Figures *a, const Figures *b)
{
  return a->pid == b->pid && a->memory == b->memory
         && g_strcmp0 (a->memory_kind, b->memory_kind) == 0 && !(a->cpu < b->cpu)
         && !(a->cpu > b->cpu) && a->restarts == b->restarts && a->uptime == b->uptime
         && a->order == b->order;
}

static void
set_figures (BhTaskModel *self, GtkTreeIter *iter, const Figures *figures)
{
  Figures old;

  /* Each change makes the view draw the row and accessibility tools speak. */
  get_figures (self, iter, &old);
  if (is_equal (&old, figures))
    return;

  gtk_tree_store_set (GTK_TREE_STORE (self), iter, BH_TASK_COLUMN_PID, figures->pid,
                      BH_TASK_COLUMN_MEMORY, figures->memory, BH_TASK_COLUMN_MEMORY_KIND,
                      figures->memory_kind, BH_TASK_COLUMN_CPU, figures->cpu,
                      BH_TASK_COLUMN_RESTARTS, figures->restarts, BH_TASK_COLUMN_UPTIME,
                      figures->uptime, BH_TASK_COLUMN_ORDER, figures->order, -1);
}

static void
update_sort_keys (BhTaskModel *self, GtkTreeIter *iter)
{
  gint64 memory;
  gint64 sort_memory;
  double cpu;
  double sort_cpu;

  gtk_tree_model_get (GTK_TREE_MODEL (self), iter, BH_TASK_COLUMN_MEMORY, &memory,
                      BH_TASK_COLUMN_CPU, &cpu, BH_TASK_COLUMN_SORT_MEMORY, &sort_memory,
                      BH_TASK_COLUMN_SORT_CPU, &sort_cpu, -1);
  if (memory != sort_memory || cpu < sort_cpu || cpu > sort_cpu)
    gtk_tree_store_set (GTK_TREE_STORE (self), iter, BH_TASK_COLUMN_SORT_MEMORY, memory,
                        BH_TASK_COLUMN_SORT_CPU, cpu, -1);
}

static void
update_all_sort_keys (BhTaskModel *self, GtkTreeIter *parent)
{
  g_autoptr (GPtrArray) iters
      = g_ptr_array_new_with_free_func ((GDestroyNotify) gtk_tree_iter_free);
  GtkTreeIter iter;

  /* Rows move while their keys change: first collect, then change. */
  if (!gtk_tree_model_iter_children (GTK_TREE_MODEL (self), &iter, parent))
    return;
  do
    g_ptr_array_add (iters, gtk_tree_iter_copy (&iter));
  while (gtk_tree_model_iter_next (GTK_TREE_MODEL (self), &iter));

  for (guint i = 0; i < iters->len; i++)
    {
      update_sort_keys (self, iters->pdata[i]);
      update_all_sort_keys (self, iters->pdata[i]);
    }
}

static gint64
lookup_memory (GVariantDict *dict)
{
  guint64 memory;

  if (!g_variant_dict_lookup (dict, "memory", "t", &memory) || memory > G_MAXINT64)
    return BH_TASK_UNMEASURED;

  return (gint64) memory;
}

static const char *
lookup_memory_kind (GVariantDict *dict)
{
  static const char *const kinds[] = { "cgroup", "pss", "resident" };
  g_autoptr (GVariant) value
      = g_variant_dict_lookup_value (dict, "memory-kind", G_VARIANT_TYPE_STRING);

  for (guint i = 0; value != NULL && i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (g_variant_get_string (value, NULL), kinds[i]))
      return kinds[i];

  return NULL;
}

static double
lookup_cpu (GVariantDict *dict)
{
  double cpu;

  if (!g_variant_dict_lookup (dict, "cpu", "d", &cpu) || !(cpu >= 0))
    return BH_TASK_UNMEASURED;

  return cpu;
}

static gint64
lookup_uptime (GVariantDict *dict, BhAppItem *item)
{
  double uptime;
  gint64 started_at = bh_app_item_get_started_at (item);

  if (g_variant_dict_lookup (dict, "uptime", "d", &uptime) && uptime >= 0
      && uptime < (double) (G_MAXINT64 / G_USEC_PER_SEC))
    return (gint64) uptime;

  /* Not sampled yet: good enough until it is. */
  if (started_at > 0)
    return MAX (0, (g_get_real_time () - started_at) / G_USEC_PER_SEC);

  return BH_TASK_UNMEASURED;
}

static gboolean
find_process (BhTaskModel *self, GtkTreeIter *app, guint pid, guint64 start_time, GtkTreeIter *iter)
{
  if (!gtk_tree_model_iter_children (GTK_TREE_MODEL (self), iter, app))
    return FALSE;

  do
    {
      guint other_pid;
      guint64 other_start_time;

      gtk_tree_model_get (GTK_TREE_MODEL (self), iter, BH_TASK_COLUMN_PID, &other_pid,
                          BH_TASK_COLUMN_START_TIME, &other_start_time, -1);
      if (other_pid == pid && other_start_time == start_time)
        return TRUE;
    }
  while (gtk_tree_model_iter_next (GTK_TREE_MODEL (self), iter));

  return FALSE;
}

static char *
build_process_key (guint pid, guint64 start_time)
{
  return g_strdup_printf ("%u:%" G_GUINT64_FORMAT, pid, start_time);
}

static void
remove_other_processes (BhTaskModel *self, GtkTreeIter *app, GHashTable *keep)
{
  GtkTreeIter iter;
  gboolean valid = gtk_tree_model_iter_children (GTK_TREE_MODEL (self), &iter, app);

  while (valid)
    {
      g_autofree char *key = NULL;
      guint pid;
      guint64 start_time;

      gtk_tree_model_get (GTK_TREE_MODEL (self), &iter, BH_TASK_COLUMN_PID, &pid,
                          BH_TASK_COLUMN_START_TIME, &start_time, -1);
      key = build_process_key (pid, start_time);
      if (g_hash_table_contains (keep, key))
        valid = gtk_tree_model_iter_next (GTK_TREE_MODEL (self), &iter);
      else
        valid = gtk_tree_store_remove (GTK_TREE_STORE (self), &iter);
    }
}

static void
insert_process (BhTaskModel *self,
                GtkTreeIter *app,
                BhAppItem *item,
                GVariantDict *dict,
                const Figures *figures,
                guint64 start_time,
                GtkTreeIter *iter)
{
  g_autofree char *role = NULL;
  g_autofree char *name = NULL;

  g_variant_dict_lookup (dict, "role", "s", &role);
  g_variant_dict_lookup (dict, "name", "s", &name);
  gtk_tree_store_insert_with_values (
      GTK_TREE_STORE (self), iter, app, -1, BH_TASK_COLUMN_ITEM, item, BH_TASK_COLUMN_NAME,
      bh_task_format_role (role != NULL ? role : ""), BH_TASK_COLUMN_KERNEL_NAME, name,
      BH_TASK_COLUMN_STATE, "", BH_TASK_COLUMN_PID, figures->pid, BH_TASK_COLUMN_START_TIME,
      start_time, BH_TASK_COLUMN_MEMORY, figures->memory, BH_TASK_COLUMN_MEMORY_KIND,
      figures->memory_kind, BH_TASK_COLUMN_CPU, figures->cpu, BH_TASK_COLUMN_RESTARTS,
      figures->restarts, BH_TASK_COLUMN_UPTIME, figures->uptime, BH_TASK_COLUMN_ORDER,
      figures->order, BH_TASK_COLUMN_SORT_MEMORY, figures->memory, BH_TASK_COLUMN_SORT_CPU,
      figures->cpu, -1);
}

static void
sync_processes (BhTaskModel *self, GtkTreeIter *app, BhAppItem *item, GVariant *processes)
{
  g_autoptr (GHashTable) keep = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gsize n_processes = processes != NULL ? g_variant_n_children (processes) : 0;

  for (gsize i = 0; i < n_processes; i++)
    {
      g_autoptr (GVariant) process = g_variant_get_child_value (processes, i);
      g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (process);
      Figures figures = { .restarts = BH_TASK_UNMEASURED, .uptime = BH_TASK_UNMEASURED };
      guint64 start_time;
      GtkTreeIter iter;

      if (!g_variant_dict_lookup (&dict, "pid", "u", &figures.pid)
          || !g_variant_dict_lookup (&dict, "start-time", "t", &start_time)
          || !g_hash_table_add (keep, build_process_key (figures.pid, start_time)))
        continue;

      figures.memory = lookup_memory (&dict);
      figures.memory_kind = lookup_memory_kind (&dict);
      figures.cpu = lookup_cpu (&dict);
      figures.order = (guint) i;
      if (find_process (self, app, figures.pid, start_time, &iter))
        set_figures (self, &iter, &figures);
      else
        insert_process (self, app, item, &dict, &figures, start_time, &iter);
      if (!self->hold_order)
        update_sort_keys (self, &iter);
    }

  remove_other_processes (self, app, keep);
}

static void
forget_process_figures (BhTaskModel *self, GtkTreeIter *app)
{
  GtkTreeIter iter;
  gboolean valid = gtk_tree_model_iter_children (GTK_TREE_MODEL (self), &iter, app);

  for (; valid; valid = gtk_tree_model_iter_next (GTK_TREE_MODEL (self), &iter))
    {
      Figures figures;

      get_figures (self, &iter, &figures);
      figures.memory = BH_TASK_UNMEASURED;
      figures.memory_kind = NULL;
      figures.cpu = BH_TASK_UNMEASURED;
      set_figures (self, &iter, &figures);
    }
}

static void
sync_figures (BhTaskModel *self, GtkTreeIter *iter, BhAppItem *item)
{
  gboolean lives = bh_app_status_has_instance (item);
  GVariant *sample
      = lives ? g_hash_table_lookup (self->figures, bh_app_item_get_path (item)) : NULL;
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (sample);
  g_autoptr (GVariant) processes = NULL;
  Figures figures = {
    .pid = bh_app_item_get_pid (item),
    .memory = lookup_memory (&dict),
    .memory_kind = lookup_memory_kind (&dict),
    .cpu = lookup_cpu (&dict),
    .restarts = (int) MIN (bh_app_item_get_restarts (item), G_MAXINT),
    .uptime = lives ? lookup_uptime (&dict, item) : BH_TASK_UNMEASURED,
  };

  set_figures (self, iter, &figures);
  if (!self->hold_order)
    update_sort_keys (self, iter);

  processes = g_variant_dict_lookup_value (&dict, "processes", G_VARIANT_TYPE ("aa{sv}"));
  if (lives && sample == NULL)
    forget_process_figures (self, iter);
  else
    sync_processes (self, iter, item, processes);
}

static void
set_texts (BhTaskModel *self, GtkTreeIter *iter, BhAppItem *item)
{
  const char *name = bh_app_item_get_name (item);
  g_autofree char *state = bh_app_status_dup_state_text (item);
  g_autofree char *old_name = NULL;
  g_autofree char *old_state = NULL;

  gtk_tree_model_get (GTK_TREE_MODEL (self), iter, BH_TASK_COLUMN_NAME, &old_name,
                      BH_TASK_COLUMN_STATE, &old_state, -1);
  if (g_strcmp0 (name, old_name) != 0 || g_strcmp0 (state, old_state) != 0)
    gtk_tree_store_set (GTK_TREE_STORE (self), iter, BH_TASK_COLUMN_NAME, name,
                        BH_TASK_COLUMN_STATE, state, -1);
}

static void
touch_row (BhTaskModel *self, GtkTreeIter *iter)
{
  g_autoptr (GtkTreePath) path = gtk_tree_model_get_path (GTK_TREE_MODEL (self), iter);

  /* The icon, and what can be done with the app, are no columns. */
  gtk_tree_model_row_changed (GTK_TREE_MODEL (self), path, iter);
}

static void
insert_app (BhTaskModel *self, BhAppItem *item)
{
  g_autofree char *state = bh_app_status_dup_state_text (item);
  GtkTreeIter iter;

  gtk_tree_store_insert_with_values (
      GTK_TREE_STORE (self), &iter, NULL, -1, BH_TASK_COLUMN_ITEM, item, BH_TASK_COLUMN_NAME,
      bh_app_item_get_name (item), BH_TASK_COLUMN_STATE, state, BH_TASK_COLUMN_MEMORY,
      (gint64) BH_TASK_UNMEASURED, BH_TASK_COLUMN_CPU, (double) BH_TASK_UNMEASURED,
      BH_TASK_COLUMN_UPTIME, (gint64) BH_TASK_UNMEASURED, BH_TASK_COLUMN_SORT_MEMORY,
      (gint64) BH_TASK_UNMEASURED, BH_TASK_COLUMN_SORT_CPU, (double) BH_TASK_UNMEASURED, -1);
  g_hash_table_insert (self->rows, g_strdup (bh_app_item_get_path (item)),
                       gtk_tree_iter_copy (&iter));
  sync_figures (self, &iter, item);
  update_sort_keys (self, &iter);
}

static void
remove_row (BhTaskModel *self, const char *path)
{
  g_autoptr (GtkTreeIter) iter = NULL;
  g_autofree char *key = NULL;

  if (g_hash_table_steal_extended (self->rows, path, (gpointer *) &key, (gpointer *) &iter))
    gtk_tree_store_remove (GTK_TREE_STORE (self), iter);
}

static void
sync_row (BhTaskModel *self, BhAppItem *item)
{
  const char *path = bh_app_item_get_path (item);
  GtkTreeIter *iter = g_hash_table_lookup (self->rows, path);

  if (!is_shown (self, item))
    {
      remove_row (self, path);
    }
  else if (iter == NULL)
    {
      insert_app (self, item);
    }
  else
    {
      set_texts (self, iter, item);
      sync_figures (self, iter, item);
    }
}

static void
sync_all_rows (BhTaskModel *self)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    sync_row (self, item);
}

static int
compare_values (GtkTreeModel *model, GtkTreeIter *a, GtkTreeIter *b, int column)
{
  g_auto (GValue) a_value = G_VALUE_INIT;
  g_auto (GValue) b_value = G_VALUE_INIT;

  gtk_tree_model_get_value (model, a, column, &a_value);
  gtk_tree_model_get_value (model, b, column, &b_value);

  switch (G_VALUE_TYPE (&a_value))
    {
    case G_TYPE_UINT:
      return (g_value_get_uint (&a_value) > g_value_get_uint (&b_value))
             - (g_value_get_uint (&a_value) < g_value_get_uint (&b_value));
    case G_TYPE_INT:
      return (g_value_get_int (&a_value) > g_value_get_int (&b_value))
             - (g_value_get_int (&a_value) < g_value_get_int (&b_value));
    case G_TYPE_INT64:
      return (g_value_get_int64 (&a_value) > g_value_get_int64 (&b_value))
             - (g_value_get_int64 (&a_value) < g_value_get_int64 (&b_value));
    case G_TYPE_DOUBLE:
      return (g_value_get_double (&a_value) > g_value_get_double (&b_value))
             - (g_value_get_double (&a_value) < g_value_get_double (&b_value));
    case G_TYPE_STRING:
      return g_utf8_collate (g_value_get_string (&a_value), g_value_get_string (&b_value));
    default:
      g_assert_not_reached ();
    }
}

static int
compare_in_fixed_order (GtkTreeModel *model, GtkTreeIter *a, GtkTreeIter *b)
{
  g_autoptr (BhAppItem) a_item = NULL;
  g_autoptr (BhAppItem) b_item = NULL;

  if (bh_task_model_is_process (BH_TASK_MODEL (model), a))
    return compare_values (model, a, b, BH_TASK_COLUMN_ORDER);

  gtk_tree_model_get (model, a, BH_TASK_COLUMN_ITEM, &a_item, -1);
  gtk_tree_model_get (model, b, BH_TASK_COLUMN_ITEM, &b_item, -1);

  return a_item != NULL && b_item != NULL ? bh_app_item_compare (a_item, b_item) : 0;
}

static int
compare_rows (GtkTreeModel *model, GtkTreeIter *a, GtkTreeIter *b, gpointer user_data)
{
  BhTaskColumn column = GPOINTER_TO_INT (user_data);
  GtkSortType direction = GTK_SORT_ASCENDING;
  int order = 0;

  if (column == BH_TASK_COLUMN_NAME && !bh_task_model_is_process (BH_TASK_MODEL (model), a))
    return compare_in_fixed_order (model, a, b);
  if (column != BH_TASK_COLUMN_NAME)
    order = compare_values (model, a, b, column);
  if (order != 0)
    return order;

  /* Equals, and processes where nothing better orders them, stay as they are whichever way the
   * column is sorted. */
  gtk_tree_sortable_get_sort_column_id (GTK_TREE_SORTABLE (model), NULL, &direction);
  order = compare_in_fixed_order (model, a, b);

  return direction == GTK_SORT_ASCENDING ? order : -order;
}

static void
on_sort_column_changed (GtkTreeSortable *sortable, gpointer user_data)
{
  /* Who asks for an order wants the one of now, held or not. */
  update_all_sort_keys (BH_TASK_MODEL (sortable), NULL);
}

static void
bh_task_model_finalize (GObject *object)
{
  BhTaskModel *self = BH_TASK_MODEL (object);

  g_hash_table_unref (self->items);
  g_hash_table_unref (self->figures);
  g_hash_table_unref (self->rows);
  g_free (self->filter);

  G_OBJECT_CLASS (bh_task_model_parent_class)->finalize (object);
}

static void
bh_task_model_class_init (BhTaskModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = bh_task_model_finalize;
}

static void
bh_task_model_init (BhTaskModel *self)
{
  GType types[BH_N_TASK_COLUMNS] = {
    [BH_TASK_COLUMN_ITEM] = BH_TYPE_APP_ITEM,     [BH_TASK_COLUMN_NAME] = G_TYPE_STRING,
    [BH_TASK_COLUMN_KERNEL_NAME] = G_TYPE_STRING, [BH_TASK_COLUMN_STATE] = G_TYPE_STRING,
    [BH_TASK_COLUMN_PID] = G_TYPE_UINT,           [BH_TASK_COLUMN_START_TIME] = G_TYPE_UINT64,
    [BH_TASK_COLUMN_MEMORY] = G_TYPE_INT64,       [BH_TASK_COLUMN_MEMORY_KIND] = G_TYPE_STRING,
    [BH_TASK_COLUMN_CPU] = G_TYPE_DOUBLE,         [BH_TASK_COLUMN_RESTARTS] = G_TYPE_INT,
    [BH_TASK_COLUMN_UPTIME] = G_TYPE_INT64,       [BH_TASK_COLUMN_ORDER] = G_TYPE_UINT,
    [BH_TASK_COLUMN_SORT_MEMORY] = G_TYPE_INT64,  [BH_TASK_COLUMN_SORT_CPU] = G_TYPE_DOUBLE,
  };
  static const struct
  {
    BhTaskColumn id;
    BhTaskColumn key;
  } sorts[] = {
    { BH_TASK_COLUMN_NAME, BH_TASK_COLUMN_NAME },
    { BH_TASK_COLUMN_STATE, BH_TASK_COLUMN_STATE },
    { BH_TASK_COLUMN_PID, BH_TASK_COLUMN_PID },
    { BH_TASK_COLUMN_MEMORY, BH_TASK_COLUMN_SORT_MEMORY },
    { BH_TASK_COLUMN_CPU, BH_TASK_COLUMN_SORT_CPU },
    { BH_TASK_COLUMN_RESTARTS, BH_TASK_COLUMN_RESTARTS },
    { BH_TASK_COLUMN_UPTIME, BH_TASK_COLUMN_UPTIME },
  };

  self->items = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->figures
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_variant_unref);
  self->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                      (GDestroyNotify) gtk_tree_iter_free);

  gtk_tree_store_set_column_types (GTK_TREE_STORE (self), BH_N_TASK_COLUMNS, types);
  for (guint i = 0; i < G_N_ELEMENTS (sorts); i++)
    gtk_tree_sortable_set_sort_func (GTK_TREE_SORTABLE (self), sorts[i].id, compare_rows,
                                     GINT_TO_POINTER (sorts[i].key), NULL);
  gtk_tree_sortable_set_sort_column_id (GTK_TREE_SORTABLE (self), BH_TASK_COLUMN_NAME,
                                        GTK_SORT_ASCENDING);
  g_signal_connect (self, "sort-column-changed", G_CALLBACK (on_sort_column_changed), NULL);
}

/**
 * bh_task_model_new:
 *
 * Returns: (transfer full): a model without rows, sorted by name
 */
BhTaskModel *
bh_task_model_new (void)
{
  return g_object_new (BH_TYPE_TASK_MODEL, NULL);
}

/**
 * bh_task_model_update_app:
 * @self: a model
 * @item: an app that is new or has changed
 *
 * Gives the app a row, updates it or takes it away, as the app's state asks for.
 */
void
bh_task_model_update_app (BhTaskModel *self, BhAppItem *item)
{
  const char *path;
  GtkTreeIter *iter;

  g_return_if_fail (BH_IS_TASK_MODEL (self) && BH_IS_APP_ITEM (item));

  path = bh_app_item_get_path (item);
  g_hash_table_insert (self->items, g_strdup (path), g_object_ref (item));
  if (!bh_app_status_has_instance (item))
    g_hash_table_remove (self->figures, path);
  sync_row (self, item);

  iter = g_hash_table_lookup (self->rows, path);
  if (iter != NULL)
    touch_row (self, iter);
}

/**
 * bh_task_model_remove_app:
 * @self: a model
 * @item: an app that is not installed any more
 */
void
bh_task_model_remove_app (BhTaskModel *self, BhAppItem *item)
{
  const char *path;

  g_return_if_fail (BH_IS_TASK_MODEL (self) && BH_IS_APP_ITEM (item));

  path = bh_app_item_get_path (item);
  remove_row (self, path);
  g_hash_table_remove (self->figures, path);
  g_hash_table_remove (self->items, path);
}

/**
 * bh_task_model_update_figures:
 * @self: a model
 * @samples: an `aa{sv}`, as Supervisor1.Sampled documents it
 *
 * Updates the figures and processes of all apps. Apps that are not in @samples have none.
 */
void
bh_task_model_update_figures (BhTaskModel *self, GVariant *samples)
{
  GVariantIter iter;
  GVariant *sample;

  g_return_if_fail (BH_IS_TASK_MODEL (self));
  g_return_if_fail (g_variant_is_of_type (samples, G_VARIANT_TYPE ("aa{sv}")));

  g_hash_table_remove_all (self->figures);
  g_variant_iter_init (&iter, samples);
  while ((sample = g_variant_iter_next_value (&iter)) != NULL)
    {
      char *path;

      if (g_variant_lookup (sample, "path", "o", &path))
        g_hash_table_insert (self->figures, path, sample);
      else
        g_variant_unref (sample);
    }

  sync_all_rows (self);
}

/**
 * bh_task_model_forget_figures:
 * @self: a model
 *
 * Says of everything that it is not measured. The rows stay.
 */
void
bh_task_model_forget_figures (BhTaskModel *self)
{
  g_return_if_fail (BH_IS_TASK_MODEL (self));

  g_hash_table_remove_all (self->figures);
  sync_all_rows (self);
}

/**
 * bh_task_model_set_filter:
 * @self: a model
 * @text: (nullable): what the apps shown must have in their name, or %NULL for all
 */
void
bh_task_model_set_filter (BhTaskModel *self, const char *text)
{
  g_return_if_fail (BH_IS_TASK_MODEL (self));

  if (g_strcmp0 (self->filter, text) == 0)
    return;

  g_free (self->filter);
  self->filter = g_strdup (text);
  sync_all_rows (self);
}

/**
 * bh_task_model_set_hold_order:
 * @self: a model
 * @hold: whether rows keep their places though the figures change
 */
void
bh_task_model_set_hold_order (BhTaskModel *self, gboolean hold)
{
  g_return_if_fail (BH_IS_TASK_MODEL (self));

  hold = !!hold;
  if (self->hold_order == hold)
    return;

  self->hold_order = hold;
  if (!hold)
    update_all_sort_keys (self, NULL);
}

/**
 * bh_task_model_is_process:
 * @self: a model
 * @iter: a row
 *
 * Returns: whether it is a process's row, and not an app's
 */
gboolean
bh_task_model_is_process (BhTaskModel *self, GtkTreeIter *iter)
{
  g_return_val_if_fail (BH_IS_TASK_MODEL (self), FALSE);

  return gtk_tree_store_iter_depth (GTK_TREE_STORE (self), iter) > 0;
}

/**
 * bh_task_model_dup_item:
 * @self: a model
 * @iter: a row
 *
 * Returns: (transfer full) (nullable): the app that the row is about, or whose process
 */
BhAppItem *
bh_task_model_dup_item (BhTaskModel *self, GtkTreeIter *iter)
{
  BhAppItem *item;

  g_return_val_if_fail (BH_IS_TASK_MODEL (self), NULL);

  gtk_tree_model_get (GTK_TREE_MODEL (self), iter, BH_TASK_COLUMN_ITEM, &item, -1);

  return item;
}

/**
 * bh_task_model_dup_total:
 * @self: a model
 *
 * Returns: (transfer full): the sum of all apps that run, whether the filter shows them or not
 */
char *
bh_task_model_dup_total (BhTaskModel *self)
{
  GHashTableIter iter;
  gpointer path;
  gpointer item;
  guint n_apps = 0;
  guint n_processes = 0;
  gint64 total_memory = BH_TASK_UNMEASURED;
  double total_cpu = BH_TASK_UNMEASURED;

  g_return_val_if_fail (BH_IS_TASK_MODEL (self), NULL);

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, &path, &item))
    {
      g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (g_hash_table_lookup (self->figures, path));
      g_autoptr (GVariant) processes = NULL;
      gint64 memory = lookup_memory (&dict);
      double cpu = lookup_cpu (&dict);

      if (!bh_app_status_has_instance (item))
        continue;

      n_apps++;
      processes = g_variant_dict_lookup_value (&dict, "processes", G_VARIANT_TYPE ("aa{sv}"));
      if (processes != NULL)
        n_processes += (guint) g_variant_n_children (processes);
      if (memory >= 0)
        total_memory = MAX (total_memory, 0) + memory;
      if (cpu >= 0)
        total_cpu = MAX (total_cpu, 0) + cpu;
    }

  return bh_task_format_total (n_apps, n_processes, total_memory, total_cpu);
}
