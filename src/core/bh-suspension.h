/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BhSuspension:
 * @BH_SUSPENSION_NONE: it is not
 * @BH_SUSPENSION_USER: a person, or a client for one
 * @BH_SUSPENSION_IDLE: it was in the background for as long as is set
 * @BH_SUSPENSION_OUTSIDE: somebody else has stopped or frozen its processes
 *
 * Who has suspended an instance.
 */
typedef enum {
  BH_SUSPENSION_NONE,
  BH_SUSPENSION_USER,
  BH_SUSPENSION_IDLE,
  BH_SUSPENSION_OUTSIDE,
} BhSuspension;

#define BH_N_SUSPENSIONS (BH_SUSPENSION_OUTSIDE + 1)

/**
 * BhActivities:
 * @BH_ACTIVITY_FOCUSED: a window has the focus
 * @BH_ACTIVITY_VISIBLE: a window is on the screen, as far as that can be known
 * @BH_ACTIVITY_AUDIO: it plays sound
 * @BH_ACTIVITY_CAPTURE: it uses camera, microphone or screen
 * @BH_ACTIVITY_DOWNLOAD: a download runs
 * @BH_ACTIVITY_UNSAVED: the page says that leaving it would lose changes
 *
 * What an app does that people would miss if it were suspended or killed.
 */
typedef enum /*< flags >*/ {
  BH_ACTIVITY_FOCUSED = 1 << 0,
  BH_ACTIVITY_VISIBLE = 1 << 1,
  BH_ACTIVITY_AUDIO = 1 << 2,
  BH_ACTIVITY_CAPTURE = 1 << 3,
  BH_ACTIVITY_DOWNLOAD = 1 << 4,
  BH_ACTIVITY_UNSAVED = 1 << 5,
} BhActivities;

const char  *bh_suspension_to_string   (BhSuspension suspension);
BhSuspension bh_suspension_from_string (const char *text);

GStrv        bh_activities_to_strv    (BhActivities activities);
GVariant    *bh_activities_to_variant (BhActivities activities);
BhActivities bh_activities_from_strv  (const char *const *names);

gboolean bh_activities_allow_sleep      (BhActivities activities);
gboolean bh_activities_allow_idle_sleep (BhActivities activities);

G_END_DECLS
