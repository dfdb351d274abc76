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
 *
 * Returns: (transfer full): tools without any collaborator yet: the caller puts in references and
 *   copies, all but those that may be %NULL, before it hands them on
 */
BhInstanceTools *
bh_instance_tools_new (void)
{
  return g_atomic_rc_box_new0 (BhInstanceTools);
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
  g_clear_object (&self->journal);
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
