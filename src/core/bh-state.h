/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BhState:
 *
 * The state of an app's instance. See bh-state.c for what leads from one to another.
 */
typedef enum {
  BH_STATE_STOPPED,
  BH_STATE_STARTING,
  BH_STATE_RUNNING,
  BH_STATE_UNRESPONSIVE,
  BH_STATE_SUSPENDED,
  BH_STATE_STOPPING,
  BH_STATE_CRASHED,
  BH_STATE_BACKING_OFF,
  BH_STATE_FAILED,
} BhState;

#define BH_N_STATES (BH_STATE_FAILED + 1)

/**
 * BhReason:
 * @BH_REASON_NONE: no instance has ended yet
 * @BH_REASON_CLOSED: the user closed the window
 * @BH_REASON_STOPPED: a request to stop
 * @BH_REASON_KILLED: a request to kill
 * @BH_REASON_CRASHED: the runner ended by itself, with a signal or an exit code
 * @BH_REASON_WEB_PROCESS_CRASHED: the page's process ended by itself
 * @BH_REASON_MEMORY_LIMIT: the app passed its memory limit
 * @BH_REASON_CPU_TIME_LIMIT: the app passed its CPU time
 * @BH_REASON_OUT_OF_MEMORY: the kernel ended it for want of memory
 * @BH_REASON_UNRESPONSIVE: it did not answer and was ended for that
 * @BH_REASON_LAUNCH_FAILED: it did not come up
 * @BH_REASON_TASK_LIMIT: the app passed its limit of threads
 *
 * Why an instance ended.
 */
typedef enum {
  BH_REASON_NONE,
  BH_REASON_CLOSED,
  BH_REASON_STOPPED,
  BH_REASON_KILLED,
  BH_REASON_CRASHED,
  BH_REASON_WEB_PROCESS_CRASHED,
  BH_REASON_MEMORY_LIMIT,
  BH_REASON_CPU_TIME_LIMIT,
  BH_REASON_OUT_OF_MEMORY,
  BH_REASON_UNRESPONSIVE,
  BH_REASON_LAUNCH_FAILED,
  BH_REASON_TASK_LIMIT,
} BhReason;

#define BH_N_REASONS (BH_REASON_TASK_LIMIT + 1)

const char *bh_state_to_string   (BhState state);
gboolean    bh_state_from_string (const char *text, BhState *state);
const char *bh_state_get_label   (BhState state);
gboolean    bh_state_can_become  (BhState from, BhState to);

const char *bh_reason_to_string    (BhReason reason);
gboolean    bh_reason_from_string  (const char *text, BhReason *reason);
const char *bh_reason_get_label    (BhReason reason);
gboolean    bh_reason_is_crash     (BhReason reason);

G_END_DECLS
