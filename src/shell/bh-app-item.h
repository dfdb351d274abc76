/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-activity.h"
#include "bh-app-limits.h"
#include "bh-dbus-public.h"
#include "bh-state.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * BhAppAction:
 * @BH_APP_ACTION_NONE: nothing
 * @BH_APP_ACTION_LAUNCH: start the app, or raise its window
 * @BH_APP_ACTION_STOP: ask it to close
 * @BH_APP_ACTION_KILL: end all its processes
 * @BH_APP_ACTION_RESTART: stop and start it
 * @BH_APP_ACTION_WAIT: give it more time to answer
 * @BH_APP_ACTION_SUSPEND: put it to sleep
 * @BH_APP_ACTION_RESUME: wake it
 * @BH_APP_ACTION_DEVELOPER_TOOLS: show WebKit's inspector for its page
 * @BH_APP_ACTION_SHOW_FOLDER: show the folder of what its pages keep
 *
 * What the shell asks the supervisor to do with an app.
 */
typedef enum {
  BH_APP_ACTION_NONE,
  BH_APP_ACTION_LAUNCH,
  BH_APP_ACTION_STOP,
  BH_APP_ACTION_KILL,
  BH_APP_ACTION_RESTART,
  BH_APP_ACTION_WAIT,
  BH_APP_ACTION_SUSPEND,
  BH_APP_ACTION_RESUME,
  BH_APP_ACTION_DEVELOPER_TOOLS,
  BH_APP_ACTION_SHOW_FOLDER,
} BhAppAction;

#define BH_TYPE_APP_ITEM (bh_app_item_get_type ())
G_DECLARE_FINAL_TYPE (BhAppItem, bh_app_item, BH, APP_ITEM, GObject)

BhAppItem  *bh_app_item_new       (const char *path);
BhDBusApp1 *bh_app_item_get_proxy (BhAppItem *self);
void        bh_app_item_set_proxy (BhAppItem *self, BhDBusApp1 *proxy);

const char        *bh_app_item_get_path          (BhAppItem *self);
const char        *bh_app_item_get_id            (BhAppItem *self);
const char        *bh_app_item_get_name          (BhAppItem *self);
const char        *bh_app_item_get_description   (BhAppItem *self);
const char        *bh_app_item_get_url           (BhAppItem *self);
const char        *bh_app_item_get_source        (BhAppItem *self);
const char        *bh_app_item_get_manifest_path (BhAppItem *self);
const char        *bh_app_item_get_desktop_id    (BhAppItem *self);
const char        *bh_app_item_get_broken        (BhAppItem *self);
const char *const *bh_app_item_get_warnings      (BhAppItem *self);
BhState            bh_app_item_get_state         (BhAppItem *self);
BhReason           bh_app_item_get_reason        (BhAppItem *self);
const char        *bh_app_item_get_reason_detail (BhAppItem *self);
guint              bh_app_item_get_pid           (BhAppItem *self);
gint64             bh_app_item_get_started_at    (BhAppItem *self);
guint              bh_app_item_get_restarts      (BhAppItem *self);
const char        *bh_app_item_get_title         (BhAppItem *self);
const char        *bh_app_item_get_isolation     (BhAppItem *self);
BhAppLimits       *bh_app_item_get_limits        (BhAppItem *self);
BhAppActivity      bh_app_item_get_activity      (BhAppItem *self);
BhAppSuspender     bh_app_item_get_suspender     (BhAppItem *self);
gboolean           bh_app_item_get_growing       (BhAppItem *self);
gboolean           bh_app_item_is_broken         (BhAppItem *self);

BhAppAction bh_app_item_get_pending   (BhAppItem *self);
void        bh_app_item_set_pending   (BhAppItem *self, BhAppAction action);
gboolean    bh_app_item_get_dismissed (BhAppItem *self);
void        bh_app_item_set_dismissed (BhAppItem *self, gboolean dismissed);

int bh_app_item_compare (BhAppItem *a, BhAppItem *b);

cairo_surface_t *bh_app_item_get_icon (BhAppItem *self, int size, int scale);

G_END_DECLS
