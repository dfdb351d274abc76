/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-supervisor.h"

#include "bh-app-object.h"
#include "bh-catalogue.h"
#include "bh-channel-server.h"
#include "bh-config.h"
#include "bh-error.h"
#include "bh-instance-note.h"
#include "bh-journal-bus.h"
#include "bh-left-runs.h"
#include "bh-limit-store.h"
#include "bh-notifier.h"
#include "bh-runtime-dir.h"
#include "bh-sampler.h"
#include "bh-sleep-all.h"
#include "bh-torn-files.h"
#include "bh-watchers.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

/*
 * The service: io.github.bulkhead.Supervisor1 and the ObjectManager, on one connection. It owns the
 * catalogue and an object for each app; those who watch are served by bh-watchers.c.
 */

/* Milliseconds until what could not be made anew is tried again. */
#define RESTORE_RETRY 5000

struct _BhSupervisor
{
  GObject parent_instance;

  BhClock *clock;
  GDBusConnection *connection;
  BhInstanceTools *tools;
  BhNotifier *notifier;
  BhAlertBoard *board;
  BhCatalogue *catalogue;
  BhRuntimeDir *runtime;
  BhChannelServer *server;
  guint restore; /* until what was lost in the runtime directory is tried again */
  BhSampler *sampler;
  BhDBusSupervisor1 *service;
  BhJournalBus *journal_bus;
  BhWatchers *watchers;
  GDBusObjectManagerServer *manager;
  GHashTable *apps;  /* uuid → BhAppObject */
  GPtrArray *broken; /* BhAppObject */
};

enum {
  ACTIVITY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void restore_runtime (BhSupervisor *self);

G_DEFINE_FINAL_TYPE (BhSupervisor, bh_supervisor, G_TYPE_OBJECT)

static void
activity (BhSupervisor *self)
{
  g_signal_emit (self, signals[ACTIVITY], 0);
}

static void
on_app_activity (BhAppObject *app, BhSupervisor *self)
{
  activity (self);
}

static GVariant *
sample_all (const BhSampleRequest *request, gpointer user_data)
{
  BhSupervisor *self = BH_SUPERVISOR (user_data);
  GHashTableIter iter;
  gpointer value;

  bh_sampler_begin (self->sampler, request);
  g_hash_table_iter_init (&iter, self->apps);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      BhInstance *instance = bh_app_object_get_instance (value);

      if (bh_instance_is_alive (instance) || bh_instance_get_reason (instance) != BH_REASON_NONE)
        bh_sampler_add (self->sampler, instance, bh_app_object_get_name (value));
    }

  return bh_sampler_end (self->sampler);
}

static void
on_figures (const BhFigures *figures, gpointer user_data)
{
  bh_journal_bus_take (BH_SUPERVISOR (user_data)->journal_bus, figures);
}

static void
on_notifier_busy_changed (BhNotifier *notifier, BhSupervisor *self)
{
  activity (self);
}

static void
on_watchers_activity (BhWatchers *watchers, BhSupervisor *self)
{
  activity (self);
}

static void
on_journal_bus_activity (BhJournalBus *bus, BhSupervisor *self)
{
  activity (self);
}

static void
on_journal_bus_growing (BhJournalBus *bus,
                        const char *uuid,
                        guint64 growth,
                        gboolean news,
                        BhSupervisor *self)
{
  BhAppObject *app = g_hash_table_lookup (self->apps, uuid);

  if (app != NULL)
    bh_instance_set_growth (bh_app_object_get_instance (app), growth, news);
}

static GPtrArray *
list_instances (gpointer user_data)
{
  BhSupervisor *self = BH_SUPERVISOR (user_data);
  GPtrArray *instances = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer value;

  activity (self);
  g_hash_table_iter_init (&iter, self->apps);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (instances, g_object_ref (bh_app_object_get_instance (value)));

  return instances;
}

static BhAppObject *
find_by_slug (BhSupervisor *self, const char *slug)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->apps);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      BhAppId *id = bh_instance_get_id (bh_app_object_get_instance (value));

      if (g_str_equal (bh_app_id_get_slug (id), slug))
        return value;
    }

  return NULL;
}

