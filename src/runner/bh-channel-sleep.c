/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-channel.h"

/* What is reported of an app that nobody sees, or that sleeps. Nothing of it is kept: whoever says
 * it has to know whether somebody has heard it. */

/**
 * bh_channel_heartbeat_relaxed:
 * @self: a channel
 * @interval: milliseconds
 *
 * Reports that the runner and its page live, and that the next heartbeat comes only after
 * @interval.
 *
 * Returns: whether that was said
 */
gboolean
bh_channel_heartbeat_relaxed (BhChannel *self, guint interval)
{
  BhDBusRunnerHost1 *host;

  g_return_val_if_fail (BH_IS_CHANNEL (self), FALSE);

  host = bh_channel_get_host (self);
  if (host == NULL)
    return FALSE;
  bh_dbus_runner_host1_call_heartbeat_relaxed (host, interval, NULL, NULL, NULL);

  return TRUE;
}

/**
 * bh_channel_want_resume:
 * @self: a channel
 *
 * Reports that the user wants to see the app, which is suspended.
 *
 * Returns: whether there was somebody to hear it
 */
gboolean
bh_channel_want_resume (BhChannel *self)
{
  BhDBusRunnerHost1 *host;

  g_return_val_if_fail (BH_IS_CHANNEL (self), FALSE);

  host = bh_channel_get_host (self);
  if (host == NULL)
    return FALSE;
  bh_dbus_runner_host1_call_resume_wanted (host, NULL, NULL, NULL);

  return TRUE;
}
