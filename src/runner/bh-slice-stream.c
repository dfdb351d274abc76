/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-slice-stream.h"

#include <glib/gi18n.h>

#include <errno.h>
#include <unistd.h>

/*
 * A part of an open file, read as it is asked for. WebKit sends on whatever a response's stream
 * yields, so the end of a byte range has to be the end of the stream; and a file of any size
 * must never be held in memory. GIO has no stream for a part of a descriptor.
 */

struct _BhSliceStream
{
  GInputStream parent_instance;

  int fd;
  guint64 position;
  guint64 remaining;
};

G_DEFINE_FINAL_TYPE (BhSliceStream, bh_slice_stream, G_TYPE_INPUT_STREAM)

static gssize
bh_slice_stream_read (GInputStream *stream,
                      void *buffer,
                      gsize count,
                      GCancellable *cancellable,
                      GError **error)
{
  BhSliceStream *self = BH_SLICE_STREAM (stream);
  gssize n;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return -1;
  if (self->remaining == 0)
    return 0;

  do
    n = pread (self->fd, buffer, MIN (count, self->remaining), (off_t) self->position);
  while (n < 0 && errno == EINTR);

  if (n < 0)
    {
      int saved = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved),
                   _("The app's file can't be read: %s"), g_strerror (saved));
      return -1;
    }

  self->position += (guint64) n;
  self->remaining -= (guint64) n;

  return n;
}

static gboolean
bh_slice_stream_close (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  BhSliceStream *self = BH_SLICE_STREAM (stream);

  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;

  return TRUE;
}

static void
bh_slice_stream_class_init (BhSliceStreamClass *klass)
{
  GInputStreamClass *stream_class = G_INPUT_STREAM_CLASS (klass);

  stream_class->read_fn = bh_slice_stream_read;
  stream_class->close_fn = bh_slice_stream_close;
}

static void
bh_slice_stream_init (BhSliceStream *self)
{
  self->fd = -1;
}

/**
 * bh_slice_stream_new_take_fd:
 * @fd: a descriptor of a regular file, open for reading; it is closed with the stream
 * @first: the offset of the first byte
 * @length: how many bytes
 *
 * Returns: (transfer full): a stream that ends after @length bytes, or at the file's end
 */
GInputStream *
bh_slice_stream_new_take_fd (int fd, guint64 first, guint64 length)
{
  BhSliceStream *self;

  g_return_val_if_fail (fd >= 0, NULL);

  self = g_object_new (BH_TYPE_SLICE_STREAM, NULL);
  self->fd = fd;
  self->position = first;
  self->remaining = length;

  return G_INPUT_STREAM (self);
}
