/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-error.h"
#include "bh-storage.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Directories that belong to an app which means no good: counted, against du, and emptied. */

#define MANY 300

typedef struct
{
  char *root;
  char *outside; /* nothing of this may ever be touched */
  char *treasure;
} Fixture;

static void
write_file (const char *path, gsize size)
{
  g_autofree char *data = g_malloc (size + 1);
  g_autoptr (GError) error = NULL;

  memset (data, 'x', size);
  g_file_set_contents (path, data, (gssize) size, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->root = g_dir_make_tmp ("bulkhead-storage-XXXXXX", NULL);
  fixture->outside = g_dir_make_tmp ("bulkhead-outside-XXXXXX", NULL);
  fixture->treasure = g_build_filename (fixture->outside, "treasure", NULL);
  write_file (fixture->treasure, 5);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  /* Whatever was done to the other. */
  g_assert_true (g_file_test (fixture->treasure, G_FILE_TEST_IS_REGULAR));
  g_assert_cmpint (g_unlink (fixture->treasure), ==, 0);
  g_assert_cmpint (g_rmdir (fixture->outside), ==, 0);
  g_assert_true (bh_storage_clear (fixture->root, NULL, NULL));
  g_assert_cmpint (g_rmdir (fixture->root), ==, 0);
  g_free (fixture->root);
  g_free (fixture->outside);
  g_free (fixture->treasure);
}

static char *
in_root (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->root, name, NULL);
}

static void
make_file (Fixture *fixture, const char *name, gsize size)
{
  g_autofree char *path = in_root (fixture, name);
  g_autofree char *directory = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (directory, 0700), ==, 0);
  write_file (path, size);
}

static guint64
measure (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  guint64 bytes;

  g_assert_true (bh_storage_measure (fixture->root, &bytes, NULL, &error));
  g_assert_no_error (error);

  return bytes;
}

static void
clear (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  bh_storage_clear (fixture->root, NULL, &error);
  g_assert_no_error (error);
}

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint count = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    count++;

  return count;
}

