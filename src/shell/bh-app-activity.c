/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-app-activity.h"

/*
 * The words of App1 for what an app does, and for who has put it to sleep. A newer supervisor may
 * have more of them.
 */

/**
 * bh_app_activity_from_names:
 * @names: (nullable): App1.Activity
 *
 * Returns: what is understood of it
 */
BhAppActivity
bh_app_activity_from_names (const char *const *names)
{
  static const char *const known[]
      = { "focused", "visible", "audio", "capture", "download", "unsaved" };
  BhAppActivity activity = 0;

  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    for (guint j = 0; j < G_N_ELEMENTS (known); j++)
      if (g_str_equal (names[i], known[j]))
        activity |= 1u << j;

  return activity;
}

/**
 * bh_app_suspender_from_name:
 * @name: (nullable): App1.Suspended
 *
 * Returns: who that is
 */
BhAppSuspender
bh_app_suspender_from_name (const char *name)
{
  if (name == NULL || *name == '\0')
    return BH_APP_SUSPENDER_NONE;
  if (g_str_equal (name, "user"))
    return BH_APP_SUSPENDER_USER;

  return g_str_equal (name, "idle") ? BH_APP_SUSPENDER_IDLE : BH_APP_SUSPENDER_OUTSIDE;
}
