/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-instance-private.h"

#include "bh-paths.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

/*
 * What follows an end that nobody asked for: nothing, another start after a delay, or giving up.
 * The decision is bh-back-off.c's, by the policy of the manifest or, when that has none, by the one
 * for all apps. When only the page has ended, the window is still there and loads it again.
 *
 * What was decided is kept in a note (bh-instance-note.c), so that the next supervisor goes on from
 * there when this one leaves or dies. The note goes when the restart is done, which is when the new
 * run has a record with a PID, or when it is not wanted any more.
 */

static void
remove_note (BhInstance *self)
{
  bh_instance_note_remove (self->tools->records_dir, bh_app_id_get_slug (self->id));
}

static void
write_note (BhInstance *self, BhState state)
{
  g_autoptr (BhInstanceNote) note = bh_instance_note_new ();
  g_autoptr (GError) error = NULL;

  note->state = state;
  note->instance = g_strdup (self->run != NULL ? bh_run_get_record (self->run)->instance
                                               : self->last_instance);
  note->reason = self->reason;
  note->detail = g_strdup (self->reason_detail);
  note->due = self->restart_due;
  note->restarts = self->restarts;
  note->back_off = bh_back_off_to_string (self->back_off);
  if (!bh_instance_note_save (note, self->tools->records_dir, bh_app_id_get_slug (self->id),
                              &error))
    g_warning ("That “%s” has crashed can't be noted: %s", bh_app_id_get_uuid (self->id),
               error->message);
}

/* Writes what was counted to the run's record. */
static void
record_back_off (BhInstance *self)
{
  BhInstanceRecord *record;

  if (self->run == NULL)
    return;

  record = bh_run_get_record (self->run);
  g_free (record->back_off);
  record->back_off = bh_back_off_to_string (self->back_off);
  record->began_at = self->began_at;
  /* Before that the run writes it when it starts. */
  if (bh_run_get_runner (self->run) != NULL)
    bh_run_save_record (self->run);
}

static gboolean
on_restart_due (gpointer user_data)
{
  g_autoptr (BhInstance) self = g_object_ref (BH_INSTANCE (user_data));

  self->restart_timer = 0;
  /* A window that the user has closed is only opened again. */
  bh_instance_count_restart (self, self->reason == BH_REASON_CLOSED ? BH_BEGINNING_LAUNCH
                                                                    : BH_BEGINNING_CONTINUE);
  bh_instance_start_run (self);

  return G_SOURCE_REMOVE;
}

static void
back_off (BhInstance *self, guint delay)
{
  gint64 wait = delay * G_TIME_SPAN_MILLISECOND;

  self->restart_due = bh_clock_get_time (self->tools->clock) + wait;
  self->restart_at = g_get_real_time () + wait;
  if (self->run != NULL)
    bh_runner_channel_send_recover (bh_run_get_channel (self->run), delay);
  else
    self->restart_timer = bh_clock_add_timer (self->tools->clock, delay, on_restart_due, self);
  write_note (self, BH_STATE_BACKING_OFF);
  bh_instance_set_state (self, BH_STATE_BACKING_OFF);
}

/* In milliseconds. A note that was tampered with makes nobody wait for ever. */
static guint
get_delay_until (BhInstance *self, gint64 due)
{
  gint64 wait = due - bh_clock_get_time (self->tools->clock);

  return (guint) (CLAMP (wait, 0, BH_BACK_OFF_MAX_DELAY * G_TIME_SPAN_MILLISECOND)
                  / G_TIME_SPAN_MILLISECOND);
}

/**
 * bh_instance_clear_restart:
 * @self: an instance that leaves %BH_STATE_BACKING_OFF
 *
 * Takes back the restart to come, or lets it begin.
 */
void
bh_instance_clear_restart (BhInstance *self)
{
  bh_clock_clear_timer (self->tools->clock, &self->restart_timer);
  self->restart_due = 0;
  self->restart_at = 0;
}

