/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-bounded-stream.h"

#include "bh-token-bucket.h"

#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>

/*
 * A stream of D-Bus messages from somebody who is not trusted. GDBus reads as fast as it can, keeps
 * all that it has read until it is handled, and believes a header that promises 128 MiB. So it is
 * given no more than it can bear:
 *
 * - A message that is too large is an error, before anything is set aside for it.
 * - Beyond so many messages and bytes in a second nothing is read; then the socket is full, and it
 *   is the sender who waits. Nothing is lost.
 * - While the other end does not read our answers its next questions are not read either, since the
 *   answers would pile up here.
 *
 * File descriptors that are sent along are closed by the kernel, since they are not asked for.
 *
 * Used on GDBus's thread alone, once the connection is made.
 */

/* How much at once, and then how often one more, in microseconds: 200 messages and 250 kB a second.
 * A runner says a few things a second, and a dozen when it starts. */
#define MESSAGES         400
#define MESSAGE_INTERVAL 5000
#define BYTES            (1024 * 1024)
#define BYTE_INTERVAL    4

/* Answers that the other end has not read, in bytes as the kernel counts. */
#define MAX_UNREAD (64 * 1024)

/* Milliseconds after which a pause is looked at anew; the connection may be closed meanwhile. */
#define PAUSE_SLICE 50

/* How long somebody is held up until it is worth a word, in microseconds. */
#define LONG_PAUSE (2 * G_TIME_SPAN_SECOND)

/* Of each message: the fixed part of its header. */
#define HEADER 16

#define BH_TYPE_BOUNDED_INPUT (bh_bounded_input_get_type ())

G_DECLARE_FINAL_TYPE (BhBoundedInput, bh_bounded_input, BH, BOUNDED_INPUT, GInputStream)

struct _BhBoundedInput
{
  GInputStream parent_instance;

  GSocketConnection *base;
  BhTokenBucket *messages;
  BhTokenBucket *bytes;
  guchar header[HEADER];
  gsize header_length;
  gsize left;        /* bytes of the message whose header has passed */
  gint64 ready_at;   /* nothing is read before, in monotonic microseconds */
  gint64 held_since; /* beginning of the last time that it was held up again and again */
  gint64 last_held;
  gboolean told;
};

G_DEFINE_FINAL_TYPE (BhBoundedInput, bh_bounded_input, G_TYPE_INPUT_STREAM)

typedef struct
{
  void *buffer;
  gsize count;
} Request;

/* The way out is not bounded, but must not look like a socket's: GDBus would take the socket from
 * the connection then, which has none to show. */
#define BH_TYPE_PLAIN_OUTPUT (bh_plain_output_get_type ())

G_DECLARE_FINAL_TYPE (BhPlainOutput, bh_plain_output, BH, PLAIN_OUTPUT, GFilterOutputStream)

struct _BhPlainOutput
{
  GFilterOutputStream parent_instance;
};

G_DEFINE_FINAL_TYPE (BhPlainOutput, bh_plain_output, G_TYPE_FILTER_OUTPUT_STREAM)

struct _BhBoundedStream
{
  GIOStream parent_instance;

  GSocketConnection *base;
  GInputStream *input;
  GOutputStream *output;
};

G_DEFINE_FINAL_TYPE (BhBoundedStream, bh_bounded_stream, G_TYPE_IO_STREAM)

static gboolean
begin_message (BhBoundedInput *self, GError **error)
{
  g_autoptr (GError) reason = NULL;
  gssize needed = g_dbus_message_bytes_needed (self->header, HEADER, &reason);

  if (needed < HEADER || needed > BH_BOUNDED_STREAM_MAX_MESSAGE)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "No message to be read: %s",
                   needed < 0 ? reason->message : "it is too large");
      return FALSE;
    }
  self->left = (gsize) needed - HEADER;
  self->header_length = 0;

  return TRUE;
}

