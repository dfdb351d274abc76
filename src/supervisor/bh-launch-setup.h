/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-beginning.h"
#include "bh-instance-record.h"
#include "bh-limits.h"
#include "bh-runner-channel.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Of an app's data directory. */
#define BH_PROFILE_LOCK "lock"

char            *bh_launch_setup_random_name  (guint bytes);
gboolean         bh_launch_setup_directories  (BhAppId *id, GError **error);
int              bh_launch_setup_lock_profile (BhAppId *id, GError **error);
BhRunnerChannel *bh_launch_setup_channel      (GVariant *config, int *runner_fd, GError **error);
GVariant        *bh_launch_setup_build_config (BhAppId          *id,
                                               BhInstanceRecord *record,
                                               const char       *name,
                                               const char       *files,
                                               const char       *uri,
                                               const char       *activation_token,
                                               BhBeginning       beginning,
                                               const char       *socket,
                                               BhLimits         *limits);

G_END_DECLS
