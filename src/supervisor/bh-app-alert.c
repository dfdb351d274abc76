/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-app-alert.h"

#include "bh-dbus-public.h"
#include "bh-limit-text.h"
#include "bh-text.h"

#include <glib/gi18n.h>

/*
 * What the desktop shows of one app in trouble: that it comes near a limit, does not answer, was
 * ended for a limit, or could not be kept running. One notification at a time, the gravest; it goes
 * when the trouble is over, or when a person has seen to the app. Of an app that is muted nothing
 * is shown. Whether it is shown at all is bh-alert-board.c's to say.
 *
 * What has changed is looked at when the instance has come to rest: an app that is ended is crashed
 * for a moment before it is known whether it will be started again.
 */

#define MAX_NAME 60

#define ACTION_DEFAULT "default"
#define ACTION_RESTART "restart"
#define ACTION_START   "start"
#define ACTION_WAIT    "wait"
#define ACTION_SHOW    "show"
#define ACTION_TASKS   "task-manager"
#define ACTION_MUTE    "mute"

struct _BhAppAlert
{
  GObject parent_instance;

  BhInstance *instance;
  BhAlertBoard *board;
  char *name;
  char *icon;

  BhAlert told;       /* what the board knows */
  gboolean anew;      /* the same again, but another time */
  gboolean ended;     /* for a limit, and nobody has seen to it yet */
  gboolean heard_end; /* otherwise it is a former supervisor's, who has told of it */
  guint idle;
};

G_DEFINE_FINAL_TYPE (BhAppAlert, bh_app_alert, G_TYPE_OBJECT)

static const char *
get_key (BhAppAlert *self)
{
  return bh_app_id_get_uuid (bh_instance_get_id (self->instance));
}

static gboolean
is_limit (BhReason reason)
{
  return reason == BH_REASON_MEMORY_LIMIT || reason == BH_REASON_CPU_TIME_LIMIT
         || reason == BH_REASON_TASK_LIMIT || reason == BH_REASON_OUT_OF_MEMORY;
}

/* The window says itself that its page does not answer, and what can be done. */
static gboolean
is_looked_at (BhAppAlert *self)
{
  BhRun *run = bh_instance_get_run (self->instance);

  return run != NULL && bh_run_get_trouble (run) == BH_TROUBLE_PAGE
         && (bh_instance_get_activities (self->instance) & BH_ACTIVITY_FOCUSED) != 0;
}

static BhAlert
choose (BhAppAlert *self)
{
  BhState state = bh_instance_get_state (self->instance);
  BhLimitKinds pressed = bh_instance_get_pressed (self->instance);

  if (bh_app_settings_get_muted (bh_instance_get_settings (self->instance)))
    return BH_ALERT_NONE;
  if (state == BH_STATE_FAILED)
    return self->heard_end ? BH_ALERT_FAILED : BH_ALERT_NONE;
  if (state == BH_STATE_UNRESPONSIVE && !is_looked_at (self))
    return BH_ALERT_UNRESPONSIVE;
  if (pressed & BH_LIMIT_MEMORY_HIGH)
    return BH_ALERT_MEMORY;
  if (pressed & BH_LIMIT_CPU_TIME)
    return BH_ALERT_CPU_TIME;
  if (self->ended)
    return state == BH_STATE_CRASHED ? BH_ALERT_ENDED_FOR_GOOD : BH_ALERT_ENDED;
  if (bh_instance_get_growth (self->instance) > 0)
    return BH_ALERT_GROWING;

  return BH_ALERT_NONE;
}

static char *
format_limit (BhAppAlert *self, BhLimitKinds kind)
{
  BhLimits *limits = bh_instance_get_limits (self->instance);
  guint64 value = limits != NULL ? bh_limits_get (limits, kind) : 0;

  return value != 0 ? bh_limit_format (kind, value) : NULL;
}

static void
show (BhAppAlert *self, char *summary, char *body, const char *const *actions)
{
  g_autofree char *owned_summary = summary;
  g_autofree char *owned_body = body;
  BhNotice notice = { .summary = summary, .body = body, .icon = self->icon, .actions = actions };

  bh_notifier_show (bh_alert_board_get_notifier (self->board), get_key (self), &notice);
}

