/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-app-files.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Every way out of an app's directory, with both engines. */

typedef struct
{
  char *root;
  char *app;
} Fixture;

static char *
build (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->root, name, NULL);
}

static void
write_file (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = build (fixture, name);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
make_link (Fixture *fixture, const char *target, const char *name)
{
  g_autofree char *path = build (fixture, name);

  g_assert_cmpint (symlink (target, path), ==, 0);
}

static void
make_directory (Fixture *fixture, const char *name)
{
  g_autofree char *path = build (fixture, name);

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *secret = NULL;
  g_autofree char *fifo = NULL;

  fixture->root = g_dir_make_tmp ("bulkhead-test-XXXXXX", NULL);
  fixture->app = build (fixture, "app");
  make_directory (fixture, "app");
  make_directory (fixture, "app/sub");
  make_directory (fixture, "app-other");
  write_file (fixture, "secret", "secret");
  write_file (fixture, "app-other/file", "of another app");
  write_file (fixture, "app/file", "content");
  write_file (fixture, "app/sub/deep", "deeper content");
  write_file (fixture, "app/a..b", "dots");

  secret = build (fixture, "secret");
  make_link (fixture, "file", "app/inside");
  make_link (fixture, "../file", "app/sub/inside");
  make_link (fixture, "sub", "app/folder");
  make_link (fixture, "../secret", "app/outside");
  make_link (fixture, secret, "app/absolute");
  make_link (fixture, "..", "app/up");
  make_link (fixture, "/", "app/top");
  make_link (fixture, "loop", "app/loop");
  make_link (fixture, "/proc/self/root", "app/magic");
  fifo = build (fixture, "app/fifo");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_tree (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  remove_tree (fixture->root);
  g_free (fixture->app);
  g_free (fixture->root);
}

static void
assert_content (Fixture *fixture, BhOpenEngine engine, const char *path, const char *expected)
{
  g_autoptr (GError) error = NULL;
  guint64 size = 0;
  gint64 modified = 0;
  char buffer[64];
  gssize n;
  int fd = bh_app_files_open_with (engine, fixture->app, path, &size, &modified, &error);

  g_assert_no_error (error);
  n = read (fd, buffer, sizeof buffer);
  g_assert_cmpmem (buffer, n, expected, strlen (expected));
  g_assert_cmpuint (size, ==, strlen (expected));
  g_assert_cmpint (ABS (modified - g_get_real_time () / G_USEC_PER_SEC), <, 60);
  close (fd);
}

static void
assert_no_file (Fixture *fixture, BhOpenEngine engine, const char *path, GIOErrorEnum code)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (bh_app_files_open_with (engine, fixture->app, path, NULL, NULL, &error), ==, -1);
  if (!g_error_matches (error, G_IO_ERROR, (int) code))
    g_error ("“%s” with engine %d: %s", path, engine, error->message);
}

/* FALSE when the kernel does not offer the engine. */
static gboolean
has_engine (Fixture *fixture, BhOpenEngine engine)
{
  g_autoptr (GError) error = NULL;
  int fd = bh_app_files_open_with (engine, fixture->app, "file", NULL, NULL, &error);

  if (fd >= 0)
    {
      close (fd);
      return TRUE;
    }
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    g_error ("%s", error->message);
  g_test_skip ("the kernel does not have openat2 ()");

  return FALSE;
}

static void
test_engine (Fixture *fixture, gconstpointer data)
{
  static const char *const outside[] = {
    "../secret",
    "sub/../../secret",
    "./../secret",
    "../app-other/file",
    "outside",
    "absolute",
    "up/secret",
    "up/app-other/file",
    "top/etc/passwd",
    "folder/../../secret",
    "magic/etc/passwd",
    "loop",
    "missing",
    "missing/file",
    "file/",
    "file/more",
  };
  BhOpenEngine engine = GPOINTER_TO_INT (data);
  g_autofree char *secret = build (fixture, "secret");
  g_autofree char *long_name = g_strnfill (300, 'a');

  if (!has_engine (fixture, engine))
    return;

  assert_content (fixture, engine, "file", "content");
  assert_content (fixture, engine, "./file", "content");
  assert_content (fixture, engine, "sub/deep", "deeper content");
  assert_content (fixture, engine, "sub//deep", "deeper content");
  assert_content (fixture, engine, "a..b", "dots");

  for (gsize i = 0; i < G_N_ELEMENTS (outside); i++)
    assert_no_file (fixture, engine, outside[i], G_IO_ERROR_NOT_FOUND);
  assert_no_file (fixture, engine, secret, G_IO_ERROR_NOT_FOUND);
  assert_no_file (fixture, engine, long_name, G_IO_ERROR_NOT_FOUND);

  /* What never ends, and what is no file. */
  assert_no_file (fixture, engine, "fifo", G_IO_ERROR_NOT_REGULAR_FILE);
  assert_no_file (fixture, engine, "sub", G_IO_ERROR_NOT_REGULAR_FILE);
  assert_no_file (fixture, engine, ".", G_IO_ERROR_NOT_REGULAR_FILE);

  /* Links that stay inside work where the kernel resolves them, and nowhere else. */
  if (engine == BH_OPEN_KERNEL)
    {
      assert_content (fixture, engine, "inside", "content");
      assert_content (fixture, engine, "sub/inside", "content");
      assert_content (fixture, engine, "folder/deep", "deeper content");
      assert_content (fixture, engine, "sub/../file", "content");
    }
  else
    {
      assert_no_file (fixture, engine, "inside", G_IO_ERROR_NOT_FOUND);
      assert_no_file (fixture, engine, "sub/inside", G_IO_ERROR_NOT_FOUND);
      assert_no_file (fixture, engine, "folder/deep", G_IO_ERROR_NOT_FOUND);
      assert_no_file (fixture, engine, "sub/../file", G_IO_ERROR_NOT_FOUND);
    }
}

static void
test_open (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *missing = build (fixture, "gone");
  int fd = bh_app_files_open (fixture->app, "file", NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (fd, >=, 0);
  close (fd);

  g_assert_cmpint (bh_app_files_open (fixture->app, "../secret", NULL, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_cmpint (bh_app_files_open (missing, "file", NULL, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/app-files/kernel", Fixture, GINT_TO_POINTER (BH_OPEN_KERNEL), set_up, test_engine,
              tear_down);
  g_test_add ("/app-files/walk", Fixture, GINT_TO_POINTER (BH_OPEN_WALK), set_up, test_engine,
              tear_down);
  g_test_add ("/app-files/open", Fixture, NULL, set_up, test_open, tear_down);

  return g_test_run ();
}
