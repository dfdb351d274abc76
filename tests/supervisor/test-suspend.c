/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supervisor-fixture.h"

#include <sys/wait.h>
#include <unistd.h>

/*
 * Apps that are put to sleep and woken, with the real supervisor: what their processes do is read
 * from the kernel. Each app has one second to answer, so that one that sleeps would soon be told to
 * be in trouble.
 */

#define PATIENCE 1000

static BhDBusApp1 *
start_with (Fixture *fixture, const char *id, const char *bulkhead)
{
  g_autofree char *text
      = g_strdup_printf ("{\"startup_app\": {\"uuid\": \"%s\", \"url\": \"app:///index.html\"},"
                         " \"bulkhead\": {\"unresponsiveAfter\": \"1s\", "
                         " \"restart\": {\"policy\": \"never\"} %s}}",
                         id, bulkhead);
  BhDBusApp1 *app = NULL;

  fixture_write_app (fixture, id, text);
  if (fixture->supervisor == 0)
    fixture_start_supervisor (fixture);
  /* One that comes while the supervisor runs is seen a little later. */
  poll_for ((app = fixture_find_app (fixture, id, NULL)) != NULL);
  launch_painted (app);
  wait_for_state (app, "running");

  return app;
}

static BhDBusApp1 *
start (Fixture *fixture, const char *id)
{
  return start_with (fixture, id, "");
}

static void
suspend (BhDBusApp1 *app)
{
  g_autoptr (GError) error = NULL;

  bh_dbus_app1_call_suspend_sync (app, NULL, &error);
  g_assert_no_error (error);
  wait_for_state (app, "suspended");
  wait_for (g_strcmp0 (bh_dbus_app1_get_suspended (app), "user") == 0);
}

static void
resume (BhDBusApp1 *app)
{
  g_autoptr (GError) error = NULL;

  bh_dbus_app1_call_resume_sync (app, NULL, &error);
  g_assert_no_error (error);
  wait_for_state (app, "running");
  wait_for (g_strcmp0 (bh_dbus_app1_get_suspended (app), "") == 0);
}

/* Of an app's processes, as the kernel has them. */
typedef struct
{
  guint all;
  guint stopped;
  guint64 cpu_time;
} Figures;

static Figures
look_at (Fixture *fixture, const char *slug)
{
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  Figures figures = { 0 };
  const char *name;

  while ((name = g_dir_read_name (proc)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "environ", NULL);
      g_autofree char *block = NULL;
      BhProcStat stat;
      gsize length;

      if (!g_ascii_isdigit (*name) || !g_file_get_contents (path, &block, &length, NULL)
          || g_strcmp0 (bh_proc_find_env (block, length, "XDG_RUNTIME_DIR"), fixture->root) != 0
          || g_strcmp0 (bh_proc_find_env (block, length, BH_APP_ENV), slug) != 0
          || !bh_process_read_stat (atoi (name), &stat) || stat.state == 'Z')
        continue;
      figures.all++;
      figures.stopped += stat.state == 'T' ? 1 : 0;
      figures.cpu_time += stat.cpu_time;
    }

  return figures;
}

#define assert_all_stopped(slug, least)                                                            \
  G_STMT_START                                                                                     \
  {                                                                                                \
    Figures figures_ = look_at (fixture, slug);                                                    \
    g_assert_cmpuint (figures_.all, >=, least);                                                    \
    g_assert_cmpuint (figures_.stopped, ==, figures_.all);                                         \
  }                                                                                                \
  G_STMT_END

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
on_state_changed (BhDBusApp1 *app, GParamSpec *pspec, gpointer user_data)
{
  g_string_append_printf (user_data, "%s ", bh_dbus_app1_get_state (app));
}

/* All of it stands still, those that left its family included, and is in no trouble for that. */
static void
test_whole_tree (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "fork-3");
  g_autoptr (GString) states = g_string_new (NULL);

  g_signal_connect (app, "notify::state", G_CALLBACK (on_state_changed), states);
  suspend (app);
  assert_all_stopped ("fork_2d3", 5);
  let_pass (4 * PATIENCE);
  assert_all_stopped ("fork_2d3", 5);
  g_assert_cmpstr (states->str, ==, "suspended ");
  /* Said before. */
  g_assert_cmpstr (bh_dbus_app1_get_title (app), ==, "asleep: user");
  /* Once more is nothing. */
  suspend (app);

  resume (app);
  g_assert_cmpuint (look_at (fixture, "fork_2d3").stopped, ==, 0);
  wait_for_title (app, "awake");
  resume (app);
  let_pass (2 * PATIENCE);
  g_assert_cmpstr (states->str, ==, "suspended running ");
  kill_app (app);
}

