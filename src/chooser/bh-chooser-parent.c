/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-chooser"

#include "bh-chooser-parent.h"

#ifdef GDK_WINDOWING_WAYLAND
#include <gdk/gdkwayland.h>
#endif
#ifdef GDK_WINDOWING_X11
#include <gdk/gdkx.h>
#endif

/* The window of another process that a dialog belongs to, so that it lies above that window. */

/**
 * bh_chooser_parent_set:
 * @dialog: a dialog that is shown
 * @parent: "x11:" and a window's XID in hexadecimal digits, or "wayland:" and the handle that its
 *   process has got for it from the compositor
 *
 * Makes @dialog belong to that window. Nothing happens when the display has no such window.
 */
void
bh_chooser_parent_set (GtkWidget *dialog, const char *parent)
{
  GdkWindow *window;
  GdkDisplay *display;

  g_return_if_fail (GTK_IS_WIDGET (dialog));
  g_return_if_fail (parent != NULL);

  window = gtk_widget_get_window (dialog);
  display = gtk_widget_get_display (dialog);
  if (window == NULL)
    return;

#ifdef GDK_WINDOWING_X11
  if (GDK_IS_X11_DISPLAY (display) && g_str_has_prefix (parent, "x11:"))
    {
      Window xid = (Window) g_ascii_strtoull (parent + strlen ("x11:"), NULL, 16);
      g_autoptr (GdkWindow) foreign = gdk_x11_window_foreign_new_for_display (display, xid);

      if (foreign != NULL)
        gdk_window_set_transient_for (window, foreign);
    }
#endif
#ifdef GDK_WINDOWING_WAYLAND
  if (GDK_IS_WAYLAND_DISPLAY (display) && g_str_has_prefix (parent, "wayland:"))
    {
      g_autofree char *handle = g_strdup (parent + strlen ("wayland:"));

      gdk_wayland_window_set_transient_for_exported (window, handle);
    }
#endif
}
