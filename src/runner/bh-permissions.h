/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-permission-set.h"

#include <webkit2/webkit2.h>

G_BEGIN_DECLS

#define BH_TYPE_PERMISSIONS (bh_permissions_get_type ())

G_DECLARE_FINAL_TYPE (BhPermissions, bh_permissions, BH, PERMISSIONS, GObject)

BhPermissions *bh_permissions_new    (const char *state_dir, const char *app_name);
void           bh_permissions_attach (BhPermissions *self, WebKitWebView *view, GtkBox *notices);
void           bh_permissions_answer (BhPermissions *self,
                                      const char    *origin,
                                      const char    *kind,
                                      BhAnswer       answer);

G_END_DECLS
