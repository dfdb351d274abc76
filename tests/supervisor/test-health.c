/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supervisor-fixture.h"

#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Apps that do not answer, by their own fault or not, and apps of which a process ends, with the
 * real supervisor and its real clock. Each has one second to answer.
 */

#define PATIENCE 1000

static void
add_app (Fixture *fixture, const char *id, const char *bulkhead)
{
  g_autofree char *text
      = g_strdup_printf ("{\"startup_app\": {\"uuid\": \"%s\", \"url\": \"app:///index.html\"},"
                         " \"bulkhead\": {\"unresponsiveAfter\": \"1s\", %s}}",
                         id, bulkhead);

  fixture_write_app (fixture, id, text);
}

#define NO_RESTART "\"restart\": {\"policy\": \"never\"}"

static BhDBusApp1 *
start (Fixture *fixture, const char *id, const char *bulkhead, guint *pid)
{
  BhDBusApp1 *app;

  add_app (fixture, id, bulkhead);
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, id);
  *pid = launch_painted (app);

  return app;
}

/* The states that an app has been in, each once, in their order. */
static void
on_state_changed (BhDBusApp1 *app, GParamSpec *pspec, gpointer user_data)
{
  g_string_append_printf (user_data, "%s ", bh_dbus_app1_get_state (app));
}

static GString *
follow_states (BhDBusApp1 *app)
{
  GString *states = g_string_new (NULL);

  wait_for_state (app, "running");
  g_signal_connect (app, "notify::state", G_CALLBACK (on_state_changed), states);

  return states;
}

static void
forget_states (BhDBusApp1 *app, GString *states)
{
  g_signal_handlers_disconnect_by_data (app, states);
  g_string_free (states, TRUE);
}

