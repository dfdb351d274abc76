/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

const char *bh_cli_list_get_state_label  (GVariant *app);
const char *bh_cli_list_get_source_label (GVariant *app);
void        bh_cli_list_add_members      (JsonBuilder *builder, GVariant *app);

G_END_DECLS
