/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-download.h"

#include "bh-app-files.h"
#include "bh-file-name.h"
#include "bh-slice-stream.h"
#include "bh-uri-policy.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>

/*
 * One file that is fetched. WebKit's object lives for one attempt; this one for all of them.
 *
 * The user's folders are out of the app's reach: the file is fetched into a directory of the app,
 * and once it is whole the desk saves it where the user wants it. What is made here, such as a page
 * that was printed into a file, begins there.
 *
 * WebKit downloads in its network process, which knows nothing of app://. Files of the app are
 * copied here instead.
 */

struct _BhDownload
{
  GObject parent_instance;

  /* The attempt that is under way, or %NULL. */
  WebKitDownload *transfer;
  /* Of the copy that is under way, or %NULL. */
  GCancellable *copying;
  /* Of the file that is being saved, or %NULL. */
  GCancellable *saving;
  BhDeskClient *desk;
  GWeakRef view;
  char *uri;
  char *name;
  char *path; /* in the app's own directory, or %NULL */
  gboolean local;
  guint handle; /* once it is saved */
  gboolean openable;
  BhDownloadState state;
  char *message;
  guint64 received;
  guint64 length;
  double fraction;
};

enum {
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhDownload, bh_download, G_TYPE_OBJECT)

static void
emit_changed (BhDownload *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
drop_transfer (BhDownload *self)
{
  if (self->transfer == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->transfer, self);
  g_clear_object (&self->transfer);
}

static void
release_path (BhDownload *self)
{
  if (self->path != NULL)
    g_unlink (self->path);
  g_clear_pointer (&self->path, g_free);
}

static void
end_with (BhDownload *self, BhDownloadState state, const char *message)
{
  if (self->state != BH_DOWNLOAD_RUNNING)
    return;

  self->state = state;
  g_free (self->message);
  self->message = g_strdup (message);
  drop_transfer (self);
  g_clear_object (&self->copying);
  g_clear_object (&self->saving);
  /* What is nowhere else may be wanted once more. */
  if (state == BH_DOWNLOAD_FINISHED || !self->local)
    release_path (self);
  emit_changed (self);
}

static void
start (BhDownload *self)
{
  self->state = BH_DOWNLOAD_RUNNING;
  self->received = 0;
  self->length = 0;
  self->fraction = 0;
  g_free (self->message);
  self->message = g_strdup ("");
}

/* Ends an attempt that WebKit would go on with. */
static void
refuse (BhDownload *self, const char *message)
{
  g_autoptr (WebKitDownload) transfer = g_object_ref (self->transfer);

  end_with (self, BH_DOWNLOAD_FAILED, message);
  webkit_download_cancel (transfer);
}

static void
take_path (BhDownload *self)
{
  release_path (self);
  self->path = bh_desk_client_dup_new_path (self->desk);
}

static void
on_save_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhDownload) self = BH_DOWNLOAD (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (BhSavedFile) file
      = bh_desk_client_save_finish (BH_DESK_CLIENT (source), result, &error);

  if (file != NULL)
    {
      g_free (self->name);
      self->name = g_steal_pointer (&file->name);
      self->handle = file->handle;
      self->openable = file->openable;
      self->fraction = 1;
      end_with (self, BH_DOWNLOAD_FINISHED, "");
    }
  else if (g_cancellable_is_cancelled (self->saving))
    end_with (self, BH_DOWNLOAD_CANCELLED, "");
  else
    end_with (self, BH_DOWNLOAD_FAILED, error->message);
}

/* The file is whole. */
static void
save (BhDownload *self)
{
  drop_transfer (self);
  g_clear_object (&self->copying);
  self->saving = g_cancellable_new ();
  bh_desk_client_save_async (self->desk, self->path, self->name, self->saving, on_save_ready,
                             g_object_ref (self));
  emit_changed (self);
}

static gboolean
on_decide_destination (WebKitDownload *transfer, const char *suggested, gpointer user_data)
{
  BhDownload *self = BH_DOWNLOAD (user_data);
  WebKitURIResponse *response = webkit_download_get_response (transfer);
  guint status = response != NULL ? webkit_uri_response_get_status_code (response) : 0;

  g_free (self->name);
  self->name = bh_file_name_clean (suggested);

  /* The error page of a server is not the file that was asked for. */
  if (status >= SOUP_STATUS_BAD_REQUEST)
    {
      g_autofree char *message = g_strdup_printf (_("The server answered: %u %s"), status,
                                                  soup_status_get_phrase (status));

      refuse (self, message);
      return TRUE;
    }

  take_path (self);
  if (response != NULL)
    self->length = webkit_uri_response_get_content_length (response);
  webkit_download_set_destination (transfer, self->path);
  emit_changed (self);

  return TRUE;
}