static gboolean
on_late (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

/* For what must not happen there is no condition to wait for. */
static void
let_pass (guint milliseconds)
{
  gboolean late = FALSE;

  g_timeout_add (milliseconds, on_late, &late);
  wait_for (late);
}

static void
test_window (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint pid;
  g_autoptr (BhDBusApp1) app = start (fixture, "mute", NO_RESTART, &pid);

  wait_for_state (app, "unresponsive");
  /* It is left alone. */
  g_assert_true (is_alive (pid));

  bh_dbus_app1_call_wait_sync (app, NULL, &error);
  g_assert_no_error (error);
  wait_for_state (app, "running");
  wait_for_state (app, "unresponsive");
  order (app, "beat-0");
  wait_for_state (app, "running");

  /* Who answers needs no time. */
  bh_dbus_app1_call_wait_sync (app, NULL, &error);
  g_assert_no_error (error);
  kill_app (app);
  bh_dbus_app1_call_wait_sync (app, NULL, &error);
  g_assert_error (error, BH_ERROR, BH_ERROR_NOT_RUNNING);
}

/* The window says it, and from there, too, the user can wait. */
static void
test_page (Fixture *fixture, gconstpointer data)
{
  guint pid;
  g_autoptr (BhDBusApp1) app = start (fixture, "mute", NO_RESTART, &pid);

  order (app, "beat-5000");
  wait_for_state (app, "unresponsive");
  wait_for_title (app, "page hangs");
  order (app, "wait");
  wait_for_title (app, "page answers");
  wait_for_state (app, "running");
  kill_app (app);
}

/* Only when its manifest asks for it is it ended, and then it counts as crashed. */
static void
test_restart (Fixture *fixture, gconstpointer data)
{
  guint pid;
  g_autoptr (BhDBusApp1) app
      = start (fixture, "mute", "\"restart\": {\"policy\": \"never\", \"unresponsive\": true}",
               &pid);

  wait_for_state (app, "unresponsive");
  wait_for_state (app, "crashed");
  g_assert_cmpstr (bh_dbus_app1_get_reason (app), ==, "unresponsive");
  g_assert_cmpstr (bh_dbus_app1_get_reason_detail (app), ==,
                   "It had not answered for 2 seconds and was ended");
  poll_for (!is_alive (pid));
}

/* One that somebody has stopped is asleep, and wakes up. */
static void
test_stopped (Fixture *fixture, gconstpointer data)
{
  guint pid;
  g_autoptr (BhDBusApp1) app = start (fixture, "plain", NO_RESTART, &pid);
  GString *states = follow_states (app);

  kill ((pid_t) pid, SIGSTOP);
  wait_for_state (app, "suspended");
  let_pass (3 * PATIENCE);
  kill ((pid_t) pid, SIGCONT);
  wait_for_state (app, "running");
  let_pass (PATIENCE);
  g_assert_cmpstr (states->str, ==, "suspended running ");
  forget_states (app, states);
  kill_app (app);
}

/* Has hold of a process until @end closes. */
static void
trace (pid_t pid, int ready, int end)
{
  char byte;

  if (ptrace (PTRACE_SEIZE, pid, NULL, NULL) == 0 && ptrace (PTRACE_INTERRUPT, pid, NULL, NULL) == 0
      && waitpid (pid, NULL, __WALL) == pid && write (ready, "", 1) == 1)
    read (end, &byte, 1);
  _exit (0);
}

static void
test_debugger (Fixture *fixture, gconstpointer data)
{
  guint pid;
  g_autoptr (BhDBusApp1) app = start (fixture, "plain", NO_RESTART, &pid);
  GString *states = follow_states (app);
  int ready[2], end[2];
  pid_t tracer;
  char byte;

  g_assert_cmpint (pipe (ready), ==, 0);
  g_assert_cmpint (pipe (end), ==, 0);
  tracer = fork ();
  if (tracer == 0)
    {
      close (end[1]);
      trace ((pid_t) pid, ready[1], end[0]);
    }
  close (ready[1]);
  close (end[0]);
  if (read (ready[0], &byte, 1) != 1)
    {
      g_test_skip ("nothing can be traced here");
    }
  else
    {
      let_pass (4 * PATIENCE);
      g_assert_cmpstr (states->str, ==, "");
    }
  /* When the debugger ends, what it had hold of goes on. */
  close (end[1]);
  g_assert_cmpint (waitpid (tracer, NULL, 0), ==, tracer);
  close (ready[0]);
  order (app, "after");
  wait_for_title (app, "app://plain/index.html#after");
  g_assert_cmpstr (states->str, ==, "");
  forget_states (app, states);
  kill_app (app);
}

/* One that is busy, and gets a tenth of the time that it needs, is only slow. */
static void
test_throttled (Fixture *fixture, gconstpointer data)
{
  guint pid;
  g_autoptr (BhDBusApp1) app
      = start (fixture, "busy-200", NO_RESTART ", \"limits\": {\"cpu\": \"10%\"}", &pid);
  GString *states = follow_states (app);

  let_pass (9 * PATIENCE);
  g_assert_cmpstr (states->str, ==, "");
  forget_states (app, states);
  kill_app (app);
}

/* The supervisor stood still, and then hears all that was said meanwhile. */
static void
test_supervisor_stopped (Fixture *fixture, gconstpointer data)
{
  guint pid;
  g_autoptr (BhDBusApp1) app = start (fixture, "plain", NO_RESTART, &pid);
  GString *states = follow_states (app);

  kill (fixture->supervisor, SIGSTOP);
  let_pass (4 * PATIENCE);
  kill (fixture->supervisor, SIGCONT);
  let_pass (2 * PATIENCE);
  g_assert_cmpstr (states->str, ==, "");
  forget_states (app, states);
  kill_app (app);
}

/* How long an app may take is known to the supervisor that takes it over. */
static void
test_adopted (Fixture *fixture, gconstpointer data)
{
  guint pid;
  g_autoptr (BhDBusApp1) app = start (fixture, "mute", NO_RESTART, &pid);
  g_autoptr (BhDBusApp1) again = NULL;

  fixture_end_supervisor (fixture, SIGKILL);
  fixture_start_supervisor (fixture);
  again = fixture_get_app (fixture, "mute");
  wait_for_state (again, "unresponsive");
  g_assert_true (is_alive (pid));
  kill_app (again);
}

/* The signal that ended it is told, on the bus and in the window. */
static void
test_page_signal (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *status, *detail;
  } cases[] = {
    { "status-11",
      "WebKit's web process was ended by SIGSEGV (11). The app's window is still open." },
    { "status-9",
      "WebKit's web process was ended by SIGKILL (9). The app's window is still open." },
    { "status-256",
      "WebKit's web process ended with exit code 1. The app's window is still open." },
    { "status--1", "The page's process ended unexpectedly. The app's window is still open." },
  };
  guint pid;
  g_autoptr (BhDBusApp1) app = start (fixture, "plain", NO_RESTART, &pid);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *title = g_strconcat ("web-process-crashed: ", cases[i].detail, NULL);

      order (app, cases[i].status);
      order (app, "page-crashed");
      wait_for_state (app, "crashed");
      g_assert_cmpstr (bh_dbus_app1_get_reason (app), ==, "web-process-crashed");
      g_assert_cmpstr (bh_dbus_app1_get_reason_detail (app), ==, cases[i].detail);
      order (app, "explained");
      wait_for_title (app, title);
      order (app, "recover");
      wait_for_state (app, "running");
    }
  kill_app (app);
}

