/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What stands where nothing could be measured. */
#define BH_CLI_UNKNOWN "–"

guint bh_cli_text_get_width (const char *text);
char *bh_cli_text_clean     (const char *text);
char *bh_cli_text_shorten   (const char *text, guint width);

G_END_DECLS
