/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-run-private.h"

/*
 * What a run sends and receives, as its runner says. Nobody can check it from here, so it decides
 * nothing; but it never goes back, so that clients may take differences.
 */

/**
 * bh_run_set_traffic:
 * @self: a run
 * @received: bytes that it has received, as its runner says
 * @sent: bytes that it has sent
 *
 * Takes note of it, for the next sample.
 */
void
bh_run_set_traffic (BhRun *self, guint64 received, guint64 sent)
{
  self->received = MAX (self->received, received);
  self->sent = MAX (self->sent, sent);
  self->traffic_known = TRUE;
}

/**
 * bh_run_get_traffic:
 * @self: a run
 * @received: (out): bytes that it has received since it began
 * @sent: (out): bytes that it has sent
 *
 * Returns: whether its runner has said so
 */
gboolean
bh_run_get_traffic (BhRun *self, guint64 *received, guint64 *sent)
{
  g_return_val_if_fail (BH_IS_RUN (self) && received != NULL && sent != NULL, FALSE);

  *received = self->received;
  *sent = self->sent;

  return self->traffic_known;
}

static void
on_channel_traffic_changed (BhRunnerChannel *channel, guint64 received, guint64 sent, BhRun *self)
{
  bh_run_set_traffic (self, received, sent);
}

/**
 * bh_run_listen_to_traffic:
 * @self: a run
 * @channel: the channel to its runner
 *
 * Hears how much goes through the network.
 */
void
bh_run_listen_to_traffic (BhRun *self, BhRunnerChannel *channel)
{
  g_signal_connect (channel, "traffic-changed", G_CALLBACK (on_channel_traffic_changed), self);
}
