/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-window-handle.h"

#ifdef GDK_WINDOWING_WAYLAND
#include <gdk/gdkwayland.h>
#endif
#ifdef GDK_WINDOWING_X11
#include <gdk/gdkx.h>
#endif

/*
 * What lets another process open its window in front of ours: an activation token for one that
 * takes over, a handle for a dialog that belongs to ours.
 */

/**
 * bh_window_handle_new_token:
 * @widget: where the user has just asked for something
 *
 * Returns: (transfer full): what lets another program's window take the focus, "" for none
 */
char *
bh_window_handle_new_token (GtkWidget *widget)
{
  g_autoptr (GdkAppLaunchContext) context = NULL;
  g_autoptr (GAppInfo) info = NULL;
  char *token;

  g_return_val_if_fail (GTK_IS_WIDGET (widget), NULL);

  /* GIO wants to know what for; the supervisor decides that. */
  info = g_app_info_create_from_commandline ("true", g_get_application_name (),
                                             G_APP_INFO_CREATE_SUPPORTS_STARTUP_NOTIFICATION, NULL);
  context = gdk_display_get_app_launch_context (gtk_widget_get_display (widget));
  gdk_app_launch_context_set_timestamp (context, gtk_get_current_event_time ());
  token = g_app_launch_context_get_startup_notify_id (G_APP_LAUNCH_CONTEXT (context), info, NULL);

  return token != NULL ? token : g_strdup ("");
}

#ifdef GDK_WINDOWING_WAYLAND
static void
on_exported (GdkWindow *window, const char *handle, gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (G_TASK (user_data));

  g_task_return_pointer (task, g_strconcat ("wayland:", handle, NULL), g_free);
}
#endif

/**
 * bh_window_handle_export_async:
 * @widget: a widget in a window
 * @callback: (scope async): called when there is a handle, or when there is none
 * @user_data: for @callback
 *
 * Gets a handle of the window for another process. Give it back with bh_window_handle_unexport().
 */
void
bh_window_handle_export_async (GtkWidget *widget, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GdkWindow *window;

  g_return_if_fail (GTK_IS_WIDGET (widget));

  task = g_task_new (widget, NULL, callback, user_data);
  window = gtk_widget_get_window (gtk_widget_get_toplevel (widget));
#ifdef GDK_WINDOWING_X11
  if (GDK_IS_X11_WINDOW (window))
    {
      g_task_return_pointer (
          task, g_strdup_printf ("x11:%lx", (gulong) gdk_x11_window_get_xid (window)), g_free);
      return;
    }
#endif
#ifdef GDK_WINDOWING_WAYLAND
  if (GDK_IS_WAYLAND_WINDOW (window)
      && gdk_wayland_window_export_handle (window, on_exported, task, g_object_unref))
    {
      g_steal_pointer (&task);
      return;
    }
#endif
  g_task_return_pointer (task, g_strdup (""), g_free);
}

/**
 * bh_window_handle_export_finish:
 * @result: the result
 *
 * Returns: (transfer full): the handle as RunnerDesk1.ChooseFiles has it, "" for none
 */
char *
bh_window_handle_export_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

/**
 * bh_window_handle_unexport:
 * @widget: the widget that it was got for
 *
 * Makes the handle worthless.
 */
void
bh_window_handle_unexport (GtkWidget *widget)
{
  GdkWindow *window;

  g_return_if_fail (GTK_IS_WIDGET (widget));

  window = gtk_widget_get_window (gtk_widget_get_toplevel (widget));
#ifdef GDK_WINDOWING_WAYLAND
  if (GDK_IS_WAYLAND_WINDOW (window))
    gdk_wayland_window_unexport_handle (window);
#endif
}