static BhAppObject *
find_broken (BhSupervisor *self, const char *label)
{
  for (guint i = 0; i < self->broken->len; i++)
    {
      BhAppObject *app = g_ptr_array_index (self->broken, i);

      if (g_str_equal (bh_app_object_get_entry (app)->label, label))
        return app;
    }

  return NULL;
}

static gboolean
on_handle_find_app (BhDBusSupervisor1 *service,
                    GDBusMethodInvocation *invocation,
                    const char *text,
                    BhSupervisor *self)
{
  BhAppObject *app = g_hash_table_lookup (self->apps, text);

  if (app == NULL)
    app = find_by_slug (self, text);
  if (app == NULL)
    app = find_broken (self, text);
  activity (self);
  if (app == NULL)
    g_dbus_method_invocation_return_error (invocation, BH_ERROR, BH_ERROR_NO_SUCH_APP,
                                           _("There is no app “%s”"), text);
  else
    bh_dbus_supervisor1_complete_find_app (service, invocation,
                                           g_dbus_object_get_object_path (
                                               G_DBUS_OBJECT (bh_app_object_get_skeleton (app))));

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
withdraw (BhSupervisor *self, BhAppObject *app)
{
  g_signal_handlers_disconnect_by_data (app, self);
  g_signal_handlers_disconnect_by_data (bh_app_object_get_instance (app) != NULL
                                            ? (gpointer) bh_app_object_get_instance (app)
                                            : (gpointer) app,
                                        self);
  g_dbus_object_manager_server_unexport (self->manager,
                                         g_dbus_object_get_object_path (
                                             G_DBUS_OBJECT (bh_app_object_get_skeleton (app))));
}

static gboolean
is_installed (BhSupervisor *self, const char *uuid)
{
  GPtrArray *entries = bh_catalogue_get_entries (self->catalogue);

  for (guint i = 0; i < entries->len; i++)
    {
      BhCatalogueEntry *entry = g_ptr_array_index (entries, i);

      if (entry->manifest != NULL
          && g_str_equal (bh_app_id_get_uuid (bh_manifest_get_id (entry->manifest)), uuid))
        return TRUE;
    }

  return FALSE;
}

static void
update_running (BhSupervisor *self)
{
  GHashTableIter iter;
  gpointer value;
  guint running = 0;

  g_hash_table_iter_init (&iter, self->apps);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (bh_instance_is_alive (bh_app_object_get_instance (value)))
      running++;
  bh_dbus_supervisor1_set_running (self->service, running);
  bh_journal_bus_set_running (self->journal_bus, running > 0);
  if (running == 0)
    {
      bh_process_scanner_release (self->tools->scanner);
      bh_sampler_release (self->sampler);
    }
}

static void
on_instance_changed (BhInstance *instance, BhSupervisor *self)
{
  const char *uuid = bh_app_id_get_uuid (bh_instance_get_id (instance));
  BhAppObject *app = g_hash_table_lookup (self->apps, uuid);

  /* An app that was removed while it ran goes when it has ended. */
  if (app != NULL && !bh_instance_is_alive (instance) && !is_installed (self, uuid))
    {
      g_autofree char *key = g_strdup (uuid);
      g_autoptr (BhInstance) kept = g_object_ref (instance);

      withdraw (self, app);
      g_hash_table_remove (self->apps, key);
    }
  update_running (self);
  activity (self);
}

static BhAppObject *
add_app (BhSupervisor *self, BhAppId *id)
{
  BhAppObject *app = bh_app_object_new (id, self->tools, self->board);

  g_signal_connect (app, "activity", G_CALLBACK (on_app_activity), self);
  g_signal_connect (bh_app_object_get_instance (app), "changed", G_CALLBACK (on_instance_changed),
                    self);
  g_hash_table_insert (self->apps, g_strdup (bh_app_id_get_uuid (id)), app);

  return app;
}

static void
export_app (BhSupervisor *self, BhAppObject *app)
{
  g_dbus_object_manager_server_export (self->manager,
                                       G_DBUS_OBJECT_SKELETON (bh_app_object_get_skeleton (app)));
}

static gboolean
has_equal (GPtrArray *entries, BhCatalogueEntry *entry)
{
  for (guint i = 0; i < entries->len; i++)
    if (bh_catalogue_entry_equal (g_ptr_array_index (entries, i), entry))
      return TRUE;

  return FALSE;
}

static gboolean
shows_broken (BhSupervisor *self, BhCatalogueEntry *entry)
{
  for (guint i = 0; i < self->broken->len; i++)
    if (bh_catalogue_entry_equal (bh_app_object_get_entry (g_ptr_array_index (self->broken, i)),
                                  entry))
      return TRUE;

  return FALSE;
}

/* What is broken as it was keeps its object. */
static void
show_broken (BhSupervisor *self, GPtrArray *entries)
{
  for (guint i = self->broken->len; i > 0; i--)
    {
      BhAppObject *app = g_ptr_array_index (self->broken, i - 1);

      if (has_equal (entries, bh_app_object_get_entry (app)))
        continue;
      withdraw (self, app);
      g_ptr_array_remove_index_fast (self->broken, i - 1);
    }
  for (guint i = 0; i < entries->len; i++)
    {
      BhCatalogueEntry *entry = g_ptr_array_index (entries, i);
      BhAppObject *app;

      if (entry->manifest != NULL || shows_broken (self, entry))
        continue;
      app = bh_app_object_new_broken (entry);
      g_signal_connect (app, "activity", G_CALLBACK (on_app_activity), self);
      g_ptr_array_add (self->broken, app);
      export_app (self, app);
    }
}

static void
on_catalogue_changed (BhCatalogue *catalogue, BhSupervisor *self)
{
  GPtrArray *entries = bh_catalogue_get_entries (catalogue);
  GHashTableIter iter;
  gpointer key, value;

  for (guint i = 0; i < entries->len; i++)
    {
      BhCatalogueEntry *entry = g_ptr_array_index (entries, i);
      BhAppObject *app;
      BhAppId *id;

      if (entry->manifest == NULL)
        continue;
      id = bh_manifest_get_id (entry->manifest);
      app = g_hash_table_lookup (self->apps, bh_app_id_get_uuid (id));
      if (app != NULL)
        {
          bh_app_object_set_entry (app, entry);
          continue;
        }
      app = add_app (self, id);
      bh_app_object_set_entry (app, entry);
      export_app (self, app);
    }

  g_hash_table_iter_init (&iter, self->apps);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      if (is_installed (self, key) || bh_instance_is_alive (bh_app_object_get_instance (value)))
        continue;
      withdraw (self, value);
      g_hash_table_iter_remove (&iter);
    }
  show_broken (self, entries);
}

