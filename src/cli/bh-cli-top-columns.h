/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-cli-top-item.h"

G_BEGIN_DECLS

/**
 * BhCliTopColumn:
 * @BH_CLI_TOP_NAME: name, with the tree
 * @BH_CLI_TOP_PID: PID
 * @BH_CLI_TOP_STATE: state
 * @BH_CLI_TOP_MEMORY: memory
 * @BH_CLI_TOP_CPU: CPU
 * @BH_CLI_TOP_LIMIT: a bar for the limit that is nearest
 * @BH_CLI_TOP_UP_TIME: how long it runs
 * @BH_CLI_TOP_THREADS: threads
 * @BH_CLI_TOP_CPU_TIME: CPU time
 * @BH_CLI_TOP_DISK: bytes a second from and to the disk
 * @BH_CLI_TOP_NETWORK: bytes a second from and to the network
 *
 * The columns, those first that matter most where there is little room.
 */
typedef enum {
  BH_CLI_TOP_NAME,
  BH_CLI_TOP_MEMORY,
  BH_CLI_TOP_CPU,
  BH_CLI_TOP_STATE,
  BH_CLI_TOP_PID,
  BH_CLI_TOP_LIMIT,
  BH_CLI_TOP_UP_TIME,
  BH_CLI_TOP_THREADS,
  BH_CLI_TOP_CPU_TIME,
  BH_CLI_TOP_DISK,
  BH_CLI_TOP_NETWORK,
} BhCliTopColumn;

#define BH_N_CLI_TOP_COLUMNS (BH_CLI_TOP_NETWORK + 1)

const char *bh_cli_top_column_get_name    (BhCliTopColumn column);
gboolean    bh_cli_top_column_from_name   (const char *name, BhCliTopColumn *column);
const char *bh_cli_top_column_suggest     (const char *name);
const char *bh_cli_top_column_get_heading (BhCliTopColumn column);
gboolean    bh_cli_top_column_is_text     (BhCliTopColumn column);
int         bh_cli_top_column_compare     (BhCliTopColumn      column,
                                           const BhCliTopItem *a,
                                           const BhCliTopItem *b);

guint bh_cli_top_columns_fit    (guint width, BhCliTopColumn *columns, guint *widths);
char *bh_cli_top_column_dup     (BhCliTopColumn      column,
                                 const BhCliTopItem *item,
                                 gboolean            expanded,
                                 guint               cores);
char *bh_cli_top_columns_dup_bar (double share, guint width);

G_END_DECLS
