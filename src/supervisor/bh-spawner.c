/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-spawner.h"

/*
 * What starts a runner, one engine per surroundings. BhPlainSpawner makes it a child of ours.
 */

G_DEFINE_INTERFACE (BhSpawner, bh_spawner, G_TYPE_OBJECT)

static void
bh_spawner_default_init (BhSpawnerInterface *iface)
{
}

/**
 * bh_spawner_spawn_async:
 * @self: a spawner
 * @plan: what to start
 * @channel_fd: the runner's end of the private channel; still the caller's afterwards
 * @lock_fd: the descriptor that holds the lock on the app's profile; still the caller's afterwards
 * @gate_fd: what bulkhead-gate waits at; still the caller's afterwards
 * @cancellable: (nullable): to give up
 * @callback: (scope async): called when the process exists or could not be made
 * @user_data: for @callback
 *
 * Starts a runner. The descriptors must stay open until @callback is called.
 */
void
bh_spawner_spawn_async (BhSpawner *self,
                        BhLaunchPlan *plan,
                        int channel_fd,
                        int lock_fd,
                        int gate_fd,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (BH_IS_SPAWNER (self));
  g_return_if_fail (plan != NULL && channel_fd >= 0 && lock_fd >= 0 && gate_fd >= 0);

  BH_SPAWNER_GET_IFACE (self)->spawn_async (self, plan, channel_fd, lock_fd, gate_fd, cancellable,
                                            callback, user_data);
}

/**
 * bh_spawner_spawn_finish:
 * @self: a spawner
 * @result: the result
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the runner, or %NULL with %BH_ERROR_LAUNCH_FAILED
 */
BhRunnerProcess *
bh_spawner_spawn_finish (BhSpawner *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (BH_IS_SPAWNER (self), NULL);

  return BH_SPAWNER_GET_IFACE (self)->spawn_finish (self, result, error);
}
