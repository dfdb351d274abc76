/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-state.h"

/* The table as DESIGN.md draws it, written down a second time: a row for each state, with a mark
 * for each state that may follow, in the order of BhState. */
static const char *const table[] = {
  /*                            S S R U S S C B F */
  [BH_STATE_STOPPED] /*     */ = "- x - - - - - x -",
  [BH_STATE_STARTING] /*    */ = "- - x - - x x - -",
  [BH_STATE_RUNNING] /*     */ = "- - - x x x x - -",
  [BH_STATE_UNRESPONSIVE] /**/ = "- - x - x x x - -",
  [BH_STATE_SUSPENDED] /*   */ = "- - x - - x x - -",
  [BH_STATE_STOPPING] /*    */ = "x - - - - - - - -",
  [BH_STATE_CRASHED] /*     */ = "x x x - - x - x x",
  [BH_STATE_BACKING_OFF] /* */ = "x x x - - x x - -",
  [BH_STATE_FAILED] /*      */ = "x x x - - x x - -",
};

static const char *const state_names[] = {
  "stopped",  "starting", "running",     "unresponsive", "suspended",
  "stopping", "crashed",  "backing-off", "failed",
};

static const struct
{
  const char *name;
  gboolean crash;
} reasons[] = {
  [BH_REASON_NONE] = { "", FALSE },
  [BH_REASON_CLOSED] = { "closed", FALSE },
  [BH_REASON_STOPPED] = { "stopped", FALSE },
  [BH_REASON_KILLED] = { "killed", FALSE },
  [BH_REASON_CRASHED] = { "crashed", TRUE },
  [BH_REASON_WEB_PROCESS_CRASHED] = { "web-process-crashed", TRUE },
  [BH_REASON_MEMORY_LIMIT] = { "memory-limit", TRUE },
  [BH_REASON_CPU_TIME_LIMIT] = { "cpu-time-limit", TRUE },
  [BH_REASON_OUT_OF_MEMORY] = { "out-of-memory", TRUE },
  [BH_REASON_UNRESPONSIVE] = { "unresponsive", TRUE },
  [BH_REASON_LAUNCH_FAILED] = { "launch-failed", TRUE },
  [BH_REASON_TASK_LIMIT] = { "task-limit", TRUE },
};

G_STATIC_ASSERT (G_N_ELEMENTS (table) == BH_N_STATES);
G_STATIC_ASSERT (G_N_ELEMENTS (state_names) == BH_N_STATES);
G_STATIC_ASSERT (G_N_ELEMENTS (reasons) == BH_N_REASONS);

static void
test_table (void)
{
  for (BhState from = 0; from < BH_N_STATES; from++)
    for (BhState to = 0; to < BH_N_STATES; to++)
      {
        gboolean wanted = table[from][2 * to] == 'x';

        if (bh_state_can_become (from, to) != wanted)
          g_error ("from %s to %s: should be %s", state_names[from], state_names[to],
                   wanted ? "allowed" : "refused");
      }
}

/* From wherever it is, an app can be stopped and started again. */
static void
test_ways_out (void)
{
  for (BhState from = 0; from < BH_N_STATES; from++)
    g_assert_true (from == BH_STATE_STOPPED || from == BH_STATE_STOPPING
                   || bh_state_can_become (from, BH_STATE_STOPPING));
  g_assert_true (bh_state_can_become (BH_STATE_STOPPING, BH_STATE_STOPPED));
  g_assert_true (bh_state_can_become (BH_STATE_STOPPED, BH_STATE_STARTING));
}

static void
test_state_names (void)
{
  for (BhState state = 0; state < BH_N_STATES; state++)
    {
      BhState back;

      g_assert_cmpstr (bh_state_to_string (state), ==, state_names[state]);
      g_assert_true (bh_state_from_string (state_names[state], &back));
      g_assert_cmpint (back, ==, state);
      g_assert_cmpstr (bh_state_get_label (state), !=, "");
      for (BhState other = 0; other < state; other++)
        g_assert_cmpstr (bh_state_get_label (state), !=, bh_state_get_label (other));
    }
}

static void
test_reason_names (void)
{
  for (BhReason reason = 0; reason < BH_N_REASONS; reason++)
    {
      BhReason back;

      g_assert_cmpstr (bh_reason_to_string (reason), ==, reasons[reason].name);
      g_assert_true (bh_reason_from_string (reasons[reason].name, &back));
      g_assert_cmpint (back, ==, reason);
      g_assert_cmpint (bh_reason_is_crash (reason), ==, reasons[reason].crash);
      for (BhReason other = 0; other < reason; other++)
        g_assert_cmpstr (bh_reason_get_label (reason), !=, bh_reason_get_label (other));
    }
  g_assert_cmpstr (bh_reason_get_label (BH_REASON_NONE), ==, "");
}

static void
test_unknown_names (void)
{
  const char *const names[] = { "Running", "running ", "run", "killed\n", "crash" };
  BhReason reason = BH_REASON_KILLED;
  BhState state = BH_STATE_FAILED;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_false (bh_state_from_string (names[i], &state));
      g_assert_false (bh_reason_from_string (names[i], &reason));
    }
  g_assert_false (bh_state_from_string ("", &state));
  g_assert_cmpint (state, ==, BH_STATE_FAILED);
  g_assert_cmpint (reason, ==, BH_REASON_KILLED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/state/table", test_table);
  g_test_add_func ("/state/ways-out", test_ways_out);
  g_test_add_func ("/state/names", test_state_names);
  g_test_add_func ("/state/reason-names", test_reason_names);
  g_test_add_func ("/state/unknown-names", test_unknown_names);

  return g_test_run ();
}
