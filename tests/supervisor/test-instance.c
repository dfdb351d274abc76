/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-instance.h"
#include "bh-paths.h"
#include "supervisor-fixture.h"
#include "warden.h"

#include <glib/gstdio.h>

/*
 * An instance by itself, with real processes and a clock that the test moves: the deadlines, and
 * every step from one state to another that the table allows, but for those of test-restart.c.
 */

typedef struct
{
  BhManualClock *clock;
  BhInstance *instance;
  BhState last;
} Instance;

typedef struct
{
  gboolean done;
  gboolean started;
  guint processes;
  GError *error;
} Answer;

static char *root;
static gboolean seen[BH_N_STATES][BH_N_STATES];

static void
on_changed (BhInstance *instance, Instance *self)
{
  BhState state = bh_instance_get_state (instance);

  if (state != self->last)
    seen[self->last][state] = TRUE;
  self->last = state;
}

static void
set_up (Instance *self, const char *id)
{
  g_autoptr (BhInstanceTools) tools = NULL;
  g_autoptr (BhManifest) manifest = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text
      = g_strdup_printf ("{\"startup_app\": {\"uuid\": \"%s\", \"url\": \"app:///index.html\"},"
                         " \"bulkhead\": {\"restart\": {\"policy\": \"never\"}}}",
                         id);

  manifest = bh_manifest_new_from_data (text, -1, &error);
  g_assert_no_error (error);
  self->clock = bh_manual_clock_new ();
  tools = fixture_make_tools (BH_CLOCK (self->clock), root);
  self->instance = bh_instance_new (bh_manifest_get_id (manifest), tools);
  bh_instance_set_app (self->instance, manifest, "/nonexistent/manifest.json", root, "An app",
                       FALSE);
  self->last = BH_STATE_STOPPED;
  g_signal_connect (self->instance, "changed", G_CALLBACK (on_changed), self);
}

static void
on_launch_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  bh_instance_launch_finish (BH_INSTANCE (source), result, &answer->started, &answer->error);
  answer->done = TRUE;
}

static void
on_end_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  bh_instance_end_finish (BH_INSTANCE (source), result, &answer->processes, &answer->error);
  answer->done = TRUE;
}

static void
begin_launch (Instance *self, BhLaunchWait wait, const char *uri, Answer *answer)
{
  *answer = (Answer){ 0 };
  bh_instance_launch_async (self->instance, wait, uri, "", on_launch_ready, answer);
}

static void
launch_painted_instance (Instance *self)
{
  Answer answer;

  begin_launch (self, BH_LAUNCH_WAIT_PAINTED, "", &answer);
  wait_for (answer.done);
  g_assert_no_error (answer.error);
  g_assert_true (answer.started);
  g_assert_cmpint (bh_instance_get_state (self->instance), ==, BH_STATE_RUNNING);
}

static void
give_order (Instance *self, const char *what)
{
  g_autofree char *uri = g_strconcat ("app://x/#", what, NULL);
  Answer answer;

  begin_launch (self, BH_LAUNCH_WAIT_SPAWNED, uri, &answer);
  wait_for (answer.done);
  g_assert_no_error (answer.error);
  g_assert_false (answer.started);
}

static void
begin_end (Instance *self, BhReason reason, Answer *answer)
{
  *answer = (Answer){ 0 };
  bh_instance_end_async (self->instance, reason, on_end_ready, answer);
}

