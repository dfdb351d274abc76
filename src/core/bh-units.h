/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean bh_units_parse_size     (const char *text, guint64 *bytes, GError **error);
gboolean bh_units_parse_percent  (const char *text, guint *percent, GError **error);
gboolean bh_units_parse_duration (const char *text, gint64 *microseconds, GError **error);

char *bh_units_format_size     (guint64 bytes);
char *bh_units_format_duration (gint64 microseconds);

G_END_DECLS
