/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-systemd.h"

#include "bh-error.h"

#include <glib/gi18n.h>

/*
 * The user's systemd: makes, finds and changes transient scopes. The interface is described in
 * org.freedesktop.systemd1(5); which properties a transient scope takes, and their types, in
 * systemd's src/core/dbus-cgroup.c and dbus-scope.c.
 *
 * A method that starts a unit returns a job, and the unit stands when the signal JobRemoved says of
 * that job that it is done. The signal is listened for before the call is made, since it may come
 * before the answer.
 */

#define BUS_NAME     "org.freedesktop.systemd1"
#define MANAGER_PATH "/org/freedesktop/systemd1"
#define MANAGER      "org.freedesktop.systemd1.Manager"
#define SCOPE        "org.freedesktop.systemd1.Scope"

/* Milliseconds for a call, and for a job. A manager that is busy for longer is as good as none: the
 * app waits for it. */
#define TIMEOUT 5000

/* What the kernel gives a scope under contention; the default is 100. Apps are not more important
 * than the rest of the session. */
#define CPU_WEIGHT 100

struct _BhSystemd
{
  GObject parent_instance;

  GDBusConnection *connection;
  guint job_removed;
  GHashTable *jobs; /* object path → GTask that waits for it */
  GHashTable *done; /* object path → result, of jobs that ended while a call was under way */
  guint calls;
  gboolean subscribed;
};

typedef struct
{
  char *name;
  char *job;
  guint deadline;
} StartData;

G_DEFINE_FINAL_TYPE (BhSystemd, bh_systemd, G_TYPE_OBJECT)

static void find_cgroup (GTask *task, const char *name);

static void
start_data_free (StartData *data)
{
  g_clear_handle_id (&data->deadline, g_source_remove);
  g_free (data->name);
  g_free (data->job);
  g_free (data);
}

/* Takes the caller's reference to the task. */
static void
finish_job (GTask *task, const char *result)
{
  g_autoptr (GTask) owned = task;
  StartData *data = g_task_get_task_data (task);

  g_clear_handle_id (&data->deadline, g_source_remove);
  if (g_str_equal (result, "done"))
    find_cgroup (g_steal_pointer (&owned), data->name);
  else
    g_task_return_new_error (task, BH_ERROR, BH_ERROR_FAILED,
                             _("systemd could not make the scope “%s”: the job is “%s”"),
                             data->name, result);
}

static void
on_job_removed (GDBusConnection *connection,
                const char *sender,
                const char *path,
                const char *interface,
                const char *signal,
                GVariant *parameters,
                gpointer user_data)
{
  BhSystemd *self = BH_SYSTEMD (user_data);
  const char *job, *result;
  gpointer task;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(uoss)")))
    return;
  g_variant_get (parameters, "(u&o&s&s)", NULL, &job, NULL, &result);
  if (g_hash_table_steal_extended (self->jobs, job, NULL, &task))
    finish_job (task, result);
  else if (self->calls > 0)
    g_hash_table_insert (self->done, g_strdup (job), g_strdup (result));
}

static gboolean
on_job_deadline (gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (G_TASK (user_data));
  BhSystemd *self = g_task_get_source_object (task);
  StartData *data = g_task_get_task_data (task);

  data->deadline = 0;
  g_hash_table_remove (self->jobs, data->job);
  g_task_return_new_error (task, BH_ERROR, BH_ERROR_TIMED_OUT,
                           _("systemd did not make the scope “%s” within %d seconds"), data->name,
                           TIMEOUT / 1000);

  return G_SOURCE_REMOVE;
}

static void
bh_systemd_dispose (GObject *object)
{
  BhSystemd *self = BH_SYSTEMD (object);

  if (self->job_removed != 0)
    g_dbus_connection_signal_unsubscribe (self->connection, self->job_removed);
  self->job_removed = 0;

  G_OBJECT_CLASS (bh_systemd_parent_class)->dispose (object);
}

static void
bh_systemd_finalize (GObject *object)
{
  BhSystemd *self = BH_SYSTEMD (object);

  g_clear_pointer (&self->jobs, g_hash_table_unref);
  g_clear_pointer (&self->done, g_hash_table_unref);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (bh_systemd_parent_class)->finalize (object);
}

