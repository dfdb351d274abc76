/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supervisor-fixture.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is installed shows, whole or broken, and what changes shows at once. */

static BhDBusApp1 *
wait_for_app (Fixture *fixture, const char *id)
{
  BhDBusApp1 *app = NULL;

  poll_for ((app = fixture_find_app (fixture, id, NULL)) != NULL);

  return app;
}

static gboolean
is_known (Fixture *fixture, const char *id)
{
  g_autoptr (BhDBusApp1) app = fixture_find_app (fixture, id, NULL);

  return app != NULL;
}

/* An object that has gone since it was found has no properties. */
static gboolean
is_broken (Fixture *fixture, const char *id, const char *words)
{
  g_autoptr (BhDBusApp1) app = fixture_find_app (fixture, id, NULL);
  const char *broken = app != NULL ? bh_dbus_app1_get_broken (app) : NULL;

  return broken != NULL && strstr (broken, words) != NULL;
}

static gboolean
is_usable (Fixture *fixture, const char *id)
{
  g_autoptr (BhDBusApp1) app = fixture_find_app (fixture, id, NULL);

  return app != NULL && g_strcmp0 (bh_dbus_app1_get_broken (app), "") == 0;
}

static void
assert_broken (Fixture *fixture, const char *id, const char *words)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GError) error = NULL;

  poll_for (is_broken (fixture, id, words));
  app = fixture_get_app (fixture, id);
  launch (app, "spawned", NULL, NULL, &error);
  g_assert_error (error, BH_ERROR, BH_ERROR_BROKEN_APP);
  g_clear_error (&error);
  g_assert_false (bh_dbus_app1_call_kill_sync (app, NULL, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_BROKEN_APP);
}

static void
test_changes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) later = NULL;
  g_autoptr (BhDBusApp1) mended = NULL;
  g_autoptr (GError) error = NULL;
  guint pid;

  /* Not even the directory is there at first. */
  fixture_start_supervisor (fixture);
  g_assert_null (fixture_find_app (fixture, "plain", &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_NO_SUCH_APP);
  fixture_add_app (fixture, "plain");
  poll_for (is_usable (fixture, "plain"));
  app = fixture_get_app (fixture, "plain");
  g_assert_cmpstr (bh_dbus_app1_get_source (app), ==, "user");
  pid = launch_painted (app);

  /* Changes. */
  fixture_write_app (fixture, "plain",
                     "{\"startup_app\": {\"uuid\": \"plain\", \"name\": \"Changed\","
                     " \"url\": \"app:///other.html\"}}");
  wait_for (g_str_equal (bh_dbus_app1_get_name (app), "Changed"));
  wait_for (g_str_equal (bh_dbus_app1_get_url (app), "app:///other.html")
            || g_str_has_suffix (bh_dbus_app1_get_url (app), "/other.html"));

  /* Breaks while it runs: it runs on, and what is broken shows beside it. */
  fixture_write_app (fixture, "plain", "{\n\"startup_app\": {\n\"uuid\": \"plain\", \"url\": 7}}");
  wait_for (bh_dbus_app1_get_pid (app) == pid);
  fixture_add_app (fixture, "later");
  later = wait_for_app (fixture, "later");
  g_assert_true (is_alive (pid));
  g_assert_cmpuint (kill_app (app), ==, 1);
  assert_broken (fixture, "plain", "startup_app.url, line 3");

  /* Mended, under another id. */
  fixture_write_app (fixture, "plain",
                     "{\"startup_app\": {\"uuid\": \"good\", \"url\": \"https://good.example/\"}}");
  mended = wait_for_app (fixture, "good");
  poll_for (!is_known (fixture, "plain"));

  fixture_remove_app (fixture, "later");
  poll_for (!is_known (fixture, "later"));
}

/* A directory that comes first, and its manifest in pieces. */
static void
test_slow_copy (Fixture *fixture, gconstpointer data)
{
  g_autofree char *directory
      = fixture_build_path (fixture, "data", "bulkhead", "apps", "slow", NULL);

  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  g_assert_cmpint (g_mkdir_with_parents (directory, 0700), ==, 0);
  poll_for (is_broken (fixture, "slow", "slow/manifest.json"));
  fixture_write_app (fixture, "slow", "{\"startup_app\": {\"uuid\": ");
  poll_for (is_broken (fixture, "slow", "line 1"));
  fixture_add_app (fixture, "slow");
  poll_for (is_usable (fixture, "slow"));
}

