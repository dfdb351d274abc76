/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-desk-open.h"

#include "bh-desk-files.h"
#include "bh-error.h"
#include "bh-held-file.h"
#include "bh-launch-context.h"

#include <glib/gi18n.h>

/*
 * Has the desktop open an address or a file, or show a file in its folder. What would run when it
 * is opened is only ever shown.
 */

/* Milliseconds for a file manager, which may have to be started. */
#define SHOW_TIMEOUT 10000

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
 * bh_desk_open_is_safe:
 * @path: a file
 *
 * Blocks.
 *
 * Returns: whether opening it shows it; %FALSE when it may run it, or it is no file
 */
gboolean
bh_desk_open_is_safe (const char *path)
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

typedef struct
{
  char *path;
  char *uri;
  char *activation_token;
  BhSystemd *systemd;
} OpenData;

static void
open_data_free (OpenData *data)
{
  g_free (data->path);
  g_free (data->uri);
  g_free (data->activation_token);
  g_clear_object (&data->systemd);
  g_free (data);
}

static GTask *
new_task (const char *path,
          const char *uri,
          const char *activation_token,
          BhSystemd *systemd,
          GAsyncReadyCallback callback,
          gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  OpenData *data = g_new0 (OpenData, 1);

  g_task_set_source_tag (task, new_task);
  data->path = g_strdup (path);
  data->uri = uri != NULL ? g_strdup (uri) : g_filename_to_uri (path, NULL, NULL);
  data->activation_token = g_strdup (activation_token);
  g_set_object (&data->systemd, systemd);
  g_task_set_task_data (task, data, (GDestroyNotify) open_data_free);

  return task;
}

static void
on_launch_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GError) error = NULL;

  /* Whatever was lowered for it, see bh-launch-context.c. */
  bh_held_file_raise_limit ();
  if (g_app_info_launch_default_for_uri_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, BH_ERROR, BH_ERROR_FAILED, "%s", error->message);
}

/* Takes the caller's reference to the task. */
static void
launch (GTask *task, const char *uri)
{
  OpenData *data = g_task_get_task_data (task);
  g_autoptr (BhLaunchContext) context
      = bh_launch_context_new (data->systemd, data->activation_token);

  g_app_info_launch_default_for_uri_async (uri, G_APP_LAUNCH_CONTEXT (context), NULL,
                                           on_launch_ready, task);
}

/**
 * bh_desk_open_uri_async:
 * @uri: an address that may be opened
 * @activation_token: what lets the program's window take the focus, or ""
 * @systemd: (nullable): the user's systemd
 * @callback: (scope async): called when a program has been asked
 * @user_data: for @callback
 *
 * Opens @uri with the user's default program for it.
 */
void
bh_desk_open_uri_async (const char *uri,
                        const char *activation_token,
                        BhSystemd *systemd,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (uri != NULL && activation_token != NULL);

  launch (new_task (NULL, uri, activation_token, systemd, callback, user_data), uri);
}

static void
check_safe (GTask *task)
{
  OpenData *data = g_task_get_task_data (task);

  g_task_return_boolean (task, bh_desk_open_is_safe (data->path));
}

static void
on_check_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  OpenData *data = g_task_get_task_data (task);

  if (g_task_propagate_boolean (G_TASK (result), NULL))
    {
      launch (g_steal_pointer (&task), data->uri);
      return;
    }

  g_task_return_new_error (
      task, BH_ERROR, BH_ERROR_FAILED,
      _("“%s” is a program, or is no longer there. It is only shown in its folder."), data->path);
}

/**
 * bh_desk_open_file_async:
 * @path: a file
 * @activation_token: what lets the program's window take the focus, or ""
 * @systemd: (nullable): the user's systemd
 * @callback: (scope async): called when a program has been asked
 * @user_data: for @callback
 *
 * Opens a file with the program that the user has chosen for its kind. What is not
 * bh_desk_open_is_safe() is refused.
 */
void
bh_desk_open_file_async (const char *path,
                         const char *activation_token,
                         BhSystemd *systemd,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task, *check;

  g_return_if_fail (path != NULL && g_path_is_absolute (path));
  g_return_if_fail (activation_token != NULL);

  /* Once more, for the file may have changed since it was saved. */
  task = new_task (path, NULL, activation_token, systemd, callback, user_data);
  check = g_task_new (NULL, NULL, on_check_ready, task);
  g_task_set_task_data (check, g_task_get_task_data (task), NULL);
  bh_desk_files_run_in_thread (check, check_safe);
}

static void
on_show_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  OpenData *data = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *uri = NULL;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (reply != NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  g_debug ("No file manager on the bus: %s", error->message);
  folder = g_path_get_dirname (data->path);
  uri = g_filename_to_uri (folder, NULL, NULL);
  launch (g_steal_pointer (&task), uri);
}

static void
on_bus_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  OpenData *data = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);
  const char *uris[] = { data->uri, NULL };

  if (bus == NULL)
    {
      g_task_return_new_error (task, BH_ERROR, BH_ERROR_FAILED, "%s", error->message);
      return;
    }

  g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                          "org.freedesktop.FileManager1", "ShowItems",
                          g_variant_new ("(^ass)", uris, data->activation_token), NULL,
                          G_DBUS_CALL_FLAGS_NONE, SHOW_TIMEOUT, NULL, on_show_ready,
                          g_steal_pointer (&task));
}

/**
 * bh_desk_open_show_async:
 * @path: a file
 * @activation_token: what lets the file manager's window take the focus, or ""
 * @systemd: (nullable): the user's systemd
 * @callback: (scope async): called when a file manager has been asked
 * @user_data: for @callback
 *
 * Shows the file in the file manager, or its folder when the file manager can't point at a file.
 */
void
bh_desk_open_show_async (const char *path,
                         const char *activation_token,
                         BhSystemd *systemd,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_return_if_fail (path != NULL && g_path_is_absolute (path));
  g_return_if_fail (activation_token != NULL);

  g_bus_get (G_BUS_TYPE_SESSION, NULL, on_bus_ready,
             new_task (path, NULL, activation_token, systemd, callback, user_data));
}

/**
 * bh_desk_open_finish:
 * @result: the result of one of the above
 * @error: return location for an error
 *
 * Returns: %TRUE, or %FALSE with %BH_ERROR_FAILED
 */
gboolean
bh_desk_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, new_task), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