/* Nothing is left that could start another, however fast they come. */
static void
test_bomb (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "bomb-4");
  guint all;

  suspend (app);
  all = look_at (fixture, "bomb_2d4").all;
  assert_all_stopped ("bomb_2d4", 5);
  let_pass (300);
  assert_all_stopped ("bomb_2d4", 5);
  g_assert_cmpuint (look_at (fixture, "bomb_2d4").all, ==, all);
  resume (app);
  g_assert_cmpuint (look_at (fixture, "bomb_2d4").stopped, ==, 0);
  kill_app (app);
  g_assert_cmpuint (look_at (fixture, "bomb_2d4").all, ==, 0);
}

/* The duty cycle does not continue what sleeps, nor do new limits; afterwards it goes on. */
static void
test_duty_cycle (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start_with (fixture, "spin", ", \"limits\": {\"cpu\": \"30%\"}");
  g_autoptr (GVariant) limits = NULL;
  g_autoptr (GError) error = NULL;
  guint64 before;

  suspend (app);
  assert_all_stopped ("spin", 1);
  before = look_at (fixture, "spin").cpu_time;
  let_pass (600);
  assert_all_stopped ("spin", 1);
  limits = g_variant_ref_sink (
      g_variant_new_parsed ("{'cpu': <uint64 60>, 'memory': <uint64 1073741824>}"));
  bh_dbus_app1_call_set_limits_sync (app, limits, NULL, &error);
  g_assert_no_error (error);
  let_pass (600);
  limits = (g_variant_unref (limits),
            g_variant_ref_sink (g_variant_new_parsed ("{'cpu': <uint64 0>}")));
  bh_dbus_app1_call_set_limits_sync (app, limits, NULL, &error);
  g_assert_no_error (error);
  let_pass (600);
  assert_all_stopped ("spin", 1);
  g_assert_cmpuint (look_at (fixture, "spin").cpu_time, ==, before);

  resume (app);
  poll_for (look_at (fixture, "spin").cpu_time > before + 20);
  /* Less than it gets beside many others. */
  limits = (g_variant_unref (limits),
            g_variant_ref_sink (g_variant_new_parsed ("{'cpu': <uint64 5>}")));
  bh_dbus_app1_call_set_limits_sync (app, limits, NULL, &error);
  g_assert_no_error (error);
  poll_for (look_at (fixture, "spin").stopped == 1);
  poll_for (look_at (fixture, "spin").stopped == 0);
  kill_app (app);
}

static void
test_kill (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "fork-2");

  suspend (app);
  g_assert_cmpuint (kill_app (app), ==, 4);
  wait_for_state (app, "stopped");
  wait_for_reason (app, "killed");
  g_assert_cmpuint (look_at (fixture, "fork_2d2").all, ==, 0);
  g_assert_cmpstr (bh_dbus_app1_get_suspended (app), ==, "");
}

/* It can close as well as if it had been awake. */
static void
test_stop (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "writer");
  g_autoptr (GError) error = NULL;

  suspend (app);
  bh_dbus_app1_call_stop_sync (app, NULL, &error);
  g_assert_no_error (error);
  wait_for_state (app, "stopped");
  wait_for_reason (app, "stopped");
  g_assert_cmpuint (look_at (fixture, "writer").all, ==, 0);
}

static void
test_restart (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "plain");
  g_autoptr (GVariant) result = NULL;
  g_autoptr (GError) error = NULL;
  guint before = bh_dbus_app1_get_pid (app);

  suspend (app);
  bh_dbus_app1_call_restart_sync (app, options_for ("painted", NULL), &result, NULL, &error);
  g_assert_no_error (error);
  wait_for_state (app, "running");
  g_assert_cmpuint (bh_dbus_app1_get_pid (app), !=, before);
  g_assert_cmpuint (look_at (fixture, "plain").stopped, ==, 0);
  kill_app (app);
}

