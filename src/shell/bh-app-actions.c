/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-app-actions.h"

#include "bh-app-details.h"
#include "bh-app-status.h"
#include "bh-popup-menu.h"

#include <gio/gdesktopappinfo.h>
#include <glib/gi18n.h>

/*
 * What can be done with an app, as actions with the app's object path as parameter. Tiles, rows,
 * buttons, keys and menus all go through them, so that each thing is done in one way.
 */

typedef struct
{
  BhAppControl *control;
  GtkWindow *window;
} Context;

static void
context_free (gpointer data, GClosure *closure)
{
  Context *context = data;

  g_object_unref (context->control);
  g_free (context);
}

static char *
dup_activation_token (Context *context, BhAppItem *item)
{
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (context->window));
  g_autoptr (GdkAppLaunchContext) launch_context = gdk_display_get_app_launch_context (display);
  g_autofree char *desktop_file = g_strconcat (bh_app_item_get_desktop_id (item), ".desktop", NULL);
  g_autoptr (GDesktopAppInfo) info = g_desktop_app_info_new (desktop_file);

  /* Without a desktop file nobody would end the “starting” that such a token announces. */
  if (info == NULL)
    return NULL;

  gdk_app_launch_context_set_timestamp (launch_context, gtk_get_current_event_time ());

  return g_app_launch_context_get_startup_notify_id (G_APP_LAUNCH_CONTEXT (launch_context),
                                                     G_APP_INFO (info), NULL);
}

static BhAppItem *
lookup (Context *context, GVariant *parameter)
{
  return bh_supervisor_client_lookup_app (bh_app_control_get_client (context->control),
                                          g_variant_get_string (parameter, NULL));
}

static void
show_details (Context *context, BhAppItem *item)
{
  GtkWidget *details
      = bh_app_details_new (item, bh_app_control_get_client (context->control), context->window);

  gtk_window_present_with_time (GTK_WINDOW (details), gtk_get_current_event_time ());
}

static void
act (Context *context, GVariant *parameter, BhAppAction action)
{
  BhAppItem *item = lookup (context, parameter);
  g_autofree char *token = NULL;

  if (item == NULL)
    return;

  /* All that a broken app can do is say why it is broken. */
  if (bh_app_item_is_broken (item))
    {
      show_details (context, item);
      return;
    }

  if (!bh_app_status_can (item, action))
    return;

  if (action == BH_APP_ACTION_LAUNCH || action == BH_APP_ACTION_RESTART)
    token = dup_activation_token (context, item);
  bh_app_control_act (context->control, item, action, token);
}

static void
on_open_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  act (user_data, parameter, BH_APP_ACTION_LAUNCH);
}

static void
on_stop_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  act (user_data, parameter, BH_APP_ACTION_STOP);
}

static void
on_restart_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  act (user_data, parameter, BH_APP_ACTION_RESTART);
}

static void
on_kill_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  act (user_data, parameter, BH_APP_ACTION_KILL);
}

static void
on_wait_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  act (user_data, parameter, BH_APP_ACTION_WAIT);
}

static void
on_details_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BhAppItem *item = lookup (user_data, parameter);

  if (item != NULL)
    show_details (user_data, item);
}

static void
on_dismiss_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BhAppItem *item = lookup (user_data, parameter);

  if (item != NULL)
    bh_app_item_set_dismissed (item, TRUE);
}

/**
 * bh_app_actions_new:
 * @control: passes on what is asked for
 * @window: the window that the actions belong to; outlives them
 *
 * Returns: (transfer full): the actions `open`, `wait`, `stop`, `restart`, `kill`, `dismiss` and
 *   `details`, each with an app's object path as its parameter
 */
