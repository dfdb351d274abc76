/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supervisor-fixture.h"

#include "bh-dbus-private.h"
#include "bh-instance-record.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <sys/wait.h>

/* The supervisor's own end: apps go on, and the next one takes them over. */

static void
test_adoption (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GError) error = NULL;
  guint64 started;
  guint pid;

  fixture_add_app (fixture, "fork-1");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "fork-1");
  pid = launch_painted (app);
  wait_for (bh_dbus_app1_get_started_at (app) > 0);
  started = bh_dbus_app1_get_started_at (app);

  for (guint i = 0; i < 3; i++)
    {
      fixture_end_supervisor (fixture, i == 0 ? SIGTERM : SIGKILL);
      g_assert_true (is_alive (pid));
      fixture_start_supervisor (fixture);
      g_clear_object (&app);
      app = fixture_get_app (fixture, "fork-1");
      g_assert_cmpstr (bh_dbus_app1_get_state (app), ==, "running");
      g_assert_cmpuint (bh_dbus_app1_get_pid (app), ==, pid);
      g_assert_cmpuint (bh_dbus_app1_get_started_at (app), ==, started);
      wait_for_title (app, "resumed");
      wait_for (bh_dbus_app1_get_painted (app));
    }

  /* Not started twice. */
  g_assert_false (launch (app, "painted", NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (bh_dbus_app1_get_pid (app), ==, pid);

  /* It answers, and it can be ended with all that is its. */
  g_assert_true (bh_dbus_app1_call_stop_sync (app, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (is_alive (pid));
  wait_for_state (app, "stopped");
  wait_for_reason (app, "stopped");
}

static void
test_kill_adopted (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;

  fixture_add_app (fixture, "fork-2");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "fork-2");
  launch_painted (app);
  fixture_end_supervisor (fixture, SIGKILL);
  fixture_start_supervisor (fixture);
  g_clear_object (&app);
  app = fixture_get_app (fixture, "fork-2");
  g_assert_cmpuint (kill_app (app), ==, 4);
  wait_for_state (app, "stopped");
}

static char *
record_path (Fixture *fixture, const char *slug)
{
  g_autofree char *runtime = fixture_runtime_dir (fixture);
  g_autofree char *name = g_strconcat (slug, ".instance", NULL);

  return g_build_filename (runtime, name, NULL);
}

/* What died while nobody looked is told, and what it left is killed. */
static void
test_dead_runner (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autofree char *record = NULL;
  guint pid;

  fixture_add_app (fixture, "fork-1");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "fork-1");
  pid = launch_painted (app);
  record = record_path (fixture, "fork_2d1");
  g_assert_true (g_file_test (record, G_FILE_TEST_EXISTS));
  fixture_end_supervisor (fixture, SIGKILL);
  kill ((pid_t) pid, SIGKILL);
  poll_for (!is_alive (pid));
  fixture_start_supervisor (fixture);

  g_clear_object (&app);
  app = fixture_get_app (fixture, "fork-1");
  wait_for_reason (app, "crashed");
  wait_for_state (app, "crashed");
  poll_for (!g_file_test (record, G_FILE_TEST_EXISTS));
  launch_painted (app);
  g_assert_cmpuint (kill_app (app), ==, 3);
}

/* The PID in a record has become another process's: that one is left alone. */
static void
test_pid_reuse (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhInstanceRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *runtime = NULL;
  const char *argv[] = { "sleep", "1000", NULL };
  GPid stranger;

  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  launch_painted (app);
  path = record_path (fixture, "plain");
  record = bh_instance_record_load (path, &error);
  g_assert_no_error (error);
  kill_app (app);
  fixture_end_supervisor (fixture, SIGTERM);

  g_spawn_async (NULL, (char **) (gsize) argv, NULL,
                 G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &stranger, &error);
  g_assert_no_error (error);
  record->runner.pid = stranger;
  runtime = fixture_runtime_dir (fixture);
  g_assert_true (bh_instance_record_save (record, runtime, &error));
  g_assert_no_error (error);

  fixture_start_supervisor (fixture);
  g_clear_object (&app);
  app = fixture_get_app (fixture, "plain");
  wait_for_reason (app, "crashed");
  poll_for (!g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (is_alive ((guint) stranger));
  kill (stranger, SIGKILL);
  waitpid (stranger, NULL, 0);
}

/* An app that was removed from disk while it ran is shown until it ends. */
static void
test_removed_app (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GError) error = NULL;
  guint pid;

  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  pid = launch_painted (app);
  fixture_end_supervisor (fixture, SIGKILL);
  fixture_remove_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  g_clear_object (&app);
  app = fixture_get_app (fixture, "plain");
  g_assert_cmpuint (bh_dbus_app1_get_pid (app), ==, pid);
  g_assert_cmpstr (bh_dbus_app1_get_name (app), ==, "The plain of data");
  /* There is nothing to start it from. */
  g_assert_false (
      bh_dbus_app1_call_restart_sync (app, options_for ("painted", NULL), NULL, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_NO_SUCH_APP);
  g_clear_error (&error);
  g_assert_true (is_alive (pid));
  kill_app (app);
  g_assert_null (fixture_find_app (fixture, "plain", &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_NO_SUCH_APP);
}

static gboolean
resume (Fixture *fixture, const char *slug, const char *token, GError **error)
{
  g_autofree char *runtime = fixture_runtime_dir (fixture);
  g_autofree char *path = g_build_filename (runtime, "channel", "socket", NULL);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocketConnection) stream = NULL;
  g_autoptr (GDBusConnection) connection = NULL;
  g_autoptr (BhDBusRunnerHost1) host = NULL;
  g_autoptr (GError) refused = NULL;
  GVariantDict status = G_VARIANT_DICT_INIT (NULL);

  stream = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, error);
  g_assert_no_error (*error);
  connection = g_dbus_connection_new_sync (G_IO_STREAM (stream), NULL, G_DBUS_CONNECTION_FLAGS_NONE,
                                           NULL, NULL, error);
  g_assert_no_error (*error);
  host = bh_dbus_runner_host1_proxy_new_sync (connection, G_DBUS_PROXY_FLAGS_NONE, NULL, "/", NULL,
                                              error);
  g_assert_no_error (*error);
  /* Nobody else's business before that: not who else there is, nor what they say. */
  g_assert_false (bh_dbus_runner_host1_call_ready_sync (host, NULL, &refused));
  g_assert_error (refused, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED);
  g_clear_error (&refused);
  g_assert_false (bh_dbus_runner_host1_call_hello_sync (host, NULL, NULL, &refused));
  g_assert_error (refused, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED);
  if (bh_dbus_runner_host1_call_resume_sync (host, slug, token, g_variant_dict_end (&status), NULL,
                                             error))
    return TRUE;
  wait_for (g_dbus_connection_is_closed (connection));

  return FALSE;
}

static void
test_wrong_token (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhInstanceRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = record_path (fixture, "plain");
  guint pid;

  fixture_add_app (fixture, "plain");
  fixture_add_app (fixture, "mute");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  pid = launch_painted (app);
  record = bh_instance_record_load (path, &error);
  g_assert_no_error (error);

  g_assert_false (resume (fixture, "plain", "wrong", &error));
  g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED);
  g_clear_error (&error);
  g_assert_false (resume (fixture, "plain", "", &error));
  g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED);
  g_clear_error (&error);
  g_assert_false (resume (fixture, "mute", record->token, &error));
  g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED);
  g_clear_error (&error);
  g_assert_false (resume (fixture, "../plain", record->token, &error));
  g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED);
  g_clear_error (&error);

  /* A token that got out is no use to a process that is not the app's. */
  g_assert_false (resume (fixture, "plain", record->token, &error));
  g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED);
  g_clear_error (&error);

  /* The real one still has its channel. */
  order (app, "still");
  wait_for_title (app, "app://plain/index.html#still");
  g_assert_cmpuint (bh_dbus_app1_get_pid (app), ==, pid);
  kill_app (app);
}

