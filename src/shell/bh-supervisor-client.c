/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-supervisor-client.h"

#include "bh-app-id.h"
#include "bh-error.h"

#include <glib/gi18n.h>

/*
 * The shell's end of the connection to the supervisor. It has the supervisor activated, follows
 * its apps, passes on what the user asks for, and starts over when the supervisor's process goes
 * away. Everything that is made for one such process hangs on its unique bus name and on one
 * cancellable, so that nothing of an old process is mistaken for the new one's.
 */

/* The waits between two attempts to activate: 0.5 s, 1 s, 2 s … 30 s. */
#define FIRST_RETRY_MS 500
#define LAST_RETRY_MS  30000

/* Longer than this without an answer is worth a word to the user. */
#define PATIENCE_MS 2000

/* Having been there for so long, a supervisor is healthy, and the waits begin anew. */
#define HEALTHY_US (10 * G_USEC_PER_SEC)

struct _BhSupervisorClient
{
  GObject parent_instance;

  GDBusConnection *connection;
  BhConnectionState state;
  char *error;
  gboolean sampling;
  BhSampleWatch *watch;

  GHashTable *apps;

  /* Of one process of the supervisor. */
  char *owner;
  GCancellable *cancellable;
  BhDBusSupervisor1 *supervisor;
  GDBusObjectManager *manager;
  gint64 connected_at;

  guint watch_id;
  guint retry_id;
  guint patience_id;
  guint attempts;
};

enum {
  PROP_0,
  PROP_CONNECTION,
  PROP_STATE,
  PROP_SAMPLING,
  N_PROPS,
};
static GParamSpec *props[N_PROPS];

enum {
  APP_ADDED,
  APP_REMOVED,
  SAMPLED,
  MACHINE_SAMPLED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_ENUM_TYPE (BhConnectionState,
                    bh_connection_state,
                    G_DEFINE_ENUM_VALUE (BH_CONNECTION_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (BH_CONNECTION_CONNECTED, "connected"),
                    G_DEFINE_ENUM_VALUE (BH_CONNECTION_UNREACHABLE, "unreachable"))

G_DEFINE_FINAL_TYPE (BhSupervisorClient, bh_supervisor_client, G_TYPE_OBJECT)

static void try_now (BhSupervisorClient *self);

static void
set_state (BhSupervisorClient *self, BhConnectionState state, const char *error)
{
  if (self->state == state && g_strcmp0 (self->error, error) == 0)
    return;

  self->state = state;
  g_free (self->error);
  self->error = g_strdup (error);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

static gboolean
on_retry (gpointer user_data)
{
  BhSupervisorClient *self = user_data;

  self->retry_id = 0;
  try_now (self);

  return G_SOURCE_REMOVE;
}

static void
schedule_retry (BhSupervisorClient *self)
{
  guint delay = MIN (FIRST_RETRY_MS << MIN (self->attempts, 6), LAST_RETRY_MS);

  self->attempts++;
  g_clear_handle_id (&self->retry_id, g_source_remove);
  self->retry_id = g_timeout_add (delay, on_retry, self);
}

static void
become_unreachable (BhSupervisorClient *self, const char *error)
{
  g_clear_handle_id (&self->patience_id, g_source_remove);
  set_state (self, BH_CONNECTION_UNREACHABLE, error);
}

static gboolean
on_out_of_patience (gpointer user_data)
{
  BhSupervisorClient *self = user_data;

  self->patience_id = 0;
  become_unreachable (self, _("It does not answer."));

  return G_SOURCE_REMOVE;
}

static void
be_patient (BhSupervisorClient *self)
{
  if (self->state != BH_CONNECTION_UNREACHABLE && self->patience_id == 0)
    self->patience_id = g_timeout_add (PATIENCE_MS, on_out_of_patience, self);
}

static void
on_start_service_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  BhSupervisorClient *self;
  g_autofree char *message = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self = BH_SUPERVISOR_CLIENT (user_data);
  if (reply != NULL)
    {
      /* The name's owner is what tells that it is there. One that exits again at once shows as
       * an owner that vanishes; one that never takes the name is tried again here. */
      if (self->owner == NULL)
        schedule_retry (self);
      return;
    }

  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN))
    {
      message = g_strdup_printf (_("No D-Bus service file provides “%s”. Is Bulkhead installed "
                                   "completely?"),
                                 BH_SUPERVISOR_BUS_NAME);
    }
  else
    {
      g_dbus_error_strip_remote_error (error);
      message = g_strdup (error->message);
    }
  become_unreachable (self, message);
  schedule_retry (self);
}

