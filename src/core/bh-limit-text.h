/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-limits.h"

G_BEGIN_DECLS

const char *bh_limit_get_name  (BhLimitKinds kind);
gboolean    bh_limit_from_name (const char *name, BhLimitKinds *kind);
const char *bh_limit_get_label (BhLimitKinds kind);

gboolean bh_limit_parse            (BhLimitKinds kind,
                                    const char  *text,
                                    guint64     *value,
                                    GError     **error);
gboolean bh_limit_parse_assignment (const char   *text,
                                    BhLimitKinds *kind,
                                    guint64      *value,
                                    GError      **error);
char    *bh_limit_format           (BhLimitKinds kind, guint64 value);
char    *bh_limit_write            (BhLimitKinds kind, guint64 value);

G_END_DECLS
