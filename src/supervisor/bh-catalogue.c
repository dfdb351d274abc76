/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-catalogue.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

/*
 * The installed apps: what lies in the managed, the user's and the system's directories, watched.
 *
 * A directory that is not there is not watched itself: GIO looks for it every four seconds then
 * (SCAN_MISSING_TIME in gio/inotify/inotify-missing.c), and nothing here may wake up for nothing.
 * Its nearest ancestor that is there is watched instead. A monitor stays with its directory when
 * that is renamed, and does not see that the path leads elsewhere now: so the parents of the
 * directories are watched too, and a monitor is kept only while its path leads where it did.
 */

/* Milliseconds after the first of a burst of changes. */
#define RELOAD_DELAY 150

typedef struct
{
  BhSource source;
  char *path;
} AppsDir;

typedef struct
{
  GFileMonitor *monitor;
  dev_t device;
  ino_t inode;
} Watch;

struct _BhCatalogue
{
  GObject parent_instance;

  GPtrArray *dirs;     /* AppsDir */
  GPtrArray *entries;  /* BhCatalogueEntry */
  GHashTable *watches; /* path → Watch */
  guint reload_timeout;
};

enum {
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhCatalogue, bh_catalogue, G_TYPE_OBJECT)

static void
apps_dir_free (AppsDir *dir)
{
  g_free (dir->path);
  g_free (dir);
}

static void
add_dir (BhSource source, const char *path, gpointer user_data)
{
  BhCatalogue *self = BH_CATALOGUE (user_data);
  AppsDir *dir = g_new0 (AppsDir, 1);

  dir->source = source;
  dir->path = g_strdup (path);
  g_ptr_array_add (self->dirs, dir);
}

static gboolean
on_reload_timeout (gpointer user_data)
{
  BhCatalogue *self = BH_CATALOGUE (user_data);

  self->reload_timeout = 0;
  bh_catalogue_reload (self);

  return G_SOURCE_REMOVE;
}

static void
on_directory_changed (GFileMonitor *monitor,
                      GFile *file,
                      GFile *other_file,
                      GFileMonitorEvent event,
                      BhCatalogue *self)
{
  if (self->reload_timeout == 0)
    self->reload_timeout = g_timeout_add (RELOAD_DELAY, on_reload_timeout, self);
}

static void
watch_free (Watch *watch)
{
  g_signal_handlers_disconnect_matched (watch->monitor, G_SIGNAL_MATCH_FUNC, 0, 0, NULL,
                                        (gpointer) on_directory_changed, NULL);
  g_file_monitor_cancel (watch->monitor);
  g_object_unref (watch->monitor);
  g_free (watch);
}

static GHashTable *
new_watches (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) watch_free);
}

/* Takes over the watch of a path, unless the path leads to another directory now. That one is
 * removed at once: GIO would make a new monitor of the same path out of it. */
static gboolean
keep_watch (BhCatalogue *self, const char *path, const GStatBuf *status, GHashTable *old)
{
  const Watch *watch = g_hash_table_lookup (old, path);
  gpointer key, value;

  if (watch == NULL)
    return FALSE;
  if (watch->device != status->st_dev || watch->inode != status->st_ino)
    {
      g_hash_table_remove (old, path);
      return FALSE;
    }
  g_hash_table_steal_extended (old, path, &key, &value);
  g_hash_table_insert (self->watches, key, value);

  return TRUE;
}

/* Watches a directory, or its nearest ancestor that exists. */
static void
watch_directory (BhCatalogue *self, const char *path, GHashTable *old)
{
  g_autofree char *existing = g_strdup (path);
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;
  GFileMonitor *monitor;
  GStatBuf status;
  Watch *watch;

  while (g_stat (existing, &status) < 0 || !S_ISDIR (status.st_mode))
    {
      char *parent = g_path_get_dirname (existing);
      gboolean is_root = g_str_equal (parent, existing);

      g_free (existing);
      existing = parent;
      if (is_root)
        return;
    }
  if (g_hash_table_contains (self->watches, existing) || keep_watch (self, existing, &status, old))
    return;

  file = g_file_new_for_path (existing);
  monitor = g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, &error);
  if (monitor == NULL)
    {
      g_warning ("“%s” can't be watched, so changes in it show after a restart only: %s", existing,
                 error->message);
      return;
    }
  g_signal_connect (monitor, "changed", G_CALLBACK (on_directory_changed), self);
  watch = g_new0 (Watch, 1);
  watch->monitor = monitor;
  watch->device = status.st_dev;
  watch->inode = status.st_ino;
  g_hash_table_insert (self->watches, g_steal_pointer (&existing), watch);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_apps (const char *path)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = NULL;

      if (*name == '.')
        continue;
      child = g_build_filename (path, name, NULL);
      if (g_file_test (child, G_FILE_TEST_IS_DIR) || g_str_has_suffix (name, ".json"))
        g_ptr_array_add (names, g_steal_pointer (&child));
    }
  g_ptr_array_sort (names, compare_names);

  return names;
}

