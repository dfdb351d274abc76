/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-systemd.h"

G_BEGIN_DECLS

#define BH_TYPE_LAUNCH_CONTEXT (bh_launch_context_get_type ())

G_DECLARE_FINAL_TYPE (BhLaunchContext, bh_launch_context, BH, LAUNCH_CONTEXT, GAppLaunchContext)

BhLaunchContext *bh_launch_context_new        (BhSystemd *systemd, const char *activation_token);
char           **bh_launch_context_clean_environ (char **environment);

G_END_DECLS
