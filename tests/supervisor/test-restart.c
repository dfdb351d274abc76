/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-instance-note.h"
#include "bh-instance-record.h"
#include "bh-instance.h"
#include "supervisor-fixture.h"

#include <glib/gstdio.h>

/*
 * Apps that come back: an instance by itself with a clock that the test moves, then the service,
 * which may itself be killed meanwhile.
 */

typedef struct
{
  char *root;
  BhManualClock *clock;
  BhInstance *instance;
} Instance;

#define ADD_INSTANCE(path, function) g_test_add (path, Instance, NULL, set_up, function, tear_down)

static void
set_up (Instance *self, gconstpointer data)
{
  self->root = g_dir_make_tmp ("bulkhead-test-XXXXXX", NULL);
  g_assert_nonnull (self->root);
  g_setenv ("XDG_DATA_HOME", self->root, TRUE);
  g_setenv ("XDG_CACHE_HOME", self->root, TRUE);
  g_setenv ("XDG_STATE_HOME", self->root, TRUE);
  self->clock = bh_manual_clock_new ();
}

static void
create_instance (Instance *self, const char *id, const char *restart)
{
  g_autoptr (BhInstanceTools) tools = NULL;
  g_autoptr (BhManifest) manifest = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text
      = g_strdup_printf ("{\"startup_app\": {\"uuid\": \"%s\", \"url\": \"app:///index.html\"},"
                         " \"bulkhead\": {\"restart\": %s}}",
                         id, restart);

  manifest = bh_manifest_new_from_data (text, -1, &error);
  g_assert_no_error (error);
  tools = fixture_make_tools (BH_CLOCK (self->clock), self->root);
  self->instance = bh_instance_new (bh_manifest_get_id (manifest), tools);
  bh_instance_set_app (self->instance, manifest, "/nonexistent/manifest.json", self->root, "An app",
                       FALSE);
}

static void
tear_down (Instance *self, gconstpointer data)
{
  g_assert_finalize_object (self->instance);
  /* No timer is left that would call into it. */
  bh_manual_clock_advance (self->clock, 24 * 60 * 60 * 1000);
  g_assert_finalize_object (self->clock);
  fixture_remove_tree (self->root);
  g_free (self->root);
}

static void
on_launch_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gboolean *done = user_data;

  bh_instance_launch_finish (BH_INSTANCE (source), result, NULL, NULL);
  *done = TRUE;
}

static void
launch_instance (Instance *self, BhLaunchWait wait, const char *uri)
{
  gboolean done = FALSE;

  bh_instance_launch_async (self->instance, wait, uri, "", on_launch_ready, &done);
  wait_for (done);
}

static void
on_end_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gboolean *done = user_data;
  g_autoptr (GError) error = NULL;

  bh_instance_end_finish (BH_INSTANCE (source), result, NULL, &error);
  g_assert_no_error (error);
  *done = TRUE;
}

static void
end_instance (Instance *self, BhReason reason)
{
  gboolean done = FALSE;

  bh_instance_end_async (self->instance, reason, on_end_ready, &done);
  wait_for (done);
}