static void
activate_supervisor (BhSupervisorClient *self)
{
  be_patient (self);
  g_dbus_connection_call (self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "StartServiceByName",
                          g_variant_new ("(su)", BH_SUPERVISOR_BUS_NAME, 0), G_VARIANT_TYPE ("(u)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, on_start_service_ready,
                          self);
}

static BhDBusApp1 *
peek_app (GDBusObject *object)
{
  return BH_DBUS_IS_OBJECT (object) ? bh_dbus_object_peek_app1 (BH_DBUS_OBJECT (object)) : NULL;
}

static void
add_app (BhSupervisorClient *self, BhDBusApp1 *proxy)
{
  const char *path = g_dbus_proxy_get_object_path (G_DBUS_PROXY (proxy));
  BhAppItem *item = g_hash_table_lookup (self->apps, path);

  if (item != NULL)
    {
      bh_app_item_set_proxy (item, proxy);
      return;
    }

  item = bh_app_item_new (path);
  bh_app_item_set_proxy (item, proxy);
  g_hash_table_insert (self->apps, g_strdup (path), item);
  g_signal_emit (self, signals[APP_ADDED], 0, item);
}

static void
remove_app (BhSupervisorClient *self, const char *path)
{
  g_autoptr (BhAppItem) item = NULL;
  g_autofree char *key = NULL;

  if (g_hash_table_steal_extended (self->apps, path, (gpointer *) &key, (gpointer *) &item))
    g_signal_emit (self, signals[APP_REMOVED], 0, item);
}

static void
on_object_added (GDBusObjectManager *manager, GDBusObject *object, BhSupervisorClient *self)
{
  BhDBusApp1 *proxy = peek_app (object);

  if (proxy != NULL)
    add_app (self, proxy);
}

static void
on_object_removed (GDBusObjectManager *manager, GDBusObject *object, BhSupervisorClient *self)
{
  /* The manager also empties itself when its process dies; that says nothing about the apps. */
  g_autofree char *owner = NULL;

  owner = g_dbus_object_manager_client_get_name_owner (G_DBUS_OBJECT_MANAGER_CLIENT (manager));
  if (owner != NULL)
    remove_app (self, g_dbus_object_get_object_path (object));
}

static void
take_apps (BhSupervisorClient *self)
{
  g_autolist (GDBusObject) objects = g_dbus_object_manager_get_objects (self->manager);
  g_autoptr (GList) known = g_hash_table_get_values (self->apps);

  for (GList *link = objects; link != NULL; link = link->next)
    on_object_added (self->manager, link->data, self);

  for (GList *link = known; link != NULL; link = link->next)
    if (bh_app_item_get_proxy (link->data) == NULL)
      remove_app (self, bh_app_item_get_path (link->data));
}

static void
on_sampled (BhSampleWatch *watch, GVariant *samples, BhSupervisorClient *self)
{
  g_signal_emit (self, signals[SAMPLED], 0, samples);
}

static void
on_machine_sampled (BhSampleWatch *watch, GVariant *machine, BhSupervisorClient *self)
{
  g_signal_emit (self, signals[MACHINE_SAMPLED], 0, machine);
}

static void
on_manager_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusObjectManager) manager
      = bh_dbus_object_manager_client_new_finish (result, &error);
  BhSupervisorClient *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self = BH_SUPERVISOR_CLIENT (user_data);
  if (manager == NULL)
    {
      g_dbus_error_strip_remote_error (error);
      become_unreachable (self, error->message);
      schedule_retry (self);
      return;
    }

  self->manager = g_steal_pointer (&manager);
  g_signal_connect (self->manager, "object-added", G_CALLBACK (on_object_added), self);
  g_signal_connect (self->manager, "object-removed", G_CALLBACK (on_object_removed), self);
  take_apps (self);

  g_clear_handle_id (&self->patience_id, g_source_remove);
  self->connected_at = g_get_monotonic_time ();
  set_state (self, BH_CONNECTION_CONNECTED, NULL);
}

static void
on_supervisor_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BhDBusSupervisor1) supervisor = bh_dbus_supervisor1_proxy_new_finish (result, &error);
  BhSupervisorClient *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self = BH_SUPERVISOR_CLIENT (user_data);
  if (supervisor == NULL)
    {
      g_dbus_error_strip_remote_error (error);
      become_unreachable (self, error->message);
      schedule_retry (self);
      return;
    }

  /* Watch first: it keeps the service from exiting while the rest is fetched. */
  self->supervisor = g_steal_pointer (&supervisor);
  bh_sample_watch_set_supervisor (self->watch, self->supervisor, self->cancellable);

  bh_dbus_object_manager_client_new (self->connection, G_DBUS_OBJECT_MANAGER_CLIENT_FLAGS_NONE,
                                     self->owner, BH_SUPERVISOR_OBJECT_PATH, self->cancellable,
                                     on_manager_ready, self);
}

