/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-cli-table.h"

G_BEGIN_DECLS

/**
 * BhCliPsColumn:
 * @name: what is typed for it
 * @heading: what stands over it, for the user's language
 * @align: where its cells stand
 * @dup_app: makes the cell of an app
 * @dup_process: (nullable): makes that of a process, %NULL for one that says nothing of processes
 *
 * A column of `ps`.
 */
typedef struct
{
  const char *name;
  const char *heading;
  BhCliAlign align;
  char *(*dup_app) (GVariant *entry);
  char *(*dup_process) (GVariant *process);
} BhCliPsColumn;

GPtrArray *bh_cli_ps_columns_new_default (void);
GPtrArray *bh_cli_ps_columns_new_wide    (void);
GPtrArray *bh_cli_ps_columns_parse       (const char *text, GError **error);

char       *bh_cli_ps_dup_name       (GVariant *entry);
char       *bh_cli_ps_dup_state      (GVariant *entry);
char       *bh_cli_ps_dup_count      (GVariant *dict, const char *key);
char       *bh_cli_ps_dup_memory     (GVariant *dict);
char       *bh_cli_ps_dup_cpu        (GVariant *dict);
char       *bh_cli_ps_dup_cpu_time   (GVariant *dict);
char       *bh_cli_ps_dup_size       (GVariant *dict, const char *key);
char       *bh_cli_ps_dup_disk       (GVariant *dict);
char       *bh_cli_ps_dup_network    (GVariant *dict);
const char *bh_cli_ps_get_role_label (GVariant *process);

G_END_DECLS
