/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-task-model.h"

#include "bh-app-status.h"
#include "bh-task-match.h"

/*
 * The task manager's rows: an app each, and below it its processes. A row is found by the app's
 * object path, or by PID and start time, and updated in place, so that the view keeps selection,
 * expansion and scroll place from one second to the next. Apps and figures come from two sides
 * (properties and samples) and may come in either order; a row keeps the last of both, which also
 * lets the model filter without losing rows.
 *
 * There may be hundreds of apps, and all have new figures each second. So an update walks the
 * processes only of apps whose processes somebody looks at, tells the view only of rows that read
 * otherwise than before, and sorts once.
 */

struct _BhTaskModel
{
  BhTaskTree parent_instance;

  GHashTable *apps; /* object path → row, of all apps */
  guint round;      /* counts the samples */
  char *filter;
  guint cpu_divisor;
};

G_DEFINE_FINAL_TYPE (BhTaskModel, bh_task_model, BH_TYPE_TASK_TREE)

static BhTaskRow *
find_process (BhTaskRow *app, const BhTaskSample *sample)
{
  for (guint i = 0; i < app->children->len; i++)
    {
      BhTaskRow *row = app->children->pdata[i];

      if (row->pid == sample->pid && row->start_time == sample->start_time)
        return row;
    }

  return NULL;
}

static void
take_process (BhTaskModel *self, BhTaskRow *app, const BhTaskSample *sample, guint i, gboolean told)
{
  BhTaskRow *row = find_process (app, sample);
  gboolean stopped;

  if (row == NULL)
    {
      row = bh_task_row_new_process (app, sample);
      row->order = i;
      row->round = self->round;
      bh_task_tree_insert (BH_TASK_TREE (self), row, told);
      return;
    }

  stopped = row->stopped;
  row->figures = sample->figures;
  row->stopped = sample->stopped;
  row->order = i;
  row->round = self->round;
  if ((stopped != row->stopped ? bh_task_row_rewrite (row) : bh_task_row_refresh (row)) && told)
    bh_task_tree_tell_changed (BH_TASK_TREE (self), row);
}

/* Brings the rows of an app's processes to what was told of them. Returns whether some are left. */
static gboolean
sync_children (BhTaskModel *self, BhTaskRow *app, gboolean told)
{
  gsize n_processes = app->processes != NULL ? g_variant_n_children (app->processes) : 0;

  for (guint i = 0; i < app->children->len; i++)
    ((BhTaskRow *) app->children->pdata[i])->round = self->round - 1;

  for (gsize i = 0; i < n_processes; i++)
    {
      g_autoptr (GVariant) process = g_variant_get_child_value (app->processes, i);
      g_auto (BhTaskSample) sample;

      bh_task_sample_read (&sample, process);
      if (sample.pid != 0 && sample.start_time != 0)
        take_process (self, app, &sample, (guint) i, told);
    }

  for (guint i = app->children->len; i > 0; i--)
    if (((BhTaskRow *) app->children->pdata[i - 1])->round != self->round)
      bh_task_tree_remove (BH_TASK_TREE (self), app->children->pdata[i - 1], told);

  return app->children->len > 0;
}

static void
bh_task_model_fill (BhTaskTree *tree, BhTaskRow *app)
{
  sync_children (BH_TASK_MODEL (tree), app, FALSE);
}

static void
forget_children_figures (BhTaskModel *self, BhTaskRow *app)
{
  for (guint i = 0; app->children != NULL && i < app->children->len; i++)
    {
      BhTaskRow *row = app->children->pdata[i];

      bh_task_figures_init (&row->figures);
      if (bh_task_row_refresh (row))
        bh_task_tree_tell_changed (BH_TASK_TREE (self), row);
    }
}

/* Whether there will be a row when somebody looks. Mostly the first is one. */
static gboolean
has_process (BhTaskRow *app)
{
  /* They were not told: the view asks for them before it looks. */
  if (app->processes == NULL)
    return app->n_processes > 0;

  for (guint i = 0; i < app->n_processes; i++)
    {
      g_autoptr (GVariant) process = g_variant_get_child_value (app->processes, i);
      guint pid;
      guint64 start_time;

      if (g_variant_lookup (process, "pid", "u", &pid) && pid != 0
          && g_variant_lookup (process, "start-time", "t", &start_time) && start_time != 0)
        return TRUE;
    }

  return FALSE;
}

