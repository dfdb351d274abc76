/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-download-name.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Which names are free. */

static void
assert_pick (const char *directory, const char *name, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = bh_download_name_pick (directory, name, &error);
  g_autofree char *base = NULL;
  g_autofree char *folder = NULL;

  g_assert_no_error (error);
  base = g_path_get_basename (path);
  folder = g_path_get_dirname (path);
  g_assert_cmpstr (base, ==, expected);
  g_assert_cmpstr (folder, ==, directory);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
}

static void
remove_all (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

static void
test_pick (void)
{
  g_autofree char *directory = g_dir_make_tmp ("bulkhead-test-XXXXXX", NULL);
  g_autofree char *kept = g_build_filename (directory, "kept.txt", NULL);
  g_autofree char *link = g_build_filename (directory, "link.txt", NULL);
  g_autofree char *folder = g_build_filename (directory, "folder", NULL);
  g_autofree char *content = NULL;

  /* Each is taken as soon as it is picked. */
  assert_pick (directory, "a.png", "a.png");
  assert_pick (directory, "a.png", "a (1).png");
  assert_pick (directory, "a.png", "a (2).png");
  assert_pick (directory, "b.tar.gz", "b.tar.gz");
  assert_pick (directory, "b.tar.gz", "b (1).tar.gz");
  assert_pick (directory, "none", "none");
  assert_pick (directory, "none", "none (1)");
  assert_pick (directory, "x.tar", "x.tar");
  assert_pick (directory, "x.tar", "x (1).tar");

  g_assert_true (g_file_set_contents (kept, "precious", -1, NULL));
  assert_pick (directory, "kept.txt", "kept (1).txt");
  g_assert_true (g_file_get_contents (kept, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "precious");

  /* Neither a link that leads nowhere nor a folder is free. */
  g_assert_cmpint (symlink ("nowhere", link), ==, 0);
  assert_pick (directory, "link.txt", "link (1).txt");
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  assert_pick (directory, "folder", "folder (1)");

  remove_all (directory);
}

static void
test_pick_errors (void)
{
  g_autofree char *directory = g_dir_make_tmp ("bulkhead-test-XXXXXX", NULL);
  g_autofree char *missing = g_build_filename (directory, "missing", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (bh_download_name_pick (missing, "a.png", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, missing));

  remove_all (directory);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/download-name/pick", test_pick);
  g_test_add_func ("/download-name/pick-errors", test_pick_errors);

  return g_test_run ();
}