#define wait_for_instance(self, state)                                                             \
  wait_for (bh_instance_get_state ((self)->instance) == BH_STATE_##state)

/* As in the schema, in milliseconds. */
#define PATIENCE 10000

#define wait_for_title_of(self, title)                                                             \
  wait_for (g_str_equal (bh_run_get_title (bh_instance_get_run ((self)->instance)), title))

static void
kill_instance (Instance *self)
{
  Answer answer;

  begin_end (self, BH_REASON_KILLED, &answer);
  wait_for (answer.done);
  g_assert_no_error (answer.error);
  g_assert_cmpint (bh_instance_get_state (self->instance), ==, BH_STATE_STOPPED);
  g_assert_cmpint (bh_instance_get_reason (self->instance), ==, BH_REASON_KILLED);
}

static void
tear_down (Instance *self)
{
  wait_for (!bh_instance_is_alive (self->instance));
  g_signal_handlers_disconnect_by_data (self->instance, self);
  g_assert_finalize_object (self->instance);
  /* No timer is left that would call into it. */
  bh_manual_clock_advance (self->clock, 24 * 60 * 60 * 1000);
  g_assert_finalize_object (self->clock);
}

static gboolean
is_spawned (Instance *self)
{
  BhRun *run = bh_instance_get_run (self->instance);

  return run != NULL && bh_run_get_runner (run) != NULL;
}

/* What a launch has to do after the spawning, it does here without waiting for anything. */
static gboolean
is_started (Instance *self)
{
  return is_spawned (self) && !g_main_context_pending (NULL);
}

static void
test_launch_deadline (void)
{
  Instance self;
  Answer answer;

  set_up (&self, "hang");
  begin_launch (&self, BH_LAUNCH_WAIT_PAINTED, "", &answer);
  wait_for (is_started (&self));
  bh_manual_clock_advance (self.clock, BH_LAUNCH_DEADLINE - 1);
  g_assert_cmpint (bh_instance_get_state (self.instance), ==, BH_STATE_STARTING);
  bh_manual_clock_advance (self.clock, 1);
  wait_for (answer.done);
  g_assert_error (answer.error, BH_ERROR, BH_ERROR_LAUNCH_FAILED);
  g_assert_nonnull (strstr (answer.error->message, "60 seconds"));
  g_clear_error (&answer.error);
  g_assert_cmpint (bh_instance_get_reason (self.instance), ==, BH_REASON_LAUNCH_FAILED);
  g_assert_cmpint (bh_instance_get_state (self.instance), ==, BH_STATE_CRASHED);
  wait_for (!bh_instance_is_alive (self.instance));

  /* Dismissed. */
  begin_end (&self, BH_REASON_STOPPED, &answer);
  wait_for (answer.done);
  g_assert_no_error (answer.error);
  g_assert_cmpint (bh_instance_get_state (self.instance), ==, BH_STATE_STOPPED);

  /* Ended before it was ready. */
  begin_launch (&self, BH_LAUNCH_WAIT_SPAWNED, "", &answer);
  wait_for (answer.done);
  kill_instance (&self);
  tear_down (&self);
}

static void
test_paint_deadline (void)
{
  Instance self;
  Answer answer;

  set_up (&self, "blank");
  begin_launch (&self, BH_LAUNCH_WAIT_PAINTED, "", &answer);
  wait_for_instance (&self, RUNNING);
  for (guint i = 0; i < 2; i++)
    {
      bh_manual_clock_advance (self.clock, BH_PAINT_DEADLINE - 1);
      g_assert_false (answer.done);
      bh_manual_clock_advance (self.clock, 1);
      wait_for (answer.done);
      g_assert_error (answer.error, BH_ERROR, BH_ERROR_TIMED_OUT);
      g_clear_error (&answer.error);
      /* One that comes later is not left waiting either. */
      begin_launch (&self, BH_LAUNCH_WAIT_PAINTED, "", &answer);
    }
  kill_instance (&self);
  wait_for (answer.done);
  g_assert_error (answer.error, BH_ERROR, BH_ERROR_ENDED);
  g_clear_error (&answer.error);
  tear_down (&self);
}

static void
test_stop_grace (void)
{
  Instance self;
  Answer answer, launched;

  set_up (&self, "stubborn");
  launch_painted_instance (&self);
  begin_end (&self, BH_REASON_STOPPED, &answer);
  g_assert_cmpint (bh_instance_get_state (self.instance), ==, BH_STATE_STOPPING);
  /* A launch waits for the end. */
  begin_launch (&self, BH_LAUNCH_WAIT_PAINTED, "", &launched);
  bh_manual_clock_advance (self.clock, BH_STOP_GRACE - 1);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_false (answer.done || launched.done);
  g_assert_true (is_spawned (&self));
  bh_manual_clock_advance (self.clock, 1);
  wait_for (answer.done);
  g_assert_no_error (answer.error);
  g_assert_cmpuint (answer.processes, ==, 1);
  g_assert_cmpint (bh_instance_get_reason (self.instance), ==, BH_REASON_STOPPED);
  wait_for (launched.done);
  g_assert_no_error (launched.error);
  g_assert_true (launched.started);

  /* A kill does not wait for the grace time of a stop, and is what is remembered. */
  begin_end (&self, BH_REASON_STOPPED, &answer);
  kill_instance (&self);
  wait_for (answer.done);
  g_assert_no_error (answer.error);
  tear_down (&self);
}

/* It has said that it closes, and does not exit. */
static void
test_hung_exit (void)
{
  Instance self;

  set_up (&self, "plain");
  launch_painted_instance (&self);
  give_order (&self, "close-hang");
  wait_for_instance (&self, STOPPING);
  bh_manual_clock_advance (self.clock, BH_STOP_GRACE);
  wait_for_instance (&self, STOPPED);
  g_assert_cmpint (bh_instance_get_reason (self.instance), ==, BH_REASON_CLOSED);
  tear_down (&self);
}

static void
test_unresponsive (void)
{
  Instance self;
  Answer answer;

  set_up (&self, "mute");
  launch_painted_instance (&self);

  /* The window. */
  bh_manual_clock_advance (self.clock, PATIENCE - 1);
  g_assert_cmpint (bh_instance_get_state (self.instance), ==, BH_STATE_RUNNING);
  bh_manual_clock_advance (self.clock, 1);
  g_assert_cmpint (bh_instance_get_state (self.instance), ==, BH_STATE_UNRESPONSIVE);
  give_order (&self, "beat-0");
  wait_for_instance (&self, RUNNING);

  /* The page, whose window says so. */
  give_order (&self, "beat-6999");
  give_order (&self, "beat-0");
  give_order (&self, "beat-7000");
  wait_for_instance (&self, UNRESPONSIVE);
  wait_for_title_of (&self, "page hangs");
  give_order (&self, "beat-7001");
  give_order (&self, "beat-0");
  wait_for_instance (&self, RUNNING);
  wait_for_title_of (&self, "page answers");

  /* What may follow. */
  bh_manual_clock_advance (self.clock, PATIENCE);
  g_assert_cmpint (bh_instance_get_state (self.instance), ==, BH_STATE_UNRESPONSIVE);
  give_order (&self, "page-crashed");
  wait_for_instance (&self, CRASHED);
  give_order (&self, "recover");
  wait_for_instance (&self, RUNNING);
  give_order (&self, "beat-7000");
  wait_for_instance (&self, UNRESPONSIVE);
  give_order (&self, "crash");
  wait_for_instance (&self, CRASHED);
  wait_for (!bh_instance_is_alive (self.instance));

  launch_painted_instance (&self);
  bh_manual_clock_advance (self.clock, PATIENCE);
  begin_end (&self, BH_REASON_STOPPED, &answer);
  wait_for (answer.done);
  g_assert_no_error (answer.error);
  g_assert_cmpint (bh_instance_get_state (self.instance), ==, BH_STATE_STOPPED);
  tear_down (&self);
}

/* A channel that is closed is a runner that has fallen silent. */
static void
test_closed_channel (void)
{
  Instance self;

  set_up (&self, "plain");
  launch_painted_instance (&self);
  give_order (&self, "drop");
  wait_for (bh_run_get_channel (bh_instance_get_run (self.instance)) == NULL);
  g_assert_cmpint (bh_instance_get_state (self.instance), ==, BH_STATE_RUNNING);
  bh_manual_clock_advance (self.clock, PATIENCE);
  g_assert_cmpint (bh_instance_get_state (self.instance), ==, BH_STATE_UNRESPONSIVE);
  kill_instance (&self);
  tear_down (&self);
}

static void
test_page (void)
{
  Instance self;

  set_up (&self, "plain");
  launch_painted_instance (&self);
  give_order (&self, "page-crashed");
  wait_for_instance (&self, CRASHED);
  kill_instance (&self);
  launch_painted_instance (&self);
  give_order (&self, "exit-3");
  wait_for_instance (&self, CRASHED);
  tear_down (&self);
}

static char *
build_kept_path (Instance *self)
{
  g_autofree char *data = bh_paths_dup_data_dir (bh_instance_get_id (self->instance));

  return g_build_filename (data, "kept", NULL);
}

/* What a runner that ended by itself has left is given the time to write down what it has; of one
 * that is killed nothing is waited for. The clock stands still: nobody is killed for being slow. */
static void
test_flush (void)
{
  g_autofree char *kept = NULL;
  Instance self;
  Answer answer;

  set_up (&self, "writer");
  kept = build_kept_path (&self);
  launch_painted_instance (&self);
  begin_end (&self, BH_REASON_STOPPED, &answer);
  wait_for (answer.done);
  g_assert_no_error (answer.error);
  g_assert_cmpuint (answer.processes, ==, 0);
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_unlink (kept), ==, 0);

  launch_painted_instance (&self);
  give_order (&self, "exit-3");
  wait_for (!bh_instance_is_alive (self.instance));
  g_assert_cmpint (g_unlink (kept), ==, 0);
  tear_down (&self);
}