static void
update_children (BhTaskModel *self, BhTaskRow *app)
{
  gboolean has_child;

  if (app->children != NULL && app->processes == NULL && app->n_processes > 0)
    {
      forget_children_figures (self, app);
      return;
    }

  has_child = app->children != NULL ? sync_children (self, app, TRUE) : has_process (app);
  if (has_child == app->has_child)
    return;

  app->has_child = has_child;
  if (!has_child)
    g_clear_pointer (&app->children, g_ptr_array_unref);
  bh_task_tree_tell_has_child (BH_TASK_TREE (self), app);
}

static gboolean
is_shown (BhTaskRow *app)
{
  BhAppItem *item = app->item;

  if (bh_app_item_is_broken (item) || bh_app_item_get_dismissed (item))
    return FALSE;

  /* What was asked to start shows at once, before the supervisor has said so. */
  if (!bh_app_status_has_instance (item) && !bh_app_status_has_ended_badly (item)
      && bh_app_status_get_shown_state (item) != BH_STATE_STARTING)
    return FALSE;

  return app->matches;
}

/* Shows the row or takes it away. Returns whether it is shown and was before. */
static gboolean
sync_row (BhTaskModel *self, BhTaskRow *app)
{
  gboolean shown = is_shown (app);

  if (shown == app->shown)
    return shown;

  app->shown = shown;
  if (!shown)
    {
      g_clear_pointer (&app->children, g_ptr_array_unref);
      bh_task_tree_remove (BH_TASK_TREE (self), app, TRUE);
      return FALSE;
    }

  app->has_child = has_process (app);
  bh_task_tree_insert (BH_TASK_TREE (self), app, TRUE);
  if (app->has_child)
    bh_task_tree_tell_has_child (BH_TASK_TREE (self), app);

  return FALSE;
}

static void
match (BhTaskModel *self, BhTaskRow *app)
{
  app->matches = bh_task_match_row (app, self->filter);
}

/* What is known of the app itself, and is so also without a measurement. */
static void
take_item (BhTaskRow *app)
{
  gint64 *values = app->figures.values;
  gboolean lives = bh_app_status_has_instance (app->item);
  gint64 started_at = bh_app_item_get_started_at (app->item);

  app->pid = bh_app_item_get_pid (app->item);
  values[BH_TASK_FIGURE_RESTARTS] = MIN (bh_app_item_get_restarts (app->item), G_MAXINT);
  values[BH_TASK_FIGURE_STARTED_AT] = lives && started_at > 0 ? started_at : BH_TASK_UNMEASURED;
  if (!lives)
    values[BH_TASK_FIGURE_UPTIME] = BH_TASK_UNMEASURED;
  else if (values[BH_TASK_FIGURE_UPTIME] < 0 && started_at > 0)
    /* Not sampled yet: good enough until it is. */
    values[BH_TASK_FIGURE_UPTIME] = MAX (0, (g_get_real_time () - started_at) / G_USEC_PER_SEC);
}

static void
set_processes (BhTaskRow *app, GVariant *processes, guint n_processes)
{
  g_clear_pointer (&app->processes, g_variant_unref);
  app->processes = processes != NULL ? g_variant_ref (processes) : NULL;
  app->n_processes = processes != NULL ? (guint) g_variant_n_children (processes) : n_processes;
}

static void
take_sample (BhTaskModel *self, BhTaskRow *app, const BhTaskSample *sample)
{
  if (!bh_app_status_has_instance (app->item))
    return;

  app->round = self->round;
  app->figures = sample->figures;
  set_processes (app, sample->processes, sample->process_count);
}

static void
update_row (BhTaskModel *self, BhTaskRow *app, gint64 now)
{
  gboolean lives = bh_app_status_has_instance (app->item);
  gboolean measured = app->round == self->round;

  if (!measured || !lives)
    bh_task_figures_init (&app->figures);
  if (!lives)
    set_processes (app, NULL, 0);
  take_item (app);
  if (measured)
    bh_task_history_add (app->history, now, app->figures.values[BH_TASK_FIGURE_MEMORY],
                         app->figures.values[BH_TASK_FIGURE_CPU]);
  if (self->filter != NULL)
    match (self, app);

  if (!sync_row (self, app))
    return;
  if (bh_task_row_refresh (app))
    bh_task_tree_tell_changed (BH_TASK_TREE (self), app);
  if (lives && !measured)
    forget_children_figures (self, app);
  else
    update_children (self, app);
}

