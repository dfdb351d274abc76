/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-clock.h"

G_BEGIN_DECLS

/* Milliseconds between two heartbeats of a runner. */
#define BH_HEARTBEAT_INTERVAL 5000

/**
 * BhTrouble:
 * @BH_TROUBLE_NONE: none
 * @BH_TROUBLE_WINDOW: the runner itself has fallen silent
 * @BH_TROUBLE_PAGE: the runner answers, its page does not
 *
 * What the heartbeats of a runner tell.
 */
typedef enum {
  BH_TROUBLE_NONE,
  BH_TROUBLE_WINDOW,
  BH_TROUBLE_PAGE,
} BhTrouble;

#define BH_TYPE_HEARTBEAT (bh_heartbeat_get_type ())

G_DECLARE_FINAL_TYPE (BhHeartbeat, bh_heartbeat, BH, HEARTBEAT, GObject)

BhHeartbeat *bh_heartbeat_new         (BhClock *clock);
void         bh_heartbeat_start       (BhHeartbeat *self);
void         bh_heartbeat_stop        (BhHeartbeat *self);
void         bh_heartbeat_beat        (BhHeartbeat *self, gboolean page_responds);
void         bh_heartbeat_forgive     (BhHeartbeat *self);
BhTrouble    bh_heartbeat_get_trouble (BhHeartbeat *self);

G_END_DECLS
