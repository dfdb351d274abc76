/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-window-menu.h"

#include <glib/gi18n.h>

/*
 * The one menu that an app's window has.
 */

/* A name's underscores are its own, not mnemonics. */
static char *
dup_about_label (const char *app_name)
{
  g_auto (GStrv) parts = g_strsplit (app_name, "_", -1);
  g_autofree char *escaped = g_strjoinv ("__", parts);

  return g_strdup_printf (_("_About %s"), escaped);
}

/**
 * bh_window_menu_new:
 * @app_name: the app, for people
 *
 * Returns: (transfer full): the menu of an app's window
 */
GMenuModel *
bh_window_menu_new (const char *app_name)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) page = g_menu_new ();
  g_autoptr (GMenu) zoom = g_menu_new ();
  g_autoptr (GMenu) tools = g_menu_new ();
  g_autoptr (GMenu) help = g_menu_new ();
  g_autofree char *about = NULL;

  g_return_val_if_fail (app_name != NULL, NULL);

  about = dup_about_label (app_name);
  g_menu_append (page, _("_Reload"), "win.reload");
  g_menu_append (page, _("_Home"), "win.home");
  g_menu_append (page, _("_Find…"), "win.find");
  g_menu_append (page, _("_Print…"), "win.print");
  g_menu_append (page, _("_Copy Address"), "win.copy-address");
  g_menu_append (zoom, _("Zoom _In"), "win.zoom-in");
  g_menu_append (zoom, _("Zoom _Out"), "win.zoom-out");
  g_menu_append (zoom, _("_Normal Size"), "win.zoom-reset");
  g_menu_append (zoom, _("F_ull Screen"), "win.fullscreen");
  g_menu_append (tools, _("_Developer Tools"), "win.developer-tools");
  g_menu_append (help, _("_Keyboard Shortcuts"), "win.show-help-overlay");
  g_menu_append (help, about, "win.about");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (page));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (zoom));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (tools));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (help));

  return G_MENU_MODEL (menu);
}

/**
 * bh_window_menu_add_shortcuts:
 * @window: a window of an app
 *
 * Gives it the overview of keys that the menu opens.
 */
void
bh_window_menu_add_shortcuts (GtkApplicationWindow *window)
{
  g_autoptr (GtkBuilder) builder
      = gtk_builder_new_from_resource ("/io/github/bulkhead/Bulkhead/runner/bh-shortcuts.ui");

  gtk_application_window_set_help_overlay (
      window, GTK_SHORTCUTS_WINDOW (gtk_builder_get_object (builder, "help_overlay")));
}
