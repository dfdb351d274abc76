/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supervisor-fixture.h"

#include "bh-instance-record.h"

#include <glib/gstdio.h>

/* Runners within bubblewrap: the same as without, although what is started, watched and waited for
 * is another process. What it holds off is e2e-attack's. */

static BhDBusApp1 *
start (Fixture *fixture, const char *id)
{
  BhDBusApp1 *app;

  fixture->confined = TRUE;
  fixture_add_app (fixture, id);
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, id);

  return app;
}

static char *
read_name (guint pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%u/comm", pid);
  char *name = NULL;

  g_file_get_contents (path, &name, NULL, NULL);

  return name != NULL ? g_strchomp (name) : NULL;
}

static BhInstanceRecord *
load_record (Fixture *fixture, const char *uuid)
{
  g_autoptr (BhAppId) id = bh_app_id_new (uuid, NULL);
  g_autofree char *name = g_strconcat (bh_app_id_get_slug (id), BH_RECORD_SUFFIX, NULL);
  g_autofree char *runtime = fixture_runtime_dir (fixture);
  g_autofree char *path = g_build_filename (runtime, name, NULL);
  g_autoptr (GError) error = NULL;
  BhInstanceRecord *record = bh_instance_record_load (path, &error);

  g_assert_no_error (error);

  return record;
}

static void
assert_runner (BhDBusApp1 *app, guint pid)
{
  g_autofree char *name = read_name (pid);

  g_assert_cmpstr (name, ==, "fake-runner");
  wait_for (bh_dbus_app1_get_pid (app) == pid);
}

static void
test_identity (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "plain");
  g_autoptr (BhInstanceRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *outer = NULL;
  g_autofree char *runtime = fixture_runtime_dir (fixture);
  g_autofree char *bus_dir = NULL;
  guint pid;

  /* The runner itself, and not what is around it, as soon as it is there. */
  g_assert_true (launch (app, "spawned", NULL, &pid, &error));
  g_assert_no_error (error);
  assert_runner (app, pid);
  record = load_record (fixture, "plain");
  g_assert_true (record->enclosed);
  outer = read_name ((guint) record->runner.pid);
  g_assert_cmpstr (outer, ==, "bwrap");
  g_assert_cmpint (record->runner.pid, !=, (int) pid);

  bus_dir = g_build_filename (runtime, record->instance, NULL);
  g_assert_true (g_file_test (bus_dir, G_FILE_TEST_IS_DIR));
  kill_app (app);
  g_assert_cmpuint (fixture_count_processes (fixture, "plain"), ==, 0);
  g_assert_false (g_file_test (bus_dir, G_FILE_TEST_EXISTS));
}

static void
test_ends (Fixture *fixture, gconstpointer data)
{
  const struct
  {
    const char *order, *words;
  } cases[] = {
    { "crash", "SIGSEGV (11)" },
    { "exit-3", "exit code 3" },
    { "fail", "It broke" },
  };
  g_autoptr (BhDBusApp1) app = start (fixture, "plain");
  guint pid;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      launch_painted (app);
      order (app, cases[i].order);
      wait_for (strstr (bh_dbus_app1_get_reason_detail (app), cases[i].words) != NULL);
      wait_for_state (app, "crashed");
      wait_for (bh_dbus_app1_get_started_at (app) == 0);
      g_assert_cmpuint (fixture_count_processes (fixture, "plain"), ==, 0);
    }

  pid = launch_painted (app);
  g_assert_cmpint (kill ((pid_t) pid, SIGKILL), ==, 0);
  wait_for (strstr (bh_dbus_app1_get_reason_detail (app), "SIGKILL (9)") != NULL);
  wait_for (bh_dbus_app1_get_started_at (app) == 0);
}

/* Whoever ends bubblewrap ends the app: nothing of it runs on unwatched. */
static void
test_outer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "fork-2");
  g_autoptr (BhInstanceRecord) record = NULL;

  launch_painted (app);
  record = load_record (fixture, "fork-2");
  g_assert_cmpint (kill (record->runner.pid, SIGKILL), ==, 0);
  wait_for_reason (app, "crashed");
  wait_for (bh_dbus_app1_get_started_at (app) == 0);
  g_assert_cmpuint (fixture_count_processes (fixture, "fork-2"), ==, 0);
}