static gboolean
on_server_resume (BhChannelServer *server,
                  BhRunnerChannel *channel,
                  const char *slug,
                  const char *token,
                  GVariant *status,
                  BhSupervisor *self)
{
  BhAppObject *app = find_by_slug (self, slug);

  return app != NULL
         && bh_instance_resume (bh_app_object_get_instance (app), channel, token, status);
}

static gboolean
start_server (BhSupervisor *self, GError **error)
{
  self->server = bh_channel_server_new (self->tools->socket_path, error);
  if (self->server == NULL)
    return FALSE;
  g_signal_connect (self->server, "resume", G_CALLBACK (on_server_resume), self);
  bh_runtime_dir_watch (self->runtime);

  return TRUE;
}

static gboolean
on_restore_due (gpointer user_data)
{
  BhSupervisor *self = BH_SUPERVISOR (user_data);

  self->restore = 0;
  restore_runtime (self);

  return G_SOURCE_REMOVE;
}

static void
restore_runtime (BhSupervisor *self)
{
  g_autoptr (GError) error = NULL;
  GHashTableIter iter;
  gpointer value;

  bh_supervisor_retire (self);
  if (!bh_runtime_dir_make (self->runtime, &error) || !start_server (self, &error))
    {
      g_message ("The apps go on, but could not be taken over by another supervisor: %s",
                 error->message);
      self->restore = bh_clock_add_timer (self->clock, RESTORE_RETRY, on_restore_due, self);
      return;
    }
  g_hash_table_iter_init (&iter, self->apps);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    bh_instance_rewrite (bh_app_object_get_instance (value));
  g_message ("The runtime directory was cleared away; it is made anew");
}

