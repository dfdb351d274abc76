/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-id.h"
#include "bh-limits.h"

G_BEGIN_DECLS

BhLimits *bh_limit_store_load  (BhAppId *id, BhLimitKinds *kinds, GError **error);
gboolean  bh_limit_store_save  (BhAppId *id, BhLimits *limits, BhLimitKinds kinds, GError **error);
void      bh_limit_store_clean (void);

G_END_DECLS