static void
bh_systemd_class_init (BhSystemdClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_systemd_dispose;
  object_class->finalize = bh_systemd_finalize;
}

static void
bh_systemd_init (BhSystemd *self)
{
  self->jobs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->done = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/**
 * bh_systemd_new:
 * @connection: the session bus
 *
 * Returns: (transfer full): a client of the user's systemd, whether there is one or not
 */
BhSystemd *
bh_systemd_new (GDBusConnection *connection)
{
  BhSystemd *self;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (connection), NULL);

  self = g_object_new (BH_TYPE_SYSTEMD, NULL);
  self->connection = g_object_ref (connection);
  self->job_removed
      = g_dbus_connection_signal_subscribe (connection, BUS_NAME, MANAGER, "JobRemoved",
                                            MANAGER_PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                            on_job_removed, self, NULL);

  return self;
}

static void
add_property (GVariantBuilder *properties, const char *name, GVariant *value)
{
  g_variant_builder_add (properties, "(sv)", name, value);
}

/* In these properties the largest number stands for "infinity". */
static GVariant *
new_limit (guint64 value)
{
  return g_variant_new_uint64 (value != 0 ? value : G_MAXUINT64);
}

static void
add_limits (GVariantBuilder *properties, BhLimits *limits)
{
  guint cpu = bh_limits_get_cpu (limits);
  guint64 memory = bh_limits_get_memory (limits);

  add_property (properties, "MemoryMax", new_limit (memory));
  add_property (properties, "MemoryHigh", new_limit (bh_limits_get_memory_high (limits)));
  /* Otherwise the app would go on in swap, past its limit and slower with each page. */
  add_property (properties, "MemorySwapMax", g_variant_new_uint64 (memory != 0 ? 0 : G_MAXUINT64));
  /* Microseconds for each second; per cent of one core. */
  add_property (properties, "CPUQuotaPerSecUSec", new_limit ((guint64) cpu * 10000));
  add_property (properties, "CPUWeight", g_variant_new_uint64 (CPU_WEIGHT));
  add_property (properties, "TasksMax", new_limit (bh_limits_get_tasks (limits)));
}

static void
on_cgroup_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariant) value = NULL;
  const char *path;

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  g_variant_get (answer, "(v)", &value);
  path = g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) ? g_variant_get_string (value, NULL)
                                                             : "";
  if (*path != '/')
    g_task_return_new_error (task, BH_ERROR, BH_ERROR_FAILED, _("The scope has no cgroup"));
  else
    g_task_return_pointer (task, g_strdup (path), g_free);
}

static void
on_unit_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  const char *path;

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  g_variant_get (answer, "(&o)", &path);
  g_dbus_connection_call (G_DBUS_CONNECTION (source), BUS_NAME, path,
                          "org.freedesktop.DBus.Properties", "Get",
                          g_variant_new ("(ss)", SCOPE, "ControlGroup"), G_VARIANT_TYPE ("(v)"),
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, TIMEOUT, g_task_get_cancellable (task),
                          on_cgroup_ready, task);
  g_steal_pointer (&task);
}

/* Takes the caller's reference to the task, which returns the path. */
static void
find_cgroup (GTask *task, const char *name)
{
  BhSystemd *self = g_task_get_source_object (task);

  g_dbus_connection_call (self->connection, BUS_NAME, MANAGER_PATH, MANAGER, "GetUnit",
                          g_variant_new ("(s)", name), G_VARIANT_TYPE ("(o)"),
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, TIMEOUT, g_task_get_cancellable (task),
                          on_unit_ready, task);
}

static void
on_start_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  BhSystemd *self = g_task_get_source_object (task);
  StartData *data = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autofree char *outcome = NULL;

  self->calls--;
  if (answer != NULL)
    {
      g_variant_get (answer, "(o)", &data->job);
      outcome = g_strdup (g_hash_table_lookup (self->done, data->job));
    }
  if (self->calls == 0)
    g_hash_table_remove_all (self->done);

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (outcome != NULL)
    {
      finish_job (g_steal_pointer (&task), outcome);
      return;
    }

  data->deadline = g_timeout_add (TIMEOUT, on_job_deadline, task);
  g_hash_table_insert (self->jobs, g_strdup (data->job), g_steal_pointer (&task));
}

