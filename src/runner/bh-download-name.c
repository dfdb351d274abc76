/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-download-name.h"

#include <glib/gi18n.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/*
 * From the name that a page or a server wants to one that is safe in a file manager and free in
 * the directory. A name may lead nowhere else, may not hide the file, and may not look like
 * another: the control characters for writing direction make "photo<RLO>gpj.exe" read like
 * "photoexe.jpg".
 */

#define MAX_NAME 255
/* WebKit writes to NAME.wkdownload first. */
#define MAX_PICKED (MAX_NAME - (gsize) strlen (".wkdownload"))
/* What is longer than this is not a suffix but a name with a dot in it. */
#define MAX_SUFFIX  32
#define MAX_NUMBER  9999
#define FILE_MODE   0666
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
 * bh_download_name_clean:
 * @suggested: (nullable): what the page or the server suggests; it need not be UTF-8
 *
 * Makes a file name of a suggestion: its last path element, without control characters, those for
 * writing direction and leading dots, of at most 255 bytes with its suffix kept.
 *
 * Returns: (transfer full): a name, “download” when nothing is left
 */
char *
bh_download_name_clean (const char *suggested)
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
 * bh_download_name_pick:
 * @directory: an absolute path
 * @name: a name that bh_download_name_clean () made
 * @error: return location for an error
 *
 * Finds a name that no file in @directory has, "name (1).ext" and so on, and makes an empty file
 * there: from then on it is taken for everybody, other apps included. The caller removes it when
 * the download comes to nothing.
 *
 * Returns: (transfer full) (nullable) (type filename): an absolute path, or %NULL with an error
 *   of the domain %G_IO_ERROR
 */
char *
bh_download_name_pick (const char *directory, const char *name, GError **error)
{
  g_return_val_if_fail (directory != NULL && g_path_is_absolute (directory), NULL);
  g_return_val_if_fail (name != NULL && *name != '\0' && strchr (name, '/') == NULL, NULL);

  for (guint number = 0; number <= MAX_NUMBER; number++)
    {
      g_autofree char *insert = number == 0 ? g_strdup ("") : g_strdup_printf (" (%u)", number);
      g_autofree char *candidate = shorten (name, insert, MAX_PICKED);
      g_autofree char *path = g_build_filename (directory, candidate, NULL);
      int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
      int saved = errno;

      if (fd >= 0)
        {
          close (fd);
          return g_steal_pointer (&path);
        }

      if (saved != EEXIST)
        {
          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved),
                       _("No file can be saved in the folder %s: %s"), directory,
                       g_strerror (saved));
          return NULL;
        }
    }

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
               _("The folder %s has too many files that are called “%s”"), directory, name);

  return NULL;
}
