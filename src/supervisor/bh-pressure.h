/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-clock.h"

G_BEGIN_DECLS

/**
 * BhReadUse:
 * @bytes: (out): what is used now
 * @user_data: as it was given
 *
 * Returns: whether it could be read
 */
typedef gboolean (*BhReadUse) (guint64 *bytes, gpointer user_data);

#define BH_TYPE_PRESSURE (bh_pressure_get_type ())
G_DECLARE_FINAL_TYPE (BhPressure, bh_pressure, BH, PRESSURE, GObject)

BhPressure *bh_pressure_new       (BhClock *clock, BhReadUse read, gpointer user_data);
void        bh_pressure_set_limit (BhPressure *self, guint64 limit);
void        bh_pressure_begin     (BhPressure *self);
void        bh_pressure_stop      (BhPressure *self);
gboolean    bh_pressure_is_on     (BhPressure *self);

G_END_DECLS
