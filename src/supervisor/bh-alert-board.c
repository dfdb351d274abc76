/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-alert-board.h"

#include "bh-app-id.h"

#include <glib/gi18n.h>

/*
 * Where apps tell of their trouble, so that people are told no more than is of use to them:
 * bh-alert-policy.c has the rules. An app's own notification is made by whoever listens to "show";
 * the one for many is made here.
 */

#define SHELL_OBJECT_PATH "/io/github/bulkhead/Bulkhead"

/* No app's id is empty. */
#define GROUP_KEY ""

#define ACTION_DEFAULT "default"
#define ACTION_TASKS   "task-manager"

/* How many apps are named. */
#define MAX_NAMES 5

/* What is shown of an app that has told of itself. */
typedef struct
{
  char *name;
  guint serial;
} Shown;

struct _BhAlertBoard
{
  GObject parent_instance;

  BhNotifier *notifier;
  BhClock *clock;
  BhAlertPolicy *policy;
  GHashTable *shown; /* id → Shown */
  guint group_serial;
};

enum {
  SHOW,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhAlertBoard, bh_alert_board, G_TYPE_OBJECT)

static void
shown_free (Shown *shown)
{
  g_free (shown->name);
  g_free (shown);
}

static char *
join_names (BhAlertBoard *self, const char *const *ids)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; ids[i] != NULL; i++)
    {
      Shown *shown = g_hash_table_lookup (self->shown, ids[i]);

      if (i == MAX_NAMES)
        {
          g_string_append (names, ", …");
          break;
        }
      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", shown->name);
    }

  return g_string_free (names, FALSE);
}

static void
show_group (BhAlertBoard *self, const char *const *ids)
{
  guint count = g_strv_length ((char **) (gsize) ids);
  g_autofree char *summary = g_strdup_printf (
      g_dngettext (NULL, "%u app is in trouble", "%u apps are in trouble", count), count);
  g_autofree char *names = join_names (self, ids);
  g_autofree char *body
      = g_strdup_printf (_("%s. They came near a limit, do not answer, or have ended."), names);
  const char *const actions[]
      = { ACTION_DEFAULT, _("Show Task Manager"), ACTION_TASKS, _("Show Task Manager"), NULL };
  BhNotice notice
      = { .summary = summary, .body = body, .icon = BH_APPLICATION_ID, .actions = actions };

  bh_notifier_show (self->notifier, GROUP_KEY, &notice);
}

/* Those of their own first: what goes makes room for what comes. */
static void
update (BhAlertBoard *self)
{
  g_auto (GStrv) group = NULL;
  g_autoptr (GList) ids = g_hash_table_get_keys (self->shown);
  guint group_serial;

  for (GList *link = ids; link != NULL; link = link->next)
    {
      Shown *shown = g_hash_table_lookup (self->shown, link->data);
      guint serial = bh_alert_policy_get_serial (self->policy, link->data);

      if (serial == shown->serial)
        continue;
      shown->serial = serial;
      if (serial == 0)
        bh_notifier_withdraw (self->notifier, link->data);
      else
        g_signal_emit (self, signals[SHOW], g_quark_from_string (link->data));
    }

  group = bh_alert_policy_get_group (self->policy, &group_serial);
  if (group_serial == self->group_serial)
    return;
  self->group_serial = group_serial;
  if (group_serial == 0)
    bh_notifier_withdraw (self->notifier, GROUP_KEY);
  else
    show_group (self, (const char *const *) group);
}

static void
on_notifier_action (BhNotifier *notifier,
                    const char *key,
                    const char *action,
                    const char *activation_token,
                    BhAlertBoard *self)
{
  if (g_str_equal (key, GROUP_KEY))
    bh_alert_board_show_task_manager (self, activation_token);
}

static void
bh_alert_board_dispose (GObject *object)
{
  BhAlertBoard *self = BH_ALERT_BOARD (object);

  if (self->notifier != NULL)
    g_signal_handlers_disconnect_by_data (self->notifier, self);
  g_clear_object (&self->notifier);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (bh_alert_board_parent_class)->dispose (object);
}

static void
bh_alert_board_finalize (GObject *object)
{
  BhAlertBoard *self = BH_ALERT_BOARD (object);

  bh_alert_policy_free (self->policy);
  g_hash_table_unref (self->shown);

  G_OBJECT_CLASS (bh_alert_board_parent_class)->finalize (object);
}

