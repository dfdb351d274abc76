/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-channel.h"
#include "bh-runner-config.h"
#include "bh-sandbox.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define BH_TYPE_RUNNER_APP (bh_runner_app_get_type ())

G_DECLARE_FINAL_TYPE (BhRunnerApp, bh_runner_app, BH, RUNNER_APP, GtkApplication)

BhRunnerApp *bh_runner_app_new (BhChannel *channel, BhRunnerConfig *config, BhSandboxProbe *probe);

gboolean bh_runner_app_has_failed (BhRunnerApp *self);

G_END_DECLS