static void
test_stop (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "fork-2");
  g_autoptr (GError) error = NULL;

  launch_painted (app);
  g_assert_true (bh_dbus_app1_call_stop_sync (app, NULL, &error));
  g_assert_no_error (error);
  wait_for_reason (app, "stopped");
  g_assert_cmpuint (fixture_count_processes (fixture, "fork-2"), ==, 0);
}

static void
test_adoption (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "plain");
  guint pid = launch_painted (app);

  for (guint i = 0; i < 2; i++)
    {
      fixture_end_supervisor (fixture, i == 0 ? SIGTERM : SIGKILL);
      g_assert_true (is_alive (pid));
      fixture_start_supervisor (fixture);
      g_clear_object (&app);
      app = fixture_get_app (fixture, "plain");
      assert_runner (app, pid);
      /* Through the directory of the socket, which is another socket now. */
      wait_for_title (app, "resumed");
    }
  kill_app (app);
  g_assert_cmpuint (fixture_count_processes (fixture, "plain"), ==, 0);
}

/* A bubblewrap that the system does not let work. Returns the PATH that was. */
static char *
break_bubblewrap (Fixture *fixture)
{
  g_autofree char *folder = fixture_build_path (fixture, "programs", NULL);
  g_autofree char *program = g_build_filename (folder, "bwrap", NULL);
  g_autofree char *path = g_strconcat (folder, ":", g_getenv ("PATH"), NULL);
  char *before = g_strdup (g_getenv ("PATH"));

  fixture_write (program, "#!/bin/sh\necho 'bwrap: No permissions' >&2\nexit 1\n");
  g_assert_cmpint (g_chmod (program, 0700), ==, 0);
  g_setenv ("PATH", path, TRUE);

  return before;
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = break_bubblewrap (fixture);
  g_autoptr (BhDBusApp1) app = start (fixture, "plain");
  g_autoptr (GError) error = NULL;

  g_assert_false (launch (app, "painted", NULL, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_LAUNCH_FAILED);
  g_assert_nonnull (strstr (error->message, "No permissions"));
  g_assert_nonnull (strstr (error->message, "user namespaces"));
  g_assert_cmpstr (bh_dbus_app1_get_isolation (app), ==, "");
  g_setenv ("PATH", path, TRUE);
}

static void
test_allowed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = break_bubblewrap (fixture);
  g_autoptr (BhDBusApp1) app = NULL;
  guint pid;

  fixture_set_settings (fixture, "allow-unconfined=true\n");
  app = start (fixture, "plain");
  pid = launch_painted (app);
  assert_runner (app, pid);
  wait_for (g_strcmp0 (bh_dbus_app1_get_isolation (app), "none") == 0);
  /* It is remembered of the run, not taken from the settings of the moment. */
  fixture_end_supervisor (fixture, SIGKILL);
  fixture_start_supervisor (fixture);
  g_clear_object (&app);
  app = fixture_get_app (fixture, "plain");
  g_assert_cmpstr (bh_dbus_app1_get_isolation (app), ==, "none");
  assert_runner (app, pid);
  kill_app (app);
  g_setenv ("PATH", path, TRUE);

  /* Where it works it is used all the same. */
  fixture_end_supervisor (fixture, SIGTERM);
  fixture_start_supervisor (fixture);
  g_clear_object (&app);
  app = fixture_get_app (fixture, "plain");
  launch_painted (app);
  wait_for (g_strcmp0 (bh_dbus_app1_get_isolation (app), "bubblewrap") == 0);
  kill_app (app);
}

static void
add_tests (void)
{
#define ADD(path, function)                                                                        \
  g_test_add (path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)
  ADD ("/enclosure/identity", test_identity);
  ADD ("/enclosure/ends", test_ends);
  ADD ("/enclosure/outer", test_outer);
  ADD ("/enclosure/stop", test_stop);
  ADD ("/enclosure/adoption", test_adoption);
  ADD ("/enclosure/refused", test_refused);
  ADD ("/enclosure/allowed", test_allowed);
#undef ADD
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
