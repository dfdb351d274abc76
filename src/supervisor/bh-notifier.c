/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-notifier.h"

#include "bh-app-id.h"

/*
 * Notifications on the desktop, by org.freedesktop.Notifications (Desktop Notifications
 * Specification 1.2), so that they come with the shell closed. There is at most one for a key: what
 * follows replaces it, and it is withdrawn when it is over.
 *
 * A server may not be there. It may be one that the bus starts, so it is called without asking
 * first; but when that has failed once, nothing more is sent until a server shows up by itself.
 *
 * A server may tell everybody of every notification that is closed, so its signals are listened to
 * only while there is one of ours.
 */

#define BUS_NAME    "org.freedesktop.Notifications"
#define OBJECT_PATH "/org/freedesktop/Notifications"
#define INTERFACE   "org.freedesktop.Notifications"

/* Milliseconds for a call. */
#define TIMEOUT 10000

#define URGENCY_NORMAL 1

/* A notification: one that is shown, is being shown, or is to be shown. */
typedef struct
{
  BhNotifier *notifier;
  char *key;
  guint32 id;             /* the server's, 0 before it has answered */
  gboolean under_way;     /* the server has not answered yet */
  gboolean withdrawn;     /* it is not wanted any more */
  GVariant *next;         /* (ssas): what is to be shown next, or NULL */
  char *activation_token; /* for the action that follows, or NULL */
} Slot;

struct _BhNotifier
{
  GObject parent_instance;

  GDBusConnection *connection;
  BhDefaults *defaults;
  GHashTable *slots; /* key → Slot */
  guint name_watch;
  guint signals_id;
  gboolean absent; /* it is known that there is no server */
  gboolean asking; /* for the capabilities */
  gboolean asked;
  gboolean has_actions;
  gboolean has_markup;
  GCancellable *cancellable;
};

enum {
  ACTION,
  BUSY_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhNotifier, bh_notifier, G_TYPE_OBJECT)

static void send_next (Slot *slot);

static void
slot_free (Slot *slot)
{
  g_clear_pointer (&slot->next, g_variant_unref);
  g_free (slot->activation_token);
  g_free (slot->key);
  g_free (slot);
}

static void
remove_slot (BhNotifier *self, const char *key)
{
  g_hash_table_remove (self->slots, key);
  if (g_hash_table_size (self->slots) > 0)
    return;
  if (self->signals_id != 0)
    g_dbus_connection_signal_unsubscribe (self->connection, self->signals_id);
  self->signals_id = 0;
  g_signal_emit (self, signals[BUSY_CHANGED], 0);
}

static void
remove_all_slots (BhNotifier *self)
{
  g_autoptr (GList) keys = g_hash_table_get_keys (self->slots);

  for (GList *link = keys; link != NULL; link = link->next)
    remove_slot (self, link->data);
}

static Slot *
find_shown (BhNotifier *self, guint32 id)
{
  GHashTableIter iter;
  gpointer slot;

  g_hash_table_iter_init (&iter, self->slots);
  while (g_hash_table_iter_next (&iter, NULL, &slot))
    if (((Slot *) slot)->id == id && id != 0)
      return slot;

  return NULL;
}

/* Whether the server's answer says that there is none. */
static gboolean
is_absence (const GError *error)
{
  return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN)
         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER)
         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD)
         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED)
         || (error->domain == G_DBUS_ERROR && error->code >= G_DBUS_ERROR_SPAWN_EXEC_FAILED
             && error->code <= G_DBUS_ERROR_SPAWN_NO_MEMORY)
         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY)
         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_TIMED_OUT)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

static void
close_on_server (BhNotifier *self, guint32 id)
{
  g_dbus_connection_call (self->connection, BUS_NAME, OBJECT_PATH, INTERFACE, "CloseNotification",
                          g_variant_new ("(u)", id), NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, TIMEOUT,
                          NULL, NULL, NULL);
}

typedef struct
{
  BhNotifier *notifier;
  char *key;
} NotifyCall;

static void
on_notify_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  NotifyCall *call = user_data;
  BhNotifier *self = call->notifier;
  g_autofree char *key = call->key;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  Slot *slot;
  guint32 id = 0;

  g_free (call);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  slot = g_hash_table_lookup (self->slots, key);
  if (answer != NULL)
    g_variant_get (answer, "(u)", &id);
  /* The server went away meanwhile. */
  if (slot == NULL || !slot->under_way)
    return;

  slot->under_way = FALSE;
  if (answer == NULL)
    {
      g_debug ("A notification could not be shown: %s", error->message);
      if (is_absence (error))
        {
          self->absent = TRUE;
          remove_all_slots (self);
          return;
        }
      remove_slot (self, key);
      return;
    }
  slot->id = id;
  if (slot->withdrawn)
    {
      close_on_server (self, id);
      remove_slot (self, key);
      return;
    }
  if (slot->next != NULL)
    send_next (slot);
}