/* Follows what has been read; GDBus reads it in pieces of its own choice. */
static gboolean
account (BhBoundedInput *self, const guchar *data, gsize length, GError **error)
{
  gint64 now = g_get_monotonic_time ();
  gint64 wait = bh_token_bucket_draw (self->bytes, length, now);

  while (length > 0)
    {
      gsize part;

      if (self->left > 0)
        {
          part = MIN (self->left, length);
          self->left -= part;
        }
      else
        {
          part = MIN (HEADER - self->header_length, length);
          memcpy (self->header + self->header_length, data, part);
          self->header_length += part;
          if (self->header_length == HEADER)
            {
              if (!begin_message (self, error))
                return FALSE;
              wait = MAX (wait, bh_token_bucket_draw (self->messages, 1, now));
            }
        }
      data += part;
      length -= part;
    }
  self->ready_at = now + wait;

  return TRUE;
}

static gboolean
is_deaf (BhBoundedInput *self)
{
  int unread = 0;

  return ioctl (g_socket_get_fd (g_socket_connection_get_socket (self->base)), SIOCOUTQ, &unread)
             == 0
         && unread > MAX_UNREAD;
}

static gboolean
must_wait (BhBoundedInput *self)
{
  gint64 now = g_get_monotonic_time ();

  if (now >= self->ready_at && !is_deaf (self))
    return FALSE;
  if (now - self->last_held > G_TIME_SPAN_SECOND)
    self->held_since = now;
  self->last_held = now;
  if (!self->told && now - self->held_since > LONG_PAUSE)
    {
      self->told = TRUE;
      g_message ("An app says more than it may, or does not listen; what it says waits");
    }

  return TRUE;
}

static GInputStream *
get_base_input (BhBoundedInput *self)
{
  return g_io_stream_get_input_stream (G_IO_STREAM (self->base));
}

static void
on_read_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  BhBoundedInput *self = g_task_get_source_object (task);
  Request *request = g_task_get_task_data (task);
  GError *error = NULL;
  gssize got = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (got < 0 || (got > 0 && !account (self, request->buffer, (gsize) got, &error)))
    g_task_return_error (task, error);
  else
    g_task_return_int (task, got);
}

/* Takes the reference to the task. */
static void
read_now (GTask *task)
{
  BhBoundedInput *self = g_task_get_source_object (task);
  Request *request = g_task_get_task_data (task);

  g_input_stream_read_async (get_base_input (self), request->buffer, request->count,
                             g_task_get_priority (task), g_task_get_cancellable (task),
                             on_read_ready, task);
}

static gboolean
on_pause_over (gpointer user_data)
{
  GTask *task = G_TASK (user_data);

  if (must_wait (g_task_get_source_object (task))
      && !g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    return G_SOURCE_CONTINUE;
  /* Which also tells that it was cancelled. */
  read_now (g_object_ref (task));

  return G_SOURCE_REMOVE;
}

static void
bh_bounded_input_read_async (GInputStream *stream,
                             void *buffer,
                             gsize count,
                             int priority,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  BhBoundedInput *self = BH_BOUNDED_INPUT (stream);
  GTask *task = g_task_new (stream, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);
  GSource *pause;

  g_task_set_priority (task, priority);
  request->buffer = buffer;
  request->count = count;
  g_task_set_task_data (task, request, g_free);
  if (!must_wait (self))
    {
      read_now (task);
      return;
    }

  pause = g_timeout_source_new (PAUSE_SLICE);
  g_source_set_callback (pause, on_pause_over, task, g_object_unref);
  g_source_attach (pause, g_task_get_context (task));
  g_source_unref (pause);
}

static gssize
bh_bounded_input_read_finish (GInputStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_int (G_TASK (result), error);
}

/* GDBus does not read so, but a stream must be able to. */
static gssize
bh_bounded_input_read (GInputStream *stream,
                       void *buffer,
                       gsize count,
                       GCancellable *cancellable,
                       GError **error)
{
  BhBoundedInput *self = BH_BOUNDED_INPUT (stream);
  gssize got = g_input_stream_read (get_base_input (self), buffer, count, cancellable, error);

  return got > 0 && !account (self, buffer, (gsize) got, error) ? -1 : got;
}

static gboolean
bh_bounded_input_close (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  return g_input_stream_close (get_base_input (BH_BOUNDED_INPUT (stream)), cancellable, error);
}

static void
bh_bounded_input_finalize (GObject *object)
{
  BhBoundedInput *self = BH_BOUNDED_INPUT (object);

  g_clear_object (&self->base);
  bh_token_bucket_free (self->messages);
  bh_token_bucket_free (self->bytes);

  G_OBJECT_CLASS (bh_bounded_input_parent_class)->finalize (object);
}

static void
bh_bounded_input_class_init (BhBoundedInputClass *klass)
{
  GInputStreamClass *stream_class = G_INPUT_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = bh_bounded_input_finalize;
  stream_class->read_fn = bh_bounded_input_read;
  stream_class->read_async = bh_bounded_input_read_async;
  stream_class->read_finish = bh_bounded_input_read_finish;
  stream_class->close_fn = bh_bounded_input_close;
}

static void
bh_bounded_input_init (BhBoundedInput *self)
{
  self->messages = bh_token_bucket_new (MESSAGES, MESSAGE_INTERVAL);
  self->bytes = bh_token_bucket_new (BYTES, BYTE_INTERVAL);
}

static void
on_write_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;
  gssize written = g_output_stream_write_finish (G_OUTPUT_STREAM (source), result, &error);

  if (written < 0)
    g_task_return_error (task, error);
  else
    g_task_return_int (task, written);
}

