/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-traffic"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

/*
 * Counts what WebKit's network process sends and receives, from within, as a module that GIO loads
 * there: from outside nobody can. WebKit tells of no bytes; the kernel tells those of a connection
 * only while it is open, and of a process none at all.
 *
 * All that WebKit sends and receives goes through the streams of a GTcpConnection. Here that class
 * gets functions that hand out streams which count what passes through them: the bytes of each TCP
 * connection, with all headers and encryption, no matter what is spoken on it and whether it goes
 * through a proxy. (A class of our own can't take its place: GIO knows the kind of a socket's
 * connection by a table, and a second entry for a kind is one that it has freed.) What
 * does not go through GIO is not counted: the look-up of names, and WebRTC, which pages do
 * themselves.
 *
 * The sums go to the runner through a pipe of its own that it names in the environment, a second
 * after something has been counted. While nothing passes nothing is done.
 */

#define VARIABLE "BULKHEAD_TRAFFIC"
#define PROGRAM  "WebKitNetworkProcess"

/* Milliseconds after which sums are told. */
#define DELAY 1000

static atomic_uint_least64_t received, sent;
static atomic_flag told_soon = ATOMIC_FLAG_INIT;
static int pipe_fd = -1;

G_MODULE_EXPORT void g_io_module_load (GIOModule *module);
G_MODULE_EXPORT void g_io_module_unload (GIOModule *module);
G_MODULE_EXPORT char **g_io_module_query (void);

static void tell_soon (void);

/* In one piece, as it is shorter than PIPE_BUF; the runner reads the same. */
static void
tell (void)
{
  guint64 record[3] = { (guint64) getpid (), received, sent };

  if (write (pipe_fd, record, sizeof record) < 0 && errno == EAGAIN)
    tell_soon ();
}

static gboolean
on_due (gpointer user_data)
{
  atomic_flag_clear (&told_soon);
  tell ();

  return G_SOURCE_REMOVE;
}

static void
tell_soon (void)
{
  if (!atomic_flag_test_and_set (&told_soon))
    g_timeout_add (DELAY, on_due, NULL);
}

static void
count (atomic_uint_least64_t *sum, gssize bytes)
{
  if (bytes <= 0)
    return;
  atomic_fetch_add (sum, (guint64) bytes);
  tell_soon ();
}

/* The stream that receives. */

#define BH_TYPE_COUNTED_INPUT (bh_counted_input_get_type ())
G_DECLARE_FINAL_TYPE (BhCountedInput, bh_counted_input, BH, COUNTED_INPUT, GFilterInputStream)

struct _BhCountedInput
{
  GFilterInputStream parent_instance;
};

static GPollableInputStream *
get_pollable_input (gpointer stream)
{
  return G_POLLABLE_INPUT_STREAM (
      g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream)));
}

static gboolean
input_can_poll (GPollableInputStream *stream)
{
  return g_pollable_input_stream_can_poll (get_pollable_input (stream));
}

static gboolean
input_is_readable (GPollableInputStream *stream)
{
  return g_pollable_input_stream_is_readable (get_pollable_input (stream));
}

static GSource *
input_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  g_autoptr (GSource) source
      = g_pollable_input_stream_create_source (get_pollable_input (stream), cancellable);

  return g_pollable_source_new_full (stream, source, NULL);
}

static gssize
input_read_nonblocking (GPollableInputStream *stream, void *buffer, gsize size, GError **error)
{
  gssize n = g_pollable_input_stream_read_nonblocking (get_pollable_input (stream), buffer, size,
                                                       NULL, error);

  count (&received, n);

  return n;
}

static void
init_pollable_input (GPollableInputStreamInterface *iface)
{
  iface->can_poll = input_can_poll;
  iface->is_readable = input_is_readable;
  iface->create_source = input_create_source;
  iface->read_nonblocking = input_read_nonblocking;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (BhCountedInput,
                               bh_counted_input,
                               G_TYPE_FILTER_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
                                                      init_pollable_input))

static gssize
bh_counted_input_read (GInputStream *stream,
                       void *buffer,
                       gsize size,
                       GCancellable *cancellable,
                       GError **error)
{
  gssize n = g_input_stream_read (G_INPUT_STREAM (get_pollable_input (stream)), buffer, size,
                                  cancellable, error);

  count (&received, n);

  return n;
}

static gssize
bh_counted_input_skip (GInputStream *stream, gsize size, GCancellable *cancellable, GError **error)
{
  gssize n = g_input_stream_skip (G_INPUT_STREAM (get_pollable_input (stream)), size, cancellable,
                                  error);

  count (&received, n);

  return n;
}

static void
bh_counted_input_class_init (BhCountedInputClass *klass)
{
  GInputStreamClass *stream_class = G_INPUT_STREAM_CLASS (klass);

  stream_class->read_fn = bh_counted_input_read;
  stream_class->skip = bh_counted_input_skip;
}

static void
bh_counted_input_init (BhCountedInput *self)
{
}

/* The stream that sends. */

#define BH_TYPE_COUNTED_OUTPUT (bh_counted_output_get_type ())
G_DECLARE_FINAL_TYPE (BhCountedOutput, bh_counted_output, BH, COUNTED_OUTPUT, GFilterOutputStream)

struct _BhCountedOutput
{
  GFilterOutputStream parent_instance;
};

static GPollableOutputStream *
get_pollable_output (gpointer stream)
{
  return G_POLLABLE_OUTPUT_STREAM (
      g_filter_output_stream_get_base_stream (G_FILTER_OUTPUT_STREAM (stream)));
}