static void
show_memory (BhAppAlert *self)
{
  g_autofree char *high = format_limit (self, BH_LIMIT_MEMORY_HIGH);
  g_autofree char *most = format_limit (self, BH_LIMIT_MEMORY);
  const char *const actions[] = { ACTION_DEFAULT,
                                  _("Show Task Manager"),
                                  ACTION_RESTART,
                                  _("Restart"),
                                  ACTION_TASKS,
                                  _("Show Task Manager"),
                                  ACTION_MUTE,
                                  _("Mute"),
                                  NULL };

  if (high == NULL)
    return;
  show (self, g_strdup_printf (_("%s uses much memory"), self->name),
        most != NULL
            ? g_strdup_printf (_("It uses more than %s. At %s it will be ended. Save what you are "
                                 "doing in it, then close what you do not need or restart it."),
                               high, most)
            : g_strdup_printf (_("It uses more than %s."), high),
        actions);
}

static void
show_cpu_time (BhAppAlert *self)
{
  g_autofree char *most = format_limit (self, BH_LIMIT_CPU_TIME);
  const char *const actions[] = { ACTION_DEFAULT,
                                  _("Show Task Manager"),
                                  ACTION_RESTART,
                                  _("Restart"),
                                  ACTION_TASKS,
                                  _("Show Task Manager"),
                                  ACTION_MUTE,
                                  _("Mute"),
                                  NULL };

  if (most == NULL)
    return;
  show (self, g_strdup_printf (_("%s has used most of its CPU time"), self->name),
        g_strdup_printf (_("It will be ended when it has used %s. Save what you are doing in it, "
                           "then restart it: the time begins anew."),
                         most),
        actions);
}

/* What is known of the last end: the detail if there is one. */
static char *
dup_reason (BhAppAlert *self)
{
  const char *detail = bh_instance_get_reason_detail (self->instance);

  return g_strdup (*detail != '\0' ? detail
                                   : bh_reason_get_label (bh_instance_get_reason (self->instance)));
}

static void
show_ended (BhAppAlert *self, gboolean for_good)
{
  g_autofree char *reason = dup_reason (self);
  const char *const actions[] = { ACTION_DEFAULT,
                                  _("Show Task Manager"),
                                  ACTION_TASKS,
                                  _("Show Task Manager"),
                                  ACTION_MUTE,
                                  _("Mute"),
                                  NULL };
  const char *const actions_for_good[] = { ACTION_DEFAULT,
                                           _("Show Task Manager"),
                                           ACTION_START,
                                           _("Start Again"),
                                           ACTION_TASKS,
                                           _("Show Task Manager"),
                                           ACTION_MUTE,
                                           _("Mute"),
                                           NULL };

  show (self, g_strdup_printf (_("%s has passed a limit and was ended"), self->name),
        for_good ? g_strdup_printf ("%s.", reason)
                 : g_strdup_printf (_("%s. It is started again by itself."), reason),
        for_good ? actions_for_good : actions);
}

static void
show_failed (BhAppAlert *self)
{
  g_autofree char *reason = dup_reason (self);
  const char *const actions[] = { ACTION_DEFAULT,
                                  _("Show Task Manager"),
                                  ACTION_START,
                                  _("Start Again"),
                                  ACTION_TASKS,
                                  _("Show Task Manager"),
                                  ACTION_MUTE,
                                  _("Mute"),
                                  NULL };

  show (self, g_strdup_printf (_("%s could not be kept running"), self->name),
        g_strdup_printf (_("It has ended too often and is not started again by itself. The last "
                           "time: %s."),
                         reason),
        actions);
}

static void
show_unresponsive (BhAppAlert *self)
{
  const char *const actions[] = { ACTION_DEFAULT, _("Show"),    ACTION_WAIT, _("Wait"),
                                  ACTION_RESTART, _("Restart"), ACTION_SHOW, _("Show"),
                                  ACTION_MUTE,    _("Mute"),    NULL };

  show (self, g_strdup_printf (_("%s does not respond"), self->name),
        g_strdup (_("It may be busy and come back if you wait. When you restart it, what you have "
                    "not saved in it is lost.")),
        actions);
}