static void
on_received_data (WebKitDownload *transfer, guint64 length, gpointer user_data)
{
  BhDownload *self = BH_DOWNLOAD (user_data);

  self->received = webkit_download_get_received_data_length (transfer);
  if (self->length > 0)
    self->fraction = CLAMP ((double) self->received / (double) self->length, 0, 1);
  emit_changed (self);
}

static void
on_failed (WebKitDownload *transfer, GError *error, gpointer user_data)
{
  BhDownload *self = BH_DOWNLOAD (user_data);

  if (g_error_matches (error, WEBKIT_DOWNLOAD_ERROR, WEBKIT_DOWNLOAD_ERROR_CANCELLED_BY_USER))
    end_with (self, BH_DOWNLOAD_CANCELLED, "");
  else
    end_with (self, BH_DOWNLOAD_FAILED, error->message);
}

static void
on_finished (WebKitDownload *transfer, gpointer user_data)
{
  BhDownload *self = BH_DOWNLOAD (user_data);

  if (self->state == BH_DOWNLOAD_RUNNING && self->path != NULL)
    save (self);
}

static void
on_splice_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BhDownload) self = BH_DOWNLOAD (user_data);
  g_autoptr (GError) error = NULL;
  gssize n = g_output_stream_splice_finish (G_OUTPUT_STREAM (source), result, &error);

  if (n >= 0)
    {
      self->received = (guint64) n;
      save (self);
      return;
    }

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    end_with (self, BH_DOWNLOAD_CANCELLED, "");
  else
    end_with (self, BH_DOWNLOAD_FAILED, error->message);
}

static gboolean
start_copy (BhDownload *self, const char *slug, const char *directory, GError **error)
{
  g_autofree char *path = bh_app_uri_to_path (self->uri, slug, error);
  g_autoptr (GInputStream) input = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFileOutputStream) output = NULL;
  guint64 size;
  int fd;

  if (path == NULL)
    return FALSE;

  fd = bh_app_files_open (directory, path, &size, NULL, error);
  if (fd < 0)
    return FALSE;

  input = bh_slice_stream_new_take_fd (fd, 0, size);
  take_path (self);
  file = g_file_new_for_path (self->path);
  output = g_file_create (file, G_FILE_CREATE_PRIVATE, NULL, error);
  if (output == NULL)
    return FALSE;

  self->length = size;
  self->copying = g_cancellable_new ();
  g_output_stream_splice_async (
      G_OUTPUT_STREAM (output), input,
      G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, G_PRIORITY_DEFAULT,
      self->copying, on_splice_ready, g_object_ref (self));

  return TRUE;
}

static void
bh_download_dispose (GObject *object)
{
  BhDownload *self = BH_DOWNLOAD (object);

  drop_transfer (self);
  release_path (self);
  g_weak_ref_set (&self->view, NULL);

  G_OBJECT_CLASS (bh_download_parent_class)->dispose (object);
}

static void
bh_download_finalize (GObject *object)
{
  BhDownload *self = BH_DOWNLOAD (object);

  g_weak_ref_clear (&self->view);
  g_clear_object (&self->desk);
  g_free (self->uri);
  g_free (self->name);
  g_free (self->message);

  G_OBJECT_CLASS (bh_download_parent_class)->finalize (object);
}