static void
bh_plain_output_write_async (GOutputStream *stream,
                             const void *buffer,
                             gsize count,
                             int priority,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task = g_task_new (stream, cancellable, callback, user_data);

  g_output_stream_write_async (g_filter_output_stream_get_base_stream (
                                   G_FILTER_OUTPUT_STREAM (stream)),
                               buffer, count, priority, cancellable, on_write_ready, task);
}

static gssize
bh_plain_output_write_finish (GOutputStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_int (G_TASK (result), error);
}

static void
bh_plain_output_class_init (BhPlainOutputClass *klass)
{
  GOutputStreamClass *stream_class = G_OUTPUT_STREAM_CLASS (klass);

  stream_class->write_async = bh_plain_output_write_async;
  stream_class->write_finish = bh_plain_output_write_finish;
}

static void
bh_plain_output_init (BhPlainOutput *self)
{
}

static GInputStream *
bh_bounded_stream_get_input_stream (GIOStream *stream)
{
  return BH_BOUNDED_STREAM (stream)->input;
}

static GOutputStream *
bh_bounded_stream_get_output_stream (GIOStream *stream)
{
  return BH_BOUNDED_STREAM (stream)->output;
}

static gboolean
bh_bounded_stream_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  return g_io_stream_close (G_IO_STREAM (BH_BOUNDED_STREAM (stream)->base), cancellable, error);
}

static void
bh_bounded_stream_finalize (GObject *object)
{
  BhBoundedStream *self = BH_BOUNDED_STREAM (object);

  g_clear_object (&self->input);
  g_clear_object (&self->output);
  g_clear_object (&self->base);

  G_OBJECT_CLASS (bh_bounded_stream_parent_class)->finalize (object);
}

static void
bh_bounded_stream_class_init (BhBoundedStreamClass *klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = bh_bounded_stream_finalize;
  stream_class->get_input_stream = bh_bounded_stream_get_input_stream;
  stream_class->get_output_stream = bh_bounded_stream_get_output_stream;
  stream_class->close_fn = bh_bounded_stream_close;
}

static void
bh_bounded_stream_init (BhBoundedStream *self)
{
}

/**
 * bh_bounded_stream_new:
 * @base: a connection at whose other end D-Bus is spoken, without authentication
 *
 * Returns: (transfer full): the same, read with bounds
 */
GIOStream *
bh_bounded_stream_new (GSocketConnection *base)
{
  BhBoundedStream *self;
  BhBoundedInput *input;

  g_return_val_if_fail (G_IS_SOCKET_CONNECTION (base), NULL);

  input = g_object_new (BH_TYPE_BOUNDED_INPUT, NULL);
  input->base = g_object_ref (base);
  self = g_object_new (BH_TYPE_BOUNDED_STREAM, NULL);
  self->base = g_object_ref (base);
  self->input = G_INPUT_STREAM (input);
  self->output = g_object_new (BH_TYPE_PLAIN_OUTPUT, "base-stream",
                               g_io_stream_get_output_stream (G_IO_STREAM (base)), NULL);

  return G_IO_STREAM (self);
}
