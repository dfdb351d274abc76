/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-event.h"
#include "bh-desk.h"
#include "bh-freezer.h"
#include "bh-run.h"
#include "bh-surroundings.h"
#include "bh-tree-kill.h"

G_BEGIN_DECLS

/* What bh-run.c, bh-run-start.c, which makes the runner, and bh-run-enclosure.c share. */

struct _BhRun
{
  GObject parent_instance;

  BhAppId *id;
  BhInstanceTools *tools;
  BhInstanceRecord *record;
  gint64 began_at;

  BhRunnerProcess *process; /* the one that we start and wait for */
  BhProcessKey runner; /* PID 0 until it is known */
  BhSurroundings *surroundings; /* of a run that is enclosed and that we have started */
  BhRunnerChannel *channel;
  BhDesk *desk;
  BhHeartbeat *heartbeat;
  guint64 throttled; /* at the last beat */
  BhLimiter *limiter;
  BhLimits *limits; /* those to begin with */
  guint limits_under_way; /* changes that do not stand yet */
  GArray *known;
  GArray *raised; /* of BhProcessKey: pages' processes that the kernel would rather end */

  gboolean network;
  char *title;
  char *failure;
  gint64 painted_after;
  gboolean ready;
  gboolean painted;

  gboolean exited; /* and heard out */
  gboolean kill_wanted; /* by us, so nobody is waited for */
  BhTreeKill *kill; /* while it is under way */
  gboolean gone;
  guint killed;
  guint hear_out_deadline;
  guint kill_retry;

  BhFreezer *freezer;
  gboolean asleep; /* or about to be, by us */
  gboolean was_asleep; /* when it was taken over */
  GTask *sleep_adoption; /* waits until the scope has been looked for, or NULL */
  BhActivities activities;
  gboolean activities_known;
  gboolean traffic_known;
  guint64 received, sent; /* bytes, as its runner says */

  gboolean unsaved; /* its record is not on disk as it is */
  guint save_retry;
};

void bh_run_tell (BhRun *self, BhEventKind kind, const char *detail);

char *bh_run_print_limits (BhLimits *limits);
void  bh_run_adopt_limits (BhRun *self);

void bh_run_create_heartbeat (BhRun *self);
void bh_run_listen_to_health (BhRun *self, BhRunnerChannel *channel);

void bh_run_listen_to_traffic    (BhRun *self, BhRunnerChannel *channel);
void bh_run_set_traffic          (BhRun *self, guint64 received, guint64 sent);
void bh_run_listen_to_sleep      (BhRun *self, BhRunnerChannel *channel);
void bh_run_go_on_adopting_sleep (BhRun *self);
void bh_run_tell_sleep           (BhRun *self);
void bh_run_set_activities       (BhRun *self, BhActivities activities);

void bh_run_look_at_processes (BhRun *self);

void bh_run_take_channel (BhRun *self, BhRunnerChannel *channel);
void bh_run_take_process (BhRun *self, BhRunnerProcess *process);
void bh_run_drop_channel (BhRun *self);

gboolean      bh_run_enclosure_make_dir    (BhRun *self, GError **error);
BhLaunchPlan *bh_run_enclosure_plan        (BhRun          *self,
                                            BhSurroundings *surroundings,
                                            const char     *files,
                                            gboolean        network);
void          bh_run_enclosure_find_runner (BhRun *self);
void          bh_run_enclosure_explain_end (BhRun *self, BhEnd *end);

G_END_DECLS
