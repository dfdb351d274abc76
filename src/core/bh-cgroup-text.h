/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char    *bh_cgroup_parse_path  (const char *text);
gboolean bh_cgroup_parse_value (const char *text, guint64 *value);
gboolean bh_cgroup_find_key    (const char *text, const char *key, guint64 *value);
gboolean bh_cgroup_sum_keys    (const char *text, const char *key, guint64 *sum);

G_END_DECLS
