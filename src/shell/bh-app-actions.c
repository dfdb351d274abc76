/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-app-actions.h"

#include "bh-app-details.h"
#include "bh-app-folder.h"
#include "bh-app-status.h"
#include "bh-kill-dialog.h"
#include "bh-popup-menu.h"

#include <gio/gdesktopappinfo.h>
#include <glib/gi18n.h>

/*
 * What can be done with an app, or with several at once, as actions with the apps' object paths as
 * parameter, a line each. Tiles, rows, buttons, keys and menus all go through them, so that each
 * thing is done in one way; with several, each app takes part that can.
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

/* The first of the apps, for what is only done with one. */
static BhAppItem *
lookup (Context *context, GVariant *parameter)
{
  g_auto (GStrv) paths = g_strsplit (g_variant_get_string (parameter, NULL), "\n", 2);

  return bh_supervisor_client_lookup_app (bh_app_control_get_client (context->control),
                                          paths[0] != NULL ? paths[0] : "");
}

/* The apps with which it can be done. */
static GList *
list (Context *context, GVariant *parameter, BhAppAction action)
{
  BhSupervisorClient *client = bh_app_control_get_client (context->control);
  g_auto (GStrv) paths = g_strsplit (g_variant_get_string (parameter, NULL), "\n", -1);
  GList *items = NULL;

  for (gsize i = 0; paths[i] != NULL; i++)
    {
      BhAppItem *item = bh_supervisor_client_lookup_app (client, paths[i]);

      if (item != NULL && bh_app_status_can (item, action))
        items = g_list_prepend (items, item);
    }

  return g_list_reverse (items);
}

static void
on_failed (BhAppControl *control, const char *message, BhAppDetails *details)
{
  /* It is told in the window, too: it may be about another app. */
  if (gtk_window_is_active (GTK_WINDOW (details)))
    bh_app_details_tell (details, message);
}

static GtkWidget *
find_details (Context *context, BhAppItem *item)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *link = windows; link != NULL; link = link->next)
    if (BH_IS_APP_DETAILS (link->data) && bh_app_details_get_item (link->data) == item
        && gtk_window_get_transient_for (link->data) == context->window)
      return link->data;

  return NULL;
}

static void
show_details (Context *context, BhAppItem *item)
{
  GtkWidget *details = find_details (context, item);

  if (details == NULL)
    {
      GActionGroup *actions
          = gtk_widget_get_action_group (GTK_WIDGET (context->window), BH_APP_ACTIONS_PREFIX);

      details = bh_app_details_new (item, bh_app_control_get_client (context->control), actions,
                                    context->window);
      g_signal_connect_object (context->control, "failed", G_CALLBACK (on_failed), details, 0);
    }
  gtk_window_present_with_time (GTK_WINDOW (details), gtk_get_current_event_time ());
}

static void
act (Context *context, GVariant *parameter, BhAppAction action)
{
  g_autoptr (GList) items = list (context, parameter, action);
  BhAppItem *first = lookup (context, parameter);
  g_autofree char *token = NULL;

  /* All that a broken app can do is say why it is broken. */
  if (first != NULL && items == NULL && bh_app_item_is_broken (first))
    {
      show_details (context, first);
      return;
    }

  if (items != NULL && (action == BH_APP_ACTION_LAUNCH || action == BH_APP_ACTION_RESTART))
    token = dup_activation_token (context, items->data);
  bh_app_control_act_all (context->control, items, action, token);
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
  Context *context = user_data;
  g_autoptr (GList) items = list (context, parameter, BH_APP_ACTION_KILL);

  bh_kill_dialog_kill (context->control, context->window, items);
}

static void
on_suspend_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  act (user_data, parameter, BH_APP_ACTION_SUSPEND);
}

static void
on_resume_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  act (user_data, parameter, BH_APP_ACTION_RESUME);
}

static void
on_developer_tools_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  act (user_data, parameter, BH_APP_ACTION_DEVELOPER_TOOLS);
}

static void
on_folder_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  Context *context = user_data;
  g_autoptr (GList) items = list (context, parameter, BH_APP_ACTION_SHOW_FOLDER);

  for (GList *link = items; link != NULL; link = link->next)
    bh_app_folder_show (context->control, context->window, link->data);
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
  Context *context = user_data;
  BhSupervisorClient *client = bh_app_control_get_client (context->control);
  g_auto (GStrv) paths = g_strsplit (g_variant_get_string (parameter, NULL), "\n", -1);

  for (gsize i = 0; paths[i] != NULL; i++)
    {
      BhAppItem *item = bh_supervisor_client_lookup_app (client, paths[i]);

      if (item != NULL && !bh_app_status_has_instance (item))
        bh_app_item_set_dismissed (item, TRUE);
    }
}

