/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-cli-top-model.h"

G_BEGIN_DECLS

/**
 * BhCliTopStyle:
 * @BH_CLI_TOP_PLAIN: as usual
 * @BH_CLI_TOP_STRONG: what matters
 * @BH_CLI_TOP_WEAK: what matters less
 * @BH_CLI_TOP_HEADING: over a column
 * @BH_CLI_TOP_WARNING: near a limit
 * @BH_CLI_TOP_BAD: in trouble
 * @BH_CLI_TOP_ASLEEP: suspended
 *
 * How a part of a line looks. The words say the same, for those who see no colours.
 */
typedef enum {
  BH_CLI_TOP_PLAIN,
  BH_CLI_TOP_STRONG,
  BH_CLI_TOP_WEAK,
  BH_CLI_TOP_HEADING,
  BH_CLI_TOP_WARNING,
  BH_CLI_TOP_BAD,
  BH_CLI_TOP_ASLEEP,
} BhCliTopStyle;

#define BH_N_CLI_TOP_STYLES (BH_CLI_TOP_ASLEEP + 1)

typedef struct _BhCliTopLine BhCliTopLine;

BhCliTopLine *bh_cli_top_line_new     (guint width);
void          bh_cli_top_line_free    (BhCliTopLine *self);
void          bh_cli_top_line_add     (BhCliTopLine *self,
                                       BhCliTopStyle style,
                                       const char   *format,
                                       ...) G_GNUC_PRINTF (3, 4);
void          bh_cli_top_line_pad     (BhCliTopLine *self, BhCliTopStyle style, guint width);
guint         bh_cli_top_line_get_n   (BhCliTopLine *self);
const char   *bh_cli_top_line_get     (BhCliTopLine *self, guint index, BhCliTopStyle *style);
char         *bh_cli_top_line_to_text (BhCliTopLine *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhCliTopLine, bh_cli_top_line_free)

/* How many lines there are over the headings. */
#define BH_CLI_TOP_N_SUMMARY 3

BhCliTopLine *bh_cli_top_line_new_summary  (BhCliTopModel *model, guint line, guint width);
BhCliTopLine *bh_cli_top_line_new_headings (BhCliTopModel *model, guint width);
BhCliTopLine *bh_cli_top_line_new_row      (BhCliTopModel *model, guint index, guint width);

G_END_DECLS