/* A record that can't be read or written costs the adoption, not the service. */
static void
test_records (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autofree char *runtime = fixture_runtime_dir (fixture);
  g_autofree char *damaged = g_build_filename (runtime, "damaged.instance", NULL);
  g_autofree char *directory = g_build_filename (runtime, "directory.instance", NULL);

  /* Warnings are what is expected here. */
  g_unsetenv ("G_DEBUG");
  fixture_write (damaged, "[Instance]\nId=plain\nInstance=../../x\nToken=t\nManifest={}\n"
                          "ManifestPath=/\n");
  g_assert_cmpint (g_mkdir (directory, 0700), ==, 0);
  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  g_assert_cmpstr (bh_dbus_app1_get_state (app), ==, "stopped");
  poll_for (!g_file_test (damaged, G_FILE_TEST_EXISTS));

  fixture_remove_tree (runtime);
  launch_painted (app);
  g_assert_cmpuint (kill_app (app), ==, 1);
  g_setenv ("G_DEBUG", "fatal-warnings", TRUE);
}

static void
test_idle (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autofree char *socket = NULL;

  fixture->idle_timeout = "400";
  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  launch_painted (app);
  /* Longer than the delay: it runs, so the service stays. */
  g_usleep (900 * 1000);
  g_assert_cmpuint (kill_app (app), ==, 1);
  bh_dbus_supervisor1_call_watch_sync (fixture->service, 0, NULL, NULL);
  /* Watched, so it stays. */
  g_usleep (900 * 1000);
  g_assert_true (bh_dbus_supervisor1_call_unwatch_sync (fixture->service, NULL, NULL));
  g_assert_cmpint (fixture_wait_supervisor (fixture), ==, 0);

  socket
      = fixture_build_path (fixture, "bulkhead", g_dbus_connection_get_guid (fixture->connection),
                            "channel", "socket", NULL);
  g_assert_false (g_file_test (socket, G_FILE_TEST_EXISTS));
}

