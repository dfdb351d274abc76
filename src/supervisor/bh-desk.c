/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-desk.h"

#include "bh-dbus-private.h"
#include "bh-desk-choose.h"
#include "bh-desk-files.h"
#include "bh-desk-open.h"
#include "bh-desk-save.h"
#include "bh-error.h"
#include "bh-manifest.h"
#include "bh-paths.h"
#include "bh-token-bucket.h"
#include "bh-uri-policy.h"

#include <glib/gi18n.h>
#include <unistd.h>

/*
 * The desk where one run of an app asks for what lies outside its confinement: RunnerDesk1 on the
 * run's channel. Here is what it may ask for and how often; bh-desk-choose.c, bh-desk-save.c and
 * bh-desk-open.c do it.
 *
 * The runner may be in the hands of its page. What it can get here at most is what the user can
 * see, undo and put a name to: a few windows of the browser, one file chooser that says who asks,
 * files in the download folder. The supervisor has only one thing of each kind to do for it at a
 * time, and no request can make it wait.
 */

#define MAX_URI 16384
/* A token is some 100 characters. */
#define MAX_TOKEN 1024

/* Of windows of other programs, of questions, and of files: how many at once, and microseconds
 * until there may be one more. */
#define OPENS           5
#define OPEN_INTERVAL   (2 * G_TIME_SPAN_SECOND)
#define CHOICES         5
#define CHOICE_INTERVAL (2 * G_TIME_SPAN_SECOND)
#define SAVES           100
#define SAVE_INTERVAL   G_TIME_SPAN_SECOND

/* Files that are remembered, for OpenSaved. */
#define MAX_SAVED 1000

struct _BhDesk
{
  GObject parent_instance;

  BhSystemd *systemd;
  BhClock *clock;
  BhAppId *id;
  char *instance;
  char *manifest;
  char *chooser_path;

  BhDBusRunnerDesk1 *face;
  BhTokenBucket *opens;
  BhTokenBucket *choices;
  BhTokenBucket *saves;

  GCancellable *choosing; /* while a question is open */
  GQueue waiting;         /* of SaveRequest, the first of which is being carried out */
  GPtrArray *saved;       /* paths; the first one's handle is first_handle */
  guint first_handle;
};

typedef struct
{
  BhDesk *desk;
  GDBusMethodInvocation *invocation;
  GCancellable *cancellable;
  char *file;
  char *name;
} SaveRequest;

G_DEFINE_FINAL_TYPE (BhDesk, bh_desk, G_TYPE_OBJECT)

static void save_next (BhDesk *self);

static void
save_request_free (SaveRequest *request)
{
  g_clear_object (&request->invocation);
  g_clear_object (&request->cancellable);
  g_free (request->file);
  g_free (request->name);
  g_clear_object (&request->desk);
  g_free (request);
}

static gboolean
take (BhDesk *self, BhTokenBucket *bucket, GDBusMethodInvocation *invocation)
{
  if (bh_token_bucket_take (bucket, bh_clock_get_time (self->clock)))
    return TRUE;

  g_dbus_method_invocation_return_error (invocation, BH_ERROR, BH_ERROR_FAILED,
                                         _("The app asks for that too often. Please try again in a "
                                           "moment."));

  return FALSE;
}

/* Takes the error. Errors of GIO's have no name on D-Bus. */
static void
answer_error (GDBusMethodInvocation *invocation, GError *error)
{
  if (error->domain == BH_ERROR)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_dbus_method_invocation_return_error (invocation, BH_ERROR, BH_ERROR_FAILED,
                                           _("It was cancelled"));
  else
    g_dbus_method_invocation_return_error (invocation, BH_ERROR, BH_ERROR_FAILED, "%s",
                                           error->message);
  g_error_free (error);
}

/* Opening. */

static void
on_open_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GDBusMethodInvocation) invocation = user_data;
  GError *error = NULL;

  if (bh_desk_open_finish (result, &error))
    g_dbus_method_invocation_return_value (g_steal_pointer (&invocation), NULL);
  else
    answer_error (g_steal_pointer (&invocation), error);
}

/* Only what can be such a token: it ends in the environment of another program. */
static const char *
check_token (const char *token)
{
  if (strlen (token) > MAX_TOKEN)
    return "";
  for (const char *p = token; *p != '\0'; p++)
    if (!g_ascii_isgraph (*p))
      return "";

  return token;
}

