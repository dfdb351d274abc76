/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-journal-client.h"

#include "bh-app-id.h"

#include <glib/gi18n.h>

/*
 * The shell's end of the supervisor's memory of the past. It follows the supervisor's process as
 * the supervisor's client does, and asks only once where several ask the same at a time. What an
 * older supervisor does not have is an error with words for people.
 */

struct _BhJournalClient
{
  GObject parent_instance;

  BhSupervisorClient *client;
  BhDBusJournal1 *proxy;
  GCancellable *cancellable; /* of one process of the supervisor */
  GHashTable *calls;         /* what is asked → who waits for it */
};

/* A question that is under way. */
typedef struct
{
  BhJournalClient *client;
  char *key;
} Call;

enum {
  PROP_0,
  PROP_CLIENT,
  PROP_READY,
  PROP_TROUBLE,
  N_PROPS,
};
static GParamSpec *props[N_PROPS];

enum {
  RECORDED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhJournalClient, bh_journal_client, G_TYPE_OBJECT)

static void
call_free (Call *call)
{
  g_object_unref (call->client);
  g_free (call->key);
  g_free (call);
}

static GError *
improve_error (GError *error)
{
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD)
      || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE)
      || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT))
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                                _("The supervisor that runs now keeps no history."));
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                                _("Bulkhead’s supervisor ended before it answered."));
  g_dbus_error_strip_remote_error (error);

  return g_error_copy (error);
}

/* Everybody who has asked gets the answer. */
static void
answer (Call *call, GVariant *reply, GError *error)
{
  g_autoptr (GPtrArray) tasks = NULL;
  g_autoptr (GError) improved = error != NULL ? improve_error (error) : NULL;

  g_hash_table_steal_extended (call->client->calls, call->key, NULL, (gpointer *) &tasks);
  for (guint i = 0; tasks != NULL && i < tasks->len; i++)
    {
      GTask *task = g_ptr_array_index (tasks, i);

      if (reply != NULL)
        g_task_return_pointer (task, g_variant_ref (reply), (GDestroyNotify) g_variant_unref);
      else
        g_task_return_error (task, g_error_copy (improved));
    }
  call_free (call);
}

static void
on_call_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, &error);

  answer (user_data, reply, error);
}

static void
ask (BhJournalClient *self, const char *method, GVariant *parameters, GTask *task)
{
  g_autoptr (GVariant) sunk = g_variant_ref_sink (parameters);
  g_autofree char *printed = g_variant_print (sunk, TRUE);
  g_autofree char *key = g_strdup_printf ("%s %s", method, printed);
  GPtrArray *tasks;
  Call *call;

  if (self->proxy == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "%s",
                               _("Bulkhead’s supervisor can’t be reached."));
      g_object_unref (task);
      return;
    }

  tasks = g_hash_table_lookup (self->calls, key);
  if (tasks != NULL)
    {
      g_ptr_array_add (tasks, task);
      return;
    }

  tasks = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (tasks, task);
  g_hash_table_insert (self->calls, g_strdup (key), tasks);
  call = g_new0 (Call, 1);
  call->client = g_object_ref (self);
  call->key = g_steal_pointer (&key);
  g_dbus_proxy_call (G_DBUS_PROXY (self->proxy), method, sunk, G_DBUS_CALL_FLAGS_NONE, -1,
                     self->cancellable, on_call_ready, call);
}

static void
on_recorded (BhDBusJournal1 *proxy, GVariant *event, BhJournalClient *self)
{
  g_autoptr (BhJournalEvent) recorded = bh_journal_event_new (event);

  g_signal_emit (self, signals[RECORDED], 0, recorded);
}

static void
on_trouble_changed (BhDBusJournal1 *proxy, GParamSpec *pspec, BhJournalClient *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TROUBLE]);
}

static void
forget_process (BhJournalClient *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  if (self->proxy == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->proxy, self);
  g_clear_object (&self->proxy);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_READY]);
}

static void
on_proxy_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BhDBusJournal1) proxy = bh_dbus_journal1_proxy_new_finish (result, &error);
  BhJournalClient *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (proxy == NULL)
    {
      g_message ("The supervisor’s history can’t be reached: %s", error->message);
      return;
    }

  self = BH_JOURNAL_CLIENT (user_data);
  self->proxy = g_steal_pointer (&proxy);
  g_signal_connect (self->proxy, "recorded", G_CALLBACK (on_recorded), self);
  g_signal_connect (self->proxy, "notify::trouble", G_CALLBACK (on_trouble_changed), self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_READY]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TROUBLE]);
}

static void
follow (BhJournalClient *self)
{
  BhDBusSupervisor1 *supervisor = bh_supervisor_client_get_supervisor (self->client);

  forget_process (self);
  if (supervisor != NULL)
    bh_dbus_journal1_proxy_new (g_dbus_proxy_get_connection (G_DBUS_PROXY (supervisor)),
                                G_DBUS_PROXY_FLAGS_NONE,
                                g_dbus_proxy_get_name (G_DBUS_PROXY (supervisor)),
                                BH_SUPERVISOR_OBJECT_PATH, self->cancellable, on_proxy_ready, self);
}

