/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-top-columns.h"

#include "bh-cli-figures.h"
#include "bh-cli-text.h"

#include "bh-state.h"
#include "bh-text.h"

#include <glib/gi18n.h>

#include <math.h>

/*
 * The columns of `top`: what stands in them, how wide they are, and which there is room for.
 */

#define GAP            2
#define MIN_NAME_WIDTH 16
#define BAR_WIDTH      6

typedef struct
{
  const char *name;
  const char *heading;
  /* Where it stands, counted from the left. */
  guint place;
  guint width;
  gboolean is_text;
} Column;

static const Column columns[BH_N_CLI_TOP_COLUMNS] = {
  [BH_CLI_TOP_NAME] = { "name", N_("Name"), 0, MIN_NAME_WIDTH, TRUE },
  [BH_CLI_TOP_PID] = { "pid", N_("PID"), 1, 7, FALSE },
  [BH_CLI_TOP_STATE] = { "state", N_("State"), 2, 15, TRUE },
  [BH_CLI_TOP_MEMORY] = { "memory", N_("Memory"), 3, 6, FALSE },
  [BH_CLI_TOP_CPU] = { "cpu", N_("CPU"), 4, 6, FALSE },
  [BH_CLI_TOP_LIMIT] = { "limit", N_("Nearest limit"), 5, 15, TRUE },
  [BH_CLI_TOP_THREADS] = { "threads", N_("Thr"), 6, 4, FALSE },
  [BH_CLI_TOP_CPU_TIME] = { "cpu-time", N_("CPU time"), 7, 8, FALSE },
  [BH_CLI_TOP_DISK] = { "disk", N_("Disk/s"), 8, 6, FALSE },
  [BH_CLI_TOP_NETWORK] = { "network", N_("Net/s"), 9, 6, FALSE },
  [BH_CLI_TOP_UP_TIME] = { "up-time", N_("Up time"), 10, 7, FALSE },
};

/**
 * bh_cli_top_column_get_name:
 * @column: a column
 *
 * Returns: (transfer none): what is typed for it
 */
const char *
bh_cli_top_column_get_name (BhCliTopColumn column)
{
  g_return_val_if_fail (column < BH_N_CLI_TOP_COLUMNS, NULL);

  return columns[column].name;
}

/**
 * bh_cli_top_column_from_name:
 * @name: what was typed
 * @column: (out): the column
 *
 * Returns: whether there is one
 */
gboolean
bh_cli_top_column_from_name (const char *name, BhCliTopColumn *column)
{
  g_return_val_if_fail (name != NULL && column != NULL, FALSE);

  for (guint i = 0; i < BH_N_CLI_TOP_COLUMNS; i++)
    if (g_str_equal (columns[i].name, name))
      {
        *column = (BhCliTopColumn) i;
        return TRUE;
      }

  return FALSE;
}

/**
 * bh_cli_top_column_suggest:
 * @name: what was typed
 *
 * Returns: (transfer none) (nullable): what was probably meant
 */
const char *
bh_cli_top_column_suggest (const char *name)
{
  const char *names[BH_N_CLI_TOP_COLUMNS];

  for (guint i = 0; i < BH_N_CLI_TOP_COLUMNS; i++)
    names[i] = columns[i].name;

  return bh_text_suggest (name, names, BH_N_CLI_TOP_COLUMNS);
}

/**
 * bh_cli_top_column_get_heading:
 * @column: a column
 *
 * Returns: (transfer none): what stands over it
 */
const char *
bh_cli_top_column_get_heading (BhCliTopColumn column)
{
  g_return_val_if_fail (column < BH_N_CLI_TOP_COLUMNS, NULL);

  return _(columns[column].heading);
}

/**
 * bh_cli_top_column_is_text:
 * @column: a column
 *
 * Returns: whether it keeps to the left, and is sorted from A to Z
 */
gboolean
bh_cli_top_column_is_text (BhCliTopColumn column)
{
  g_return_val_if_fail (column < BH_N_CLI_TOP_COLUMNS, FALSE);

  return columns[column].is_text;
}

