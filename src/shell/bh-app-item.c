/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-app-item.h"

#include "bh-app-icon.h"

#include <string.h>

/*
 * An app as the shell shows it. D-Bus proxies come and go with the supervisor's process; a tile or
 * a row must not. So this object stays the same for an object path, takes on each new proxy, and
 * between two of them keeps what was last said. It also knows what the user asked for and the
 * supervisor has not answered yet, so that the answer to a click is seen at once.
 */

enum {
  TEXT_ID,
  TEXT_NAME,
  TEXT_DESCRIPTION,
  TEXT_ICON,
  TEXT_URL,
  TEXT_SOURCE,
  TEXT_MANIFEST_PATH,
  TEXT_DESKTOP_ID,
  TEXT_BROKEN,
  TEXT_REASON_DETAIL,
  TEXT_TITLE,
  TEXT_ISOLATION,
  N_TEXTS,
};

static const char *(*const text_getters[N_TEXTS]) (BhDBusApp1 *) = {
  [TEXT_ID] = bh_dbus_app1_get_id,
  [TEXT_NAME] = bh_dbus_app1_get_name,
  [TEXT_DESCRIPTION] = bh_dbus_app1_get_description,
  [TEXT_ICON] = bh_dbus_app1_get_icon,
  [TEXT_URL] = bh_dbus_app1_get_url,
  [TEXT_SOURCE] = bh_dbus_app1_get_source,
  [TEXT_MANIFEST_PATH] = bh_dbus_app1_get_manifest_path,
  [TEXT_DESKTOP_ID] = bh_dbus_app1_get_desktop_id,
  [TEXT_BROKEN] = bh_dbus_app1_get_broken,
  [TEXT_REASON_DETAIL] = bh_dbus_app1_get_reason_detail,
  [TEXT_TITLE] = bh_dbus_app1_get_title,
  [TEXT_ISOLATION] = bh_dbus_app1_get_isolation,
};

struct _BhAppItem
{
  GObject parent_instance;

  char *path;
  BhDBusApp1 *proxy;
  gulong notify_id;

  char *texts[N_TEXTS];
  GStrv warnings;
  BhState state;
  BhReason reason;
  guint pid;
  gint64 started_at;
  guint restarts;
  BhAppLimits *limits;
  BhAppActivity activity;
  BhAppSuspender suspender;
  gboolean growing;

  BhAppAction pending;
  gboolean dismissed;

  char *collation_key;
  GHashTable *icons;
};

enum {
  CHANGED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhAppItem, bh_app_item, G_TYPE_OBJECT)

static void
forget_look (BhAppItem *self)
{
  g_clear_pointer (&self->collation_key, g_free);
  g_hash_table_remove_all (self->icons);
}

static gboolean
update_texts (BhAppItem *self)
{
  gboolean changed = FALSE;

  for (guint i = 0; i < N_TEXTS; i++)
    {
      const char *text = text_getters[i](self->proxy);

      if (text == NULL)
        text = "";
      if (g_str_equal (self->texts[i], text))
        continue;

      g_free (self->texts[i]);
      self->texts[i] = g_strdup (text);
      changed = TRUE;
    }

  return changed;
}

static gboolean
update_warnings (BhAppItem *self)
{
  static const char *const none[] = { NULL };
  const char *const *warnings = bh_dbus_app1_get_warnings (self->proxy);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (warnings == NULL)
    warnings = none;
  if (g_strv_equal ((const char *const *) self->warnings, warnings))
    return FALSE;

  for (gsize i = 0; warnings[i] != NULL; i++)
    g_strv_builder_add (builder, warnings[i]);
  g_strfreev (self->warnings);
  self->warnings = g_strv_builder_end (builder);

  return TRUE;
}

static gboolean
update_state (BhAppItem *self)
{
  const char *state_name = bh_dbus_app1_get_state (self->proxy);
  const char *reason_name = bh_dbus_app1_get_reason (self->proxy);
  BhState state = BH_STATE_STOPPED;
  BhReason reason = BH_REASON_NONE;
  guint pid = bh_dbus_app1_get_pid (self->proxy);
  gint64 started_at = (gint64) bh_dbus_app1_get_started_at (self->proxy);
  guint restarts = bh_dbus_app1_get_restarts (self->proxy);
  gboolean changed;

  /* A newer supervisor may know states that this shell does not. */
  if (state_name != NULL && !bh_state_from_string (state_name, &state))
    g_debug ("%s has the unknown state “%s”", self->path, state_name);
  if (reason_name != NULL && !bh_reason_from_string (reason_name, &reason))
    g_debug ("%s has the unknown reason “%s”", self->path, reason_name);

  changed = state != self->state || reason != self->reason || pid != self->pid
            || started_at != self->started_at || restarts != self->restarts;
  if (state == BH_STATE_STARTING || state == BH_STATE_RUNNING)
    self->dismissed = FALSE;

  self->state = state;
  self->reason = reason;
  self->pid = pid;
  self->started_at = started_at;
  self->restarts = restarts;

  return changed;
}

