/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-task-row.h"

#include "bh-app-status.h"
#include "bh-limit-text.h"

#include <glib/gi18n.h>

/*
 * A row of the task manager: plain figures, and texts that are only written once somebody looks at
 * them. A text that nobody has seen need not be written anew when its figure changes, and one that
 * reads the same as before need not be drawn: so a row costs what is seen of it.
 */

/* The limits that something is measured against. */
static const struct
{
  BhLimitKinds kind;
  BhTaskFigure figure;
  double scale; /* figures for one of the limit's unit */
} measured_limits[] = {
  { BH_LIMIT_MEMORY, BH_TASK_FIGURE_MEMORY, 1 },
  { BH_LIMIT_CPU, BH_TASK_FIGURE_CPU, BH_TASK_CPU_UNIT },
  { BH_LIMIT_CPU_TIME, BH_TASK_FIGURE_CPU_TIME, 1 },
  { BH_LIMIT_TASKS, BH_TASK_FIGURE_THREADS, 1 },
};

static gint64
get_figure (BhTaskRow *self, BhTaskFigure figure)
{
  return self->figures.values[figure];
}

static char *
format_number (gint64 number)
{
  return number >= 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, number) : bh_task_format_memory (-1);
}

static char *
format_cpu (BhTaskRow *self, gint64 cpu)
{
  return bh_task_format_cpu (cpu >= 0 ? (double) cpu / BH_TASK_CPU_UNIT / self->cpu_divisor : -1);
}

static char *
format_name (BhTaskRow *self)
{
  if (self->parent == NULL)
    return g_strdup (bh_app_item_get_name (self->item));
  if (*self->kernel_name == '\0')
    return g_strdup (self->role);

  /* What the process is for, and after a gap the kernel's name for it. */
  return g_strdup_printf ("%s  %s", self->role, self->kernel_name);
}

static char *
format_state (BhTaskRow *self)
{
  if (self->parent != NULL)
    return g_strdup (self->stopped ? C_("process", "Asleep") : "");

  return bh_app_status_dup_state_text (self->item);
}

static double
get_fraction_of (BhTaskRow *self, guint limit)
{
  gint64 used = get_figure (self, measured_limits[limit].figure);

  return bh_app_limits_get_fraction (bh_app_item_get_limits (self->item),
                                     measured_limits[limit].kind,
                                     (double) used / measured_limits[limit].scale);
}

/* The limit that the app is nearest to; the number of limits when nobody holds one. */
static guint
find_nearest_limit (BhTaskRow *self)
{
  guint nearest = G_N_ELEMENTS (measured_limits);
  double greatest = -1;

  for (guint i = 0; i < G_N_ELEMENTS (measured_limits); i++)
    {
      double fraction = get_fraction_of (self, i);

      if (fraction > greatest)
        {
          greatest = fraction;
          nearest = i;
        }
    }

  return nearest;
}

static char *
format_limit (BhTaskRow *self)
{
  guint limit = self->parent == NULL ? find_nearest_limit (self) : G_N_ELEMENTS (measured_limits);
  BhLimitHolder holder;
  int percent;

  if (limit == G_N_ELEMENTS (measured_limits))
    return g_strdup ("");

  percent = (int) (get_fraction_of (self, limit) * 100);
  holder
      = bh_app_limits_get_holder (bh_app_item_get_limits (self->item), measured_limits[limit].kind);

  /* Translators: a limit, how much of it is used, and who holds the app to it: “CPU time: 82 %, by
   * supervisor”. */
  return g_strdup_printf (_("%s: %d %%, %s"), bh_limit_get_label (measured_limits[limit].kind),
                          percent, bh_limit_holder_get_label (holder));
}

static char *
format_started (gint64 started_at)
{
  g_autoptr (GDateTime) started = NULL;
  g_autoptr (GDateTime) now = NULL;

  if (started_at > 0)
    started = g_date_time_new_from_unix_local (started_at / G_USEC_PER_SEC);
  if (started == NULL)
    return bh_task_format_memory (-1);

  now = g_date_time_new_now_local ();
  if (g_date_time_get_year (now) == g_date_time_get_year (started)
      && g_date_time_get_day_of_year (now) == g_date_time_get_day_of_year (started))
    /* Translators: the time of day at which an app was started today. */
    return g_date_time_format (started, _("%H:%M:%S"));

  /* Translators: the day and the time at which an app was started: “24 Nov 14:05”. */
  return g_date_time_format (started, _("%-d %b %H:%M"));
}

