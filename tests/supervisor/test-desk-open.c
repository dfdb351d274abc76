/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-desk-open.h"

#include "supervisor-fixture.h"

#include <glib/gstdio.h>
#include <unistd.h>

/* Which files are documents, and which are programs. */

static void
assert_safe (const char *directory, const char *name, const char *content, int mode, gboolean safe)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);

  g_assert_true (g_file_set_contents (path, content, -1, NULL));
  g_assert_cmpint (g_chmod (path, mode), ==, 0);
  if (bh_desk_open_is_safe (path) != safe)
    g_error ("%s is %s", name, safe ? "not safe" : "safe");
}

static void
test_safe (void)
{
  g_autofree char *directory = g_dir_make_tmp ("bulkhead-test-XXXXXX", NULL);
  g_autofree char *link = g_build_filename (directory, "link.txt", NULL);

  assert_safe (directory, "text.txt", "text", 0644, TRUE);
  assert_safe (directory, "picture.png", "\x89PNG\r\n\x1a\n", 0644, TRUE);
  assert_safe (directory, "run.desktop", "[Desktop Entry]\nType=Application\nExec=true\n", 0644,
               FALSE);
  assert_safe (directory, "RUN.DESKTOP", "[Desktop Entry]\n", 0644, FALSE);
  assert_safe (directory, "marked.txt", "text", 0755, FALSE);
  assert_safe (directory, "script.sh", "#!/bin/sh\n", 0644, FALSE);
  assert_safe (directory, "disguised", "#!/bin/sh\ntrue\n", 0644, FALSE);
  assert_safe (directory, "setup.exe", "MZ", 0644, FALSE);
  g_assert_cmpint (symlink ("text.txt", link), ==, 0);
  g_assert_false (bh_desk_open_is_safe (link));
  g_assert_false (bh_desk_open_is_safe (directory));
  g_assert_false (bh_desk_open_is_safe ("/nonexistent/file"));
  fixture_remove_tree (directory);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk-open/safe", test_safe);

  return g_test_run ();
}
