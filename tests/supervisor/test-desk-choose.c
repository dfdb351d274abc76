/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk-asking.h"

/* Files that the user chooses for an app, and what becomes of those that change hands. */

static void
assert_copy (Fixture *fixture, const char *path, const char *name, const char *expected)
{
  g_autofree char *desk = find_desk (fixture);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *text = NULL;
  struct stat info;

  g_assert_true (g_str_has_prefix (path, desk));
  g_assert_cmpstr (base, ==, name);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpint (lstat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint ((int) info.st_nlink, ==, 1);
}

static GStrv
choose (Fixture *fixture, BhDBusApp1 *app, const char *options)
{
  g_autofree char *answer = ask_one (fixture, app, "ChooseFiles ({%s},)", options);
  g_autoptr (GVariant) reply = g_variant_parse (G_VARIANT_TYPE ("(as)"), answer, NULL, NULL, NULL);
  GStrv paths = NULL;

  if (reply == NULL)
    g_error ("{%s} is answered: %s", options, answer);
  g_variant_get (reply, "(^as)", &paths);

  return paths;
}

static void
set_choice (Fixture *fixture, const char *first, const char *second)
{
  g_autofree char *one = fixture_build_path (fixture, first, NULL);
  g_autofree char *two = second != NULL ? fixture_build_path (fixture, second, NULL) : NULL;
  g_autofree char *text = g_strjoin ("\n", one, two, NULL);

  write_in (fixture, "choice", text);
}

static void
test_choose (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture);
  g_autofree char *original = fixture_build_path (fixture, "a", "photo.png", NULL);
  g_autofree char *arguments = NULL;
  g_auto (GStrv) one = NULL;
  g_auto (GStrv) two = NULL;
  g_auto (GStrv) none = NULL;
  const struct timespec times[] = { { 1000000000, 0 }, { 1000000000, 0 } };
  struct stat info;

  write_in (fixture, "a/photo.png", "one");
  write_in (fixture, "b/photo.png", "two");
  g_assert_cmpint (utimensat (AT_FDCWD, original, times, 0), ==, 0);
  set_choice (fixture, "a/photo.png", NULL);
  one = choose (fixture, app,
                "'mime-types': <['image/png', 'image/*']>, 'parent': <'x11:1a00007'>");
  g_assert_cmpuint (g_strv_length (one), ==, 1);
  assert_copy (fixture, one[0], "photo.png", "one");
  g_assert_cmpint (lstat (one[0], &info), ==, 0);
  g_assert_cmpint (info.st_mtime, ==, 1000000000);
  arguments = read_in (fixture, "chooser-arguments");
  g_assert_cmpstr (arguments, ==,
                   "--app-name=The plain of data\n--mime-type=image/png\n--mime-type=image/*\n"
                   "--parent=x11:1a00007");

  set_choice (fixture, "a/photo.png", "b/photo.png");
  two = choose (fixture, app, "'multiple': <true>");
  g_assert_cmpuint (g_strv_length (two), ==, 2);
  assert_copy (fixture, two[0], "photo.png", "one");
  assert_copy (fixture, two[1], "photo (1).png", "two");
  g_assert_cmpstr (one[0], !=, two[0]);

  /* The user's file is not what the app writes to. */
  g_assert_true (g_file_set_contents (one[0], "changed", -1, NULL));
  g_free (arguments);
  arguments = read_in (fixture, "a/photo.png");
  g_assert_cmpstr (arguments, ==, "one");

  write_in (fixture, "choice", "");
  none = choose (fixture, app, "'multiple': <true>");
  g_assert_cmpuint (g_strv_length (none), ==, 0);
  kill_app (app);
}