static const char *
get_memory_kind_label (const char *kind)
{
  if (g_strcmp0 (kind, "cgroup") == 0)
    return C_("memory", "By kernel");
  if (g_strcmp0 (kind, "pss") == 0)
    return C_("memory", "Proportional");
  if (g_strcmp0 (kind, "resident") == 0)
    return C_("memory", "Without shared");

  return "–";
}

static char *
format_of_app (BhTaskRow *self, BhTaskColumn column)
{
  gint64 restarts = get_figure (self, BH_TASK_FIGURE_RESTARTS);

  if (self->parent != NULL)
    return g_strdup ("");

  switch ((guint) column)
    {
    case BH_TASK_COLUMN_RESTARTS:
      return format_number (restarts);
    case BH_TASK_COLUMN_UPTIME:
      return bh_task_format_uptime (get_figure (self, BH_TASK_FIGURE_UPTIME));
    case BH_TASK_COLUMN_REASON:
      return bh_app_status_dup_reason_text (self->item);
    case BH_TASK_COLUMN_LIMITS:
      return format_limit (self);
    default:
      return format_number (-1);
    }
}

static char *
format (BhTaskRow *self, BhTaskColumn column)
{
  gint64 figure = BH_TASK_UNMEASURED;
  const BhTaskColumnInfo *info = bh_task_column_get_info (column);

  if (info->figure >= 0)
    figure = self->figures.values[info->figure];

  switch (column)
    {
    case BH_TASK_COLUMN_NAME:
      return format_name (self);
    case BH_TASK_COLUMN_STATE:
      return format_state (self);
    case BH_TASK_COLUMN_PID:
      return bh_task_format_pid (self->pid);
    case BH_TASK_COLUMN_CPU:
    case BH_TASK_COLUMN_CPU_GRAPH:
      return format_cpu (self, figure);
    case BH_TASK_COLUMN_MEMORY:
    case BH_TASK_COLUMN_MEMORY_GRAPH:
    case BH_TASK_COLUMN_MEMORY_PEAK:
    case BH_TASK_COLUMN_SWAP:
    case BH_TASK_COLUMN_DISK_READ:
    case BH_TASK_COLUMN_DISK_WRITTEN:
      return bh_task_format_memory (figure);
    case BH_TASK_COLUMN_MEMORY_KIND:
      return g_strdup (get_memory_kind_label (self->figures.memory_kind));
    case BH_TASK_COLUMN_STARTED:
      return format_started (figure);
    case BH_TASK_COLUMN_CPU_TIME:
      return bh_task_format_uptime (figure >= 0 ? figure / G_USEC_PER_SEC : -1);
    case BH_TASK_COLUMN_THREADS:
    case BH_TASK_COLUMN_DESCRIPTORS:
      return format_number (figure);
    case BH_TASK_COLUMN_NETWORK_RECEIVED:
    case BH_TASK_COLUMN_NETWORK_SENT:
      /* It is not known which of the app's processes it was for. */
      return self->parent == NULL ? bh_task_format_memory (figure) : g_strdup ("");
    case BH_TASK_COLUMN_LIMITS:
    case BH_TASK_COLUMN_UPTIME:
    case BH_TASK_COLUMN_RESTARTS:
    case BH_TASK_COLUMN_REASON:
      return format_of_app (self, column);
    case BH_TASK_COLUMN_STOP:
    case BH_TASK_COLUMN_RESTART:
    case BH_TASK_COLUMN_END:
    default:
      return g_strdup ("");
    }
}

static gboolean
is_stale (BhTaskRow *self, BhTaskColumn column)
{
  int figure = bh_task_column_get_info (column)->figure;

  if (figure >= 0)
    return self->figures.values[figure] != self->written.values[figure];
  if (column == BH_TASK_COLUMN_MEMORY_KIND)
    return self->figures.memory_kind != self->written.memory_kind;

  /* The limits are told with the app, what is used of them with the figures. */
  return column == BH_TASK_COLUMN_LIMITS || column == BH_TASK_COLUMN_PID;
}

static gboolean
rewrite (BhTaskRow *self, BhTaskColumn column)
{
  g_autofree char *text = format (self, column);

  if (g_str_equal (text, self->texts[column]))
    return FALSE;

  g_free (self->texts[column]);
  self->texts[column] = g_steal_pointer (&text);

  return TRUE;
}

