/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-window-pid.h"

#ifdef GDK_WINDOWING_X11
#include <gdk/gdkx.h>
#endif

/*
 * On X11 a window says which process is behind it (_NET_WM_PID of the Extended Window Manager
 * Hints), and a window manager ends that process when the window hangs. GDK says what getpid()
 * does, which is another process's PID outside of the app's PID namespace. Wayland's compositors
 * ask the socket instead.
 */

#define PROPERTY "_NET_WM_PID"

static void
on_realize (GtkWidget *widget, gpointer user_data)
{
#ifdef GDK_WINDOWING_X11
  GdkWindow *window = gtk_widget_get_window (widget);
  gulong pid = GPOINTER_TO_UINT (user_data);

  if (!GDK_IS_X11_WINDOW (window))
    return;
  /* Of 32 bits, and for Xlib a long. */
  gdk_property_change (window, gdk_atom_intern_static_string (PROPERTY),
                       gdk_atom_intern_static_string ("CARDINAL"), 32, GDK_PROP_MODE_REPLACE,
                       (const guchar *) &pid, 1);
#endif
}

/**
 * bh_window_pid_show:
 * @window: a window that has not been realized
 * @pid: by which PID the session knows this process, 0 when that is not known
 *
 * Has the window say the right PID.
 */
void
bh_window_pid_show (GtkWindow *window, guint pid)
{
  g_return_if_fail (GTK_IS_WINDOW (window));

  if (pid != 0)
    g_signal_connect_after (window, "realize", G_CALLBACK (on_realize), GUINT_TO_POINTER (pid));
}