static double
get_number (BhCliTopColumn column, const BhCliTopItem *item)
{
  switch (column)
    {
    case BH_CLI_TOP_PID:
      return (double) item->pid;
    case BH_CLI_TOP_MEMORY:
      return (double) item->memory;
    case BH_CLI_TOP_CPU:
      return item->cpu;
    case BH_CLI_TOP_LIMIT:
      return item->limit_share;
    case BH_CLI_TOP_THREADS:
      return (double) item->threads;
    case BH_CLI_TOP_CPU_TIME:
      return (double) item->cpu_time;
    case BH_CLI_TOP_DISK:
      return item->disk_rate;
    case BH_CLI_TOP_NETWORK:
      return item->network_rate;
    case BH_CLI_TOP_UP_TIME:
      return item->uptime;
    case BH_CLI_TOP_NAME:
    case BH_CLI_TOP_STATE:
    default:
      return -1;
    }
}

/**
 * bh_cli_top_column_compare:
 * @column: a column
 * @a: an item
 * @b: another
 *
 * Returns: negative when @a comes first: that with more, or that nearer to A
 */
int
bh_cli_top_column_compare (BhCliTopColumn column, const BhCliTopItem *a, const BhCliTopItem *b)
{
  double number_a, number_b;

  g_return_val_if_fail (a != NULL && b != NULL, 0);

  if (column == BH_CLI_TOP_NAME)
    return g_utf8_collate (a->name, b->name);
  if (column == BH_CLI_TOP_STATE)
    return g_strcmp0 (a->state, b->state);
  number_a = get_number (column, a);
  number_b = get_number (column, b);

  return number_a > number_b ? -1 : number_a < number_b;
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const BhCliTopColumn *column_a = a;
  const BhCliTopColumn *column_b = b;

  return (int) columns[*column_a].place - (int) columns[*column_b].place;
}

/**
 * bh_cli_top_columns_fit:
 * @width: the columns of the terminal, 0 for as many as are needed
 * @chosen: (out) (array): where to put the columns, from the left; room for all
 * @widths: (out) (array): where to put how wide each is
 *
 * Chooses the columns that there is room for. The name takes what is left.
 *
 * Returns: how many they are
 */
guint
bh_cli_top_columns_fit (guint width, BhCliTopColumn *chosen, guint *widths)
{
  guint n = 0;
  guint used = 0;

  g_return_val_if_fail (chosen != NULL && widths != NULL, 0);

  for (guint i = 0; i < BH_N_CLI_TOP_COLUMNS; i++)
    {
      guint more = columns[i].width + (n > 0 ? GAP : 0);

      /* A narrow one that matters less may fit where a wide one did not. */
      if (n > 0 && width > 0 && used + more > width)
        continue;
      used += more;
      chosen[n++] = (BhCliTopColumn) i;
    }
  qsort (chosen, n, sizeof *chosen, compare_places);
  for (guint i = 0; i < n; i++)
    widths[i] = columns[chosen[i]].width;
  if (width == 0)
    widths[0] = 32;
  else if (used < width)
    widths[0] += MIN (width - used, 40 - MIN_NAME_WIDTH);
  else if (used > width)
    widths[0] = width;

  return n;
}

/* What somebody should know of an app, also where there is no room for its state. */
static char
get_mark (const BhCliTopItem *item)
{
  if (item->is_suspended)
    return 'z';

  return bh_cli_top_item_is_bad (item) || item->is_pressed || item->is_growing ? '!' : ' ';
}

static char *
dup_name (const BhCliTopItem *item, gboolean expanded)
{
  if (item->is_process)
    return g_strdup_printf ("   %s %s", item->is_last ? "└─" : "├─", item->name);

  return g_strdup_printf ("%c%c %s",
                          item->n_processes == 0 ? ' '
                          : expanded             ? '-'
                                                 : '+',
                          get_mark (item), item->name);
}