static void
on_state_changed (BhSupervisorClient *client, GParamSpec *pspec, BhJournalClient *self)
{
  follow (self);
}

static void
bh_journal_client_get_property (GObject *object,
                                guint property_id,
                                GValue *value,
                                GParamSpec *pspec)
{
  BhJournalClient *self = BH_JOURNAL_CLIENT (object);

  switch (property_id)
    {
    case PROP_CLIENT:
      g_value_set_object (value, self->client);
      break;
    case PROP_READY:
      g_value_set_boolean (value, bh_journal_client_get_ready (self));
      break;
    case PROP_TROUBLE:
      g_value_set_string (value, bh_journal_client_get_trouble (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
bh_journal_client_set_property (GObject *object,
                                guint property_id,
                                const GValue *value,
                                GParamSpec *pspec)
{
  BhJournalClient *self = BH_JOURNAL_CLIENT (object);

  switch (property_id)
    {
    case PROP_CLIENT:
      self->client = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
bh_journal_client_constructed (GObject *object)
{
  BhJournalClient *self = BH_JOURNAL_CLIENT (object);

  G_OBJECT_CLASS (bh_journal_client_parent_class)->constructed (object);

  g_signal_connect_object (self->client, "notify::state", G_CALLBACK (on_state_changed), self, 0);
  follow (self);
}

static void
bh_journal_client_dispose (GObject *object)
{
  BhJournalClient *self = BH_JOURNAL_CLIENT (object);

  if (self->client != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->client, self);
      forget_process (self);
    }
  g_clear_object (&self->client);

  G_OBJECT_CLASS (bh_journal_client_parent_class)->dispose (object);
}

static void
bh_journal_client_finalize (GObject *object)
{
  BhJournalClient *self = BH_JOURNAL_CLIENT (object);

  g_hash_table_unref (self->calls);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (bh_journal_client_parent_class)->finalize (object);
}

static void
bh_journal_client_class_init (BhJournalClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = bh_journal_client_get_property;
  object_class->set_property = bh_journal_client_set_property;
  object_class->constructed = bh_journal_client_constructed;
  object_class->dispose = bh_journal_client_dispose;
  object_class->finalize = bh_journal_client_finalize;

  /**
   * BhJournalClient:client:
   *
   * The connection to the supervisor.
   */
  props[PROP_CLIENT]
      = g_param_spec_object ("client", NULL, NULL, BH_TYPE_SUPERVISOR_CLIENT,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * BhJournalClient:ready:
   *
   * Whether there is somebody to ask. After it was not, what was asked before is out of date.
   */
  props[PROP_READY] = g_param_spec_boolean ("ready", NULL, NULL, FALSE,
                                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * BhJournalClient:trouble:
   *
   * What is wrong with the history, as Journal1.Trouble has it, or "".
   */
  props[PROP_TROUBLE]
      = g_param_spec_string ("trouble", NULL, NULL, "", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  /**
   * BhJournalClient::recorded:
   * @event: what was
   *
   * Something happened to some app.
   */
  signals[RECORDED] = g_signal_new ("recorded", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, BH_TYPE_JOURNAL_EVENT);
}

static void
bh_journal_client_init (BhJournalClient *self)
{
  self->cancellable = g_cancellable_new ();
  self->calls
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * bh_journal_client_new:
 * @client: the connection to the supervisor
 *
 * Returns: (transfer full): a client that becomes ready when the supervisor is connected
 */
BhJournalClient *
bh_journal_client_new (BhSupervisorClient *client)
{
  g_return_val_if_fail (BH_IS_SUPERVISOR_CLIENT (client), NULL);

  return g_object_new (BH_TYPE_JOURNAL_CLIENT, "client", client, NULL);
}

/**
 * bh_journal_client_get_ready:
 * @self: a client
 *
 * Returns: whether there is somebody to ask
 */
gboolean
bh_journal_client_get_ready (BhJournalClient *self)
{
  g_return_val_if_fail (BH_IS_JOURNAL_CLIENT (self), FALSE);

  return self->proxy != NULL;
}

/**
 * bh_journal_client_get_trouble:
 * @self: a client
 *
 * Returns: (transfer none): what is wrong with the history, or ""
 */
const char *
bh_journal_client_get_trouble (BhJournalClient *self)
{
  const char *trouble;

  g_return_val_if_fail (BH_IS_JOURNAL_CLIENT (self), NULL);

  trouble = self->proxy != NULL ? bh_dbus_journal1_get_trouble (self->proxy) : NULL;

  return trouble != NULL ? trouble : "";
}

/**
 * bh_journal_client_get_history:
 * @self: a client
 * @app: an app's id
 * @since: from which moment on, in microseconds since 1970-01-01 UTC
 * @resolution: the seconds that a point shall stand for: 1, 60 or 3600
 * @cancellable: (nullable): what makes the answer unwanted
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Asks what an app has used.
 */
void
bh_journal_client_get_history (BhJournalClient *self,
                               const char *app,
                               gint64 since,
                               guint resolution,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  GTask *task;

  g_return_if_fail (BH_IS_JOURNAL_CLIENT (self) && app != NULL && since >= 0);

  g_variant_dict_insert (&options, "since", "t", (guint64) since);
  g_variant_dict_insert (&options, "resolution", "u", resolution);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, bh_journal_client_get_history);
  ask (self, "GetHistory", g_variant_new ("(s@a{sv})", app, g_variant_dict_end (&options)), task);
}

/**
 * bh_journal_client_get_history_finish:
 * @self: a client
 * @result: what the callback was given
 * @memory: (out) (transfer full): the memory, in bytes
 * @cpu: (out) (transfer full): the CPU, in per cent of one core
 * @error: return location for an error
 *
 * Returns: %FALSE with an error when there is no answer
 */
gboolean
bh_journal_client_get_history_finish (BhJournalClient *self,
                                      GAsyncResult *result,
                                      BhHistorySeries **memory,
                                      BhHistorySeries **cpu,
                                      GError **error)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariantIter) iter = NULL;
  g_autoptr (GArray) memory_points = NULL;
  g_autoptr (GArray) cpu_points = NULL;
  BhHistoryPoint cpu_point;
  guint64 time, least, mean, most;
  guint resolution, n;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (memory != NULL && cpu != NULL, FALSE);

  reply = g_task_propagate_pointer (G_TASK (result), error);
  if (reply == NULL)
    return FALSE;
  if (!g_variant_is_of_type (reply, G_VARIANT_TYPE ("(ua(tutttddd))")))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("The supervisor’s answer can’t be understood."));
      return FALSE;
    }

  memory_points = g_array_new (FALSE, FALSE, sizeof (BhHistoryPoint));
  cpu_points = g_array_new (FALSE, FALSE, sizeof (BhHistoryPoint));
  g_variant_get (reply, "(ua(tutttddd))", &resolution, &iter);
  while (g_variant_iter_loop (iter, "(tutttddd)", &time, &n, &least, &mean, &most, &cpu_point.least,
                              &cpu_point.mean, &cpu_point.most))
    {
      BhHistoryPoint point = { (gint64) time, (double) least, (double) mean, (double) most };

      if (time > G_MAXINT64 / 2)
        continue;
      g_array_append_val (memory_points, point);
      cpu_point.time = (gint64) time;
      if (cpu_point.mean >= 0)
        g_array_append_val (cpu_points, cpu_point);
    }
  resolution = MAX (resolution, 1);
  *memory
      = bh_history_series_new (resolution, (gconstpointer) memory_points->data, memory_points->len);
  *cpu = bh_history_series_new (resolution, (gconstpointer) cpu_points->data, cpu_points->len);

  return TRUE;
}

/**
 * bh_journal_client_get_events:
 * @self: a client
 * @app: an app's id
 * @until: before which moment, in microseconds since 1970-01-01 UTC, or 0 for up to now
 * @limit: how many at most; the latest are given
 * @cancellable: (nullable): what makes the answer unwanted
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Asks what happened to an app.
 */
void
bh_journal_client_get_events (BhJournalClient *self,
                              const char *app,
                              gint64 until,
                              guint limit,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  GTask *task;

  g_return_if_fail (BH_IS_JOURNAL_CLIENT (self) && app != NULL && until >= 0);

  g_variant_dict_insert (&options, "app", "s", app);
  g_variant_dict_insert (&options, "limit", "u", limit);
  if (until > 0)
    g_variant_dict_insert (&options, "until", "t", (guint64) until);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, bh_journal_client_get_events);
  ask (self, "GetEvents", g_variant_new ("(@a{sv})", g_variant_dict_end (&options)), task);
}

/**
 * bh_journal_client_get_events_finish:
 * @self: a client
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable) (element-type BhJournalEvent): the events, the oldest first;
 *   %NULL with an error when there is no answer
 */
GPtrArray *
bh_journal_client_get_events_finish (BhJournalClient *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) list = NULL;
  GPtrArray *events;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  reply = g_task_propagate_pointer (G_TASK (result), error);
  if (reply == NULL)
    return NULL;
  if (!g_variant_is_of_type (reply, G_VARIANT_TYPE ("(aa{sv})")))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("The supervisor’s answer can’t be understood."));
      return NULL;
    }

  events = g_ptr_array_new_with_free_func ((GDestroyNotify) bh_journal_event_unref);
  list = g_variant_get_child_value (reply, 0);
  for (gsize i = 0; i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) event = g_variant_get_child_value (list, i);

      g_ptr_array_add (events, bh_journal_event_new (event));
    }

  return events;
}