/**
 * bh_task_row_new_app:
 * @item: an app
 *
 * Returns: (transfer full): a row of which nothing is measured
 */
BhTaskRow *
bh_task_row_new_app (BhAppItem *item)
{
  BhTaskRow *self;

  g_return_val_if_fail (BH_IS_APP_ITEM (item), NULL);

  self = g_new0 (BhTaskRow, 1);
  self->ref_count = 1;
  self->item = g_object_ref (item);
  self->cpu_divisor = 1;
  self->matches = TRUE;
  self->history = g_new (BhTaskHistory, 1);
  bh_task_history_clear (self->history);
  bh_task_figures_init (&self->figures);
  bh_task_figures_init (&self->written);

  return self;
}

/**
 * bh_task_row_new_process:
 * @app: its app's row
 * @sample: what was told of it
 *
 * Returns: (transfer full): a row
 */
BhTaskRow *
bh_task_row_new_process (BhTaskRow *app, const BhTaskSample *sample)
{
  BhTaskRow *self;

  g_return_val_if_fail (app != NULL && sample != NULL, NULL);

  self = g_new0 (BhTaskRow, 1);
  self->ref_count = 1;
  self->item = g_object_ref (app->item);
  self->parent = app;
  self->cpu_divisor = app->cpu_divisor;
  self->pid = sample->pid;
  self->start_time = sample->start_time;
  self->role = bh_task_format_role (sample->role != NULL ? sample->role : "");
  self->kernel_name = g_strdup (sample->name != NULL ? sample->name : "");
  self->stopped = sample->stopped;
  self->figures = sample->figures;
  bh_task_figures_init (&self->written);

  return self;
}

/**
 * bh_task_row_ref:
 * @self: a row
 *
 * Returns: (transfer full): @self
 */
BhTaskRow *
bh_task_row_ref (BhTaskRow *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  self->ref_count++;

  return self;
}

/**
 * bh_task_row_unref:
 * @self: (transfer full): a row
 */
void
bh_task_row_unref (BhTaskRow *self)
{
  g_return_if_fail (self != NULL && self->ref_count > 0);

  if (--self->ref_count > 0)
    return;

  for (guint i = 0; i < BH_N_TASK_COLUMNS; i++)
    g_free (self->texts[i]);
  g_clear_pointer (&self->processes, g_variant_unref);
  g_clear_pointer (&self->children, g_ptr_array_unref);
  g_free (self->history);
  g_free (self->kernel_name);
  g_object_unref (self->item);
  g_free (self);
}

/**
 * bh_task_row_refresh:
 * @self: a row
 *
 * Writes anew what is shown of figures that have changed.
 *
 * Returns: whether something reads otherwise than before
 */
gboolean
bh_task_row_refresh (BhTaskRow *self)
{
  gboolean changed = FALSE;

  g_return_val_if_fail (self != NULL, FALSE);

  for (guint i = 0; i < BH_N_TASK_COLUMNS; i++)
    if (self->texts[i] != NULL && is_stale (self, (BhTaskColumn) i))
      changed |= rewrite (self, (BhTaskColumn) i);
  self->written = self->figures;

  return changed;
}

/**
 * bh_task_row_rewrite:
 * @self: a row
 *
 * Writes anew all that is shown.
 *
 * Returns: whether something reads otherwise than before
 */
gboolean
bh_task_row_rewrite (BhTaskRow *self)
{
  gboolean changed = FALSE;

  g_return_val_if_fail (self != NULL, FALSE);

  for (guint i = 0; i < BH_N_TASK_COLUMNS; i++)
    if (self->texts[i] != NULL)
      changed |= rewrite (self, (BhTaskColumn) i);
  self->written = self->figures;

  return changed;
}

/**
 * bh_task_row_get_text:
 * @self: a row
 * @column: a column
 *
 * Returns: (transfer none): what the column shows; stays until the row is refreshed
 */
const char *
bh_task_row_get_text (BhTaskRow *self, BhTaskColumn column)
{
  g_return_val_if_fail (self != NULL && column < BH_N_TASK_COLUMNS, NULL);

  if (self->texts[column] == NULL)
    self->texts[column] = format (self, column);

  return self->texts[column];
}

