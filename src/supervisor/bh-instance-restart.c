/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-instance-private.h"

#include "bh-paths.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

/*
 * What follows an end that nobody asked for: nothing, another start after a delay, or giving up.
 * The decision is bh-back-off.c's, by the policy of the manifest or, when that has none, by the one
 * for all apps. When only the page has ended, the window is still there and loads it again.
 *
 * While a restart is to come a note of it lies beside the records, so that the next supervisor
 * makes up for it when this one dies. It goes when the restart is done, which is when the new run
 * has a record of its own, or when it is not wanted any more.
 */

#define GROUP "Restart"

static char *
build_note_path (BhInstance *self)
{
  g_autofree char *name = g_strconcat (bh_app_id_get_slug (self->id), BH_RESTART_SUFFIX, NULL);

  return g_build_filename (self->tools->records_dir, name, NULL);
}

static void
remove_note (BhInstance *self)
{
  g_autofree char *path = build_note_path (self);

  g_unlink (path);
}

static void
write_note (BhInstance *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = build_note_path (self);
  g_autofree char *back_off = bh_back_off_to_string (self->back_off);
  g_autofree char *text = NULL;
  gsize length;

  g_key_file_set_int64 (file, GROUP, "Due", self->restart_due);
  g_key_file_set_uint64 (file, GROUP, "Restarts", self->restarts);
  g_key_file_set_string (file, GROUP, "BackOff", back_off);
  g_key_file_set_string (file, GROUP, "Reason", bh_reason_to_string (self->reason));
  g_key_file_set_string (file, GROUP, "Detail", self->reason_detail);
  text = g_key_file_to_data (file, &length, NULL);
  if (!g_file_set_contents_full (path, text, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                 &error))
    g_warning ("A restart of “%s” can't be noted: %s", bh_app_id_get_uuid (self->id),
               error->message);
}

/* Writes what was counted to the run's record. */
static void
record_back_off (BhInstance *self)
{
  g_autoptr (GError) error = NULL;
  BhInstanceRecord *record;

  if (self->run == NULL)
    return;

  record = bh_run_get_record (self->run);
  g_free (record->back_off);
  record->back_off = bh_back_off_to_string (self->back_off);
  record->began_at = self->began_at;
  /* Before that the run writes it when it starts. */
  if (bh_run_get_runner (self->run) != NULL
      && !bh_instance_record_save (record, self->tools->records_dir, &error))
    g_warning ("The record of “%s” can't be written: %s", record->uuid, error->message);
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
  write_note (self);
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
 * @next: for which state
 *
 * Takes back the restart to come, or lets it begin.
 */
void
bh_instance_clear_restart (BhInstance *self, BhState next)
{
  bh_clock_clear_timer (self->tools->clock, &self->restart_timer);
  self->restart_due = 0;
  self->restart_at = 0;
  if (next != BH_STATE_STARTING)
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
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents_full (path, "", 0, G_FILE_SET_CONTENTS_NONE, 0600, &error))
    g_debug ("The end of “%s” can't be noted: %s", bh_app_id_get_uuid (self->id), error->message);
}

/**
 * bh_instance_settle_restart:
 * @self: an instance whose new run has a record
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

/**
 * bh_instance_forget_owed:
 * @self: an instance
 *
 * What a former supervisor wanted to do about the page is done, or of no use.
 */
void
bh_instance_forget_owed (BhInstance *self)
{
  if (self->recovery_owed == 0)
    return;
  self->recovery_owed = 0;
  if (self->state != BH_STATE_BACKING_OFF)
    remove_note (self);
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
  const char *name = self->run != NULL ? bh_run_get_record (self->run)->instance : "";
  BhVerdict verdict;
  guint delay;

  if (self->manifest == NULL || (self->run != NULL && bh_run_get_channel (self->run) == NULL))
    return;
  /* That a window was closed is all that a policy undoes. */
  if (self->state != BH_STATE_CRASHED && self->reason != BH_REASON_CLOSED)
    return;

  /* A former supervisor has counted this one. */
  if (self->run != NULL && self->recovery_owed != 0)
    {
      back_off (self, get_delay_until (self, self->recovery_owed));
      return;
    }

  update_policy (self);
  verdict = bh_back_off_judge (self->back_off, self->reason, self->began_at,
                               bh_clock_get_time (self->tools->clock), g_random_double (), &delay);
  record_back_off (self);
  switch (verdict)
    {
    case BH_VERDICT_REST:
      break;
    case BH_VERDICT_GIVE_UP:
      bh_lifecycle_log (BH_LIFECYCLE_GAVE_UP, bh_app_id_get_uuid (self->id), name,
                        "gave up after %u restarts", bh_back_off_get_in_row (self->back_off));
      if (self->state == BH_STATE_CRASHED)
        bh_instance_set_state (self, BH_STATE_FAILED);
      break;
    case BH_VERDICT_RESTART:
      bh_lifecycle_log (BH_LIFECYCLE_BACKED_OFF, bh_app_id_get_uuid (self->id), name,
                        "restart %u in %u ms", bh_back_off_get_in_row (self->back_off), delay);
      back_off (self, delay);
      break;
    default:
      g_assert_not_reached ();
    }
}

/**
 * bh_instance_take_up_restart:
 * @self: an instance for which a former supervisor has left a note
 *
 * Makes up for the restart that was to come.
 */
void
bh_instance_take_up_restart (BhInstance *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = NULL;
  g_autofree char *counted = NULL;
  g_autofree char *reason = NULL;
  g_autofree char *detail = NULL;
  gint64 due = 0;

  g_return_if_fail (BH_IS_INSTANCE (self));

  path = build_note_path (self);
  if (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    due = g_key_file_get_int64 (file, GROUP, "Due", NULL);
  /* One that runs tells by itself whether its page is still to be loaded; one that has ended
   * meanwhile is judged when its processes are gone. */
  if (due > 0 && self->state == BH_STATE_RUNNING)
    {
      self->recovery_owed = due;
      return;
    }
  counted = g_key_file_get_string (file, GROUP, "BackOff", NULL);
  reason = g_key_file_get_string (file, GROUP, "Reason", NULL);
  detail = g_key_file_get_string (file, GROUP, "Detail", NULL);
  if (due <= 0 || self->run != NULL || self->manifest == NULL || counted == NULL || reason == NULL
      || detail == NULL || !bh_reason_from_string (reason, &self->reason)
      || !bh_back_off_from_string (self->back_off, counted))
    {
      remove_note (self);
      return;
    }

  g_free (self->reason_detail);
  self->reason_detail = g_steal_pointer (&detail);
  self->restarts = (guint) g_key_file_get_uint64 (file, GROUP, "Restarts", NULL);
  back_off (self, get_delay_until (self, due));
}
