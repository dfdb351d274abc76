/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-task-columns.h"

#include "bh-cell-renderer-usage.h"
#include "bh-task-format.h"
#include "bh-task-model.h"

#include <glib/gi18n.h>

/*
 * The columns of the task manager that are text: what they are called, and how what the model has
 * of a row is written in them.
 */

typedef char *(*FormatFunc) (BhTaskModel *model, GtkTreeIter *iter);

static char *
format_state (BhTaskModel *model, GtkTreeIter *iter)
{
  char *state;

  gtk_tree_model_get (GTK_TREE_MODEL (model), iter, BH_TASK_COLUMN_STATE, &state, -1);

  return state;
}

static char *
format_pid (BhTaskModel *model, GtkTreeIter *iter)
{
  guint pid;

  gtk_tree_model_get (GTK_TREE_MODEL (model), iter, BH_TASK_COLUMN_PID, &pid, -1);

  return bh_task_format_pid (pid);
}

static char *
format_memory (BhTaskModel *model, GtkTreeIter *iter)
{
  gint64 memory;

  gtk_tree_model_get (GTK_TREE_MODEL (model), iter, BH_TASK_COLUMN_MEMORY, &memory, -1);

  return bh_task_format_memory (memory);
}

static char *
format_cpu (BhTaskModel *model, GtkTreeIter *iter)
{
  double cpu;

  gtk_tree_model_get (GTK_TREE_MODEL (model), iter, BH_TASK_COLUMN_CPU, &cpu, -1);

  return bh_task_format_cpu (cpu);
}

static char *
format_restarts (BhTaskModel *model, GtkTreeIter *iter)
{
  int restarts;

  /* A process has none: that is nothing to measure. */
  gtk_tree_model_get (GTK_TREE_MODEL (model), iter, BH_TASK_COLUMN_RESTARTS, &restarts, -1);

  return restarts >= 0 ? g_strdup_printf ("%d", restarts) : g_strdup ("");
}

static char *
format_uptime (BhTaskModel *model, GtkTreeIter *iter)
{
  gint64 uptime;

  if (bh_task_model_is_process (model, iter))
    return g_strdup ("");

  gtk_tree_model_get (GTK_TREE_MODEL (model), iter, BH_TASK_COLUMN_UPTIME, &uptime, -1);

  return bh_task_format_uptime (uptime);
}

/* A column of text: the titles stand here so that the table can be read in one place. */
static const struct
{
  BhTaskColumn column;
  const char *title;
  const char *tooltip;
  FormatFunc format;
  float xalign;
  int width_chars;
  gboolean only_wide;
} text_columns[] = {
  { BH_TASK_COLUMN_STATE, N_("State"), N_("What the app is doing, or why it ended"), format_state,
    0, 18, TRUE },
  { BH_TASK_COLUMN_PID, N_("PID"),
    N_("The number of the process; of an app, that of the process with its window"), format_pid, 1,
    8, TRUE },
  { BH_TASK_COLUMN_MEMORY, N_("Memory"),
    N_("The memory of the app and all its processes. It adds up: what processes share is divided "
       "among them"),
    format_memory, 1, 10, FALSE },
  { BH_TASK_COLUMN_CPU, N_("CPU"),
    N_("The share of one processor core in the last second: with two cores in full use it is "
       "200 %"),
    format_cpu, 1, 8, FALSE },
  { BH_TASK_COLUMN_RESTARTS, N_("Restarts"),
    N_("How often the app was started again since its first start"), format_restarts, 1, 4, TRUE },
  { BH_TASK_COLUMN_UPTIME, N_("Up Time"), N_("How long ago the app was started"), format_uptime, 1,
    10, TRUE },
};

static void
render_text (GtkTreeViewColumn *column,
             GtkCellRenderer *cell,
             GtkTreeModel *model,
             GtkTreeIter *iter,
             gpointer user_data)
{
  FormatFunc format = text_columns[GPOINTER_TO_UINT (user_data)].format;
  g_autofree char *text = format (BH_TASK_MODEL (model), iter);

  g_object_set (cell, "text", text, NULL);
}

/* What of a limit is used in an app's row: which limit, what is used, and that as text. */
static BhAppItem *
dup_usage (BhTaskModel *model,
           GtkTreeIter *iter,
           BhTaskColumn column,
           BhLimitKinds *kind,
           double *used,
           char **text)
{
  g_autoptr (BhAppItem) item = NULL;
  gint64 memory;

  if (bh_task_model_is_process (model, iter))
    return NULL;
  item = bh_task_model_dup_item (model, iter);
  if (item == NULL)
    return NULL;

  if (column == BH_TASK_COLUMN_MEMORY)
    {
      gtk_tree_model_get (GTK_TREE_MODEL (model), iter, BH_TASK_COLUMN_MEMORY, &memory, -1);
      *kind = BH_LIMIT_MEMORY;
      *used = (double) memory;
      *text = bh_task_format_memory (memory);
    }
  else
    {
      gtk_tree_model_get (GTK_TREE_MODEL (model), iter, BH_TASK_COLUMN_CPU, used, -1);
      *kind = BH_LIMIT_CPU;
      *text = bh_task_format_cpu (*used);
    }

  return g_steal_pointer (&item);
}

