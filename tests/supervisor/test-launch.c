/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supervisor-fixture.h"

#include <glib/gstdio.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <unistd.h>

/* Launching: the phases that a caller can wait for, and all that can go wrong. */

static void
test_launch (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *profile
      = fixture_build_path (fixture, "data", "bulkhead", "profiles", "plain", NULL);
  GStatBuf status;
  guint pid;

  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  g_assert_cmpstr (bh_dbus_app1_get_state (app), ==, "stopped");
  g_assert_cmpstr (bh_dbus_app1_get_reason (app), ==, "");
  g_assert_cmpstr (bh_dbus_app1_get_name (app), ==, "The plain of data");
  g_assert_cmpstr (bh_dbus_app1_get_desktop_id (app), ==, BH_APPLICATION_ID ".App_plain");
  g_assert_cmpuint (bh_dbus_app1_get_pid (app), ==, 0);
  g_assert_cmpuint (bh_dbus_app1_get_started_at (app), ==, 0);

  pid = launch_painted (app);
  wait_for_state (app, "running");
  wait_for (bh_dbus_app1_get_painted (app) && bh_dbus_app1_get_pid (app) == pid);
  g_assert_cmpuint (bh_dbus_app1_get_painted_after (app), >, 0);
  g_assert_cmpuint (bh_dbus_app1_get_started_at (app), >, 0);
  wait_for_title (app, "hello");
  wait_for (bh_dbus_supervisor1_get_running (fixture->service) == 1);
  g_assert_cmpint (g_stat (profile, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 07777, ==, 0700);

  /* A second launch raises the window of the first. */
  g_assert_false (launch (app, "painted", NULL, NULL, &error));
  g_assert_no_error (error);
  wait_for_title (app, "raised");
  g_assert_cmpuint (bh_dbus_app1_get_pid (app), ==, pid);

  g_assert_cmpuint (kill_app (app), ==, 1);
  wait_for_state (app, "stopped");
  wait_for (bh_dbus_app1_get_pid (app) == 0 && bh_dbus_app1_get_started_at (app) == 0);
  g_assert_false (bh_dbus_app1_get_painted (app));
  g_assert_cmpstr (bh_dbus_app1_get_title (app), ==, "");
  wait_for (bh_dbus_supervisor1_get_running (fixture->service) == 0);
}

static void
test_activate (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GError) error = NULL;
  GVariantDict none = G_VARIANT_DICT_INIT (NULL);

  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  g_assert_false (bh_dbus_app1_call_activate_sync (app, g_variant_dict_end (&none), NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_NOT_RUNNING);
  g_clear_error (&error);

  launch_painted (app);
  wait_for_title (app, "hello");
  g_variant_dict_init (&none, NULL);
  g_assert_true (bh_dbus_app1_call_activate_sync (app, g_variant_dict_end (&none), NULL, &error));
  g_assert_no_error (error);
  wait_for_title (app, "raised");
  kill_app (app);
}

static void
test_wait (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) hang = NULL;
  g_autoptr (BhDBusApp1) blank = NULL;
  g_autoptr (GError) error = NULL;

  fixture_add_app (fixture, "hang");
  fixture_add_app (fixture, "blank");
  fixture_start_supervisor (fixture);
  hang = fixture_get_app (fixture, "hang");
  blank = fixture_get_app (fixture, "blank");

  /* It exists, but never answers. */
  g_assert_true (launch (hang, "spawned", NULL, NULL, &error));
  g_assert_no_error (error);
  wait_for_state (hang, "starting");
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (hang), 300);
  g_assert_false (launch (hang, "ready", NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);
  wait_for_state (hang, "starting");

  /* It answers, but never paints. */
  g_assert_true (launch (blank, "ready", NULL, NULL, &error));
  g_assert_no_error (error);
  wait_for_state (blank, "running");
  g_assert_false (bh_dbus_app1_get_painted (blank));
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (blank), 300);
  g_assert_false (launch (blank, "painted", NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);

  /* Stopped at once: there is no window yet that could be asked to close. */
  g_assert_true (bh_dbus_app1_call_stop_sync (hang, NULL, &error));
  g_assert_no_error (error);
  wait_for_state (hang, "stopped");
  g_assert_cmpstr (bh_dbus_app1_get_reason (hang), ==, "stopped");
  kill_app (blank);
}