static gboolean
on_handle_open_uri (BhDBusRunnerDesk1 *face,
                    GDBusMethodInvocation *invocation,
                    const char *uri,
                    const char *activation_token,
                    BhDesk *self)
{
  if (strlen (uri) > MAX_URI || !bh_uri_policy_may_open (uri))
    g_dbus_method_invocation_return_error (invocation, BH_ERROR, BH_ERROR_INVALID_URI,
                                           _("Apps may not have this address opened"));
  else if (take (self, self->opens, invocation))
    bh_desk_open_uri_async (uri, check_token (activation_token), self->systemd, on_open_ready,
                            g_object_ref (invocation));

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* The path that a handle stands for; otherwise the invocation has been answered. */
static const char *
find_saved (BhDesk *self, guint handle, GDBusMethodInvocation *invocation)
{
  if (handle < self->first_handle || handle - self->first_handle >= self->saved->len)
    {
      g_dbus_method_invocation_return_error (invocation, BH_ERROR, BH_ERROR_INVALID_ARGUMENT,
                                             _("This run of the app has saved no such file"));
      return NULL;
    }
  if (!take (self, self->opens, invocation))
    return NULL;

  return g_ptr_array_index (self->saved, handle - self->first_handle);
}

static gboolean
on_handle_open_saved (BhDBusRunnerDesk1 *face,
                      GDBusMethodInvocation *invocation,
                      guint handle,
                      const char *activation_token,
                      BhDesk *self)
{
  const char *path = find_saved (self, handle, invocation);

  if (path != NULL)
    bh_desk_open_file_async (path, check_token (activation_token), self->systemd, on_open_ready,
                             g_object_ref (invocation));

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_show_saved (BhDBusRunnerDesk1 *face,
                      GDBusMethodInvocation *invocation,
                      guint handle,
                      const char *activation_token,
                      BhDesk *self)
{
  const char *path = find_saved (self, handle, invocation);

  if (path != NULL)
    bh_desk_open_show_async (path, check_token (activation_token), self->systemd, on_open_ready,
                             g_object_ref (invocation));

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* Choosing. */

typedef struct
{
  BhDesk *desk;
  GDBusMethodInvocation *invocation;
} ChooseRequest;

static void
on_choose_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree ChooseRequest *request = user_data;
  g_autoptr (BhDesk) self = request->desk;
  GError *error = NULL;
  g_auto (GStrv) paths = bh_desk_choose_finish (result, &error);

  g_clear_object (&self->choosing);
  if (paths != NULL)
    g_dbus_method_invocation_return_value (request->invocation, g_variant_new ("(^as)", paths));
  else
    answer_error (request->invocation, error);
}

static gboolean
on_handle_choose_files (BhDBusRunnerDesk1 *face,
                        GDBusMethodInvocation *invocation,
                        GVariant *options,
                        BhDesk *self)
{
  g_autoptr (BhManifest) manifest = bh_manifest_new_from_data (self->manifest, -1, NULL);
  g_autofree char *cache = bh_paths_dup_cache_dir (self->id);
  g_auto (GStrv) argv = NULL;
  GError *error = NULL;
  ChooseRequest *request;

  argv = bh_desk_choose_parse_options (self->chooser_path,
                                       manifest != NULL ? bh_manifest_get_name (manifest)
                                                        : bh_app_id_get_uuid (self->id),
                                       options, &error);
  if (argv == NULL)
    {
      answer_error (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  if (self->choosing != NULL)
    {
      g_dbus_method_invocation_return_error (
          invocation, BH_ERROR, BH_ERROR_FAILED,
          _("The app is asking for a file already. Please answer that first."));
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  if (!take (self, self->choices, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;

  self->choosing = g_cancellable_new ();
  request = g_new (ChooseRequest, 1);
  *request = (ChooseRequest){ g_object_ref (self), invocation };
  bh_desk_choose_async ((const char *const *) argv, cache, self->instance, self->choosing,
                        on_choose_ready, request);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* Saving. */

static guint
remember_saved (BhDesk *self, char *path)
{
  if (self->saved->len == MAX_SAVED)
    {
      g_ptr_array_remove_index (self->saved, 0);
      self->first_handle++;
    }
  g_ptr_array_add (self->saved, path);

  return self->first_handle + self->saved->len - 1;
}

static void
end_save (BhDesk *self, GError *error)
{
  SaveRequest *request = g_queue_pop_head (&self->waiting);

  answer_error (g_steal_pointer (&request->invocation), error);
  save_request_free (request);
}

static void
on_save_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhDesk) self = g_object_ref (((SaveRequest *) user_data)->desk);
  SaveRequest *request = user_data;
  gboolean openable = FALSE;
  GError *error = NULL;
  char *path = bh_desk_save_finish (result, &openable, &error);
  g_autofree char *name = NULL;

  if (path == NULL)
    {
      end_save (self, error);
    }
  else
    {
      name = g_filename_display_basename (path);
      g_queue_pop_head (&self->waiting);
      g_dbus_method_invocation_return_value (g_steal_pointer (&request->invocation),
                                             g_variant_new ("(sub)", name,
                                                            remember_saved (self, path), openable));
      save_request_free (request);
    }
  save_next (self);
}

static void
save_next (BhDesk *self)
{
  g_autofree char *cache = bh_paths_dup_cache_dir (self->id);
  const char *const names[] = { BH_DESK_DIRECTORY, self->instance, BH_DESK_OUTGOING, NULL };
  SaveRequest *request;
  GError *error = NULL;

  while ((request = g_queue_peek_head (&self->waiting)) != NULL)
    {
      int outgoing = bh_desk_files_open_directory (cache, names, &error);

      if (outgoing >= 0)
        {
          bh_desk_save_async (outgoing, request->file, request->name, request->cancellable,
                              on_save_ready, request);
          close (outgoing);
          return;
        }
      end_save (self, g_steal_pointer (&error));
    }
}

static gboolean
on_handle_save_file (BhDBusRunnerDesk1 *face,
                     GDBusMethodInvocation *invocation,
                     const char *file,
                     const char *name,
                     BhDesk *self)
{
  SaveRequest *request;

  if (!take (self, self->saves, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;

  request = g_new0 (SaveRequest, 1);
  request->desk = g_object_ref (self);
  request->invocation = invocation;
  request->cancellable = g_cancellable_new ();
  request->file = g_strdup (file);
  request->name = g_strdup (name);
  g_queue_push_tail (&self->waiting, request);
  if (self->waiting.length == 1)
    save_next (self);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_cancel_save (BhDBusRunnerDesk1 *face,
                       GDBusMethodInvocation *invocation,
                       const char *file,
                       BhDesk *self)
{
  for (GList *link = self->waiting.head; link != NULL; link = link->next)
    {
      SaveRequest *request = link->data;

      /* One that waits fails when its turn comes. */
      if (g_str_equal (request->file, file))
        g_cancellable_cancel (request->cancellable);
    }
  bh_dbus_runner_desk1_complete_cancel_save (face, invocation);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
bh_desk_dispose (GObject *object)
{
  BhDesk *self = BH_DESK (object);

  if (self->face != NULL)
    {
      bh_desk_close (self);
      g_signal_handlers_disconnect_by_data (self->face, self);
    }
  g_clear_object (&self->face);

  G_OBJECT_CLASS (bh_desk_parent_class)->dispose (object);
}

static void
bh_desk_finalize (GObject *object)
{
  BhDesk *self = BH_DESK (object);

  g_clear_pointer (&self->opens, bh_token_bucket_free);
  g_clear_pointer (&self->choices, bh_token_bucket_free);
  g_clear_pointer (&self->saves, bh_token_bucket_free);
  g_clear_pointer (&self->saved, g_ptr_array_unref);
  g_clear_pointer (&self->id, bh_app_id_unref);
  g_clear_object (&self->clock);
  g_clear_object (&self->systemd);
  g_free (self->instance);
  g_free (self->manifest);
  g_free (self->chooser_path);

  G_OBJECT_CLASS (bh_desk_parent_class)->finalize (object);
}

static void
bh_desk_class_init (BhDeskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_desk_dispose;
  object_class->finalize = bh_desk_finalize;
}

static void
bh_desk_init (BhDesk *self)
{
  self->opens = bh_token_bucket_new (OPENS, OPEN_INTERVAL);
  self->choices = bh_token_bucket_new (CHOICES, CHOICE_INTERVAL);
  self->saves = bh_token_bucket_new (SAVES, SAVE_INTERVAL);
  self->saved = g_ptr_array_new_with_free_func (g_free);
  self->first_handle = 1;
  g_queue_init (&self->waiting);

  self->face = bh_dbus_runner_desk1_skeleton_new ();
  g_signal_connect (self->face, "handle-open-uri", G_CALLBACK (on_handle_open_uri), self);
  g_signal_connect (self->face, "handle-choose-files", G_CALLBACK (on_handle_choose_files), self);
  g_signal_connect (self->face, "handle-save-file", G_CALLBACK (on_handle_save_file), self);
  g_signal_connect (self->face, "handle-cancel-save", G_CALLBACK (on_handle_cancel_save), self);
  g_signal_connect (self->face, "handle-open-saved", G_CALLBACK (on_handle_open_saved), self);
  g_signal_connect (self->face, "handle-show-saved", G_CALLBACK (on_handle_show_saved), self);
}

/**
 * bh_desk_new:
 * @clock: time
 * @systemd: (nullable): the user's systemd
 * @id: the app
 * @instance: the random name of its run
 * @manifest: the manifest's text
 * @chooser_path: the absolute path of bulkhead-chooser
 *
 * Returns: (transfer full): the desk of one run
 */
BhDesk *
bh_desk_new (BhClock *clock,
             BhSystemd *systemd,
             BhAppId *id,
             const char *instance,
             const char *manifest,
             const char *chooser_path)
{
  BhDesk *self;

  g_return_val_if_fail (BH_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (id != NULL && instance != NULL && manifest != NULL, NULL);
  g_return_val_if_fail (chooser_path != NULL, NULL);

  self = g_object_new (BH_TYPE_DESK, NULL);
  self->clock = g_object_ref (clock);
  g_set_object (&self->systemd, systemd);
  self->id = bh_app_id_ref (id);
  self->instance = g_strdup (instance);
  self->manifest = g_strdup (manifest);
  self->chooser_path = g_strdup (chooser_path);

  return self;
}

typedef struct
{
  int directory;
  GStrv names;
} SweepData;

static void
sweep_data_free (SweepData *data)
{
  close (data->directory);
  g_strfreev (data->names);
  g_free (data);
}

static void
sweep (GTask *task)
{
  SweepData *data = g_task_get_task_data (task);

  for (guint i = 0; data->names[i] != NULL; i++)
    bh_desk_files_remove (data->directory, data->names[i]);
  g_task_return_boolean (task, TRUE);
}

/* In a thread, for there may be much of it. What it removes is listed before, since the next run's
 * files will soon lie beside it. */
static void
start_sweep (int directory, GStrv names)
{
  GTask *task = g_task_new (NULL, NULL, NULL, NULL);
  SweepData *data = g_new0 (SweepData, 1);

  *data = (SweepData){ directory, names };
  g_task_set_task_data (task, data, (GDestroyNotify) sweep_data_free);
  bh_desk_files_run_in_thread (task, sweep);
}

/**
 * bh_desk_prepare:
 * @self: the desk of a run that is about to start
 * @error: return location for an error
 *
 * Makes the directory where files change hands, and removes what earlier runs have left.
 *
 * Returns: whether it is there
 */
gboolean
bh_desk_prepare (BhDesk *self, GError **error)
{
  g_autofree char *cache = NULL;
  const char *names[] = { BH_DESK_DIRECTORY, NULL, NULL, NULL };
  int directory;

  g_return_val_if_fail (BH_IS_DESK (self), FALSE);

  cache = bh_paths_dup_cache_dir (self->id);
  directory = bh_desk_files_make_directory (cache, names, error);
  if (directory < 0)
    return FALSE;
  start_sweep (directory, bh_desk_files_list (directory, self->instance));

  names[1] = self->instance;
  names[2] = BH_DESK_OUTGOING;
  directory = bh_desk_files_make_directory (cache, names, error);
  if (directory < 0)
    return FALSE;
  close (directory);

  return TRUE;
}

/**
 * bh_desk_serve:
 * @self: a desk
 * @connection: the run's channel
 * @error: return location for an error
 *
 * Answers the runner, on this channel instead of any other.
 *
 * Returns: whether it can be reached
 */
gboolean
bh_desk_serve (BhDesk *self, GDBusConnection *connection, GError **error)
{
  g_return_val_if_fail (BH_IS_DESK (self), FALSE);
  g_return_val_if_fail (G_IS_DBUS_CONNECTION (connection), FALSE);

  bh_desk_withdraw (self);

  return g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->face), connection, "/",
                                           error);
}

/**
 * bh_desk_withdraw:
 * @self: a desk
 *
 * Lets go of the channel. What is under way goes on.
 */
void
bh_desk_withdraw (BhDesk *self)
{
  g_return_if_fail (BH_IS_DESK (self));

  if (g_dbus_interface_skeleton_get_connection (G_DBUS_INTERFACE_SKELETON (self->face)) != NULL)
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->face));
}

/**
 * bh_desk_close:
 * @self: a desk
 *
 * Gives up what is under way: the run has ended.
 */
void
bh_desk_close (BhDesk *self)
{
  g_return_if_fail (BH_IS_DESK (self));

  bh_desk_withdraw (self);
  if (self->choosing != NULL)
    g_cancellable_cancel (self->choosing);
  for (GList *link = self->waiting.head; link != NULL; link = link->next)
    g_cancellable_cancel (((SaveRequest *) link->data)->cancellable);
}

/**
 * bh_desk_sweep:
 * @self: a desk whose run has ended
 *
 * Removes the files that have changed hands.
 */
void
bh_desk_sweep (BhDesk *self)
{
  g_autofree char *cache = NULL;
  const char *const names[] = { BH_DESK_DIRECTORY, NULL };
  const char *const own[] = { self->instance, NULL };
  int directory;

  g_return_if_fail (BH_IS_DESK (self));

  cache = bh_paths_dup_cache_dir (self->id);
  directory = bh_desk_files_open_directory (cache, names, NULL);
  if (directory >= 0)
    start_sweep (directory, g_strdupv ((char **) (gsize) own));
}