static void
show_growing (BhAppAlert *self)
{
  g_autofree char *growth
      = g_format_size_full (bh_instance_get_growth (self->instance), G_FORMAT_SIZE_IEC_UNITS);
  const char *const actions[] = { ACTION_DEFAULT,
                                  _("Show Task Manager"),
                                  ACTION_RESTART,
                                  _("Restart"),
                                  ACTION_TASKS,
                                  _("Show Task Manager"),
                                  ACTION_MUTE,
                                  _("Mute"),
                                  NULL };

  show (self, g_strdup_printf (_("%s uses more and more memory"), self->name),
        g_strdup_printf (
            _("It has grown for hours, by %s an hour. Restart it when that suits you."), growth),
        actions);
}

static void
on_board_show (BhAlertBoard *board, BhAppAlert *self)
{
  switch (self->told)
    {
    case BH_ALERT_GROWING:
      show_growing (self);
      break;
    case BH_ALERT_MEMORY:
      show_memory (self);
      break;
    case BH_ALERT_CPU_TIME:
      show_cpu_time (self);
      break;
    case BH_ALERT_UNRESPONSIVE:
      show_unresponsive (self);
      break;
    case BH_ALERT_ENDED:
      show_ended (self, FALSE);
      break;
    case BH_ALERT_ENDED_FOR_GOOD:
      show_ended (self, TRUE);
      break;
    case BH_ALERT_FAILED:
      show_failed (self);
      break;
    case BH_ALERT_NONE:
    default:
      g_assert_not_reached ();
    }
}

static void
update (BhAppAlert *self)
{
  BhAlert alert = choose (self);
  gboolean anew = self->anew;

  self->anew = FALSE;
  if (alert == self->told && !anew)
    return;
  self->told = alert;
  /* What comes now matters more than what has been. */
  if (alert == BH_ALERT_MEMORY || alert == BH_ALERT_CPU_TIME || alert == BH_ALERT_UNRESPONSIVE)
    self->ended = FALSE;
  bh_alert_board_tell (self->board, get_key (self), self->name, alert, anew);
}

/* Its processes are being ended: what follows is not known yet. */
static gboolean
is_at_rest (BhAppAlert *self)
{
  BhRun *run = bh_instance_get_run (self->instance);

  return run == NULL || !bh_run_is_ending (run);
}

static gboolean
on_idle (gpointer user_data)
{
  BhAppAlert *self = BH_APP_ALERT (user_data);

  self->idle = 0;
  if (is_at_rest (self))
    update (self);

  return G_SOURCE_REMOVE;
}

static void
queue_update (BhAppAlert *self)
{
  if (self->idle == 0)
    self->idle = g_idle_add (on_idle, self);
}

static void
on_instance_changed (BhInstance *instance, BhAppAlert *self)
{
  if (self->told != BH_ALERT_NONE || choose (self) != BH_ALERT_NONE)
    queue_update (self);
}

static void
on_instance_ended (BhInstance *instance,
                   const char *reason_name,
                   const char *detail,
                   BhAppAlert *self)
{
  BhReason reason = bh_instance_get_reason (instance);

  self->heard_end = TRUE;
  self->ended = is_limit (reason);
  /* The same alert as before, but about this end. */
  if (self->ended && (self->told == BH_ALERT_ENDED || self->told == BH_ALERT_ENDED_FOR_GOOD))
    self->anew = TRUE;
  queue_update (self);
}

static void
on_instance_attended (BhInstance *instance, BhAppAlert *self)
{
  self->ended = FALSE;
  bh_alert_board_forgive (self->board, get_key (self));
  queue_update (self);
}

static void
on_call_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer == NULL)
    g_message ("What a notification's button asked for could not be done: %s", error->message);
}

/* As any other client would: with all that the method sees to. */
static void
call_app (BhAppAlert *self, const char *method, GVariant *arguments)
{
  GDBusConnection *connection
      = bh_notifier_get_connection (bh_alert_board_get_notifier (self->board));

  g_dbus_connection_call (connection, g_dbus_connection_get_unique_name (connection),
                          bh_app_id_get_object_path (bh_instance_get_id (self->instance)),
                          bh_dbus_app1_interface_info ()->name, method, arguments, NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, on_call_ready, NULL);
}

static GVariant *
build_options (const char *activation_token)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  if (*activation_token != '\0')
    g_variant_dict_insert (&options, "activation-token", "s", activation_token);

  return g_variant_new ("(@a{sv})", g_variant_dict_end (&options));
}

static GVariant *
build_muted (void)
{
  g_auto (GVariantDict) settings = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&settings, "muted", "b", TRUE);

  return g_variant_new ("(@a{sv})", g_variant_dict_end (&settings));
}

