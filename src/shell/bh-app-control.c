/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-app-control.h"

#include "bh-error.h"

#include <glib/gi18n.h>

/*
 * What the user asks of apps, passed on to the supervisor. It keeps what is under way, so that the
 * shell does not exit in the middle of it and an app shows at once what was asked for; it holds
 * all back while the supervisor is on its way; and it puts failures into words.
 */

/* A stop takes the grace time of 5 seconds, and what is killed then has to go. */
#define CALL_TIMEOUT_MS 60000

struct _BhAppControl
{
  GObject parent_instance;

  BhSupervisorClient *client;
  guint n_calls;

  /* What waits for the supervisor. */
  GQueue launches;
  GQueue calls;
};

typedef struct
{
  BhAppControl *control;
  char *id;
  char *activation_token;
} Launch;

/* What was asked of several apps at once: their failures are told together. */
typedef struct
{
  guint n_left;
  GPtrArray *names;
  GPtrArray *reasons;
} Batch;

typedef struct
{
  BhAppControl *control;
  Batch *batch;
  BhAppItem *item;
  BhAppAction action;
  char *activation_token;
} Call;

/* How an action is asked for on D-Bus, and what to say when it can't be done. */
static const struct
{
  const char *method;
  gboolean takes_options;
  gboolean ends; /* nothing is amiss when the app is not running */
  const char *failure;
  const char *failures;
} calls[] = {
  /* Translators: the first %s is an app's name, the second says what went wrong. */
  [BH_APP_ACTION_LAUNCH] = { "Launch", TRUE, FALSE, N_("%s could not be opened: %s"),
                             N_("These apps could not be opened:") },
  /* Translators: the first %s is an app's name, the second says what went wrong. */
  [BH_APP_ACTION_STOP] = { "Stop", FALSE, TRUE, N_("%s could not be stopped: %s"),
                           N_("These apps could not be stopped:") },
  /* Translators: the first %s is an app's name, the second says what went wrong. */
  [BH_APP_ACTION_KILL] = { "Kill", FALSE, TRUE, N_("%s could not be killed: %s"),
                           N_("These apps could not be killed:") },
  /* Translators: the first %s is an app's name, the second says what went wrong. */
  [BH_APP_ACTION_RESTART] = { "Restart", TRUE, FALSE, N_("%s could not be restarted: %s"),
                              N_("These apps could not be restarted:") },
  /* Translators: the first %s is an app's name, the second says what went wrong. */
  [BH_APP_ACTION_WAIT] = { "Wait", FALSE, TRUE, N_("%s could not be given more time: %s"),
                           N_("These apps could not be given more time:") },
  /* Translators: the first %s is an app's name, the second says what went wrong. */
  [BH_APP_ACTION_SUSPEND] = { "Suspend", FALSE, TRUE, N_("%s could not be put to sleep: %s"),
                              N_("These apps could not be put to sleep:") },
  /* Translators: the first %s is an app's name, the second says what went wrong. */
  [BH_APP_ACTION_RESUME] = { "Resume", FALSE, TRUE, N_("%s could not be woken: %s"),
                             N_("These apps could not be woken:") },
  /* Translators: the first %s is an app's name, the second says what went wrong. */
  [BH_APP_ACTION_DEVELOPER_TOOLS]
  = { "OpenDeveloperTools", FALSE, FALSE, N_("The developer tools of %s could not be opened: %s"),
      N_("The developer tools of these apps could not be opened:") },
  /* Translators: the first %s is an app's name, the second says what went wrong. */
  [BH_APP_ACTION_SHOW_FOLDER]
  = { NULL, FALSE, FALSE, N_("The folder of %s could not be shown: %s"), NULL },
};

enum {
  PROP_0,
  PROP_CLIENT,
  PROP_BUSY,
  N_PROPS,
};
static GParamSpec *props[N_PROPS];

enum {
  FAILED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhAppControl, bh_app_control, G_TYPE_OBJECT)

static void
launch_free (Launch *launch)
{
  g_free (launch->id);
  g_free (launch->activation_token);
  g_free (launch);
}

static void
batch_unref (Batch *batch)
{
  if (--batch->n_left > 0)
    return;

  g_ptr_array_unref (batch->names);
  g_ptr_array_unref (batch->reasons);
  g_free (batch);
}

static void
call_free (Call *call)
{
  g_clear_object (&call->control);
  batch_unref (call->batch);
  g_object_unref (call->item);
  g_free (call->activation_token);
  g_free (call);
}

static void
begin_call (BhAppControl *self)
{
  if (self->n_calls++ == 0)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BUSY]);
}

