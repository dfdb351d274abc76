/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-app-status.h"

#include <glib/gi18n.h>

/*
 * What an app's state and reason mean for what is shown and offered. It only reads the app, and
 * both pages, the menus and the details agree because all of them ask here.
 */

/**
 * bh_app_status_has_instance:
 * @item: an app
 *
 * Returns: whether the app has processes, or is about to have some
 */
gboolean
bh_app_status_has_instance (BhAppItem *item)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (item), FALSE);

  switch (bh_app_item_get_state (item))
    {
    case BH_STATE_STARTING:
    case BH_STATE_RUNNING:
    case BH_STATE_UNRESPONSIVE:
    case BH_STATE_SUSPENDED:
    case BH_STATE_STOPPING:
    case BH_STATE_BACKING_OFF:
      return TRUE;
    case BH_STATE_CRASHED:
    case BH_STATE_FAILED:
      /* When only the page died the runner is still there, and says so in its window. */
      return bh_app_item_get_pid (item) != 0;
    case BH_STATE_STOPPED:
    default:
      return FALSE;
    }
}

/**
 * bh_app_status_has_ended_badly:
 * @item: an app
 *
 * Returns: whether the app is down for a reason that the user did not ask for
 */
gboolean
bh_app_status_has_ended_badly (BhAppItem *item)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (item), FALSE);

  switch (bh_app_item_get_state (item))
    {
    case BH_STATE_CRASHED:
    case BH_STATE_BACKING_OFF:
    case BH_STATE_FAILED:
      return TRUE;
    case BH_STATE_STOPPED:
      return bh_reason_is_crash (bh_app_item_get_reason (item));
    case BH_STATE_STARTING:
    case BH_STATE_RUNNING:
    case BH_STATE_UNRESPONSIVE:
    case BH_STATE_SUSPENDED:
    case BH_STATE_STOPPING:
    default:
      return FALSE;
    }
}

/**
 * bh_app_status_get_shown_state:
 * @item: an app
 *
 * The state to show: as the supervisor said, or what the user has just asked for.
 *
 * Returns: a state
 */
BhState
bh_app_status_get_shown_state (BhAppItem *item)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (item), BH_STATE_STOPPED);

  switch (bh_app_item_get_pending (item))
    {
    case BH_APP_ACTION_STOP:
    case BH_APP_ACTION_KILL:
      return BH_STATE_STOPPING;
    case BH_APP_ACTION_RESTART:
      if (bh_app_item_get_state (item) == BH_STATE_STARTING)
        return BH_STATE_STARTING;
      return bh_app_item_get_pid (item) != 0 ? BH_STATE_STOPPING : BH_STATE_STARTING;
    case BH_APP_ACTION_LAUNCH:
      return bh_app_status_has_instance (item) ? bh_app_item_get_state (item) : BH_STATE_STARTING;
    case BH_APP_ACTION_WAIT:
    case BH_APP_ACTION_SUSPEND:
    case BH_APP_ACTION_RESUME:
    case BH_APP_ACTION_DEVELOPER_TOOLS:
    case BH_APP_ACTION_SHOW_FOLDER:
    case BH_APP_ACTION_NONE:
    default:
      return bh_app_item_get_state (item);
    }
}

/**
 * bh_app_status_dup_reason_text:
 * @item: an app
 *
 * Returns: (transfer full): why the last instance ended, in words; "" when none has
 */
char *
bh_app_status_dup_reason_text (BhAppItem *item)
{
  const char *detail;
  const char *label;

  g_return_val_if_fail (BH_IS_APP_ITEM (item), NULL);

  detail = bh_app_item_get_reason_detail (item);
  label = bh_reason_get_label (bh_app_item_get_reason (item));
  if (*detail == '\0' || *label == '\0')
    return g_strdup (*detail != '\0' ? detail : label);

  /* Translators: why an app ended, and what more is known: “Crashed: signal 11”. */
  return g_strdup_printf (_("%s: %s"), label, detail);
}

