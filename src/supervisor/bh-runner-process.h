/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-process-tree.h"

#include <glib-object.h>

G_BEGIN_DECLS

#define BH_TYPE_RUNNER_PROCESS (bh_runner_process_get_type ())

G_DECLARE_FINAL_TYPE (BhRunnerProcess, bh_runner_process, BH, RUNNER_PROCESS, GObject)

BhRunnerProcess    *bh_runner_process_new_child   (pid_t pid, GError **error);
BhRunnerProcess    *bh_runner_process_new_adopted (const BhProcessKey *key, GError **error);
const BhProcessKey *bh_runner_process_get_key     (BhRunnerProcess *self);
gboolean            bh_runner_process_has_exited  (BhRunnerProcess *self);
gboolean            bh_runner_process_get_status  (BhRunnerProcess *self, int *wait_status);

G_END_DECLS
