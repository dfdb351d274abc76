/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-beginning.h"
#include "bh-end-reason.h"
#include "bh-heartbeat.h"
#include "bh-instance-record.h"
#include "bh-instance-tools.h"
#include "bh-limiter.h"
#include "bh-manifest.h"
#include "bh-runner-channel.h"

G_BEGIN_DECLS

/* Milliseconds that the processes of a runner that ended by itself have to write down what the
 * pages keep and to go; see bh-tree-kill.c. */
#define BH_RUN_FLUSH_GRACE 2000

#define BH_TYPE_RUN (bh_run_get_type ())

G_DECLARE_FINAL_TYPE (BhRun, bh_run, BH, RUN, GObject)

BhRun *bh_run_new         (BhAppId         *id,
                           BhInstanceTools *tools,
                           BhManifest      *manifest,
                           const char      *manifest_path,
                           BhLimits        *limits,
                           guint            restarts);
BhRun *bh_run_new_adopted (BhAppId *id, BhInstanceTools *tools, BhInstanceRecord *record);

void     bh_run_start_async  (BhRun              *self,
                              const char         *name,
                              const char         *files,
                              const char         *uri,
                              const char         *activation_token,
                              BhBeginning         beginning,
                              GAsyncReadyCallback callback,
                              gpointer            user_data);
gboolean bh_run_start_finish (BhRun *self, GAsyncResult *result, GError **error);
gboolean bh_run_resume       (BhRun           *self,
                              BhRunnerChannel *channel,
                              const char      *token,
                              GVariant        *status);
void     bh_run_set_limits   (BhRun *self, BhLimits *limits);
gboolean bh_run_is_setting_limits (BhRun *self);
void     bh_run_kill         (BhRun *self);

void     bh_run_sleep_async  (BhRun              *self,
                              BhSuspension        by,
                              GAsyncReadyCallback callback,
                              gpointer            user_data);
gboolean bh_run_sleep_finish (BhRun *self, GAsyncResult *result, GError **error);
void     bh_run_adopt_sleep_async (BhRun              *self,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);
void     bh_run_wake_async   (BhRun *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean bh_run_wake_finish  (BhRun *self, GAsyncResult *result, GError **error);
gboolean bh_run_is_asleep    (BhRun *self);
gboolean bh_run_get_activities (BhRun *self, BhActivities *activities);
gboolean bh_run_get_traffic    (BhRun *self, guint64 *received, guint64 *sent);

BhInstanceRecord   *bh_run_get_record        (BhRun *self);
BhLimiter          *bh_run_get_limiter       (BhRun *self);
BhLimits           *bh_run_get_first_limits  (BhRun *self);
BhRunnerChannel    *bh_run_get_channel       (BhRun *self);
const BhProcessKey *bh_run_get_runner        (BhRun *self);
gboolean            bh_run_has_greeted       (BhRun *self);
gboolean            bh_run_is_enclosed       (BhRun *self);
gboolean            bh_run_is_spawned        (BhRun *self);
gboolean            bh_run_is_ending         (BhRun *self);
void                bh_run_tell_end          (BhRun *self, BhEnd *end);
gboolean            bh_run_get_painted        (BhRun *self, gint64 *after);
const char         *bh_run_get_title         (BhRun *self);
BhTrouble           bh_run_get_trouble       (BhRun *self);
guint               bh_run_get_patience      (BhRun *self);
gboolean            bh_run_wait              (BhRun *self);
GArray             *bh_run_find_processes    (BhRun *self);
void                bh_run_save_record       (BhRun *self);
void                bh_run_remove_record     (BhRun *self);
void                bh_run_record_ending     (BhRun *self, BhReason reason);
void                bh_run_enclosure_remove_dir (const char *records_dir, const char *instance);

G_END_DECLS