static char *
dup_state (const BhCliTopItem *item)
{
  BhState state;

  if (item->is_process)
    return g_strdup (item->is_suspended ? C_("process", "Stopped") : "");
  if (item->is_suspended)
    return g_strdup (bh_state_get_label (BH_STATE_SUSPENDED));
  if (!bh_cli_top_item_is_bad (item) && item->is_pressed)
    return g_strdup (_("Much memory"));
  if (!bh_cli_top_item_is_bad (item) && item->is_growing)
    return g_strdup (_("Growing"));

  return g_strdup (bh_state_from_string (item->state, &state) ? bh_state_get_label (state)
                                                              : item->state);
}

/**
 * bh_cli_top_columns_dup_bar:
 * @share: from 0 to 1, what is more is as 1
 * @width: how long the bar is when it is full
 *
 * Returns: (transfer full): a bar
 */
char *
bh_cli_top_columns_dup_bar (double share, guint width)
{
  GString *bar = g_string_sized_new (width + 1);
  guint full = (guint) round (CLAMP (share, 0, 1) * width);

  for (guint i = 0; i < width; i++)
    g_string_append_c (bar, i < full ? '|' : '.');

  return g_string_free (bar, FALSE);
}

static char *
dup_limit (const BhCliTopItem *item)
{
  g_autofree char *bar = NULL;

  if (item->limit_share < 0)
    return g_strdup (item->is_process ? "" : BH_CLI_UNKNOWN);
  bar = bh_cli_top_columns_dup_bar (item->limit_share, BAR_WIDTH);

  return g_strdup_printf ("%s %s %3.0f%%", item->limit, bar, MIN (item->limit_share, 9.99) * 100);
}

static char *
dup_rate (double rate)
{
  return rate < 0 ? g_strdup (BH_CLI_UNKNOWN) : bh_cli_figures_dup_size ((guint64) rate);
}

static char *
dup_memory (const BhCliTopItem *item)
{
  g_autofree char *size = NULL;

  if (item->memory < 0)
    return g_strdup (BH_CLI_UNKNOWN);
  size = bh_cli_figures_dup_size ((guint64) item->memory);

  return g_strconcat (item->is_estimated ? "~" : "", size, NULL);
}

/**
 * bh_cli_top_column_dup:
 * @column: a column
 * @item: an item
 * @expanded: whether its processes are shown
 * @cores: 1 for CPU in per cent of one core, otherwise those of the machine
 *
 * Returns: (transfer full): what stands there
 */
char *
bh_cli_top_column_dup (BhCliTopColumn column,
                       const BhCliTopItem *item,
                       gboolean expanded,
                       guint cores)
{
  g_return_val_if_fail (item != NULL && cores > 0, NULL);

  switch (column)
    {
    case BH_CLI_TOP_NAME:
      return dup_name (item, expanded);
    case BH_CLI_TOP_STATE:
      return dup_state (item);
    case BH_CLI_TOP_MEMORY:
      return dup_memory (item);
    case BH_CLI_TOP_CPU:
      return bh_cli_figures_dup_percent (item->cpu / cores);
    case BH_CLI_TOP_LIMIT:
      return dup_limit (item);
    case BH_CLI_TOP_CPU_TIME:
      return item->cpu_time < 0 ? g_strdup (BH_CLI_UNKNOWN)
                                : bh_cli_figures_dup_time ((guint64) item->cpu_time);
    case BH_CLI_TOP_DISK:
      return dup_rate (item->disk_rate);
    case BH_CLI_TOP_NETWORK:
      /* It is known of apps only. */
      return item->is_process ? g_strdup ("") : dup_rate (item->network_rate);
    case BH_CLI_TOP_UP_TIME:
      return bh_cli_figures_dup_up_time (item->uptime);
    case BH_CLI_TOP_PID:
      return item->pid <= 0 ? g_strdup (BH_CLI_UNKNOWN) : g_strdup_printf ("%u", (guint) item->pid);
    case BH_CLI_TOP_THREADS:
      return item->threads < 0 ? g_strdup (BH_CLI_UNKNOWN)
                               : g_strdup_printf ("%u", (guint) item->threads);
    default:
      g_return_val_if_reached (NULL);
    }
}
