/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean bh_cli_time_parse (const char *text, GDateTime *now, guint64 *microseconds, GError **error);

char *bh_cli_time_format      (guint64 microseconds, const char *format);
char *bh_cli_time_format_json (guint64 microseconds);

G_END_DECLS
