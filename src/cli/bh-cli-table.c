/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-table.h"

#include "bh-cli-text.h"

/*
 * A table of text for a terminal. It measures in columns, not in bytes or characters, so that
 * names in any script leave the figures beside them aligned. It prints nothing itself.
 */

#define GAP 2

typedef struct
{
  char *heading;
  BhCliAlign align;
  guint width;
} Column;

struct _BhCliTable
{
  GArray *columns;
  GPtrArray *rows;
  gboolean has_headings;
};

static void
clear_column (gpointer data)
{
  Column *column = data;

  g_free (column->heading);
}

static void
append_cell (GString *text, const Column *column, const char *cell, gboolean last)
{
  guint width = bh_cli_text_get_width (cell);
  guint padding = column->width - width;

  if (column->align == BH_CLI_ALIGN_END)
    g_string_append_printf (text, "%*s%s", (int) padding, "", cell);
  else if (last)
    g_string_append (text, cell);
  else
    g_string_append_printf (text, "%s%*s", cell, (int) padding, "");

  if (!last)
    g_string_append_printf (text, "%*s", GAP, "");
}

/* No line ends in blanks: they would wrap in a narrow terminal. */
static void
end_line (GString *text)
{
  while (text->len > 0 && text->str[text->len - 1] == ' ')
    g_string_truncate (text, text->len - 1);
  g_string_append_c (text, '\n');
}

/**
 * bh_cli_table_new:
 *
 * Returns: (transfer full): a table without columns
 */
BhCliTable *
bh_cli_table_new (void)
{
  BhCliTable *self = g_new0 (BhCliTable, 1);

  self->columns = g_array_new (FALSE, TRUE, sizeof (Column));
  g_array_set_clear_func (self->columns, clear_column);
  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  return self;
}

/**
 * bh_cli_table_free:
 * @self: (transfer full): a table
 */
void
bh_cli_table_free (BhCliTable *self)
{
  g_return_if_fail (self != NULL);

  g_array_unref (self->columns);
  g_ptr_array_unref (self->rows);
  g_free (self);
}

/**
 * bh_cli_table_add_column:
 * @self: a table that has no rows yet
 * @heading: (nullable): what stands over the column; a table whose columns have none prints no
 *   line of headings
 * @align: where the column's cells stand
 */
void
bh_cli_table_add_column (BhCliTable *self, const char *heading, BhCliAlign align)
{
  Column column = { NULL, align, 0 };

  g_return_if_fail (self != NULL);
  g_return_if_fail (self->rows->len == 0);

  if (heading != NULL)
    {
      column.heading = g_strdup (heading);
      column.width = bh_cli_text_get_width (heading);
      self->has_headings = TRUE;
    }
  g_array_append_val (self->columns, column);
}

/**
 * bh_cli_table_add_row:
 * @self: a table
 * @cells: (array zero-terminated=1): a text for each column; they are cleaned as
 *   bh_cli_text_clean() does
 */
void
bh_cli_table_add_row (BhCliTable *self, const char *const *cells)
{
  g_auto (GStrv) row = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (cells != NULL);

  row = g_new0 (char *, self->columns->len + 1);
  for (guint i = 0; i < self->columns->len; i++)
    {
      Column *column = &g_array_index (self->columns, Column, i);

      g_return_if_fail (cells[i] != NULL);
      row[i] = bh_cli_text_clean (cells[i]);
      column->width = MAX (column->width, bh_cli_text_get_width (row[i]));
    }
  g_ptr_array_add (self->rows, g_steal_pointer (&row));
}

/**
 * bh_cli_table_to_string:
 * @self: a table
 *
 * Returns: (transfer full): the table's lines, each with its end of line; "" when it has no rows
 */
char *
bh_cli_table_to_string (BhCliTable *self)
{
  g_autoptr (GString) text = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  text = g_string_new (NULL);
  if (self->rows->len > 0 && self->has_headings)
    {
      for (guint i = 0; i < self->columns->len; i++)
        {
          const Column *column = &g_array_index (self->columns, Column, i);

          append_cell (text, column, column->heading != NULL ? column->heading : "",
                       i + 1 == self->columns->len);
        }
      end_line (text);
    }

  for (guint j = 0; j < self->rows->len; j++)
    {
      const char *const *row = g_ptr_array_index (self->rows, j);

      for (guint i = 0; i < self->columns->len; i++)
        append_cell (text, &g_array_index (self->columns, Column, i), row[i],
                     i + 1 == self->columns->len);
      end_line (text);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}
