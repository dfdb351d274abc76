/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-file-name.h"

#include <glib/gi18n.h>

#include <string.h>

/*
 * From the name that a page or a server wants to one that is safe in a file manager. A name may
 * lead nowhere else, may not hide the file, and may not look like another: the control characters
 * for writing direction make "photo<RLO>gpj.exe" read like "photoexe.jpg".
 */

#define MAX_NAME 255
/* What is longer than this is not a suffix but a name with a dot in it. */
#define MAX_SUFFIX  32
#define PACKED_STEM ".tar"

/* Zero-width joiners are part of how some scripts and emoji are written; they reorder nothing. */
static gboolean
is_joiner (gunichar c)
{
  return c == 0x200c || c == 0x200d;
}

static gboolean
is_allowed (gunichar c)
{
  switch ((int) g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SURROGATE:
      return FALSE;
    case G_UNICODE_FORMAT:
      return is_joiner (c);
    default:
      return TRUE;
    }
}

/* The offset of the suffix with its dot, or the length of a name that has none. */
static gsize
find_suffix (const char *name)
{
  gsize length = strlen (name);
  const char *dot = strrchr (name, '.');
  gsize stem;

  if (dot == NULL || dot == name || dot[1] == '\0' || length - (gsize) (dot - name) > MAX_SUFFIX)
    return length;

  stem = (gsize) (dot - name);
  if (stem > strlen (PACKED_STEM)
      && g_ascii_strncasecmp (dot - strlen (PACKED_STEM), PACKED_STEM, strlen (PACKED_STEM)) == 0)
    return stem - strlen (PACKED_STEM);

  return stem;
}

/* At most @length bytes of @text, no character cut in two. */
static char *
cut (const char *text, gsize length)
{
  if (strlen (text) <= length)
    return g_strdup (text);

  while (length > 0 && ((guchar) text[length] & 0xc0) == 0x80)
    length--;

  return g_strndup (text, length);
}

static char *
shorten (const char *name, const char *insert, gsize max)
{
  gsize suffix = find_suffix (name);
  g_autofree char *whole_stem = g_strndup (name, suffix);
  g_autofree char *stem = cut (whole_stem, max - strlen (insert) - strlen (name + suffix));

  return g_strconcat (stem, insert, name + suffix, NULL);
}

/**
 * bh_file_name_clean:
 * @suggested: (nullable): what the page or the server suggests; it need not be UTF-8
 *
 * Makes a file name of a suggestion: its last path element, without control characters, those for
 * writing direction and leading dots, of at most 255 bytes with its suffix kept.
 *
 * Returns: (transfer full): a name, “download” when nothing is left
 */
char *
bh_file_name_clean (const char *suggested)
{
  g_autofree char *valid = g_utf8_make_valid (suggested != NULL ? suggested : "", -1);
  g_auto (GStrv) elements = g_strsplit_set (valid, "/\\", -1);
  g_autoptr (GString) name = g_string_new (NULL);
  char *element = valid + strlen (valid);
  const char *start;

  for (guint i = 0; elements[i] != NULL; i++)
    if (*elements[i] != '\0')
      element = elements[i];

  for (char *p = element; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c))
        g_string_append_c (name, ' ');
      else if (is_allowed (c))
        g_string_append_unichar (name, c);
    }

  g_strchomp (name->str);
  start = name->str;
  while (*start == '.' || *start == ' ')
    start++;
  if (*start == '\0')
    return g_strdup (_("download"));

  return shorten (start, "", MAX_NAME);
}

/**
 * bh_file_name_number:
 * @name: a name that bh_file_name_clean() made
 * @number: which one
 *
 * Names the next files of the same name, "name (1).ext" and so on.
 *
 * Returns: (transfer full): @name itself for 0, otherwise @name with the number before its suffix,
 *   of at most 255 bytes
 */
char *
bh_file_name_number (const char *name, guint number)
{
  g_autofree char *insert = NULL;

  g_return_val_if_fail (name != NULL && *name != '\0', NULL);

  insert = number == 0 ? g_strdup ("") : g_strdup_printf (" (%u)", number);

  return shorten (name, insert, MAX_NAME);
}