static void
assert_fails (BhDBusApp1 *app, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (launch (app, "painted", NULL, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_LAUNCH_FAILED);
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” is not in: %s", words, error->message);
  wait_for_reason (app, "launch-failed");
  wait_for_state (app, "crashed");
  g_assert_nonnull (strstr (bh_dbus_app1_get_reason_detail (app), words));
  g_assert_cmpuint (bh_dbus_app1_get_pid (app), ==, 0);

  /* A stop of what does not run dismisses the failure. */
  g_clear_error (&error);
  g_assert_true (bh_dbus_app1_call_stop_sync (app, NULL, &error));
  g_assert_no_error (error);
  wait_for_state (app, "stopped");
}

static void
test_failures (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) exits = NULL;
  g_autoptr (BhDBusApp1) succeeds = NULL;
  g_autoptr (BhDBusApp1) failed = NULL;

  fixture_add_app (fixture, "exit-7");
  fixture_add_app (fixture, "exit-0");
  fixture_add_app (fixture, "failed");
  fixture_start_supervisor (fixture);
  exits = fixture_get_app (fixture, "exit-7");
  succeeds = fixture_get_app (fixture, "exit-0");
  failed = fixture_get_app (fixture, "failed");
  assert_fails (exits, "exit code 7");
  assert_fails (succeeds, "exit code 0");
  for (guint i = 0; i < 5; i++)
    assert_fails (failed, "There is no display here");
}

static void
test_missing_runner (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autofree char *lock = NULL;
  int fd;

  fixture->runner = "/nonexistent/bulkhead-runner";
  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  assert_fails (app, "/nonexistent/bulkhead-runner");

  /* The lock went with the attempt. */
  lock = fixture_build_path (fixture, "data", "bulkhead", "profiles", "plain", "lock", NULL);
  fd = g_open (lock, O_RDWR | O_CLOEXEC, 0);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (flock (fd, LOCK_EX | LOCK_NB), ==, 0);
  close (fd);
}

/* There, but not a program. */
static void
test_bad_runner (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autofree char *runner = fixture_build_path (fixture, "runner", NULL);

  fixture->runner = runner;
  fixture_write (runner, "");
  g_assert_cmpint (g_chmod (runner, 0600), ==, 0);
  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  assert_fails (app, "Permission denied");
  fixture_write (runner, "#!/nonexistent\n");
  g_assert_cmpint (g_chmod (runner, 0700), ==, 0);
  assert_fails (app, runner);

  g_unlink (runner);
  g_assert_cmpint (g_mkdir (runner, 0700), ==, 0);
  assert_fails (app, runner);

  /* Mended while the service runs. */
  fixture_remove_tree (runner);
  g_assert_cmpint (symlink (g_getenv ("BH_TEST_RUNNER"), runner), ==, 0);
  launch_painted (app);
  kill_app (app);
}

/* Not even root can make a directory there. */
static void
test_no_home (Fixture *fixture, gconstpointer data)
{
  const char *const variables[] = { "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME" };

  fixture_add_app_in (fixture, "system", "plain");
  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      g_autofree char *before = g_strdup (g_getenv (variables[i]));
      g_autoptr (BhDBusApp1) app = NULL;

      g_setenv (variables[i], "/proc/self/none", TRUE);
      fixture_start_supervisor (fixture);
      app = fixture_get_app (fixture, "plain");
      assert_fails (app, "/proc/self/none");
      fixture_end_supervisor (fixture, SIGTERM);
      g_setenv (variables[i], before, TRUE);
    }
}

static void
test_full_disk (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autofree char *state = fixture_build_path (fixture, "state", NULL);

  if (unshare (CLONE_NEWNS) < 0)
    {
      g_test_skip ("only root can mount a small disk");
      return;
    }
  g_assert_cmpint (mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), ==, 0);
  g_assert_cmpint (g_mkdir (state, 0700), ==, 0);
  /* With room for its own directory and nothing else. */
  g_assert_cmpint (mount ("none", state, "tmpfs", 0, "nr_inodes=1"), ==, 0);
  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  assert_fails (app, "No space left on device");

  /* Room again. */
  g_assert_cmpint (mount ("none", state, "tmpfs", MS_REMOUNT, "nr_inodes=100"), ==, 0);
  launch_painted (app);
  kill_app (app);
  fixture_end_supervisor (fixture, SIGTERM);
  g_assert_cmpint (umount (state), ==, 0);
}

typedef struct
{
  guint answers;
  GError *error;
} Answer;

static void
on_launch_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  bh_dbus_app1_call_launch_finish (BH_DBUS_APP1 (source), NULL, result, &answer->error);
  answer->answers++;
}

/* The end is asked for while the runner is being made, and that fails. */
static void
test_kill_while_spawning (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GError) error = NULL;
  Answer answer = { 0 };

  fixture->runner = "/nonexistent/bulkhead-runner";
  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  for (guint i = 0; i < 20; i++)
    {
      bh_dbus_app1_call_launch (app, options_for ("painted", NULL), NULL, on_launch_ready, &answer);
      bh_dbus_app1_call_kill_sync (app, NULL, NULL, &error);
      g_clear_error (&error);
      wait_for (answer.answers == i + 1);
      g_assert_nonnull (answer.error);
      g_clear_error (&answer.error);
    }
  assert_fails (app, "/nonexistent/bulkhead-runner");
}

