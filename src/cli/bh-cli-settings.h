/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

void bh_cli_settings_build_json (JsonBuilder *builder, GVariant *values);

G_END_DECLS
