/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-figures.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * What the fake runner does for its figures to be known. None of these sends heartbeats, so that
 * they do not wake the supervisor up.
 *
 *   family-N      has four children that do nothing; N tells one family from another
 *   share-N       shares N MiB with three children
 *   files-N       has N descriptors more open
 *   disk-N        writes N MiB to the disk and reads them from there
 *   part-N        works N % of the time
 *   brood-N       has a child that uses N ms of CPU time and waits for its end, which comes with
 *                 the order end-child, or with lose-child without being waited for
 */

#define MIB     (1024 * 1024)
#define PERIOD  20000 /* microseconds */
#define FAMILY  4
#define SHARERS 3

static pid_t child = -1;

static void
wait_for_end (void)
{
  for (;;)
    pause ();
}

static gint64
get_time (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);

  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void
burn (gint64 microseconds)
{
  gint64 end = get_time (CLOCK_THREAD_CPUTIME_ID) + microseconds;

  while (get_time (CLOCK_THREAD_CPUTIME_ID) < end)
    ;
}

static gpointer
work_in_part (gpointer data)
{
  gint64 share = GPOINTER_TO_INT (data) * PERIOD / 100;

  for (;;)
    {
      burn (share);
      g_usleep ((gulong) (PERIOD - share));
    }

  return NULL;
}

/* Begins in the child when it is told that it may, and tells when it is done. */
static void
share (gsize bytes)
{
  char *memory = mmap (NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int ends[2];
  char byte = 0;

  g_assert_true (memory != MAP_FAILED);
  memset (memory, 1, bytes);
  g_assert_cmpint (pipe (ends), ==, 0);
  for (guint i = 0; i < SHARERS; i++)
    if (fork () == 0)
      {
        memset (memory, (int) i, bytes);
        if (write (ends[1], &byte, 1) != 1)
          _exit (1);
        wait_for_end ();
      }
  for (guint i = 0; i < SHARERS; i++)
    g_assert_cmpint (read (ends[0], &byte, 1), ==, 1);
  close (ends[0]);
  close (ends[1]);
}

static void
use_disk (const char *directory, gsize mebibytes)
{
  g_autofree char *path = g_build_filename (directory, "figures", NULL);
  g_autofree char *block = g_malloc (MIB);
  int fd = open (path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  for (gsize i = 0; i < mebibytes; i++)
    {
      memset (block, (int) i + 1, MIB);
      g_assert_cmpint (write (fd, block, MIB), ==, MIB);
    }
  g_assert_cmpint (fsync (fd), ==, 0);
  g_assert_cmpint (posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED), ==, 0);
  g_assert_cmpint (lseek (fd, 0, SEEK_SET), ==, 0);
  for (gsize i = 0; i < mebibytes; i++)
    g_assert_cmpint (read (fd, block, MIB), ==, MIB);
  close (fd);
}

static void
have_working_child (gint64 milliseconds)
{
  int ends[2];
  char byte = 0;

  g_assert_cmpint (pipe (ends), ==, 0);
  child = fork ();
  if (child == 0)
    {
      burn (milliseconds * 1000);
      if (write (ends[1], &byte, 1) != 1)
        _exit (1);
      wait_for_end ();
    }
  g_assert_cmpint (read (ends[0], &byte, 1), ==, 1);
  close (ends[0]);
  close (ends[1]);
}

/* Whether the mode is one of these. */
gboolean
figures_begin (const char *mode, int number, const char *directory)
{
  if (g_str_equal (mode, "family"))
    for (guint i = 0; i < FAMILY; i++)
      {
        if (fork () == 0)
          wait_for_end ();
      }
  else if (g_str_equal (mode, "share"))
    share ((gsize) number * MIB);
  else if (g_str_equal (mode, "files"))
    for (int i = 0; i < number; i++)
      g_assert_cmpint (open ("/dev/null", O_RDONLY | O_CLOEXEC), >=, 0);
  else if (g_str_equal (mode, "disk"))
    use_disk (directory, (gsize) number);
  else if (g_str_equal (mode, "part"))
    g_thread_unref (g_thread_new ("part", work_in_part, GINT_TO_POINTER (number)));
  else if (g_str_equal (mode, "brood"))
    have_working_child (number);
  else
    return FALSE;

  return TRUE;
}

gboolean
figures_obey (const char *order)
{
  if (g_str_equal (order, "end-child"))
    {
      kill (child, SIGKILL);
      g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
      return TRUE;
    }
  if (g_str_equal (order, "lose-child"))
    {
      signal (SIGCHLD, SIG_IGN);
      kill (child, SIGKILL);
      return TRUE;
    }

  return FALSE;
}
