/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-desk-client.h"

#include "bh-error.h"

#include <glib/gi18n.h>

/*
 * The runner's side of RunnerDesk1 (io.github.bulkhead.Runner1.xml): what lies outside the app's
 * confinement is asked of the supervisor. The same way is taken when the app is not confined.
 */

#define INTERFACE "io.github.bulkhead.RunnerDesk1"
/* The user may take any time, and so may a large file. When the supervisor dies the call fails. */
#define NO_TIMEOUT G_MAXINT

struct _BhDeskClient
{
  GObject parent_instance;

  BhChannel *channel;
  char *outgoing;
  guint last_file;
};

typedef struct
{
  GDBusConnection *connection;
  char *file;
} SaveData;

G_DEFINE_FINAL_TYPE (BhDeskClient, bh_desk_client, G_TYPE_OBJECT)

static void
bh_desk_client_finalize (GObject *object)
{
  BhDeskClient *self = BH_DESK_CLIENT (object);

  g_clear_object (&self->channel);
  g_free (self->outgoing);

  G_OBJECT_CLASS (bh_desk_client_parent_class)->finalize (object);
}

static void
bh_desk_client_class_init (BhDeskClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bh_desk_client_finalize;
}

static void
bh_desk_client_init (BhDeskClient *self)
{
}

/**
 * bh_desk_client_new:
 * @channel: the channel to the supervisor
 * @outgoing: the directory of files that are to be saved
 *
 * Returns: (transfer full): a client
 */
BhDeskClient *
bh_desk_client_new (BhChannel *channel, const char *outgoing)
{
  BhDeskClient *self;

  g_return_val_if_fail (BH_IS_CHANNEL (channel), NULL);
  g_return_val_if_fail (outgoing != NULL && g_path_is_absolute (outgoing), NULL);

  self = g_object_new (BH_TYPE_DESK_CLIENT, NULL);
  self->channel = g_object_ref (channel);
  self->outgoing = g_strdup (outgoing);

  return self;
}

/**
 * bh_desk_client_get_outgoing:
 * @self: a client
 *
 * Returns: (transfer none) (type filename): where files lie that are to be saved
 */
const char *
bh_desk_client_get_outgoing (BhDeskClient *self)
{
  g_return_val_if_fail (BH_IS_DESK_CLIENT (self), NULL);

  return self->outgoing;
}

/**
 * bh_desk_client_dup_new_path:
 * @self: a client
 *
 * Returns: (transfer full) (type filename): where a file can be written that is to be saved
 */
char *
bh_desk_client_dup_new_path (BhDeskClient *self)
{
  g_autofree char *name = NULL;

  g_return_val_if_fail (BH_IS_DESK_CLIENT (self), NULL);

  name = g_strdup_printf ("%u", ++self->last_file);

  return g_build_filename (self->outgoing, name, NULL);
}

static void
on_call_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;
  GVariant *reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL)
    {
      g_task_return_pointer (task, reply, (GDestroyNotify) g_variant_unref);
      return;
    }

  if (error->domain == BH_ERROR || g_dbus_error_is_remote_error (error))
    {
      g_dbus_error_strip_remote_error (error);
      g_task_return_error (task, error);
      return;
    }
  g_debug ("The supervisor has not answered: %s", error->message);
  g_error_free (error);
  g_task_return_new_error (task, BH_ERROR, BH_ERROR_ENDED,
                           _("Bulkhead’s service has ended meanwhile. Please try again."));
}

/* Takes the caller's reference to the task. Returns the connection that was used, if any. */
static GDBusConnection *
call (BhDeskClient *self, GTask *task, const char *method, GVariant *arguments, const char *type)
{
  GDBusConnection *connection = bh_channel_get_connection (self->channel);
  g_autoptr (GVariant) owned = g_variant_ref_sink (arguments);

  if (connection == NULL)
    {
      g_task_return_new_error (task, BH_ERROR, BH_ERROR_NOT_RUNNING,
                               _("Bulkhead’s service does not run. Please try again in a moment."));
      g_object_unref (task);
      return NULL;
    }
  g_dbus_connection_call (connection, NULL, "/", INTERFACE, method, owned, G_VARIANT_TYPE (type),
                          G_DBUS_CALL_FLAGS_NONE, NO_TIMEOUT, NULL, on_call_ready, task);

  return connection;
}

