/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-window-state.h"

#include <glib/gstdio.h>

#include <sys/stat.h>

#define MANIFEST(members)                                                                          \
  "{\"startup_app\":{\"uuid\":\"a\",\"name\":\"A\",\"url\":\"app:///index.html\"" members "}}"

typedef struct
{
  char *directory;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->directory = g_dir_make_tmp ("bh-window-state-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->directory, "window.ini", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->directory), ==, 0);
  g_free (fixture->directory);
  g_free (fixture->path);
}

static void
init_from (BhWindowState *state, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BhManifest) manifest = bh_manifest_new_from_data (text, -1, &error);

  g_assert_no_error (error);
  bh_window_state_init (state, bh_manifest_get_window (manifest, 0));
}

static void
test_manifest (Fixture *fixture, gconstpointer data)
{
  BhWindowState state;

  init_from (&state, MANIFEST (",\"defaultWidth\":640,\"defaultHeight\":480"));
  g_assert_cmpint (state.width, ==, 640);
  g_assert_cmpint (state.height, ==, 480);
  g_assert_false (state.has_position);
  g_assert_false (state.maximized);
  g_assert_cmpfloat (state.zoom, ==, 1.0);

  init_from (&state, MANIFEST (",\"defaultLeft\":12,\"defaultTop\":34"));
  g_assert_true (state.has_position);
  g_assert_cmpint (state.left, ==, 12);
  g_assert_cmpint (state.top, ==, 34);
}

static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  const BhWindowState saved = { .width = 333,
                                .height = 444,
                                .left = -50,
                                .top = 60,
                                .has_position = TRUE,
                                .maximized = TRUE,
                                .zoom = 1.33 };
  g_autoptr (GError) error = NULL;
  BhWindowState state;
  struct stat info;

  g_assert_true (bh_window_state_save (&saved, fixture->directory, &error));
  g_assert_no_error (error);
  g_assert_cmpint (stat (fixture->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);

  init_from (&state, MANIFEST (""));
  bh_window_state_load (&state, fixture->directory);
  g_assert_cmpint (state.width, ==, 333);
  g_assert_cmpint (state.height, ==, 444);
  g_assert_true (state.has_position);
  g_assert_cmpint (state.left, ==, -50);
  g_assert_cmpint (state.top, ==, 60);
  g_assert_true (state.maximized);
  g_assert_cmpfloat_with_epsilon (state.zoom, 1.33, 0.001);
}

static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = {
    "",
    "no key file",
    "[window]\nwidth=99999999\nheight=10\nzoom=-1\n",
    "[window]\nwidth=abc\nheight=500\nleft=1\nzoom=1e999\n",
    "[window]\nwidth=5\nheight=5\ntop=nothing\nzoom=nan\n",
    "[other]\nwidth=500\nheight=500\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      BhWindowState state, before;

      g_file_set_contents (fixture->path, texts[i], -1, &error);
      g_assert_no_error (error);
      init_from (&before, MANIFEST (""));
      state = before;
      bh_window_state_load (&state, fixture->directory);
      g_assert_cmpint (state.width, ==, before.width);
      g_assert_cmpint (state.height, ==, before.height);
      g_assert_cmpint (state.has_position, ==, before.has_position);
      g_assert_cmpfloat (state.zoom, ==, 1.0);
    }
}

static void
test_unwritable (Fixture *fixture, gconstpointer data)
{
  g_autofree char *nowhere = g_build_filename (fixture->directory, "nowhere", NULL);
  g_autoptr (GError) error = NULL;
  BhWindowState state;

  init_from (&state, MANIFEST (""));
  g_assert_false (bh_window_state_save (&state, nowhere, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function)                                                                        \
  g_test_add ("/window-state/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("manifest", test_manifest);
  ADD ("round-trip", test_round_trip);
  ADD ("damaged", test_damaged);
  ADD ("unwritable", test_unwritable);

  return g_test_run ();
}
