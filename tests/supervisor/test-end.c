/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supervisor-fixture.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Ends that were asked for: stop, kill, restart, and the user's own. */

static void
assert_nothing_left (Fixture *fixture)
{
  g_autofree char *runtime = fixture_runtime_dir (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (runtime, 0, &error);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_cmpstr (name, ==, "channel");
}

static void
on_ended (BhDBusApp1 *app, const char *reason, const char *detail, gpointer user_data)
{
  g_string_append_printf (user_data, "%s;", reason);
}

static void
test_reasons (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GString) ends = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  guint pid;

  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  g_signal_connect (app, "ended", G_CALLBACK (on_ended), ends);

  pid = launch_painted (app);
  g_assert_true (bh_dbus_app1_call_stop_sync (app, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (is_alive (pid));
  wait_for_reason (app, "stopped");
  wait_for_state (app, "stopped");

  pid = launch_painted (app);
  g_assert_cmpuint (kill_app (app), ==, 1);
  g_assert_false (is_alive (pid));
  wait_for_reason (app, "killed");
  wait_for_state (app, "stopped");
  g_assert_false (bh_dbus_app1_call_kill_sync (app, NULL, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_NOT_RUNNING);
  g_clear_error (&error);
  g_assert_false (bh_dbus_app1_call_stop_sync (app, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_NOT_RUNNING);
  g_clear_error (&error);

  /* The user closes the window. */
  launch_painted (app);
  order (app, "close");
  wait_for_reason (app, "closed");
  wait_for_state (app, "stopped");

  /* The session ends, or somebody has sent SIGTERM. */
  pid = launch_painted (app);
  g_assert_cmpint (kill ((pid_t) pid, SIGTERM), ==, 0);
  wait_for_reason (app, "stopped");
  wait_for_state (app, "stopped");

  /* Whoever ends well without a word has been closed, too. */
  launch_painted (app);
  wait_for_state (app, "running");
  order (app, "exit-0");
  wait_for_state (app, "stopped");
  wait_for (g_str_equal (ends->str, "stopped;killed;closed;stopped;closed;"));
  g_assert_cmpstr (bh_dbus_app1_get_reason (app), ==, "closed");
  g_assert_cmpuint (bh_dbus_app1_get_restarts (app), ==, 0);
}

static void
test_kill_tree (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GError) error = NULL;

  fixture_add_app (fixture, "fork-3");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "fork-3");
  for (guint i = 0; i < 10; i++)
    {
      launch_painted (app);
      /* The runner, its three children, and the one that left the family. */
      g_assert_cmpuint (fixture_count_processes (fixture, "fork_2d3"), ==, 5);
      g_assert_cmpuint (kill_app (app), ==, 5);
      /* It was not said before it was true. */
      g_assert_cmpuint (fixture_count_processes (fixture, "fork_2d3"), ==, 0);
      assert_nothing_left (fixture);
    }

  /* A stop leaves nothing either: what the runner left is killed. */
  launch_painted (app);
  g_assert_true (bh_dbus_app1_call_stop_sync (app, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fixture_count_processes (fixture, "fork_2d3"), ==, 0);
  assert_nothing_left (fixture);
}

static void
test_restart (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GVariant) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean started = FALSE;
  guint before, after = 0;

  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  before = launch_painted (app);
  g_assert_true (bh_dbus_app1_call_restart_sync (app, options_for ("painted", "#there"), &result,
                                                 NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (result, "pid", "u", &after));
  g_assert_true (g_variant_lookup (result, "started", "b", &started));
  g_assert_true (started);
  g_assert_cmpuint (after, !=, before);
  g_assert_false (is_alive (before));
  wait_for (bh_dbus_app1_get_restarts (app) == 1);
  wait_for_state (app, "running");
  wait_for_reason (app, "stopped");

  /* One that does not run is started. */
  kill_app (app);
  g_clear_pointer (&result, g_variant_unref);
  g_assert_true (
      bh_dbus_app1_call_restart_sync (app, options_for ("painted", NULL), &result, NULL, &error));
  g_assert_no_error (error);
  wait_for_state (app, "running");
  kill_app (app);
}

static int
bind_socket (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpuint (g_strlcpy (address.sun_path, path, sizeof address.sun_path), <,
                    sizeof address.sun_path);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);

  return fd;
}

static gboolean
exists (const char *path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* What WebKit leaves of a killed app goes with it; what others have there stays. */
static void
test_leftovers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autofree char *sockets = fixture_build_path (fixture, "webkitgtk", NULL);
  g_autofree char *dead = g_build_filename (sockets, "bus-proxy-dead", NULL);
  g_autofree char *bound = g_build_filename (sockets, "a11y-proxy-bound", NULL);
  g_autofree char *listening = g_build_filename (sockets, "bus-proxy-listening", NULL);
  g_autofree char *foreign = g_build_filename (sockets, "other-dead", NULL);
  g_autofree char *file = g_build_filename (sockets, "bus-proxy-file", NULL);
  g_autofree char *own = NULL;
  g_autofree char *longer = NULL;
  g_autofree char *own_name = NULL;
  g_autofree char *own_folder = NULL;
  g_autofree char *longer_name = NULL;
  int bound_fd, listening_fd;
  guint pid;

  fixture_write (file, "");
  close (bind_socket (dead));
  close (bind_socket (foreign));
  bound_fd = bind_socket (bound);
  listening_fd = bind_socket (listening);
  g_assert_cmpint (listen (listening_fd, 1), ==, 0);

  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  pid = launch_painted (app);
  own_name = g_strdup_printf ("webkit-%u-12", pid);
  longer_name = g_strdup_printf ("webkit-%u0-12", pid);
  own = fixture_build_path (fixture, ".flatpak", own_name, "bwrapinfo.json", NULL);
  longer = fixture_build_path (fixture, ".flatpak", longer_name, "bwrapinfo.json", NULL);
  fixture_write (own, "{}");
  fixture_write (longer, "{}");
  kill_app (app);

  own_folder = g_path_get_dirname (own);
  g_assert_false (exists (own_folder) || exists (dead));
  g_assert_true (exists (longer) && exists (bound) && exists (listening) && exists (foreign)
                 && exists (file));
  close (bound_fd);
  close (listening_fd);
}

typedef struct
{
  guint launched;
  guint killed;
  guint restarted;
  guint stopped;
} Answers;

static void
check_error (GError *error)
{
  if (error == NULL)
    return;
  /* What a call that crossed another may hear, and nothing else. */
  if (!g_error_matches (error, BH_ERROR, BH_ERROR_ENDED)
      && !g_error_matches (error, BH_ERROR, BH_ERROR_NOT_RUNNING))
    g_error ("%s", error->message);
}

static void
on_launch_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  bh_dbus_app1_call_launch_finish (BH_DBUS_APP1 (source), NULL, result, &error);
  check_error (error);
  ((Answers *) user_data)->launched++;
}

static void
on_restart_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  bh_dbus_app1_call_restart_finish (BH_DBUS_APP1 (source), NULL, result, &error);
  check_error (error);
  ((Answers *) user_data)->restarted++;
}

