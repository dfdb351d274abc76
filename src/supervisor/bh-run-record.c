/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-run-private.h"

/*
 * A run's record while the run goes on: what changes is written at once, since the supervisor may
 * die at any moment. What could not be written, because the disk is full or the directory gone, is
 * tried again until it can.
 */

/* Milliseconds until a record that could not be written is tried again. */
#define RETRY 5000

static gboolean
on_retry (gpointer user_data)
{
  BhRun *self = BH_RUN (user_data);

  self->save_retry = 0;
  bh_run_save_record (self);

  return G_SOURCE_REMOVE;
}

/**
 * bh_run_save_record:
 * @self: a run
 *
 * Writes the run's record.
 */
void
bh_run_save_record (BhRun *self)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (BH_IS_RUN (self));

  bh_clock_clear_timer (self->tools->clock, &self->save_retry);
  if (self->gone)
    return;
  if (bh_instance_record_save (self->record, self->tools->records_dir, &error))
    {
      self->unsaved = FALSE;
      return;
    }
  if (!self->unsaved)
    g_warning ("The record of “%s” can't be written, so it could not be adopted: %s",
               self->record->uuid, error->message);
  self->unsaved = TRUE;
  self->save_retry = bh_clock_add_timer (self->tools->clock, RETRY, on_retry, self);
}

/**
 * bh_run_remove_record:
 * @self: a run that is gone
 *
 * Removes the run's record, if that is not another run's already.
 */
void
bh_run_remove_record (BhRun *self)
{
  g_return_if_fail (BH_IS_RUN (self));

  bh_instance_record_remove (self->tools->records_dir, bh_app_id_get_slug (self->id),
                             self->record->instance);
}

/**
 * bh_run_record_ending:
 * @self: a run
 * @reason: what it is about to be ended for
 *
 * Has the next supervisor know that the end was meant, should this one die before it has come.
 */
void
bh_run_record_ending (BhRun *self, BhReason reason)
{
  g_return_if_fail (BH_IS_RUN (self));

  if (self->record->ending == reason)
    return;
  self->record->ending = reason;
  bh_run_save_record (self);
}
