/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-hostile.h"

#include <errno.h>
#include <gio/gunixfdmessage.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* What the fake runner does to the supervisor when it plays one in the hands of its page. */

static int
get_channel_fd (GDBusConnection *connection)
{
  GIOStream *stream = g_dbus_connection_get_stream (connection);

  return g_socket_get_fd (g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream)));
}

static void
write_raw (int fd, const void *data, gsize length)
{
  struct pollfd wait = { .fd = fd, .events = POLLOUT };

  while (length > 0)
    {
      gssize written = write (fd, data, length);

      if (written < 0 && errno == EAGAIN)
        poll (&wait, 1, -1);
      else if (written < 0)
        _exit (0);
      else
        {
          data = (const char *) data + written;
          length -= (gsize) written;
        }
    }
}

/* What is no D-Bus at all, into the supervisor's ear. */
static void
spit (GDBusConnection *connection)
{
  GIOStream *stream = g_dbus_connection_get_stream (connection);
  GSocket *socket = g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream));
  char garbage[4096];

  memset (garbage, 0xa5, sizeof garbage);
  g_assert_cmpint (write (g_socket_get_fd (socket), garbage, sizeof garbage), ==, sizeof garbage);
}

/* A child that says the same thing over and over, for as long as anybody takes it. */
static void
have_babbler (GDBusConnection *connection, const char *interface, const char *method, gboolean deaf)
{
  g_autoptr (GDBusMessage) message = g_dbus_message_new_method_call (NULL, "/", interface, method);
  g_autofree guchar *blob = NULL;
  gsize size;
  int fd = get_channel_fd (connection);

  g_dbus_message_set_body (message, g_variant_new ("(b)", TRUE));
  g_dbus_message_set_serial (message, 1000000);
  blob = g_dbus_message_to_blob (message, &size, G_DBUS_CAPABILITY_FLAGS_NONE, NULL);
  if (fork () > 0)
    return;
  /* Nobody reads the answers then. */
  if (deaf)
    kill (getppid (), SIGSTOP);
  for (;;)
    write_raw (fd, blob, size);
}

/* The header of a message of 100 MiB, and as much of it as anybody takes. */
static void
say_all (GDBusConnection *connection)
{
  const guchar header[] = { 'l', 1, 0, 1, 0, 0, 0x40, 6, 1, 0, 0, 0, 0x10, 0, 0, 0 };
  static char zeros[65536];
  int fd = get_channel_fd (connection);

  if (fork () > 0)
    return;
  write_raw (fd, header, sizeof header);
  for (;;)
    write_raw (fd, zeros, sizeof zeros);
}

/* A hundred descriptors along with nothing. */
static void
send_fds (GDBusConnection *connection)
{
  GIOStream *stream = g_dbus_connection_get_stream (connection);
  GSocket *socket = g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream));
  g_autoptr (GDBusMessage) message
      = g_dbus_message_new_method_call (NULL, "/", "io.github.bulkhead.RunnerHost1", "Heartbeat");
  g_autoptr (GSocketControlMessage) fds = g_unix_fd_message_new ();
  g_autofree guchar *blob = NULL;
  GOutputVector vector;
  gsize size;

  g_dbus_message_set_body (message, g_variant_new ("(b)", TRUE));
  g_dbus_message_set_serial (message, 1000000);
  blob = g_dbus_message_to_blob (message, &size, G_DBUS_CAPABILITY_FLAGS_NONE, NULL);
  for (guint i = 0; i < 100; i++)
    g_unix_fd_message_append_fd (G_UNIX_FD_MESSAGE (fds), STDERR_FILENO, NULL);
  vector = (GOutputVector){ .buffer = blob, .size = size };
  g_assert_cmpint (g_socket_send_message (socket, NULL, &vector, 1, &fds, 1, G_SOCKET_MSG_NONE,
                                          NULL, NULL),
                   ==, size);
}

/**
 * hostile_obey:
 * @connection: the channel
 * @order: what to do
 *
 * Returns: whether that was an order for here
 */
gboolean
hostile_obey (GDBusConnection *connection, const char *order)
{
  const char *host = "io.github.bulkhead.RunnerHost1";

  if (g_str_equal (order, "garbage"))
    spit (connection);
  else if (g_str_equal (order, "babble") || g_str_equal (order, "babble-deaf"))
    have_babbler (connection, host, "Heartbeat", g_str_has_suffix (order, "deaf"));
  else if (g_str_equal (order, "babble-strangely"))
    have_babbler (connection, "io.github.bulkhead.App1", "Kill", FALSE);
  else if (g_str_equal (order, "huge"))
    say_all (connection);
  else if (g_str_equal (order, "fds"))
    send_fds (connection);
  else
    return FALSE;

  return TRUE;
}

/* What a bomb grows to. */
#define MAX_BOMBS 300

/* Never more than a bound, which a counter in shared memory keeps. */
void
hostile_have_bombs (int bombs)
{
  int *count
      = mmap (NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

  g_assert_true (count != MAP_FAILED);
  for (int i = 0; i < bombs; i++)
    if (fork () == 0)
      for (;;)
        {
          g_usleep (3000);
          if (g_atomic_int_add (count, 1) < MAX_BOMBS)
            fork ();
        }
}
