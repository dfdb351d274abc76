/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-instance-private.h"

#include <glib/gi18n.h>

/*
 * An instance that another supervisor has started. Its record tells of the run, and what it was to
 * be ended for if it was; its note what was decided when the run, or its page, had ended.
 */

/* What a former supervisor has decided, if that is about this run. */
static BhInstanceNote *
load_note (BhInstance *self, BhInstanceRecord *record)
{
  g_autoptr (BhInstanceNote) note
      = bh_instance_note_load (self->tools->records_dir, bh_app_id_get_slug (self->id));

  if (note == NULL)
    return NULL;
  /* Of the run before this one. When this one never began, the restart is still to come. */
  if (!g_str_equal (note->instance, record->instance)
      && (record->runner.pid > 0 || note->state != BH_STATE_BACKING_OFF))
    return NULL;
  /* The record has what was counted when the run began. */
  if (g_str_equal (note->instance, record->instance)
      && !bh_back_off_from_string (self->back_off, note->back_off))
    return NULL;
  self->restarts = note->restarts;

  return g_steal_pointer (&note);
}

/* The runner is gone, or there never was one; what is left of its processes is killed. */
static void
adopt_dead (BhInstance *self, BhInstanceRecord *record)
{
  gboolean requested = record->ending != BH_REASON_NONE && !bh_reason_is_crash (record->ending);

  if (requested)
    {
      self->dismissed = record->ending != BH_REASON_CLOSED;
      bh_instance_set_ended (self, record->ending, "");
      bh_instance_set_state (self, BH_STATE_STOPPING);
    }
  else
    {
      if (self->owed != NULL)
        bh_instance_set_ended (self, self->owed->reason, self->owed->detail);
      else if (record->runner.pid == 0)
        bh_instance_set_ended (self, BH_REASON_LAUNCH_FAILED,
                               _("The supervisor ended while the app was being started"));
      else if (record->ending != BH_REASON_NONE)
        bh_instance_set_ended (self, record->ending, "");
      else
        bh_instance_set_ended (self, BH_REASON_CRASHED, _("It ended while nothing supervised it"));
      bh_instance_set_state (self, BH_STATE_CRASHED);
    }
  bh_run_kill (self->run);
}

/* Somebody has asked for its end, or it has passed a limit. */
static void
go_on_ending (BhInstance *self, BhReason reason)
{
  self->ending = reason;
  self->dismissed = reason == BH_REASON_STOPPED || reason == BH_REASON_KILLED;
  /* One that only said that it closes may take its time, as may one that was asked to; it is asked
   * again when it comes back. */
  if (reason == BH_REASON_STOPPED || reason == BH_REASON_CLOSED)
    {
      bh_instance_set_state (self, BH_STATE_STOPPING);
      bh_instance_expect_end (self);
      return;
    }
  if (reason == BH_REASON_KILLED)
    bh_instance_set_state (self, BH_STATE_STOPPING);
  bh_run_kill (self->run);
}

static void
adopt_living (BhInstance *self, BhInstanceRecord *record)
{
  bh_instance_record (self, BH_EVENT_ADOPTED, NULL, NULL);
  if (record->ending != BH_REASON_NONE)
    {
      g_clear_pointer (&self->owed, bh_instance_note_free);
      bh_instance_set_state (self, BH_STATE_RUNNING);
      go_on_ending (self, record->ending);
      return;
    }

  /* While nothing supervised it the defaults may have changed. */
  bh_run_set_limits (self->run, self->limits);
  bh_instance_set_state (self, BH_STATE_RUNNING);
  if (self->owed == NULL)
    bh_instance_adopt_sleep (self);
  else if (bh_run_is_asleep (self->run))
    bh_run_wake_async (self->run, NULL, NULL);
  /* When its page is to be loaded again it has to be told, which is when it comes back. */
  if (self->owed == NULL || self->owed->state == BH_STATE_BACKING_OFF)
    return;
  self->reason = self->owed->reason;
  g_free (self->reason_detail);
  self->reason_detail = g_strdup (self->owed->detail);
  bh_instance_set_state (self, BH_STATE_CRASHED);
  if (self->owed->state == BH_STATE_FAILED)
    bh_instance_set_state (self, BH_STATE_FAILED);
}

/**
 * bh_instance_adopt:
 * @self: an instance that does not run
 * @record: what the former supervisor left
 *
 * Takes over a run. When its runner is gone, what is left of its processes is killed.
 */
void
bh_instance_adopt (BhInstance *self, BhInstanceRecord *record)
{
  g_return_if_fail (BH_IS_INSTANCE (self));
  g_return_if_fail (self->run == NULL && record != NULL);

  self->restarts = record->restarts;
  self->began_at = record->began_at;
  if (record->back_off != NULL && !bh_back_off_from_string (self->back_off, record->back_off))
    g_warning ("What was counted of the crashes of “%s” can't be read", record->uuid);
  self->owed = load_note (self, record);
  bh_instance_take_run (self, bh_run_new_adopted (self->id, self->tools, record));
  bh_instance_set_state (self, BH_STATE_STARTING);
  if (self->owed == NULL)
    bh_instance_settle_restart (self);
  if (bh_run_get_runner (self->run) == NULL)
    adopt_dead (self, record);
  else
    adopt_living (self, record);
}