/* Who wants to see it wakes it. */
static void
test_show (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "plain");
  g_autoptr (GError) error = NULL;

  suspend (app);
  bh_dbus_app1_call_activate_sync (app, g_variant_new ("a{sv}", NULL), NULL, &error);
  g_assert_no_error (error);
  wait_for_state (app, "running");
  g_assert_cmpuint (look_at (fixture, "plain").stopped, ==, 0);

  suspend (app);
  g_assert_false (launch (app, "painted", NULL, NULL, &error));
  g_assert_no_error (error);
  /* It is awake when the call is answered. */
  g_assert_cmpuint (look_at (fixture, "plain").stopped, ==, 0);
  wait_for_state (app, "running");

  suspend (app);
  g_assert_false (launch (app, "painted", "#page", NULL, &error));
  g_assert_no_error (error);
  wait_for_state (app, "running");
  wait_for_title (app, "app://plain/index.html#page");
  kill_app (app);
}

/* A supervisor that dies leaves nothing asleep, but the next one has it sleep again and knows why.
 */
static void
test_adopted (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "fork-1");
  g_autoptr (BhDBusApp1) bystander = start (fixture, "plain");
  g_autoptr (GError) error = NULL;

  suspend (app);
  for (guint i = 0; i < 2; i++)
    {
      fixture_end_supervisor (fixture, i == 0 ? SIGKILL : SIGTERM);
      poll_for (look_at (fixture, "fork_2d1").stopped == 0);
      fixture_start_supervisor (fixture);
      g_clear_object (&app);
      app = fixture_get_app (fixture, "fork-1");
      wait_for_state (app, "suspended");
      g_assert_cmpstr (bh_dbus_app1_get_suspended (app), ==, "user");
      poll_for (look_at (fixture, "fork_2d1").stopped == 3);
    }
  let_pass (3 * PATIENCE);
  assert_all_stopped ("fork_2d1", 3);
  g_assert_cmpstr (bh_dbus_app1_get_state (app), ==, "suspended");
  g_assert_cmpuint (look_at (fixture, "plain").stopped, ==, 0);

  /* Shown when its runner is back, which may not have been before. */
  g_assert_false (launch (app, "painted", "#page", NULL, &error));
  g_assert_no_error (error);
  wait_for_state (app, "running");
  wait_for_title (app, "app://fork_2d1/index.html#page");
  kill_app (app);
}

/* The same for one that was to be stopped. */
static void
test_stop_adopted (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "fork-1");
  g_autoptr (GError) error = NULL;

  suspend (app);
  fixture_end_supervisor (fixture, SIGKILL);
  fixture_start_supervisor (fixture);
  g_clear_object (&app);
  app = fixture_get_app (fixture, "fork-1");
  wait_for_state (app, "suspended");
  bh_dbus_app1_call_stop_sync (app, NULL, &error);
  g_assert_no_error (error);
  wait_for_reason (app, "stopped");
  g_assert_cmpuint (look_at (fixture, "fork_2d1").all, ==, 0);
}

/* One whose runner is killed in its sleep leaves nothing. */
static void
test_crash (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "fork-2");

  suspend (app);
  kill ((pid_t) bh_dbus_app1_get_pid (app), SIGKILL);
  wait_for_state (app, "crashed");
  poll_for (look_at (fixture, "fork_2d2").all == 0);
  g_assert_cmpstr (bh_dbus_app1_get_suspended (app), ==, "");
}

/* One whose runner must go on is woken from its own window. */
static void
test_awake_runner (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "wayland");
  g_autoptr (GError) error = NULL;

  suspend (app);
  g_assert_cmpuint (look_at (fixture, "wayland").stopped, ==, 0);
  let_pass (3 * PATIENCE);
  g_assert_cmpstr (bh_dbus_app1_get_state (app), ==, "suspended");
  resume (app);
  kill_app (app);
}

/* Somebody else has stopped it: that is told, and can be undone here. */
static void
test_outside (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "fork-1");

  kill ((pid_t) bh_dbus_app1_get_pid (app), SIGSTOP);
  wait_for_state (app, "suspended");
  wait_for (g_strcmp0 (bh_dbus_app1_get_suspended (app), "outside") == 0);
  resume (app);
  g_assert_cmpuint (look_at (fixture, "fork_2d1").stopped, ==, 0);
  let_pass (2 * PATIENCE);
  g_assert_cmpstr (bh_dbus_app1_get_state (app), ==, "running");

  /* Or made our own, and then it is all of it. */
  kill ((pid_t) bh_dbus_app1_get_pid (app), SIGSTOP);
  wait_for_state (app, "suspended");
  wait_for (g_strcmp0 (bh_dbus_app1_get_suspended (app), "outside") == 0);
  suspend (app);
  assert_all_stopped ("fork_2d1", 3);
  resume (app);
  g_assert_cmpuint (look_at (fixture, "fork_2d1").stopped, ==, 0);
  kill_app (app);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "plain");
  g_autoptr (GError) error = NULL;

  order (app, "page-crashed");
  wait_for_state (app, "crashed");
  bh_dbus_app1_call_suspend_sync (app, NULL, &error);
  g_assert_error (error, BH_ERROR, BH_ERROR_FAILED);
  g_clear_error (&error);
  bh_dbus_app1_call_resume_sync (app, NULL, &error);
  g_assert_no_error (error);
  kill_app (app);
  bh_dbus_app1_call_suspend_sync (app, NULL, &error);
  g_assert_error (error, BH_ERROR, BH_ERROR_NOT_RUNNING);
  g_clear_error (&error);
  bh_dbus_app1_call_resume_sync (app, NULL, &error);
  g_assert_error (error, BH_ERROR, BH_ERROR_NOT_RUNNING);
}

