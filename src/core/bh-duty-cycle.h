/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _BhDutyCycle BhDutyCycle;

BhDutyCycle *bh_duty_cycle_new         (guint limit, guint cores);
void         bh_duty_cycle_free        (BhDutyCycle *self);
void         bh_duty_cycle_set_limit   (BhDutyCycle *self, guint limit);
guint        bh_duty_cycle_step        (BhDutyCycle *self,
                                        gint64       now,
                                        gint64       used,
                                        gboolean    *run);
gboolean     bh_duty_cycle_is_limiting (BhDutyCycle *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhDutyCycle, bh_duty_cycle_free)

G_END_DECLS
