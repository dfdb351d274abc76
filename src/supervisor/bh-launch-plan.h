/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* The descriptors that a runner inherits beside the standard ones. */
#define BH_LAUNCH_CHANNEL_FD 3
#define BH_LAUNCH_LOCK_FD    4
#define BH_LAUNCH_GATE_FD    5
/* Both ends of what keeps the helper beside the runner alive. */
#define BH_LAUNCH_HELD_FD    6
#define BH_LAUNCH_READY_FD   7
/* Where what encloses the runner reads a filter for system calls. */
#define BH_LAUNCH_FILTER_FD 8

/* The gate's exit codes when the program can't be executed, and when the helper did not come up. */
#define BH_LAUNCH_CANNOT_EXECUTE 126
#define BH_LAUNCH_HELPER_FAILED  125

#define BH_TYPE_LAUNCH_PLAN (bh_launch_plan_get_type ())

typedef struct _BhLaunchPlan BhLaunchPlan;

GType              bh_launch_plan_get_type        (void) G_GNUC_CONST;
BhLaunchPlan      *bh_launch_plan_new             (const char *gate_path,
                                                   const char *runner_path,
                                                   const char *slug,
                                                   const char *instance,
                                                   const char *const *beside,
                                                   const char *const *around);
BhLaunchPlan      *bh_launch_plan_ref             (BhLaunchPlan *self);
void               bh_launch_plan_unref           (BhLaunchPlan *self);
const char *const *bh_launch_plan_get_argv        (BhLaunchPlan *self);
const char        *bh_launch_plan_get_runner      (BhLaunchPlan *self);
const char *const *bh_launch_plan_get_environment (BhLaunchPlan *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhLaunchPlan, bh_launch_plan_unref)

G_END_DECLS
