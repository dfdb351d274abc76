/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

const char *bh_cli_dict_get_string (GVariant *dict, const char *key);
gboolean    bh_cli_dict_get_count  (GVariant *dict, const char *key, guint64 *value);
gboolean    bh_cli_dict_get_number (GVariant *dict, const char *key, double *value);

void bh_cli_json_add_string  (JsonBuilder *builder, const char *member, const char *value);
void bh_cli_json_add_count   (JsonBuilder *builder, const char *member, guint64 value);
void bh_cli_json_add_boolean (JsonBuilder *builder, const char *member, gboolean value);
void bh_cli_json_add_null    (JsonBuilder *builder, const char *member);
void bh_cli_json_add_strings (JsonBuilder       *builder,
                              const char        *member,
                              const char *const *values);

void bh_cli_json_copy_string (JsonBuilder *builder,
                              const char  *member,
                              GVariant    *dict,
                              const char  *key);
void bh_cli_json_copy_text   (JsonBuilder *builder,
                              const char  *member,
                              GVariant    *dict,
                              const char  *key);
void bh_cli_json_copy_count  (JsonBuilder *builder,
                              const char  *member,
                              GVariant    *dict,
                              const char  *key);
void bh_cli_json_copy_number (JsonBuilder *builder,
                              const char  *member,
                              GVariant    *dict,
                              const char  *key);

G_END_DECLS
