/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-session-file.h"

#include "bh-beginning.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Where an app was, as a file in its state directory: a name, a version, a checksum, and then a
 * GVariant in little-endian order. A file that is not whole, of another version, larger than
 * any of ours or no file at all is as good as none: nobody is bothered with it.
 *
 * It is replaced as a whole, so that there is an old one or a new one whatever happens meanwhile.
 * That may take long on a busy disk, so it is done in a thread, except at the end. What has not
 * changed is not written.
 */

#define FILE_NAME "session"

#define MAGIC         "BhSessn"
#define VERSION       1
#define DIGEST        G_CHECKSUM_SHA256
#define DIGEST_LENGTH 32
#define RECORD_TYPE   "(bum(ii)say)"

/* More is not counted. */
#define MAX_ATTEMPTS 1000

/* What stands before the record. */
typedef struct
{
  char magic[8];
  guint32 version;
  guint8 digest[DIGEST_LENGTH];
} Header;

G_STATIC_ASSERT (sizeof (Header) == 44);

struct _BhSessionFile
{
  GObject parent_instance;

  char *directory;
  char *path;
  GBytes *last;   /* handed over for writing last, or NULL */
  guint64 number; /* of it */
  gboolean complained;

  GMutex mutex;
  guint64 done; /* the number of what was written last; under the mutex */
};

G_DEFINE_FINAL_TYPE (BhSessionFile, bh_session_file, G_TYPE_OBJECT)

/* What is to be written. */
typedef struct
{
  GBytes *bytes;
  guint64 number;
} Job;

static void
job_free (Job *job)
{
  g_bytes_unref (job->bytes);
  g_free (job);
}

/**
 * bh_session_record_new:
 * @uri: the page that is shown
 * @history: (nullable): the history
 *
 * Returns: (transfer full): a record of a run that goes on
 */
BhSessionRecord *
bh_session_record_new (const char *uri, GBytes *history)
{
  BhSessionRecord *self = g_new0 (BhSessionRecord, 1);

  self->uri = g_strdup (uri);
  self->history = history != NULL ? g_bytes_ref (history) : NULL;

  return self;
}

/**
 * bh_session_record_free:
 * @self: (transfer full): a record
 */
void
bh_session_record_free (BhSessionRecord *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->uri);
  g_clear_pointer (&self->history, g_bytes_unref);
  g_free (self);
}

static void
sum_up (const guint8 *data, gsize length, guint8 *digest)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (DIGEST);
  gsize digest_length = DIGEST_LENGTH;

  g_checksum_update (checksum, data, (gssize) length);
  g_checksum_get_digest (checksum, digest, &digest_length);
}

/* A GVariant in the order of bytes that files have. */
static GVariant *
order_bytes (GVariant *variant)
{
  return G_BYTE_ORDER == G_LITTLE_ENDIAN ? g_variant_ref (variant) : g_variant_byteswap (variant);
}

/**
 * bh_session_record_to_bytes:
 * @self: a record
 *
 * Returns: (transfer full): the content of a file
 */
GBytes *
bh_session_record_to_bytes (BhSessionRecord *self)
{
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GVariant) ordered = NULL;
  g_autoptr (GByteArray) content = g_byte_array_new ();
  GVariant *history, *scroll;
  Header header = { MAGIC, GUINT32_TO_LE (VERSION), { 0 } };

  g_return_val_if_fail (self != NULL, NULL);

  history = self->history != NULL
                ? g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, self->history, TRUE)
                : g_variant_new_array (G_VARIANT_TYPE_BYTE, NULL, 0);
  scroll = self->has_scroll ? g_variant_new ("(ii)", self->scroll.left, self->scroll.top) : NULL;
  variant = g_variant_ref_sink (
      g_variant_new ("(bu@m(ii)s@ay)", self->closed, self->attempts,
                     g_variant_new_maybe (G_VARIANT_TYPE ("(ii)"), scroll), self->uri, history));
  ordered = order_bytes (variant);

  sum_up (g_variant_get_data (ordered), g_variant_get_size (ordered), header.digest);
  g_byte_array_append (content, (const guint8 *) &header, sizeof header);
  g_byte_array_append (content, g_variant_get_data (ordered), (guint) g_variant_get_size (ordered));

  return g_byte_array_free_to_bytes (g_steal_pointer (&content));
}

