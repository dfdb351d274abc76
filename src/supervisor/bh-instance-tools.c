/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-instance-tools.h"

/*
 * The collaborators that every instance shares, handed from main() down in one piece.
 */

G_DEFINE_BOXED_TYPE (BhInstanceTools,
                     bh_instance_tools,
                     bh_instance_tools_ref,
                     bh_instance_tools_unref)

/**
 * bh_instance_tools_new:
 * @clock: time and timers
 * @spawner: what starts runners
 * @scanner: what finds processes
 * @systemd: (nullable): the user's systemd
 * @guard: (nullable): what continues stopped processes should the supervisor die
 * @defaults: what holds for all apps
 * @gate_path: the absolute path of bulkhead-gate
 * @runner_path: the absolute path of bulkhead-runner
 * @chooser_path: the absolute path of bulkhead-chooser
 * @records_dir: where the records of running instances lie
 * @socket_path: where runners resume
 * @connection: (nullable): the session bus, needed for @enclosing
 * @enclosing: how apps are kept apart
 *
 * Returns: (transfer full): the tools
 */
BhInstanceTools *
bh_instance_tools_new (BhClock *clock,
                       BhSpawner *spawner,
                       BhProcessScanner *scanner,
                       BhSystemd *systemd,
                       BhGuard *guard,
                       BhDefaults *defaults,
                       const char *gate_path,
                       const char *runner_path,
                       const char *chooser_path,
                       const char *records_dir,
                       const char *socket_path,
                       GDBusConnection *connection,
                       BhEnclosing enclosing)
{
  BhInstanceTools *self = g_atomic_rc_box_new0 (BhInstanceTools);

  self->clock = g_object_ref (clock);
  self->spawner = g_object_ref (spawner);
  self->scanner = g_object_ref (scanner);
  if (systemd != NULL)
    self->systemd = g_object_ref (systemd);
  if (guard != NULL)
    self->guard = g_object_ref (guard);
  self->defaults = g_object_ref (defaults);
  self->gate_path = g_strdup (gate_path);
  self->runner_path = g_strdup (runner_path);
  self->chooser_path = g_strdup (chooser_path);
  self->records_dir = g_strdup (records_dir);
  self->socket_path = g_strdup (socket_path);
  if (connection != NULL)
    self->connection = g_object_ref (connection);
  self->enclosing = enclosing;

  return self;
}

/**
 * bh_instance_tools_ref:
 * @self: tools
 *
 * Returns: (transfer full): @self
 */
BhInstanceTools *
bh_instance_tools_ref (BhInstanceTools *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
bh_instance_tools_clear (BhInstanceTools *self)
{
  g_clear_object (&self->clock);
  g_clear_object (&self->spawner);
  g_clear_object (&self->scanner);
  g_clear_object (&self->systemd);
  g_clear_object (&self->guard);
  g_clear_object (&self->defaults);
  g_free (self->gate_path);
  g_free (self->runner_path);
  g_free (self->chooser_path);
  g_free (self->records_dir);
  g_free (self->socket_path);
  g_clear_object (&self->connection);
}

/**
 * bh_instance_tools_unref:
 * @self: (transfer full): tools
 */
void
bh_instance_tools_unref (BhInstanceTools *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) bh_instance_tools_clear);
}