/**
 * bh_app_status_is_pressed:
 * @item: an app
 *
 * Returns: whether it runs and has passed its soft memory limit
 */
gboolean
bh_app_status_is_pressed (BhAppItem *item)
{
  BhState state;

  g_return_val_if_fail (BH_IS_APP_ITEM (item), FALSE);

  state = bh_app_status_get_shown_state (item);

  return (state == BH_STATE_RUNNING || state == BH_STATE_UNRESPONSIVE
          || state == BH_STATE_SUSPENDED)
         && bh_app_limits_get_pressed (bh_app_item_get_limits (item));
}

/**
 * bh_app_status_dup_state_text:
 * @item: an app
 *
 * Returns: (transfer full): the shown state in words, with the reason when the app ended badly
 */
char *
bh_app_status_dup_state_text (BhAppItem *item)
{
  BhState state;
  g_autofree char *reason = NULL;

  g_return_val_if_fail (BH_IS_APP_ITEM (item), NULL);

  state = bh_app_status_get_shown_state (item);
  if (state == BH_STATE_STARTING)
    return g_strdup (_("Starting…"));
  if (state == BH_STATE_STOPPING)
    return g_strdup (_("Stopping…"));

  if (bh_app_status_is_pressed (item))
    /* Translators: an app's state, and that it is near its limit: “Running – much memory”. */
    return g_strdup_printf (_("%s – much memory"), bh_state_get_label (state));

  reason = bh_app_status_dup_reason_text (item);
  if (*reason == '\0' || !bh_app_status_has_ended_badly (item))
    return g_strdup (bh_state_get_label (state));
  if (state == BH_STATE_CRASHED || state == BH_STATE_STOPPED)
    return g_steal_pointer (&reason);

  /* Translators: an app's state, and why it came to it: “Gave up – Crashed: signal 11”. */
  return g_strdup_printf (_("%s – %s"), bh_state_get_label (state), reason);
}

/**
 * bh_app_status_can:
 * @item: an app
 * @action: what to do with it
 *
 * Returns: whether that makes sense in its state
 */
gboolean
bh_app_status_can (BhAppItem *item, BhAppAction action)
{
  BhState state;

  g_return_val_if_fail (BH_IS_APP_ITEM (item), FALSE);

  if (bh_app_item_is_broken (item))
    return FALSE;

  state = bh_app_status_get_shown_state (item);
  switch (action)
    {
    case BH_APP_ACTION_LAUNCH:
      return state != BH_STATE_STOPPING;
    case BH_APP_ACTION_STOP:
      return bh_app_status_has_instance (item) && state != BH_STATE_STOPPING;
    case BH_APP_ACTION_KILL:
      /* Also when a stop is under way: the user need not wait for the grace time. */
      return bh_app_status_has_instance (item)
             && bh_app_item_get_pending (item) != BH_APP_ACTION_KILL;
    case BH_APP_ACTION_RESTART:
      return state != BH_STATE_STOPPING && state != BH_STATE_STARTING
             && (bh_app_status_has_instance (item) || bh_app_status_has_ended_badly (item));
    case BH_APP_ACTION_WAIT:
      return state == BH_STATE_UNRESPONSIVE;
    case BH_APP_ACTION_SUSPEND:
      return (state == BH_STATE_RUNNING || state == BH_STATE_UNRESPONSIVE)
             && bh_app_item_get_pending (item) == BH_APP_ACTION_NONE;
    case BH_APP_ACTION_RESUME:
      return state == BH_STATE_SUSPENDED;
    case BH_APP_ACTION_DEVELOPER_TOOLS:
      return state == BH_STATE_RUNNING || state == BH_STATE_UNRESPONSIVE;
    case BH_APP_ACTION_SHOW_FOLDER:
      return TRUE;
    case BH_APP_ACTION_NONE:
    default:
      return FALSE;
    }
}
