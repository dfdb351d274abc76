/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-launch-plan.h"
#include "bh-runner-process.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define BH_TYPE_SPAWNER (bh_spawner_get_type ())

G_DECLARE_INTERFACE (BhSpawner, bh_spawner, BH, SPAWNER, GObject)

struct _BhSpawnerInterface
{
  GTypeInterface parent_iface;

  void (*spawn_async) (BhSpawner          *self,
                       BhLaunchPlan       *plan,
                       int                 channel_fd,
                       int                 lock_fd,
                       int                 gate_fd,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data);
  BhRunnerProcess *(*spawn_finish) (BhSpawner *self, GAsyncResult *result, GError **error);
};

void             bh_spawner_spawn_async  (BhSpawner          *self,
                                          BhLaunchPlan       *plan,
                                          int                 channel_fd,
                                          int                 lock_fd,
                                          int                 gate_fd,
                                          GCancellable       *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer            user_data);
BhRunnerProcess *bh_spawner_spawn_finish (BhSpawner *self, GAsyncResult *result, GError **error);

G_END_DECLS