static void
bh_alert_board_class_init (BhAlertBoardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_alert_board_dispose;
  object_class->finalize = bh_alert_board_finalize;

  /**
   * BhAlertBoard::show:
   *
   * What there is to tell of an app, whose id is the detail, shall be shown with the app's id as
   * the key.
   */
  signals[SHOW]
      = g_signal_new ("show", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED, 0,
                      NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_alert_board_init (BhAlertBoard *self)
{
  self->policy = bh_alert_policy_new ();
  self->shown
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) shown_free);
}

/**
 * bh_alert_board_new:
 * @notifier: shows notifications
 * @clock: the time
 *
 * Returns: (transfer full): a board on which nothing is
 */
BhAlertBoard *
bh_alert_board_new (BhNotifier *notifier, BhClock *clock)
{
  BhAlertBoard *self;

  g_return_val_if_fail (BH_IS_NOTIFIER (notifier) && BH_IS_CLOCK (clock), NULL);

  self = g_object_new (BH_TYPE_ALERT_BOARD, NULL);
  self->notifier = g_object_ref (notifier);
  self->clock = g_object_ref (clock);
  g_signal_connect (notifier, "action", G_CALLBACK (on_notifier_action), self);

  return self;
}

/**
 * bh_alert_board_tell:
 * @self: a board
 * @app: an app's id
 * @name: what it is called, for people
 * @alert: what there is to tell of it now
 * @anew: whether it has happened once more, when it is the same as before
 *
 * Has "show" emitted if that is worth somebody's while, and withdraws what is over.
 */
void
bh_alert_board_tell (BhAlertBoard *self,
                     const char *app,
                     const char *name,
                     BhAlert alert,
                     gboolean anew)
{
  Shown *shown;

  g_return_if_fail (BH_IS_ALERT_BOARD (self));
  g_return_if_fail (app != NULL && *app != '\0' && name != NULL);

  shown = g_hash_table_lookup (self->shown, app);
  if (shown == NULL)
    {
      shown = g_new0 (Shown, 1);
      g_hash_table_insert (self->shown, g_strdup (app), shown);
    }
  g_free (shown->name);
  shown->name = g_strdup (name);
  bh_alert_policy_tell (self->policy, app, alert, anew, bh_clock_get_time (self->clock));
  update (self);
}

/**
 * bh_alert_board_forgive:
 * @self: a board
 * @app: an app's id
 *
 * Somebody has seen to the app: what comes now is news again.
 */
void
bh_alert_board_forgive (BhAlertBoard *self, const char *app)
{
  g_return_if_fail (BH_IS_ALERT_BOARD (self));

  bh_alert_policy_forgive (self->policy, app);
}

/**
 * bh_alert_board_remove:
 * @self: a board
 * @app: an app's id
 *
 * Forgets the app and withdraws what is shown of it.
 */
void
bh_alert_board_remove (BhAlertBoard *self, const char *app)
{
  g_return_if_fail (BH_IS_ALERT_BOARD (self));

  bh_alert_policy_remove (self->policy, app);
  update (self);
  g_hash_table_remove (self->shown, app);
}

/**
 * bh_alert_board_get_notifier:
 * @self: a board
 *
 * Returns: (transfer none): what shows notifications
 */
BhNotifier *
bh_alert_board_get_notifier (BhAlertBoard *self)
{
  g_return_val_if_fail (BH_IS_ALERT_BOARD (self), NULL);

  return self->notifier;
}

static void
on_shell_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer == NULL)
    g_message ("The task manager can't be shown: %s", error->message);
}

/**
 * bh_alert_board_show_task_manager:
 * @self: a board
 * @activation_token: what lets its window take the focus, or ""
 *
 * Has the shell show the task manager.
 */
void
bh_alert_board_show_task_manager (BhAlertBoard *self, const char *activation_token)
{
  g_auto (GVariantDict) platform_data = G_VARIANT_DICT_INIT (NULL);

  g_return_if_fail (BH_IS_ALERT_BOARD (self));
  g_return_if_fail (activation_token != NULL);

  if (*activation_token != '\0')
    {
      g_variant_dict_insert (&platform_data, "activation-token", "s", activation_token);
      g_variant_dict_insert (&platform_data, "desktop-startup-id", "s", activation_token);
    }
  g_dbus_connection_call (bh_notifier_get_connection (self->notifier), BH_APPLICATION_ID,
                          SHELL_OBJECT_PATH, "org.freedesktop.Application", "ActivateAction",
                          g_variant_new ("(sav@a{sv})", "task-manager", NULL,
                                         g_variant_dict_end (&platform_data)),
                          NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_shell_ready, NULL);
}