static void
test_precedence (Fixture *fixture, gconstpointer data)
{
  const char *const places[] = { "managed", "data", "system" };
  const char *const sources[] = { "managed", "user", "system" };
  g_autoptr (BhDBusApp1) app = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    fixture_add_app_in (fixture, places[i], "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *name = g_strdup_printf ("The plain of %s", places[i]);
      g_autofree char *path
          = fixture_build_path (fixture, places[i], "bulkhead", "apps", "plain", NULL);

      wait_for (g_strcmp0 (bh_dbus_app1_get_source (app), sources[i]) == 0);
      wait_for (g_strcmp0 (bh_dbus_app1_get_name (app), name) == 0);
      g_assert_true (g_str_has_prefix (bh_dbus_app1_get_manifest_path (app), path));
      fixture_remove_tree (path);
    }
  poll_for (!is_known (fixture, "plain"));

  /* The stronger one comes back. */
  fixture_add_app_in (fixture, "system", "plain");
  g_clear_object (&app);
  app = wait_for_app (fixture, "plain");
  fixture_add_app_in (fixture, "managed", "plain");
  wait_for (g_strcmp0 (bh_dbus_app1_get_source (app), "managed") == 0);

  /* One that was hidden changes its id. */
  fixture_write_app_in (fixture, "system", "plain",
                        "{\"startup_app\": {\"uuid\": \"own\", \"url\": \"https://x.example/\"}}");
  g_clear_object (&app);
  app = wait_for_app (fixture, "own");
  g_assert_cmpstr (bh_dbus_app1_get_source (app), ==, "system");
}

static void
on_removed (GDBusConnection *connection,
            const char *sender,
            const char *path,
            const char *interface,
            const char *name,
            GVariant *parameters,
            gpointer user_data)
{
  (*(guint *) user_data)++;
}

/* A change of one app leaves the objects of the others alone, broken ones too. */
static void
test_others_stay (Fixture *fixture, gconstpointer data)
{
  g_autofree char *later
      = fixture_build_path (fixture, "data", "bulkhead", "apps", "later.json", NULL);
  guint removed = 0;
  guint id;

  fixture_add_app (fixture, "plain");
  fixture_write_app (fixture, "bad", "{");
  fixture_write_app (fixture, "worse", "[");
  fixture_start_supervisor (fixture);
  assert_broken (fixture, "bad", "line 1");
  assert_broken (fixture, "worse", "line 1");
  id = g_dbus_connection_signal_subscribe (fixture->connection, BH_SUPERVISOR_BUS_NAME,
                                           "org.freedesktop.DBus.ObjectManager",
                                           "InterfacesRemoved", NULL, NULL,
                                           G_DBUS_SIGNAL_FLAGS_NONE, on_removed, &removed, NULL);
  /* One file, written in one step: a directory would be seen without its manifest. */
  fixture_write (later,
                 "{\"startup_app\": {\"uuid\": \"later\", \"url\": \"https://x.example/\"}}");
  poll_for (is_usable (fixture, "later"));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (removed, ==, 0);

  fixture_add_app (fixture, "bad");
  poll_for (is_usable (fixture, "bad"));
  wait_for (removed == 1);
  assert_broken (fixture, "worse", "line 1");
  fixture_remove_app (fixture, "worse");
  poll_for (!is_known (fixture, "worse"));
  g_dbus_connection_signal_unsubscribe (fixture->connection, id);
}

static void
test_duplicates (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;

  fixture_add_app (fixture, "plain");
  fixture_write_app (fixture, "twin",
                     "{\"startup_app\": {\"uuid\": \"plain\", \"url\": \"https://x.example/\"}}");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  g_assert_cmpstr (bh_dbus_app1_get_name (app), ==, "The plain of data");
  assert_broken (fixture, "twin", "has the same id, “plain”");
}

