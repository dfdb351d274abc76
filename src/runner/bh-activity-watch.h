/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-downloads.h"
#include "bh-suspension.h"
#include "bh-view.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define BH_TYPE_ACTIVITY_WATCH (bh_activity_watch_get_type ())

G_DECLARE_FINAL_TYPE (BhActivityWatch, bh_activity_watch, BH, ACTIVITY_WATCH, GObject)

BhActivityWatch *bh_activity_watch_new       (BhDownloads *downloads);
void             bh_activity_watch_add       (BhActivityWatch *self, GtkWindow *window, BhView *view);
BhActivities     bh_activity_watch_get       (BhActivityWatch *self);
void             bh_activity_watch_set_unsaved (BhActivityWatch *self, BhView *view, gboolean unsaved);

G_END_DECLS
