/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-item.h"

/*
 * Apps for tests. The supervisor's half of the interface stands where the proxy would: to the item
 * both are the same interface, and this one can be told what to say.
 */

#define APPS_PATH "/io/github/bulkhead/Supervisor/apps/"

static inline BhAppItem *
make_app (const char *id, const char *name, BhDBusApp1 **said)
{
  g_autofree char *path = g_strconcat (APPS_PATH, id, NULL);
  g_autoptr (BhDBusApp1) app = bh_dbus_app1_skeleton_new ();
  BhAppItem *item = bh_app_item_new (path);

  bh_dbus_app1_set_id (app, id);
  bh_dbus_app1_set_name (app, name);
  bh_dbus_app1_set_state (app, "stopped");
  bh_app_item_set_proxy (item, app);
  if (said != NULL)
    *said = app;

  return item;
}

static inline void
say_running (BhDBusApp1 *app, guint pid)
{
  /* All or nothing, as one PropertiesChanged brings it. */
  g_object_freeze_notify (G_OBJECT (app));
  bh_dbus_app1_set_pid (app, pid);
  bh_dbus_app1_set_started_at (app, (guint64) g_get_real_time ());
  bh_dbus_app1_set_state (app, "running");
  g_object_thaw_notify (G_OBJECT (app));
}

static inline void
say_ended (BhDBusApp1 *app, const char *state, const char *reason, const char *detail)
{
  g_object_freeze_notify (G_OBJECT (app));
  bh_dbus_app1_set_pid (app, 0);
  bh_dbus_app1_set_started_at (app, 0);
  bh_dbus_app1_set_state (app, state);
  bh_dbus_app1_set_reason (app, reason);
  bh_dbus_app1_set_reason_detail (app, detail);
  g_object_thaw_notify (G_OBJECT (app));
}
