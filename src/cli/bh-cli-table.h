/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BhCliAlign:
 * @BH_CLI_ALIGN_START: text
 * @BH_CLI_ALIGN_END: numbers
 *
 * Which side of its column a cell keeps to.
 */
typedef enum {
  BH_CLI_ALIGN_START,
  BH_CLI_ALIGN_END,
} BhCliAlign;

typedef struct _BhCliTable BhCliTable;

BhCliTable *bh_cli_table_new        (void);
void        bh_cli_table_free       (BhCliTable *self);
void        bh_cli_table_add_column (BhCliTable *self, const char *heading, BhCliAlign align);
void        bh_cli_table_add_row    (BhCliTable *self, const char *const *cells);
char       *bh_cli_table_to_string  (BhCliTable *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhCliTable, bh_cli_table_free)

G_END_DECLS
