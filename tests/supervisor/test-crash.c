/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supervisor-fixture.h"

/* Ends that nobody asked for, of the runner and of its page. */

static void
start (Fixture *fixture, const char *id, BhDBusApp1 **app)
{
  fixture_add_app (fixture, id);
  fixture_start_supervisor (fixture);
  *app = fixture_get_app (fixture, id);
  launch_painted (*app);
  wait_for_state (*app, "running");
}

static void
assert_detail (BhDBusApp1 *app, const char *words)
{
  wait_for (strstr (bh_dbus_app1_get_reason_detail (app), words) != NULL);
}

static void
test_runner (Fixture *fixture, gconstpointer data)
{
  const struct
  {
    const char *order, *words;
  } cases[] = {
    { "crash", "SIGSEGV (11)" },
    { "exit-3", "exit code 3" },
    { "fail", "It broke" },
  };
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) neighbour = NULL;
  guint pid;

  fixture_add_app (fixture, "fork-1");
  start (fixture, "plain", &app);
  neighbour = fixture_get_app (fixture, "fork-1");
  pid = launch_painted (neighbour);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      order (app, cases[i].order);
      assert_detail (app, cases[i].words);
      wait_for_state (app, "crashed");
      g_assert_cmpstr (bh_dbus_app1_get_reason (app), ==, "crashed");
      wait_for (bh_dbus_app1_get_pid (app) == 0);
      /* What crashed can be started again. */
      launch_painted (app);
      wait_for_state (app, "running");
    }

  /* The children of one that died by a stranger's hand go, too. */
  g_assert_cmpint (kill ((pid_t) pid, SIGKILL), ==, 0);
  assert_detail (neighbour, "SIGKILL (9)");
  wait_for (bh_dbus_app1_get_started_at (neighbour) == 0);
  wait_for_state (app, "running");
  g_assert_true (is_alive (bh_dbus_app1_get_pid (app)));
  kill_app (app);
}

static void
test_page (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  guint pid;

  start (fixture, "plain", &app);
  pid = bh_dbus_app1_get_pid (app);

  order (app, "page-crashed");
  wait_for_reason (app, "web-process-crashed");
  wait_for_state (app, "crashed");
  g_assert_cmpuint (bh_dbus_app1_get_pid (app), ==, pid);

  /* A launch loads the page again, in the window that is there. */
  order (app, "recover");
  wait_for_state (app, "running");

  order (app, "page-memory-limit");
  wait_for_reason (app, "memory-limit");
  wait_for_state (app, "crashed");
  order (app, "recover");
  wait_for_state (app, "running");

  /* What the runner did itself is no crash. */
  order (app, "page-terminated");
  order (app, "after");
  wait_for_title (app, "app://plain/index.html#after");
  g_assert_cmpstr (bh_dbus_app1_get_state (app), ==, "running");

  /* Crashed twice: the page, then the runner. */
  order (app, "page-crashed");
  wait_for_state (app, "crashed");
  order (app, "crash");
  wait_for_reason (app, "crashed");
  wait_for (bh_dbus_app1_get_pid (app) == 0);
  g_assert_cmpstr (bh_dbus_app1_get_state (app), ==, "crashed");

  /* With a dead page the window can be closed, and the app killed. */
  launch_painted (app);
  order (app, "page-crashed");
  wait_for_state (app, "crashed");
  order (app, "close");
  wait_for_state (app, "stopped");
  wait_for_reason (app, "closed");
  launch_painted (app);
  order (app, "page-crashed");
  wait_for_state (app, "crashed");
  kill_app (app);
  wait_for_state (app, "stopped");
  wait_for_reason (app, "killed");
}

static void
test_page_reloads (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GError) error = NULL;

  start (fixture, "plain", &app);
  order (app, "page-crashed");
  wait_for_state (app, "crashed");
  launch (app, "spawned", NULL, NULL, &error);
  g_assert_no_error (error);
  /* Where it was, and at once. */
  wait_for_title (app, "recover 0");
  kill_app (app);
}

/* The page dies before the window is up: whoever waits for it is told. */
static void
test_page_first (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GError) error = NULL;

  fixture_add_app (fixture, "page-first");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "page-first");
  g_assert_false (launch (app, "ready", NULL, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_ENDED);
  wait_for_reason (app, "web-process-crashed");
  wait_for_state (app, "crashed");
  g_assert_cmpuint (bh_dbus_app1_get_pid (app), >, 0);
  kill_app (app);
}

/* A window that comes up, and no page in it, since the rest can't be started: that is no crash, and
 * trying again by itself would not help. */
static void
test_fail_before_paint (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GError) error = NULL;

  fixture_add_app (fixture, "blank");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "blank");
  g_assert_true (launch (app, "ready", NULL, NULL, &error));
  g_assert_no_error (error);
  order (app, "fail");
  wait_for_reason (app, "launch-failed");
  assert_detail (app, "It broke");
  wait_for_state (app, "crashed");
}

static void
add_tests (void)
{
  ADD ("/crash/runner", test_runner);
  ADD ("/crash/page", test_page);
  ADD ("/crash/page-reloads", test_page_reloads);
  ADD ("/crash/page-first", test_page_first);
  ADD ("/crash/fail-before-paint", test_fail_before_paint);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