static void
end_call (BhAppControl *self)
{
  g_assert (self->n_calls > 0);

  if (--self->n_calls == 0)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BUSY]);
}

static void
report_failure (BhAppControl *self, const char *name, BhAppAction action, const char *why)
{
  g_autofree char *message = NULL;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  message = g_strdup_printf (_(calls[action].failure), name, why);
#pragma GCC diagnostic pop
  g_signal_emit (self, signals[FAILED], 0, message);
}

static void
report_batch (BhAppControl *self, Batch *batch, BhAppAction action)
{
  g_autoptr (GString) message = NULL;

  if (batch->names->len == 1)
    {
      report_failure (self, batch->names->pdata[0], action, batch->reasons->pdata[0]);
      return;
    }

  message = g_string_new (_(calls[action].failures));
  for (guint i = 0; i < batch->names->len; i++)
    {
      g_string_append_c (message, '\n');
      /* Translators: an app's name, and why something could not be done with it. */
      g_string_append_printf (message, _("%s: %s"), (char *) batch->names->pdata[i],
                              (char *) batch->reasons->pdata[i]);
    }
  g_signal_emit (self, signals[FAILED], 0, message->str);
}

static const char *
describe (GError *error)
{
  /* The bus's own words for it would tell nobody anything. */
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY))
    return _("Bulkhead’s supervisor ended before it answered. Please try again.");
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN)
      || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER))
    return _("Bulkhead’s supervisor can’t be reached.");

  g_dbus_error_strip_remote_error (error);

  return error->message;
}

static void
call_done (Call *call, GError *error)
{
  BhAppItem *item = call->item;
  Batch *batch = call->batch;

  /* A kill may have been asked for while the stop was under way. */
  if (bh_app_item_get_pending (item) == call->action)
    bh_app_item_set_pending (item, BH_APP_ACTION_NONE);

  /* What was to end has ended: as the user wanted; and nobody waits for what is gone. */
  if (error != NULL
      && !(calls[call->action].ends && g_error_matches (error, BH_ERROR, BH_ERROR_NOT_RUNNING)))
    {
      g_ptr_array_add (batch->names, g_strdup (bh_app_item_get_name (item)));
      g_ptr_array_add (batch->reasons, g_strdup (describe (error)));
    }
  if (batch->n_left == 1 && batch->names->len > 0)
    report_batch (call->control, batch, call->action);

  end_call (call->control);
  call_free (call);
}

static void
on_call_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, &error);

  call_done (user_data, error);
}

static GVariant *
build_options (const char *activation_token)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  if (activation_token != NULL && *activation_token != '\0')
    g_variant_dict_insert (&dict, "activation-token", "s", activation_token);

  return g_variant_dict_end (&dict);
}

static void
send (BhAppControl *self, Call *call)
{
  BhDBusApp1 *proxy = bh_app_item_get_proxy (call->item);

  call->control = g_object_ref (self);
  if (proxy == NULL)
    {
      gboolean connected = bh_supervisor_client_get_state (self->client) == BH_CONNECTION_CONNECTED;
      g_autoptr (GError) error = NULL;

      if (connected)
        error = g_error_new_literal (BH_ERROR, BH_ERROR_NO_SUCH_APP, _("It is not installed."));
      else
        error = g_error_new_literal (G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER, "");
      call_done (call, error);
      return;
    }

  g_dbus_proxy_call (G_DBUS_PROXY (proxy), calls[call->action].method,
                     calls[call->action].takes_options
                         ? g_variant_new ("(@a{sv})", build_options (call->activation_token))
                         : NULL,
                     G_DBUS_CALL_FLAGS_NONE, CALL_TIMEOUT_MS, NULL, on_call_ready, call);
}

static void
launch_failed (BhAppControl *self, const char *id, const char *why)
{
  report_failure (self, id, BH_APP_ACTION_LAUNCH, why);
  end_call (self);
}

static void
on_find_app_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Launch *launch = user_data;
  g_autoptr (BhAppControl) self = g_steal_pointer (&launch->control);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  BhAppItem *item = NULL;

  if (bh_dbus_supervisor1_call_find_app_finish (BH_DBUS_SUPERVISOR1 (source), &path, result,
                                                &error))
    item = bh_supervisor_client_lookup_app (self->client, path);

  if (item != NULL)
    {
      bh_app_control_act (self, item, BH_APP_ACTION_LAUNCH, launch->activation_token);
      end_call (self);
    }
  else
    {
      launch_failed (self, launch->id,
                     error != NULL ? describe (error) : _("It is not installed."));
    }
  launch_free (launch);
}

