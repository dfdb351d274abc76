/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-slice-stream.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Parts of a file as streams. */

#define CONTENT "0123456789"

static int
make_file (void)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("bulkhead-test-XXXXXX", &path, NULL);

  g_assert_cmpint (write (fd, CONTENT, strlen (CONTENT)), ==, strlen (CONTENT));
  g_assert_cmpint (g_unlink (path), ==, 0);

  return fd;
}

static void
assert_part (guint64 first, guint64 length, const char *expected)
{
  g_autoptr (GInputStream) stream = bh_slice_stream_new_take_fd (make_file (), first, length);
  g_autoptr (GError) error = NULL;
  char buffer[64];
  gsize n;

  g_assert_true (g_input_stream_read_all (stream, buffer, sizeof buffer, &n, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (buffer, n, expected, strlen (expected));
  g_assert_cmpint (g_input_stream_read (stream, buffer, sizeof buffer, NULL, &error), ==, 0);
  g_assert_no_error (error);
}

static void
test_parts (void)
{
  assert_part (0, 10, CONTENT);
  assert_part (0, 3, "012");
  assert_part (3, 4, "3456");
  assert_part (9, 1, "9");
  assert_part (4, 0, "");
  /* A file that has become shorter ends sooner. */
  assert_part (8, 100, "89");
  assert_part (20, 5, "");
  assert_part (0, G_MAXUINT64, CONTENT);
}

static void
test_small_reads (void)
{
  g_autoptr (GInputStream) stream = bh_slice_stream_new_take_fd (make_file (), 2, 5);
  char buffer[3];

  g_assert_cmpint (g_input_stream_read (stream, buffer, 3, NULL, NULL), ==, 3);
  g_assert_cmpmem (buffer, 3, "234", 3);
  g_assert_cmpint (g_input_stream_read (stream, buffer, 3, NULL, NULL), ==, 2);
  g_assert_cmpmem (buffer, 2, "56", 2);
  g_assert_cmpint (g_input_stream_read (stream, buffer, 3, NULL, NULL), ==, 0);
}

static void
test_close (void)
{
  int fd = make_file ();
  GInputStream *stream = bh_slice_stream_new_take_fd (fd, 0, 5);

  g_assert_true (g_input_stream_close (stream, NULL, NULL));
  g_assert_cmpint (fcntl (fd, F_GETFD), ==, -1);
  g_assert_finalize_object (stream);

  /* The last reference closes too. */
  fd = make_file ();
  stream = bh_slice_stream_new_take_fd (fd, 0, 5);
  g_assert_finalize_object (stream);
  g_assert_cmpint (fcntl (fd, F_GETFD), ==, -1);
}

static void
test_errors (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = bh_slice_stream_new_take_fd (make_file (), 0, 5);
  g_autoptr (GInputStream) unreadable = NULL;
  char buffer[4];

  g_cancellable_cancel (cancellable);
  g_assert_cmpint (g_input_stream_read (stream, buffer, 4, cancellable, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  unreadable = bh_slice_stream_new_take_fd (open ("/", O_RDONLY | O_DIRECTORY), 0, 5);
  g_assert_cmpint (g_input_stream_read (unreadable, buffer, 4, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/slice-stream/parts", test_parts);
  g_test_add_func ("/slice-stream/small-reads", test_small_reads);
  g_test_add_func ("/slice-stream/close", test_close);
  g_test_add_func ("/slice-stream/errors", test_errors);

  return g_test_run ();
}
