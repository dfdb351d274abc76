/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-file-name.h"

#include <string.h>

/* What becomes of the names that pages and servers suggest. */

static void
assert_clean (const char *suggested, const char *expected)
{
  g_autofree char *name = bh_file_name_clean (suggested);

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
  name = bh_file_name_clean (text->str);

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
  cut_name = bh_file_name_clean (long_name);
  g_assert_cmpuint (strlen (cut_name), ==, 255);
  g_assert_true (g_str_has_prefix (long_name, cut_name));
}

static void
assert_number (const char *name, guint number, const char *expected)
{
  g_autofree char *numbered = bh_file_name_number (name, number);

  g_assert_cmpstr (numbered, ==, expected);
}

static void
test_number (void)
{
  g_autofree char *stem = g_strnfill (251, 'a');
  g_autofree char *name = g_strconcat (stem, ".png", NULL);
  g_autofree char *numbered = NULL;

  assert_number ("a.png", 0, "a.png");
  assert_number ("a.png", 1, "a (1).png");
  assert_number ("a (1).png", 2, "a (1) (2).png");
  assert_number ("b.tar.gz", 1, "b (1).tar.gz");
  assert_number ("none", 1, "none (1)");
  assert_number ("x.tar", 1, "x (1).tar");

  assert_number (name, 0, name);
  numbered = bh_file_name_number (name, 1234);
  g_assert_cmpuint (strlen (numbered), ==, 255);
  g_assert_true (g_str_has_suffix (numbered, "a (1234).png"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/file-name/clean", test_clean);
  g_test_add_func ("/file-name/characters", test_characters);
  g_test_add_func ("/file-name/length", test_length);
  g_test_add_func ("/file-name/number", test_number);

  return g_test_run ();
}
