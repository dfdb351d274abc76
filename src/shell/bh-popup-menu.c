/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-popup-menu.h"

/*
 * Context menus, which are made when they are asked for and go when they are closed.
 */

static gboolean
on_menu_gone (gpointer user_data)
{
  gtk_widget_destroy (user_data);

  return G_SOURCE_REMOVE;
}

static void
on_menu_deactivate (GtkMenuShell *menu, gpointer user_data)
{
  /* The chosen action is activated only after this signal. */
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, on_menu_gone, g_object_ref (menu), g_object_unref);
}

/**
 * bh_popup_menu:
 * @widget: where the menu belongs to; in a window that has the actions
 * @model: what is in it
 * @place: (nullable): where in @widget's window the menu points to, or %NULL for the pointer
 * @event: (nullable): what the menu answers to
 *
 * Shows a menu.
 */
void
bh_popup_menu (GtkWidget *widget, GMenuModel *model, const GdkRectangle *place, GdkEvent *event)
{
  GtkWidget *menu;

  g_return_if_fail (GTK_IS_WIDGET (widget) && G_IS_MENU_MODEL (model));

  menu = gtk_menu_new_from_model (model);
  gtk_menu_attach_to_widget (GTK_MENU (menu), widget, NULL);
  g_signal_connect (menu, "deactivate", G_CALLBACK (on_menu_deactivate), NULL);
  if (place != NULL)
    {
      gtk_menu_popup_at_rect (GTK_MENU (menu), gtk_widget_get_window (widget), place,
                              GDK_GRAVITY_SOUTH_WEST, GDK_GRAVITY_NORTH_WEST, event);
      gtk_menu_shell_select_first (GTK_MENU_SHELL (menu), TRUE);
    }
  else
    {
      gtk_menu_popup_at_pointer (GTK_MENU (menu), event);
    }
}