static guint
find_limit (BhTaskRow *self, BhTaskColumn column)
{
  if (self->parent != NULL)
    return G_N_ELEMENTS (measured_limits);
  if (column == BH_TASK_COLUMN_LIMITS)
    return find_nearest_limit (self);

  for (guint i = 0; i < G_N_ELEMENTS (measured_limits); i++)
    if ((column == BH_TASK_COLUMN_MEMORY && measured_limits[i].kind == BH_LIMIT_MEMORY)
        || (column == BH_TASK_COLUMN_CPU && measured_limits[i].kind == BH_LIMIT_CPU))
      return i;

  return G_N_ELEMENTS (measured_limits);
}

/**
 * bh_task_row_get_fraction:
 * @self: a row
 * @column: a column
 *
 * Returns: how much of the column's limit is used, from 0 to 1; negative when it has none
 */
double
bh_task_row_get_fraction (BhTaskRow *self, BhTaskColumn column)
{
  guint limit;

  g_return_val_if_fail (self != NULL, -1);

  limit = find_limit (self, column);

  return limit < G_N_ELEMENTS (measured_limits) ? get_fraction_of (self, limit) : -1;
}

/**
 * bh_task_row_dup_usage:
 * @self: a row
 * @column: a column
 *
 * Returns: (transfer full) (nullable): what of the column's limit is used, and who holds the app
 *   to it; %NULL when it has none
 */
char *
bh_task_row_dup_usage (BhTaskRow *self, BhTaskColumn column)
{
  guint limit;
  gint64 figure;
  g_autofree char *used = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  limit = find_limit (self, column);
  if (limit == G_N_ELEMENTS (measured_limits))
    return NULL;

  figure = get_figure (self, measured_limits[limit].figure);
  switch ((guint) measured_limits[limit].kind)
    {
    case BH_LIMIT_MEMORY:
      used = bh_task_format_memory (figure);
      break;
    case BH_LIMIT_CPU:
      used = bh_task_format_cpu (figure >= 0 ? (double) figure / BH_TASK_CPU_UNIT : -1);
      break;
    case BH_LIMIT_CPU_TIME:
      used = bh_task_format_uptime (figure >= 0 ? figure / G_USEC_PER_SEC : -1);
      break;
    default:
      used = format_number (figure);
      break;
    }

  return bh_app_limits_dup_text (bh_app_item_get_limits (self->item), measured_limits[limit].kind,
                                 used);
}

static int
compare_numbers (gint64 a, gint64 b)
{
  return (a > b) - (a < b);
}

static int
compare_in_fixed_order (BhTaskRow *a, BhTaskRow *b)
{
  if (a->parent != NULL)
    return compare_numbers (a->order, b->order);

  return bh_app_item_compare (a->item, b->item);
}

static int
compare_column (BhTaskRow *a, BhTaskRow *b, BhTaskColumn column)
{
  const BhTaskColumnInfo *info = bh_task_column_get_info (column);

  if (info->figure >= 0)
    return compare_numbers (a->figures.values[info->figure], b->figures.values[info->figure]);

  switch ((guint) column)
    {
    case BH_TASK_COLUMN_PID:
      return compare_numbers (a->pid, b->pid);
    case BH_TASK_COLUMN_LIMITS:
      return compare_numbers ((gint64) (bh_task_row_get_fraction (a, column) * 1e6),
                              (gint64) (bh_task_row_get_fraction (b, column) * 1e6));
    case BH_TASK_COLUMN_STATE:
    case BH_TASK_COLUMN_REASON:
    case BH_TASK_COLUMN_MEMORY_KIND:
      return g_utf8_collate (bh_task_row_get_text (a, column), bh_task_row_get_text (b, column));
    default:
      return 0;
    }
}

/**
 * bh_task_row_compare:
 * @a: a row
 * @b: one beside it
 * @column: what they are sorted by
 * @direction: whether the least or the greatest comes first
 *
 * Compares two rows. Equals, and processes where nothing better orders them, are in the same order
 * whichever way the column is sorted.
 *
 * Returns: less than, equal to or greater than 0, as the rows are to be in the table
 */
int
bh_task_row_compare (BhTaskRow *a, BhTaskRow *b, BhTaskColumn column, GtkSortType direction)
{
  gboolean by_name = column == BH_TASK_COLUMN_NAME;
  int order;

  g_return_val_if_fail (a != NULL && b != NULL && a->parent == b->parent, 0);

  order = by_name && a->parent == NULL ? compare_in_fixed_order (a, b)
                                       : compare_column (a, b, column);
  if (order != 0)
    return direction == GTK_SORT_ASCENDING ? order : -order;

  return compare_in_fixed_order (a, b);
}
