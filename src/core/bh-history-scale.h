/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BhHistoryUnit:
 * @BH_HISTORY_UNIT_BYTES: bytes, in powers of 1024
 * @BH_HISTORY_UNIT_PERCENT: per cent of one core
 *
 * What a history is measured in.
 */
typedef enum {
  BH_HISTORY_UNIT_BYTES,
  BH_HISTORY_UNIT_PERCENT,
} BhHistoryUnit;

/**
 * BhHistoryTick:
 * @value: where it is: a value, or a moment in microseconds since 1970-01-01 UTC
 * @label: what is written there
 *
 * A mark on an axis.
 */
typedef struct
{
  double value;
  char  *label;
} BhHistoryTick;

double     bh_history_scale_get_step   (BhHistoryUnit unit, double most, guint n_steps);
double     bh_history_scale_get_top    (BhHistoryUnit unit, double most, guint n_steps);
GArray    *bh_history_scale_get_values (BhHistoryUnit unit, double top, guint n_steps);
GArray    *bh_history_scale_get_times  (gint64     since,
                                        gint64     until,
                                        guint      n_ticks,
                                        GTimeZone *zone);
char      *bh_history_scale_format      (BhHistoryUnit unit, double value);
char      *bh_history_scale_format_time (gint64     time,
                                         gint64     span,
                                         GTimeZone *zone);

G_END_DECLS
