/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-error.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * BhLaunchWait:
 * @BH_LAUNCH_WAIT_SPAWNED: until the runner process exists
 * @BH_LAUNCH_WAIT_READY: until it answers
 * @BH_LAUNCH_WAIT_PAINTED: until its first frame is on the screen
 *
 * When a launch is done.
 */
typedef enum {
  BH_LAUNCH_WAIT_SPAWNED,
  BH_LAUNCH_WAIT_READY,
  BH_LAUNCH_WAIT_PAINTED,
} BhLaunchWait;

/**
 * BhLaunchRequest:
 * @wait: when it is done
 * @uri: an absolute URI in the app's scope to show, or ""
 * @activation_token: what lets the window take the focus, or ""
 * @started: whether it is the one that started the run
 *
 * A launch that somebody waits for.
 */
typedef struct
{
  BhLaunchWait wait;
  char *uri;
  char *activation_token;
  gboolean started;
} BhLaunchRequest;

typedef struct _BhInstanceRequests BhInstanceRequests;

BhInstanceRequests *bh_instance_requests_new             (void);
void                bh_instance_requests_free            (BhInstanceRequests *self);
BhLaunchRequest    *bh_instance_requests_add_launch      (BhInstanceRequests *self,
                                                          GTask              *task,
                                                          BhLaunchWait        wait,
                                                          const char         *uri,
                                                          const char         *activation_token);
gboolean            bh_instance_requests_has_launches    (BhInstanceRequests *self);
BhLaunchRequest    *bh_instance_requests_start_launch    (BhInstanceRequests *self);
void                bh_instance_requests_answer_launches (BhInstanceRequests *self,
                                                          BhLaunchWait        reached);
void                bh_instance_requests_refuse_launches (BhInstanceRequests *self,
                                                          BhError             code,
                                                          const char         *message);
void                bh_instance_requests_add_end         (BhInstanceRequests *self, GTask *task);
void                bh_instance_requests_answer_ends     (BhInstanceRequests *self, guint killed);
void                bh_instance_requests_fail_ends       (BhInstanceRequests *self,
                                                          const GError       *error);

G_END_DECLS
