/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BhMemoryAlarm:
 * @BH_MEMORY_FINE: nothing to do
 * @BH_MEMORY_CHECK: the exact figure is needed
 * @BH_MEMORY_CHECK_AT_REST: the same, and the app is to be stopped while it is taken: it grows so
 *   fast that it would be wrong already
 * @BH_MEMORY_HIGH: the soft limit is passed: time to warn
 * @BH_MEMORY_OVER: the hard limit is passed: time to end the app
 */
typedef enum {
  BH_MEMORY_FINE,
  BH_MEMORY_CHECK,
  BH_MEMORY_CHECK_AT_REST,
  BH_MEMORY_HIGH,
  BH_MEMORY_OVER,
} BhMemoryAlarm;

typedef struct _BhMemoryWatch BhMemoryWatch;

BhMemoryWatch *bh_memory_watch_new         (void);
void           bh_memory_watch_free        (BhMemoryWatch *self);
void           bh_memory_watch_set_limits  (BhMemoryWatch *self, guint64 high, guint64 limit);
BhMemoryAlarm  bh_memory_watch_judge_cheap (BhMemoryWatch *self, gint64 now, guint64 cheap);
BhMemoryAlarm  bh_memory_watch_judge_exact (BhMemoryWatch *self,
                                            gint64 now,
                                            guint64 cheap,
                                            guint64 exact);
guint64        bh_memory_watch_get_bytes   (BhMemoryWatch *self);
guint          bh_memory_watch_get_delay   (BhMemoryWatch *self);

G_END_DECLS
