/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-clock.h"
#include "bh-confinement.h"
#include "bh-guard.h"
#include "bh-process-scanner.h"

G_BEGIN_DECLS

/**
 * BhFindProcesses:
 * @user_data: as it was given
 *
 * Returns: (transfer full) (element-type BhProcStat): the run's processes at the scanner's last
 *   refresh
 */
typedef GArray *(*BhFindProcesses) (gpointer user_data);

#define BH_TYPE_SUPERVISED_CONFINEMENT (bh_supervised_confinement_get_type ())

G_DECLARE_FINAL_TYPE (BhSupervisedConfinement,
                      bh_supervised_confinement,
                      BH,
                      SUPERVISED_CONFINEMENT,
                      GObject)

BhSupervisedConfinement *bh_supervised_confinement_new (BhClock          *clock,
                                                        BhProcessScanner *scanner,
                                                        BhGuard          *guard,
                                                        BhFindProcesses   find,
                                                        gpointer          user_data);

void     bh_supervised_confinement_set_paused  (BhSupervisedConfinement *self, gboolean paused);
void     bh_supervised_confinement_set_duties  (BhSupervisedConfinement *self,
                                                BhLimitKinds             duties);
gboolean bh_supervised_confinement_is_limiting (BhSupervisedConfinement *self);
gint64   bh_supervised_confinement_get_used    (BhSupervisedConfinement *self);
guint64  bh_supervised_confinement_get_memory  (BhSupervisedConfinement *self);
gboolean bh_supervised_confinement_is_near_cpu_time (BhSupervisedConfinement *self);
void     bh_supervised_confinement_stop        (BhSupervisedConfinement *self);

G_END_DECLS
