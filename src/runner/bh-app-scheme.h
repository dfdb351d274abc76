/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <webkit2/webkit2.h>

G_BEGIN_DECLS

#define BH_TYPE_APP_SCHEME (bh_app_scheme_get_type ())

G_DECLARE_FINAL_TYPE (BhAppScheme, bh_app_scheme, BH, APP_SCHEME, GObject)

BhAppScheme *bh_app_scheme_new      (const char *slug, const char *directory);
void         bh_app_scheme_register (BhAppScheme *self, WebKitWebContext *context);

G_END_DECLS
