/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-id.h"
#include "bh-permission-set.h"

G_BEGIN_DECLS

BhPermissionSet *bh_permission_file_load   (BhAppId *id, GError **error);
gboolean         bh_permission_file_change (BhAppId    *id,
                                            const char *origin,
                                            const char *kind,
                                            BhAnswer    answer,
                                            GError    **error);

G_END_DECLS