static GTask *
new_task (BhDeskClient *self, gpointer tag, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, tag);

  return task;
}

/**
 * bh_desk_client_open_uri_async:
 * @self: a client
 * @uri: an address outside the app's scope
 * @activation_token: what lets the other program's window take the focus, or ""
 * @callback: (scope async): called when a program has been asked; see bh_desk_client_open_finish()
 * @user_data: for @callback
 *
 * Opens @uri in the user's default program for it.
 */
void
bh_desk_client_open_uri_async (BhDeskClient *self,
                               const char *uri,
                               const char *activation_token,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autofree char *valid = NULL;

  g_return_if_fail (BH_IS_DESK_CLIENT (self));
  g_return_if_fail (uri != NULL && activation_token != NULL);

  valid = g_utf8_make_valid (uri, -1);
  call (self, new_task (self, bh_desk_client_open_finish, callback, user_data), "OpenUri",
        g_variant_new ("(ss)", valid, activation_token), "()");
}

/**
 * bh_desk_client_open_saved_async:
 * @self: a client
 * @handle: of a file that has been saved
 * @activation_token: what lets the other program's window take the focus, or ""
 * @callback: (scope async): called when a program has been asked; see bh_desk_client_open_finish()
 * @user_data: for @callback
 *
 * Opens the file in the user's default program for it.
 */
void
bh_desk_client_open_saved_async (BhDeskClient *self,
                                 guint handle,
                                 const char *activation_token,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_return_if_fail (BH_IS_DESK_CLIENT (self));
  g_return_if_fail (activation_token != NULL);

  call (self, new_task (self, bh_desk_client_open_finish, callback, user_data), "OpenSaved",
        g_variant_new ("(us)", handle, activation_token), "()");
}

/**
 * bh_desk_client_show_saved_async:
 * @self: a client
 * @handle: of a file that has been saved
 * @activation_token: what lets the file manager's window take the focus, or ""
 * @callback: (scope async): called when it has been asked; see bh_desk_client_open_finish()
 * @user_data: for @callback
 *
 * Shows the file in the file manager.
 */
void
bh_desk_client_show_saved_async (BhDeskClient *self,
                                 guint handle,
                                 const char *activation_token,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_return_if_fail (BH_IS_DESK_CLIENT (self));
  g_return_if_fail (activation_token != NULL);

  call (self, new_task (self, bh_desk_client_open_finish, callback, user_data), "ShowSaved",
        g_variant_new ("(us)", handle, activation_token), "()");
}

/**
 * bh_desk_client_open_finish:
 * @self: a client
 * @result: the result of one of the above
 * @error: return location for an error, with a message for people
 *
 * Returns: whether it was done
 */
gboolean
bh_desk_client_open_finish (BhDeskClient *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GVariant) reply = NULL;

  g_return_val_if_fail (BH_IS_DESK_CLIENT (self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_desk_client_open_finish), FALSE);

  reply = g_task_propagate_pointer (G_TASK (result), error);

  return reply != NULL;
}

/**
 * bh_desk_client_choose_async:
 * @self: a client
 * @multiple: whether several files may be chosen
 * @mime_types: (nullable) (array zero-terminated=1): the kinds that are shown first
 * @parent: the window that asks, as RunnerDesk1.ChooseFiles has it
 * @callback: (scope async): called when the user has chosen
 * @user_data: for @callback
 *
 * Lets the user choose files.
 */
