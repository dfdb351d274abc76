/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-text.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * Messages quote what strangers wrote: member names, addresses, values. What reaches a terminal
 * or a label from there must be short and must not steer it, so all of it passes through here.
 */

#define MAX_QUOTED    80
#define MAX_SUGGESTED 40

/* g_utf8_next_char() for a text that is constant and stays so. */
static const char *
next_character (const char *p)
{
  return p + g_utf8_skip[*(const guchar *) p];
}

/**
 * bh_text_printable:
 * @text: any bytes
 * @max_characters: how much of it to keep
 *
 * Makes @text safe to show on one line: what is not printable (control characters, direction
 * marks) is spelt as in JSON, `\u001b`, bytes that are not UTF-8 are replaced, and what is longer
 * than @max_characters is cut and ends in "…".
 *
 * Returns: (transfer full): UTF-8 text
 */
char *
bh_text_printable (const char *text, gsize max_characters)
{
  g_autofree char *valid = NULL;
  g_autoptr (GString) shown = NULL;
  gsize n = 0;

  g_return_val_if_fail (text != NULL, NULL);

  /* Four bytes are the most that a character takes; no need to look at more of a long text. */
  valid = g_utf8_make_valid (text, (gssize) strnlen (text, 4 * max_characters + 4));
  shown = g_string_new (NULL);
  for (const char *p = valid; *p != '\0'; p = next_character (p), n++)
    {
      gunichar c = g_utf8_get_char (p);

      if (n == max_characters)
        {
          g_string_append (shown, "…");
          break;
        }
      if (g_unichar_isprint (c))
        g_string_append_unichar (shown, c);
      else
        g_string_append_printf (shown, "\\u%04x", c);
    }

  return g_string_free (g_steal_pointer (&shown), FALSE);
}

/**
 * bh_text_quote:
 * @text: any bytes
 *
 * Puts @text in quotation marks for a message, as bh_text_printable() with 80 characters.
 *
 * Returns: (transfer full): the quoted text
 */
char *
bh_text_quote (const char *text)
{
  g_autofree char *shown = bh_text_printable (text, MAX_QUOTED);

  /* Translators: the quotation marks around a name or value inside a message. */
  return g_strdup_printf (_("“%s”"), shown);
}

/**
 * bh_text_has_control:
 * @text: UTF-8 text
 *
 * Returns: whether @text has control characters, line breaks and tabs included
 */
gboolean
bh_text_has_control (const char *text)
{
  g_return_val_if_fail (text != NULL, FALSE);

  for (const char *p = text; *p != '\0'; p = next_character (p))
    if (g_unichar_iscntrl (g_utf8_get_char (p)))
      return TRUE;

  return FALSE;
}

/* Levenshtein's edit distance, upper and lower case being the same. */
static guint
edit_distance (const char *a, const char *b)
{
  guint row[MAX_SUGGESTED + 1];
  gsize n = strlen (b);

  g_assert (n <= MAX_SUGGESTED);

  for (gsize j = 0; j <= n; j++)
    row[j] = (guint) j;

  for (gsize i = 0; a[i] != '\0'; i++)
    {
      guint diagonal = row[0];

      row[0] = (guint) i + 1;
      for (gsize j = 0; j < n; j++)
        {
          guint change = diagonal + (g_ascii_tolower (a[i]) != g_ascii_tolower (b[j]));

          diagonal = row[j + 1];
          row[j + 1] = MIN (change, MIN (row[j], row[j + 1]) + 1);
        }
    }

  return row[n];
}

/**
 * bh_text_suggest:
 * @word: what somebody wrote
 * @names: (array length=n_names): what they may have meant
 * @n_names: how many @names there are
 *
 * Finds the one of @names that @word is most likely a misspelling of.
 *
 * Returns: (transfer none) (nullable): one of @names, or %NULL when none is close
 */
const char *
bh_text_suggest (const char *word, const char *const *names, gsize n_names)
{
  const char *best = NULL;
  guint best_distance = G_MAXUINT;
  gsize length;

  g_return_val_if_fail (word != NULL, NULL);

  length = strlen (word);
  if (length > MAX_SUGGESTED)
    return NULL;

  for (gsize i = 0; i < n_names; i++)
    {
      gsize longest = MAX (length, strlen (names[i]));
      guint distance;

      if (longest > MAX_SUGGESTED)
        continue;

      /* More than a third of the letters wrong is another word. */
      distance = edit_distance (word, names[i]);
      if (distance > MAX (1, longest / 3) || distance >= longest)
        continue;
      if (distance < best_distance || (distance == best_distance && strcmp (names[i], best) < 0))
        {
          best = names[i];
          best_distance = distance;
        }
    }

  return best;
}