static void
on_runtime_lost (BhRuntimeDir *runtime, BhSupervisor *self)
{
  restore_runtime (self);
}

static void
bh_supervisor_dispose (GObject *object)
{
  BhSupervisor *self = BH_SUPERVISOR (object);

  if (self->watchers != NULL)
    g_signal_handlers_disconnect_by_data (self->watchers, self);
  g_clear_object (&self->watchers);
  if (self->catalogue != NULL)
    g_signal_handlers_disconnect_by_data (self->catalogue, self);
  if (self->runtime != NULL)
    g_signal_handlers_disconnect_by_data (self->runtime, self);
  bh_supervisor_retire (self);
  g_clear_object (&self->runtime);
  if (self->clock != NULL)
    bh_clock_clear_timer (self->clock, &self->restore);
  g_clear_object (&self->catalogue);
  if (self->apps != NULL)
    {
      GHashTableIter iter;
      gpointer value;

      g_hash_table_iter_init (&iter, self->apps);
      while (g_hash_table_iter_next (&iter, NULL, &value))
        withdraw (self, value);
    }
  g_clear_pointer (&self->apps, g_hash_table_unref);
  g_clear_pointer (&self->broken, g_ptr_array_unref);
  if (self->service != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->service, self);
      if (g_dbus_interface_skeleton_get_connection (G_DBUS_INTERFACE_SKELETON (self->service))
          != NULL)
        g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->service));
    }
  g_clear_object (&self->service);
  g_clear_object (&self->manager);
  if (self->journal_bus != NULL)
    g_signal_handlers_disconnect_by_data (self->journal_bus, self);
  g_clear_object (&self->journal_bus);
  g_clear_object (&self->board);
  if (self->notifier != NULL)
    g_signal_handlers_disconnect_by_data (self->notifier, self);
  g_clear_object (&self->notifier);
  g_clear_object (&self->sampler);
  g_clear_pointer (&self->tools, bh_instance_tools_unref);
  g_clear_object (&self->connection);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (bh_supervisor_parent_class)->dispose (object);
}

