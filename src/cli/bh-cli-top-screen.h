/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-cli-top-line.h"

G_BEGIN_DECLS

/* Keys that are no characters. */
typedef enum {
  BH_CLI_TOP_KEY_NONE = 0,
  BH_CLI_TOP_KEY_UP = 0x110001,
  BH_CLI_TOP_KEY_DOWN,
  BH_CLI_TOP_KEY_LEFT,
  BH_CLI_TOP_KEY_RIGHT,
  BH_CLI_TOP_KEY_PAGE_UP,
  BH_CLI_TOP_KEY_PAGE_DOWN,
  BH_CLI_TOP_KEY_HOME,
  BH_CLI_TOP_KEY_END,
  BH_CLI_TOP_KEY_BACKSPACE,
  BH_CLI_TOP_KEY_F1,
  BH_CLI_TOP_KEY_F3,
  BH_CLI_TOP_KEY_F4,
  BH_CLI_TOP_KEY_F6,
  BH_CLI_TOP_KEY_F9,
  BH_CLI_TOP_KEY_F10,
  BH_CLI_TOP_KEY_GONE,
} BhCliTopKey;

gboolean bh_cli_top_screen_open      (char **trouble);
void     bh_cli_top_screen_close     (void);
void     bh_cli_top_screen_get_size  (guint *width, guint *height);
void     bh_cli_top_screen_resize    (void);
void     bh_cli_top_screen_redraw    (void);
void     bh_cli_top_screen_draw      (guint row, BhCliTopLine *line, gboolean selected);
void     bh_cli_top_screen_clear     (guint row);
void     bh_cli_top_screen_show      (int cursor_row, guint cursor_column);
guint    bh_cli_top_screen_read_key  (void);

G_END_DECLS
