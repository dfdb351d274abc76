/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-download-open.h"

#include <glib/gi18n.h>

#include <string.h>

/*
 * What happens with a downloaded file: another program opens it, or the file manager shows it.
 * What runs when it is opened is only ever shown.
 */

#define FILE_ATTRIBUTES                                                                            \
  G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_CONTENT_TYPE                        \
                                 "," G_FILE_ATTRIBUTE_STANDARD_FAST_CONTENT_TYPE                   \
                                 "," G_FILE_ATTRIBUTE_UNIX_MODE
#define EXECUTE_BITS 0111

/* Besides what GIO knows as programs: what other systems run, and what installs something. */
static const char *const unsafe_types[] = {
  "application/x-executable",
  "application/x-sharedlib",
  "application/x-shellscript",
  "application/x-desktop",
  "application/vnd.appimage",
  "application/x-iso9660-appimage",
  "application/x-ms-dos-executable",
  "application/vnd.microsoft.portable-executable",
  "application/x-msi",
  "application/x-java-archive",
  "application/java-archive",
  "application/vnd.flatpak",
  "application/vnd.flatpak.ref",
  "application/vnd.flatpak.repo",
  "application/vnd.debian.binary-package",
  "application/x-rpm",
};

/* A name counts even where the shared MIME database is missing. */
static const char *const unsafe_suffixes[] = {
  ".desktop", ".sh",  ".bash", ".run", ".bin", ".appimage", ".exe", ".msi",        ".com", ".bat",
  ".cmd",     ".jar", ".py",   ".pl",  ".rb",  ".js",       ".ps1", ".flatpakref", ".deb", ".rpm",
};

static gboolean
is_unsafe_type (const char *type)
{
  if (type == NULL)
    return FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (unsafe_types); i++)
    if (g_content_type_is_a (type, unsafe_types[i]))
      return TRUE;

  return FALSE;
}

static gboolean
has_unsafe_suffix (const char *path)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);

  for (gsize i = 0; i < G_N_ELEMENTS (unsafe_suffixes); i++)
    if (g_str_has_suffix (lower, unsafe_suffixes[i]))
      return TRUE;

  return FALSE;
}

/**
 * bh_download_open_is_safe:
 * @path: a file
 *
 * Returns: whether opening it shows it; %FALSE when it may run it, or it is no file
 */
gboolean
bh_download_open_is_safe (const char *path)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFileInfo) info = NULL;

  g_return_val_if_fail (path != NULL, FALSE);

  file = g_file_new_for_path (path);
  info = g_file_query_info (file, FILE_ATTRIBUTES, G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, NULL);
  if (info == NULL || g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    return FALSE;

  return !has_unsafe_suffix (path)
         && !(g_file_info_get_attribute_uint32 (info, G_FILE_ATTRIBUTE_UNIX_MODE) & EXECUTE_BITS)
         && !is_unsafe_type (g_file_info_get_content_type (info))
         && !is_unsafe_type (
             g_file_info_get_attribute_string (info, G_FILE_ATTRIBUTE_STANDARD_FAST_CONTENT_TYPE));
}

/**
 * bh_download_open:
 * @path: a file
 * @window: (nullable): the window where that was asked for
 * @error: return location for an error
 *
 * Opens the file with the program that the user has chosen for its kind. What is not
 * bh_download_open_is_safe() is refused.
 *
 * Returns: whether a program was asked to open it
 */
gboolean
bh_download_open (const char *path, GtkWindow *window, GError **error)
{
  g_autofree char *uri = NULL;

  g_return_val_if_fail (path != NULL, FALSE);

  /* Once more, for the file may have changed since the button was made. */
  if (!bh_download_open_is_safe (path))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                   _("“%s” is a program, or is no longer there. It is only shown in its folder."),
                   path);
      return FALSE;
    }

  uri = g_filename_to_uri (path, NULL, error);
  if (uri == NULL)
    return FALSE;

  return gtk_show_uri_on_window (window, uri, gtk_get_current_event_time (), error);
}

typedef struct
{
  char *path;
  GtkWindow *window;
} ShowItem;

static void
on_show_items_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ShowItem *item = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (reply == NULL)
    {
      g_autofree char *folder = g_path_get_dirname (item->path);
      g_autofree char *uri = g_filename_to_uri (folder, NULL, NULL);

      g_debug ("no file manager on the bus: %s", error->message);
      g_clear_error (&error);
      if (!gtk_show_uri_on_window (item->window, uri, GDK_CURRENT_TIME, &error))
        g_message (_("The folder %s could not be opened: %s"), folder, error->message);
    }

  g_clear_weak_pointer (&item->window);
  g_free (item->path);
  g_free (item);
}

/**
 * bh_download_open_show_in_folder:
 * @path: a file
 * @window: (nullable): the window where that was asked for
 *
 * Shows the file in the file manager, or its folder when the file manager can't point at a file.
 */
void
bh_download_open_show_in_folder (const char *path, GtkWindow *window)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autofree char *uri = NULL;
  const char *uris[] = { NULL, NULL };
  ShowItem *item;

  g_return_if_fail (path != NULL && g_path_is_absolute (path));

  bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  uri = g_filename_to_uri (path, NULL, NULL);
  if (bus == NULL || uri == NULL)
    return;

  item = g_new0 (ShowItem, 1);
  item->path = g_strdup (path);
  g_set_weak_pointer (&item->window, window);
  uris[0] = uri;
  g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                          "org.freedesktop.FileManager1", "ShowItems",
                          g_variant_new ("(^ass)", uris, ""), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                          NULL, on_show_items_ready, item);
}
