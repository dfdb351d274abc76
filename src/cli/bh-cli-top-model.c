/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-top-model.h"

#include "bh-cli-dict.h"

#include <string.h>

/*
 * What `top` shows: the apps of the last sample, sorted and filtered, with the processes of those
 * that are expanded, and which row is selected. The selection is of an app or a process, not of a
 * place: it stays with it when the order changes. No terminal is needed for any of this.
 */

struct _BhCliTopModel
{
  GPtrArray *apps;
  /* Borrowed from the apps. */
  GPtrArray *rows;
  GHashTable *expanded;
  /* The counters of the sample before, by key. */
  GHashTable *counters;
  gint64 time;
  GVariant *machine;
  BhCliTopColumn sort;
  gboolean reversed;
  gboolean whole;
  char *filter;
  char *folded;
  char *selected_key;
  guint selected;
};

typedef struct
{
  gint64 disk;
  gint64 network;
} Counters;

static void
free_item (gpointer data)
{
  bh_cli_top_item_free (data);
}

static double
get_rate (gint64 before, gint64 now, gint64 elapsed)
{
  if (before < 0 || now < before || elapsed <= 0)
    return -1;

  return (double) (now - before) * G_USEC_PER_SEC / (double) elapsed;
}

/* From what it had counted at the sample before to rates. */
static void
set_rates (BhCliTopModel *self, BhCliTopItem *item, gint64 elapsed)
{
  const Counters *before = g_hash_table_lookup (self->counters, item->key);

  if (before == NULL)
    return;
  item->disk_rate = get_rate (before->disk, item->disk, elapsed);
  item->network_rate = get_rate (before->network, item->network, elapsed);
}

static void
remember (GHashTable *counters, const BhCliTopItem *item)
{
  Counters *now = g_new (Counters, 1);

  now->disk = item->disk;
  now->network = item->network;
  g_hash_table_insert (counters, g_strdup (item->key), now);
}

static int
compare_apps (gconstpointer a, gconstpointer b, gpointer user_data)
{
  BhCliTopModel *self = user_data;
  const BhCliTopItem *app_a = *(BhCliTopItem *const *) a;
  const BhCliTopItem *app_b = *(BhCliTopItem *const *) b;
  int order = bh_cli_top_column_compare (self->sort, app_a, app_b);

  if (order != 0)
    return self->reversed ? -order : order;

  return g_strcmp0 (app_a->id, app_b->id);
}

static gboolean
contains (const BhCliTopItem *item, const char *folded)
{
  g_autofree char *name = g_utf8_casefold (item->name, -1);
  g_autofree char *id = g_utf8_casefold (item->id, -1);

  return strstr (name, folded) != NULL || strstr (id, folded) != NULL;
}

static gboolean
is_shown (BhCliTopModel *self, const BhCliTopItem *app)
{
  if (!bh_cli_top_item_is_running (app) && !bh_cli_top_item_is_bad (app))
    return FALSE;

  return self->folded == NULL || contains (app, self->folded);
}

/* The selected row is where its app or process is now; where that is gone, the place stays. */
static void
restore_selection (BhCliTopModel *self)
{
  for (guint i = 0; self->selected_key != NULL && i < self->rows->len; i++)
    if (g_str_equal (bh_cli_top_model_get_row (self, i)->key, self->selected_key))
      {
        self->selected = i;
        return;
      }
  bh_cli_top_model_select (self, self->selected);
}

static void
build_rows (BhCliTopModel *self)
{
  g_ptr_array_sort_with_data (self->apps, compare_apps, self);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < self->apps->len; i++)
    {
      BhCliTopItem *app = g_ptr_array_index (self->apps, i);

      if (!is_shown (self, app))
        continue;
      g_ptr_array_add (self->rows, app);
      if (!bh_cli_top_model_is_expanded (self, app->id))
        continue;
      bh_cli_top_item_load_children (app);
      for (guint j = 0; j < app->children->len; j++)
        g_ptr_array_add (self->rows, g_ptr_array_index (app->children, j));
    }
  restore_selection (self);
}

/**
 * bh_cli_top_model_new:
 *
 * Returns: (transfer full): a model without apps, sorted by memory
 */
BhCliTopModel *
bh_cli_top_model_new (void)
{
  BhCliTopModel *self = g_new0 (BhCliTopModel, 1);

  self->apps = g_ptr_array_new_with_free_func (free_item);
  self->rows = g_ptr_array_new ();
  self->expanded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->counters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->sort = BH_CLI_TOP_MEMORY;

  return self;
}

/**
 * bh_cli_top_model_free:
 * @self: (transfer full): a model
 */
void
bh_cli_top_model_free (BhCliTopModel *self)
{
  g_return_if_fail (self != NULL);

  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->apps);
  g_hash_table_unref (self->expanded);
  g_hash_table_unref (self->counters);
  g_clear_pointer (&self->machine, g_variant_unref);
  g_free (self->filter);
  g_free (self->folded);
  g_free (self->selected_key);
  g_free (self);
}

