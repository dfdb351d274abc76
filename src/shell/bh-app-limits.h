/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-limit-layers.h"

G_BEGIN_DECLS

/* The part of a limit from which on it is near, and shown in another colour. */
#define BH_USAGE_NEAR 0.9

/**
 * BhLimitHolder:
 * @BH_LIMIT_HOLDER_NONE: nobody, or there is no such limit
 * @BH_LIMIT_HOLDER_KERNEL: the kernel
 * @BH_LIMIT_HOLDER_SUPERVISOR: the supervisor
 *
 * Who holds a running app to a limit.
 */
typedef enum {
  BH_LIMIT_HOLDER_NONE,
  BH_LIMIT_HOLDER_KERNEL,
  BH_LIMIT_HOLDER_SUPERVISOR,
} BhLimitHolder;

#define BH_TYPE_APP_LIMITS (bh_app_limits_get_type ())

typedef struct _BhAppLimits BhAppLimits;

GType        bh_app_limits_get_type (void) G_GNUC_CONST;
BhAppLimits *bh_app_limits_new      (GVariant *limits,
                                     GVariant *from,
                                     GVariant *held_by,
                                     gboolean  pressed);
BhAppLimits *bh_app_limits_ref      (BhAppLimits *self);
void         bh_app_limits_unref    (BhAppLimits *self);
gboolean     bh_app_limits_equal    (BhAppLimits *a, BhAppLimits *b);

guint64       bh_app_limits_get_value    (BhAppLimits *self, BhLimitKinds kind);
BhLimitOrigin bh_app_limits_get_origin   (BhAppLimits *self, BhLimitKinds kind);
BhLimitHolder bh_app_limits_get_holder   (BhAppLimits *self, BhLimitKinds kind);
gboolean      bh_app_limits_get_pressed  (BhAppLimits *self);
gboolean      bh_app_limits_is_set       (BhAppLimits *self);
double        bh_app_limits_get_fraction (BhAppLimits *self, BhLimitKinds kind, double used);
char         *bh_app_limits_dup_text     (BhAppLimits *self,
                                          BhLimitKinds kind,
                                          const char  *used);

const char *bh_limit_holder_get_label (BhLimitHolder holder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhAppLimits, bh_app_limits_unref)

G_END_DECLS
