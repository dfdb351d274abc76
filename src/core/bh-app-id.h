/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define BH_APPLICATION_ID         "io.github.bulkhead.Bulkhead"
#define BH_SUPERVISOR_BUS_NAME    "io.github.bulkhead.Bulkhead.Supervisor"
#define BH_SUPERVISOR_OBJECT_PATH "/io/github/bulkhead/Supervisor"
#define BH_APP_ENV                "BULKHEAD_APP"
#define BH_INSTANCE_ENV           "BULKHEAD_INSTANCE"

/* Longest uuid that is accepted, in bytes. */
#define BH_APP_ID_MAX_UUID 1024

#define BH_TYPE_APP_ID (bh_app_id_get_type ())

typedef struct _BhAppId BhAppId;

GType       bh_app_id_get_type        (void) G_GNUC_CONST;
BhAppId    *bh_app_id_new             (const char *uuid, GError **error);
BhAppId    *bh_app_id_ref             (BhAppId *self);
void        bh_app_id_unref           (BhAppId *self);
const char *bh_app_id_get_uuid        (BhAppId *self);
const char *bh_app_id_get_slug        (BhAppId *self);
const char *bh_app_id_get_desktop_id  (BhAppId *self);
const char *bh_app_id_get_object_path (BhAppId *self);
const char *bh_app_id_get_origin      (BhAppId *self);
char       *bh_app_id_dup_unit_name   (BhAppId *self, const char *instance);
gboolean    bh_app_id_equal           (gconstpointer a, gconstpointer b);
guint       bh_app_id_hash            (gconstpointer self);

char    *bh_slug_from_text (const char *text);
gboolean bh_slug_is_valid  (const char *slug);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhAppId, bh_app_id_unref)

G_END_DECLS
