/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BhAppActivity:
 * @BH_APP_ACTIVITY_FOCUSED: one of its windows has the focus
 * @BH_APP_ACTIVITY_VISIBLE: one of its windows is on the screen
 * @BH_APP_ACTIVITY_AUDIO: it plays sound
 * @BH_APP_ACTIVITY_CAPTURE: it uses camera, microphone or screen
 * @BH_APP_ACTIVITY_DOWNLOAD: a download runs
 * @BH_APP_ACTIVITY_UNSAVED: it has changes that would be lost
 *
 * What a running app does that people would miss, as App1.Activity says.
 */
typedef enum {
  BH_APP_ACTIVITY_FOCUSED = 1 << 0,
  BH_APP_ACTIVITY_VISIBLE = 1 << 1,
  BH_APP_ACTIVITY_AUDIO = 1 << 2,
  BH_APP_ACTIVITY_CAPTURE = 1 << 3,
  BH_APP_ACTIVITY_DOWNLOAD = 1 << 4,
  BH_APP_ACTIVITY_UNSAVED = 1 << 5,
} BhAppActivity;

/**
 * BhAppSuspender:
 * @BH_APP_SUSPENDER_NONE: it is not suspended
 * @BH_APP_SUSPENDER_USER: the user
 * @BH_APP_SUSPENDER_IDLE: it was in the background for long
 * @BH_APP_SUSPENDER_OUTSIDE: somebody else
 *
 * Who has suspended an app, as App1.Suspended says.
 */
typedef enum {
  BH_APP_SUSPENDER_NONE,
  BH_APP_SUSPENDER_USER,
  BH_APP_SUSPENDER_IDLE,
  BH_APP_SUSPENDER_OUTSIDE,
} BhAppSuspender;

BhAppActivity  bh_app_activity_from_names (const char *const *names);
BhAppSuspender bh_app_suspender_from_name (const char *name);

G_END_DECLS
