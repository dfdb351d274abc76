/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-limits.h"
#include "bh-state.h"

G_BEGIN_DECLS

/**
 * BhVerdict:
 * @BH_VERDICT_REST: the app stays down, as was asked or as its policy says
 * @BH_VERDICT_RESTART: it is started again after a delay
 * @BH_VERDICT_GIVE_UP: it has crashed too often; only a person starts it again
 *
 * What follows the end of a run.
 */
typedef enum {
  BH_VERDICT_REST,
  BH_VERDICT_RESTART,
  BH_VERDICT_GIVE_UP,
} BhVerdict;

/* The most restarts that are remembered, and so the most that a policy can allow in its window. */
#define BH_BACK_OFF_MAX_RESTARTS 100

/* Milliseconds to which the delay grows, unless another cap is set, and the highest cap. */
#define BH_BACK_OFF_DEFAULT_CAP 30000
#define BH_BACK_OFF_MAX_CAP     600000

/* Milliseconds that no delay is longer than, the jitter included. */
#define BH_BACK_OFF_MAX_DELAY 660000

typedef struct _BhBackOff BhBackOff;

BhBackOff *bh_back_off_new         (void);
void       bh_back_off_free        (BhBackOff *self);
void       bh_back_off_set_policy  (BhBackOff      *self,
                                    BhRestartPolicy policy,
                                    guint           max_restarts,
                                    gint64          window);
void       bh_back_off_set_cap     (BhBackOff *self, guint cap);
void       bh_back_off_reset       (BhBackOff *self);
BhVerdict  bh_back_off_judge       (BhBackOff *self,
                                    BhReason   reason,
                                    gint64     started,
                                    gint64     now,
                                    double     chance,
                                    guint     *delay);
guint      bh_back_off_get_in_row  (BhBackOff *self);
char      *bh_back_off_to_string   (BhBackOff *self);
gboolean   bh_back_off_from_string (BhBackOff *self, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhBackOff, bh_back_off_free)

G_END_DECLS
