/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * BhRestartPolicy:
 * @BH_RESTART_NEVER: an app that crashed stays down
 * @BH_RESTART_ON_CRASH: started again after crashes and limit kills
 * @BH_RESTART_ALWAYS: started again whenever it ends by itself
 */
typedef enum {
  BH_RESTART_NEVER,
  BH_RESTART_ON_CRASH,
  BH_RESTART_ALWAYS,
} BhRestartPolicy;

/**
 * BhLimitKinds:
 * @BH_LIMIT_MEMORY: memory, hard
 * @BH_LIMIT_MEMORY_HIGH: memory, soft
 * @BH_LIMIT_CPU: share of the CPU
 * @BH_LIMIT_CPU_TIME: CPU time of the whole instance
 * @BH_LIMIT_TASKS: threads of all processes together
 *
 * Which of the limits.
 */
typedef enum {
  BH_LIMIT_MEMORY = 1 << 0,
  BH_LIMIT_MEMORY_HIGH = 1 << 1,
  BH_LIMIT_CPU = 1 << 2,
  BH_LIMIT_CPU_TIME = 1 << 3,
  BH_LIMIT_TASKS = 1 << 4,
} BhLimitKinds;

/* How many limits there are; each is a bit of BhLimitKinds, from the lowest one on. */
#define BH_N_LIMITS 5

#define BH_TYPE_LIMITS (bh_limits_get_type ())

typedef struct _BhLimits BhLimits;

GType     bh_limits_get_type        (void) G_GNUC_CONST;
BhLimits *bh_limits_new             (guint64 memory,
                                     guint64 memory_high,
                                     guint   cpu,
                                     gint64  cpu_time,
                                     guint   tasks);
BhLimits *bh_limits_ref             (BhLimits *self);
void      bh_limits_unref           (BhLimits *self);
guint64   bh_limits_get_memory      (BhLimits *self);
guint64   bh_limits_get_memory_high (BhLimits *self);
guint     bh_limits_get_cpu         (BhLimits *self);
gint64    bh_limits_get_cpu_time    (BhLimits *self);
guint     bh_limits_get_tasks       (BhLimits *self);
guint64   bh_limits_get             (BhLimits *self, BhLimitKinds kind);
gboolean  bh_limits_equal           (BhLimits *a, BhLimits *b);

BhLimitKinds bh_limits_get_kinds (BhLimits *self);
BhLimits    *bh_limits_override  (BhLimits *self, BhLimits *by, BhLimitKinds kinds);
BhLimits    *bh_limits_tighten   (BhLimits *self, BhLimits *cap);
GVariant    *bh_limits_to_dict   (BhLimits *self, BhLimitKinds kinds);
BhLimits    *bh_limits_from_dict (GVariant *dict, BhLimitKinds *kinds, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhLimits, bh_limits_unref)

G_END_DECLS
