/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-machine-text.h"

G_BEGIN_DECLS

/**
 * BhMachineBase:
 * @time: when it was measured, 0 for never
 * @cpu: the machine's CPU time by then
 * @own: microseconds of CPU time that this process had used
 *
 * What somebody's next figures of the machine are measured from; at first all zeroes.
 */
typedef struct
{
  gint64 time;
  BhMachineCpu cpu;
  gint64 own;
} BhMachineBase;

typedef struct _BhMachineFigures BhMachineFigures;

BhMachineFigures *bh_machine_figures_new     (void);
void              bh_machine_figures_free    (BhMachineFigures *self);
GVariant         *bh_machine_figures_measure (BhMachineFigures *self,
                                              BhMachineBase    *base,
                                              gint64            now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhMachineFigures, bh_machine_figures_free)

G_END_DECLS