static void
forget_process (BhSupervisorClient *self)
{
  GHashTableIter iter;
  gpointer item;

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  bh_sample_watch_set_supervisor (self->watch, NULL, NULL);
  g_clear_object (&self->supervisor);
  if (self->manager != NULL)
    g_signal_handlers_disconnect_by_data (self->manager, self);
  g_clear_object (&self->manager);

  g_hash_table_iter_init (&iter, self->apps);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    bh_app_item_set_proxy (item, NULL);
}

static void
drop_process (BhSupervisorClient *self)
{
  forget_process (self);
  g_clear_pointer (&self->owner, g_free);
}

static void
try_now (BhSupervisorClient *self)
{
  g_clear_handle_id (&self->retry_id, g_source_remove);
  be_patient (self);
  if (self->owner == NULL)
    {
      activate_supervisor (self);
      return;
    }

  /* The second try with a process that did not answer well the first time begins anew. */
  forget_process (self);
  bh_dbus_supervisor1_proxy_new (self->connection, G_DBUS_PROXY_FLAGS_NONE, self->owner,
                                 BH_SUPERVISOR_OBJECT_PATH, self->cancellable, on_supervisor_ready,
                                 self);
}

static void
on_name_appeared (GDBusConnection *connection,
                  const char *name,
                  const char *owner,
                  gpointer user_data)
{
  BhSupervisorClient *self = BH_SUPERVISOR_CLIENT (user_data);

  drop_process (self);
  self->owner = g_strdup (owner);
  try_now (self);
}

static void
on_name_vanished (GDBusConnection *connection, const char *name, gpointer user_data)
{
  BhSupervisorClient *self = BH_SUPERVISOR_CLIENT (user_data);
  gboolean was_there = self->owner != NULL;

  drop_process (self);
  if (!was_there)
    {
      activate_supervisor (self);
      return;
    }

  if (self->state == BH_CONNECTION_CONNECTED
      && g_get_monotonic_time () - self->connected_at >= HEALTHY_US)
    self->attempts = 0;

  /* One quick return needs no word; one that keeps going away does. */
  if (self->attempts == 0)
    set_state (self, BH_CONNECTION_CONNECTING, NULL);
  else
    become_unreachable (self, _("It keeps ending as soon as it has started."));
  be_patient (self);
  schedule_retry (self);
}