static gboolean
update_limits (BhAppItem *self)
{
  g_autoptr (BhAppLimits) limits = bh_app_limits_new (bh_dbus_app1_get_limits (self->proxy),
                                                      bh_dbus_app1_get_limits_from (self->proxy),
                                                      bh_dbus_app1_get_limits_held_by (self->proxy),
                                                      bh_dbus_app1_get_pressed (self->proxy));

  if (bh_app_limits_equal (self->limits, limits))
    return FALSE;

  bh_app_limits_unref (self->limits);
  self->limits = g_steal_pointer (&limits);

  return TRUE;
}

static gboolean
update_activity (BhAppItem *self)
{
  BhAppActivity activity = bh_app_activity_from_names (bh_dbus_app1_get_activity (self->proxy));
  BhAppSuspender suspender = bh_app_suspender_from_name (bh_dbus_app1_get_suspended (self->proxy));
  gboolean growing = bh_dbus_app1_get_growing (self->proxy);
  gboolean changed
      = activity != self->activity || suspender != self->suspender || growing != self->growing;

  self->activity = activity;
  self->suspender = suspender;
  self->growing = growing;

  return changed;
}

static void
refresh (BhAppItem *self)
{
  gboolean look_changed = update_texts (self) | update_warnings (self);
  gboolean state_changed = update_state (self) | update_limits (self) | update_activity (self);

  if (look_changed)
    forget_look (self);
  if (look_changed || state_changed)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_proxy_notify (GObject *proxy, GParamSpec *pspec, BhAppItem *self)
{
  /* The proxy takes in a whole PropertiesChanged before it notifies: the first of its
   * notifications finds all news, and the others find none. */
  refresh (self);

  /* Read from the proxy by those who show them: see bh-app-care.c. */
  if (g_str_equal (pspec->name, "settings") || g_str_equal (pspec->name, "growth"))
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
bh_app_item_dispose (GObject *object)
{
  BhAppItem *self = BH_APP_ITEM (object);

  if (self->proxy != NULL)
    g_clear_signal_handler (&self->notify_id, self->proxy);
  g_clear_object (&self->proxy);

  G_OBJECT_CLASS (bh_app_item_parent_class)->dispose (object);
}

static void
bh_app_item_finalize (GObject *object)
{
  BhAppItem *self = BH_APP_ITEM (object);

  for (guint i = 0; i < N_TEXTS; i++)
    g_free (self->texts[i]);
  g_strfreev (self->warnings);
  bh_app_limits_unref (self->limits);
  g_free (self->collation_key);
  g_hash_table_unref (self->icons);
  g_free (self->path);

  G_OBJECT_CLASS (bh_app_item_parent_class)->finalize (object);
}

static void
bh_app_item_class_init (BhAppItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_app_item_dispose;
  object_class->finalize = bh_app_item_finalize;

  /**
   * BhAppItem::changed:
   *
   * Something that is shown of the app has changed.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_app_item_init (BhAppItem *self)
{
  for (guint i = 0; i < N_TEXTS; i++)
    self->texts[i] = g_strdup ("");
  self->warnings = g_new0 (char *, 1);
  self->limits = bh_app_limits_new (NULL, NULL, NULL, FALSE);
  self->icons = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) cairo_surface_destroy);
}

/**
 * bh_app_item_new:
 * @path: the app's D-Bus object path
 *
 * Returns: (transfer full): an app of which nothing is known yet
 */
BhAppItem *
bh_app_item_new (const char *path)
{
  BhAppItem *self = g_object_new (BH_TYPE_APP_ITEM, NULL);

  g_return_val_if_fail (path != NULL, self);

  self->path = g_strdup (path);

  return self;
}

/**
 * bh_app_item_get_proxy:
 * @self: an app
 *
 * Returns: (transfer none) (nullable): the app on D-Bus, %NULL while the supervisor is away
 */
BhDBusApp1 *
bh_app_item_get_proxy (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), NULL);

  return self->proxy;
}

/**
 * bh_app_item_set_proxy:
 * @self: an app
 * @proxy: (nullable): the app on D-Bus, or %NULL when the supervisor went away
 *
 * Takes on a proxy and all that it says. Without one the last known values stay.
 */
void
bh_app_item_set_proxy (BhAppItem *self, BhDBusApp1 *proxy)
{
  g_return_if_fail (BH_IS_APP_ITEM (self));
  g_return_if_fail (proxy == NULL || BH_DBUS_IS_APP1 (proxy));

  if (self->proxy == proxy)
    return;

  if (self->proxy != NULL)
    g_clear_signal_handler (&self->notify_id, self->proxy);
  g_set_object (&self->proxy, proxy);
  if (proxy == NULL)
    return;

  self->notify_id = g_signal_connect (proxy, "notify", G_CALLBACK (on_proxy_notify), self);
  refresh (self);
}

/**
 * bh_app_item_get_path:
 * @self: an app
 *
 * Returns: (transfer none): its D-Bus object path
 */
const char *
bh_app_item_get_path (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), NULL);

  return self->path;
}

