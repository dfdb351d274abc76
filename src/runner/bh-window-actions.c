/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-window-actions.h"

/*
 * What can be done with an app's window, as actions; what can be done with its page is in
 * bh-view-actions.c, and so are the keys for both.
 */

static void
on_reload_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  bh_window_reload (BH_WINDOW (user_data), BH_RELOAD_USUAL);
}

static void
on_reload_without_cache_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  bh_window_reload (BH_WINDOW (user_data), BH_RELOAD_WITHOUT_CACHE);
}

static void
on_close_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  bh_window_request_close (BH_WINDOW (user_data), BH_CLOSE_ASK);
}

static void
on_menu_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  bh_window_open_menu (BH_WINDOW (user_data));
}

static void
on_fullscreen_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GVariant) state = g_action_get_state (G_ACTION (action));

  if (g_variant_get_boolean (state))
    gtk_window_unfullscreen (GTK_WINDOW (user_data));
  else
    gtk_window_fullscreen (GTK_WINDOW (user_data));
}

static void
on_fullscreen_change_state (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  g_simple_action_set_state (action, state);
}

static void
on_find_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  bh_find_bar_open (bh_window_get_find_bar (BH_WINDOW (user_data)));
}

static void
on_find_next_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  bh_find_bar_next (bh_window_get_find_bar (BH_WINDOW (user_data)));
}

static void
on_find_previous_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  bh_find_bar_previous (bh_window_get_find_bar (BH_WINDOW (user_data)));
}

static void
on_about_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  bh_window_show_about (BH_WINDOW (user_data));
}

/**
 * bh_window_actions_add:
 * @window: a window
 *
 * Gives @window the actions `reload`, `reload-without-cache`, `close`, `menu`, `fullscreen`, whose
 * state the window keeps, `find`, `find-next`, `find-previous` and `about`.
 */
void
bh_window_actions_add (BhWindow *window)
{
  static const GActionEntry entries[] = {
    { .name = "reload", .activate = on_reload_activated },
    { .name = "reload-without-cache", .activate = on_reload_without_cache_activated },
    { .name = "close", .activate = on_close_activated },
    { .name = "menu", .activate = on_menu_activated },
    { .name = "fullscreen",
      .activate = on_fullscreen_activated,
      .state = "false",
      .change_state = on_fullscreen_change_state },
    { .name = "find", .activate = on_find_activated },
    { .name = "find-next", .activate = on_find_next_activated },
    { .name = "find-previous", .activate = on_find_previous_activated },
    { .name = "about", .activate = on_about_activated },
  };

  g_return_if_fail (BH_IS_WINDOW (window));

  g_action_map_add_action_entries (G_ACTION_MAP (window), entries, G_N_ELEMENTS (entries), window);
}