GActionGroup *
bh_app_actions_new (BhAppControl *control, GtkWindow *window)
{
  static const struct
  {
    const char *name;
    void (*activated) (GSimpleAction *, GVariant *, gpointer);
  } entries[] = {
    { "open", on_open_activated },       { "stop", on_stop_activated },
    { "restart", on_restart_activated }, { "kill", on_kill_activated },
    { "dismiss", on_dismiss_activated }, { "details", on_details_activated },
    { "wait", on_wait_activated },
  };
  GSimpleActionGroup *group;

  g_return_val_if_fail (BH_IS_APP_CONTROL (control) && GTK_IS_WINDOW (window), NULL);

  group = g_simple_action_group_new ();
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      g_autoptr (GSimpleAction) action
          = g_simple_action_new (entries[i].name, G_VARIANT_TYPE_STRING);
      Context *context = g_new0 (Context, 1);

      context->control = g_object_ref (control);
      context->window = window;
      g_signal_connect_data (action, "activate", G_CALLBACK (entries[i].activated), context,
                             context_free, 0);
      g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
    }

  return G_ACTION_GROUP (group);
}

/**
 * bh_app_actions_activate:
 * @actions: the actions
 * @name: one of their names
 * @item: the app that it is about
 */
void
bh_app_actions_activate (GActionGroup *actions, const char *name, BhAppItem *item)
{
  g_return_if_fail (G_IS_ACTION_GROUP (actions) && name != NULL && BH_IS_APP_ITEM (item));

  g_action_group_activate_action (actions, name,
                                  g_variant_new_string (bh_app_item_get_path (item)));
}

static void
append (GMenu *menu, BhAppItem *item, const char *label, const char *name)
{
  g_autoptr (GMenuItem) menu_item = g_menu_item_new (label, NULL);
  g_autofree char *action = g_strconcat (BH_APP_ACTIONS_PREFIX ".", name, NULL);

  g_menu_item_set_action_and_target (menu_item, action, "s", bh_app_item_get_path (item));
  g_menu_append_item (menu, menu_item);
}

static GMenuModel *
build_menu (BhAppItem *item)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) use = g_menu_new ();
  g_autoptr (GMenu) end = g_menu_new ();
  g_autoptr (GMenu) tell = g_menu_new ();
  gboolean lives = bh_app_status_has_instance (item);

  if (bh_app_status_can (item, BH_APP_ACTION_LAUNCH))
    append (use, item, lives ? _("Show _Window") : _("_Open"), "open");
  if (bh_app_status_can (item, BH_APP_ACTION_WAIT))
    append (use, item, _("W_ait"), "wait");
  if (bh_app_status_can (item, BH_APP_ACTION_STOP))
    append (end, item, _("_Stop"), "stop");
  if (bh_app_status_can (item, BH_APP_ACTION_RESTART) && lives)
    append (end, item, _("_Restart"), "restart");
  if (bh_app_status_can (item, BH_APP_ACTION_KILL))
    append (end, item, _("_Kill"), "kill");
  if (!lives && bh_app_status_has_ended_badly (item) && !bh_app_item_get_dismissed (item))
    append (end, item, _("Dis_miss"), "dismiss");
  append (tell, item, _("_Details…"), "details");

  g_menu_append_section (menu, NULL, G_MENU_MODEL (use));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (end));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (tell));

  return G_MENU_MODEL (menu);
}

/**
 * bh_app_actions_popup_menu:
 * @widget: where the menu belongs to; in a window that has the actions
 * @item: the app that the menu is about
 * @place: (nullable): where in @widget's window the menu points to, or %NULL for the pointer
 * @event: (nullable): what the menu answers to
 *
 * Shows what can be done with the app.
 */
void
bh_app_actions_popup_menu (GtkWidget *widget,
                           BhAppItem *item,
                           const GdkRectangle *place,
                           GdkEvent *event)
{
  g_autoptr (GMenuModel) model = NULL;

  g_return_if_fail (GTK_IS_WIDGET (widget) && BH_IS_APP_ITEM (item));

  model = build_menu (item);
  bh_popup_menu (widget, model, place, event);
}