static void
on_kill_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  bh_dbus_app1_call_kill_finish (BH_DBUS_APP1 (source), NULL, result, &error);
  check_error (error);
  ((Answers *) user_data)->killed++;
}

static void
on_stop_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  bh_dbus_app1_call_stop_finish (BH_DBUS_APP1 (source), result, &error);
  check_error (error);
  ((Answers *) user_data)->stopped++;
}

static void
send_calls (BhDBusApp1 *app, Answers *answers, const char *calls)
{
  for (const char *call = calls; *call != '\0'; call++)
    switch (*call)
      {
      case 'l':
        bh_dbus_app1_call_launch (app, options_for ("painted", NULL), NULL, on_launch_ready,
                                  answers);
        break;
      case 'w':
        bh_dbus_app1_call_launch (app, options_for ("spawned", NULL), NULL, on_launch_ready,
                                  answers);
        break;
      case 'k':
        bh_dbus_app1_call_kill (app, NULL, on_kill_ready, answers);
        break;
      case 's':
        bh_dbus_app1_call_stop (app, NULL, on_stop_ready, answers);
        break;
      case 'r':
        bh_dbus_app1_call_restart (app, options_for ("painted", NULL), NULL, on_restart_ready,
                                   answers);
        break;
      default:
        g_assert_not_reached ();
      }
}

/* Many calls at once, whatever their order: each is answered, and the last one holds. */
static void
test_crowd (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20);
  g_autoptr (BhDBusApp1) app = NULL;
  guint pid;

  fixture_add_app (fixture, "fork-1");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "fork-1");

  for (guint round = 0; round < 15; round++)
    {
      Answers answers = { 0 };
      char calls[21] = "";

      for (guint i = 0; i < 20; i++)
        calls[i] = "lwksr"[g_rand_int_range (rand, 0, 5)];
      g_test_message ("%s", calls);
      send_calls (app, &answers, calls);
      wait_for (answers.launched + answers.killed + answers.stopped + answers.restarted == 20);
      pid = 0;
      launch (app, "painted", NULL, &pid, NULL);
      wait_for_state (app, "running");
      wait_for (bh_dbus_app1_get_pid (app) == pid);
      g_assert_true (is_alive (pid));
      g_assert_cmpuint (kill_app (app), ==, 3);
      wait_for_state (app, "stopped");
      assert_nothing_left (fixture);
    }
}

/* Restarts that meet are one restart. */
static void
test_restarts_meet (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  Answers answers = { 0 };

  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  launch_painted (app);
  send_calls (app, &answers, "rrrr");
  wait_for (answers.restarted == 4);
  wait_for_state (app, "running");
  g_assert_cmpuint (bh_dbus_app1_get_restarts (app), ==, 1);
  kill_app (app);
}

static void
test_launch_while_stopping (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  Answers answers = { 0 };
  guint pid;

  fixture_add_app (fixture, "fork-2");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "fork-2");
  pid = launch_painted (app);
  send_calls (app, &answers, "sl");
  wait_for (answers.stopped == 1 && answers.launched == 1);
  wait_for_state (app, "running");
  wait_for (bh_dbus_app1_get_pid (app) != pid && bh_dbus_app1_get_pid (app) != 0);
  g_assert_false (is_alive (pid));
  g_assert_cmpuint (kill_app (app), ==, 4);
}

static void
add_tests (void)
{
  ADD ("/end/reasons", test_reasons);
  ADD ("/end/kill-tree", test_kill_tree);
  ADD ("/end/leftovers", test_leftovers);
  ADD ("/end/restart", test_restart);
  ADD ("/end/crowd", test_crowd);
  ADD ("/end/restarts-meet", test_restarts_meet);
  ADD ("/end/launch-while-stopping", test_launch_while_stopping);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
