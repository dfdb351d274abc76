/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supervisor-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* What an app has on the disk, at the service: App1.GetStorage and App1.ClearData. */

static const char *const everything[] = { "data", "cache", "state", NULL };
static const char *const only_cache[] = { "cache", NULL };

static char *
build_path (Fixture *fixture, const char *kind, const char *app, const char *file)
{
  return fixture_build_path (fixture, kind, "bulkhead", "profiles", app, file, NULL);
}

static void
write_in (Fixture *fixture, const char *kind, const char *app, const char *file)
{
  g_autofree char *path = build_path (fixture, kind, app, file);

  fixture_write (path, "something");
}

static gboolean
has (Fixture *fixture, const char *kind, const char *app, const char *file)
{
  g_autofree char *path = build_path (fixture, kind, app, file);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static guint64
get_size (GVariant *storage, const char *name)
{
  guint64 bytes = 0;

  g_assert_true (g_variant_lookup (storage, name, "t", &bytes));

  return bytes;
}

static guint64
du (const char *path)
{
  g_autofree char *line = g_strconcat ("du -s -x -B1 ", path, NULL);
  g_autofree char *out = NULL;

  g_assert_true (g_spawn_command_line_sync (line, &out, NULL, NULL, NULL));

  return g_ascii_strtoull (out, NULL, 10);
}

/* The details of all such events of an app. */
static void
assert_recorded (Fixture *fixture, const char *app, const char *expected)
{
  g_autoptr (BhDBusJournal1) journal = NULL;
  g_autoptr (GString) details = g_string_new (NULL);
  g_autoptr (GVariant) events = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  const char *const kinds[] = { "data-cleared", NULL };

  g_variant_dict_insert (&options, "app", "s", app);
  g_variant_dict_insert (&options, "kinds", "^as", kinds);
  journal = bh_dbus_journal1_proxy_new_sync (fixture->connection, G_DBUS_PROXY_FLAGS_NONE,
                                             BH_SUPERVISOR_BUS_NAME, BH_SUPERVISOR_OBJECT_PATH,
                                             NULL, &error);
  g_assert_no_error (error);
  bh_dbus_journal1_call_get_events_sync (journal, g_variant_dict_end (&options), &events, NULL,
                                         &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < g_variant_n_children (events); i++)
    {
      g_autoptr (GVariant) event = g_variant_get_child_value (events, i);
      const char *detail = "";

      g_variant_lookup (event, "detail", "&s", &detail);
      g_string_append_printf (details, "%s%s", i > 0 ? "; " : "", detail);
    }
  g_assert_cmpstr (details->str, ==, expected);
}

static void
test_sizes (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "data", "cache", "state" };
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) broken = NULL;
  g_autoptr (GVariant) storage = NULL;
  g_autoptr (GVariant) again = NULL;
  g_autoptr (GVariant) none = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *cache = build_path (fixture, "cache", "plain", "");
  guint64 before;

  fixture_add_app (fixture, "plain");
  fixture_write_app (fixture, "damaged", "{");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  bh_dbus_app1_call_get_storage_sync (app, &none, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (get_size (none, "data"), ==, 0);

  launch_painted (app);
  write_in (fixture, "cache", "plain", "a/page");
  bh_dbus_app1_call_get_storage_sync (app, &storage, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *key = g_strconcat (names[i], "-path", NULL);
      const char *path = NULL;

      g_assert_true (g_variant_lookup (storage, key, "&s", &path));
      g_assert_true (g_file_test (path, G_FILE_TEST_IS_DIR));
      g_assert_cmpuint (get_size (storage, names[i]), ==, du (path));
    }

  /* What can't be counted is left out, and the rest is told. */
  before = get_size (storage, "state");
  fixture_remove_tree (cache);
  g_assert_cmpint (symlink ("/", cache), ==, 0);
  bh_dbus_app1_call_get_storage_sync (app, &again, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (g_variant_lookup (again, "cache", "t", NULL));
  g_assert_cmpuint (get_size (again, "state"), ==, before);
  kill_app (app);
  g_unlink (cache);

  broken = fixture_get_app (fixture, "damaged");
  g_assert_false (bh_dbus_app1_call_get_storage_sync (broken, &storage, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_BROKEN_APP);
  g_clear_error (&error);
  g_assert_false (bh_dbus_app1_call_clear_data_sync (broken, everything, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_BROKEN_APP);
}

static void
test_clear (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) other = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = build_path (fixture, "data", "plain", "");
  struct stat info;
  guint pid, other_pid;

  fixture_add_app (fixture, "plain");
  fixture_add_app (fixture, "other");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  other = fixture_get_app (fixture, "other");
  pid = launch_painted (app);
  other_pid = launch_painted (other);
  for (guint i = 0; everything[i] != NULL; i++)
    {
      write_in (fixture, everything[i], "plain", "a/file");
      write_in (fixture, everything[i], "other", "a/file");
    }

  g_assert_true (bh_dbus_app1_call_clear_data_sync (app, only_cache, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (is_alive (pid));
  wait_for_state (app, "stopped");
  wait_for_reason (app, "stopped");
  g_assert_false (has (fixture, "cache", "plain", "a"));
  g_assert_true (has (fixture, "data", "plain", "a/file"));
  g_assert_true (has (fixture, "state", "plain", "a/file"));

  g_assert_true (bh_dbus_app1_call_clear_data_sync (app, everything, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (has (fixture, "data", "plain", "a"));
  g_assert_false (has (fixture, "state", "plain", "a"));
  g_assert_cmpint (stat (directory, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 07777, ==, 0700);
  g_assert_true (is_alive (other_pid));
  assert_recorded (fixture, "plain", "cache; data, cache, state");
  for (guint i = 0; everything[i] != NULL; i++)
    g_assert_true (has (fixture, everything[i], "other", "a/file"));

  /* It comes up again. */
  launch_painted (app);
  kill_app (app);
  kill_app (other);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  static const char *const wrong[] = { "cache", "everything", NULL };
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) slow = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *lock = build_path (fixture, "data", "plain", "lock");
  guint pid;
  int fd;

  fixture_add_app (fixture, "plain");
  fixture_add_app (fixture, "hang");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  pid = launch_painted (app);
  write_in (fixture, "cache", "plain", "file");
  g_assert_false (bh_dbus_app1_call_clear_data_sync (app, wrong, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "“everything”"));
  g_clear_error (&error);
  g_assert_true (is_alive (pid));
  g_assert_true (has (fixture, "cache", "plain", "file"));
  kill_app (app);

  /* Another session of the same user's has it. */
  fd = g_open (lock, O_RDWR | O_CLOEXEC, 0);
  g_assert_cmpint (flock (fd, LOCK_EX | LOCK_NB), ==, 0);
  g_assert_false (bh_dbus_app1_call_clear_data_sync (app, everything, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "another session"));
  g_clear_error (&error);
  g_assert_true (has (fixture, "cache", "plain", "file"));
  close (fd);
  g_assert_true (bh_dbus_app1_call_clear_data_sync (app, everything, NULL, &error));
  g_assert_no_error (error);

  slow = fixture_get_app (fixture, "hang");
  g_assert_true (launch (slow, "spawned", NULL, NULL, NULL));
  wait_for_state (slow, "starting");
  g_assert_false (bh_dbus_app1_call_clear_data_sync (slow, everything, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "being started"));
  kill_app (slow);
}

static void
on_call_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

/* What is launched meanwhile comes up when it is done. */
static void
test_launch_meanwhile (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GAsyncResult) cleared = NULL;
  g_autoptr (GAsyncResult) launched = NULL;
  g_autoptr (GAsyncResult) refused = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  fixture_add_app (fixture, "stubborn");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "stubborn");
  launch_painted (app);
  write_in (fixture, "cache", "stubborn", "file");
  bh_dbus_app1_call_clear_data (app, everything, NULL, on_call_ready, &cleared);
  bh_dbus_app1_call_clear_data (app, everything, NULL, on_call_ready, &refused);
  bh_dbus_app1_call_launch (app, options_for ("painted", NULL), NULL, on_call_ready, &launched);
  wait_for (refused != NULL);
  g_assert_false (bh_dbus_app1_call_clear_data_finish (app, refused, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_null (launched);

  wait_for (cleared != NULL && launched != NULL);
  g_assert_true (bh_dbus_app1_call_clear_data_finish (app, cleared, &error));
  g_assert_no_error (error);
  g_assert_true (bh_dbus_app1_call_launch_finish (app, &reply, launched, &error));
  g_assert_no_error (error);
  g_assert_false (has (fixture, "cache", "stubborn", "file"));
  wait_for_state (app, "running");
  kill_app (app);
}

/* It made its directories so that what is beside them would go, too. */
static void
test_hostile (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *home = fixture_build_path (fixture, "home-of-the-user", "letter", NULL);
  g_autofree char *directory = g_path_get_dirname (home);
  g_autofree char *link = build_path (fixture, "data", "plain", "link");
  g_autofree char *lock = build_path (fixture, "data", "plain", "lock");
  g_autofree char *state = build_path (fixture, "state", "plain", NULL);

  fixture_write (home, "dear");
  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  launch_painted (app);
  kill_app (app);
  g_assert_cmpint (symlink (directory, link), ==, 0);
  g_unlink (lock);
  g_assert_cmpint (symlink (home, lock), ==, 0);
  fixture_remove_tree (state);
  g_assert_cmpint (symlink (directory, state), ==, 0);

  g_assert_false (bh_dbus_app1_call_clear_data_sync (app, everything, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, state));
  g_clear_error (&error);
  g_assert_true (g_file_test (home, G_FILE_TEST_IS_REGULAR));
  g_assert_false (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  g_unlink (state);

  /* A lock that could not be used has gone with the rest: the app can be started again. */
  g_assert_false (g_file_test (lock, G_FILE_TEST_IS_SYMLINK));
  launch_painted (app);
  kill_app (app);
  g_assert_true (g_file_test (home, G_FILE_TEST_IS_REGULAR));
}

static void
add_tests (void)
{
  ADD ("/clear-data/sizes", test_sizes);
  ADD ("/clear-data/clear", test_clear);
  ADD ("/clear-data/refused", test_refused);
  ADD ("/clear-data/launch-meanwhile", test_launch_meanwhile);
  ADD ("/clear-data/hostile", test_hostile);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