static void
flush_launches (BhAppControl *self)
{
  BhDBusSupervisor1 *supervisor = bh_supervisor_client_get_supervisor (self->client);
  Launch *launch;

  while ((launch = g_queue_pop_head (&self->launches)) != NULL)
    {
      if (supervisor != NULL)
        {
          launch->control = g_object_ref (self);
          bh_dbus_supervisor1_call_find_app (supervisor, launch->id, NULL, on_find_app_ready,
                                             launch);
          continue;
        }

      launch_failed (self, launch->id, _("Bulkhead’s supervisor can’t be reached."));
      launch_free (launch);
    }
}

static void
flush_calls (BhAppControl *self)
{
  Call *call;

  while ((call = g_queue_pop_head (&self->calls)) != NULL)
    send (self, call);
}

static void
on_state_changed (BhSupervisorClient *client, GParamSpec *pspec, BhAppControl *self)
{
  if (bh_supervisor_client_get_state (client) == BH_CONNECTION_CONNECTING)
    return;

  flush_launches (self);
  flush_calls (self);
}

static void
bh_app_control_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  BhAppControl *self = BH_APP_CONTROL (object);

  switch (property_id)
    {
    case PROP_CLIENT:
      g_value_set_object (value, self->client);
      break;
    case PROP_BUSY:
      g_value_set_boolean (value, self->n_calls > 0);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
bh_app_control_set_property (GObject *object,
                             guint property_id,
                             const GValue *value,
                             GParamSpec *pspec)
{
  BhAppControl *self = BH_APP_CONTROL (object);

  switch (property_id)
    {
    case PROP_CLIENT:
      self->client = g_value_dup_object (value);
      g_signal_connect_object (self->client, "notify::state", G_CALLBACK (on_state_changed), self,
                               0);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
bh_app_control_finalize (GObject *object)
{
  BhAppControl *self = BH_APP_CONTROL (object);

  g_queue_clear_full (&self->launches, (GDestroyNotify) launch_free);
  g_queue_clear_full (&self->calls, (GDestroyNotify) call_free);
  g_object_unref (self->client);

  G_OBJECT_CLASS (bh_app_control_parent_class)->finalize (object);
}

static void
bh_app_control_class_init (BhAppControlClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = bh_app_control_get_property;
  object_class->set_property = bh_app_control_set_property;
  object_class->finalize = bh_app_control_finalize;

  /**
   * BhAppControl:client:
   *
   * The connection to the supervisor.
   */
  props[PROP_CLIENT]
      = g_param_spec_object ("client", NULL, NULL, BH_TYPE_SUPERVISOR_CLIENT,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * BhAppControl:busy:
   *
   * Whether something was asked for and is not answered yet.
   */
  props[PROP_BUSY]
      = g_param_spec_boolean ("busy", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  /**
   * BhAppControl::failed:
   * @message: what failed and why, for people; names the app
   *
   * Something that the user asked for could not be done.
   */
  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
bh_app_control_init (BhAppControl *self)
{
  g_queue_init (&self->launches);
  g_queue_init (&self->calls);
}

/**
 * bh_app_control_new:
 * @client: the connection to the supervisor
 *
 * Returns: (transfer full): a control
 */
BhAppControl *
bh_app_control_new (BhSupervisorClient *client)
{
  g_return_val_if_fail (BH_IS_SUPERVISOR_CLIENT (client), NULL);

  return g_object_new (BH_TYPE_APP_CONTROL, "client", client, NULL);
}

/**
 * bh_app_control_get_client:
 * @self: a control
 *
 * Returns: (transfer none): the connection to the supervisor
 */
BhSupervisorClient *
bh_app_control_get_client (BhAppControl *self)
{
  g_return_val_if_fail (BH_IS_APP_CONTROL (self), NULL);

  return self->client;
}

/**
 * bh_app_control_get_busy:
 * @self: a control
 *
 * Returns: whether something was asked for and is not answered yet
 */
gboolean
bh_app_control_get_busy (BhAppControl *self)
{
  g_return_val_if_fail (BH_IS_APP_CONTROL (self), FALSE);

  return self->n_calls > 0;
}

static void
begin (BhAppControl *self, BhAppItem *item, BhAppAction action, const char *token, Batch *batch)
{
  Call *call = g_new0 (Call, 1);

  call->batch = batch;
  call->item = g_object_ref (item);
  call->action = action;
  call->activation_token = g_strdup (token);
  begin_call (self);
  bh_app_item_set_pending (item, action);

  if (bh_app_item_get_proxy (item) == NULL
      && bh_supervisor_client_get_state (self->client) == BH_CONNECTION_CONNECTING)
    g_queue_push_tail (&self->calls, call);
  else
    send (self, call);
}

/**
 * bh_app_control_act:
 * @self: a control
 * @item: an app
 * @action: what to do with it
 * @activation_token: (nullable): lets the app's window take the focus
 *
 * Asks the supervisor, as soon as it is there. Until it has answered the app has @action pending;
 * an error is told by [signal@Bh.AppControl::failed].
 */
void
bh_app_control_act (BhAppControl *self,
                    BhAppItem *item,
                    BhAppAction action,
                    const char *activation_token)
{
  g_autoptr (GList) items = NULL;

  g_return_if_fail (BH_IS_APP_CONTROL (self) && BH_IS_APP_ITEM (item));

  items = g_list_prepend (NULL, item);
  bh_app_control_act_all (self, items, action, activation_token);
}

/**
 * bh_app_control_act_all:
 * @self: a control
 * @items: (element-type BhAppItem): apps
 * @action: what to do with them
 * @activation_token: (nullable): lets the window of the first take the focus
 *
 * Does with each what bh_app_control_act() does. The errors of all are told in one message, when
 * the last of them is done.
 */
void
bh_app_control_act_all (BhAppControl *self,
                        GList *items,
                        BhAppAction action,
                        const char *activation_token)
{
  Batch *batch;

  g_return_if_fail (BH_IS_APP_CONTROL (self));
  g_return_if_fail (action > BH_APP_ACTION_NONE && action < G_N_ELEMENTS (calls));

  if (items == NULL)
    return;

  batch = g_new0 (Batch, 1);
  batch->n_left = g_list_length (items);
  batch->names = g_ptr_array_new_with_free_func (g_free);
  batch->reasons = g_ptr_array_new_with_free_func (g_free);
  for (GList *link = items; link != NULL; link = link->next)
    begin (self, link->data, action, link == items ? activation_token : NULL, batch);
}

/**
 * bh_app_control_launch_id:
 * @self: a control
 * @id: an app's id
 * @activation_token: (nullable): lets the app's window take the focus
 *
 * Starts the app with that id, or raises its window, as soon as the supervisor is there. An error
 * is told by [signal@Bh.AppControl::failed].
 */
void
bh_app_control_launch_id (BhAppControl *self, const char *id, const char *activation_token)
{
  Launch *launch;

  g_return_if_fail (BH_IS_APP_CONTROL (self) && id != NULL);

  launch = g_new0 (Launch, 1);
  launch->id = g_strdup (id);
  launch->activation_token = g_strdup (activation_token);
  begin_call (self);
  g_queue_push_tail (&self->launches, launch);

  if (bh_supervisor_client_get_state (self->client) != BH_CONNECTION_CONNECTING)
    flush_launches (self);
}

/**
 * bh_app_control_fail:
 * @self: a control
 * @item: an app
 * @action: what was asked for
 * @error: why it could not be done
 *
 * Tells by [signal@Bh.AppControl::failed] of something that was done elsewhere.
 */
void
bh_app_control_fail (BhAppControl *self, BhAppItem *item, BhAppAction action, GError *error)
{
  g_return_if_fail (BH_IS_APP_CONTROL (self) && BH_IS_APP_ITEM (item) && error != NULL);
  g_return_if_fail (action > BH_APP_ACTION_NONE && action < G_N_ELEMENTS (calls));

  report_failure (self, bh_app_item_get_name (item), action, describe (error));
}

static void
on_all_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhAppControl) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, &error);

  if (reply == NULL)
    g_signal_emit (self, signals[FAILED], 0, describe (error));
  end_call (self);
}

/**
 * bh_app_control_suspend_all:
 * @self: a control
 * @suspended: whether all apps shall sleep, as far as nobody would miss them, or wake
 *
 * Asks the supervisor. An error is told by [signal@Bh.AppControl::failed].
 */
void
bh_app_control_suspend_all (BhAppControl *self, gboolean suspended)
{
  BhDBusSupervisor1 *supervisor;

  g_return_if_fail (BH_IS_APP_CONTROL (self));

  supervisor = bh_supervisor_client_get_supervisor (self->client);
  if (supervisor == NULL)
    {
      g_signal_emit (self, signals[FAILED], 0, _("Bulkhead’s supervisor can’t be reached."));
      return;
    }

  begin_call (self);
  g_dbus_proxy_call (G_DBUS_PROXY (supervisor), suspended ? "SuspendAll" : "ResumeAll", NULL,
                     G_DBUS_CALL_FLAGS_NONE, CALL_TIMEOUT_MS, NULL, on_all_ready,
                     g_object_ref (self));
}