/* Nothing that lies there takes the others with it, or holds the service up. */
static void
test_odd_files (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) linked = NULL;
  g_autoptr (BhDBusApp1) alone = NULL;
  g_autofree char *apps = fixture_build_path (fixture, "data", "bulkhead", "apps", NULL);
  g_autofree char *pipe = g_build_filename (apps, "pipe", "manifest.json", NULL);
  g_autofree char *pipe_alone = g_build_filename (apps, "pipe.json", NULL);
  g_autofree char *directory = g_build_filename (apps, "directory", "manifest.json", NULL);
  g_autofree char *zero = g_build_filename (apps, "zero.json", NULL);
  g_autofree char *loop = g_build_filename (apps, "loop.json", NULL);
  g_autofree char *dangling = g_build_filename (apps, "dangling", NULL);
  g_autofree char *huge = g_build_filename (apps, "huge.json", NULL);
  g_autofree char *latin = g_build_filename (apps, "caf\xe9.json", NULL);
  g_autofree char *hidden = g_build_filename (apps, ".hidden.json", NULL);
  g_autofree char *elsewhere = fixture_build_path (fixture, "elsewhere", NULL);
  g_autofree char *manifest = g_build_filename (elsewhere, "manifest.json", NULL);
  g_autofree char *link = g_build_filename (apps, "link", NULL);
  g_autofree char *one = g_build_filename (apps, "one.json", NULL);
  g_autofree char *local = g_build_filename (apps, "local.json", NULL);
  g_autofree char *binary = g_build_filename (apps, "binary.json", NULL);
  g_autofree char *spaces = g_strnfill (2 * 1024 * 1024, ' ');

  fixture_add_app (fixture, "plain");
  g_assert_cmpint (g_mkdir_with_parents (directory, 0700), ==, 0);
  fixture_write_app (fixture, "pipe", "");
  g_unlink (pipe);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_assert_cmpint (mkfifo (pipe_alone, 0600), ==, 0);
  g_assert_cmpint (symlink ("/dev/zero", zero), ==, 0);
  g_assert_cmpint (symlink ("loop.json", loop), ==, 0);
  g_assert_cmpint (symlink ("nowhere", dangling), ==, 0);
  fixture_write (huge, spaces);
  fixture_write (latin, "{}");
  fixture_write (hidden, "{}");
  fixture_write (binary, "\x01\x02\xff");
  fixture_write (manifest, "{\"startup_app\": {\"uuid\": \"linked\", \"url\": \"app:///a\"}}");
  g_assert_cmpint (symlink (elsewhere, link), ==, 0);
  fixture_write (one, "{\"startup_app\": {\"uuid\": \"one\", \"url\": \"https://one.example/\"}}");
  fixture_write (local, "{\"startup_app\": {\"uuid\": \"local\", \"url\": \"app:///a\"}}");

  fixture_start_supervisor (fixture);
  assert_broken (fixture, "pipe", "This is not a file");
  assert_broken (fixture, "pipe.json", "This is not a file");
  assert_broken (fixture, "directory", "This is not a file");
  assert_broken (fixture, "zero.json", "This is not a file");
  assert_broken (fixture, "loop.json", "loop.json: ");
  assert_broken (fixture, "huge.json", "huge.json: ");
  assert_broken (fixture, "binary.json", "binary.json: ");
  assert_broken (fixture, "local.json", "stands alone");
  assert_broken (fixture, "caf\xef\xbf\xbd.json", "not UTF-8");
  g_assert_false (is_known (fixture, "dangling"));
  g_assert_false (is_known (fixture, ".hidden.json"));
  g_assert_true (is_known (fixture, "plain"));
  linked = fixture_get_app (fixture, "linked");
  g_assert_cmpstr (bh_dbus_app1_get_broken (linked), ==, "");
  alone = fixture_get_app (fixture, "one");
  g_assert_cmpstr (bh_dbus_app1_get_broken (alone), ==, "");
}

