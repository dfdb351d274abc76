/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-download-name.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What becomes of the names that pages and servers suggest. */

static void
assert_clean (const char *suggested, const char *expected)
{
  g_autofree char *name = bh_download_name_clean (suggested);

  g_assert_cmpstr (name, ==, expected);
}

static void
test_clean (void)
{
  assert_clean ("picture.png", "picture.png");
  assert_clean ("My picture (2).png", "My picture (2).png");
  assert_clean ("naïve — 日本.txt", "naïve — 日本.txt");

  assert_clean ("../../etc/passwd", "passwd");
  assert_clean ("..\\..\\boot.ini", "boot.ini");
  assert_clean ("/etc/passwd/", "passwd");
  assert_clean ("a/..", "download");
  assert_clean (".bashrc", "bashrc");
  assert_clean (". .hidden", "hidden");
  assert_clean ("...", "download");
  assert_clean ("", "download");
  assert_clean (NULL, "download");
  assert_clean ("///", "download");
  assert_clean (" \t ", "download");
  assert_clean (" a b.txt ", "a b.txt");
}

static void
test_characters (void)
{
  assert_clean ("a\nb\tc.txt", "a b c.txt");
  assert_clean ("a\x01\x1b[31m\x7f.txt", "a[31m.txt");
  /* A right-to-left override that makes an .exe look like a .jpg, and isolates. */
  assert_clean ("photo\u202egpj.exe", "photogpj.exe");
  assert_clean ("\u2066a\u2069\u200e\u200f\u061c.txt", "a.txt");
  assert_clean ("\ufeff.bashrc", "bashrc");
  assert_clean ("a\u2028b\u2029.txt", "a b .txt");
  /* Joiners are spelling. */
  assert_clean ("می\u200cخواهم.txt", "می\u200cخواهم.txt");
  assert_clean ("caf\xe9.txt", "caf\ufffd.txt");
}

static void
assert_bounded (const char *filler, const char *suffix)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *name = NULL;

  for (guint i = 0; i < 300; i++)
    g_string_append (text, filler);
  g_string_append (text, suffix);
  name = bh_download_name_clean (text->str);

  g_assert_cmpuint (strlen (name), <=, 255);
  g_assert_cmpuint (strlen (name), >, 255 - strlen (filler));
  g_assert_true (g_str_has_suffix (name, suffix));
  g_assert_true (g_utf8_validate (name, -1, NULL));
}

static void
test_length (void)
{
  g_autofree char *filler = g_strnfill (300, 'b');
  g_autofree char *long_name = NULL;
  g_autofree char *cut_name = NULL;

  assert_bounded ("a", ".png");
  assert_bounded ("é", ".png");
  assert_bounded ("漢", ".tar.gz");
  assert_bounded ("a", "");

  /* A dot far from the end starts no suffix that would have to be kept. */
  long_name = g_strconcat ("a.", filler, NULL);
  cut_name = bh_download_name_clean (long_name);
  g_assert_cmpuint (strlen (cut_name), ==, 255);
  g_assert_true (g_str_has_prefix (long_name, cut_name));
}

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
test_pick_long (void)
{
  g_autofree char *directory = g_dir_make_tmp ("bulkhead-test-XXXXXX", NULL);
  g_autofree char *stem = g_strnfill (251, 'a');
  g_autofree char *name = g_strconcat (stem, ".png", NULL);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = bh_download_name_pick (directory, name, &error);
      g_autofree char *partial = NULL;
      int fd;

      /* WebKit adds this for the time of the transfer. */
      g_assert_no_error (error);
      partial = g_strconcat (path, ".wkdownload", NULL);
      fd = g_open (partial, O_WRONLY | O_CREAT | O_EXCL, 0600);
      g_assert_cmpint (fd, >=, 0);
      close (fd);
      g_assert_true (g_str_has_suffix (path, i == 0   ? "a.png"
                                             : i == 1 ? "a (1).png"
                                                      : "a (2).png"));
    }

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

  g_test_add_func ("/download-name/clean", test_clean);
  g_test_add_func ("/download-name/characters", test_characters);
  g_test_add_func ("/download-name/length", test_length);
  g_test_add_func ("/download-name/pick", test_pick);
  g_test_add_func ("/download-name/pick-long", test_pick_long);
  g_test_add_func ("/download-name/pick-errors", test_pick_errors);

  return g_test_run ();
}
