/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-view-actions.h"

#include <glib/gi18n.h>

#include <math.h>

/*
 * What can be done with a page, as actions of its window, so that menu, header bar, keys and tests
 * all do the same. The keys are GNOME Web's.
 */

#define DATA_VIEW "bh-view"
#define DATA_HOME "bh-home"

/* The steps of GNOME Web (lib/ephy-zoom.c, Epiphany 43). */
static const double zooms[]
    = { 0.3, 0.5, 0.67, 0.8, 0.9, 1.0, 1.1, 1.2, 1.33, 1.5, 1.7, 2.0, 2.4, 3.0 };

static WebKitWebView *
get_view (gpointer map)
{
  return g_object_get_data (G_OBJECT (map), DATA_VIEW);
}

static void
on_back_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  webkit_web_view_go_back (get_view (user_data));
}

static void
on_forward_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  webkit_web_view_go_forward (get_view (user_data));
}

static void
on_home_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const char *home = g_object_get_data (G_OBJECT (user_data), DATA_HOME);

  if (home != NULL)
    webkit_web_view_load_uri (get_view (user_data), home);
}

static void
on_stop_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  webkit_web_view_stop_loading (get_view (user_data));
}

static void
on_print_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WebKitWebView *view = get_view (user_data);
  g_autoptr (WebKitPrintOperation) operation = webkit_print_operation_new (view);

  gboolean handled = FALSE;

  /* As when the page itself asks; see bh-printing.c. */
  g_signal_emit_by_name (view, "print", operation, &handled);
}

static void
on_developer_tools_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WebKitWebInspector *inspector = webkit_web_view_get_inspector (get_view (user_data));

  if (webkit_web_inspector_get_web_view (inspector) != NULL)
    webkit_web_inspector_close (inspector);
  else
    webkit_web_inspector_show (inspector);
}

static void
on_copy_address_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WebKitWebView *view = get_view (user_data);
  const char *uri = webkit_web_view_get_uri (view);

  if (uri != NULL)
    gtk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (view), GDK_SELECTION_CLIPBOARD),
                            uri, -1);
}

static guint
find_zoom (double level)
{
  guint nearest = 0;

  for (guint i = 1; i < G_N_ELEMENTS (zooms); i++)
    if (fabs (zooms[i] - level) < fabs (zooms[nearest] - level))
      nearest = i;

  return nearest;
}

static void
on_zoom_in_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WebKitWebView *view = get_view (user_data);
  guint step = find_zoom (webkit_web_view_get_zoom_level (view));

  webkit_web_view_set_zoom_level (view, zooms[MIN (step + 1, G_N_ELEMENTS (zooms) - 1)]);
}

static void
on_zoom_out_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WebKitWebView *view = get_view (user_data);
  guint step = find_zoom (webkit_web_view_get_zoom_level (view));

  webkit_web_view_set_zoom_level (view, zooms[step > 0 ? step - 1 : 0]);
}

static void
on_zoom_reset_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  webkit_web_view_set_zoom_level (get_view (user_data), 1.0);
}

static void
set_enabled (GActionMap *map, const char *name, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (map, name)), enabled);
}

static void
update_history (GActionMap *map)
{
  WebKitWebView *view = get_view (map);

  set_enabled (map, "back", webkit_web_view_can_go_back (view));
  set_enabled (map, "forward", webkit_web_view_can_go_forward (view));
}

static void
on_history_changed (WebKitBackForwardList *list,
                    WebKitBackForwardListItem *added,
                    gpointer removed,
                    gpointer user_data)
{
  update_history (G_ACTION_MAP (user_data));
}

static void
on_is_loading_changed (GObject *view, GParamSpec *pspec, gpointer user_data)
{
  set_enabled (G_ACTION_MAP (user_data), "stop",
               webkit_web_view_is_loading (WEBKIT_WEB_VIEW (view)));
}

static void
on_zoom_level_changed (GObject *view, GParamSpec *pspec, gpointer user_data)
{
  double level = webkit_web_view_get_zoom_level (WEBKIT_WEB_VIEW (view));
  guint step = find_zoom (level);

  set_enabled (G_ACTION_MAP (user_data), "zoom-out", step > 0);
  set_enabled (G_ACTION_MAP (user_data), "zoom-in", step < G_N_ELEMENTS (zooms) - 1);
  set_enabled (G_ACTION_MAP (user_data), "zoom-reset", fabs (level - 1.0) > 0.001);
}

/**
 * bh_view_actions_add:
 * @map: (type GObject): the window that shows @view
 * @view: a view
 *
 * Gives @map the actions `back`, `forward`, `home`, `stop`, `print`, `developer-tools`,
 * `copy-address`, `zoom-in`, `zoom-out` and `zoom-reset`, enabled when they would do something.
 */