/**
 * bh_instance_keep_state:
 * @self: an instance
 * @before: the state that it has left
 *
 * Keeps a state that the next supervisor must know of, and forgets one that is over. A note of a
 * restart stays until the restart is done.
 */
void
bh_instance_keep_state (BhInstance *self, BhState before)
{
  if (self->state == BH_STATE_FAILED
      || (self->state == BH_STATE_CRASHED && before == BH_STATE_BACKING_OFF))
    write_note (self, self->state);
  else if (self->owed == NULL
           && (self->state == BH_STATE_STOPPED || self->state == BH_STATE_RUNNING
               || self->state == BH_STATE_STOPPING))
    remove_note (self);
}

/**
 * bh_instance_note_ended:
 * @self: an instance
 *
 * The user has ended the app, so that its next runner need not bring back where it was.
 */
void
bh_instance_note_ended (BhInstance *self)
{
  g_autofree char *directory = bh_paths_dup_state_dir (self->id);
  g_autofree char *path = g_build_filename (directory, BH_ENDED_MARK, NULL);
  int fd;

  /* The directory is the app's, which may have put anything there: nothing is followed or changed.
   */
  fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0)
    close (fd);
  else if (errno != EEXIST)
    g_debug ("The end of “%s” can't be noted: %s", bh_app_id_get_uuid (self->id),
             g_strerror (errno));
}

/**
 * bh_instance_settle_restart:
 * @self: an instance whose new run has a record with a PID
 *
 * Drops the note of the restart that has led to the run, if one has.
 */
void
bh_instance_settle_restart (BhInstance *self)
{
  remove_note (self);
}

/**
 * bh_instance_begin_healthy:
 * @self: an instance
 *
 * The run, or its page, has begun; how long it stays well counts from now on.
 */
void
bh_instance_begin_healthy (BhInstance *self)
{
  self->began_at = bh_clock_get_time (self->tools->clock);
  record_back_off (self);
}

/**
 * bh_instance_forgive:
 * @self: an instance
 *
 * A person wants the app: unless it is well, its crashes so far do not count any more.
 */
void
bh_instance_forgive (BhInstance *self)
{
  if (self->state == BH_STATE_STARTING || self->state == BH_STATE_RUNNING
      || self->state == BH_STATE_UNRESPONSIVE || self->state == BH_STATE_SUSPENDED)
    return;
  bh_back_off_reset (self->back_off);
  record_back_off (self);
}

/* Does what a former supervisor has decided. */
static void
carry_out (BhInstance *self, BhInstanceNote *note)
{
  switch ((int) note->state)
    {
    case BH_STATE_BACKING_OFF:
      back_off (self, get_delay_until (self, note->due));
      break;
    case BH_STATE_FAILED:
      bh_instance_set_state (self, BH_STATE_FAILED);
      break;
    default:
      write_note (self, self->state);
      break;
    }
}

static void
update_policy (BhInstance *self)
{
  BhDefaults *defaults = self->tools->defaults;

  bh_back_off_set_policy (self->back_off,
                          bh_manifest_has_restart_policy (self->manifest)
                              ? bh_manifest_get_restart_policy (self->manifest)
                              : bh_defaults_get_restart_policy (defaults),
                          bh_manifest_get_max_restarts (self->manifest),
                          bh_manifest_get_restart_window (self->manifest));
  bh_back_off_set_cap (self->back_off, bh_defaults_get_restart_cap (defaults));
}

/**
 * bh_instance_follow_up:
 * @self: an instance that has ended, and has either no run any more or one whose page has ended
 *
 * Has the app come back, if that is its policy and it has not crashed too often.
 */