/* Requests that come together are dealt with in their order. */
static void
on_call_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, &error);

  g_assert_no_error (error);
  ++*(guint *) user_data;
}

static void
test_together (Fixture *fixture, gconstpointer data)
{
  static const char *const calls[]
      = { "Suspend", "Suspend", "Resume", "Suspend", "Resume", "Resume", "Suspend" };
  g_autoptr (BhDBusApp1) app = start (fixture, "fork-1");
  guint answered = 0;

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    g_dbus_proxy_call (G_DBUS_PROXY (app), calls[i], NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                       on_call_ready, &answered);
  wait_for (answered == G_N_ELEMENTS (calls));
  wait_for_state (app, "suspended");
  assert_all_stopped ("fork_2d1", 3);
  kill_app (app);
}

static const char *
get_activity (BhDBusApp1 *app)
{
  static char *joined;
  g_auto (GStrv) names = bh_dbus_app1_dup_activity (app);

  g_free (joined);
  joined = g_strjoinv (",", names);

  return joined;
}

static void
test_all (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) fork = start (fixture, "fork-1");
  g_autoptr (BhDBusApp1) plain = start (fixture, "plain");
  g_autoptr (BhDBusApp1) player = start (fixture, "wayland");
  g_autoptr (GError) error = NULL;
  guint count = 0;

  order (player, "does-visible,audio,nonsense");
  wait_for (g_strcmp0 (get_activity (player), "visible,audio") == 0);
  order (plain, "does-focused,visible");
  wait_for (g_strcmp0 (get_activity (plain), "focused,visible") == 0);

  bh_dbus_supervisor1_call_suspend_all_sync (fixture->service, &count, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count, ==, 2);
  assert_all_stopped ("fork_2d1", 3);
  assert_all_stopped ("plain", 1);
  g_assert_cmpuint (look_at (fixture, "wayland").stopped, ==, 0);
  bh_dbus_supervisor1_call_suspend_all_sync (fixture->service, &count, NULL, &error);
  g_assert_cmpuint (count, ==, 0);

  bh_dbus_supervisor1_call_resume_all_sync (fixture->service, &count, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count, ==, 2);
  g_assert_cmpuint (look_at (fixture, "fork_2d1").stopped + look_at (fixture, "plain").stopped, ==,
                    0);
  wait_for_state (fork, "running");
  wait_for_state (plain, "running");
  kill_app (fork);
  kill_app (plain);
  kill_app (player);
  bh_dbus_supervisor1_call_suspend_all_sync (fixture->service, &count, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count, ==, 0);
}

static void
set (BhDBusApp1 *app, const char *settings)
{
  g_autoptr (GError) error = NULL;

  bh_dbus_app1_call_set_settings_sync (app, g_variant_new_parsed (settings), NULL, &error);
  g_assert_no_error (error);
}

#define IDLE ", \"suspendAfter\": \"1s\""