void
bh_desk_client_choose_async (BhDeskClient *self,
                             gboolean multiple,
                             const char *const *mime_types,
                             const char *parent,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  g_return_if_fail (BH_IS_DESK_CLIENT (self));
  g_return_if_fail (parent != NULL);

  g_variant_dict_insert (&options, "multiple", "b", multiple);
  if (mime_types != NULL)
    g_variant_dict_insert_value (&options, "mime-types", g_variant_new_strv (mime_types, -1));
  g_variant_dict_insert (&options, "parent", "s", parent);
  call (self, new_task (self, bh_desk_client_choose_async, callback, user_data), "ChooseFiles",
        g_variant_new ("(@a{sv})", g_variant_dict_end (&options)), "(as)");
}

/**
 * bh_desk_client_choose_finish:
 * @self: a client
 * @result: the result
 * @error: return location for an error, with a message for people
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): where copies of the files are,
 *   none when the user chose nothing; %NULL with an error
 */
char **
bh_desk_client_choose_finish (BhDeskClient *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GVariant) reply = NULL;
  char **paths = NULL;

  g_return_val_if_fail (BH_IS_DESK_CLIENT (self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_desk_client_choose_async), NULL);

  reply = g_task_propagate_pointer (G_TASK (result), error);
  if (reply != NULL)
    g_variant_get (reply, "(^as)", &paths);

  return paths;
}

static void
save_data_free (SaveData *data)
{
  g_object_unref (data->connection);
  g_free (data->file);
  g_free (data);
}

static void
on_save_cancelled (GCancellable *cancellable, gpointer user_data)
{
  SaveData *data = user_data;

  g_dbus_connection_call (data->connection, NULL, "/", INTERFACE, "CancelSave",
                          g_variant_new ("(s)", data->file), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                          NULL, NULL);
}

/**
 * bh_desk_client_save_async:
 * @self: a client
 * @path: (type filename): a file in bh_desk_client_get_outgoing()
 * @name: what it should be called
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when it is saved, or not
 * @user_data: for @callback
 *
 * Saves a file in the user's download folder. The original stays.
 */
void
bh_desk_client_save_async (BhDeskClient *self,
                           const char *path,
                           const char *name,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autofree char *file = NULL;
  g_autofree char *valid = NULL;
  GDBusConnection *connection;

  g_return_if_fail (BH_IS_DESK_CLIENT (self));
  g_return_if_fail (path != NULL && name != NULL);

  file = g_path_get_basename (path);
  valid = g_utf8_make_valid (name, -1);
  connection = call (self, new_task (self, bh_desk_client_save_async, callback, user_data),
                     "SaveFile", g_variant_new ("(ss)", file, valid), "(sub)");
  if (connection != NULL && cancellable != NULL)
    {
      SaveData *data = g_new0 (SaveData, 1);

      data->connection = g_object_ref (connection);
      data->file = g_steal_pointer (&file);
      g_cancellable_connect (cancellable, G_CALLBACK (on_save_cancelled), data,
                             (GDestroyNotify) save_data_free);
    }
}

/**
 * bh_desk_client_save_finish:
 * @self: a client
 * @result: the result
 * @error: return location for an error, with a message for people
 *
 * Returns: (transfer full) (nullable): the saved file; %NULL with an error
 */
BhSavedFile *
bh_desk_client_save_finish (BhDeskClient *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GVariant) reply = NULL;
  BhSavedFile *file;

  g_return_val_if_fail (BH_IS_DESK_CLIENT (self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_desk_client_save_async), NULL);

  reply = g_task_propagate_pointer (G_TASK (result), error);
  if (reply == NULL)
    return NULL;
  file = g_new0 (BhSavedFile, 1);
  g_variant_get (reply, "(sub)", &file->name, &file->handle, &file->openable);

  return file;
}

/**
 * bh_saved_file_free:
 * @file: (transfer full): a saved file
 */
void
bh_saved_file_free (BhSavedFile *file)
{
  g_return_if_fail (file != NULL);

  g_free (file->name);
  g_free (file);
}
