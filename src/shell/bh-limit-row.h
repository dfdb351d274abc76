/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-limits.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define BH_TYPE_LIMIT_ROW (bh_limit_row_get_type ())
G_DECLARE_FINAL_TYPE (BhLimitRow, bh_limit_row, BH, LIMIT_ROW, GObject)

BhLimitRow *bh_limit_row_new (GtkGrid *grid, int top, BhLimitKinds kind);

void     bh_limit_row_set_limits (BhLimitRow *self, BhAppLimits *limits, gboolean running);
void     bh_limit_row_set_used   (BhLimitRow *self, double used);
void     bh_limit_row_reset      (BhLimitRow *self);
gboolean bh_limit_row_is_changed (BhLimitRow *self);
gboolean bh_limit_row_is_valid   (BhLimitRow *self);
guint64  bh_limit_row_get_value  (BhLimitRow *self);
void     bh_limit_row_set_most   (BhLimitRow *self, guint64 most);

G_END_DECLS
