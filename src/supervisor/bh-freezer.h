/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-limiter.h"

G_BEGIN_DECLS

/**
 * BhFreezeExtent:
 * @BH_FREEZE_ALL: every process of the run
 * @BH_FREEZE_BELOW_RUNNER: all but the runner, what encloses it and its way to the bus, so that its
 *   window answers
 *
 * How much of a run stands still.
 */
typedef enum {
  BH_FREEZE_ALL,
  BH_FREEZE_BELOW_RUNNER,
} BhFreezeExtent;

#define BH_TYPE_FREEZER (bh_freezer_get_type ())

G_DECLARE_FINAL_TYPE (BhFreezer, bh_freezer, BH, FREEZER, GObject)

BhFreezer *bh_freezer_new (BhClock          *clock,
                           BhProcessScanner *scanner,
                           BhGuard          *guard,
                           BhLimiter        *limiter,
                           BhFindProcesses   find,
                           gpointer          user_data);

void     bh_freezer_freeze_async  (BhFreezer          *self,
                                   BhFreezeExtent      extent,
                                   const BhProcessKey *runner,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);
gboolean bh_freezer_freeze_finish (BhFreezer *self, GAsyncResult *result, GError **error);
void     bh_freezer_thaw_async    (BhFreezer          *self,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);
gboolean bh_freezer_thaw_finish   (BhFreezer *self, GAsyncResult *result, GError **error);
void     bh_freezer_abandon       (BhFreezer *self);

G_END_DECLS
