/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-cli-command.h"
#include "bh-cli-top-columns.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * BhCliTopOptions:
 * @interval: milliseconds between two samples
 * @sort: what apps are sorted by
 * @processes: whether all apps are expanded at first
 * @iterations: after how many samples --batch ends, 0 for never
 *
 * What the command line says.
 */
typedef struct
{
  guint interval;
  BhCliTopColumn sort;
  gboolean processes;
  guint iterations;
} BhCliTopOptions;

BhCliExit bh_cli_top_run_pane  (BhCliOutput           *output,
                                GDBusConnection       *bus,
                                const BhCliTopOptions *options);
BhCliExit bh_cli_top_run_batch (BhCliOutput           *output,
                                GDBusConnection       *bus,
                                const BhCliTopOptions *options);

G_END_DECLS
