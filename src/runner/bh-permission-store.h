/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-permission-set.h"

#include <glib-object.h>

G_BEGIN_DECLS

#define BH_TYPE_PERMISSION_STORE (bh_permission_store_get_type ())

G_DECLARE_FINAL_TYPE (BhPermissionStore, bh_permission_store, BH, PERMISSION_STORE, GObject)

BhPermissionStore *bh_permission_store_new     (const char *path);
BhAnswer           bh_permission_store_get     (BhPermissionStore *self, const char *origin, const char *kind);
gboolean           bh_permission_store_set     (BhPermissionStore *self,
                                                const char        *origin,
                                                const char        *kind,
                                                BhAnswer           answer,
                                                GError           **error);
char             **bh_permission_store_origins (BhPermissionStore *self, const char *kind, BhAnswer answer);

G_END_DECLS
