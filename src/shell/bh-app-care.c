/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-app-care.h"

/*
 * What is set for an app alone, and whether it needs looking after. Nothing of it is kept: while
 * the supervisor is away it can't be changed either.
 */

static GVariant *
get_settings (BhAppItem *item)
{
  BhDBusApp1 *proxy = bh_app_item_get_proxy (item);

  return proxy != NULL ? bh_dbus_app1_get_settings (proxy) : NULL;
}

static gboolean
get_flag (BhAppItem *item, const char *name)
{
  GVariant *settings = get_settings (item);
  gboolean flag = FALSE;

  if (settings != NULL)
    g_variant_lookup (settings, name, "b", &flag);

  return flag;
}

/**
 * bh_app_care_get_known:
 * @item: an app
 *
 * Returns: whether the supervisor is there and has settings for single apps
 */
gboolean
bh_app_care_get_known (BhAppItem *item)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (item), FALSE);

  return get_settings (item) != NULL;
}

/**
 * bh_app_care_get_muted:
 * @item: an app
 *
 * Returns: whether no notifications about it are shown
 */
gboolean
bh_app_care_get_muted (BhAppItem *item)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (item), FALSE);

  return get_flag (item, "muted");
}

/**
 * bh_app_care_get_keep_awake:
 * @item: an app
 *
 * Returns: whether it is never suspended but by its own name
 */
gboolean
bh_app_care_get_keep_awake (BhAppItem *item)
{
  g_return_val_if_fail (BH_IS_APP_ITEM (item), FALSE);

  return get_flag (item, "keep-awake");
}

/**
 * bh_app_care_get_suspend_after:
 * @item: an app
 *
 * Returns: the minutes in the background after which it is suspended, 0 for never
 */
guint
bh_app_care_get_suspend_after (BhAppItem *item)
{
  GVariant *settings;
  guint minutes = 0;

  g_return_val_if_fail (BH_IS_APP_ITEM (item), 0);

  settings = get_settings (item);
  if (settings != NULL)
    g_variant_lookup (settings, "suspend-after", "u", &minutes);

  return minutes;
}

/**
 * bh_app_care_get_growth:
 * @item: an app
 *
 * Returns: by how many bytes an hour its memory has grown for hours, 0 when it has not
 */
guint64
bh_app_care_get_growth (BhAppItem *item)
{
  BhDBusApp1 *proxy;

  g_return_val_if_fail (BH_IS_APP_ITEM (item), 0);

  proxy = bh_app_item_get_proxy (item);

  return proxy != NULL && bh_dbus_app1_get_growing (proxy) ? bh_dbus_app1_get_growth (proxy) : 0;
}