/**
 * bh_systemd_start_scope_async:
 * @self: a client
 * @name: the scope's name, which no other unit has
 * @description: for people
 * @pid: the process that it begins with
 * @limits: its limits
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the scope stands and the process is in it
 * @user_data: for @callback
 *
 * Makes a transient scope in app.slice.
 */
void
bh_systemd_start_scope_async (BhSystemd *self,
                              const char *name,
                              const char *description,
                              pid_t pid,
                              BhLimits *limits,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task;
  StartData *data;
  GVariantBuilder properties;
  guint32 pids[] = { (guint32) pid };

  g_return_if_fail (BH_IS_SYSTEMD (self));
  g_return_if_fail (name != NULL && description != NULL && pid > 0 && limits != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, bh_systemd_start_scope_async);
  data = g_new0 (StartData, 1);
  data->name = g_strdup (name);
  g_task_set_task_data (task, data, (GDestroyNotify) start_data_free);

  /* Until somebody subscribes, systemd sends no signals. */
  if (!self->subscribed)
    g_dbus_connection_call (self->connection, BUS_NAME, MANAGER_PATH, MANAGER, "Subscribe", NULL,
                            NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, TIMEOUT, NULL, NULL, NULL);
  self->subscribed = TRUE;

  g_variant_builder_init (&properties, G_VARIANT_TYPE ("a(sv)"));
  add_property (&properties, "Description", g_variant_new_string (description));
  add_property (&properties, "PIDs",
                g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, pids, 1, sizeof pids[0]));
  add_property (&properties, "Slice", g_variant_new_string ("app.slice"));
  /* A scope in which a process was killed for want of memory goes on: which process it was, and
   * what follows, is ours to judge. (The default stops all of it.) */
  add_property (&properties, "OOMPolicy", g_variant_new_string ("continue"));
  /* Also a scope that failed is forgotten, so that nothing is left of it. */
  add_property (&properties, "CollectMode", g_variant_new_string ("inactive-or-failed"));
  add_property (&properties, "MemoryAccounting", g_variant_new_boolean (TRUE));
  add_property (&properties, "CPUAccounting", g_variant_new_boolean (TRUE));
  add_property (&properties, "TasksAccounting", g_variant_new_boolean (TRUE));
  add_limits (&properties, limits);

  self->calls++;
  g_dbus_connection_call (self->connection, BUS_NAME, MANAGER_PATH, MANAGER, "StartTransientUnit",
                          g_variant_new ("(ssa(sv)a(sa(sv)))", name, "fail", &properties, NULL),
                          G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, TIMEOUT,
                          cancellable, on_start_ready, task);
}

/**
 * bh_systemd_start_scope_finish:
 * @self: a client
 * @result: the result
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the scope's cgroup, a path below the mount point, or %NULL
 */
