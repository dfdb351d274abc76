/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-clock.h"
#include "bh-runner-config.h"
#include "bh-view.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * BhSessionStart:
 * @BH_SESSION_START_NEW: nothing is to be restored: the caller shows the app's first page
 * @BH_SESSION_START_RESTORED: the page is coming
 * @BH_SESSION_START_GAVE_UP: the page has ended the app again and again: the caller shows the app's
 *   first page instead, and says so
 *
 * How an app, or its page after a crash, begins.
 */
typedef enum {
  BH_SESSION_START_NEW,
  BH_SESSION_START_RESTORED,
  BH_SESSION_START_GAVE_UP,
} BhSessionStart;

#define BH_TYPE_SESSION (bh_session_get_type ())

G_DECLARE_FINAL_TYPE (BhSession, bh_session, BH, SESSION, GObject)

BhSession     *bh_session_new     (GtkWindow      *window,
                                   BhView         *view,
                                   BhRunnerConfig *config,
                                   BhClock        *clock);
BhSessionStart bh_session_begin   (BhSession *self);
BhSessionStart bh_session_recover (BhSession *self);
void           bh_session_end     (BhSession *self);

G_END_DECLS
