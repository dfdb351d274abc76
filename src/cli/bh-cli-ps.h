/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * BhCliPsFlags:
 * @BH_CLI_PS_DEFAULT: running apps, a line each
 * @BH_CLI_PS_ALL: also the apps that are not running
 * @BH_CLI_PS_PROCESSES: below each app its processes
 * @BH_CLI_PS_LIMITS: what is used of each limit, in place of what else is told of an app
 *
 * What a table of apps shows.
 */
typedef enum {
  BH_CLI_PS_DEFAULT = 0,
  BH_CLI_PS_ALL = 1 << 0,
  BH_CLI_PS_PROCESSES = 1 << 1,
  BH_CLI_PS_LIMITS = 1 << 2,
} BhCliPsFlags;

GPtrArray *bh_cli_ps_collect     (GVariant *sample, GPtrArray *installed, BhCliPsFlags flags);
void       bh_cli_ps_build_json  (JsonBuilder *builder, GPtrArray *entries);
char      *bh_cli_ps_dup_table   (GPtrArray *entries, BhCliPsFlags flags);
char      *bh_cli_ps_dup_columns (GPtrArray *entries, GPtrArray *columns, BhCliPsFlags flags);

void bh_cli_ps_add_usage_json   (JsonBuilder *builder, GVariant *dict);
void bh_cli_ps_add_network_json (JsonBuilder *builder, GVariant *entry);

G_END_DECLS
