/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-scope-confinement.h"
#include "bh-supervised-confinement.h"
#include "bh-systemd.h"

G_BEGIN_DECLS

#define BH_TYPE_LIMITER (bh_limiter_get_type ())

G_DECLARE_FINAL_TYPE (BhLimiter, bh_limiter, BH, LIMITER, GObject)

BhLimiter *bh_limiter_new (BhClock          *clock,
                           BhSystemd        *systemd,
                           BhProcessScanner *scanner,
                           BhGuard          *guard,
                           const char       *unit,
                           BhFindProcesses   find,
                           gpointer          user_data);

void bh_limiter_start_async  (BhLimiter          *self,
                              const char         *description,
                              pid_t               pid,
                              BhLimits           *limits,
                              GAsyncReadyCallback callback,
                              gpointer            user_data);
void bh_limiter_adopt_async  (BhLimiter          *self,
                              BhLimits           *limits,
                              GAsyncReadyCallback callback,
                              gpointer            user_data);
void bh_limiter_apply_async  (BhLimiter          *self,
                              BhLimits           *limits,
                              GAsyncReadyCallback callback,
                              gpointer            user_data);
void bh_limiter_start_finish (BhLimiter *self, GAsyncResult *result);
void bh_limiter_stop         (BhLimiter *self);

BhLimits    *bh_limiter_get_limits       (BhLimiter *self);
BhLimitKinds bh_limiter_get_by_kernel     (BhLimiter *self);
BhLimitKinds bh_limiter_get_by_supervisor (BhLimiter *self);
GVariant    *bh_limiter_dup_holders       (BhLimiter *self);
BhLimitKinds bh_limiter_get_pressed       (BhLimiter *self);
gboolean     bh_limiter_read_memory       (BhLimiter *self, guint64 *bytes);
const char  *bh_limiter_get_cgroup        (BhLimiter *self);
gboolean     bh_limiter_get_used          (BhLimiter *self, gint64 *cpu_time);
gboolean     bh_limiter_is_limiting       (BhLimiter *self);
BhReason     bh_limiter_explain_kill      (BhLimiter *self);
guint64       bh_limiter_get_throttled     (BhLimiter *self);

BhScopeConfinement *bh_limiter_get_scope  (BhLimiter *self);
void                bh_limiter_set_paused (BhLimiter *self, gboolean paused);

G_END_DECLS
