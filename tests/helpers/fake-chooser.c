/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-app-id.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * Stands where bulkhead-chooser would: chooses without a display what the file "choice" in
 * XDG_RUNTIME_DIR says, one path a line, and writes its arguments to "chooser-arguments".
 *
 *   /a/path  chooses it
 *   @wait    waits until the standard input ends, makes the file "chooser-left" and chooses nothing
 *   @fail    exits with 3
 */

static char *
build_path (const char *name)
{
  return g_build_filename (g_getenv ("XDG_RUNTIME_DIR"), name, NULL);
}

static void
write_arguments (char **argv)
{
  g_autofree char *path = build_path ("chooser-arguments");
  g_autofree char *arguments = g_strjoinv ("\n", argv + 1);
  g_autofree char *text
      = g_strconcat (arguments, g_getenv (BH_APP_ENV) != NULL ? "\ntagged" : "", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

int
main (int argc, char **argv)
{
  g_autofree char *path = build_path ("choice");
  g_autofree char *left = build_path ("chooser-left");
  g_autofree char *choice = NULL;
  g_auto (GStrv) lines = NULL;
  char byte;

  write_arguments (argv);
  g_assert_true (g_file_get_contents (path, &choice, NULL, NULL));
  lines = g_strsplit (g_strchomp (choice), "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (g_str_equal (lines[i], "@fail"))
        return 3;
      if (g_str_equal (lines[i], "@wait"))
        {
          while (read (STDIN_FILENO, &byte, 1) > 0)
            ;
          g_assert_true (g_file_set_contents (left, "", 0, NULL));
          return 0;
        }
      fwrite (lines[i], strlen (lines[i]) + 1, 1, stdout);
    }

  return 0;
}