/* Who does not go is killed when the time is over, and not before. */
static void
test_flush_deadline (void)
{
  Instance self;
  Answer answer, stopped;

  set_up (&self, "fork-2");
  launch_painted_instance (&self);
  begin_end (&self, BH_REASON_STOPPED, &answer);
  wait_for (!is_spawned (&self));
  bh_manual_clock_advance (self.clock, BH_RUN_FLUSH_GRACE - 1);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_false (answer.done);
  bh_manual_clock_advance (self.clock, 1);
  wait_for (answer.done);
  g_assert_no_error (answer.error);
  g_assert_cmpuint (answer.processes, ==, 3);

  /* A kill does not wait for it, whether it comes alone or in the middle. */
  launch_painted_instance (&self);
  begin_end (&self, BH_REASON_KILLED, &answer);
  wait_for (answer.done);
  g_assert_no_error (answer.error);
  g_assert_cmpuint (answer.processes, ==, 4);
  launch_painted_instance (&self);
  begin_end (&self, BH_REASON_STOPPED, &stopped);
  wait_for (!is_spawned (&self));
  begin_end (&self, BH_REASON_KILLED, &answer);
  wait_for (answer.done && stopped.done);
  g_assert_no_error (answer.error);
  g_assert_no_error (stopped.error);
  g_assert_cmpuint (answer.processes, ==, 3);
  tear_down (&self);
}

