/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-instance-note.h"

#include <glib/gstdio.h>

/*
 * A file for each app that has crashed, beside the records: whether it is started again and when,
 * or was given up, and what was counted. The next supervisor goes on from there.
 *
 * While a run ends there is both its record and the note, and when the app is started again the
 * note and the new run's record; the note's "Instance" tells which. So at no moment is there
 * neither, and nothing is judged twice.
 */

#define GROUP "Restart"

/**
 * bh_instance_note_new:
 *
 * Returns: (transfer full): an empty note
 */
BhInstanceNote *
bh_instance_note_new (void)
{
  return g_new0 (BhInstanceNote, 1);
}

/**
 * bh_instance_note_free:
 * @self: (transfer full): a note
 */
void
bh_instance_note_free (BhInstanceNote *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->instance);
  g_free (self->detail);
  g_free (self->back_off);
  g_free (self);
}

static char *
build_path (const char *directory, const char *slug)
{
  g_autofree char *name = g_strconcat (slug, BH_NOTE_SUFFIX, NULL);

  return g_build_filename (directory, name, NULL);
}

/**
 * bh_instance_note_save:
 * @self: a note
 * @directory: where records lie
 * @slug: the app
 * @error: return location for an error
 *
 * Writes the note, replacing a former one in one step.
 *
 * Returns: whether it is on disk
 */
gboolean
bh_instance_note_save (BhInstanceNote *self,
                       const char *directory,
                       const char *slug,
                       GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  gsize length;

  g_return_val_if_fail (self != NULL && directory != NULL && slug != NULL, FALSE);

  g_key_file_set_string (file, GROUP, "State", bh_state_to_string (self->state));
  g_key_file_set_string (file, GROUP, "Instance", self->instance);
  g_key_file_set_string (file, GROUP, "Reason", bh_reason_to_string (self->reason));
  g_key_file_set_string (file, GROUP, "Detail", self->detail);
  g_key_file_set_int64 (file, GROUP, "Due", self->due);
  g_key_file_set_uint64 (file, GROUP, "Restarts", self->restarts);
  g_key_file_set_string (file, GROUP, "BackOff", self->back_off);
  text = g_key_file_to_data (file, &length, NULL);
  path = build_path (directory, slug);

  return g_file_set_contents_full (path, text, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT,
                                   0600, error);
}

static gboolean
is_kept (BhState state)
{
  return state == BH_STATE_CRASHED || state == BH_STATE_BACKING_OFF || state == BH_STATE_FAILED;
}

/**
 * bh_instance_note_load:
 * @directory: where records lie
 * @slug: the app
 *
 * Returns: (transfer full) (nullable): the note, or %NULL when there is none that makes sense
 */
BhInstanceNote *
bh_instance_note_load (const char *directory, const char *slug)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (BhInstanceNote) self = bh_instance_note_new ();
  g_autofree char *path = NULL;
  g_autofree char *state = NULL;
  g_autofree char *reason = NULL;

  g_return_val_if_fail (directory != NULL && slug != NULL, NULL);

  path = build_path (directory, slug);
  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    return NULL;

  state = g_key_file_get_string (file, GROUP, "State", NULL);
  self->instance = g_key_file_get_string (file, GROUP, "Instance", NULL);
  reason = g_key_file_get_string (file, GROUP, "Reason", NULL);
  self->detail = g_key_file_get_string (file, GROUP, "Detail", NULL);
  self->due = g_key_file_get_int64 (file, GROUP, "Due", NULL);
  self->restarts = (guint) g_key_file_get_uint64 (file, GROUP, "Restarts", NULL);
  self->back_off = g_key_file_get_string (file, GROUP, "BackOff", NULL);
  if (state == NULL || !bh_state_from_string (state, &self->state) || !is_kept (self->state)
      || self->instance == NULL || reason == NULL || !bh_reason_from_string (reason, &self->reason)
      || self->detail == NULL || self->due < 0 || self->back_off == NULL)
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * bh_instance_note_remove:
 * @directory: where records lie
 * @slug: the app
 *
 * Removes the app's note, if there is one.
 */
void
bh_instance_note_remove (const char *directory, const char *slug)
{
  g_autofree char *path = NULL;

  g_return_if_fail (directory != NULL && slug != NULL);

  path = build_path (directory, slug);
  g_unlink (path);
}