static GVariant *
build_hints (const char *icon)
{
  g_auto (GVariantDict) hints = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&hints, "desktop-entry", "s", BH_APPLICATION_ID);
  g_variant_dict_insert (&hints, "urgency", "y", URGENCY_NORMAL);
  if (*icon != '\0')
    g_variant_dict_insert (&hints, "image-path", "s", icon);

  return g_variant_dict_end (&hints);
}

static void
send_next (Slot *slot)
{
  BhNotifier *self = slot->notifier;
  g_autoptr (GVariant) next = g_steal_pointer (&slot->next);
  g_autofree char *escaped = NULL;
  g_autofree const char **actions = NULL;
  const char *const none[] = { NULL };
  const char *summary, *body, *icon;
  NotifyCall *call;

  g_variant_get (next, "(&s&s&s^a&s)", &summary, &body, &icon, &actions);
  if (self->has_markup)
    escaped = g_markup_escape_text (body, -1);
  call = g_new0 (NotifyCall, 1);
  call->notifier = self;
  call->key = g_strdup (slot->key);
  slot->under_way = TRUE;
  g_dbus_connection_call (self->connection, BUS_NAME, OBJECT_PATH, INTERFACE, "Notify",
                          g_variant_new ("(susss^as@a{sv}i)", "Bulkhead", slot->id,
                                         BH_APPLICATION_ID, summary,
                                         escaped != NULL ? escaped : body,
                                         self->has_actions ? (const char *const *) actions : none,
                                         build_hints (icon), -1),
                          G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, TIMEOUT,
                          self->cancellable, on_notify_ready, call);
}

static void
on_capabilities_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  BhNotifier *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autofree const char **names = NULL;
  GHashTableIter iter;
  gpointer value;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self->asking = FALSE;
  if (answer == NULL)
    {
      g_debug ("There are no notifications: %s", error->message);
      self->absent = TRUE;
      remove_all_slots (self);
      return;
    }

  self->asked = TRUE;
  g_variant_get (answer, "(^a&s)", &names);
  self->has_actions = g_strv_contains (names, "actions");
  self->has_markup = g_strv_contains (names, "body-markup");
  g_hash_table_iter_init (&iter, self->slots);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Slot *) value)->next != NULL && !((Slot *) value)->under_way)
      send_next (value);
}

static void
ask_capabilities (BhNotifier *self)
{
  if (self->asking)
    return;
  self->asking = TRUE;
  g_dbus_connection_call (self->connection, BUS_NAME, OBJECT_PATH, INTERFACE, "GetCapabilities",
                          NULL, G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NONE, TIMEOUT,
                          self->cancellable, on_capabilities_ready, self);
}

