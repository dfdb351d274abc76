/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-top-line.h"

#include "bh-cli-dict.h"
#include "bh-cli-figures.h"
#include "bh-cli-text.h"

#include <glib/gi18n.h>

#include <math.h>

/*
 * The lines of `top`, as parts that each look alike: what a terminal draws and --batch prints.
 */

#define GAP 2
/* From this share of a limit on a row is coloured; the bar says it, too. */
#define WARNING_SHARE 0.8

typedef struct
{
  char *text;
  BhCliTopStyle style;
} Part;

struct _BhCliTopLine
{
  GArray *parts;
  guint used;
  /* 0 for as many as are needed. */
  guint width;
};

static void
clear_part (gpointer data)
{
  g_free (((Part *) data)->text);
}

/**
 * bh_cli_top_line_new:
 * @width: how many columns it may take, 0 for as many as it needs
 *
 * Returns: (transfer full): an empty line
 */
BhCliTopLine *
bh_cli_top_line_new (guint width)
{
  BhCliTopLine *self = g_new0 (BhCliTopLine, 1);

  self->parts = g_array_new (FALSE, FALSE, sizeof (Part));
  g_array_set_clear_func (self->parts, clear_part);
  self->width = width;

  return self;
}

/**
 * bh_cli_top_line_free:
 * @self: (transfer full): a line
 */
void
bh_cli_top_line_free (BhCliTopLine *self)
{
  g_return_if_fail (self != NULL);

  g_array_unref (self->parts);
  g_free (self);
}

static void
take_part (BhCliTopLine *self, BhCliTopStyle style, char *text)
{
  Part part = { text, style };
  guint width = bh_cli_text_get_width (text);

  if (self->width > 0 && self->used + width > self->width)
    {
      if (self->used >= self->width)
        {
          g_free (text);
          return;
        }
      part.text = bh_cli_text_shorten (text, self->width - self->used);
      g_free (text);
      width = bh_cli_text_get_width (part.text);
    }
  self->used += width;
  g_array_append_val (self->parts, part);
}

/**
 * bh_cli_top_line_add:
 * @self: a line
 * @style: how it looks
 * @format: a printf() format
 * @...: its arguments
 *
 * Adds a part, as much of it as there is room for.
 */
void
bh_cli_top_line_add (BhCliTopLine *self, BhCliTopStyle style, const char *format, ...)
{
  va_list args;
  char *text;

  g_return_if_fail (self != NULL && format != NULL);

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  take_part (self, style, text);
}

/**
 * bh_cli_top_line_pad:
 * @self: a line
 * @style: how it looks
 * @width: a column
 *
 * Adds blanks up to a column.
 */
void
bh_cli_top_line_pad (BhCliTopLine *self, BhCliTopStyle style, guint width)
{
  g_return_if_fail (self != NULL);

  if (width > self->used)
    take_part (self, style, g_strnfill (width - self->used, ' '));
}

/**
 * bh_cli_top_line_get_n:
 * @self: a line
 *
 * Returns: how many parts it has
 */
guint
bh_cli_top_line_get_n (BhCliTopLine *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->parts->len;
}

/**
 * bh_cli_top_line_get:
 * @self: a line
 * @index: a part
 * @style: (out): how it looks
 *
 * Returns: (transfer none): its text
 */
const char *
bh_cli_top_line_get (BhCliTopLine *self, guint index, BhCliTopStyle *style)
{
  g_return_val_if_fail (self != NULL && style != NULL, NULL);
  g_return_val_if_fail (index < self->parts->len, NULL);

  *style = g_array_index (self->parts, Part, index).style;

  return g_array_index (self->parts, Part, index).text;
}

/**
 * bh_cli_top_line_to_text:
 * @self: a line
 *
 * Returns: (transfer full): its text with an end of line, without blanks before that
 */