char *
bh_systemd_start_scope_finish (BhSystemd *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_systemd_start_scope_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * bh_systemd_find_scope_async:
 * @self: a client
 * @name: a scope's name
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when it is found
 * @user_data: for @callback
 *
 * Looks for a scope that an earlier supervisor made.
 */
void
bh_systemd_find_scope_async (BhSystemd *self,
                             const char *name,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task;

  g_return_if_fail (BH_IS_SYSTEMD (self));
  g_return_if_fail (name != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, bh_systemd_find_scope_async);
  find_cgroup (task, name);
}

/**
 * bh_systemd_find_scope_finish:
 * @self: a client
 * @result: the result
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the scope's cgroup, or %NULL
 */
char *
bh_systemd_find_scope_finish (BhSystemd *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_systemd_find_scope_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_set_properties_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * bh_systemd_set_limits_async:
 * @self: a client
 * @name: a scope's name
 * @limits: its new limits
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when they stand
 * @user_data: for @callback
 *
 * Changes the limits of a scope that is running.
 */
void
bh_systemd_set_limits_async (BhSystemd *self,
                             const char *name,
                             BhLimits *limits,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task;
  GVariantBuilder properties;

  g_return_if_fail (BH_IS_SYSTEMD (self));
  g_return_if_fail (name != NULL && limits != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, bh_systemd_set_limits_async);
  g_variant_builder_init (&properties, G_VARIANT_TYPE ("a(sv)"));
  add_limits (&properties, limits);
  g_dbus_connection_call (self->connection, BUS_NAME, MANAGER_PATH, MANAGER, "SetUnitProperties",
                          g_variant_new ("(sba(sv))", name, TRUE, &properties), NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, TIMEOUT, cancellable,
                          on_set_properties_ready, task);
}

/**
 * bh_systemd_set_limits_finish:
 * @self: a client
 * @result: the result
 * @error: return location for an error
 *
 * Returns: whether the limits were taken
 */
gboolean
bh_systemd_set_limits_finish (BhSystemd *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_systemd_set_limits_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * bh_systemd_set_frozen_async:
 * @self: a client
 * @name: a scope's name
 * @frozen: whether its processes shall stand still
 * @callback: (scope async): called when they do, or go on
 * @user_data: for @callback
 *
 * Freezes or thaws a scope, which systemd can from version 246 on.
 */
void
bh_systemd_set_frozen_async (BhSystemd *self,
                             const char *name,
                             gboolean frozen,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task;

  g_return_if_fail (BH_IS_SYSTEMD (self));
  g_return_if_fail (name != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, bh_systemd_set_frozen_async);
  g_dbus_connection_call (self->connection, BUS_NAME, MANAGER_PATH, MANAGER,
                          frozen ? "FreezeUnit" : "ThawUnit", g_variant_new ("(s)", name), NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, TIMEOUT, NULL, on_set_properties_ready,
                          task);
}

/**
 * bh_systemd_set_frozen_finish:
 * @self: a client
 * @result: the result
 * @error: return location for an error
 *
 * Returns: whether systemd says that it is done
 */
gboolean
bh_systemd_set_frozen_finish (BhSystemd *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_systemd_set_frozen_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_list_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariantIter) iter = NULL;
  g_autoptr (GStrvBuilder) names = NULL;
  const char *name;

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  names = g_strv_builder_new ();
  g_variant_get (answer, "(a(ssssssouso))", &iter);
  while (g_variant_iter_loop (iter, "(&ssssssouso)", &name, NULL, NULL, NULL, NULL, NULL, NULL,
                              NULL, NULL, NULL))
    g_strv_builder_add (names, name);
  g_task_return_pointer (task, g_strv_builder_end (names), (GDestroyNotify) g_strfreev);
}

/**
 * bh_systemd_list_async:
 * @self: a client
 * @pattern: of names, as in a shell
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when they are found
 * @user_data: for @callback
 *
 * Looks for units that are loaded.
 */
void
bh_systemd_list_async (BhSystemd *self,
                       const char *pattern,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  const char *const patterns[] = { pattern, NULL };
  GTask *task;

  g_return_if_fail (BH_IS_SYSTEMD (self));
  g_return_if_fail (pattern != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, bh_systemd_list_async);
  g_dbus_connection_call (self->connection, BUS_NAME, MANAGER_PATH, MANAGER, "ListUnitsByPatterns",
                          g_variant_new ("(as^as)", NULL, patterns),
                          G_VARIANT_TYPE ("(a(ssssssouso))"), G_DBUS_CALL_FLAGS_NO_AUTO_START,
                          TIMEOUT, cancellable, on_list_ready, task);
}

/**
 * bh_systemd_list_finish:
 * @self: a client
 * @result: the result
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the units' names, or %NULL
 */
GStrv
bh_systemd_list_finish (BhSystemd *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_systemd_list_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * bh_systemd_stop:
 * @self: a client
 * @name: a unit's name
 *
 * Ends a unit with all its processes, without waiting for that.
 */
void
bh_systemd_stop (BhSystemd *self, const char *name)
{
  g_return_if_fail (BH_IS_SYSTEMD (self));
  g_return_if_fail (name != NULL);

  g_dbus_connection_call (self->connection, BUS_NAME, MANAGER_PATH, MANAGER, "StopUnit",
                          g_variant_new ("(ss)", name, "replace"), NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, TIMEOUT, NULL, NULL, NULL);
}
