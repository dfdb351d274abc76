/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-clock.h"
#include "bh-instance.h"
#include "bh-process-scanner.h"
#include "bh-sample-base.h"

G_BEGIN_DECLS

/**
 * BhSampleDepth:
 * @BH_SAMPLE_CHEAP: no exact memory is read
 * @BH_SAMPLE_BUDGETED: as much as there is time for
 * @BH_SAMPLE_EXACT: all of it, however long it takes
 *
 * How exact a sample is.
 */
typedef enum {
  BH_SAMPLE_CHEAP,
  BH_SAMPLE_BUDGETED,
  BH_SAMPLE_EXACT,
} BhSampleDepth;

/**
 * BhSampleRequest:
 * @base: what CPU is measured from; the next sample with it is measured from this one
 * @depth: how exact the sample shall be
 * @budget: with %BH_SAMPLE_BUDGETED, microseconds that reading may take
 * @focus: (nullable) (element-type utf8): object paths of apps whose memory is read exactly in any
 *   case
 * @processes: (nullable) (element-type utf8): object paths of the apps whose processes are told, or
 *   %NULL for all
 *
 * What somebody wants to know.
 */
typedef struct
{
  BhSampleBase *base;
  BhSampleDepth depth;
  gint64 budget;
  GPtrArray *focus;
  GPtrArray *processes;
} BhSampleRequest;

/**
 * BhSampleObserver:
 * @figures: what was just measured of a running instance
 * @user_data: what bh_sampler_set_observer() was given
 *
 * Hears of every sample, by whom ever it was wanted.
 */
typedef void (*BhSampleObserver) (const BhFigures *figures, gpointer user_data);

#define BH_TYPE_SAMPLER (bh_sampler_get_type ())

G_DECLARE_FINAL_TYPE (BhSampler, bh_sampler, BH, SAMPLER, GObject)

BhSampler *bh_sampler_new   (BhClock *clock, BhProcessScanner *scanner);
void       bh_sampler_set_observer (BhSampler       *self,
                                    BhSampleObserver observer,
                                    gpointer         user_data);
void       bh_sampler_begin (BhSampler *self, const BhSampleRequest *request);
void       bh_sampler_add   (BhSampler *self, BhInstance *instance, const char *name);
GVariant  *bh_sampler_end   (BhSampler *self);
void       bh_sampler_release (BhSampler *self);

G_END_DECLS
