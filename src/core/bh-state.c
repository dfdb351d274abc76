/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-state.h"

#include <glib/gi18n.h>

/*
 * The states of an app's instance, the reasons for its end, and the one table of what may follow
 * what. It is a table and not code so that it can be read, and tested whole.
 */

typedef struct
{
  const char *name;
  const char *label;
  guint next;
} StateInfo;

#define TO(state) (1u << BH_STATE_##state)

static const StateInfo states[] = {
  [BH_STATE_STOPPED] = { "stopped", N_("Not running"), TO (STARTING) | TO (BACKING_OFF) },

  /* It comes up; or it is stopped or dies before it has. */
  [BH_STATE_STARTING] = { "starting", N_("Starting"), TO (RUNNING) | TO (STOPPING) | TO (CRASHED) },

  [BH_STATE_RUNNING]
  = { "running", N_("Running"), TO (UNRESPONSIVE) | TO (SUSPENDED) | TO (STOPPING) | TO (CRASHED) },
  [BH_STATE_UNRESPONSIVE] = { "unresponsive", N_("Not responding"),
                              TO (RUNNING) | TO (SUSPENDED) | TO (STOPPING) | TO (CRASHED) },
  [BH_STATE_SUSPENDED] = { "suspended", N_("Asleep"), TO (RUNNING) | TO (STOPPING) | TO (CRASHED) },

  [BH_STATE_STOPPING] = { "stopping", N_("Stopping"), TO (STOPPED) },

  /* When only the page's process has died the runner still shows a window, from which the page
   * can be loaded again (RUNNING) and which can be closed (STOPPING). Without a runner the user
   * starts the app again (STARTING) or dismisses it (STOPPED). */
  [BH_STATE_CRASHED] = { "crashed", N_("Crashed"),
                         TO (BACKING_OFF) | TO (FAILED) | TO (STARTING) | TO (RUNNING)
                             | TO (STOPPING) | TO (STOPPED) },
  [BH_STATE_BACKING_OFF]
  = { "backing-off", N_("Restarting soon"),
      TO (STARTING) | TO (RUNNING) | TO (STOPPING) | TO (STOPPED) | TO (CRASHED) },
  [BH_STATE_FAILED]
  = { "failed", N_("Gave up"),
      TO (STARTING) | TO (RUNNING) | TO (STOPPING) | TO (STOPPED) | TO (CRASHED) },
};

G_STATIC_ASSERT (G_N_ELEMENTS (states) == BH_N_STATES);

typedef struct
{
  const char *name;
  const char *label;
  gboolean crash;
} ReasonInfo;

static const ReasonInfo reasons[] = {
  [BH_REASON_NONE] = { "", "", FALSE },
  [BH_REASON_CLOSED] = { "closed", N_("Closed"), FALSE },
  [BH_REASON_STOPPED] = { "stopped", N_("Stopped"), FALSE },
  [BH_REASON_KILLED] = { "killed", N_("Killed"), FALSE },
  [BH_REASON_CRASHED] = { "crashed", N_("Crashed"), TRUE },
  [BH_REASON_WEB_PROCESS_CRASHED] = { "web-process-crashed", N_("Page crashed"), TRUE },
  [BH_REASON_MEMORY_LIMIT] = { "memory-limit", N_("Used too much memory"), TRUE },
  [BH_REASON_CPU_TIME_LIMIT] = { "cpu-time-limit", N_("Used up its CPU time"), TRUE },
  [BH_REASON_OUT_OF_MEMORY] = { "out-of-memory", N_("The system ran out of memory"), TRUE },
  [BH_REASON_UNRESPONSIVE] = { "unresponsive", N_("Did not respond"), TRUE },
  [BH_REASON_LAUNCH_FAILED] = { "launch-failed", N_("Could not be started"), TRUE },
  [BH_REASON_TASK_LIMIT] = { "task-limit", N_("Ran too many threads"), TRUE },
};

G_STATIC_ASSERT (G_N_ELEMENTS (reasons) == BH_N_REASONS);

/**
 * bh_state_to_string:
 * @state: a state
 *
 * Returns: (transfer none): the state's name on D-Bus and in JSON
 */
const char *
bh_state_to_string (BhState state)
{
  g_return_val_if_fail (state < BH_N_STATES, NULL);

  return states[state].name;
}

/**
 * bh_state_from_string:
 * @text: a name, as bh_state_to_string() gives it
 * @state: (out): the state
 *
 * Returns: whether there is such a state
 */
gboolean
bh_state_from_string (const char *text, BhState *state)
{
  g_return_val_if_fail (text != NULL && state != NULL, FALSE);

  for (guint i = 0; i < BH_N_STATES; i++)
    if (g_str_equal (states[i].name, text))
      {
        *state = (BhState) i;
        return TRUE;
      }

  return FALSE;
}

/**
 * bh_state_get_label:
 * @state: a state
 *
 * Returns: (transfer none): the state in the user's words
 */
const char *
bh_state_get_label (BhState state)
{
  g_return_val_if_fail (state < BH_N_STATES, NULL);

  return _(states[state].label);
}

/**
 * bh_state_can_become:
 * @from: a state
 * @to: another
 *
 * Returns: whether an instance may go from @from to @to in one step
 */
gboolean
bh_state_can_become (BhState from, BhState to)
{
  g_return_val_if_fail (from < BH_N_STATES && to < BH_N_STATES, FALSE);

  return (states[from].next & (1u << to)) != 0;
}

/**
 * bh_reason_to_string:
 * @reason: a reason
 *
 * Returns: (transfer none): the reason's name on D-Bus and in JSON, "" for %BH_REASON_NONE
 */
const char *
bh_reason_to_string (BhReason reason)
{
  g_return_val_if_fail (reason < BH_N_REASONS, NULL);

  return reasons[reason].name;
}

/**
 * bh_reason_from_string:
 * @text: a name, as bh_reason_to_string() gives it
 * @reason: (out): the reason
 *
 * Returns: whether there is such a reason
 */
gboolean
bh_reason_from_string (const char *text, BhReason *reason)
{
  g_return_val_if_fail (text != NULL && reason != NULL, FALSE);

  for (guint i = 0; i < BH_N_REASONS; i++)
    if (g_str_equal (reasons[i].name, text))
      {
        *reason = (BhReason) i;
        return TRUE;
      }

  return FALSE;
}

/**
 * bh_reason_get_label:
 * @reason: a reason
 *
 * Returns: (transfer none): the reason in the user's words, "" for %BH_REASON_NONE
 */
const char *
bh_reason_get_label (BhReason reason)
{
  g_return_val_if_fail (reason < BH_N_REASONS, NULL);

  return *reasons[reason].label != '\0' ? _(reasons[reason].label) : "";
}

/**
 * bh_reason_is_crash:
 * @reason: a reason
 *
 * Whether an end for @reason counts towards restarts. What a user or a client asked for does not.
 *
 * Returns: %TRUE if it counts
 */
gboolean
bh_reason_is_crash (BhReason reason)
{
  g_return_val_if_fail (reason < BH_N_REASONS, FALSE);

  return reasons[reason].crash;
}
