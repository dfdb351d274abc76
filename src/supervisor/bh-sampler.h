/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-clock.h"
#include "bh-instance.h"
#include "bh-process-scanner.h"

G_BEGIN_DECLS

/* How much time a periodic sample may spend on exact figures, in microseconds. */
#define BH_SAMPLE_BUDGET 15000

#define BH_TYPE_SAMPLER (bh_sampler_get_type ())

G_DECLARE_FINAL_TYPE (BhSampler, bh_sampler, BH, SAMPLER, GObject)

BhSampler *bh_sampler_new    (BhClock *clock, BhProcessScanner *scanner);
void       bh_sampler_begin  (BhSampler *self, gint64 budget);
GVariant  *bh_sampler_sample (BhSampler *self, BhInstance *instance, const char *name);
void       bh_sampler_end    (BhSampler *self);

G_END_DECLS