static void
test_choose_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture);
  g_autofree char *pipe_path = fixture_build_path (fixture, "pipe", NULL);
  g_autofree char *desk = find_desk (fixture);
  g_autofree char *chosen = g_build_filename (desk, "chosen", NULL);
  g_autofree char *victim = fixture_build_path (fixture, "victim", NULL);
  g_auto (GStrv) paths = NULL;
  const char *const options[] = {
    "'title': <'Your password file'>",
    "'multiple': <'yes'>",
    "'mime-types': <'image/png'>",
    "'mime-types': <['image/png --multiple']>",
    "'mime-types': <['a/b/c']>",
    "'mime-types': <['image']>",
    "'mime-types': <['']>",
    "'parent': <'1a00007'>",
    "'parent': <'x11:1a;b'>",
    "'parent': <'file:///etc'>",
    "'parent': <'wayland:a b'>",
  };

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    assert_answer (fixture, app, INVALID_ARGUMENT, "ChooseFiles ({%s},)", options[i]);

  write_in (fixture, "choice", "@fail");
  assert_answer (fixture, app, FAILED, "ChooseFiles ({},)");
  set_choice (fixture, "data", NULL);
  assert_answer (fixture, app, FAILED, "ChooseFiles ({},)");
  g_assert_cmpint (mkfifo (pipe_path, 0600), ==, 0);
  set_choice (fixture, "pipe", NULL);
  assert_answer (fixture, app, FAILED, "ChooseFiles ({},)");

  /* A link of the app's leads the copies nowhere. */
  g_assert_cmpint (g_mkdir (victim, 0700), ==, 0);
  g_assert_cmpint (g_rename (chosen, victim), ==, 0);
  g_assert_cmpint (symlink (victim, chosen), ==, 0);
  write_in (fixture, "note.txt", "note");
  set_choice (fixture, "note.txt", NULL);
  paths = choose (fixture, app, "");
  assert_copy (fixture, paths[0], "note.txt", "note");
  g_assert_false (g_file_test (chosen, G_FILE_TEST_IS_SYMLINK));
  kill_app (app);
}

static gboolean
is_choosing (Fixture *fixture)
{
  g_autofree char *arguments = read_in (fixture, "chooser-arguments");

  return arguments != NULL;
}

/* One question at a time, and none that outlives whoever wants to know. */
static void
test_choose_once (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture);
  g_autofree char *arguments = fixture_build_path (fixture, "chooser-arguments", NULL);
  g_autofree char *left = fixture_build_path (fixture, "chooser-left", NULL);
  g_auto (GStrv) list = NULL;

  write_in (fixture, "choice", "@wait");
  ask (fixture, app, "ChooseFiles ({},)\nChooseFiles ({},)");
  poll_for (is_choosing (fixture));
  kill_app (app);
  g_assert_cmpint (g_unlink (arguments), ==, 0);

  launch_painted (app);
  ask (fixture, app, "ChooseFiles ({},)");
  poll_for (is_choosing (fixture));
  g_assert_false (g_file_test (left, G_FILE_TEST_EXISTS));
  fixture_end_supervisor (fixture, SIGKILL);
  poll_for (g_file_test (left, G_FILE_TEST_EXISTS));
  list = take_answers (fixture, app);
  g_assert_cmpstr (list[0], ==, "no answer");
  fixture_start_supervisor (fixture);
  wait_for_title (app, "resumed");

  /* The next supervisor's desk serves the same run. */
  write_in (fixture, "note.txt", "note");
  set_choice (fixture, "note.txt", NULL);
  g_strfreev (choose (fixture, app, ""));
  kill_app (app);
}

/* What has changed hands goes with the run, and what a dead one left goes with the next. */
static void
test_sweep (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autofree char *old = cache_path (fixture, "plain", "desk/old/chosen/1");
  g_autofree char *precious = fixture_build_path (fixture, "precious", NULL);
  g_autofree char *link = g_build_filename (old, "link", NULL);
  g_autofree char *file = g_build_filename (old, "file", NULL);
  g_autofree char *stray = cache_path (fixture, "plain", "desk/stray");
  g_autofree char *desk = NULL;

  write_in (fixture, "precious/file", "precious");
  fixture_write (file, "old");
  fixture_write (stray, "old");
  g_assert_cmpint (symlink (precious, link), ==, 0);
  app = start (fixture);
  poll_for (count_in (fixture, "cache/bulkhead/profiles/plain/desk") == 1);
  g_assert_cmpuint (count_in (fixture, "precious"), ==, 1);
  desk = find_desk (fixture);
  write_outgoing (fixture, "1", "x");
  kill_app (app);
  poll_for (!g_file_test (desk, G_FILE_TEST_EXISTS));
}

#undef ADD
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, fixture_tear_down)

static void
add_tests (void)
{
  ADD ("/desk/choose", test_choose);
  ADD ("/desk/choose-refused", test_choose_refused);
  ADD ("/desk/choose-once", test_choose_once);
  ADD ("/desk/sweep", test_sweep);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