static void
on_suspend_all_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  bh_app_control_suspend_all (((Context *) user_data)->control, TRUE);
}

static void
on_resume_all_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  bh_app_control_suspend_all (((Context *) user_data)->control, FALSE);
}

/**
 * bh_app_actions_new:
 * @control: passes on what is asked for
 * @window: the window that the actions belong to; outlives them
 *
 * Returns: (transfer full): the actions `open`, `wait`, `stop`, `restart`, `kill`, `suspend`,
 *   `resume`, `developer-tools`, `folder`, `dismiss` and `details`, each with the object path of an
 *   app as its parameter, or with those of several, a line each; and `suspend-all` and
 *   `resume-all`, which have none
 */
GActionGroup *
bh_app_actions_new (BhAppControl *control, GtkWindow *window)
{
  static const struct
  {
    const char *name;
    void (*activated) (GSimpleAction *, GVariant *, gpointer);
    gboolean of_all;
  } entries[] = {
    { "open", on_open_activated, FALSE },
    { "wait", on_wait_activated, FALSE },
    { "stop", on_stop_activated, FALSE },
    { "restart", on_restart_activated, FALSE },
    { "kill", on_kill_activated, FALSE },
    { "suspend", on_suspend_activated, FALSE },
    { "resume", on_resume_activated, FALSE },
    { "developer-tools", on_developer_tools_activated, FALSE },
    { "folder", on_folder_activated, FALSE },
    { "dismiss", on_dismiss_activated, FALSE },
    { "details", on_details_activated, FALSE },
    { "suspend-all", on_suspend_all_activated, TRUE },
    { "resume-all", on_resume_all_activated, TRUE },
  };
  GSimpleActionGroup *group;

  g_return_val_if_fail (BH_IS_APP_CONTROL (control) && GTK_IS_WINDOW (window), NULL);

  group = g_simple_action_group_new ();
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      g_autoptr (GSimpleAction) action
          = g_simple_action_new (entries[i].name, entries[i].of_all ? NULL : G_VARIANT_TYPE_STRING);
      Context *context = g_new0 (Context, 1);

      context->control = g_object_ref (control);
      context->window = window;
      g_signal_connect_data (action, "activate", G_CALLBACK (entries[i].activated), context,
                             context_free, 0);
      g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
    }

  return G_ACTION_GROUP (group);
}

static char *
join_paths (GList *items)
{
  g_autoptr (GString) paths = g_string_new (NULL);

  for (GList *link = items; link != NULL; link = link->next)
    {
      if (link != items)
        g_string_append_c (paths, '\n');
      g_string_append (paths, bh_app_item_get_path (link->data));
    }

  return g_string_free (g_steal_pointer (&paths), FALSE);
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
  g_autoptr (GList) items = NULL;

  g_return_if_fail (BH_IS_APP_ITEM (item));

  items = g_list_prepend (NULL, item);
  bh_app_actions_activate_all (actions, name, items);
}

/**
 * bh_app_actions_activate_all:
 * @actions: the actions
 * @name: one of their names
 * @items: (element-type BhAppItem): the apps that it is about
 */
void
bh_app_actions_activate_all (GActionGroup *actions, const char *name, GList *items)
{
  g_autofree char *paths = NULL;

  g_return_if_fail (G_IS_ACTION_GROUP (actions) && name != NULL);

  if (items == NULL)
    return;

  paths = join_paths (items);
  g_action_group_activate_action (actions, name, g_variant_new_string (paths));
}

static gboolean
can_any (GList *items, BhAppAction action)
{
  for (GList *link = items; link != NULL; link = link->next)
    if (bh_app_status_can (link->data, action))
      return TRUE;

  return FALSE;
}

static gboolean
is_any_alive (GList *items)
{
  for (GList *link = items; link != NULL; link = link->next)
    if (bh_app_status_has_instance (link->data))
      return TRUE;

  return FALSE;
}

static gboolean
can_dismiss_any (GList *items)
{
  for (GList *link = items; link != NULL; link = link->next)
    if (!bh_app_status_has_instance (link->data) && bh_app_status_has_ended_badly (link->data)
        && !bh_app_item_get_dismissed (link->data))
      return TRUE;

  return FALSE;
}

