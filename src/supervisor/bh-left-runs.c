/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-left-runs.h"

#include "bh-instance-record.h"
#include "bh-run.h"

#include <string.h>

/*
 * What supervisors that died have left of runs that have no record, and that nobody can take over:
 * because the supervisor died just then, or because somebody has cleared its directory away.
 *
 * A run's record is written before its scope is made, so a scope without one belongs to no run. The
 * records of a supervisor on another bus, or on this one's predecessor, lie beside ours and count
 * as well.
 */

#define SCOPES "app-bulkhead-*.scope"

/* Two hexadecimal digits for each of the bytes of an instance's name. */
#define INSTANCE_LENGTH 16

static void
add_records (GHashTable *units, GHashTable *instances, const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);
      g_autoptr (BhInstanceRecord) record = NULL;
      g_autoptr (BhAppId) id = NULL;

      if (!g_str_has_suffix (name, BH_RECORD_SUFFIX))
        continue;
      record = bh_instance_record_load (path, NULL);
      id = record != NULL ? bh_app_id_new (record->uuid, NULL) : NULL;
      if (id == NULL)
        continue;
      g_hash_table_add (units, bh_app_id_dup_unit_name (id, record->instance));
      g_hash_table_add (instances, g_strdup (record->instance));
    }
}

static GHashTable *
new_set (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
on_list_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree char *records_dir = user_data;
  g_autofree char *base = g_path_get_dirname (records_dir);
  g_autoptr (GHashTable) units = new_set ();
  g_autoptr (GHashTable) instances = new_set ();
  g_autoptr (GDir) dir = g_dir_open (base, 0, NULL);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = bh_systemd_list_finish (BH_SYSTEMD (source), result, &error);
  const char *name;

  if (names == NULL || dir == NULL)
    {
      g_debug ("Scopes: %s", error != NULL ? error->message : "no runtime directory");
      return;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *directory = g_build_filename (base, name, NULL);

      add_records (units, instances, directory);
    }
  for (guint i = 0; names[i] != NULL; i++)
    {
      if (g_hash_table_contains (units, names[i]))
        continue;
      g_message ("“%s” was left by a supervisor that died; it is ended", names[i]);
      bh_systemd_stop (BH_SYSTEMD (source), names[i]);
    }
}

/**
 * bh_left_runs_end_scopes:
 * @systemd: the user's systemd
 * @records_dir: where the records of running instances lie
 *
 * Ends the scopes of apps that no record tells of, with the processes in them if there are any.
 */
void
bh_left_runs_end_scopes (BhSystemd *systemd, const char *records_dir)
{
  g_return_if_fail (BH_IS_SYSTEMD (systemd));
  g_return_if_fail (records_dir != NULL);

  bh_systemd_list_async (systemd, SCOPES, NULL, on_list_ready, g_strdup (records_dir));
}

static gboolean
is_instance (const char *name)
{
  return strlen (name) == INSTANCE_LENGTH && strspn (name, "0123456789abcdef") == INSTANCE_LENGTH;
}

/**
 * bh_left_runs_remove_dirs:
 * @records_dir: where the records of running instances lie
 *
 * Removes the directories of runs that no record tells of.
 */
void
bh_left_runs_remove_dirs (const char *records_dir)
{
  g_autoptr (GHashTable) units = new_set ();
  g_autoptr (GHashTable) instances = new_set ();
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_return_if_fail (records_dir != NULL);

  add_records (units, instances, records_dir);
  dir = g_dir_open (records_dir, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (is_instance (name) && !g_hash_table_contains (instances, name))
      bh_run_enclosure_remove_dir (records_dir, name);
}