/**
 * bh_app_item_get_id:
 * @self: an app
 *
 * Returns: (transfer none): its id, as its manifest spells it
 */
const char *
bh_app_item_get_id (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), NULL);

  return self->texts[TEXT_ID];
}

/**
 * bh_app_item_get_name:
 * @self: an app
 *
 * Returns: (transfer none): its name, or its id when it has none
 */
const char *
bh_app_item_get_name (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), NULL);

  return *self->texts[TEXT_NAME] != '\0' ? self->texts[TEXT_NAME] : self->texts[TEXT_ID];
}

/**
 * bh_app_item_get_description:
 * @self: an app
 *
 * Returns: (transfer none): a sentence about it, or ""
 */
const char *
bh_app_item_get_description (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), NULL);

  return self->texts[TEXT_DESCRIPTION];
}

/**
 * bh_app_item_get_url:
 * @self: an app
 *
 * Returns: (transfer none): the page that it starts with
 */
const char *
bh_app_item_get_url (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), NULL);

  return self->texts[TEXT_URL];
}

/**
 * bh_app_item_get_source:
 * @self: an app
 *
 * Returns: (transfer none): "managed", "user" or "system"
 */
const char *
bh_app_item_get_source (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), NULL);

  return self->texts[TEXT_SOURCE];
}

/**
 * bh_app_item_get_manifest_path:
 * @self: an app
 *
 * Returns: (transfer none): the absolute path of its manifest
 */
const char *
bh_app_item_get_manifest_path (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), NULL);

  return self->texts[TEXT_MANIFEST_PATH];
}

/**
 * bh_app_item_get_desktop_id:
 * @self: an app
 *
 * Returns: (transfer none): its desktop identity, without ".desktop"
 */
const char *
bh_app_item_get_desktop_id (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), NULL);

  return self->texts[TEXT_DESKTOP_ID];
}

/**
 * bh_app_item_get_broken:
 * @self: an app
 *
 * Returns: (transfer none): why its manifest cannot be used, or ""
 */
const char *
bh_app_item_get_broken (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), NULL);

  return self->texts[TEXT_BROKEN];
}

/**
 * bh_app_item_get_warnings:
 * @self: an app
 *
 * Returns: (transfer none): what its manifest asks for in vain, a sentence each
 */
const char *const *
bh_app_item_get_warnings (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), NULL);

  return (const char *const *) self->warnings;
}

/**
 * bh_app_item_get_state:
 * @self: an app
 *
 * Returns: the state as the supervisor last said
 */
BhState
bh_app_item_get_state (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), BH_STATE_STOPPED);

  return self->state;
}

/**
 * bh_app_item_get_reason:
 * @self: an app
 *
 * Returns: why the last instance ended
 */
BhReason
bh_app_item_get_reason (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), BH_REASON_NONE);

  return self->reason;
}

/**
 * bh_app_item_get_reason_detail:
 * @self: an app
 *
 * Returns: (transfer none): what more is known of how the last instance ended, or ""
 */
const char *
bh_app_item_get_reason_detail (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), NULL);

  return self->texts[TEXT_REASON_DETAIL];
}

/**
 * bh_app_item_get_pid:
 * @self: an app
 *
 * Returns: the runner's PID, or 0
 */
guint
bh_app_item_get_pid (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), 0);

  return self->pid;
}

/**
 * bh_app_item_get_started_at:
 * @self: an app
 *
 * Returns: when the instance started, in microseconds since 1970-01-01 UTC, or 0
 */
gint64
bh_app_item_get_started_at (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), 0);

  return self->started_at;
}

/**
 * bh_app_item_get_restarts:
 * @self: an app
 *
 * Returns: how often it was started again since its first start
 */
guint
bh_app_item_get_restarts (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), 0);

  return self->restarts;
}

/**
 * bh_app_item_get_title:
 * @self: an app
 *
 * Returns: (transfer none): the title of the page that it shows, or ""
 */
const char *
bh_app_item_get_title (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), NULL);

  return self->texts[TEXT_TITLE];
}