static void
on_notifier_action (BhNotifier *notifier,
                    const char *key,
                    const char *action,
                    const char *activation_token,
                    BhAppAlert *self)
{
  gboolean is_default = g_str_equal (action, ACTION_DEFAULT);

  if (!g_str_equal (key, get_key (self)))
    return;
  /* Who waits wants to hear if that was in vain. */
  bh_alert_board_forgive (self->board, key);
  if (g_str_equal (action, ACTION_RESTART))
    call_app (self, "Restart", build_options (activation_token));
  else if (g_str_equal (action, ACTION_START))
    call_app (self, "Launch", build_options (activation_token));
  else if (g_str_equal (action, ACTION_WAIT))
    call_app (self, "Wait", NULL);
  else if (g_str_equal (action, ACTION_MUTE))
    call_app (self, "SetSettings", build_muted ());
  else if (g_str_equal (action, ACTION_SHOW) || (is_default && self->told == BH_ALERT_UNRESPONSIVE))
    call_app (self, "Activate", build_options (activation_token));
  else if (g_str_equal (action, ACTION_TASKS) || is_default)
    bh_alert_board_show_task_manager (self->board, activation_token);
}

static void
bh_app_alert_dispose (GObject *object)
{
  BhAppAlert *self = BH_APP_ALERT (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  if (self->board != NULL)
    {
      g_signal_handlers_disconnect_by_data (bh_alert_board_get_notifier (self->board), self);
      g_signal_handlers_disconnect_by_data (self->board, self);
      bh_alert_board_remove (self->board, get_key (self));
    }
  g_clear_object (&self->board);
  if (self->instance != NULL)
    g_signal_handlers_disconnect_by_data (self->instance, self);
  g_clear_object (&self->instance);

  G_OBJECT_CLASS (bh_app_alert_parent_class)->dispose (object);
}

static void
bh_app_alert_finalize (GObject *object)
{
  BhAppAlert *self = BH_APP_ALERT (object);

  g_free (self->name);
  g_free (self->icon);

  G_OBJECT_CLASS (bh_app_alert_parent_class)->finalize (object);
}

static void
bh_app_alert_class_init (BhAppAlertClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_app_alert_dispose;
  object_class->finalize = bh_app_alert_finalize;
}

static void
bh_app_alert_init (BhAppAlert *self)
{
  self->name = g_strdup ("");
  self->icon = g_strdup ("");
}

/**
 * bh_app_alert_new:
 * @instance: the app's instance
 * @board: says what is shown
 *
 * Returns: (transfer full): an alert that shows what there is to show of the app
 */
BhAppAlert *
bh_app_alert_new (BhInstance *instance, BhAlertBoard *board)
{
  g_autofree char *show_signal = NULL;
  BhAppAlert *self;

  g_return_val_if_fail (BH_IS_INSTANCE (instance) && BH_IS_ALERT_BOARD (board), NULL);

  self = g_object_new (BH_TYPE_APP_ALERT, NULL);
  self->instance = g_object_ref (instance);
  self->board = g_object_ref (board);
  g_signal_connect (instance, "changed", G_CALLBACK (on_instance_changed), self);
  g_signal_connect (instance, "ended", G_CALLBACK (on_instance_ended), self);
  g_signal_connect (instance, "attended", G_CALLBACK (on_instance_attended), self);
  g_signal_connect (bh_alert_board_get_notifier (board), "action", G_CALLBACK (on_notifier_action),
                    self);
  show_signal = g_strconcat ("show::", get_key (self), NULL);
  g_signal_connect (board, show_signal, G_CALLBACK (on_board_show), self);

  return self;
}

/**
 * bh_app_alert_set_look:
 * @self: an alert
 * @name: the app's name, for people
 * @icon: the absolute path or name of its icon, or ""
 *
 * Says what the app is called from the next notification on.
 */
void
bh_app_alert_set_look (BhAppAlert *self, const char *name, const char *icon)
{
  g_return_if_fail (BH_IS_APP_ALERT (self));
  g_return_if_fail (name != NULL && icon != NULL);

  g_free (self->name);
  /* A name may be as long as it likes; a notification's title not. */
  self->name = bh_text_printable (name, MAX_NAME);
  g_free (self->icon);
  self->icon = g_strdup (icon);
}