static gboolean
output_can_poll (GPollableOutputStream *stream)
{
  return g_pollable_output_stream_can_poll (get_pollable_output (stream));
}

static gboolean
output_is_writable (GPollableOutputStream *stream)
{
  return g_pollable_output_stream_is_writable (get_pollable_output (stream));
}

static GSource *
output_create_source (GPollableOutputStream *stream, GCancellable *cancellable)
{
  g_autoptr (GSource) source
      = g_pollable_output_stream_create_source (get_pollable_output (stream), cancellable);

  return g_pollable_source_new_full (stream, source, NULL);
}

static gssize
output_write_nonblocking (GPollableOutputStream *stream,
                          const void *buffer,
                          gsize size,
                          GError **error)
{
  gssize n = g_pollable_output_stream_write_nonblocking (get_pollable_output (stream), buffer, size,
                                                         NULL, error);

  count (&sent, n);

  return n;
}

static GPollableReturn
output_writev_nonblocking (GPollableOutputStream *stream,
                           const GOutputVector *vectors,
                           gsize n_vectors,
                           gsize *bytes,
                           GError **error)
{
  gsize written = 0;
  GPollableReturn result
      = g_pollable_output_stream_writev_nonblocking (get_pollable_output (stream), vectors,
                                                     n_vectors, &written, NULL, error);

  count (&sent, (gssize) written);
  if (bytes != NULL)
    *bytes = written;

  return result;
}

static void
init_pollable_output (GPollableOutputStreamInterface *iface)
{
  iface->can_poll = output_can_poll;
  iface->is_writable = output_is_writable;
  iface->create_source = output_create_source;
  iface->write_nonblocking = output_write_nonblocking;
  iface->writev_nonblocking = output_writev_nonblocking;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (BhCountedOutput,
                               bh_counted_output,
                               G_TYPE_FILTER_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM,
                                                      init_pollable_output))

static gssize
bh_counted_output_write (GOutputStream *stream,
                         const void *buffer,
                         gsize size,
                         GCancellable *cancellable,
                         GError **error)
{
  gssize n = g_output_stream_write (G_OUTPUT_STREAM (get_pollable_output (stream)), buffer, size,
                                    cancellable, error);

  count (&sent, n);

  return n;
}

static void
bh_counted_output_class_init (BhCountedOutputClass *klass)
{
  G_OUTPUT_STREAM_CLASS (klass)->write_fn = bh_counted_output_write;
}

static void
bh_counted_output_init (BhCountedOutput *self)
{
}

/* The connection that has them: what it was made with, wrapped when it is asked for. */

typedef GInputStream *(*GetInput) (GIOStream *stream);
typedef GOutputStream *(*GetOutput) (GIOStream *stream);

static GetInput get_plain_input;
static GetOutput get_plain_output;

static GInputStream *
get_counted_input (GIOStream *connection)
{
  static GQuark quark;
  gpointer stream;

  if (quark == 0)
    quark = g_quark_from_static_string ("bulkhead-counted-input");
  stream = g_object_get_qdata (G_OBJECT (connection), quark);
  if (stream == NULL)
    {
      stream
          = g_object_new (BH_TYPE_COUNTED_INPUT, "base-stream", get_plain_input (connection), NULL);
      g_object_set_qdata_full (G_OBJECT (connection), quark, stream, g_object_unref);
    }

  return stream;
}

static GOutputStream *
get_counted_output (GIOStream *connection)
{
  static GQuark quark;
  gpointer stream;

  if (quark == 0)
    quark = g_quark_from_static_string ("bulkhead-counted-output");
  stream = g_object_get_qdata (G_OBJECT (connection), quark);
  if (stream == NULL)
    {
      stream = g_object_new (BH_TYPE_COUNTED_OUTPUT, "base-stream", get_plain_output (connection),
                             NULL);
      g_object_set_qdata_full (G_OBJECT (connection), quark, stream, g_object_unref);
    }

  return stream;
}

/* The module. */

static gboolean
is_network_process (void)
{
  g_autofree char *path = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *name = path != NULL ? g_path_get_basename (path) : NULL;

  return g_strcmp0 (name, PROGRAM) == 0;
}

/**
 * g_io_module_load:
 * @module: this module
 *
 * Has connections counted from now on, if this is the process for it.
 */
void
g_io_module_load (GIOModule *module)
{
  GIOStreamClass *connection_class;
  const char *path = g_getenv (VARIABLE);

  if (path == NULL || pipe_fd >= 0 || !is_network_process ())
    return;
  pipe_fd = open (path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (pipe_fd < 0)
    return;

  /* GIO lets go of what it has looked into; the functions are here. The class lives for ever. */
  g_type_module_use (G_TYPE_MODULE (module));
  connection_class = g_type_class_ref (G_TYPE_TCP_CONNECTION);
  get_plain_input = connection_class->get_input_stream;
  get_plain_output = connection_class->get_output_stream;
  connection_class->get_input_stream = get_counted_input;
  connection_class->get_output_stream = get_counted_output;
  tell ();
}

/**
 * g_io_module_unload:
 * @module: this module
 *
 * Has nothing to do: where it has done anything it stays.
 */
void
g_io_module_unload (GIOModule *module)
{
}

/**
 * g_io_module_query:
 *
 * Returns: (transfer full) (array zero-terminated=1): no extension points
 */
char **
g_io_module_query (void)
{
  return g_new0 (char *, 1);
}