/**
 * bh_cli_top_model_set_sample:
 * @self: a model
 * @sample: an `aa{sv}` as Supervisor1.Sampled documents it
 * @time: when it came, in microseconds of g_get_monotonic_time()
 *
 * Shows what a sample says.
 */
void
bh_cli_top_model_set_sample (BhCliTopModel *self, GVariant *sample, gint64 time)
{
  g_autoptr (GHashTable) counters = NULL;
  gint64 elapsed;

  g_return_if_fail (self != NULL && sample != NULL);
  g_return_if_fail (g_variant_is_of_type (sample, G_VARIANT_TYPE ("aa{sv}")));

  elapsed = self->time > 0 ? time - self->time : 0;
  self->time = time;
  counters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_ptr_array_set_size (self->rows, 0);
  g_ptr_array_set_size (self->apps, 0);
  for (gsize i = 0; i < g_variant_n_children (sample); i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (sample, i);
      BhCliTopItem *app = bh_cli_top_item_new_app (entry);

      g_ptr_array_add (self->apps, app);
      set_rates (self, app, elapsed);
      remember (counters, app);
      if (!bh_cli_top_model_is_expanded (self, app->id))
        continue;
      bh_cli_top_item_load_children (app);
      for (guint j = 0; j < app->children->len; j++)
        {
          set_rates (self, g_ptr_array_index (app->children, j), elapsed);
          remember (counters, g_ptr_array_index (app->children, j));
        }
    }
  g_hash_table_unref (self->counters);
  self->counters = g_steal_pointer (&counters);
  build_rows (self);
}

/**
 * bh_cli_top_model_set_machine:
 * @self: a model
 * @machine: an `a{sv}` as Supervisor1.MachineSampled documents it
 *
 * Shows what is said of the machine.
 */
void
bh_cli_top_model_set_machine (BhCliTopModel *self, GVariant *machine)
{
  g_return_if_fail (self != NULL && machine != NULL);

  g_clear_pointer (&self->machine, g_variant_unref);
  self->machine = g_variant_ref (machine);
}

/**
 * bh_cli_top_model_set_sort:
 * @self: a model
 * @column: what apps are sorted by
 * @reversed: whether that with least comes first
 */
void
bh_cli_top_model_set_sort (BhCliTopModel *self, BhCliTopColumn column, gboolean reversed)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (column < BH_N_CLI_TOP_COLUMNS);

  self->sort = column;
  self->reversed = reversed;
  build_rows (self);
}

/**
 * bh_cli_top_model_set_filter:
 * @self: a model
 * @text: (nullable): only apps with this in their name or id are shown; "" and %NULL for all
 */
void
bh_cli_top_model_set_filter (BhCliTopModel *self, const char *text)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->filter, g_free);
  g_clear_pointer (&self->folded, g_free);
  if (text != NULL && *text != '\0')
    {
      self->filter = g_strdup (text);
      self->folded = g_utf8_casefold (text, -1);
    }
  build_rows (self);
}

/**
 * bh_cli_top_model_set_whole:
 * @self: a model
 * @whole: whether CPU is in per cent of the whole machine, not of one core
 */
void
bh_cli_top_model_set_whole (BhCliTopModel *self, gboolean whole)
{
  g_return_if_fail (self != NULL);

  self->whole = whole;
}

/**
 * bh_cli_top_model_expand:
 * @self: a model
 * @id: an app's id
 * @expanded: whether its processes are shown
 */
void
bh_cli_top_model_expand (BhCliTopModel *self, const char *id, gboolean expanded)
{
  g_return_if_fail (self != NULL && id != NULL);

  if (expanded)
    g_hash_table_add (self->expanded, g_strdup (id));
  else
    g_hash_table_remove (self->expanded, id);
  build_rows (self);
}

/**
 * bh_cli_top_model_expand_all:
 * @self: a model
 * @expanded: whether the processes of all apps that there are now are shown
 */
void
bh_cli_top_model_expand_all (BhCliTopModel *self, gboolean expanded)
{
  g_return_if_fail (self != NULL);

  g_hash_table_remove_all (self->expanded);
  for (guint i = 0; expanded && i < self->apps->len; i++)
    g_hash_table_add (self->expanded,
                      g_strdup (((BhCliTopItem *) g_ptr_array_index (self->apps, i))->id));
  build_rows (self);
}

/**
 * bh_cli_top_model_select:
 * @self: a model
 * @index: a row; the last one is selected when there are not so many
 */
void
bh_cli_top_model_select (BhCliTopModel *self, guint index)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->selected_key, g_free);
  self->selected = self->rows->len > 0 ? MIN (index, self->rows->len - 1) : 0;
  if (self->rows->len > 0)
    self->selected_key = g_strdup (bh_cli_top_model_get_row (self, self->selected)->key);
}

/**
 * bh_cli_top_model_search:
 * @self: a model
 * @text: what to look for in names
 * @next: whether the selected row is not good enough
 *
 * Selects the next row that has @text in its name, and after the last one begins anew.
 *
 * Returns: whether there is one
 */