static void
on_server_signal (GDBusConnection *connection,
                  const char *sender,
                  const char *path,
                  const char *interface,
                  const char *name,
                  GVariant *parameters,
                  gpointer user_data)
{
  BhNotifier *self = BH_NOTIFIER (user_data);
  Slot *slot;
  guint32 id;

  if (g_variant_n_children (parameters) != 2
      || !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(u*)")))
    return;
  g_variant_get_child (parameters, 0, "u", &id);
  slot = find_shown (self, id);
  if (slot == NULL)
    return;

  if (g_str_equal (name, "NotificationClosed"))
    {
      /* Closed before what is to replace it was sent: that is shown as a new one. */
      slot->id = 0;
      if (!slot->under_way && slot->next == NULL)
        remove_slot (self, slot->key);
    }
  else if (g_str_equal (name, "ActivationToken")
           && g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(us)")))
    {
      g_free (slot->activation_token);
      g_variant_get_child (parameters, 1, "s", &slot->activation_token);
    }
  else if (g_str_equal (name, "ActionInvoked")
           && g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(us)")))
    {
      g_autofree char *key = g_strdup (slot->key);
      g_autofree char *token = g_steal_pointer (&slot->activation_token);
      const char *action;

      g_variant_get_child (parameters, 1, "&s", &action);
      g_signal_emit (self, signals[ACTION], 0, key, action, token != NULL ? token : "");
    }
}

static void
on_name_appeared (GDBusConnection *connection,
                  const char *name,
                  const char *owner,
                  gpointer user_data)
{
  BH_NOTIFIER (user_data)->absent = FALSE;
}

static void
on_name_vanished (GDBusConnection *connection, const char *name, gpointer user_data)
{
  BhNotifier *self = BH_NOTIFIER (user_data);
  g_autoptr (GList) slots = NULL;

  /* The next server may be another program, and shows nothing of what this one has shown. */
  self->asked = FALSE;
  slots = g_hash_table_get_values (self->slots);
  for (GList *link = slots; link != NULL; link = link->next)
    {
      Slot *slot = link->data;

      if (slot->id != 0)
        remove_slot (self, slot->key);
    }
}

static void
withdraw_all (BhNotifier *self)
{
  g_autoptr (GList) keys = g_hash_table_get_keys (self->slots);

  for (GList *link = keys; link != NULL; link = link->next)
    {
      g_autofree char *key = g_strdup (link->data);

      bh_notifier_withdraw (self, key);
    }
}

static void
on_defaults_changed (BhDefaults *defaults, BhNotifier *self)
{
  if (!bh_defaults_get_notify (defaults))
    withdraw_all (self);
}

static void
bh_notifier_dispose (GObject *object)
{
  BhNotifier *self = BH_NOTIFIER (object);

  g_clear_handle_id (&self->name_watch, g_bus_unwatch_name);
  if (self->slots != NULL)
    {
      /* Nobody would answer to its buttons. */
      withdraw_all (self);
      remove_all_slots (self);
    }
  g_clear_pointer (&self->slots, g_hash_table_unref);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->defaults != NULL)
    g_signal_handlers_disconnect_by_data (self->defaults, self);
  g_clear_object (&self->defaults);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (bh_notifier_parent_class)->dispose (object);
}

static void
bh_notifier_class_init (BhNotifierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = bh_notifier_dispose;

  /**
   * BhNotifier::action:
   * @self: the notifier
   * @key: whose notification it is
   * @action: the name of the button, or "default" for the notification itself
   * @activation_token: what lets a window take the focus, or ""
   *
   * A button of a notification was pressed.
   */
  signals[ACTION] = g_signal_new ("action", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);

  /**
   * BhNotifier::busy-changed:
   *
   * bh_notifier_is_busy() tells something else now.
   */
  signals[BUSY_CHANGED]
      = g_signal_new ("busy-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_notifier_init (BhNotifier *self)
{
  self->slots = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) slot_free);
  self->cancellable = g_cancellable_new ();
}

/**
 * bh_notifier_new:
 * @connection: the session bus
 * @defaults: say whether notifications are wanted
 *
 * Returns: (transfer full): a notifier, whether there is a server or not
 */
BhNotifier *
bh_notifier_new (GDBusConnection *connection, BhDefaults *defaults)
{
  BhNotifier *self;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (connection) && BH_IS_DEFAULTS (defaults), NULL);

  self = g_object_new (BH_TYPE_NOTIFIER, NULL);
  self->connection = g_object_ref (connection);
  self->defaults = g_object_ref (defaults);
  g_signal_connect (defaults, "changed", G_CALLBACK (on_defaults_changed), self);
  self->name_watch
      = g_bus_watch_name_on_connection (connection, BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                        on_name_appeared, on_name_vanished, self, NULL);

  return self;
}

/**
 * bh_notifier_show:
 * @self: a notifier
 * @key: what it is about; a notification that is shown for it is replaced
 * @notice: what to show
 *
 * Shows a notification, if they are wanted and there is a server.
 */
void
bh_notifier_show (BhNotifier *self, const char *key, const BhNotice *notice)
{
  Slot *slot;

  g_return_if_fail (BH_IS_NOTIFIER (self));
  g_return_if_fail (key != NULL && notice != NULL);

  if (self->absent || !bh_defaults_get_notify (self->defaults))
    return;

  slot = g_hash_table_lookup (self->slots, key);
  if (slot == NULL)
    {
      slot = g_new0 (Slot, 1);
      slot->notifier = self;
      slot->key = g_strdup (key);
      g_hash_table_insert (self->slots, slot->key, slot);
    }
  slot->withdrawn = FALSE;
  g_clear_pointer (&slot->next, g_variant_unref);
  slot->next = g_variant_ref_sink (
      g_variant_new ("(sss^as)", notice->summary, notice->body, notice->icon, notice->actions));
  if (self->signals_id == 0)
    self->signals_id
        = g_dbus_connection_signal_subscribe (self->connection, BUS_NAME, INTERFACE, NULL,
                                              OBJECT_PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                              on_server_signal, self, NULL);
  if (g_hash_table_size (self->slots) == 1)
    g_signal_emit (self, signals[BUSY_CHANGED], 0);

  if (!self->asked)
    ask_capabilities (self);
  else if (!slot->under_way)
    send_next (slot);
}

/**
 * bh_notifier_withdraw:
 * @self: a notifier
 * @key: what it was about
 *
 * Takes the notification back, if there is one.
 */
void
bh_notifier_withdraw (BhNotifier *self, const char *key)
{
  Slot *slot;

  g_return_if_fail (BH_IS_NOTIFIER (self));
  g_return_if_fail (key != NULL);

  slot = g_hash_table_lookup (self->slots, key);
  if (slot == NULL)
    return;

  g_clear_pointer (&slot->next, g_variant_unref);
  if (slot->under_way)
    {
      slot->withdrawn = TRUE;
      return;
    }
  if (slot->id != 0)
    close_on_server (self, slot->id);
  remove_slot (self, slot->key);
}

/**
 * bh_notifier_is_busy:
 * @self: a notifier
 *
 * Returns: whether there is a notification, whose buttons somebody must answer to
 */
gboolean
bh_notifier_is_busy (BhNotifier *self)
{
  g_return_val_if_fail (BH_IS_NOTIFIER (self), FALSE);

  return g_hash_table_size (self->slots) > 0;
}

/**
 * bh_notifier_get_connection:
 * @self: a notifier
 *
 * Returns: (transfer none): the session bus
 */
GDBusConnection *
bh_notifier_get_connection (BhNotifier *self)
{
  g_return_val_if_fail (BH_IS_NOTIFIER (self), NULL);

  return self->connection;
}
