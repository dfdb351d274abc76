/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-alert-policy.h"

/*
 * Which notifications are worth somebody's while:
 *
 *   - one for an app at most, which is replaced when there is something else to tell, and goes when
 *     it is over;
 *   - what is only a warning (near a limit, does not answer) comes once in a quarter of an hour for
 *     each app and kind, and once a day that memory grows, however often it comes and goes, unless
 *     somebody has seen to the app meanwhile; that an app has ended is told each time;
 *   - when four apps get into trouble within a minute, they are one notification from then on,
 * which those that follow within a minute join; it goes when the last of them is well.
 *
 * What is shown has a number, which is another one when it is to be shown anew. Whoever asks brings
 * the time, on a clock that never goes back.
 */

#define N_ALERTS (BH_ALERT_FAILED + 1)

typedef struct
{
  BhAlert alert;
  guint serial;            /* of its own notification, 0 for none */
  gboolean grouped;        /* it is part of the one for many */
  gint64 shown_at;         /* when its own was shown first, while it has one */
  gint64 warned[N_ALERTS]; /* when it was told of last, or -1 */
} App;

struct _BhAlertPolicy
{
  GHashTable *apps; /* id → App */
  guint last_serial;
  guint group_serial; /* 0 when there is none */
  gint64 joined_at;   /* when the last app became part of the group */
};

/**
 * bh_alert_policy_new:
 *
 * Returns: (transfer full): a policy that nothing was told to
 */
BhAlertPolicy *
bh_alert_policy_new (void)
{
  BhAlertPolicy *self = g_new0 (BhAlertPolicy, 1);

  self->apps = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return self;
}

/**
 * bh_alert_policy_free:
 * @self: (transfer full): a policy
 */
void
bh_alert_policy_free (BhAlertPolicy *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->apps);
  g_free (self);
}

static void
forgive (App *app)
{
  for (guint i = 0; i < N_ALERTS; i++)
    app->warned[i] = -1;
}

static App *
get_app (BhAlertPolicy *self, const char *id)
{
  App *app = g_hash_table_lookup (self->apps, id);

  if (app != NULL)
    return app;
  app = g_new0 (App, 1);
  forgive (app);
  g_hash_table_insert (self->apps, g_strdup (id), app);

  return app;
}

static guint
count_group (BhAlertPolicy *self)
{
  GHashTableIter iter;
  gpointer app;
  guint count = 0;

  g_hash_table_iter_init (&iter, self->apps);
  while (g_hash_table_iter_next (&iter, NULL, &app))
    if (((App *) app)->grouped)
      count++;

  return count;
}

static void
hide (BhAlertPolicy *self, App *app)
{
  app->serial = 0;
  app->grouped = FALSE;
  if (self->group_serial != 0 && count_group (self) == 0)
    self->group_serial = 0;
}

static void
join_group (BhAlertPolicy *self, App *app, gint64 now)
{
  app->serial = 0;
  app->grouped = TRUE;
  self->group_serial = ++self->last_serial;
  self->joined_at = now;
}

/* Those that have notifications of their own and got them a moment ago. */
static void
group_if_many (BhAlertPolicy *self, gint64 now)
{
  g_autoptr (GPtrArray) recent = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->apps);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      App *app = value;

      if (app->serial != 0 && now - app->shown_at <= BH_ALERT_BURST)
        g_ptr_array_add (recent, app);
    }
  if (recent->len < BH_ALERT_MANY)
    return;
  for (guint i = 0; i < recent->len; i++)
    join_group (self, g_ptr_array_index (recent, i), now);
}

/* Whether it was warned of not long ago. */
static gboolean
is_at_rest (App *app, BhAlert alert, gint64 now)
{
  gint64 rest;

  if (alert >= BH_ALERT_ENDED || app->warned[alert] < 0)
    return FALSE;
  rest = alert == BH_ALERT_GROWING ? BH_ALERT_LONG_REST : BH_ALERT_REST;

  return now - app->warned[alert] < rest;
}

/**
 * bh_alert_policy_tell:
 * @self: a policy
 * @app: an app's id
 * @alert: what there is to tell of it now
 * @anew: whether it has happened once more, when it is the same as before
 * @now: the time
 *
 * Decides what of it is shown; bh_alert_policy_get_serial() and bh_alert_policy_get_group() tell.
 */
void
bh_alert_policy_tell (BhAlertPolicy *self, const char *id, BhAlert alert, gboolean anew, gint64 now)
{
  App *app;

  g_return_if_fail (self != NULL && id != NULL);
  g_return_if_fail (alert < N_ALERTS && now >= 0);

  app = get_app (self, id);
  if (app->alert == alert && (!anew || alert == BH_ALERT_NONE))
    return;
  app->alert = alert;
  if (alert == BH_ALERT_NONE || is_at_rest (app, alert, now))
    {
      hide (self, app);
      return;
    }

  app->warned[alert] = now;
  if (app->grouped)
    return;
  if (self->group_serial != 0 && now - self->joined_at <= BH_ALERT_BURST && app->serial == 0)
    {
      join_group (self, app, now);
      return;
    }
  if (app->serial == 0)
    app->shown_at = now;
  app->serial = ++self->last_serial;
  group_if_many (self, now);
}

/**
 * bh_alert_policy_forgive:
 * @self: a policy
 * @app: an app's id
 *
 * Somebody has seen to the app: what comes now is news again.
 */
void
bh_alert_policy_forgive (BhAlertPolicy *self, const char *app)
{
  App *found;

  g_return_if_fail (self != NULL && app != NULL);

  found = g_hash_table_lookup (self->apps, app);
  if (found != NULL)
    forgive (found);
}

/**
 * bh_alert_policy_remove:
 * @self: a policy
 * @app: an app's id
 *
 * Forgets the app.
 */
void
bh_alert_policy_remove (BhAlertPolicy *self, const char *app)
{
  App *found;

  g_return_if_fail (self != NULL && app != NULL);

  found = g_hash_table_lookup (self->apps, app);
  if (found == NULL)
    return;
  hide (self, found);
  g_hash_table_remove (self->apps, app);
}

/**
 * bh_alert_policy_get_serial:
 * @self: a policy
 * @app: an app's id
 *
 * Returns: 0 when nothing is shown of the app alone; otherwise a number that is another one when it
 *   is to be shown anew
 */
guint
bh_alert_policy_get_serial (BhAlertPolicy *self, const char *app)
{
  App *found;

  g_return_val_if_fail (self != NULL && app != NULL, 0);

  found = g_hash_table_lookup (self->apps, app);

  return found != NULL ? found->serial : 0;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/**
 * bh_alert_policy_get_group:
 * @self: a policy
 * @serial: (out): 0 when no notification for many is shown; otherwise a number that is another one
 *   when it is to be shown anew
 *
 * Returns: (transfer full) (array zero-terminated=1): the apps that it stands for, sorted
 */
char **
bh_alert_policy_get_group (BhAlertPolicy *self, guint *serial)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer id, app;

  g_return_val_if_fail (self != NULL && serial != NULL, NULL);

  *serial = self->group_serial;
  g_hash_table_iter_init (&iter, self->apps);
  while (g_hash_table_iter_next (&iter, &id, &app))
    if (((App *) app)->grouped)
      g_ptr_array_add (ids, g_strdup (id));
  g_ptr_array_sort (ids, compare_ids);
  g_ptr_array_add (ids, NULL);

  return (char **) g_ptr_array_free (g_steal_pointer (&ids), FALSE);
}