static void
append (GMenu *menu, GList *items, const char *label, const char *name, const char *accel)
{
  g_autoptr (GMenuItem) menu_item = g_menu_item_new (label, NULL);
  g_autofree char *action = g_strconcat (BH_APP_ACTIONS_PREFIX ".", name, NULL);
  g_autofree char *paths = join_paths (items);

  g_menu_item_set_action_and_target (menu_item, action, "s", paths);
  if (accel != NULL)
    g_menu_item_set_attribute (menu_item, "accel", "s", accel);
  g_menu_append_item (menu, menu_item);
}

static void
append_if (GMenu *menu,
           GList *items,
           BhAppAction action,
           const char *label,
           const char *name,
           const char *accel)
{
  if (can_any (items, action))
    append (menu, items, label, name, accel);
}

static void
append_section (GMenu *menu, GMenu *section)
{
  if (g_menu_model_get_n_items (G_MENU_MODEL (section)) > 0)
    g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
}

/* Keys are shown where they work, which is in the task manager. */
static GMenu *
build_menu (GList *items, gboolean with_keys)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) use = g_menu_new ();
  g_autoptr (GMenu) sleep = g_menu_new ();
  g_autoptr (GMenu) end = g_menu_new ();
  g_autoptr (GMenu) tell = g_menu_new ();
  gboolean lives = is_any_alive (items);

  append_if (use, items, BH_APP_ACTION_LAUNCH, lives ? _("Show _Window") : _("_Open"), "open",
             with_keys ? "Return" : NULL);
  append_if (use, items, BH_APP_ACTION_WAIT, _("W_ait"), "wait", NULL);
  append_if (sleep, items, BH_APP_ACTION_SUSPEND, _("S_leep"), "suspend",
             with_keys ? "<Primary>s" : NULL);
  append_if (sleep, items, BH_APP_ACTION_RESUME, _("Wa_ke"), "resume",
             with_keys ? "<Primary><Shift>s" : NULL);
  append_if (end, items, BH_APP_ACTION_STOP, _("_Stop"), "stop", with_keys ? "<Primary>e" : NULL);
  if (lives)
    append_if (end, items, BH_APP_ACTION_RESTART, _("_Restart"), "restart",
               with_keys ? "<Primary>r" : NULL);
  append_if (end, items, BH_APP_ACTION_KILL, _("_Kill"), "kill", with_keys ? "Delete" : NULL);
  if (can_dismiss_any (items))
    append (end, items, _("Dis_miss"), "dismiss", with_keys && !lives ? "Delete" : NULL);
  append_if (tell, items, BH_APP_ACTION_DEVELOPER_TOOLS, _("Developer _Tools"), "developer-tools",
             with_keys ? "F12" : NULL);
  if (!bh_app_item_is_broken (items->data))
    append (tell, items, _("Show _Folder of Its Data"), "folder", with_keys ? "<Primary>o" : NULL);
  if (items->next == NULL)
    append (tell, items, _("_Details…"), "details", with_keys ? "<Alt>Return" : NULL);

  append_section (menu, use);
  append_section (menu, sleep);
  append_section (menu, end);
  append_section (menu, tell);

  return menu;
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
  g_autoptr (GList) items = NULL;
  g_autoptr (GMenu) menu = NULL;

  g_return_if_fail (GTK_IS_WIDGET (widget) && BH_IS_APP_ITEM (item));

  items = g_list_prepend (NULL, item);
  menu = build_menu (items, FALSE);
  bh_popup_menu (widget, G_MENU_MODEL (menu), place, event);
}

/**
 * bh_app_actions_popup_menu_all:
 * @widget: where the menu belongs to; in a window that has the actions
 * @items: (element-type BhAppItem): the apps that the menu is about, at least one
 * @more: (nullable): what else is in the menu
 * @place: (nullable): where in @widget's window the menu points to, or %NULL for the pointer
 * @event: (nullable): what the menu answers to
 *
 * Shows what can be done with the apps, and the keys for it.
 */
void
bh_app_actions_popup_menu_all (GtkWidget *widget,
                               GList *items,
                               GMenuModel *more,
                               const GdkRectangle *place,
                               GdkEvent *event)
{
  g_autoptr (GMenu) menu = NULL;

  g_return_if_fail (GTK_IS_WIDGET (widget) && items != NULL);

  menu = build_menu (items, TRUE);
  if (more != NULL)
    g_menu_append_section (menu, NULL, more);
  bh_popup_menu (widget, G_MENU_MODEL (menu), place, event);
}
