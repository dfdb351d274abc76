/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-alert-board.h"
#include "bh-catalogue.h"
#include "bh-dbus-public.h"
#include "bh-instance.h"

G_BEGIN_DECLS

#define BH_TYPE_APP_OBJECT (bh_app_object_get_type ())

G_DECLARE_FINAL_TYPE (BhAppObject, bh_app_object, BH, APP_OBJECT, GObject)

BhAppObject      *bh_app_object_new          (BhAppId *id, BhInstanceTools *tools, BhAlertBoard *board);
BhAppObject      *bh_app_object_new_broken   (BhCatalogueEntry *entry);
void              bh_app_object_set_entry    (BhAppObject *self, BhCatalogueEntry *entry);
BhCatalogueEntry *bh_app_object_get_entry    (BhAppObject *self);
void              bh_app_object_set_manifest (BhAppObject *self,
                                              BhManifest  *manifest,
                                              const char  *manifest_path);
BhInstance       *bh_app_object_get_instance (BhAppObject *self);
BhInstance       *bh_app_object_check_usable (BhAppObject           *self,
                                              GDBusMethodInvocation *invocation);
const char       *bh_app_object_get_name     (BhAppObject *self);
BhDBusObjectSkeleton *bh_app_object_get_skeleton (BhAppObject *self);

G_END_DECLS