/* In the background for as long as its manifest says, and quiet. */
static void
test_idle (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start_with (fixture, "fork-1", IDLE);
  BhProcStat stat;

  /* Nothing is assumed until it has said what it does. */
  let_pass (1500);
  g_assert_cmpstr (bh_dbus_app1_get_state (app), ==, "running");
  order (app, "does-focused,visible");
  wait_for (g_strcmp0 (get_activity (app), "focused,visible") == 0);
  let_pass (1500);
  g_assert_cmpstr (bh_dbus_app1_get_state (app), ==, "running");

  order (app, "does-visible");
  wait_for_state (app, "suspended");
  g_assert_cmpstr (bh_dbus_app1_get_suspended (app), ==, "idle");
  /* All but its runner, from where the user wakes it. */
  g_assert_cmpuint (look_at (fixture, "fork_2d1").stopped, ==, 2);
  g_assert_true (bh_process_read_stat ((pid_t) bh_dbus_app1_get_pid (app), &stat));
  g_assert_cmpint (stat.state, !=, 'T');

  /* A new supervisor has it sleep as lightly. */
  fixture_end_supervisor (fixture, SIGKILL);
  poll_for (look_at (fixture, "fork_2d1").stopped == 0);
  fixture_start_supervisor (fixture);
  g_clear_object (&app);
  app = fixture_get_app (fixture, "fork-1");
  wait_for_state (app, "suspended");
  g_assert_cmpstr (bh_dbus_app1_get_suspended (app), ==, "idle");
  poll_for (look_at (fixture, "fork_2d1").stopped == 2);
  g_assert_true (bh_process_read_stat ((pid_t) bh_dbus_app1_get_pid (app), &stat));
  g_assert_cmpint (stat.state, !=, 'T');

  /* Who means it has it sleep deeper. */
  suspend (app);
  assert_all_stopped ("fork_2d1", 3);
  resume (app);
  kill_app (app);
}

/* Its own window wakes it. */
static void
test_idle_wakes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start_with (fixture, "wanted", IDLE);

  order (app, "does-visible");
  wait_for_state (app, "suspended");
  wait_for_state (app, "running");
  g_assert_cmpuint (look_at (fixture, "wanted").stopped, ==, 0);
  kill_app (app);
}

static void
test_idle_exempt (Fixture *fixture, gconstpointer data)
{
  static const char *const exempt[] = { "audio", "capture", "download", "unsaved", "focused" };
  g_autoptr (BhDBusApp1) app = start_with (fixture, "plain", IDLE);

  for (guint i = 0; i < G_N_ELEMENTS (exempt); i++)
    {
      g_autofree char *what = g_strdup_printf ("does-%s", exempt[i]);

      order (app, what);
      wait_for (g_strcmp0 (get_activity (app), exempt[i]) == 0);
      let_pass (1300);
      g_assert_cmpstr (bh_dbus_app1_get_state (app), ==, "running");
    }

  set (app, "{'keep-awake': <true>}");
  order (app, "does-visible");
  wait_for (g_strcmp0 (get_activity (app), "visible") == 0);
  let_pass (1300);
  g_assert_cmpstr (bh_dbus_app1_get_state (app), ==, "running");
  /* What the user has set comes before the manifest. */
  set (app, "{'keep-awake': <false>, 'suspend-after': <uint32 0>}");
  let_pass (1300);
  g_assert_cmpstr (bh_dbus_app1_get_state (app), ==, "running");
  kill_app (app);
}

static void
test_kept_awake (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "plain");
  g_autoptr (GError) error = NULL;
  guint count = 1;

  set (app, "{'keep-awake': <true>}");
  bh_dbus_supervisor1_call_suspend_all_sync (fixture->service, &count, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count, ==, 0);
  /* It was meant itself. */
  suspend (app);
  kill_app (app);
}

/* Whom nobody sees is waited for longer. */
static void
test_relaxed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "mute");

  order (app, "relaxed-3000");
  let_pass (3000);
  g_assert_cmpstr (bh_dbus_app1_get_state (app), ==, "running");
  wait_for_state (app, "unresponsive");
  order (app, "relaxed-3000");
  wait_for_state (app, "running");
  kill_app (app);
}

static void
add_tests (void)
{
  ADD ("/suspend/whole-tree", test_whole_tree);
  ADD ("/suspend/bomb", test_bomb);
  ADD ("/suspend/duty-cycle", test_duty_cycle);
  ADD ("/suspend/kill", test_kill);
  ADD ("/suspend/stop", test_stop);
  ADD ("/suspend/restart", test_restart);
  ADD ("/suspend/show", test_show);
  ADD ("/suspend/adopted", test_adopted);
  ADD ("/suspend/stop-adopted", test_stop_adopted);
  ADD ("/suspend/crash", test_crash);
  ADD ("/suspend/awake-runner", test_awake_runner);
  ADD ("/suspend/outside", test_outside);
  ADD ("/suspend/refused", test_refused);
  ADD ("/suspend/together", test_together);
  ADD ("/suspend/all", test_all);
  ADD ("/suspend/idle", test_idle);
  ADD ("/suspend/idle-wakes", test_idle_wakes);
  ADD ("/suspend/idle-exempt", test_idle_exempt);
  ADD ("/suspend/kept-awake", test_kept_awake);
  ADD ("/suspend/relaxed", test_relaxed);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