static BhSessionRecord *
read_record (GVariant *variant)
{
  g_autoptr (GVariant) scroll = NULL;
  g_autoptr (GVariant) history = NULL;
  g_autoptr (BhSessionRecord) self = NULL;
  const char *uri;
  gboolean closed;
  guint32 attempts;

  g_variant_get (variant, "(bu@m(ii)&s@ay)", &closed, &attempts, &scroll, &uri, &history);
  self = bh_session_record_new (uri, NULL);
  if (g_variant_get_size (history) > 0)
    self->history = g_variant_get_data_as_bytes (history);
  self->closed = closed;
  self->attempts = MIN (attempts, MAX_ATTEMPTS);
  if (g_variant_n_children (scroll) > 0)
    {
      g_variant_get (scroll, "m(ii)", &self->has_scroll, &self->scroll.left, &self->scroll.top);
      self->has_scroll = ABS ((gint64) self->scroll.left) <= BH_SESSION_MAX_SCROLL
                         && ABS ((gint64) self->scroll.top) <= BH_SESSION_MAX_SCROLL;
    }

  return g_steal_pointer (&self);
}

/**
 * bh_session_record_from_bytes:
 * @bytes: the content of a file, any bytes
 *
 * Reads a record. Its address and its history are not judged yet.
 *
 * Returns: (transfer full) (nullable): the record, or %NULL when @bytes is none of ours
 */
BhSessionRecord *
bh_session_record_from_bytes (GBytes *bytes)
{
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GVariant) ordered = NULL;
  guint8 digest[DIGEST_LENGTH];
  const guint8 *data;
  Header header;
  gsize length;

  g_return_val_if_fail (bytes != NULL, NULL);

  data = g_bytes_get_data (bytes, &length);
  if (length < sizeof header || length > BH_SESSION_MAX_FILE)
    {
      g_debug ("session: a file of %" G_GSIZE_FORMAT " bytes is none of ours", length);
      return NULL;
    }
  memcpy (&header, data, sizeof header);
  if (memcmp (header.magic, MAGIC, sizeof header.magic) != 0
      || GUINT32_FROM_LE (header.version) != VERSION)
    {
      g_debug ("session: the file is of another kind or version");
      return NULL;
    }
  sum_up (data + sizeof header, length - sizeof header, digest);
  if (memcmp (header.digest, digest, sizeof digest) != 0)
    {
      g_debug ("session: the file is damaged");
      return NULL;
    }

  content = g_bytes_new_from_bytes (bytes, sizeof header, length - sizeof header);
  variant = g_variant_ref_sink (
      g_variant_new_from_bytes (G_VARIANT_TYPE (RECORD_TYPE), content, FALSE));
  if (!g_variant_is_normal_form (variant))
    {
      g_debug ("session: the file's content is none of ours");
      return NULL;
    }
  ordered = order_bytes (variant);

  return read_record (ordered);
}

static gboolean
run (BhSessionFile *self, const Job *job, GError **error)
{
  gboolean written = TRUE;
  gsize length;
  const char *data = g_bytes_get_data (job->bytes, &length);

  g_mutex_lock (&self->mutex);
  /* A later one may have come first. */
  if (job->number > self->done)
    {
      written = g_file_set_contents_full (self->path, data, (gssize) length,
                                          G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
      self->done = job->number;
    }
  g_mutex_unlock (&self->mutex);

  return written;
}

static void
run_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (run (BH_SESSION_FILE (source), task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_run_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  BhSessionFile *self = BH_SESSION_FILE (source);
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    return;

  /* The same may be tried again. */
  g_clear_pointer (&self->last, g_bytes_unref);
  if (!self->complained)
    g_message ("Where the app is can't be kept: %s", error->message);
  self->complained = TRUE;
}

/* What is to be written for @record, or NULL when that was done. */
static Job *
take_job (BhSessionFile *self, BhSessionRecord *record)
{
  g_autoptr (GBytes) bytes = bh_session_record_to_bytes (record);
  Job *job;

  if (self->last != NULL && g_bytes_equal (self->last, bytes))
    return NULL;

  g_clear_pointer (&self->last, g_bytes_unref);
  self->last = g_bytes_ref (bytes);
  job = g_new0 (Job, 1);
  job->bytes = g_steal_pointer (&bytes);
  job->number = ++self->number;

  return job;
}

/* What was left by a runner that was killed while it wrote: "session." and six letters. */
static void
remove_leftovers (BhSessionFile *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, FILE_NAME ".") && strlen (name) == strlen (FILE_NAME ".") + 6)
      {
        g_autofree char *path = g_build_filename (self->directory, name, NULL);

        g_unlink (path);
      }
}

