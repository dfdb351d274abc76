/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What Journal1.GetHistory answers with, its points. */
#define BH_CLI_HISTORY_TYPE "a(tutttddd)"

char *bh_cli_history_dup_table  (GVariant *points, guint resolution, gboolean whole, guint width);
char *bh_cli_history_dup_sum    (GVariant *points, guint resolution);
void  bh_cli_history_build_json (JsonBuilder *builder,
                                 const char  *id,
                                 GVariant    *points,
                                 guint        resolution);

G_END_DECLS
