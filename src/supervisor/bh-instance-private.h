/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-back-off.h"
#include "bh-instance-note.h"
#include "bh-instance.h"

G_BEGIN_DECLS

/* What bh-instance.c, which faces the callers, bh-instance-run.c, which faces the run, and
 * bh-instance-limits.c and bh-instance-restart.c share. */

/* So many ends of the network process, in so many microseconds, are a crash of the app. */
#define BH_NETWORK_CRASHES 5
#define BH_NETWORK_WINDOW  G_TIME_SPAN_MINUTE

struct _BhInstance
{
  GObject parent_instance;

  BhAppId *id;
  BhInstanceTools *tools;
  BhAppSettings *settings;

  BhManifest *manifest;
  char *manifest_path;
  char *files;
  char *name;

  BhState state;
  BhReason reason;
  char *reason_detail;
  guint restarts;
  gboolean restarting; /* the next run is a restart */
  gboolean continuing; /* the next run goes on where the last one was */

  BhBackOff *back_off;
  guint restart_timer;  /* until the next run */
  gint64 restart_due;   /* when that is, or the page is loaded again; monotonic, 0 for never */
  gint64 restart_at;    /* the same in microseconds since 1970 */
  BhInstanceNote *owed; /* what a former supervisor has decided about the run, or NULL */
  char *last_instance;  /* the random name of the last run, or "" */
  gint64 began_at;      /* since when the run, or its page, has been well; monotonic */

  BhInstanceRequests *requests;
  BhRun *run;
  gboolean held;       /* no run is started now */
  gboolean start_owed; /* one was to be started by itself */
  gboolean dismissed;  /* somebody asked for the end of the run */
  BhReason ending;     /* what the run was asked to end for */
  char *ending_detail; /* more of that, or NULL */
  gboolean late;     /* whether it was killed for not getting ready */
  char *pending_uri; /* to be shown when the run is ready */
  char *pending_raise; /* the window is to be raised with that token when the runner is back */

  BhSuspension suspended; /* by us, while the state says so */
  GQueue *sleep_requests; /* see bh-instance-sleep.c */
  gboolean sleep_busy;    /* with the first of them */
  guint idle_timer;       /* until it sleeps for being in the background */
  guint idle_delay;       /* for how long that is, in milliseconds; 0 for never */

  BhLimits *own_limits; /* what the user has set */
  BhLimitKinds own_kinds;
  BhLimits *limits; /* those that count; NULL until there is a manifest */
  gboolean managed; /* the user can only lower them */
  BhLimitKinds pressed; /* the limits that the run is near, see bh_limiter_get_pressed() */

  guint launch_deadline; /* until the run is ready, then until those who wait see it painted */
  guint stop_deadline;
  guint hang_deadline; /* until an unresponsive run is ended, if that is wanted */

  guint64 growth; /* bytes an hour that its memory has grown by for hours, or 0 */

  guint network_crashes;                   /* of the run */
  gint64 network_ends[BH_NETWORK_CRASHES]; /* the last of them, the newest first; monotonic */
};

void bh_instance_changed   (BhInstance *self);
void bh_instance_set_state (BhInstance *self, BhState state);
void bh_instance_set_ended (BhInstance *self, BhReason reason, const char *detail);

void bh_instance_listen_to_happenings (BhInstance *self);

void bh_instance_follow_up      (BhInstance *self);
void bh_instance_note_ended     (BhInstance *self);
void bh_instance_settle_restart (BhInstance *self);
void bh_instance_clear_restart  (BhInstance *self);
void bh_instance_keep_state     (BhInstance *self, BhState before);
void bh_instance_forgive        (BhInstance *self);
void bh_instance_begin_healthy  (BhInstance *self);
void bh_instance_forget_owed    (BhInstance *self);

void bh_instance_start_run       (BhInstance *self);
void bh_instance_take_run        (BhInstance *self, BhRun *run);
void bh_instance_drop_run        (BhInstance *self);
void bh_instance_expect_paint    (BhInstance *self);
void bh_instance_expect_end      (BhInstance *self);
void bh_instance_clear_deadlines (BhInstance *self);

void     bh_instance_listen_to_health  (BhInstance *self);

void bh_instance_update_idle       (BhInstance *self);
void bh_instance_listen_to_sleep   (BhInstance *self);
void bh_instance_adopt_sleep       (BhInstance *self);
void bh_instance_leave_sleep       (BhInstance *self);
void bh_instance_wake_to_show      (BhInstance *self,
                                    const char *uri,
                                    const char *activation_token);
void bh_instance_show_pending      (BhInstance *self);
gboolean bh_instance_is_going_to_sleep (BhInstance *self);

void     bh_instance_load_limits       (BhInstance *self);
void     bh_instance_update_limits     (BhInstance *self);
void     bh_instance_listen_to_limiter (BhInstance *self);
BhReason bh_instance_explain_kill      (BhInstance *self, char **detail);

G_END_DECLS
