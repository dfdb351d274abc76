/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supervisor-fixture.h"

#include <sys/wait.h>

/* An app's limits at the service: shipped, set, kept, and held; tests/vm has those of the kernel.
 */

#define MIB ((guint64) 1024 * 1024)

static void
add_app (Fixture *fixture, const char *id, const char *limits)
{
  g_autofree char *text
      = g_strdup_printf ("{\"startup_app\": {\"uuid\": \"%s\", \"url\": \"app:///index.html\"},"
                         " \"bulkhead\": {\"limits\": %s, \"restart\": {\"policy\": \"never\"}}}",
                         id, limits);

  fixture_write_app (fixture, id, text);
}

static guint64
get_limit (BhDBusApp1 *app, const char *name)
{
  guint64 value = 0;

  g_variant_lookup (bh_dbus_app1_get_limits (app), name, "t", &value);

  return value;
}

static const char *
get_holder (BhDBusApp1 *app, const char *name)
{
  const char *holder = "";

  g_variant_lookup (bh_dbus_app1_get_limits_held_by (app), name, "&s", &holder);

  return holder;
}

static gboolean
set_limits (BhDBusApp1 *app, const char *text, GError **error)
{
  g_autoptr (GVariant) values = g_variant_ref_sink (g_variant_new_parsed (text));

  return bh_dbus_app1_call_set_limits_sync (app, values, NULL, error);
}

/* Whether a sample says that the limit is this, and that the supervisor holds it. */
static gboolean
is_sampled_as_held (Fixture *fixture, const char *id, const char *name, guint64 limit)
{
  g_autoptr (GVariant) apps = NULL;
  g_autoptr (GError) error = NULL;

  bh_dbus_supervisor1_call_sample_sync (fixture->service, 50, &apps, NULL, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < g_variant_n_children (apps); i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (apps, i);
      g_autoptr (GVariant) limits = NULL;
      g_autoptr (GVariant) holders = NULL;
      const char *found, *holder;
      gboolean pressed = TRUE;
      guint threads = 0;
      guint64 value;

      g_assert_true (g_variant_lookup (entry, "id", "&s", &found));
      if (!g_str_equal (found, id))
        continue;
      g_assert_true (g_variant_lookup (entry, "pressed", "b", &pressed));
      g_assert_false (pressed);
      g_assert_true (g_variant_lookup (entry, "threads", "u", &threads));
      g_assert_cmpuint (threads, >, 0);
      limits = g_variant_lookup_value (entry, "limits", G_VARIANT_TYPE_VARDICT);
      holders = g_variant_lookup_value (entry, "limits-held-by", G_VARIANT_TYPE ("a{ss}"));
      g_assert_nonnull (limits);
      g_assert_nonnull (holders);
      return g_variant_lookup (limits, name, "t", &value) && value == limit
             && g_variant_lookup (holders, name, "&s", &holder)
             && g_str_equal (holder, "supervisor");
    }

  return FALSE;
}

static void
test_shipped (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;

  add_app (fixture, "plain", "{\"memory\": \"512M\", \"cpu\": \"50%\", \"cpuTime\": \"1h\"}");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  g_assert_cmpuint (get_limit (app, "memory"), ==, 512 * MIB);
  g_assert_cmpuint (get_limit (app, "cpu"), ==, 50);
  g_assert_cmpuint (get_limit (app, "cpu-time"), ==, G_TIME_SPAN_HOUR);
  g_assert_cmpuint (get_limit (app, "tasks"), ==, 0);
  g_assert_cmpstr (get_holder (app, "memory"), ==, "");

  /* This bus has no systemd. */
  launch_painted (app);
  wait_for (g_str_equal (get_holder (app, "memory"), "supervisor"));
  g_assert_cmpstr (get_holder (app, "cpu"), ==, "supervisor");
  g_assert_cmpstr (get_holder (app, "cpu-time"), ==, "supervisor");
  g_assert_cmpstr (get_holder (app, "tasks"), ==, "");
  kill_app (app);
  wait_for (g_str_equal (get_holder (app, "memory"), ""));
}