static void
test_profile (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autofree char *profiles = fixture_build_path (fixture, "data", "bulkhead", "profiles", NULL);
  g_autofree char *lock = g_build_filename (profiles, "plain", "lock", NULL);
  g_autofree char *elsewhere = fixture_build_path (fixture, "elsewhere", NULL);
  int fd;

  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");

  /* No directory can be made there. */
  fixture_write (profiles, "");
  assert_fails (app, profiles);
  g_unlink (profiles);

  /* Held by another session's runner. */
  fixture_write (lock, "");
  fd = g_open (lock, O_RDWR | O_CLOEXEC, 0);
  g_assert_cmpint (flock (fd, LOCK_EX | LOCK_NB), ==, 0);
  assert_fails (app, "running already, in another session");
  close (fd);

  /* Nobody is led elsewhere. */
  g_unlink (lock);
  g_assert_cmpint (symlink (elsewhere, lock), ==, 0);
  assert_fails (app, lock);
  g_assert_false (g_file_test (elsewhere, G_FILE_TEST_EXISTS));
  g_unlink (lock);

  launch_painted (app);
  fd = g_open (lock, O_RDWR | O_CLOEXEC, 0);
  g_assert_cmpint (flock (fd, LOCK_EX | LOCK_NB), <, 0);
  close (fd);
  kill_app (app);
}

static void
test_descriptors (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) other = NULL;

  fixture_add_app (fixture, "plain");
  fixture_add_app (fixture, "fds");
  fixture_start_supervisor (fixture);
  other = fixture_get_app (fixture, "plain");
  launch_painted (other);
  app = fixture_get_app (fixture, "fds");
  launch_painted (app);
  wait_for_title (app, "0 1 2 3 4");
  kill_app (app);
  kill_app (other);
}

static void
test_uris (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GError) error = NULL;
  Answer answer = { 0 };

  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");

  /* Asked for while it is starting: shown when it is ready. */
  bh_dbus_app1_call_launch (app, options_for ("painted", NULL), NULL, on_launch_ready, &answer);
  bh_dbus_app1_call_launch (app, options_for ("spawned", "#early"), NULL, on_launch_ready, &answer);
  wait_for_title (app, "app://plain/index.html#early");
  wait_for (answer.answers == 2);
  g_assert_no_error (answer.error);

  g_assert_false (launch (app, "spawned", "#there", NULL, &error));
  g_assert_no_error (error);
  wait_for_title (app, "app://plain/index.html#there");

  launch (app, "spawned", "https://elsewhere.example/", NULL, &error);
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_URI);
  g_clear_error (&error);
  kill_app (app);
}

static void
assert_invalid (BhDBusApp1 *app, const char *options)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (g_variant_new_parsed (options));
  g_autoptr (GError) error = NULL;

  g_assert_false (bh_dbus_app1_call_launch_sync (app, variant, NULL, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (bh_dbus_app1_call_restart_sync (app, variant, NULL, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (bh_dbus_app1_call_activate_sync (app, variant, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
}

static void
test_options (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  guint pid;

  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  pid = launch_painted (app);
  assert_invalid (app, "{'wait': <'sometime'>}");
  assert_invalid (app, "{'wait': <''>}");
  assert_invalid (app, "{'wait': <uint32 1>}");
  assert_invalid (app, "{'uri': <{'a': <'b'>}>}");
  assert_invalid (app, "{'wiat': <'painted'>}");
  assert_invalid (app, "{'': <''>}");
  wait_for_state (app, "running");
  g_assert_cmpuint (bh_dbus_app1_get_pid (app), ==, pid);
  g_assert_cmpuint (bh_dbus_app1_get_restarts (app), ==, 0);
  kill_app (app);
}

static void
add_tests (void)
{
  ADD ("/launch/launch", test_launch);
  ADD ("/launch/activate", test_activate);
  ADD ("/launch/wait", test_wait);
  ADD ("/launch/failures", test_failures);
  ADD ("/launch/missing-runner", test_missing_runner);
  ADD ("/launch/bad-runner", test_bad_runner);
  ADD ("/launch/no-home", test_no_home);
  ADD ("/launch/full-disk", test_full_disk);
  ADD ("/launch/kill-while-spawning", test_kill_while_spawning);
  ADD ("/launch/profile", test_profile);
  ADD ("/launch/descriptors", test_descriptors);
  ADD ("/launch/uris", test_uris);
  ADD ("/launch/options", test_options);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