static void
bh_supervisor_client_get_property (GObject *object,
                                   guint property_id,
                                   GValue *value,
                                   GParamSpec *pspec)
{
  BhSupervisorClient *self = BH_SUPERVISOR_CLIENT (object);

  switch (property_id)
    {
    case PROP_CONNECTION:
      g_value_set_object (value, self->connection);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_SAMPLING:
      g_value_set_boolean (value, self->sampling);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
bh_supervisor_client_set_property (GObject *object,
                                   guint property_id,
                                   const GValue *value,
                                   GParamSpec *pspec)
{
  BhSupervisorClient *self = BH_SUPERVISOR_CLIENT (object);

  switch (property_id)
    {
    case PROP_CONNECTION:
      self->connection = g_value_dup_object (value);
      break;
    case PROP_SAMPLING:
      bh_supervisor_client_set_sampling (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
bh_supervisor_client_constructed (GObject *object)
{
  BhSupervisorClient *self = BH_SUPERVISOR_CLIENT (object);

  G_OBJECT_CLASS (bh_supervisor_client_parent_class)->constructed (object);

  /* So that BH_ERROR's codes are recognised in the first reply. */
  bh_error_quark ();

  if (self->connection == NULL)
    {
      become_unreachable (self, _("There is no D-Bus session bus."));
      return;
    }

  self->watch_id = g_bus_watch_name_on_connection (self->connection, BH_SUPERVISOR_BUS_NAME,
                                                   G_BUS_NAME_WATCHER_FLAGS_NONE, on_name_appeared,
                                                   on_name_vanished, self, NULL);
}

static void
bh_supervisor_client_dispose (GObject *object)
{
  BhSupervisorClient *self = BH_SUPERVISOR_CLIENT (object);

  g_clear_handle_id (&self->watch_id, g_bus_unwatch_name);
  g_clear_handle_id (&self->retry_id, g_source_remove);
  g_clear_handle_id (&self->patience_id, g_source_remove);
  drop_process (self);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (bh_supervisor_client_parent_class)->dispose (object);
}

static void
bh_supervisor_client_finalize (GObject *object)
{
  BhSupervisorClient *self = BH_SUPERVISOR_CLIENT (object);

  g_hash_table_unref (self->apps);
  g_object_unref (self->watch);
  g_object_unref (self->cancellable);
  g_free (self->error);

  G_OBJECT_CLASS (bh_supervisor_client_parent_class)->finalize (object);
}

static void
bh_supervisor_client_class_init (BhSupervisorClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = bh_supervisor_client_get_property;
  object_class->set_property = bh_supervisor_client_set_property;
  object_class->constructed = bh_supervisor_client_constructed;
  object_class->dispose = bh_supervisor_client_dispose;
  object_class->finalize = bh_supervisor_client_finalize;

  /**
   * BhSupervisorClient:connection: (nullable)
   *
   * The session bus, or %NULL when there is none.
   */
  props[PROP_CONNECTION]
      = g_param_spec_object ("connection", NULL, NULL, G_TYPE_DBUS_CONNECTION,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * BhSupervisorClient:state:
   *
   * How the connection stands. Also notified when only the error's text changes.
   */
  props[PROP_STATE]
      = g_param_spec_enum ("state", NULL, NULL, BH_TYPE_CONNECTION_STATE, BH_CONNECTION_CONNECTING,
                           G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * BhSupervisorClient:sampling:
   *
   * Whether the apps' figures are wanted, once a second.
   */
  props[PROP_SAMPLING]
      = g_param_spec_boolean ("sampling", NULL, NULL, FALSE,
                              G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  /**
   * BhSupervisorClient::app-added:
   * @item: the app
   *
   * An app was installed, or became known.
   */
  signals[APP_ADDED] = g_signal_new ("app-added", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 1, BH_TYPE_APP_ITEM);
  /**
   * BhSupervisorClient::app-removed:
   * @item: the app
   *
   * An app is not installed any more.
   */
  signals[APP_REMOVED] = g_signal_new ("app-removed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 1, BH_TYPE_APP_ITEM);
  /**
   * BhSupervisorClient::sampled:
   * @apps: an `aa{sv}`, as Supervisor1.Sampled documents it
   *
   * The apps were measured.
   */
  signals[SAMPLED] = g_signal_new ("sampled", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_VARIANT);
  /**
   * BhSupervisorClient::machine-sampled:
   * @machine: an `a{sv}`, as Supervisor1.MachineSampled documents it
   *
   * The machine was measured; the apps follow.
   */
  signals[MACHINE_SAMPLED]
      = g_signal_new ("machine-sampled", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                      NULL, NULL, G_TYPE_NONE, 1, G_TYPE_VARIANT);
}

static void
bh_supervisor_client_init (BhSupervisorClient *self)
{
  self->watch = bh_sample_watch_new ();
  g_signal_connect_object (self->watch, "sampled", G_CALLBACK (on_sampled), self, 0);
  g_signal_connect_object (self->watch, "machine-sampled", G_CALLBACK (on_machine_sampled), self,
                           0);
  self->apps = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->cancellable = g_cancellable_new ();
}

/**
 * bh_supervisor_client_new:
 * @connection: (nullable): the session bus
 *
 * Returns: (transfer full): a client that has begun to connect
 */
BhSupervisorClient *
bh_supervisor_client_new (GDBusConnection *connection)
{
  g_return_val_if_fail (connection == NULL || G_IS_DBUS_CONNECTION (connection), NULL);

  return g_object_new (BH_TYPE_SUPERVISOR_CLIENT, "connection", connection, NULL);
}

/**
 * bh_supervisor_client_get_state:
 * @self: a client
 *
 * Returns: how the connection stands
 */
BhConnectionState
bh_supervisor_client_get_state (BhSupervisorClient *self)
{
  g_return_val_if_fail (BH_IS_SUPERVISOR_CLIENT (self), BH_CONNECTION_UNREACHABLE);

  return self->state;
}

/**
 * bh_supervisor_client_get_error:
 * @self: a client
 *
 * Returns: (transfer none) (nullable): why the supervisor is unreachable, for people
 */
const char *
bh_supervisor_client_get_error (BhSupervisorClient *self)
{
  g_return_val_if_fail (BH_IS_SUPERVISOR_CLIENT (self), NULL);

  return self->error;
}

/**
 * bh_supervisor_client_get_sampling:
 * @self: a client
 *
 * Returns: whether the apps' figures are wanted
 */
gboolean
bh_supervisor_client_get_sampling (BhSupervisorClient *self)
{
  g_return_val_if_fail (BH_IS_SUPERVISOR_CLIENT (self), FALSE);

  return self->sampling;
}

/**
 * bh_supervisor_client_set_sampling:
 * @self: a client
 * @sampling: whether the apps' figures are wanted; nothing is measured otherwise
 */
void
bh_supervisor_client_set_sampling (BhSupervisorClient *self, gboolean sampling)
{
  g_return_if_fail (BH_IS_SUPERVISOR_CLIENT (self));

  sampling = !!sampling;
  if (self->sampling == sampling)
    return;

  self->sampling = sampling;
  if (sampling)
    bh_sample_watch_hold (self->watch);
  else
    bh_sample_watch_release (self->watch);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SAMPLING]);
}

/**
 * bh_supervisor_client_hold_sampling:
 * @self: a client
 *
 * Has the apps measured, like bh_supervisor_client_set_sampling(), until
 * bh_supervisor_client_release_sampling() is called as often as this.
 */
void
bh_supervisor_client_hold_sampling (BhSupervisorClient *self)
{
  g_return_if_fail (BH_IS_SUPERVISOR_CLIENT (self));

  bh_sample_watch_hold (self->watch);
}

/**
 * bh_supervisor_client_release_sampling:
 * @self: a client
 */
void
bh_supervisor_client_release_sampling (BhSupervisorClient *self)
{
  g_return_if_fail (BH_IS_SUPERVISOR_CLIENT (self));

  bh_sample_watch_release (self->watch);
}

/**
 * bh_supervisor_client_set_focus:
 * @self: a client
 * @owner: who wants it; only compared
 * @item: (nullable): the app whose figures shall be the freshest, or %NULL when the owner wants
 *   none any more
 *
 * Of several owners the one that has spoken last decides. Only while figures are wanted at all.
 */
void
bh_supervisor_client_set_focus (BhSupervisorClient *self, gpointer owner, BhAppItem *item)
{
  g_return_if_fail (BH_IS_SUPERVISOR_CLIENT (self));

  bh_sample_watch_set_focus (self->watch, owner, item != NULL ? bh_app_item_get_path (item) : NULL);
}

/**
 * bh_supervisor_client_get_watch:
 * @self: a client
 *
 * Returns: (transfer none): what is to be measured for the shell, and how
 */
BhSampleWatch *
bh_supervisor_client_get_watch (BhSupervisorClient *self)
{
  g_return_val_if_fail (BH_IS_SUPERVISOR_CLIENT (self), NULL);

  return self->watch;
}

/**
 * bh_supervisor_client_retry:
 * @self: a client
 *
 * Tries to reach the supervisor now instead of when the back-off is over.
 */
void
bh_supervisor_client_retry (BhSupervisorClient *self)
{
  g_return_if_fail (BH_IS_SUPERVISOR_CLIENT (self));

  if (self->state == BH_CONNECTION_CONNECTED || self->connection == NULL)
    return;

  self->attempts = 0;
  g_clear_handle_id (&self->retry_id, g_source_remove);
  set_state (self, BH_CONNECTION_CONNECTING, NULL);
  try_now (self);
}

/**
 * bh_supervisor_client_get_supervisor:
 * @self: a client
 *
 * Returns: (transfer none) (nullable): the supervisor, %NULL unless it is connected
 */
BhDBusSupervisor1 *
bh_supervisor_client_get_supervisor (BhSupervisorClient *self)
{
  g_return_val_if_fail (BH_IS_SUPERVISOR_CLIENT (self), NULL);

  return self->state == BH_CONNECTION_CONNECTED ? self->supervisor : NULL;
}

/**
 * bh_supervisor_client_list_apps:
 * @self: a client
 *
 * Returns: (transfer container) (element-type BhAppItem): the apps, in no order
 */
GList *
bh_supervisor_client_list_apps (BhSupervisorClient *self)
{
  g_return_val_if_fail (BH_IS_SUPERVISOR_CLIENT (self), NULL);

  return g_hash_table_get_values (self->apps);
}

/**
 * bh_supervisor_client_lookup_app:
 * @self: a client
 * @path: a D-Bus object path
 *
 * Returns: (transfer none) (nullable): the app there
 */
BhAppItem *
bh_supervisor_client_lookup_app (BhSupervisorClient *self, const char *path)
{
  g_return_val_if_fail (BH_IS_SUPERVISOR_CLIENT (self) && path != NULL, NULL);

  return g_hash_table_lookup (self->apps, path);
}