static void
update_rows (BhTaskModel *self)
{
  GHashTableIter iter;
  gpointer app;
  gint64 now = g_get_monotonic_time ();

  g_hash_table_iter_init (&iter, self->apps);
  while (g_hash_table_iter_next (&iter, NULL, &app))
    update_row (self, app, now);
  bh_task_tree_sort (BH_TASK_TREE (self));
}

static void
bh_task_model_finalize (GObject *object)
{
  BhTaskModel *self = BH_TASK_MODEL (object);

  g_hash_table_unref (self->apps);
  g_free (self->filter);

  G_OBJECT_CLASS (bh_task_model_parent_class)->finalize (object);
}

static void
bh_task_model_class_init (BhTaskModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = bh_task_model_finalize;
  BH_TASK_TREE_CLASS (klass)->fill = bh_task_model_fill;
}

static void
free_row (gpointer row)
{
  bh_task_row_unref (row);
}

static void
bh_task_model_init (BhTaskModel *self)
{
  self->round = 1;
  self->cpu_divisor = 1;
  self->apps = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_row);
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
  BhTaskRow *app;

  g_return_if_fail (BH_IS_TASK_MODEL (self) && BH_IS_APP_ITEM (item));

  app = g_hash_table_lookup (self->apps, bh_app_item_get_path (item));
  if (app == NULL)
    {
      app = bh_task_row_new_app (item);
      app->cpu_divisor = self->cpu_divisor;
      g_hash_table_insert (self->apps, g_strdup (bh_app_item_get_path (item)), app);
    }

  if (!bh_app_status_has_instance (item))
    {
      bh_task_figures_init (&app->figures);
      bh_task_history_clear (app->history);
      set_processes (app, NULL, 0);
    }
  take_item (app);
  bh_task_row_rewrite (app);
  match (self, app);
  if (sync_row (self, app))
    {
      update_children (self, app);
      /* The icon, and what can be done with the app, are no texts. */
      bh_task_tree_tell_changed (BH_TASK_TREE (self), app);
    }
  bh_task_tree_sort (BH_TASK_TREE (self));
}

/**
 * bh_task_model_remove_app:
 * @self: a model
 * @item: an app that is not installed any more
 */
void
bh_task_model_remove_app (BhTaskModel *self, BhAppItem *item)
{
  BhTaskRow *app;

  g_return_if_fail (BH_IS_TASK_MODEL (self) && BH_IS_APP_ITEM (item));

  app = g_hash_table_lookup (self->apps, bh_app_item_get_path (item));
  if (app == NULL)
    return;

  if (app->shown)
    bh_task_tree_remove (BH_TASK_TREE (self), app, TRUE);
  g_hash_table_remove (self->apps, bh_app_item_get_path (item));
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
  gsize n_samples;

  g_return_if_fail (BH_IS_TASK_MODEL (self));
  g_return_if_fail (g_variant_is_of_type (samples, G_VARIANT_TYPE ("aa{sv}")));

  self->round++;
  n_samples = g_variant_n_children (samples);
  for (gsize i = 0; i < n_samples; i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (samples, i);
      g_auto (BhTaskSample) sample;
      BhTaskRow *app;

      bh_task_sample_read (&sample, entry);
      app = sample.path != NULL ? g_hash_table_lookup (self->apps, sample.path) : NULL;
      if (app != NULL)
        take_sample (self, app, &sample);
    }

  update_rows (self);
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

  self->round++;
  update_rows (self);
}

/**
 * bh_task_model_find:
 * @self: a model
 * @path: an app's object path
 * @iter: (out): its row
 *
 * Returns: whether the app is shown
 */
gboolean
bh_task_model_find (BhTaskModel *self, const char *path, GtkTreeIter *iter)
{
  BhTaskRow *app;
  g_autoptr (GtkTreePath) place = NULL;

  g_return_val_if_fail (BH_IS_TASK_MODEL (self) && path != NULL && iter != NULL, FALSE);

  app = g_hash_table_lookup (self->apps, path);
  if (app == NULL || !app->shown)
    return FALSE;

  place = gtk_tree_path_new_from_indices ((int) app->index, -1);

  return gtk_tree_model_get_iter (GTK_TREE_MODEL (self), iter, place);
}