/* An app's directory turns into other things while it is watched, and back. */
static void
test_replaced (Fixture *fixture, gconstpointer data)
{
  g_autofree char *apps = fixture_build_path (fixture, "data", "bulkhead", "apps", NULL);
  g_autofree char *app = g_build_filename (apps, "plain", NULL);
  g_autofree char *manifest = g_build_filename (app, "manifest.json", NULL);
  g_autofree char *elsewhere = fixture_build_path (fixture, "elsewhere", NULL);
  g_autofree char *aside = fixture_build_path (fixture, "aside", NULL);

  fixture_add_app (fixture, "plain");
  fixture_add_app (fixture, "other");
  fixture_start_supervisor (fixture);
  g_assert_true (is_usable (fixture, "plain"));

  /* The manifest. */
  g_assert_cmpint (g_unlink (manifest), ==, 0);
  g_assert_cmpint (mkfifo (manifest, 0600), ==, 0);
  poll_for (is_broken (fixture, "plain", "This is not a file"));
  g_assert_cmpint (g_unlink (manifest), ==, 0);
  g_assert_cmpint (g_mkdir (manifest, 0700), ==, 0);
  fixture_add_app (fixture, "later");
  poll_for (is_usable (fixture, "later"));
  assert_broken (fixture, "plain", "This is not a file");
  g_assert_cmpint (g_rmdir (manifest), ==, 0);
  g_assert_cmpint (symlink ("/dev/zero", manifest), ==, 0);
  fixture_remove_app (fixture, "later");
  poll_for (!is_known (fixture, "later"));
  assert_broken (fixture, "plain", "This is not a file");
  g_assert_cmpint (g_unlink (manifest), ==, 0);
  fixture_add_app (fixture, "plain");
  poll_for (is_usable (fixture, "plain"));

  /* The app's directory. */
  fixture_remove_app (fixture, "plain");
  g_assert_cmpint (mkfifo (app, 0600), ==, 0);
  poll_for (!is_known (fixture, "plain"));
  g_assert_cmpint (g_unlink (app), ==, 0);
  g_assert_cmpint (symlink (".", app), ==, 0);
  poll_for (is_broken (fixture, "plain", "manifest.json"));
  g_assert_cmpint (g_unlink (app), ==, 0);
  fixture_add_app (fixture, "plain");
  poll_for (is_usable (fixture, "plain"));

  /* The directory of all apps. */
  g_assert_cmpint (g_rename (apps, aside), ==, 0);
  g_assert_cmpint (mkfifo (apps, 0600), ==, 0);
  poll_for (!is_known (fixture, "plain") && !is_known (fixture, "other"));
  g_assert_cmpint (g_unlink (apps), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (elsewhere, 0700), ==, 0);
  g_assert_cmpint (symlink (elsewhere, apps), ==, 0);
  fixture_add_app (fixture, "linked");
  poll_for (is_usable (fixture, "linked"));
  g_assert_cmpint (g_unlink (apps), ==, 0);
  g_assert_cmpint (g_rename (aside, apps), ==, 0);
  poll_for (is_usable (fixture, "plain") && is_usable (fixture, "other"));
  poll_for (!is_known (fixture, "linked"));
  fixture_add_app (fixture, "last");
  poll_for (is_usable (fixture, "last"));
}

/* Only a person whom the kernel refuses something can see this one. */
static void
test_unreadable (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path
      = fixture_build_path (fixture, "data", "bulkhead", "apps", "plain", "manifest.json", NULL);

  if (geteuid () == 0)
    {
      g_test_skip ("root reads everything");
      return;
    }
  fixture_add_app (fixture, "plain");
  g_assert_cmpint (g_chmod (path, 0), ==, 0);
  fixture_start_supervisor (fixture);
  assert_broken (fixture, "plain", "Permission denied");
}

static void
test_many (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  gint64 began;

  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *id = g_strdup_printf ("app%03u", i);

      fixture_add_app (fixture, id);
    }
  fixture_start_supervisor (fixture);
  g_assert_true (is_known (fixture, "app000") && is_known (fixture, "app499"));
  /* Reading them all again for one change takes no time that anybody would see. */
  began = g_get_monotonic_time ();
  fixture_add_app (fixture, "plain");
  app = wait_for_app (fixture, "plain");
  g_assert_cmpint (g_get_monotonic_time () - began, <, 5 * G_USEC_PER_SEC);
  launch_painted (app);
  g_assert_cmpuint (kill_app (app), ==, 1);
}

static void
add_tests (void)
{
  ADD ("/catalogue/changes", test_changes);
  ADD ("/catalogue/slow-copy", test_slow_copy);
  ADD ("/catalogue/precedence", test_precedence);
  ADD ("/catalogue/others-stay", test_others_stay);
  ADD ("/catalogue/duplicates", test_duplicates);
  ADD ("/catalogue/odd-files", test_odd_files);
  ADD ("/catalogue/replaced", test_replaced);
  ADD ("/catalogue/unreadable", test_unreadable);
  ADD ("/catalogue/many", test_many);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