static gboolean
is_later (BhState state)
{
  return state == BH_STATE_SUSPENDED || state == BH_STATE_BACKING_OFF || state == BH_STATE_FAILED;
}

/* After all others: every step that the table allows has been taken, but for those of apps that
 * come back, and for states that nothing leads to yet. */
static void
test_transitions (void)
{
  for (BhState from = 0; from < BH_N_STATES; from++)
    for (BhState to = 0; to < BH_N_STATES; to++)
      if (bh_state_can_become (from, to) && !is_later (from) && !is_later (to) && !seen[from][to])
        g_error ("Nothing has gone from %s to %s", bh_state_to_string (from),
                 bh_state_to_string (to));
}

static int
run_tests (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  bh_error_quark ();
  root = g_dir_make_tmp ("bulkhead-test-XXXXXX", NULL);
  g_assert_nonnull (root);
  g_setenv ("XDG_DATA_HOME", root, TRUE);
  g_setenv ("XDG_CACHE_HOME", root, TRUE);
  g_setenv ("XDG_STATE_HOME", root, TRUE);

  g_test_add_func ("/instance/launch-deadline", test_launch_deadline);
  g_test_add_func ("/instance/paint-deadline", test_paint_deadline);
  g_test_add_func ("/instance/stop-grace", test_stop_grace);
  g_test_add_func ("/instance/hung-exit", test_hung_exit);
  g_test_add_func ("/instance/unresponsive", test_unresponsive);
  g_test_add_func ("/instance/closed-channel", test_closed_channel);
  g_test_add_func ("/instance/page", test_page);
  g_test_add_func ("/instance/flush", test_flush);
  g_test_add_func ("/instance/flush-deadline", test_flush_deadline);
  g_test_add_func ("/instance/transitions", test_transitions);

  status = g_test_run ();
  fixture_remove_tree (root);
  g_free (root);

  return status;
}

int
main (int argc, char **argv)
{
  return warden_run (run_tests, argc, argv);
}