gboolean
bh_cli_top_model_search (BhCliTopModel *self, const char *text, gboolean next)
{
  g_autofree char *folded = NULL;

  g_return_val_if_fail (self != NULL && text != NULL, FALSE);

  folded = g_utf8_casefold (text, -1);
  for (guint i = 0; i < self->rows->len; i++)
    {
      guint index = (self->selected + i + (next ? 1 : 0)) % self->rows->len;

      if (!contains (g_ptr_array_index (self->rows, index), folded))
        continue;
      bh_cli_top_model_select (self, index);
      return TRUE;
    }

  return FALSE;
}

/**
 * bh_cli_top_model_get_machine:
 * @self: a model
 *
 * Returns: (transfer none) (nullable): what was last said of the machine
 */
GVariant *
bh_cli_top_model_get_machine (BhCliTopModel *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->machine;
}

/**
 * bh_cli_top_model_get_sums:
 * @self: a model
 *
 * Returns: what all apps cost together, whether they are shown or not
 */
BhCliTopSums
bh_cli_top_model_get_sums (BhCliTopModel *self)
{
  BhCliTopSums sums = { 0, 0, -1, -1 };

  g_return_val_if_fail (self != NULL, sums);

  for (guint i = 0; i < self->apps->len; i++)
    {
      const BhCliTopItem *app = g_ptr_array_index (self->apps, i);

      sums.apps += bh_cli_top_item_is_running (app);
      sums.processes += app->n_processes;
      if (app->memory >= 0)
        sums.memory = MAX (sums.memory, 0) + app->memory;
      if (app->cpu >= 0)
        sums.cpu = MAX (sums.cpu, 0) + app->cpu;
    }

  return sums;
}

/**
 * bh_cli_top_model_get_cores:
 * @self: a model
 *
 * Returns: by what CPU is divided: 1, or the cores of the machine
 */
guint
bh_cli_top_model_get_cores (BhCliTopModel *self)
{
  guint64 cores = 0;

  g_return_val_if_fail (self != NULL, 1);

  if (self->whole && self->machine != NULL
      && !bh_cli_dict_get_count (self->machine, "cores", &cores))
    cores = g_get_num_processors ();

  return (guint) MAX (cores, 1);
}

/**
 * bh_cli_top_model_get_sort:
 * @self: a model
 *
 * Returns: what apps are sorted by
 */
BhCliTopColumn
bh_cli_top_model_get_sort (BhCliTopModel *self)
{
  g_return_val_if_fail (self != NULL, BH_CLI_TOP_NAME);

  return self->sort;
}

/**
 * bh_cli_top_model_get_reversed:
 * @self: a model
 *
 * Returns: whether that with least comes first
 */
gboolean
bh_cli_top_model_get_reversed (BhCliTopModel *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->reversed;
}

/**
 * bh_cli_top_model_get_filter:
 * @self: a model
 *
 * Returns: (transfer none) (nullable): what shown apps have in their names
 */
const char *
bh_cli_top_model_get_filter (BhCliTopModel *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->filter;
}

/**
 * bh_cli_top_model_get_whole:
 * @self: a model
 *
 * Returns: whether CPU is in per cent of the whole machine
 */
gboolean
bh_cli_top_model_get_whole (BhCliTopModel *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->whole;
}

/**
 * bh_cli_top_model_is_expanded:
 * @self: a model
 * @id: an app's id
 *
 * Returns: whether its processes are shown
 */
gboolean
bh_cli_top_model_is_expanded (BhCliTopModel *self, const char *id)
{
  g_return_val_if_fail (self != NULL && id != NULL, FALSE);

  return g_hash_table_contains (self->expanded, id);
}

/**
 * bh_cli_top_model_get_n_rows:
 * @self: a model
 *
 * Returns: how many rows there are
 */
guint
bh_cli_top_model_get_n_rows (BhCliTopModel *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->rows->len;
}

/**
 * bh_cli_top_model_get_row:
 * @self: a model
 * @index: a row that there is
 *
 * Returns: (transfer none): what is shown there
 */
const BhCliTopItem *
bh_cli_top_model_get_row (BhCliTopModel *self, guint index)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (index < self->rows->len, NULL);

  return g_ptr_array_index (self->rows, index);
}

/**
 * bh_cli_top_model_get_selected:
 * @self: a model
 *
 * Returns: the selected row, 0 when there are none
 */
guint
bh_cli_top_model_get_selected (BhCliTopModel *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->selected;
}

/**
 * bh_cli_top_model_get_app:
 * @self: a model
 * @index: a row
 *
 * Returns: (transfer none) (nullable): the app that is shown there, or whose process is; %NULL
 *   when there is no such row
 */
const BhCliTopItem *
bh_cli_top_model_get_app (BhCliTopModel *self, guint index)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = index + 1; index < self->rows->len && i > 0; i--)
    if (!bh_cli_top_model_get_row (self, i - 1)->is_process)
      return bh_cli_top_model_get_row (self, i - 1);

  return NULL;
}