/* The last time it is told that there will be no other. */
static void
test_gave_up (Fixture *fixture, gconstpointer data)
{
  guint pid;
  g_autoptr (BhDBusApp1) app = start (fixture, "plain", "\"restart\": {\"maxRestarts\": 0}", &pid);

  order (app, "status-11");
  order (app, "page-crashed");
  wait_for_state (app, "failed");
  order (app, "explained");
  wait_for_title (app, "gave up: web-process-crashed: WebKit's web process was ended by "
                       "SIGSEGV (11). The app's window is still open.");
  kill_app (app);
}

static void
on_process_ended (BhDBusApp1 *app, const char *role, const char *detail, gpointer user_data)
{
  g_string_append_printf (user_data, "%s: %s\n", role, detail);
}

/* Nobody misses the network process, until it ends again and again. */
static void
test_network (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) told = g_string_new (NULL);
  guint pid;
  g_autoptr (BhDBusApp1) app = start (fixture, "plain", NO_RESTART, &pid);
  GString *states = follow_states (app);

  g_signal_connect (app, "process-ended", G_CALLBACK (on_process_ended), told);
  order (app, "network-9");
  wait_for (bh_dbus_app1_get_network_crashes (app) == 1);
  order (app, "network-256");
  wait_for (bh_dbus_app1_get_network_crashes (app) == 2);
  g_assert_cmpstr (told->str, ==,
                   "network: WebKit's network process was ended by SIGKILL (9)\n"
                   "network: WebKit's network process ended with exit code 1\n");
  g_assert_cmpstr (states->str, ==, "");
  g_assert_cmpstr (bh_dbus_app1_get_reason (app), ==, "");
  order (app, "network-9");
  order (app, "network-9");
  wait_for (bh_dbus_app1_get_network_crashes (app) == 4);
  g_assert_true (is_alive (pid));

  order (app, "network-11");
  wait_for_state (app, "crashed");
  g_assert_cmpstr (bh_dbus_app1_get_reason (app), ==, "crashed");
  g_assert_cmpstr (bh_dbus_app1_get_reason_detail (app), ==,
                   "Its network process ended 5 times within a minute. WebKit's network process "
                   "was ended by SIGSEGV (11)");
  poll_for (!is_alive (pid));
  g_assert_cmpstr (states->str, ==, "crashed ");
  forget_states (app, states);

  /* The next run starts with a clean slate. */
  launch_painted (app);
  wait_for (bh_dbus_app1_get_network_crashes (app) == 0);
  kill_app (app);
}

/* WebKit's own end of a page that grew too large; once the limit was raised, WebKit, which can't be
 * told, is started anew with it. */
static void
test_memory_limit (Fixture *fixture, gconstpointer data)
{
  guint pid;
  g_autoptr (GError) error = NULL;
  g_autoptr (BhDBusApp1) app
      = start (fixture, "plain", NO_RESTART ", \"limits\": {\"memory\": \"1G\"}", &pid);
  const char *detail = "WebKit ended the page, which needed more memory than the app's limit of "
                       "1.0\302\240GiB leaves for it";
  g_auto (GVariantDict) limits = G_VARIANT_DICT_INIT (NULL);

  order (app, "page-memory-limit");
  wait_for_state (app, "crashed");
  g_assert_cmpstr (bh_dbus_app1_get_reason (app), ==, "memory-limit");
  g_assert_cmpstr (bh_dbus_app1_get_reason_detail (app), ==, detail);
  g_assert_true (is_alive (pid));
  order (app, "recover");
  wait_for_state (app, "running");

  g_variant_dict_insert (&limits, "memory", "t", (guint64) 2 << 30);
  bh_dbus_app1_call_set_limits_sync (app, g_variant_dict_end (&limits), NULL, &error);
  g_assert_no_error (error);
  order (app, "page-memory-limit");
  poll_for (!is_alive (pid));
  wait_for_state (app, "crashed");
  g_assert_cmpstr (bh_dbus_app1_get_reason (app), ==, "memory-limit");
  g_assert_cmpstr (bh_dbus_app1_get_reason_detail (app), ==, detail);
}

static void
add_tests (void)
{
  ADD ("/health/window", test_window);
  ADD ("/health/page", test_page);
  ADD ("/health/restart", test_restart);
  ADD ("/health/stopped", test_stopped);
  ADD ("/health/debugger", test_debugger);
  ADD ("/health/throttled", test_throttled);
  ADD ("/health/supervisor-stopped", test_supervisor_stopped);
  ADD ("/health/adopted", test_adopted);
  ADD ("/health/page-signal", test_page_signal);
  ADD ("/health/gave-up", test_gave_up);
  ADD ("/health/network", test_network);
  ADD ("/health/memory-limit", test_memory_limit);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