static void
test_set (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) later = NULL;
  g_autoptr (GError) error = NULL;

  add_app (fixture, "plain", "{\"memory\": \"512M\"}");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  launch_painted (app);
  set_limits (app, "{'memory': <uint64 268435456>, 'tasks': <uint64 50>}", &error);
  g_assert_no_error (error);
  /* When the call returns they are held. */
  g_assert_true (is_sampled_as_held (fixture, "plain", "tasks", 50));
  wait_for (get_limit (app, "memory") == 256 * MIB);
  wait_for (g_str_equal (get_holder (app, "tasks"), "supervisor"));
  set_limits (app, "{'cpu': <uint64 70>}", &error);
  g_assert_no_error (error);
  wait_for (get_limit (app, "cpu") == 70);
  g_assert_cmpuint (get_limit (app, "tasks"), ==, 50);

  g_assert_false (set_limits (app, "{'disk': <uint64 70>}", &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  /* A soft limit above the hard one would never be passed. */
  g_assert_false (set_limits (app, "{'memory-high': <uint64 268435457>}", &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "“memory-high” can't be higher than “memory”"));
  g_clear_error (&error);

  /* They are kept, and the running app is held to them by the next supervisor. */
  fixture_end_supervisor (fixture, SIGKILL);
  fixture_start_supervisor (fixture);
  later = fixture_get_app (fixture, "plain");
  g_assert_cmpuint (get_limit (later, "memory"), ==, 256 * MIB);
  g_assert_cmpuint (get_limit (later, "tasks"), ==, 50);
  wait_for (g_str_equal (get_holder (later, "cpu"), "supervisor"));

  bh_dbus_app1_call_reset_limits_sync (later, NULL, &error);
  g_assert_no_error (error);
  wait_for (get_limit (later, "memory") == 512 * MIB);
  wait_for (g_str_equal (get_holder (later, "cpu"), ""));
  kill_app (later);
}

static void
test_managed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GError) error = NULL;

  fixture_write_app_in (fixture, "managed", "plain",
                        "{\"startup_app\": {\"uuid\": \"plain\", \"url\": \"app:///index.html\"},"
                        " \"bulkhead\": {\"limits\": {\"memory\": \"512M\"}}}");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  g_assert_cmpstr (bh_dbus_app1_get_source (app), ==, "managed");
  g_assert_false (set_limits (app, "{'memory': <uint64 1073741824>}", &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "administrator has limited “memory”"));
  g_clear_error (&error);
  g_assert_false (set_limits (app, "{'memory': <uint64 0>}", &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  set_limits (app, "{'memory': <uint64 268435456>}", &error);
  g_assert_no_error (error);
  wait_for (get_limit (app, "memory") == 256 * MIB);
}

/* Runs bulkheadctl on the test's bus; @arguments are separated by blanks. */
static int
run_ctl (const char *arguments, char **out, char **err)
{
  g_autofree char *line = g_strconcat (g_getenv ("BH_TEST_CTL"), " ", arguments, NULL);
  g_auto (GStrv) argv = g_strsplit (line, " ", -1);
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_clear_pointer (out, g_free);
  g_clear_pointer (err, g_free);
  g_spawn_sync (NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, out, err, &status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (status));
  g_test_message ("“%s”: %s%s", arguments, *out, *err);

  return WEXITSTATUS (status);
}

static void
test_command (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  add_app (fixture, "plain", "{\"memory\": \"512M\", \"cpu\": \"50%\"}");
  fixture_write_app_in (fixture, "managed", "locked",
                        "{\"startup_app\": {\"uuid\": \"locked\", \"url\": \"app:///index.html\"},"
                        " \"bulkhead\": {\"limits\": {\"memory\": \"512M\"}}}");
  fixture_set_settings (fixture, "default-tasks=300");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");

  g_assert_cmpint (run_ctl ("limits plain", &out, &err), ==, 0);
  g_assert_nonnull (strstr (out, "manifest              not running"));
  g_assert_nonnull (strstr (out, "default for all apps  not running"));
  g_assert_nonnull (strstr (out, "cpu-time          none  –"));

  launch_painted (app);
  g_assert_cmpint (run_ctl ("limits plain memory=256M tasks=none cpu-time=1h", &out, &err), ==, 0);
  g_assert_cmpstr (err, ==, "");
  g_assert_nonnull (strstr (out, "256.0"));
  g_assert_nonnull (strstr (out, "set by you  by supervisor"));
  g_assert_cmpuint (get_limit (app, "memory"), ==, 512 * MIB);
  wait_for (get_limit (app, "memory") == 256 * MIB);
  wait_for (g_str_equal (get_holder (app, "cpu-time"), "supervisor"));

  g_assert_cmpint (run_ctl ("limits plain --json", &out, &err), ==, 0);
  g_assert_nonnull (strstr (out, "\"memory\" : 268435456,"));
  g_assert_nonnull (strstr (out, "\"cpuTime\" : 3600,"));
  g_assert_nonnull (strstr (out, "\"tasks\" : \"set\""));
  g_assert_nonnull (strstr (out, "\"tasks\" : null\n"));
  g_assert_cmpint (run_ctl ("ps --limits", &out, &err), ==, 0);
  g_assert_nonnull (strstr (out, "MiB, by supervisor"));
  g_assert_cmpint (run_ctl ("info plain", &out, &err), ==, 0);
  g_assert_nonnull (strstr (out, " of 1 h 0 min (set by you, by supervisor)"));
  g_assert_nonnull (strstr (out, "Profile: "));

  g_assert_cmpint (run_ctl ("limits plain --reset cpu=70%", &out, &err), ==, 0);
  wait_for (get_limit (app, "memory") == 512 * MIB);
  wait_for (get_limit (app, "cpu") == 70);
  wait_for (get_limit (app, "tasks") == 300);
  kill_app (app);

  g_assert_cmpint (run_ctl ("limits locked memory=1G", &out, &err), ==, 1);
  g_assert_nonnull (strstr (err, "The administrator has limited “memory”"));
  g_assert_cmpint (run_ctl ("limits locked memory=none", &out, &err), ==, 1);
  g_assert_cmpint (run_ctl ("limits locked memory-high=513M", &out, &err), ==, 1);
  g_assert_cmpint (run_ctl ("limits locked memory=128M", &out, &err), ==, 0);
  g_assert_cmpint (run_ctl ("limits absent memory=128M", &out, &err), ==, 3);
}

static void
test_passed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) neighbour = NULL;
  guint pid;

  add_app (fixture, "plain", "{\"tasks\": 1000}");
  fixture_add_app (fixture, "fork-2");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  neighbour = fixture_get_app (fixture, "fork-2");
  pid = launch_painted (neighbour);
  launch_painted (app);

  /* It has more threads than one from its start on. */
  set_limits (app, "{'tasks': <uint64 1>}", NULL);
  wait_for_reason (app, "task-limit");
  g_assert_nonnull (strstr (bh_dbus_app1_get_reason_detail (app), "its limit is 1"));
  wait_for_state (app, "crashed");
  wait_for (bh_dbus_app1_get_started_at (app) == 0);
  g_assert_cmpuint (fixture_count_processes (fixture, "plain"), ==, 0);

  g_assert_cmpuint (bh_dbus_app1_get_pid (neighbour), ==, pid);
  g_assert_true (is_alive (pid));
  kill_app (neighbour);
}

static void
add_tests (void)
{
  ADD ("/limits/shipped", test_shipped);
  ADD ("/limits/set", test_set);
  ADD ("/limits/managed", test_managed);
  ADD ("/limits/command", test_command);
  ADD ("/limits/passed", test_passed);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