/* Directories in directories, deeper than any path can name. */
static void
make_deep (Fixture *fixture, guint depth)
{
  int fd = open (fixture->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  for (guint i = 0; i < depth; i++)
    {
      int next;

      g_assert_cmpint (mkdirat (fd, "deeper", 0700), ==, 0);
      next = openat (fd, "deeper", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      g_assert_cmpint (next, >=, 0);
      close (fd);
      fd = next;
    }
  close (fd);
}

static void
test_du (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sparse = in_root (fixture, "sparse");
  g_autofree char *first = in_root (fixture, "some/first");
  g_autofree char *second = in_root (fixture, "second-name");
  g_autofree char *link = in_root (fixture, "link");
  g_autofree char *line = g_strconcat ("du -s -x -B1 ", fixture->root, NULL);
  g_autofree char *out = NULL;
  g_autoptr (GError) error = NULL;
  int fd;

  make_file (fixture, "some/first", 70000);
  make_file (fixture, "some/further/down/small", 1);
  for (guint i = 0; i < MANY; i++)
    {
      g_autofree char *name = g_strdup_printf ("many/%u", i);

      make_file (fixture, name, i * 100);
    }
  g_assert_cmpint (linkat (AT_FDCWD, first, AT_FDCWD, second, 0), ==, 0);
  g_assert_cmpint (symlink (fixture->outside, link), ==, 0);
  fd = g_open (sparse, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  g_assert_cmpint (ftruncate (fd, G_GINT64_CONSTANT (1) << 32), ==, 0);
  close (fd);

  g_spawn_command_line_sync (line, &out, NULL, NULL, &error);
  g_assert_no_error (error);
  g_test_message ("du: %s", out);
  g_assert_cmpuint (measure (fixture), ==, g_ascii_strtoull (out, NULL, 10));
}

static void
test_absent (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = in_root (fixture, "absent");
  guint64 bytes = 1;

  g_assert_true (bh_storage_measure (path, &bytes, NULL, NULL));
  g_assert_cmpuint (bytes, ==, 0);
  g_assert_true (bh_storage_clear (path, NULL, NULL));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* The directory itself is a link. */
static void
test_linked_root (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = in_root (fixture, "linked");
  g_autoptr (GError) error = NULL;
  guint64 bytes;

  g_assert_cmpint (symlink (fixture->outside, path), ==, 0);
  g_assert_false (bh_storage_measure (path, &bytes, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_false (bh_storage_clear (path, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, path));
}

static void
test_links (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "a", "deep/er/b", "deep/er/.removed-0", "\xff\xfe\n" };
  guint64 bytes;

  make_file (fixture, "deep/er/file", 1);
  bytes = measure (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = in_root (fixture, names[i]);

      g_assert_cmpint (symlink (i % 2 == 0 ? fixture->outside : fixture->treasure, path), ==, 0);
    }
  /* They may take a block each, but not what they lead to. */
  write_file (fixture->treasure, 1024 * 1024);
  g_assert_cmpuint (measure (fixture), <, bytes + 1024 * 1024);
  clear (fixture);
  g_assert_cmpuint (count_entries (fixture->root), ==, 0);
  g_assert_cmpuint (count_entries (fixture->outside), ==, 1);
}

/* Somebody swaps directories for links all the time. */
static volatile int racing;

static gpointer
race (gpointer data)
{
  Fixture *fixture = data;
  g_autofree char *swapped = in_root (fixture, "swapped");
  g_autofree char *aside = in_root (fixture, "aside");

  while (g_atomic_int_get (&racing))
    {
      (void) !mkdir (swapped, 0700);
      (void) !rename (swapped, aside);
      (void) !symlink (fixture->outside, swapped);
      (void) !unlink (swapped);
      (void) !rename (aside, swapped);
    }

  return NULL;
}

static void
test_race (Fixture *fixture, gconstpointer data)
{
  GThread *thread;

  for (guint i = 0; i < MANY; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);

      make_file (fixture, name, 1);
    }
  g_atomic_int_set (&racing, TRUE);
  thread = g_thread_new ("race", race, fixture);
  for (guint i = 0; i < MANY; i++)
    {
      guint64 bytes;

      g_assert_true (bh_storage_measure (fixture->root, &bytes, NULL, NULL));
      bh_storage_clear (fixture->root, NULL, NULL);
    }
  g_atomic_int_set (&racing, FALSE);
  g_thread_join (thread);
  g_assert_cmpuint (count_entries (fixture->outside), ==, 1);
}

static void
test_deep (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint64 bytes;

  make_deep (fixture, 90);
  measure (fixture);
  clear (fixture);
  make_deep (fixture, 3000);
  g_assert_false (bh_storage_measure (fixture->root, &bytes, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "too deep"));
  clear (fixture);
  g_assert_cmpuint (count_entries (fixture->root), ==, 0);
}

static void
test_modes (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "closed/inner", "closed", "" };
  struct stat info;

  make_file (fixture, "closed/inner/file", 1);
  make_file (fixture, "closed/file", 1);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = in_root (fixture, names[i]);

      g_assert_cmpint (g_chmod (path, i == 2 ? 0500 : 0), ==, 0);
    }
  clear (fixture);
  g_assert_cmpuint (count_entries (fixture->root), ==, 0);
  g_assert_cmpint (stat (fixture->root, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 07777, ==, 0700);
}

/* What opens for ever, and names that the removal itself would take. */
static void
test_strange (Fixture *fixture, gconstpointer data)
{
  g_autofree char *fifo = in_root (fixture, "fifo");
  g_autofree char *inner = in_root (fixture, "down/.removed-1");

  make_file (fixture, "down/deeper/file", 1);
  make_file (fixture, ".removed-0/file", 1);
  make_file (fixture, ".removed-2", 1);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_assert_cmpint (mkfifo (inner, 0600), ==, 0);
  measure (fixture);
  clear (fixture);
  g_assert_cmpuint (count_entries (fixture->root), ==, 0);
}

static void
test_keep (Fixture *fixture, gconstpointer data)
{
  g_autofree char *lock = in_root (fixture, "lock");
  g_autofree char *lower = in_root (fixture, "down/lock");
  g_autoptr (GError) error = NULL;

  make_file (fixture, "lock", 0);
  make_file (fixture, "down/lock", 0);
  make_file (fixture, "other", 0);
  bh_storage_clear (fixture->root, "lock", &error);
  g_assert_no_error (error);
  g_assert_true (g_file_test (lock, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (count_entries (fixture->root), ==, 1);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  guint64 bytes;

  make_file (fixture, "file", 1);
  g_cancellable_cancel (cancellable);
  g_assert_false (bh_storage_measure (fixture->root, &bytes, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/storage/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("du", test_du);
  ADD ("absent", test_absent);
  ADD ("linked-root", test_linked_root);
  ADD ("links", test_links);
  ADD ("race", test_race);
  ADD ("deep", test_deep);
  ADD ("modes", test_modes);
  ADD ("strange", test_strange);
  ADD ("keep", test_keep);
  ADD ("cancelled", test_cancelled);

  return g_test_run ();
}