static void
render_usage (GtkTreeViewColumn *column,
              GtkCellRenderer *cell,
              GtkTreeModel *model,
              GtkTreeIter *iter,
              gpointer user_data)
{
  BhCellRendererUsage *renderer = BH_CELL_RENDERER_USAGE (cell);
  BhTaskColumn id = (BhTaskColumn) gtk_tree_view_column_get_sort_column_id (column);
  g_autofree char *used_text = NULL;
  g_autofree char *description = NULL;
  g_autoptr (BhAppItem) item = NULL;
  BhLimitKinds kind = 0;
  double used = BH_TASK_UNMEASURED;
  double fraction = -1;

  render_text (column, cell, model, iter, user_data);
  item = dup_usage (BH_TASK_MODEL (model), iter, id, &kind, &used, &used_text);
  if (item != NULL)
    {
      BhAppLimits *limits = bh_app_item_get_limits (item);

      fraction = bh_app_limits_get_fraction (limits, kind, used);
      description = bh_app_limits_dup_text (limits, kind, used_text);
    }
  bh_cell_renderer_usage_set_fraction (renderer, fraction);
  bh_cell_renderer_usage_set_description (renderer, description);
}

static int
get_text_width (GtkWidget *widget, int n_digits)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, NULL);
  g_autofree char *digits = g_strnfill ((gsize) n_digits, '0');
  int width;

  pango_layout_set_text (layout, digits, -1);
  pango_layout_get_pixel_size (layout, &width, NULL);

  return width;
}

static void
append_column (GtkTreeView *view, guint index)
{
  GtkTreeViewColumn *column = gtk_tree_view_column_new ();
  gboolean is_usage = text_columns[index].column == BH_TASK_COLUMN_MEMORY
                      || text_columns[index].column == BH_TASK_COLUMN_CPU;
  GtkCellRenderer *cell = is_usage ? bh_cell_renderer_usage_new () : gtk_cell_renderer_text_new ();
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  /* Digits of one width keep their places from second to second, and a figure that is
   * broken into two lines would push all rows below it down. */
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_attr_list_insert (attributes, pango_attr_allow_breaks_new (FALSE));
  g_object_set (cell, "xalign", text_columns[index].xalign, "attributes", attributes, NULL);
  if (text_columns[index].column == BH_TASK_COLUMN_STATE)
    {
      g_object_set (cell, "ellipsize", PANGO_ELLIPSIZE_END, "width-chars",
                    text_columns[index].width_chars, NULL);
      gtk_tree_view_column_set_expand (column, TRUE);
    }
  else
    {
      /* Room for what is usual; “width-chars” would also be the most that there is. */
      gtk_tree_view_column_set_min_width (column, get_text_width (GTK_WIDGET (view),
                                                                  text_columns[index].width_chars));
    }

  gtk_tree_view_column_set_title (column, _(text_columns[index].title));
  gtk_tree_view_column_set_alignment (column, text_columns[index].xalign);
  gtk_tree_view_column_pack_start (column, cell, TRUE);
  gtk_tree_view_column_set_cell_data_func (column, cell, is_usage ? render_usage : render_text,
                                           GUINT_TO_POINTER (index), NULL);
  gtk_tree_view_column_set_resizable (column, TRUE);
  gtk_tree_view_column_set_sort_column_id (column, (int) text_columns[index].column);
  gtk_tree_view_append_column (view, column);
  gtk_widget_set_tooltip_text (gtk_tree_view_column_get_button (column),
                               _(text_columns[index].tooltip));
}

/**
 * bh_task_columns_dup_usage_text:
 * @model: a model
 * @iter: a row
 * @column: a column of it
 *
 * Returns: (transfer full) (nullable): what of which limit is used, and who holds it;
 * %NULL when there is no limit to the column's figure that somebody holds
 */
char *
bh_task_columns_dup_usage_text (BhTaskModel *model, GtkTreeIter *iter, BhTaskColumn column)
{
  g_autoptr (BhAppItem) item = NULL;
  g_autofree char *text = NULL;
  BhLimitKinds kind = 0;
  double used;

  g_return_val_if_fail (BH_IS_TASK_MODEL (model), NULL);

  if (column != BH_TASK_COLUMN_MEMORY && column != BH_TASK_COLUMN_CPU)
    return NULL;
  item = dup_usage (model, iter, column, &kind, &used, &text);

  return item != NULL ? bh_app_limits_dup_text (bh_app_item_get_limits (item), kind, text) : NULL;
}

/**
 * bh_task_columns_append:
 * @view: a table that shows a [class@Bh.TaskModel]
 *
 * Appends the columns of text, all but the name's.
 */
void
bh_task_columns_append (GtkTreeView *view)
{
  g_return_if_fail (GTK_IS_TREE_VIEW (view));

  for (guint i = 0; i < G_N_ELEMENTS (text_columns); i++)
    append_column (view, i);
}

/**
 * bh_task_columns_set_narrow:
 * @view: a table with these columns
 * @narrow: whether there is only room for the columns that matter most
 */
void
bh_task_columns_set_narrow (GtkTreeView *view, gboolean narrow)
{
  g_autoptr (GList) columns = NULL;

  g_return_if_fail (GTK_IS_TREE_VIEW (view));

  columns = gtk_tree_view_get_columns (view);
  for (GList *link = columns; link != NULL; link = link->next)
    for (guint i = 0; i < G_N_ELEMENTS (text_columns); i++)
      if (gtk_tree_view_column_get_sort_column_id (link->data) == (int) text_columns[i].column)
        gtk_tree_view_column_set_visible (link->data, !narrow || !text_columns[i].only_wide);
}
