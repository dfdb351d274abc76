/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

void bh_cli_limits_add_json       (JsonBuilder *builder, const char *member, GVariant *limits);
void bh_cli_limits_add_names_json (JsonBuilder *builder, const char *member, GVariant *names);
void bh_cli_limits_copy_time      (JsonBuilder *builder,
                                   const char  *member,
                                   GVariant    *dict,
                                   const char  *key);

const char *bh_cli_limits_get_origin_label (const char *origin);
const char *bh_cli_limits_get_holder_label (const char *holder, gboolean running);

char *bh_cli_limits_dup_table (GVariant *app);

G_END_DECLS