/**
 * bh_task_model_forget_processes:
 * @self: a model
 * @iter: an app's row
 *
 * Nobody looks at the app's processes any more: until somebody does, they cost nothing.
 */
void
bh_task_model_forget_processes (BhTaskModel *self, GtkTreeIter *iter)
{
  BhTaskRow *app;

  g_return_if_fail (BH_IS_TASK_MODEL (self) && iter != NULL);

  app = iter->user_data;
  g_clear_pointer (&app->children, g_ptr_array_unref);
}

/**
 * bh_task_model_set_filter:
 * @self: a model
 * @text: (nullable): what the apps shown must have in their name or state, or the beginning of the
 *   PID of a process of theirs; %NULL or "" for all
 */
void
bh_task_model_set_filter (BhTaskModel *self, const char *text)
{
  GHashTableIter iter;
  gpointer app;

  g_return_if_fail (BH_IS_TASK_MODEL (self));

  if (text != NULL && *text == '\0')
    text = NULL;
  if (g_strcmp0 (self->filter, text) == 0)
    return;

  g_free (self->filter);
  self->filter = g_strdup (text);
  g_hash_table_iter_init (&iter, self->apps);
  while (g_hash_table_iter_next (&iter, NULL, &app))
    {
      match (self, app);
      sync_row (self, app);
    }
  bh_task_tree_sort (BH_TASK_TREE (self));
}

/**
 * bh_task_model_set_cpu_divisor:
 * @self: a model
 * @divisor: by what CPU is divided: 1 for per cent of one core, how many cores the machine has for
 *   per cent of the machine
 */
void
bh_task_model_set_cpu_divisor (BhTaskModel *self, guint divisor)
{
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (BH_IS_TASK_MODEL (self) && divisor > 0);

  if (self->cpu_divisor == divisor)
    return;

  self->cpu_divisor = divisor;
  g_hash_table_iter_init (&iter, self->apps);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      BhTaskRow *app = value;

      app->cpu_divisor = divisor;
      if (bh_task_row_rewrite (app) && app->shown)
        bh_task_tree_tell_changed (BH_TASK_TREE (self), app);
      for (guint i = 0; app->children != NULL && i < app->children->len; i++)
        {
          BhTaskRow *row = app->children->pdata[i];

          row->cpu_divisor = divisor;
          if (bh_task_row_rewrite (row))
            bh_task_tree_tell_changed (BH_TASK_TREE (self), row);
        }
    }
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
  BhTaskRow *row = bh_task_tree_get_row (BH_TASK_TREE (self), iter);

  return row != NULL && row->parent != NULL;
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
  BhTaskRow *row = bh_task_tree_get_row (BH_TASK_TREE (self), iter);

  return row != NULL ? g_object_ref (row->item) : NULL;
}

/**
 * bh_task_model_get_totals:
 * @self: a model
 * @totals: (out): the sum of all apps that run, whether the filter shows them or not
 */
void
bh_task_model_get_totals (BhTaskModel *self, BhTaskTotals *totals)
{
  GHashTableIter iter;
  gpointer value;
  gint64 cpu = BH_TASK_UNMEASURED;

  g_return_if_fail (BH_IS_TASK_MODEL (self) && totals != NULL);

  *totals = (BhTaskTotals){ .memory = BH_TASK_UNMEASURED, .cpu = BH_TASK_UNMEASURED };
  g_hash_table_iter_init (&iter, self->apps);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      BhTaskRow *app = value;

      if (!bh_app_status_has_instance (app->item))
        continue;

      totals->apps++;
      totals->processes += app->n_processes;
      if (app->figures.values[BH_TASK_FIGURE_MEMORY] >= 0)
        totals->memory = MAX (totals->memory, 0) + app->figures.values[BH_TASK_FIGURE_MEMORY];
      if (app->figures.values[BH_TASK_FIGURE_CPU] >= 0)
        cpu = MAX (cpu, 0) + app->figures.values[BH_TASK_FIGURE_CPU];
    }
  if (cpu >= 0)
    totals->cpu = (double) cpu / BH_TASK_CPU_UNIT;
}
