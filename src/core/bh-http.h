/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BhRange:
 * @BH_RANGE_NONE: the header asks for nothing that we honour: send everything, 200
 * @BH_RANGE_PART: send bytes first to last, both included, 206
 * @BH_RANGE_UNSATISFIABLE: nothing of it is there, 416
 */
typedef enum {
  BH_RANGE_NONE,
  BH_RANGE_PART,
  BH_RANGE_UNSATISFIABLE,
} BhRange;

BhRange     bh_http_parse_range  (const char *header, guint64 size, guint64 *first, guint64 *last);
char       *bh_http_content_type (const char *path, const guint8 *head, gsize length);

G_END_DECLS