#define wait_for_instance(self, state)                                                             \
  wait_for (bh_instance_get_state ((self)->instance) == BH_STATE_##state)
#define assert_instance(self, state)                                                               \
  g_assert_cmpint (bh_instance_get_state ((self)->instance), ==, BH_STATE_##state)

static void
order_instance (Instance *self, const char *what)
{
  g_autofree char *uri = g_strconcat ("app://x/#", what, NULL);

  launch_instance (self, BH_LAUNCH_WAIT_SPAWNED, uri);
}

/* That a restart is to come. */
static gboolean
has_note (Instance *self)
{
  g_autoptr (BhInstanceNote) note = bh_instance_note_load (self->root, "plain");

  return note != NULL && note->due > 0;
}

/* It comes back after @seconds, give or take a tenth. */
static void
assert_back_after (Instance *self, guint seconds)
{
  guint restarts = bh_instance_get_restarts (self->instance);

  wait_for_instance (self, BACKING_OFF);
  g_assert_cmpint (bh_instance_get_restart_at (self->instance), >, g_get_real_time ());
  g_assert_true (has_note (self));
  g_assert_false (bh_instance_is_alive (self->instance));
  bh_manual_clock_advance (self->clock, seconds * 900 - 1);
  assert_instance (self, BACKING_OFF);
  bh_manual_clock_advance (self->clock, seconds * 200 + 1);
  assert_instance (self, STARTING);
  g_assert_cmpint (bh_instance_get_restart_at (self->instance), ==, 0);
  wait_for_instance (self, RUNNING);
  g_assert_false (has_note (self));
  g_assert_cmpuint (bh_instance_get_restarts (self->instance), ==, restarts + 1);
}

static void
test_on_crash (Instance *self, gconstpointer data)
{
  create_instance (self, "plain", "{\"maxRestarts\": 3, \"window\": \"60s\"}");
  launch_instance (self, BH_LAUNCH_WAIT_READY, "");
  for (guint seconds = 1; seconds <= 4; seconds *= 2)
    {
      order_instance (self, "crash");
      assert_back_after (self, seconds);
    }

  /* Too often. */
  order_instance (self, "exit-3");
  wait_for_instance (self, FAILED);
  g_assert_cmpint (bh_instance_get_reason (self->instance), ==, BH_REASON_CRASHED);
  bh_manual_clock_advance (self->clock, 3600 * 1000);
  assert_instance (self, FAILED);

  /* A person begins anew. */
  launch_instance (self, BH_LAUNCH_WAIT_READY, "");
  assert_instance (self, RUNNING);
  order_instance (self, "crash");
  assert_back_after (self, 1);
  order_instance (self, "crash");
  assert_back_after (self, 2);

  /* So does a run that was long well. */
  bh_manual_clock_advance (self->clock, 60 * 1000);
  order_instance (self, "crash");
  assert_back_after (self, 1);
  end_instance (self, BH_REASON_KILLED);
  assert_instance (self, STOPPED);
}

static void
test_ended (Instance *self, gconstpointer data)
{
  const BhReason reasons[] = { BH_REASON_STOPPED, BH_REASON_KILLED };

  create_instance (self, "plain", "{\"policy\": \"always\"}");
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      /* What was asked for stays, even of one that would always be back. */
      launch_instance (self, BH_LAUNCH_WAIT_READY, "");
      end_instance (self, reasons[i]);
      assert_instance (self, STOPPED);

      launch_instance (self, BH_LAUNCH_WAIT_READY, "");
      order_instance (self, "crash");
      wait_for_instance (self, BACKING_OFF);
      end_instance (self, reasons[i]);
      assert_instance (self, STOPPED);
      g_assert_false (has_note (self));
      g_assert_cmpint (bh_instance_get_restart_at (self->instance), ==, 0);
      bh_manual_clock_advance (self->clock, 3600 * 1000);
      assert_instance (self, STOPPED);
    }
  g_assert_cmpuint (bh_instance_get_restarts (self->instance), ==, 0);
}

static void
test_launched (Instance *self, gconstpointer data)
{
  create_instance (self, "plain", "{}");
  launch_instance (self, BH_LAUNCH_WAIT_READY, "");
  order_instance (self, "crash");
  assert_back_after (self, 1);
  order_instance (self, "crash");
  wait_for_instance (self, BACKING_OFF);
  launch_instance (self, BH_LAUNCH_WAIT_READY, "");
  assert_instance (self, RUNNING);
  g_assert_cmpuint (bh_instance_get_restarts (self->instance), ==, 1);
  g_assert_false (has_note (self));
  order_instance (self, "crash");
  assert_back_after (self, 1);
  end_instance (self, BH_REASON_KILLED);
}

static void
test_never (Instance *self, gconstpointer data)
{
  create_instance (self, "plain", "{\"policy\": \"never\"}");
  launch_instance (self, BH_LAUNCH_WAIT_READY, "");
  order_instance (self, "crash");
  wait_for_instance (self, CRASHED);
  wait_for (!bh_instance_is_alive (self->instance));
  bh_manual_clock_advance (self->clock, 3600 * 1000);
  assert_instance (self, CRASHED);
  g_assert_false (has_note (self));
}

static void
test_closed (Instance *self, gconstpointer data)
{
  create_instance (self, "plain", "{\"policy\": \"always\", \"maxRestarts\": 1}");
  launch_instance (self, BH_LAUNCH_WAIT_READY, "");
  order_instance (self, "close");
  assert_back_after (self, 1);
  g_assert_cmpint (bh_instance_get_reason (self->instance), ==, BH_REASON_CLOSED);
  /* One that is closed again and again is closed. */
  order_instance (self, "close");
  wait_for_instance (self, STOPPED);
  wait_for (!bh_instance_is_alive (self->instance));
  bh_manual_clock_advance (self->clock, 3600 * 1000);
  assert_instance (self, STOPPED);
}

static void
test_closed_once (Instance *self, gconstpointer data)
{
  create_instance (self, "plain", "{}");
  launch_instance (self, BH_LAUNCH_WAIT_READY, "");
  order_instance (self, "close");
  wait_for_instance (self, STOPPED);
  wait_for (!bh_instance_is_alive (self->instance));
  bh_manual_clock_advance (self->clock, 3600 * 1000);
  assert_instance (self, STOPPED);
}

/* What can't be started at all is told, and not tried again. */
static void
test_launch_failed (Instance *self, gconstpointer data)
{
  create_instance (self, "exit-3", "{\"maxRestarts\": 1}");
  launch_instance (self, BH_LAUNCH_WAIT_READY, "");
  wait_for_instance (self, CRASHED);
  wait_for (!bh_instance_is_alive (self->instance));
  bh_manual_clock_advance (self->clock, 3600 * 1000);
  assert_instance (self, CRASHED);
  g_assert_cmpint (bh_instance_get_reason (self->instance), ==, BH_REASON_LAUNCH_FAILED);
  g_assert_cmpuint (bh_instance_get_restarts (self->instance), ==, 0);
}

/* With a dead page the window itself waits; it is told how long. */
static void
test_page (Instance *self, gconstpointer data)
{
  const char *title;
  guint64 delay = 0;

  create_instance (self, "plain", "{\"maxRestarts\": 2}");
  launch_instance (self, BH_LAUNCH_WAIT_READY, "");
  order_instance (self, "page-crashed");
  wait_for_instance (self, BACKING_OFF);
  g_assert_true (has_note (self));
  wait_for (g_str_has_prefix (bh_run_get_title (bh_instance_get_run (self->instance)), "recover "));
  title = bh_run_get_title (bh_instance_get_run (self->instance));
  g_assert_true (
      g_ascii_string_to_unsigned (title + strlen ("recover "), 10, 900, 1100, &delay, NULL));
  order_instance (self, "recover");
  wait_for_instance (self, RUNNING);
  g_assert_false (has_note (self));
  g_assert_cmpint (bh_instance_get_restart_at (self->instance), ==, 0);
  g_assert_cmpuint (bh_instance_get_restarts (self->instance), ==, 0);

  /* The user wants it neither now nor then. */
  order_instance (self, "page-memory-limit");
  wait_for_instance (self, BACKING_OFF);
  launch_instance (self, BH_LAUNCH_WAIT_SPAWNED, "app://x/#stay");
  wait_for_instance (self, CRASHED);
  g_assert_false (has_note (self));
  order_instance (self, "recover");
  wait_for_instance (self, RUNNING);

  /* The window ends while it waits: then the app itself is started again. */
  order_instance (self, "page-crashed");
  wait_for_instance (self, BACKING_OFF);
  kill (bh_run_get_runner (bh_instance_get_run (self->instance))->pid, SIGKILL);
  wait_for (!bh_instance_is_alive (self->instance));
  wait_for_instance (self, BACKING_OFF);
  bh_manual_clock_advance (self->clock, 4400);
  wait_for_instance (self, RUNNING);
  order_instance (self, "page-crashed");
  wait_for_instance (self, FAILED);

  /* One that was given up still has its window, from which a person has the page back. */
  order_instance (self, "recover");
  wait_for_instance (self, RUNNING);
  order_instance (self, "page-crashed");
  wait_for_instance (self, BACKING_OFF);
  order_instance (self, "close");
  wait_for_instance (self, STOPPED);
  g_assert_false (has_note (self));
}

static void
test_page_given_up (Instance *self, gconstpointer data)
{
  create_instance (self, "plain", "{\"maxRestarts\": 0}");
  launch_instance (self, BH_LAUNCH_WAIT_READY, "");
  order_instance (self, "page-crashed");
  wait_for_instance (self, FAILED);
  kill (bh_run_get_runner (bh_instance_get_run (self->instance))->pid, SIGKILL);
  wait_for (!bh_instance_is_alive (self->instance));
  wait_for_instance (self, FAILED);
  g_assert_cmpint (bh_instance_get_reason (self->instance), ==, BH_REASON_CRASHED);
}

/* The service. */

static void
add_app (Fixture *fixture, const char *restart)
{
  g_autofree char *text
      = g_strdup_printf ("{\"startup_app\": {\"uuid\": \"plain\", \"url\": \"app:///index.html\"},"
                         " \"bulkhead\": {\"restart\": %s}}",
                         restart);

  fixture_write_app (fixture, "plain", text);
}

static void
start_next_supervisor (Fixture *fixture, BhDBusApp1 **app)
{
  fixture_end_supervisor (fixture, SIGKILL);
  fixture_start_supervisor (fixture);
  g_clear_object (app);
  *app = fixture_get_app (fixture, "plain");
}

/* What was counted, and the restart itself, outlive the supervisor. */
static void
test_killed_supervisor (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  gint64 due;

  add_app (fixture, "{\"maxRestarts\": 2, \"window\": \"1h\"}");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  launch_painted (app);
  order (app, "crash");
  wait_for_state (app, "backing-off");
  g_assert_cmpuint (bh_dbus_app1_get_restart_at (app), >, (guint64) g_get_real_time ());
  due = (gint64) bh_dbus_app1_get_restart_at (app);
  start_next_supervisor (fixture, &app);
  wait_for_reason (app, "crashed");
  wait_for_state (app, "running");
  g_assert_cmpint (g_get_real_time (), >=, due - G_TIME_SPAN_SECOND / 10);
  g_assert_cmpuint (bh_dbus_app1_get_restarts (app), ==, 1);
  g_assert_cmpuint (bh_dbus_app1_get_restart_at (app), ==, 0);

  /* Over the death of one under which it ran. */
  start_next_supervisor (fixture, &app);
  wait_for_title (app, "resumed");
  order (app, "crash");
  wait_for_state (app, "backing-off");
  wait_for_state (app, "running");
  g_assert_cmpuint (bh_dbus_app1_get_restarts (app), ==, 2);
  start_next_supervisor (fixture, &app);
  wait_for_title (app, "resumed");
  order (app, "crash");
  wait_for_state (app, "failed");
  g_assert_cmpuint (fixture_count_processes (fixture, "plain"), ==, 0);

  /* One that was taken back stays so. */
  launch_painted (app);
  order (app, "crash");
  wait_for_state (app, "backing-off");
  g_assert_true (bh_dbus_app1_call_stop_sync (app, NULL, NULL));
  start_next_supervisor (fixture, &app);
  g_assert_cmpstr (bh_dbus_app1_get_state (app), ==, "stopped");
}

/* The page's restart is announced again and not counted twice. */
static void
test_page_killed_supervisor (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  guint pid;

  add_app (fixture, "{\"maxRestarts\": 1, \"window\": \"1h\"}");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  pid = launch_painted (app);
  order (app, "page-crashed");
  wait_for_state (app, "backing-off");
  for (guint i = 0; i < 2; i++)
    {
      start_next_supervisor (fixture, &app);
      wait_for_state (app, "backing-off");
      wait_for (g_str_has_prefix (bh_dbus_app1_get_title (app), "recover "));
      g_assert_cmpuint (bh_dbus_app1_get_pid (app), ==, pid);
    }
  order (app, "recover");
  wait_for_state (app, "running");
  start_next_supervisor (fixture, &app);
  wait_for_title (app, "resumed");
  g_assert_cmpstr (bh_dbus_app1_get_state (app), ==, "running");
  kill_app (app);
}

/* What was given up, and why, is there again when the supervisor has left by itself or died. */
static void
test_kept (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  guint pid;

  fixture->idle_timeout = "100";
  add_app (fixture, "{\"maxRestarts\": 1, \"window\": \"1h\"}");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  launch_painted (app);
  order (app, "crash");
  wait_for_state (app, "backing-off");
  wait_for_state (app, "running");
  order (app, "exit-3");
  wait_for_state (app, "failed");
  g_assert_cmpint (fixture_wait_supervisor (fixture), ==, 0);
  for (guint i = 0; i < 2; i++)
    {
      fixture->idle_timeout = "60000";
      fixture_start_supervisor (fixture);
      g_clear_object (&app);
      app = fixture_get_app (fixture, "plain");
      g_assert_cmpstr (bh_dbus_app1_get_state (app), ==, "failed");
      g_assert_cmpstr (bh_dbus_app1_get_reason (app), ==, "crashed");
      g_assert_nonnull (strstr (bh_dbus_app1_get_reason_detail (app), "3"));
      g_assert_cmpuint (bh_dbus_app1_get_restarts (app), ==, 1);
      fixture_end_supervisor (fixture, i == 0 ? SIGKILL : SIGTERM);
    }

  /* A person starts it again, and it has its chances back. */
  fixture_start_supervisor (fixture);
  g_clear_object (&app);
  app = fixture_get_app (fixture, "plain");
  pid = launch_painted (app);
  start_next_supervisor (fixture, &app);
  wait_for_title (app, "resumed");
  g_assert_cmpuint (bh_dbus_app1_get_pid (app), ==, pid);
  order (app, "crash");
  wait_for_state (app, "backing-off");
  wait_for_state (app, "running");

  /* Given up with its window open: that, too, is only once decided. */
  order (app, "page-crashed");
  wait_for_state (app, "failed");
  pid = bh_dbus_app1_get_pid (app);
  start_next_supervisor (fixture, &app);
  wait_for_title (app, "resumed");
  g_assert_cmpstr (bh_dbus_app1_get_state (app), ==, "failed");
  g_assert_cmpuint (bh_dbus_app1_get_pid (app), ==, pid);
  order (app, "recover");
  wait_for_state (app, "running");
  start_next_supervisor (fixture, &app);
  g_assert_cmpstr (bh_dbus_app1_get_state (app), ==, "running");

  /* What is dismissed is forgotten. */
  kill_app (app);
  start_next_supervisor (fixture, &app);
  g_assert_cmpstr (bh_dbus_app1_get_state (app), ==, "stopped");
}

/* An end that was asked for is no crash, even when the supervisor dies before it has come. */
static void
test_ending (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  guint pid;

  fixture_write_app (fixture, "stubborn",
                     "{\"startup_app\": {\"uuid\": \"stubborn\", \"url\": \"app:///index.html\"}}");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "stubborn");
  pid = launch_painted (app);
  bh_dbus_app1_call_stop (app, NULL, NULL, NULL);
  wait_for_state (app, "stopping");
  fixture_end_supervisor (fixture, SIGKILL);
  g_assert_true (is_alive (pid));
  /* The next one sees it through. */
  fixture_start_supervisor (fixture);
  g_clear_object (&app);
  app = fixture_get_app (fixture, "stubborn");
  wait_for_state (app, "stopping");
  wait_for_state (app, "stopped");
  g_assert_cmpstr (bh_dbus_app1_get_reason (app), ==, "stopped");
  g_assert_false (is_alive (pid));

  /* It ends while there is none. */
  pid = launch_painted (app);
  bh_dbus_app1_call_stop (app, NULL, NULL, NULL);
  wait_for_state (app, "stopping");
  fixture_end_supervisor (fixture, SIGKILL);
  kill ((pid_t) pid, SIGKILL);
  poll_for (!is_alive (pid));
  fixture_start_supervisor (fixture);
  g_clear_object (&app);
  app = fixture_get_app (fixture, "stubborn");
  wait_for_state (app, "stopped");
  g_assert_cmpstr (bh_dbus_app1_get_reason (app), ==, "stopped");
}

