/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BhMemoryAlarm:
 * @BH_MEMORY_FINE: nothing to do
 * @BH_MEMORY_CHECK: the cheap figure is so near a limit that an exact one is needed
 * @BH_MEMORY_HIGH: the soft limit is passed: time to warn
 * @BH_MEMORY_OVER: the hard limit is passed: time to end the app
 */
typedef enum {
  BH_MEMORY_FINE,
  BH_MEMORY_CHECK,
  BH_MEMORY_HIGH,
  BH_MEMORY_OVER,
} BhMemoryAlarm;

BhMemoryAlarm bh_memory_judge_cheap (guint64 bytes, guint64 high, guint64 limit);
BhMemoryAlarm bh_memory_judge_exact (guint64 bytes, guint64 high, guint64 limit);
guint         bh_memory_get_delay   (guint64 bytes, guint64 limit);

G_END_DECLS
