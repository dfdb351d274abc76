/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-beginning.h"
#include "bh-manifest.h"

G_BEGIN_DECLS

#define BH_TYPE_RUNNER_CONFIG (bh_runner_config_get_type ())

G_DECLARE_FINAL_TYPE (BhRunnerConfig, bh_runner_config, BH, RUNNER_CONFIG, GObject)

BhRunnerConfig *bh_runner_config_new (GVariant *variant, GError **error);

BhAppId    *bh_runner_config_get_id               (BhRunnerConfig *self);
BhManifest *bh_runner_config_get_manifest         (BhRunnerConfig *self);
const char *bh_runner_config_get_manifest_path    (BhRunnerConfig *self);
const char *bh_runner_config_get_name             (BhRunnerConfig *self);
const char *bh_runner_config_get_files            (BhRunnerConfig *self);
const char *bh_runner_config_get_data_dir         (BhRunnerConfig *self);
const char *bh_runner_config_get_cache_dir        (BhRunnerConfig *self);
const char *bh_runner_config_get_state_dir        (BhRunnerConfig *self);
const char *bh_runner_config_get_outgoing_dir     (BhRunnerConfig *self);
const char *bh_runner_config_get_uri              (BhRunnerConfig *self);
const char *bh_runner_config_get_activation_token (BhRunnerConfig *self);
BhBeginning bh_runner_config_get_beginning        (BhRunnerConfig *self);
guint       bh_runner_config_get_pid              (BhRunnerConfig *self);
guint       bh_runner_config_get_heartbeat        (BhRunnerConfig *self);
guint64     bh_runner_config_get_memory           (BhRunnerConfig *self);
guint64     bh_runner_config_get_memory_high      (BhRunnerConfig *self);

G_END_DECLS