char *
bh_cli_top_line_to_text (BhCliTopLine *self)
{
  g_autoptr (GString) text = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  text = g_string_new (NULL);
  for (guint i = 0; i < self->parts->len; i++)
    g_string_append (text, g_array_index (self->parts, Part, i).text);
  while (text->len > 0 && text->str[text->len - 1] == ' ')
    g_string_truncate (text, text->len - 1);
  g_string_append_c (text, '\n');

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* “812M of 15.6G”, or that nothing is known. */
static char *
dup_share (GVariant *machine, const char *used_key, const char *whole_key, double *share)
{
  g_autofree char *used_text = NULL;
  g_autofree char *whole_text = NULL;
  guint64 used, whole;

  *share = -1;
  if (machine == NULL || !bh_cli_dict_get_count (machine, used_key, &used)
      || !bh_cli_dict_get_count (machine, whole_key, &whole))
    return g_strdup (BH_CLI_UNKNOWN);
  if (whole > 0)
    *share = (double) used / (double) whole;
  used_text = bh_cli_figures_dup_size (used);
  whole_text = bh_cli_figures_dup_size (whole);

  /* Translators: what is used of a size: “5.1G of 16G”. */
  return g_strdup_printf (_("%s of %s"), used_text, whole_text);
}

static void
add_machine (BhCliTopLine *line, GVariant *machine, guint width)
{
  g_autofree char *memory = NULL;
  g_autofree char *swap = NULL;
  g_autofree char *cpu_text = NULL;
  g_autofree char *cpu_bar = NULL;
  g_autofree char *memory_bar = NULL;
  /* In a narrow terminal the figures are what matters. */
  guint bar = width == 0 || width >= 116 ? 20 : width >= 94 ? 8 : 0;
  double cpu = -1, share, swap_share;
  guint64 cores = 0;

  if (machine != NULL)
    {
      if (!bh_cli_dict_get_number (machine, "cpu", &cpu))
        cpu = -1;
      bh_cli_dict_get_count (machine, "cores", &cores);
    }
  cpu_text = bh_cli_figures_dup_percent (cpu);
  memory = dup_share (machine, "memory-used", "memory", &share);
  swap = dup_share (machine, "swap-used", "swap", &swap_share);

  bh_cli_top_line_add (line, BH_CLI_TOP_WEAK, "%-9s", _("Machine"));
  bh_cli_top_line_add (line, BH_CLI_TOP_WEAK, " %s ", _("CPU"));
  if (bar > 0 && cpu >= 0)
    {
      cpu_bar = bh_cli_top_columns_dup_bar (cpu / 100, bar);
      bh_cli_top_line_add (line, BH_CLI_TOP_PLAIN, "%s ", cpu_bar);
    }
  if (cores > 0)
    bh_cli_top_line_add (line, BH_CLI_TOP_STRONG,
                         ngettext ("%s of %u core", "%s of %u cores", (gulong) cores), cpu_text,
                         (guint) cores);
  else
    bh_cli_top_line_add (line, BH_CLI_TOP_STRONG, "%s", cpu_text);
  bh_cli_top_line_add (line, BH_CLI_TOP_WEAK, "  %s ", _("Memory"));
  if (bar > 0 && share >= 0)
    {
      memory_bar = bh_cli_top_columns_dup_bar (share, bar);
      bh_cli_top_line_add (line, BH_CLI_TOP_PLAIN, "%s ", memory_bar);
    }
  bh_cli_top_line_add (line, BH_CLI_TOP_STRONG, "%s", memory);
  if (swap_share >= 0)
    {
      bh_cli_top_line_add (line, BH_CLI_TOP_WEAK, "  %s ", _("Swap"));
      bh_cli_top_line_add (line, BH_CLI_TOP_STRONG, "%s", swap);
    }
}

static void
add_costs (BhCliTopLine *line, BhCliTopModel *model)
{
  GVariant *machine = bh_cli_top_model_get_machine (model);
  BhCliTopSums sums = bh_cli_top_model_get_sums (model);
  guint cores = bh_cli_top_model_get_cores (model);
  g_autofree char *cpu = bh_cli_figures_dup_percent (sums.cpu / cores);
  g_autofree char *memory = sums.memory >= 0 ? bh_cli_figures_dup_size ((guint64) sums.memory)
                                             : g_strdup (BH_CLI_UNKNOWN);
  g_autofree char *own_cpu = NULL;
  g_autofree char *own_memory = NULL;
  double number = -1;
  guint64 bytes;

  bh_cli_top_line_add (line, BH_CLI_TOP_WEAK, "%-9s", _("Apps"));
  bh_cli_top_line_add (line, BH_CLI_TOP_WEAK, " %s ", _("CPU"));
  bh_cli_top_line_add (line, BH_CLI_TOP_STRONG, "%s", cpu);
  bh_cli_top_line_add (line, BH_CLI_TOP_WEAK, " %s",
                       bh_cli_top_model_get_whole (model) ? _("of the machine") : _("of one core"));
  bh_cli_top_line_add (line, BH_CLI_TOP_WEAK, "  %s ", _("Memory"));
  bh_cli_top_line_add (line, BH_CLI_TOP_STRONG, "%s", memory);

  if (machine == NULL)
    return;
  if (bh_cli_dict_get_count (machine, "supervisor-memory", &bytes))
    own_memory = bh_cli_figures_dup_size (bytes);
  if (!bh_cli_dict_get_number (machine, "supervisor-cpu", &number))
    number = -1;
  own_cpu = bh_cli_figures_dup_percent (number / cores);
  bh_cli_top_line_add (line, BH_CLI_TOP_WEAK, "   %s ", _("Bulkhead itself"));
  bh_cli_top_line_add (line, BH_CLI_TOP_PLAIN, "%s %s", own_cpu,
                       own_memory != NULL ? own_memory : BH_CLI_UNKNOWN);
}

static void
add_title (BhCliTopLine *line, BhCliTopModel *model, guint width)
{
  BhCliTopSums sums = bh_cli_top_model_get_sums (model);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%H:%M:%S");
  g_autofree char *apps = g_strdup_printf (ngettext ("%u app", "%u apps", sums.apps), sums.apps);

  bh_cli_top_line_add (line, BH_CLI_TOP_STRONG, "Bulkhead");
  /* Translators: “3 apps” and how many processes those have. */
  bh_cli_top_line_add (line, BH_CLI_TOP_PLAIN,
                       ngettext ("  %s, %u process", "  %s, %u processes", sums.processes), apps,
                       sums.processes);
  if (bh_cli_top_model_get_filter (model) != NULL)
    bh_cli_top_line_add (line, BH_CLI_TOP_STRONG, _("  only “%s”"),
                         bh_cli_top_model_get_filter (model));
  /* The last column stays empty: what changes there each second some terminals wrap. */
  if (width > 0 && line->used + 11 <= width)
    bh_cli_top_line_pad (line, BH_CLI_TOP_PLAIN, width - 9);
  else
    bh_cli_top_line_add (line, BH_CLI_TOP_PLAIN, "  ");
  bh_cli_top_line_add (line, BH_CLI_TOP_WEAK, "%s", time);
}

/**
 * bh_cli_top_line_new_summary:
 * @model: what is shown
 * @line: which of the lines over the table, from 0
 * @width: the columns of the terminal, 0 for as many as are needed
 *
 * Returns: (transfer full): the line
 */
BhCliTopLine *
bh_cli_top_line_new_summary (BhCliTopModel *model, guint line, guint width)
{
  BhCliTopLine *self = bh_cli_top_line_new (width);

  g_return_val_if_fail (model != NULL, self);
  g_return_val_if_fail (line < BH_CLI_TOP_N_SUMMARY, self);

  if (line == 0)
    add_title (self, model, width);
  else if (line == 1)
    add_machine (self, bh_cli_top_model_get_machine (model), width);
  else
    add_costs (self, model);

  return self;
}

static void
add_cell (BhCliTopLine *self, BhCliTopStyle style, const char *text, guint width, gboolean is_text)
{
  g_autofree char *shown = bh_cli_text_shorten (text, width);
  guint padding = width - bh_cli_text_get_width (shown);

  if (is_text)
    bh_cli_top_line_add (self, style, "%s%*s", shown, (int) padding, "");
  else
    bh_cli_top_line_add (self, style, "%*s%s", (int) padding, "", shown);
}

/**
 * bh_cli_top_line_new_headings:
 * @model: what is shown
 * @width: the columns of the terminal, 0 for as many as are needed
 *
 * Returns: (transfer full): the line over the table
 */
BhCliTopLine *
bh_cli_top_line_new_headings (BhCliTopModel *model, guint width)
{
  BhCliTopLine *self = bh_cli_top_line_new (width);
  BhCliTopColumn columns[BH_N_CLI_TOP_COLUMNS];
  guint widths[BH_N_CLI_TOP_COLUMNS];
  guint n = bh_cli_top_columns_fit (width, columns, widths);

  g_return_val_if_fail (model != NULL, self);

  for (guint i = 0; i < n; i++)
    {
      const char *heading = bh_cli_top_column_get_heading (columns[i]);
      gboolean sorted = columns[i] == bh_cli_top_model_get_sort (model);
      gboolean is_text = bh_cli_top_column_is_text (columns[i]);
      /* A mark of what it is sorted by; where there is no room for it the gap has it. */
      const char *mark = !sorted ? "" : bh_cli_top_model_get_reversed (model) ? "^" : "v";

      if (i > 0)
        bh_cli_top_line_add (self, BH_CLI_TOP_HEADING, "%*s", GAP, "");
      if (is_text)
        {
          g_autofree char *marked = g_strconcat (heading, mark, NULL);

          add_cell (self, BH_CLI_TOP_HEADING, marked, widths[i], TRUE);
        }
      else if (sorted && bh_cli_text_get_width (heading) < widths[i])
        {
          g_autofree char *marked = g_strconcat (mark, heading, NULL);

          add_cell (self, BH_CLI_TOP_HEADING, marked, widths[i], FALSE);
        }
      else
        {
          if (sorted && self->parts->len > 0)
            {
              Part *gap = &g_array_index (self->parts, Part, self->parts->len - 1);

              g_free (gap->text);
              gap->text = g_strdup_printf (" %s", mark);
            }
          add_cell (self, BH_CLI_TOP_HEADING, heading, widths[i], FALSE);
        }
    }
  bh_cli_top_line_pad (self, BH_CLI_TOP_HEADING, width);

  return self;
}

static BhCliTopStyle
choose_style (const BhCliTopItem *item)
{
  if (item->is_process)
    return item->is_suspended ? BH_CLI_TOP_ASLEEP : BH_CLI_TOP_WEAK;
  if (item->is_suspended)
    return BH_CLI_TOP_ASLEEP;
  if (bh_cli_top_item_is_bad (item))
    return BH_CLI_TOP_BAD;
  if (item->is_pressed || item->is_growing)
    return BH_CLI_TOP_WARNING;

  return BH_CLI_TOP_PLAIN;
}

/**
 * bh_cli_top_line_new_row:
 * @model: what is shown
 * @index: a row
 * @width: the columns of the terminal, 0 for as many as are needed
 *
 * Returns: (transfer full): the row
 */
BhCliTopLine *
bh_cli_top_line_new_row (BhCliTopModel *model, guint index, guint width)
{
  BhCliTopLine *self = bh_cli_top_line_new (width);
  BhCliTopColumn columns[BH_N_CLI_TOP_COLUMNS];
  guint widths[BH_N_CLI_TOP_COLUMNS];
  guint n = bh_cli_top_columns_fit (width, columns, widths);
  const BhCliTopItem *item;
  BhCliTopStyle style;

  g_return_val_if_fail (model != NULL, self);

  item = bh_cli_top_model_get_row (model, index);
  style = choose_style (item);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text
          = bh_cli_top_column_dup (columns[i], item, bh_cli_top_model_is_expanded (model, item->id),
                                   bh_cli_top_model_get_cores (model));
      BhCliTopStyle own = style;

      if (columns[i] == BH_CLI_TOP_LIMIT && item->limit_share >= WARNING_SHARE)
        own = item->limit_share >= 1 ? BH_CLI_TOP_BAD : BH_CLI_TOP_WARNING;
      if (i > 0)
        bh_cli_top_line_add (self, style, "%*s", GAP, "");
      add_cell (self, own, text, widths[i], bh_cli_top_column_is_text (columns[i]));
    }

  return self;
}