static void
bh_download_class_init (BhDownloadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_download_dispose;
  object_class->finalize = bh_download_finalize;

  /**
   * BhDownload::changed:
   *
   * Something of it is different now.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", BH_TYPE_DOWNLOAD, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_download_init (BhDownload *self)
{
  g_weak_ref_init (&self->view, NULL);
  self->message = g_strdup ("");
}

/**
 * bh_download_new:
 * @download: a transfer that has just started
 * @desk: who saves it
 *
 * Returns: (transfer full): what follows it
 */
BhDownload *
bh_download_new (WebKitDownload *download, BhDeskClient *desk)
{
  BhDownload *self;
  WebKitURIRequest *request;
  const char *uri;
  g_autofree char *path = NULL;

  g_return_val_if_fail (WEBKIT_IS_DOWNLOAD (download), NULL);
  g_return_val_if_fail (BH_IS_DESK_CLIENT (desk), NULL);

  self = g_object_new (BH_TYPE_DOWNLOAD, NULL);
  self->desk = g_object_ref (desk);
  request = webkit_download_get_request (download);
  uri = webkit_uri_request_get_uri (request);
  self->uri = g_strdup (uri != NULL ? uri : "");
  /* Until WebKit asks for the destination. What data: holds is no name. */
  if (!g_str_has_prefix (self->uri, "data:") && !g_str_has_prefix (self->uri, "blob:")
      && g_uri_split (self->uri, G_URI_FLAGS_NONE, NULL, NULL, NULL, NULL, &path, NULL, NULL, NULL))
    self->name = bh_file_name_clean (path);
  else
    self->name = bh_file_name_clean (NULL);
  g_weak_ref_set (&self->view, webkit_download_get_web_view (download));
  bh_download_follow (self, download);

  return self;
}

/**
 * bh_download_new_for_file:
 * @path: (type filename): a file in the desk's outgoing directory
 * @name: what it should be called
 * @desk: who saves it
 *
 * Saves a file that was made here. It is removed in the end.
 *
 * Returns: (transfer full): what follows that
 */
BhDownload *
bh_download_new_for_file (const char *path, const char *name, BhDeskClient *desk)
{
  BhDownload *self;

  g_return_val_if_fail (path != NULL && name != NULL, NULL);
  g_return_val_if_fail (BH_IS_DESK_CLIENT (desk), NULL);

  self = g_object_new (BH_TYPE_DOWNLOAD, NULL);
  self->desk = g_object_ref (desk);
  self->uri = g_strdup ("");
  self->name = g_filename_display_name (name);
  self->path = g_strdup (path);
  self->local = TRUE;
  bh_download_save (self);

  return self;
}

/**
 * bh_download_save:
 * @self: a download that bh_download_is_local() and is not running
 *
 * Saves the file.
 */
void
bh_download_save (BhDownload *self)
{
  GStatBuf info;

  g_return_if_fail (BH_IS_DOWNLOAD (self));
  g_return_if_fail (self->local && self->saving == NULL);

  start (self);
  if (g_stat (self->path, &info) == 0)
    self->received = self->length = (guint64) info.st_size;
  save (self);
}

/**
 * bh_download_is_saving:
 * @self: a download
 *
 * Returns: whether all of it has come, and it is being put where the user has it
 */
gboolean
bh_download_is_saving (BhDownload *self)
{
  g_return_val_if_fail (BH_IS_DOWNLOAD (self), FALSE);

  return self->saving != NULL;
}

/**
 * bh_download_is_local:
 * @self: a download
 *
 * Returns: whether the file was made here, and nothing is fetched
 */
gboolean
bh_download_is_local (BhDownload *self)
{
  g_return_val_if_fail (BH_IS_DOWNLOAD (self), FALSE);

  return self->local;
}

/**
 * bh_download_follow:
 * @self: a download that is not running
 * @download: another attempt, which has just started
 *
 * Follows @download from now on.
 */
void
bh_download_follow (BhDownload *self, WebKitDownload *download)
{
  g_return_if_fail (BH_IS_DOWNLOAD (self));
  g_return_if_fail (WEBKIT_IS_DOWNLOAD (download));
  g_return_if_fail (self->transfer == NULL && self->copying == NULL);

  self->transfer = g_object_ref (download);
  start (self);
  g_signal_connect (download, "decide-destination", G_CALLBACK (on_decide_destination), self);
  g_signal_connect (download, "received-data", G_CALLBACK (on_received_data), self);
  g_signal_connect (download, "failed", G_CALLBACK (on_failed), self);
  g_signal_connect (download, "finished", G_CALLBACK (on_finished), self);
  emit_changed (self);
}

/**
 * bh_download_copy:
 * @self: a download of a file of the app
 * @slug: the app
 * @directory: where its files are
 *
 * Copies the file instead of having WebKit fetch it.
 */
void
bh_download_copy (BhDownload *self, const char *slug, const char *directory)
{
  g_autoptr (WebKitDownload) transfer = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (BH_IS_DOWNLOAD (self));
  g_return_if_fail (slug != NULL && directory != NULL);
  g_return_if_fail (self->copying == NULL);

  g_set_object (&transfer, self->transfer);
  drop_transfer (self);
  if (transfer != NULL)
    webkit_download_cancel (transfer);

  start (self);
  if (!start_copy (self, slug, directory, &error))
    end_with (self, BH_DOWNLOAD_FAILED, error->message);
  else
    emit_changed (self);
}

/**
 * bh_download_get_transfer:
 * @self: a download
 *
 * Returns: (transfer none) (nullable): the attempt that is under way
 */
WebKitDownload *
bh_download_get_transfer (BhDownload *self)
{
  g_return_val_if_fail (BH_IS_DOWNLOAD (self), NULL);

  return self->transfer;
}

/**
 * bh_download_get_name:
 * @self: a download
 *
 * Returns: the file's name, in UTF-8
 */
const char *
bh_download_get_name (BhDownload *self)
{
  g_return_val_if_fail (BH_IS_DOWNLOAD (self), NULL);

  return self->name;
}

/**
 * bh_download_get_handle:
 * @self: a download
 *
 * Returns: what stands for the file at the desk, 0 until it is saved
 */
guint
bh_download_get_handle (BhDownload *self)
{
  g_return_val_if_fail (BH_IS_DOWNLOAD (self), 0);

  return self->handle;
}

/**
 * bh_download_is_openable:
 * @self: a download
 *
 * Returns: whether the file is saved, and is a document and no program
 */
gboolean
bh_download_is_openable (BhDownload *self)
{
  g_return_val_if_fail (BH_IS_DOWNLOAD (self), FALSE);

  return self->openable;
}

/**
 * bh_download_get_uri:
 * @self: a download
 *
 * Returns: what is downloaded
 */
const char *
bh_download_get_uri (BhDownload *self)
{
  g_return_val_if_fail (BH_IS_DOWNLOAD (self), NULL);

  return self->uri;
}

/**
 * bh_download_get_view:
 * @self: a download
 *
 * Returns: (transfer full) (nullable): the view whose page started it
 */
WebKitWebView *
bh_download_get_view (BhDownload *self)
{
  g_return_val_if_fail (BH_IS_DOWNLOAD (self), NULL);

  return g_weak_ref_get (&self->view);
}

/**
 * bh_download_get_state:
 * @self: a download
 *
 * Returns: how far it is
 */
BhDownloadState
bh_download_get_state (BhDownload *self)
{
  g_return_val_if_fail (BH_IS_DOWNLOAD (self), BH_DOWNLOAD_FAILED);

  return self->state;
}

/**
 * bh_download_get_message:
 * @self: a download
 *
 * Returns: for people: why it failed, "" when it did not
 */
const char *
bh_download_get_message (BhDownload *self)
{
  g_return_val_if_fail (BH_IS_DOWNLOAD (self), NULL);

  return self->message;
}

/**
 * bh_download_get_fraction:
 * @self: a download
 *
 * Returns: how much has come, from 0 to 1; meaningless while bh_download_get_length() is 0
 */
double
bh_download_get_fraction (BhDownload *self)
{
  g_return_val_if_fail (BH_IS_DOWNLOAD (self), 0);

  return self->fraction;
}

/**
 * bh_download_get_received:
 * @self: a download
 *
 * Returns: how many bytes have come
 */
guint64
bh_download_get_received (BhDownload *self)
{
  g_return_val_if_fail (BH_IS_DOWNLOAD (self), 0);

  return self->received;
}

/**
 * bh_download_get_length:
 * @self: a download
 *
 * Returns: how many bytes it is in all, 0 when the server did not say
 */
guint64
bh_download_get_length (BhDownload *self)
{
  g_return_val_if_fail (BH_IS_DOWNLOAD (self), 0);

  return self->length;
}

/**
 * bh_download_cancel:
 * @self: a download
 *
 * Ends it when it is running; nothing is left on the disk.
 */
void
bh_download_cancel (BhDownload *self)
{
  g_return_if_fail (BH_IS_DOWNLOAD (self));

  if (self->transfer != NULL)
    webkit_download_cancel (self->transfer);
  else if (self->copying != NULL)
    g_cancellable_cancel (self->copying);
  else if (self->saving != NULL)
    g_cancellable_cancel (self->saving);
}