static void
test_second_supervisor (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  guint pid;
  int status;
  GPid second;

  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  pid = launch_painted (app);
  second = fixture_spawn (fixture);
  g_assert_cmpint (waitpid (second, &status, 0), ==, second);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 1);

  /* It has taken nothing with it: the socket is there, the app runs. */
  order (app, "still");
  wait_for_title (app, "app://plain/index.html#still");
  fixture_end_supervisor (fixture, SIGKILL);
  fixture_start_supervisor (fixture);
  g_clear_object (&app);
  app = fixture_get_app (fixture, "plain");
  wait_for_title (app, "resumed");
  g_assert_cmpuint (bh_dbus_app1_get_pid (app), ==, pid);
  kill_app (app);
}

static int
run_to_end (Fixture *fixture)
{
  int status;
  GPid pid = fixture_spawn (fixture);

  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));

  return WEXITSTATUS (status);
}

static void
test_runtime_dir (Fixture *fixture, gconstpointer data)
{
  g_autofree char *file = fixture_build_path (fixture, "file", NULL);
  g_autoptr (BhDBusApp1) app = NULL;
  guint pid;

  /* Not a directory: said, and given up. */
  fixture_write (file, "");
  g_setenv ("XDG_RUNTIME_DIR", file, TRUE);
  g_assert_cmpint (run_to_end (fixture), ==, 1);
  fixture->idle_timeout = "-1";
  g_assert_cmpint (run_to_end (fixture), ==, 2);
  fixture->idle_timeout = "60000";

  /* None: the cache stands in. */
  g_unsetenv ("XDG_RUNTIME_DIR");
  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  pid = launch_painted (app);
  fixture_end_supervisor (fixture, SIGKILL);
  fixture_start_supervisor (fixture);
  g_clear_object (&app);
  app = fixture_get_app (fixture, "plain");
  wait_for_title (app, "resumed");
  g_assert_cmpuint (bh_dbus_app1_get_pid (app), ==, pid);
  kill_app (app);
}

static void
add_tests (void)
{
  ADD ("/adoption/adoption", test_adoption);
  ADD ("/adoption/kill-adopted", test_kill_adopted);
  ADD ("/adoption/dead-runner", test_dead_runner);
  ADD ("/adoption/pid-reuse", test_pid_reuse);
  ADD ("/adoption/removed-app", test_removed_app);
  ADD ("/adoption/wrong-token", test_wrong_token);
  ADD ("/adoption/records", test_records);
  ADD ("/adoption/idle", test_idle);
  ADD ("/adoption/second-supervisor", test_second_supervisor);
  ADD ("/adoption/runtime-dir", test_runtime_dir);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
