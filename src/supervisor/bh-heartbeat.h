/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-clock.h"

G_BEGIN_DECLS

/**
 * BhTrouble:
 * @BH_TROUBLE_NONE: none
 * @BH_TROUBLE_WINDOW: the runner itself has fallen silent
 * @BH_TROUBLE_PAGE: the runner answers, its page does not
 * @BH_TROUBLE_STOPPED: somebody has stopped the runner or its page, which is no fault of theirs
 *
 * What the heartbeats of a runner tell.
 */
typedef enum {
  BH_TROUBLE_NONE,
  BH_TROUBLE_WINDOW,
  BH_TROUBLE_PAGE,
  BH_TROUBLE_STOPPED,
} BhTrouble;

/**
 * BhExcuse:
 * @stopped: a process that should have answered is stopped (SIGSTOP, or frozen)
 * @traced: a debugger has hold of a process that should have answered
 * @percent: how much of its usual speed the app is allowed now, 100 for all
 *
 * Why an app that does not answer may not be to blame.
 */
typedef struct
{
  gboolean stopped;
  gboolean traced;
  guint percent;
} BhExcuse;

/**
 * BhFindExcuse:
 * @user_data: as was given
 *
 * Looks at the app's processes now.
 *
 * Returns: what is found
 */
typedef BhExcuse (*BhFindExcuse) (gpointer user_data);

#define BH_TYPE_HEARTBEAT (bh_heartbeat_get_type ())

G_DECLARE_FINAL_TYPE (BhHeartbeat, bh_heartbeat, BH, HEARTBEAT, GObject)

guint        bh_heartbeat_get_interval (guint patience);
BhHeartbeat *bh_heartbeat_new          (BhClock     *clock,
                                        guint        patience,
                                        BhFindExcuse find_excuse,
                                        gpointer     user_data);
void         bh_heartbeat_start        (BhHeartbeat *self);
void         bh_heartbeat_stop         (BhHeartbeat *self);
void         bh_heartbeat_beat         (BhHeartbeat *self, guint page_silence);
void         bh_heartbeat_relax       (BhHeartbeat *self, guint interval);
void         bh_heartbeat_forgive      (BhHeartbeat *self);
gboolean     bh_heartbeat_wait         (BhHeartbeat *self);
BhTrouble    bh_heartbeat_get_trouble  (BhHeartbeat *self);

G_END_DECLS
