/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-instance-record.h"

#include "bh-error.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

/*
 * A file for each running instance, in the runtime directory, which is the user's alone and empty
 * after a reboot. It is written before the runner's process is made, and again with its PID when
 * everything stands and it may begin. A supervisor that dies in between leaves a record without a
 * PID, and a gate that never opens: there was no run.
 */

#define GROUP "Instance"

/* A record that was tampered with overflows nothing. */
#define MAX_PATIENCE (60 * 60 * 1000)

G_DEFINE_BOXED_TYPE (BhInstanceRecord,
                     bh_instance_record,
                     bh_instance_record_copy,
                     bh_instance_record_free)

/**
 * bh_instance_record_new:
 *
 * Returns: (transfer full): an empty record
 */
BhInstanceRecord *
bh_instance_record_new (void)
{
  return g_new0 (BhInstanceRecord, 1);
}

/**
 * bh_instance_record_copy:
 * @self: a record
 *
 * Returns: (transfer full): a copy
 */
BhInstanceRecord *
bh_instance_record_copy (BhInstanceRecord *self)
{
  BhInstanceRecord *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->uuid = g_strdup (self->uuid);
  copy->instance = g_strdup (self->instance);
  copy->token = g_strdup (self->token);
  copy->manifest_path = g_strdup (self->manifest_path);
  copy->manifest = g_strdup (self->manifest);
  copy->limits = g_strdup (self->limits);
  copy->back_off = g_strdup (self->back_off);

  return copy;
}

/**
 * bh_instance_record_free:
 * @self: (transfer full): a record
 */
void
bh_instance_record_free (BhInstanceRecord *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->uuid);
  g_free (self->instance);
  g_free (self->token);
  g_free (self->manifest_path);
  g_free (self->manifest);
  g_free (self->limits);
  g_free (self->back_off);
  g_free (self);
}

static char *
path_for_slug (const char *directory, const char *slug)
{
  g_autofree char *name = g_strconcat (slug, BH_RECORD_SUFFIX, NULL);

  return g_build_filename (directory, name, NULL);
}

/**
 * bh_instance_record_save:
 * @self: a record
 * @directory: where records lie
 * @error: return location for an error
 *
 * Writes the record, replacing the app's former one in one step; only the user can read it.
 *
 * Returns: whether it is on disk
 */
gboolean
bh_instance_record_save (BhInstanceRecord *self, const char *directory, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (BhAppId) id = NULL;
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  gsize length;

  g_return_val_if_fail (self != NULL && directory != NULL, FALSE);

  id = bh_app_id_new (self->uuid, error);
  if (id == NULL)
    return FALSE;

  g_key_file_set_string (file, GROUP, "Id", self->uuid);
  g_key_file_set_string (file, GROUP, "Instance", self->instance);
  g_key_file_set_string (file, GROUP, "Token", self->token);
  g_key_file_set_string (file, GROUP, "ManifestPath", self->manifest_path);
  g_key_file_set_string (file, GROUP, "Manifest", self->manifest);
  g_key_file_set_integer (file, GROUP, "Pid", (int) self->runner.pid);
  g_key_file_set_uint64 (file, GROUP, "StartTime", self->runner.start_time);
  g_key_file_set_boolean (file, GROUP, "Enclosed", self->enclosed);
  g_key_file_set_int64 (file, GROUP, "StartedAt", self->started_at);
  g_key_file_set_uint64 (file, GROUP, "Restarts", self->restarts);
  if (self->limits != NULL)
    g_key_file_set_string (file, GROUP, "Limits", self->limits);
  if (self->back_off != NULL)
    g_key_file_set_string (file, GROUP, "BackOff", self->back_off);
  g_key_file_set_int64 (file, GROUP, "BeganAt", self->began_at);
  g_key_file_set_string (file, GROUP, "Ending", bh_reason_to_string (self->ending));
  g_key_file_set_uint64 (file, GROUP, "Patience", self->patience);
  g_key_file_set_string (file, GROUP, "Suspended", bh_suspension_to_string (self->suspended));
  g_key_file_set_boolean (file, GROUP, "Awake", self->awake);
  text = g_key_file_to_data (file, &length, NULL);
  path = path_for_slug (directory, bh_app_id_get_slug (id));

  return g_file_set_contents_full (path, text, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT,
                                   0600, error);
}

/**
 * bh_instance_record_load:
 * @path: a record's file
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the record, or %NULL with an error when the file can't be
 *   read or is damaged
 */
BhInstanceRecord *
bh_instance_record_load (const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (BhInstanceRecord) self = bh_instance_record_new ();
  g_autofree char *ending = NULL;
  g_autofree char *suspended = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, error))
    return NULL;

  self->uuid = g_key_file_get_string (file, GROUP, "Id", error);
  if (self->uuid == NULL)
    return NULL;
  self->instance = g_key_file_get_string (file, GROUP, "Instance", error);
  if (self->instance == NULL)
    return NULL;
  self->token = g_key_file_get_string (file, GROUP, "Token", error);
  if (self->token == NULL)
    return NULL;
  self->manifest = g_key_file_get_string (file, GROUP, "Manifest", error);
  if (self->manifest == NULL)
    return NULL;
  self->manifest_path = g_key_file_get_string (file, GROUP, "ManifestPath", error);
  if (self->manifest_path == NULL)
    return NULL;
  self->runner.pid = g_key_file_get_integer (file, GROUP, "Pid", NULL);
  self->runner.start_time = g_key_file_get_uint64 (file, GROUP, "StartTime", NULL);
  self->enclosed = g_key_file_get_boolean (file, GROUP, "Enclosed", NULL);
  self->started_at = g_key_file_get_int64 (file, GROUP, "StartedAt", NULL);
  self->limits = g_key_file_get_string (file, GROUP, "Limits", NULL);
  self->back_off = g_key_file_get_string (file, GROUP, "BackOff", NULL);
  self->began_at = g_key_file_get_int64 (file, GROUP, "BeganAt", NULL);
  self->patience
      = (guint) MIN (g_key_file_get_uint64 (file, GROUP, "Patience", NULL), MAX_PATIENCE);
  self->restarts = (guint) g_key_file_get_uint64 (file, GROUP, "Restarts", NULL);
  ending = g_key_file_get_string (file, GROUP, "Ending", NULL);
  if (ending != NULL)
    bh_reason_from_string (ending, &self->ending);

  suspended = g_key_file_get_string (file, GROUP, "Suspended", NULL);
  if (suspended != NULL)
    self->suspended = bh_suspension_from_string (suspended);
  self->awake = g_key_file_get_boolean (file, GROUP, "Awake", NULL);

  if (!bh_slug_is_valid (self->instance) || *self->token == '\0' || self->runner.pid < 0)
    {
      g_set_error (error, BH_ERROR, BH_ERROR_INVALID_VALUE, _("“%s” is damaged"), path);
      return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * bh_instance_record_remove:
 * @directory: where records lie
 * @slug: the app
 * @instance: the run's random name
 *
 * Removes the app's record, if it is that run's and not that of one which came after it.
 */
void
bh_instance_record_remove (const char *directory, const char *slug, const char *instance)
{
  g_autoptr (BhInstanceRecord) record = NULL;
  g_autofree char *path = NULL;

  g_return_if_fail (directory != NULL && slug != NULL && instance != NULL);

  path = path_for_slug (directory, slug);
  record = bh_instance_record_load (path, NULL);
  if (record == NULL || g_str_equal (record->instance, instance))
    g_unlink (path);
}
