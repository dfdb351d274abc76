/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-id.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define BH_TYPE_APP_SETTINGS (bh_app_settings_get_type ())
G_DECLARE_FINAL_TYPE (BhAppSettings, bh_app_settings, BH, APP_SETTINGS, GObject)

BhAppSettings *bh_app_settings_new               (BhAppId *id);
gboolean       bh_app_settings_change            (BhAppSettings *self,
                                                  GVariant      *values,
                                                  GError       **error);
GVariant      *bh_app_settings_to_dict           (BhAppSettings *self);
gboolean       bh_app_settings_is_set            (BhAppSettings *self, const char *name);
gboolean       bh_app_settings_get_muted         (BhAppSettings *self);
guint          bh_app_settings_get_suspend_after (BhAppSettings *self);
gboolean       bh_app_settings_get_keep_awake    (BhAppSettings *self);
void           bh_app_settings_clean             (void);

G_END_DECLS
