/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-json.h"

G_BEGIN_DECLS

void bh_json_path_append_name  (GString *path, const char *name);
void bh_json_path_append_index (GString *path, guint index);

G_END_DECLS