void
bh_view_actions_add (GActionMap *map, BhView *view)
{
  static const GActionEntry entries[] = {
    { .name = "back", .activate = on_back_activated },
    { .name = "forward", .activate = on_forward_activated },
    { .name = "home", .activate = on_home_activated },
    { .name = "stop", .activate = on_stop_activated },
    { .name = "print", .activate = on_print_activated },
    { .name = "developer-tools", .activate = on_developer_tools_activated },
    { .name = "copy-address", .activate = on_copy_address_activated },
    { .name = "zoom-in", .activate = on_zoom_in_activated },
    { .name = "zoom-out", .activate = on_zoom_out_activated },
    { .name = "zoom-reset", .activate = on_zoom_reset_activated },
  };

  g_return_if_fail (G_IS_ACTION_MAP (map));
  g_return_if_fail (BH_IS_VIEW (view));

  g_object_set_data_full (G_OBJECT (map), DATA_VIEW, g_object_ref (view), g_object_unref);
  g_action_map_add_action_entries (map, entries, G_N_ELEMENTS (entries), map);
  set_enabled (map, "home", FALSE);

  g_signal_connect_object (webkit_web_view_get_back_forward_list (WEBKIT_WEB_VIEW (view)),
                           "changed", G_CALLBACK (on_history_changed), map, 0);
  g_signal_connect_object (view, "notify::is-loading", G_CALLBACK (on_is_loading_changed), map, 0);
  g_signal_connect_object (view, "notify::zoom-level", G_CALLBACK (on_zoom_level_changed), map, 0);
  update_history (map);
  on_is_loading_changed (G_OBJECT (view), NULL, map);
  on_zoom_level_changed (G_OBJECT (view), NULL, map);
}

/**
 * bh_view_actions_set_home:
 * @map: (type GObject): what bh_view_actions_add() was called for
 * @uri: the app's first page
 *
 * Says where `home` leads.
 */
void
bh_view_actions_set_home (GActionMap *map, const char *uri)
{
  g_return_if_fail (G_IS_ACTION_MAP (map));
  g_return_if_fail (uri != NULL);

  g_object_set_data_full (G_OBJECT (map), DATA_HOME, g_strdup (uri), g_free);
  set_enabled (map, "home", TRUE);
}

/**
 * bh_view_actions_set_accels:
 * @application: the application of the windows
 *
 * Binds the keys to the actions of a window, those of bh_view_actions_add() and the window's own.
 */
void
bh_view_actions_set_accels (GtkApplication *application)
{
  static const struct
  {
    const char *action;
    const char *accels[4];
  } accels[] = {
    { "win.reload", { "<Primary>r", "F5" } },
    { "win.reload-without-cache", { "<Primary><Shift>r", "<Shift>F5" } },
    { "win.back", { "<Alt>Left", "Back" } },
    { "win.forward", { "<Alt>Right", "Forward" } },
    { "win.home", { "<Alt>Home" } },
    { "win.stop", { "Escape" } },
    { "win.zoom-in", { "<Primary>plus", "<Primary>equal", "<Primary>KP_Add" } },
    { "win.zoom-out", { "<Primary>minus", "<Primary>KP_Subtract" } },
    { "win.zoom-reset", { "<Primary>0", "<Primary>KP_0" } },
    { "win.find", { "<Primary>f" } },
    { "win.find-next", { "<Primary>g" } },
    { "win.find-previous", { "<Primary><Shift>g" } },
    { "win.print", { "<Primary>p" } },
    { "win.developer-tools", { "F12", "<Primary><Shift>i" } },
    { "win.fullscreen", { "F11" } },
    { "win.close", { "<Primary>w" } },
    { "win.menu", { "F10" } },
    { "win.show-help-overlay", { "<Primary>question" } },
    { "app.quit", { "<Primary>q" } },
  };

  g_return_if_fail (GTK_IS_APPLICATION (application));

  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (application, accels[i].action, accels[i].accels);
}

/**
 * bh_view_actions_is_reserved:
 * @event: a key that was pressed in a window
 *
 * Whether the key is one that the page never gets, because it must work whatever the page does.
 *
 * Returns: %TRUE when it is
 */
gboolean
bh_view_actions_is_reserved (const GdkEventKey *event)
{
  GdkModifierType modifiers;
  guint key;

  g_return_val_if_fail (event != NULL, FALSE);

  modifiers = event->state & gtk_accelerator_get_default_mod_mask ();
  key = gdk_keyval_to_lower (event->keyval);
  switch (key)
    {
    case GDK_KEY_F10:
    case GDK_KEY_F11:
    case GDK_KEY_F12:
      return modifiers == 0;
    case GDK_KEY_w:
    case GDK_KEY_q:
      return modifiers == GDK_CONTROL_MASK;
    /* WebKit would scroll, even where there is nowhere to scroll to. */
    case GDK_KEY_Left:
    case GDK_KEY_Right:
      return modifiers == GDK_MOD1_MASK;
    case GDK_KEY_i:
      return modifiers == (GDK_CONTROL_MASK | GDK_SHIFT_MASK);
    default:
      return FALSE;
    }
}