/* Whether the supervisor has noted that the user ended the last run. */
static gboolean
take_ended_mark (BhSessionFile *self)
{
  g_autofree char *path = g_build_filename (self->directory, BH_ENDED_MARK, NULL);

  return g_unlink (path) == 0;
}

static void
bh_session_file_finalize (GObject *object)
{
  BhSessionFile *self = BH_SESSION_FILE (object);

  g_clear_pointer (&self->last, g_bytes_unref);
  g_free (self->directory);
  g_free (self->path);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (bh_session_file_parent_class)->finalize (object);
}

static void
bh_session_file_class_init (BhSessionFileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bh_session_file_finalize;
}

static void
bh_session_file_init (BhSessionFile *self)
{
  g_mutex_init (&self->mutex);
}

/**
 * bh_session_file_new:
 * @directory: the app's state directory
 *
 * Returns: (transfer full): the file in it, which need not be there
 */
BhSessionFile *
bh_session_file_new (const char *directory)
{
  BhSessionFile *self;

  g_return_val_if_fail (directory != NULL, NULL);

  self = g_object_new (BH_TYPE_SESSION_FILE, NULL);
  self->directory = g_strdup (directory);
  self->path = g_build_filename (directory, FILE_NAME, NULL);

  return self;
}

/**
 * bh_session_file_read:
 * @self: a file
 *
 * Reads what the last run has left, and whether the supervisor has noted its end.
 *
 * Returns: (transfer full) (nullable): what is in it, or %NULL when there is nothing of use
 */
BhSessionRecord *
bh_session_file_read (BhSessionFile *self)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autofree guint8 *data = NULL;
  BhSessionRecord *record;
  gboolean ended;
  gsize length = 0;
  gssize n = -1;
  struct stat info;
  int fd;

  g_return_val_if_fail (BH_IS_SESSION_FILE (self), NULL);

  remove_leftovers (self);
  ended = take_ended_mark (self);
  fd = open (self->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0)
    return NULL;
  if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode))
    {
      data = g_malloc (BH_SESSION_MAX_FILE + 1);
      while (length <= BH_SESSION_MAX_FILE
             && ((n = read (fd, data + length, BH_SESSION_MAX_FILE + 1 - length)) > 0
                 || (n < 0 && errno == EINTR)))
        length += (gsize) MAX (n, 0);
    }
  close (fd);
  if (n < 0)
    {
      g_debug ("session: “%s” can't be read", self->path);
      return NULL;
    }

  bytes = g_bytes_new (data, length);

  record = bh_session_record_from_bytes (bytes);
  if (record != NULL)
    record->closed |= ended;

  return record;
}

/**
 * bh_session_file_write:
 * @self: a file
 * @record: what to write
 * @error: return location for an error
 *
 * Replaces the file, and waits until that is done.
 *
 * Returns: %TRUE, or %FALSE with an error of the domain %G_FILE_ERROR
 */
gboolean
bh_session_file_write (BhSessionFile *self, BhSessionRecord *record, GError **error)
{
  Job *job;
  gboolean written;

  g_return_val_if_fail (BH_IS_SESSION_FILE (self), FALSE);
  g_return_val_if_fail (record != NULL, FALSE);

  /* What was handed over last may not be on the disk yet. */
  g_clear_pointer (&self->last, g_bytes_unref);
  job = take_job (self, record);
  written = run (self, job, error);
  if (!written)
    g_clear_pointer (&self->last, g_bytes_unref);
  job_free (job);

  return written;
}

/**
 * bh_session_file_write_async:
 * @self: a file
 * @record: what to write
 *
 * Replaces the file in a while, unless nothing has changed. That it can't be written is no reason
 * to disturb anybody.
 */
void
bh_session_file_write_async (BhSessionFile *self, BhSessionRecord *record)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  g_return_if_fail (BH_IS_SESSION_FILE (self));
  g_return_if_fail (record != NULL);

  job = take_job (self, record);
  if (job == NULL)
    return;

  task = g_task_new (self, NULL, on_run_ready, NULL);
  g_task_set_source_tag (task, bh_session_file_write_async);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  g_task_run_in_thread (task, run_in_thread);
}

/**
 * bh_session_file_remove:
 * @self: a file
 *
 * Removes the file, if there is one.
 */
void
bh_session_file_remove (BhSessionFile *self)
{
  g_return_if_fail (BH_IS_SESSION_FILE (self));

  g_mutex_lock (&self->mutex);
  self->done = self->number;
  g_unlink (self->path);
  g_mutex_unlock (&self->mutex);
  g_clear_pointer (&self->last, g_bytes_unref);
  remove_leftovers (self);
}
