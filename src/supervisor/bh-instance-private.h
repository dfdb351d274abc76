/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-instance.h"
#include "bh-lifecycle-log.h"

G_BEGIN_DECLS

/* What bh-instance.c, which faces the callers, and bh-instance-run.c, which faces the run, share. */

struct _BhInstance
{
  GObject parent_instance;

  BhAppId *id;
  BhInstanceTools *tools;

  BhManifest *manifest;
  char *manifest_path;
  char *files;
  char *name;

  BhState state;
  BhReason reason;
  char *reason_detail;
  guint restarts;
  gboolean restarting; /* the next run is a restart */

  BhInstanceRequests *requests;
  BhRun *run;
  BhReason ending;     /* what the run was asked to end for */
  char *ending_detail; /* more of that, or NULL */
  gboolean late;     /* whether it was killed for not getting ready */
  char *pending_uri; /* to be shown when the run is ready */

  BhLimits *own_limits; /* what the user has set */
  BhLimitKinds own_kinds;
  BhLimits *limits; /* those that count; NULL until there is a manifest */
  gboolean managed; /* the user can only lower them */
  gboolean pressed; /* the run has passed its soft memory limit */

  guint launch_deadline; /* until the run is ready, then until those who wait see it painted */
  guint stop_deadline;
};

void bh_instance_changed   (BhInstance *self);
void bh_instance_set_state (BhInstance *self, BhState state);
void bh_instance_set_ended (BhInstance *self, BhReason reason, const char *detail);
void bh_instance_log_event (BhInstance  *self,
                            BhLifecycle  event,
                            const char  *message,
                            const char  *detail);

void bh_instance_start_run       (BhInstance *self);
void bh_instance_take_run        (BhInstance *self, BhRun *run);
void bh_instance_drop_run        (BhInstance *self);
void bh_instance_expect_paint    (BhInstance *self);
void bh_instance_expect_end      (BhInstance *self);
void bh_instance_clear_deadlines (BhInstance *self);

void     bh_instance_load_limits       (BhInstance *self);
void     bh_instance_update_limits     (BhInstance *self);
void     bh_instance_listen_to_limiter (BhInstance *self);
BhReason bh_instance_explain_kill      (BhInstance *self, char **detail);

G_END_DECLS
