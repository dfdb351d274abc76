/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *bh_cli_figures_dup_size     (guint64 bytes);
char *bh_cli_figures_dup_percent  (double percent);
char *bh_cli_figures_dup_time     (guint64 microseconds);
char *bh_cli_figures_dup_up_time  (double seconds);

guint bh_cli_figures_get_terminal_width (void);

G_END_DECLS
