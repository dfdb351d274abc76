/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-settings.h"
#include "bh-event.h"
#include "bh-instance-record.h"
#include "bh-instance-requests.h"
#include "bh-instance-tools.h"
#include "bh-manifest.h"
#include "bh-run.h"
#include "bh-state.h"

G_BEGIN_DECLS

/* How long a runner may take to answer after its start, to paint after that, and to close when it
 * is asked to, in milliseconds. */
#define BH_LAUNCH_DEADLINE 60000
#define BH_PAINT_DEADLINE  60000
#define BH_STOP_GRACE      5000

#define BH_TYPE_INSTANCE (bh_instance_get_type ())

G_DECLARE_FINAL_TYPE (BhInstance, bh_instance, BH, INSTANCE, GObject)

BhInstance *bh_instance_new     (BhAppId *id, BhInstanceTools *tools);
void        bh_instance_set_app (BhInstance *self,
                                 BhManifest *manifest,
                                 const char *manifest_path,
                                 const char *files,
                                 const char *name,
                                 gboolean    managed);

void     bh_instance_launch_async   (BhInstance         *self,
                                     BhLaunchWait        wait,
                                     const char         *uri,
                                     const char         *activation_token,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean bh_instance_launch_finish  (BhInstance   *self,
                                     GAsyncResult *result,
                                     gboolean     *started,
                                     GError      **error);
void     bh_instance_end_async      (BhInstance         *self,
                                     BhReason            reason,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean bh_instance_end_finish     (BhInstance   *self,
                                     GAsyncResult *result,
                                     guint        *processes,
                                     GError      **error);
gboolean bh_instance_activate       (BhInstance *self, const char *activation_token, GError **error);
void     bh_instance_count_restart  (BhInstance *self, BhBeginning beginning);
guint    bh_instance_get_network_crashes (BhInstance *self);
gboolean bh_instance_wait           (BhInstance *self, GError **error);
void     bh_instance_adopt          (BhInstance *self, BhInstanceRecord *record);
void     bh_instance_take_up_restart (BhInstance *self);
void     bh_instance_rewrite        (BhInstance *self);
void     bh_instance_hold           (BhInstance *self);
void     bh_instance_release        (BhInstance *self);
gboolean bh_instance_is_held        (BhInstance *self);
gboolean bh_instance_resume         (BhInstance      *self,
                                     BhRunnerChannel *channel,
                                     const char      *token,
                                     GVariant        *status);

void     bh_instance_suspend_async  (BhInstance         *self,
                                     BhSuspension        by,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean bh_instance_suspend_finish (BhInstance *self, GAsyncResult *result, GError **error);
void     bh_instance_wake_async     (BhInstance         *self,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean bh_instance_wake_finish    (BhInstance *self, GAsyncResult *result, GError **error);
gboolean bh_instance_may_sleep_with_all (BhInstance *self);
BhSuspension bh_instance_get_suspension (BhInstance *self);
BhActivities bh_instance_get_activities (BhInstance *self);

gboolean  bh_instance_set_limits   (BhInstance *self, GVariant *values, GError **error);
gboolean  bh_instance_reset_limits (BhInstance *self, GError **error);
BhLimits *bh_instance_get_limits   (BhInstance *self);
GVariant *bh_instance_dup_limit_origins (BhInstance *self);
gboolean  bh_instance_is_setting_limits (BhInstance *self);
BhLimitKinds bh_instance_get_pressed (BhInstance *self);

void    bh_instance_set_growth (BhInstance *self, guint64 growth, gboolean news);
guint64 bh_instance_get_growth (BhInstance *self);
void bh_instance_record (BhInstance *self, BhEventKind kind, const char *reason, const char *detail);

BhAppId            *bh_instance_get_id            (BhInstance *self);
BhAppSettings      *bh_instance_get_settings      (BhInstance *self);
BhState             bh_instance_get_state         (BhInstance *self);
BhReason            bh_instance_get_reason        (BhInstance *self);
const char         *bh_instance_get_reason_detail (BhInstance *self);
BhRun              *bh_instance_get_run           (BhInstance *self);
gboolean            bh_instance_is_alive          (BhInstance *self);
guint               bh_instance_get_restarts      (BhInstance *self);
gint64              bh_instance_get_restart_at    (BhInstance *self);

G_END_DECLS