static void
mark_duplicate (BhCatalogueEntry *entry, BhCatalogueEntry *first)
{
  g_free (entry->broken);
  entry->broken = g_strdup_printf (_("%s: %s has the same id, “%s”. Remove one or change its "
                                     "startup_app.uuid."),
                                   entry->manifest_path, first->manifest_path,
                                   bh_app_id_get_uuid (bh_manifest_get_id (entry->manifest)));
  g_clear_pointer (&entry->manifest, bh_manifest_unref);
}

/* Reads one directory; apps of stronger directories are in seen, by uuid. What is read is watched
 * first, so that what changes in between is seen. */
static void
load_dir (BhCatalogue *self, AppsDir *dir, GPtrArray *entries, GHashTable *seen, GHashTable *old)
{
  g_autofree char *parent = g_path_get_dirname (dir->path);
  g_autoptr (GPtrArray) paths = NULL;

  watch_directory (self, parent, old);
  watch_directory (self, dir->path, old);
  paths = list_apps (dir->path);
  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      g_autoptr (BhCatalogueEntry) entry = NULL;

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        watch_directory (self, path, old);
      entry = bh_catalogue_entry_load (dir->source, path);
      if (entry->manifest != NULL)
        {
          const char *uuid = bh_app_id_get_uuid (bh_manifest_get_id (entry->manifest));
          BhCatalogueEntry *first = g_hash_table_lookup (seen, uuid);

          if (first != NULL && first->source != entry->source)
            continue;
          if (first != NULL)
            mark_duplicate (entry, first);
          else
            g_hash_table_insert (seen, g_strdup (uuid), entry);
        }
      g_ptr_array_add (entries, g_steal_pointer (&entry));
    }
}

static void
bh_catalogue_dispose (GObject *object)
{
  BhCatalogue *self = BH_CATALOGUE (object);

  g_clear_handle_id (&self->reload_timeout, g_source_remove);
  g_clear_pointer (&self->watches, g_hash_table_unref);

  G_OBJECT_CLASS (bh_catalogue_parent_class)->dispose (object);
}

static void
bh_catalogue_finalize (GObject *object)
{
  BhCatalogue *self = BH_CATALOGUE (object);

  g_clear_pointer (&self->dirs, g_ptr_array_unref);
  g_clear_pointer (&self->entries, g_ptr_array_unref);

  G_OBJECT_CLASS (bh_catalogue_parent_class)->finalize (object);
}

static void
bh_catalogue_class_init (BhCatalogueClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_catalogue_dispose;
  object_class->finalize = bh_catalogue_finalize;

  /**
   * BhCatalogue::changed:
   *
   * bh_catalogue_get_entries() returns something else now.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_catalogue_init (BhCatalogue *self)
{
  self->dirs = g_ptr_array_new_with_free_func ((GDestroyNotify) apps_dir_free);
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) bh_catalogue_entry_unref);
  self->watches = new_watches ();
  bh_paths_foreach_apps_dir (add_dir, self);
}

/**
 * bh_catalogue_new:
 *
 * Returns: (transfer full): the apps that are installed now
 */
BhCatalogue *
bh_catalogue_new (void)
{
  BhCatalogue *self = g_object_new (BH_TYPE_CATALOGUE, NULL);

  bh_catalogue_reload (self);

  return self;
}

/**
 * bh_catalogue_get_entries:
 * @self: a catalogue
 *
 * Returns: (transfer none) (element-type BhCatalogueEntry): the apps, broken ones included; an app
 *   of a stronger directory hides those of the same id in weaker ones
 */
GPtrArray *
bh_catalogue_get_entries (BhCatalogue *self)
{
  g_return_val_if_fail (BH_IS_CATALOGUE (self), NULL);

  return self->entries;
}

/**
 * bh_catalogue_reload:
 * @self: a catalogue
 *
 * Reads all directories again, and watches them as they are now.
 */
void
bh_catalogue_reload (BhCatalogue *self)
{
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GHashTable) seen = NULL;
  g_autoptr (GHashTable) old = NULL;
  gboolean same;

  g_return_if_fail (BH_IS_CATALOGUE (self));

  old = g_steal_pointer (&self->watches);
  self->watches = new_watches ();
  entries = g_ptr_array_new_with_free_func ((GDestroyNotify) bh_catalogue_entry_unref);
  seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < self->dirs->len; i++)
    load_dir (self, g_ptr_array_index (self->dirs, i), entries, seen, old);

  same = entries->len == self->entries->len;
  for (guint i = 0; same && i < entries->len; i++)
    same = bh_catalogue_entry_equal (g_ptr_array_index (entries, i),
                                     g_ptr_array_index (self->entries, i));
  if (same)
    return;

  g_clear_pointer (&self->entries, g_ptr_array_unref);
  self->entries = g_steal_pointer (&entries);
  g_signal_emit (self, signals[CHANGED], 0);
}
