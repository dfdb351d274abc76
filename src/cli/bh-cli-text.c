/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-cli"

#include "bh-cli-text.h"

#include <string.h>

/*
 * Text that comes from apps and goes to a terminal. An app chooses its name and the title of its
 * page: it must not move the cursor, change colours or turn the reading direction of what
 * follows, and it must not push the columns of a table out of line.
 */

#define REPLACEMENT 0xFFFDu

/* g_utf8_next_char() for a text that is constant and stays so. */
static const char *
next_character (const char *p)
{
  return p + g_utf8_skip[(guchar) *p];
}

static guint
get_columns (gunichar c)
{
  if (g_unichar_iszerowidth (c))
    return 0;

  return g_unichar_iswide (c) ? 2 : 1;
}

static gboolean
is_unsafe (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  if (type == G_UNICODE_CONTROL || type == G_UNICODE_LINE_SEPARATOR
      || type == G_UNICODE_PARAGRAPH_SEPARATOR)
    return TRUE;

  /* Embeddings, overrides and isolates of the bidirectional algorithm. */
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/**
 * bh_cli_text_get_width:
 * @text: UTF-8 text
 *
 * Counts the columns that a terminal gives @text: two for a wide character, none for one that
 * combines with the one before it.
 *
 * Returns: the width in columns
 */
guint
bh_cli_text_get_width (const char *text)
{
  guint width = 0;

  g_return_val_if_fail (text != NULL, 0);

  for (const char *p = text; *p != '\0'; p = next_character (p))
    width += get_columns (g_utf8_get_char (p));

  return width;
}

/**
 * bh_cli_text_clean:
 * @text: text from outside, not necessarily UTF-8
 *
 * Makes @text safe to print on one line of a terminal: ends of line and tabulators become blanks;
 * other control characters, line separators, marks that override the reading direction, and bytes
 * that are not UTF-8 become U+FFFD.
 *
 * Returns: (transfer full): the safe text
 */
char *
bh_cli_text_clean (const char *text)
{
  g_autofree char *valid = NULL;
  g_autoptr (GString) clean = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  valid = g_utf8_make_valid (text, -1);
  clean = g_string_sized_new (strlen (valid));
  for (const char *p = valid; *p != '\0'; p = next_character (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '\n' || c == '\t')
        g_string_append_c (clean, ' ');
      else
        g_string_append_unichar (clean, is_unsafe (c) ? REPLACEMENT : c);
    }

  return g_string_free (g_steal_pointer (&clean), FALSE);
}

/**
 * bh_cli_text_shorten:
 * @text: UTF-8 text
 * @width: the columns that there are, at least 1
 *
 * Returns: (transfer full): @text, or what of its start fits into @width with an ellipsis
 */
char *
bh_cli_text_shorten (const char *text, guint width)
{
  const char *end = text;
  guint used = 0;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (width > 0, NULL);

  if (bh_cli_text_get_width (text) <= width)
    return g_strdup (text);

  for (const char *p = text; *p != '\0'; p = next_character (p))
    {
      guint columns = get_columns (g_utf8_get_char (p));

      if (used + columns > width - 1)
        break;
      used += columns;
      end = next_character (p);
    }

  return g_strdup_printf ("%.*s…", (int) (end - text), text);
}