static void
bh_supervisor_class_init (BhSupervisorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_supervisor_dispose;

  /**
   * BhSupervisor::activity:
   *
   * A client called, or bh_supervisor_is_busy() may have changed.
   */
  signals[ACTIVITY] = g_signal_new ("activity", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_supervisor_init (BhSupervisor *self)
{
  self->apps = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->broken = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * bh_supervisor_new:
 * @clock: time and timers
 * @spawner: what starts runners
 * @gate_path: the absolute path of bulkhead-gate, beside which bulkhead-guard lies
 * @runner_path: the absolute path of bulkhead-runner
 * @chooser_path: the absolute path of bulkhead-chooser
 * @enclosing: how apps are kept apart
 * @connection: the session bus; the bus name is the caller's to own, after this
 * @error: return location for an error
 *
 * Makes the service and exports it.
 *
 * Returns: (transfer full) (nullable): the service, or %NULL with an error
 */
BhSupervisor *
bh_supervisor_new (BhClock *clock,
                   BhSpawner *spawner,
                   const char *gate_path,
                   const char *runner_path,
                   const char *chooser_path,
                   BhEnclosing enclosing,
                   GDBusConnection *connection,
                   GError **error)
{
  g_autoptr (BhSupervisor) self = g_object_new (BH_TYPE_SUPERVISOR, NULL);
  g_autoptr (BhProcessScanner) scanner = bh_process_scanner_new ();
  g_autoptr (BhSystemd) systemd = bh_systemd_new (connection);
  g_autofree char *libexec = g_path_get_dirname (gate_path);
  g_autofree char *guard_path = g_build_filename (libexec, "bulkhead-guard", NULL);
  g_autoptr (BhDefaults) defaults = bh_defaults_new ();

  self->clock = g_object_ref (clock);
  self->connection = g_object_ref (connection);
  self->sampler = bh_sampler_new (clock, scanner);
  self->runtime = bh_runtime_dir_new (clock, g_dbus_connection_get_guid (connection));
  g_signal_connect (self->runtime, "lost", G_CALLBACK (on_runtime_lost), self);
  if (!bh_runtime_dir_make (self->runtime, error))
    return NULL;
  self->journal_bus = bh_journal_bus_new (clock, defaults, connection, sample_all, self, error);
  if (self->journal_bus == NULL)
    return NULL;
  g_signal_connect (self->journal_bus, "activity", G_CALLBACK (on_journal_bus_activity), self);
  g_signal_connect (self->journal_bus, "growing", G_CALLBACK (on_journal_bus_growing), self);

  bh_sampler_set_observer (self->sampler, on_figures, self);

  self->tools = bh_instance_tools_new ();
  self->tools->clock = g_object_ref (clock);
  self->tools->spawner = g_object_ref (spawner);
  self->tools->scanner = g_object_ref (scanner);
  self->tools->systemd = g_steal_pointer (&systemd);
  self->tools->guard = bh_guard_new (guard_path);
  self->tools->defaults = g_object_ref (defaults);
  self->tools->journal = g_object_ref (bh_journal_bus_get_journal (self->journal_bus));
  self->tools->gate_path = g_strdup (gate_path);
  self->tools->runner_path = g_strdup (runner_path);
  self->tools->chooser_path = g_strdup (chooser_path);
  self->tools->records_dir = g_strdup (bh_runtime_dir_get_path (self->runtime));
  self->tools->socket_path = g_strdup (bh_runtime_dir_get_socket (self->runtime));
  self->tools->connection = g_object_ref (connection);
  self->tools->enclosing = enclosing;

  self->notifier = bh_notifier_new (connection, defaults);
  self->board = bh_alert_board_new (self->notifier, clock);
  g_signal_connect (self->notifier, "busy-changed", G_CALLBACK (on_notifier_busy_changed), self);

  self->service = bh_dbus_supervisor1_skeleton_new ();
  bh_dbus_supervisor1_set_version (self->service, BH_VERSION);
  self->watchers = bh_watchers_new (clock, connection, self->service, sample_all, self);
  g_signal_connect (self->watchers, "activity", G_CALLBACK (on_watchers_activity), self);
  g_signal_connect (self->service, "handle-find-app", G_CALLBACK (on_handle_find_app), self);
  bh_sleep_all_serve (self->service, list_instances, self);
  self->manager = g_dbus_object_manager_server_new (BH_SUPERVISOR_OBJECT_PATH);
  self->catalogue = bh_catalogue_new ();
  g_signal_connect (self->catalogue, "changed", G_CALLBACK (on_catalogue_changed), self);
  on_catalogue_changed (self->catalogue, self);

  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->service), connection,
                                         BH_SUPERVISOR_OBJECT_PATH, error))
    return NULL;
  g_dbus_object_manager_server_set_connection (self->manager, connection);

  return g_steal_pointer (&self);
}

static void
adopt_record (BhSupervisor *self, BhInstanceRecord *record)
{
  g_autoptr (GError) error = NULL;
  BhAppObject *app = g_hash_table_lookup (self->apps, record->uuid);

  if (app == NULL)
    {
      g_autoptr (BhManifest) manifest = bh_manifest_new_from_data (record->manifest, -1, &error);

      if (manifest == NULL)
        {
          g_warning ("A running app can't be adopted: %s", error->message);
          return;
        }
      app = add_app (self, bh_manifest_get_id (manifest));
      bh_app_object_set_manifest (app, manifest, record->manifest_path);
      export_app (self, app);
    }
  bh_instance_adopt (bh_app_object_get_instance (app), record);
}

