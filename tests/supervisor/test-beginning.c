/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-beginning.h"
#include "supervisor-fixture.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <unistd.h>

/*
 * What a runner hears of its beginning, and what is noted of the last one's end. The helper says in
 * its title what it heard.
 */

static BhDBusApp1 *
start (Fixture *fixture, const char *id, const char *policy)
{
  g_autofree char *text
      = g_strdup_printf ("{\"startup_app\": {\"uuid\": \"%s\", \"url\": \"app:///index.html\"},"
                         " \"bulkhead\": {\"restart\": {\"policy\": \"%s\"}}}",
                         id, policy);

  fixture_write_app (fixture, id, text);
  fixture_start_supervisor (fixture);

  return fixture_get_app (fixture, id);
}

static gboolean
has_mark (Fixture *fixture, const char *id)
{
  g_autofree char *path
      = fixture_build_path (fixture, "state", "bulkhead", "profiles", id, BH_ENDED_MARK, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
launch_as (BhDBusApp1 *app, const char *uri, const char *beginning)
{
  g_autoptr (GError) error = NULL;

  launch (app, "painted", uri, NULL, &error);
  g_assert_no_error (error);
  wait_for_title (app, beginning);
}

static void
restart_as (BhDBusApp1 *app, const char *uri, const char *beginning)
{
  g_autoptr (GError) error = NULL;

  bh_dbus_app1_call_restart_sync (app, options_for ("painted", uri), NULL, NULL, &error);
  g_assert_no_error (error);
  wait_for_title (app, beginning);
}

static void
stop (BhDBusApp1 *app)
{
  g_autoptr (GError) error = NULL;

  bh_dbus_app1_call_stop_sync (app, NULL, &error);
  g_assert_no_error (error);
}

static void
kill_runner (BhDBusApp1 *app)
{
  wait_for (bh_dbus_app1_get_pid (app) != 0);
  kill ((GPid) bh_dbus_app1_get_pid (app), SIGKILL);
}

static void
test_launch (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "beginning", "on-crash");

  launch_as (app, NULL, "launch");
  g_assert_false (has_mark (fixture, "beginning"));
  stop (app);
  g_assert_true (has_mark (fixture, "beginning"));
  launch_as (app, "page.html", "page");
  kill_app (app);
  g_assert_true (has_mark (fixture, "beginning"));
  launch_as (app, NULL, "launch");
  kill_app (app);
}

/* The state directory is the app's: what it puts there leads the supervisor nowhere. */
static void
test_trap (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "beginning", "on-crash");
  g_autofree char *mark = fixture_build_path (fixture, "state", "bulkhead", "profiles", "beginning",
                                              BH_ENDED_MARK, NULL);
  g_autofree char *precious = fixture_build_path (fixture, "precious", NULL);
  g_autofree char *missing = fixture_build_path (fixture, "missing", NULL);
  g_autofree char *content = NULL;

  fixture_write (precious, "precious");
  launch_as (app, NULL, "launch");
  g_assert_cmpint (symlink (precious, mark), ==, 0);
  kill_app (app);
  g_assert_true (g_file_get_contents (precious, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "precious");

  g_assert_cmpint (g_unlink (mark), ==, 0);
  launch_as (app, NULL, "launch");
  g_assert_cmpint (symlink (missing, mark), ==, 0);
  kill_app (app);
  g_assert_false (g_file_test (missing, G_FILE_TEST_EXISTS));
}

static void
test_restart (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "beginning", "on-crash");

  /* There is nothing to go on with. */
  restart_as (app, NULL, "launch");
  restart_as (app, NULL, "continue");
  restart_as (app, "page.html", "page");
  stop (app);
  restart_as (app, NULL, "launch");
  kill_app (app);
}

static void
test_crash (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "beginning", "on-crash");

  launch_as (app, NULL, "launch");
  kill_runner (app);
  wait_for_state (app, "backing-off");
  g_assert_false (has_mark (fixture, "beginning"));
  wait_for_title (app, "continue");
  g_assert_false (has_mark (fixture, "beginning"));

  /* Somebody does not wait; the runner itself sees that the last one came to no end. */
  kill_runner (app);
  wait_for_state (app, "backing-off");
  launch_as (app, NULL, "launch");
  g_assert_false (has_mark (fixture, "beginning"));

  /* Somebody does not want it back. */
  kill_runner (app);
  wait_for_state (app, "backing-off");
  stop (app);
  g_assert_true (has_mark (fixture, "beginning"));

  /* Or wants it back as it was. */
  launch_as (app, NULL, "launch");
  kill_runner (app);
  wait_for_state (app, "backing-off");
  restart_as (app, NULL, "continue");
  kill_app (app);
}

/* A window that the user has closed is opened again, and no more. */
static void
test_closed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "beginning", "always");

  launch_as (app, NULL, "launch");
  order (app, "close");
  wait_for_state (app, "backing-off");
  g_assert_true (has_mark (fixture, "beginning"));
  wait_for_state (app, "running");
  wait_for_title (app, "launch");
  kill_app (app);
}

/* The supervisor dies first: whether the app crashes then or had crashed before, it goes on. */
static void
test_without_supervisor (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "beginning", "on-crash");
  GPid pid;

  launch_as (app, NULL, "launch");
  pid = (GPid) bh_dbus_app1_get_pid (app);
  fixture_end_supervisor (fixture, SIGKILL);
  kill (pid, SIGKILL);
  g_clear_object (&app);
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "beginning");
  wait_for_title (app, "continue");
  g_assert_false (has_mark (fixture, "beginning"));

  kill_runner (app);
  wait_for_state (app, "backing-off");
  fixture_end_supervisor (fixture, SIGKILL);
  g_clear_object (&app);
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "beginning");
  wait_for_title (app, "continue");
  kill_app (app);
}

static void
add_tests (void)
{
  ADD ("/beginning/launch", test_launch);
  ADD ("/beginning/trap", test_trap);
  ADD ("/beginning/restart", test_restart);
  ADD ("/beginning/crash", test_crash);
  ADD ("/beginning/closed", test_closed);
  ADD ("/beginning/without-supervisor", test_without_supervisor);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
