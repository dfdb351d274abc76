/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-app-folder.h"

#include "bh-error.h"

#include <glib/gi18n.h>

/*
 * Shows the folder where an app's pages keep what they store. Where it is the supervisor knows; the
 * file manager shows it, and where none is on the bus whatever opens folders.
 */

typedef struct
{
  BhAppControl *control;
  GtkWindow *window;
  BhAppItem *item;
  char *uri;
} Request;

static void
request_free (Request *request)
{
  if (request->window != NULL)
    g_object_remove_weak_pointer (G_OBJECT (request->window), (gpointer *) &request->window);
  g_object_unref (request->control);
  g_object_unref (request->item);
  g_free (request->uri);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static void
fail (Request *request, GError *error)
{
  bh_app_control_fail (request->control, request->item, BH_APP_ACTION_SHOW_FOLDER, error);
}

static void
on_shown (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL)
    return;

  g_clear_error (&error);
  if (!gtk_show_uri_on_window (request->window, request->uri, GDK_CURRENT_TIME, &error))
    fail (request, error);
}

static void
show (Request *request, GDBusConnection *connection)
{
  const char *const uris[] = { request->uri, NULL };

  g_dbus_connection_call (connection, "org.freedesktop.FileManager1",
                          "/org/freedesktop/FileManager1", "org.freedesktop.FileManager1",
                          "ShowFolders", g_variant_new ("(^ass)", uris, ""), NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_shown, request);
}

static void
on_storage_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) storage = NULL;
  const char *path = NULL;

  if (bh_dbus_app1_call_get_storage_finish (BH_DBUS_APP1 (source), &storage, result, &error)
      && !g_variant_lookup (storage, "data-path", "&s", &path))
    error = g_error_new_literal (BH_ERROR, BH_ERROR_FAILED, _("It is not known where it is."));
  if (path != NULL && !g_file_test (path, G_FILE_TEST_IS_DIR))
    error
        = g_error_new_literal (BH_ERROR, BH_ERROR_FAILED, _("The app has not kept anything yet."));
  if (error == NULL)
    request->uri = g_filename_to_uri (path, NULL, &error);
  if (error != NULL)
    {
      fail (request, error);
      return;
    }

  show (request, g_dbus_proxy_get_connection (G_DBUS_PROXY (source)));
  (void) g_steal_pointer (&request);
}

/**
 * bh_app_folder_show:
 * @control: what tells when it can't be done
 * @window: where it was asked for
 * @item: an app
 *
 * Shows the folder of what the app's pages keep.
 */
void
bh_app_folder_show (BhAppControl *control, GtkWindow *window, BhAppItem *item)
{
  BhDBusApp1 *proxy;
  g_autoptr (GError) error = NULL;
  Request *request;

  g_return_if_fail (BH_IS_APP_CONTROL (control) && GTK_IS_WINDOW (window));
  g_return_if_fail (BH_IS_APP_ITEM (item));

  proxy = bh_app_item_get_proxy (item);
  if (proxy == NULL)
    {
      error = g_error_new_literal (G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER, "");
      bh_app_control_fail (control, item, BH_APP_ACTION_SHOW_FOLDER, error);
      return;
    }

  request = g_new0 (Request, 1);
  request->control = g_object_ref (control);
  request->item = g_object_ref (item);
  request->window = window;
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &request->window);
  bh_dbus_app1_call_get_storage (proxy, NULL, on_storage_ready, request);
}