static void
adopt_records (BhSupervisor *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->tools->records_dir, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autoptr (BhInstanceRecord) record = NULL;
      g_autoptr (GError) damage = NULL;
      g_autofree char *path = NULL;

      if (!g_str_has_suffix (name, BH_RECORD_SUFFIX))
        continue;
      path = g_build_filename (self->tools->records_dir, name, NULL);
      record = bh_instance_record_load (path, &damage);
      if (record == NULL)
        {
          g_warning ("The record of a running app is passed over: %s", damage->message);
          g_unlink (path);
          continue;
        }
      adopt_record (self, record);
    }
}

/* After the records: what is still to be done depends on whether the app runs. */
static void
take_up_restarts (BhSupervisor *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->tools->records_dir, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *slug = NULL;
      BhAppObject *app;

      if (!g_str_has_suffix (name, BH_NOTE_SUFFIX))
        continue;
      slug = g_strndup (name, strlen (name) - strlen (BH_NOTE_SUFFIX));
      app = find_by_slug (self, slug);
      if (app != NULL)
        {
          bh_instance_take_up_restart (bh_app_object_get_instance (app));
        }
      else
        {
          g_autofree char *path = g_build_filename (self->tools->records_dir, name, NULL);

          g_unlink (path);
        }
    }
}

/**
 * bh_supervisor_adopt:
 * @self: a supervisor that owns the bus name
 * @error: return location for an error
 *
 * Takes over the instances of a supervisor that died, and listens for their runners. Before the
 * name is ours, the socket and the records may be another's.
 *
 * Returns: %TRUE, or %FALSE with an error when the socket can't be made
 */
gboolean
bh_supervisor_adopt (BhSupervisor *self, GError **error)
{
  g_return_val_if_fail (BH_IS_SUPERVISOR (self), FALSE);

  if (!start_server (self, error))
    return FALSE;

  bh_journal_bus_open (self->journal_bus);
  bh_torn_files_remove (self->tools->records_dir, BH_RECORD_SUFFIX);
  bh_torn_files_remove (self->tools->records_dir, BH_NOTE_SUFFIX);
  bh_limit_store_clean ();
  bh_app_settings_clean ();
  bh_left_runs_remove_dirs (self->tools->records_dir);
  bh_left_runs_end_scopes (self->tools->systemd, self->tools->records_dir);
  adopt_records (self);
  take_up_restarts (self);
  update_running (self);

  return TRUE;
}

/**
 * bh_supervisor_retire:
 * @self: a supervisor that owns the bus name
 *
 * Stops to listen for runners. As soon as the name is given up the socket is the successor's.
 */
void
bh_supervisor_retire (BhSupervisor *self)
{
  g_return_if_fail (BH_IS_SUPERVISOR (self));

  if (self->server == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->server, self);
  g_clear_object (&self->server);
}

/**
 * bh_supervisor_finish:
 * @self: a supervisor that owns the bus name
 *
 * Writes what is not written yet of the history. As soon as the name is given up the file is the
 * successor's.
 */
void
bh_supervisor_finish (BhSupervisor *self)
{
  g_return_if_fail (BH_IS_SUPERVISOR (self));

  bh_journal_bus_close (self->journal_bus);
}

/**
 * bh_supervisor_is_busy:
 * @self: a supervisor
 *
 * Returns: whether an app runs or will be started again, somebody watches, or a notification
 *   waits for somebody
 */
gboolean
bh_supervisor_is_busy (BhSupervisor *self)
{
  GHashTableIter iter;
  gpointer value;

  g_return_val_if_fail (BH_IS_SUPERVISOR (self), FALSE);

  g_hash_table_iter_init (&iter, self->apps);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (bh_instance_get_restart_at (bh_app_object_get_instance (value)) > 0
        || bh_instance_is_held (bh_app_object_get_instance (value)))
      return TRUE;

  return bh_dbus_supervisor1_get_running (self->service) > 0 || bh_watchers_is_busy (self->watchers)
         || bh_notifier_is_busy (self->notifier);
}