static char *
build_record (const char *instance, guint pid)
{
  return g_strdup_printf (
      "[Instance]\nId=plain\nInstance=%s\nToken=t\nManifestPath=/m\n"
      "Manifest={\"startup_app\": {\"uuid\": \"plain\", \"url\": \"app:///\"}}\n"
      "Pid=%u\nStartTime=1\nRestarts=1\nBackOff=1 1\n",
      instance, pid);
}

/* It died between two of its steps. */
static void
test_between (Fixture *fixture, gconstpointer data)
{
  g_autofree char *runtime = fixture_runtime_dir (fixture);
  g_autofree char *record = g_build_filename (runtime, "plain" BH_RECORD_SUFFIX, NULL);
  g_autofree char *torn = g_build_filename (runtime, "plain" BH_RECORD_SUFFIX ".AB12cd", NULL);
  g_autofree char *note = g_build_filename (runtime, "plain" BH_NOTE_SUFFIX, NULL);
  g_autofree char *limits
      = fixture_build_path (fixture, "config", "bulkhead", "limits", "plain.conf.XY34zz", NULL);
  g_autofree char *never_begun = build_record ("second", 0);
  g_autofree char *ended = build_record ("first", 2);
  g_autofree char *first_launch = build_record ("first", 0);
  const char *due = "[Restart]\nState=backing-off\nInstance=first\nReason=crashed\nDetail=Why\n"
                    "Due=1\nRestarts=1\nBackOff=1 1\n";
  const char *given_up = "[Restart]\nState=failed\nInstance=first\nReason=crashed\nDetail=Why\n"
                         "Due=0\nRestarts=1\nBackOff=1 1\n";
  g_autoptr (BhDBusApp1) app = NULL;

  /* Making the run of a restart: it is made up for, and counts once. */
  add_app (fixture, "{\"maxRestarts\": 2, \"window\": \"1h\"}");
  fixture_write (record, never_begun);
  fixture_write (note, due);
  fixture_write (torn, "[Inst");
  fixture_write (limits, "[Lim");
  fixture_start_supervisor (fixture);
  g_assert_false (g_file_test (torn, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (limits, G_FILE_TEST_EXISTS));
  app = fixture_get_app (fixture, "plain");
  wait_for_state (app, "running");
  g_assert_cmpuint (bh_dbus_app1_get_restarts (app), ==, 2);
  kill_app (app);
  fixture_end_supervisor (fixture, SIGKILL);

  /* Having judged the end of a run: it is not judged again. */
  fixture_write (record, ended);
  fixture_write (note, given_up);
  fixture_start_supervisor (fixture);
  g_clear_object (&app);
  app = fixture_get_app (fixture, "plain");
  wait_for_state (app, "failed");
  g_assert_cmpstr (bh_dbus_app1_get_reason_detail (app), ==, "Why");
  poll_for (!g_file_test (record, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (note, G_FILE_TEST_EXISTS));
  g_assert_true (bh_dbus_app1_call_stop_sync (app, NULL, NULL));
  g_assert_false (g_file_test (note, G_FILE_TEST_EXISTS));
  fixture_end_supervisor (fixture, SIGKILL);

  /* Starting what a person had asked for. */
  fixture_write (record, first_launch);
  fixture_start_supervisor (fixture);
  g_clear_object (&app);
  app = fixture_get_app (fixture, "plain");
  wait_for_reason (app, "launch-failed");
  poll_for (!g_file_test (record, G_FILE_TEST_EXISTS));
}

/* It waits with the app, and leaves when there is nothing to wait for. */
static void
test_stays (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  GPid supervisor;

  fixture->idle_timeout = "100";
  add_app (fixture, "{}");
  fixture_start_supervisor (fixture);
  supervisor = fixture->supervisor;
  app = fixture_get_app (fixture, "plain");
  launch_painted (app);
  order (app, "crash");
  wait_for_state (app, "backing-off");
  wait_for_state (app, "running");
  g_assert_true (is_alive ((guint) supervisor));
  kill_app (app);
  g_assert_cmpint (fixture_wait_supervisor (fixture), ==, 0);
}

/* A note that is damaged, or of an app that is gone, is dropped. */
static void
test_notes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *runtime = fixture_runtime_dir (fixture);
  g_autofree char *damaged = g_build_filename (runtime, "plain" BH_NOTE_SUFFIX, NULL);
  g_autofree char *strange = g_build_filename (runtime, "gone" BH_NOTE_SUFFIX, NULL);
  g_autoptr (BhDBusApp1) app = NULL;

  fixture_write (damaged, "[Restart]\nDue=1\nBackOff=x\nReason=crashed\nDetail=\n");
  fixture_write (strange, "[Restart]\nDue=1\nBackOff=1 1\nReason=crashed\nDetail=\n");
  add_app (fixture, "{}");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  g_assert_cmpstr (bh_dbus_app1_get_state (app), ==, "stopped");
  g_assert_false (g_file_test (damaged, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (strange, G_FILE_TEST_EXISTS));
}

static void
add_tests (void)
{
  ADD_INSTANCE ("/restart/on-crash", test_on_crash);
  ADD_INSTANCE ("/restart/ended", test_ended);
  ADD_INSTANCE ("/restart/launched", test_launched);
  ADD_INSTANCE ("/restart/never", test_never);
  ADD_INSTANCE ("/restart/closed", test_closed);
  ADD_INSTANCE ("/restart/closed-once", test_closed_once);
  ADD_INSTANCE ("/restart/launch-failed", test_launch_failed);
  ADD_INSTANCE ("/restart/page", test_page);
  ADD_INSTANCE ("/restart/page-given-up", test_page_given_up);
  ADD ("/restart/killed-supervisor", test_killed_supervisor);
  ADD ("/restart/kept", test_kept);
  ADD ("/restart/ending", test_ending);
  ADD ("/restart/between", test_between);
  ADD ("/restart/page-killed-supervisor", test_page_killed_supervisor);
  ADD ("/restart/stays", test_stays);
  ADD ("/restart/notes", test_notes);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