/**
 * bh_app_item_get_isolation:
 * @self: an app
 *
 * Returns: (transfer none): what keeps it apart, as App1.Isolation has it
 */
const char *
bh_app_item_get_isolation (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), NULL);

  return self->texts[TEXT_ISOLATION];
}

/**
 * bh_app_item_get_limits:
 * @self: an app
 *
 * Returns: (transfer none): what it may use
 */
BhAppLimits *
bh_app_item_get_limits (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), NULL);

  return self->limits;
}

/**
 * bh_app_item_get_activity:
 * @self: an app
 *
 * Returns: what it does that people would miss
 */
BhAppActivity
bh_app_item_get_activity (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), 0);

  return self->activity;
}

/**
 * bh_app_item_get_suspender:
 * @self: an app
 *
 * Returns: who has suspended it
 */
BhAppSuspender
bh_app_item_get_suspender (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), BH_APP_SUSPENDER_NONE);

  return self->suspender;
}

/**
 * bh_app_item_get_growing:
 * @self: an app
 *
 * Returns: whether its memory has grown steadily for hours
 */
gboolean
bh_app_item_get_growing (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), FALSE);

  return self->growing;
}

/**
 * bh_app_item_is_broken:
 * @self: an app
 *
 * Returns: whether its manifest cannot be used
 */
gboolean
bh_app_item_is_broken (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), FALSE);

  return *self->texts[TEXT_BROKEN] != '\0';
}

/**
 * bh_app_item_get_pending:
 * @self: an app
 *
 * Returns: what was asked for and is not done yet
 */
BhAppAction
bh_app_item_get_pending (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), BH_APP_ACTION_NONE);

  return self->pending;
}

/**
 * bh_app_item_set_pending:
 * @self: an app
 * @action: what the supervisor was asked for, or %BH_APP_ACTION_NONE when it has answered
 */
void
bh_app_item_set_pending (BhAppItem *self, BhAppAction action)
{
  g_return_if_fail (BH_IS_APP_ITEM (self));

  if (self->pending == action)
    return;

  self->pending = action;
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * bh_app_item_get_dismissed:
 * @self: an app
 *
 * Returns: whether the user has seen how it ended
 */
gboolean
bh_app_item_get_dismissed (BhAppItem *self)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (self), FALSE);

  return self->dismissed;
}

/**
 * bh_app_item_set_dismissed:
 * @self: an app
 * @dismissed: whether the user has seen how it ended; holds until it is started again
 */
void
bh_app_item_set_dismissed (BhAppItem *self, gboolean dismissed)
{
  g_return_if_fail (BH_IS_APP_ITEM (self));

  dismissed = !!dismissed;
  if (self->dismissed == dismissed)
    return;

  self->dismissed = dismissed;
  g_signal_emit (self, signals[CHANGED], 0);
}

static const char *
get_collation_key (BhAppItem *self)
{
  if (self->collation_key == NULL)
    {
      g_autofree char *folded = g_utf8_casefold (bh_app_item_get_name (self), -1);

      self->collation_key = g_utf8_collate_key (folded, -1);
    }

  return self->collation_key;
}

/**
 * bh_app_item_compare:
 * @a: an app
 * @b: another
 *
 * Compares by the names, in the order of the user's language. Broken apps come last.
 *
 * Returns: less than, equal to or greater than 0
 */
int
bh_app_item_compare (BhAppItem *a, BhAppItem *b)
{
  int order;

  g_return_val_if_fail (BH_IS_APP_ITEM (a) && BH_IS_APP_ITEM (b), 0);

  order = bh_app_item_is_broken (a) - bh_app_item_is_broken (b);
  if (order == 0)
    order = strcmp (get_collation_key (a), get_collation_key (b));
  if (order == 0)
    order = strcmp (a->path, b->path);

  return order;
}

/**
 * bh_app_item_get_icon:
 * @self: an app
 * @size: in logical pixels
 * @scale: device pixels per logical pixel
 *
 * Returns: (transfer none): the app's icon, or a tile with its initial when it has none
 */
cairo_surface_t *
bh_app_item_get_icon (BhAppItem *self, int size, int scale)
{
  gpointer key = GINT_TO_POINTER (size * 16 + scale);
  cairo_surface_t *surface;

  g_return_val_if_fail (BH_IS_APP_ITEM (self), NULL);
  g_return_val_if_fail (size > 0 && scale > 0 && scale < 16, NULL);

  surface = g_hash_table_lookup (self->icons, key);
  if (surface == NULL)
    {
      surface = bh_app_icon_load (self->texts[TEXT_ICON], size, scale);
      if (surface == NULL)
        surface = bh_app_icon_draw_initial (bh_app_item_get_name (self), self->path, size, scale);
      g_hash_table_insert (self->icons, key, surface);
    }

  return surface;
}