void
bh_instance_follow_up (BhInstance *self)
{
  BhVerdict verdict;
  guint delay;

  /* That a window was closed is all that a policy undoes. */
  if (self->state != BH_STATE_CRASHED && self->reason != BH_REASON_CLOSED)
    return;
  /* A former supervisor has counted this one. */
  if (self->owed != NULL)
    {
      g_autoptr (BhInstanceNote) note = g_steal_pointer (&self->owed);

      carry_out (self, note);
      return;
    }
  if (self->manifest == NULL || (self->run != NULL && bh_run_get_channel (self->run) == NULL))
    return;

  update_policy (self);
  verdict = bh_back_off_judge (self->back_off, self->reason, self->began_at,
                               bh_clock_get_time (self->tools->clock), g_random_double (), &delay);
  record_back_off (self);
  switch (verdict)
    {
    case BH_VERDICT_REST:
      if (self->state == BH_STATE_CRASHED)
        write_note (self, self->state);
      break;
    case BH_VERDICT_GIVE_UP:
      bh_instance_record (self, BH_EVENT_GAVE_UP, bh_reason_to_string (self->reason),
                          self->reason_detail);
      if (self->state == BH_STATE_CRASHED)
        bh_instance_set_state (self, BH_STATE_FAILED);
      break;
    case BH_VERDICT_RESTART:
      bh_instance_record (self, BH_EVENT_BACKING_OFF, bh_reason_to_string (self->reason),
                          self->reason_detail);
      back_off (self, delay);
      break;
    default:
      g_assert_not_reached ();
    }
}

/**
 * bh_instance_forget_owed:
 * @self: an instance
 *
 * What a former supervisor has decided about the run is done, or of no use.
 */
void
bh_instance_forget_owed (BhInstance *self)
{
  if (self->owed == NULL)
    return;
  g_clear_pointer (&self->owed, bh_instance_note_free);
  if (self->state != BH_STATE_BACKING_OFF && self->state != BH_STATE_CRASHED
      && self->state != BH_STATE_FAILED)
    remove_note (self);
}

static void
take_counters (BhInstance *self, BhInstanceNote *note)
{
  self->reason = note->reason;
  g_free (self->reason_detail);
  self->reason_detail = g_strdup (note->detail);
  self->restarts = note->restarts;
}

/**
 * bh_instance_rewrite:
 * @self: an instance
 *
 * Writes anew what is on disk of it, which somebody may have cleared away.
 */
void
bh_instance_rewrite (BhInstance *self)
{
  g_return_if_fail (BH_IS_INSTANCE (self));

  if (self->run != NULL)
    bh_run_save_record (self->run);
  if (self->state == BH_STATE_CRASHED || self->state == BH_STATE_BACKING_OFF
      || self->state == BH_STATE_FAILED)
    write_note (self, self->state);
}

/**
 * bh_instance_take_up_restart:
 * @self: an instance for which a former supervisor has left a note
 *
 * Goes on from there when the app does not run: makes up for the restart that was to come, or tells
 * that it was given up, and why.
 */
void
bh_instance_take_up_restart (BhInstance *self)
{
  g_autoptr (BhInstanceNote) note = NULL;

  g_return_if_fail (BH_IS_INSTANCE (self));

  /* Then bh_instance_adopt() has read it. */
  if (self->run != NULL)
    return;
  note = bh_instance_note_load (self->tools->records_dir, bh_app_id_get_slug (self->id));
  if (note == NULL || self->manifest == NULL
      || !bh_back_off_from_string (self->back_off, note->back_off))
    {
      remove_note (self);
      return;
    }

  take_counters (self, note);
  g_free (self->last_instance);
  self->last_instance = g_strdup (note->instance);
  if (note->state == BH_STATE_BACKING_OFF)
    {
      back_off (self, get_delay_until (self, note->due));
      return;
    }
  bh_instance_set_state (self, BH_STATE_STARTING);
  bh_instance_set_state (self, BH_STATE_CRASHED);
  if (note->state == BH_STATE_FAILED)
    bh_instance_set_state (self, BH_STATE_FAILED);
}
