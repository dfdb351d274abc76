/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-held-file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Files of /proc and of cgroups that are read again and again. To open and close one costs more
 * than to read it (3 µs of 6 for a stat), so its descriptor is held as long as there are enough of
 * them; beyond that it is opened each time. A held file of /proc/PID is that process's for good:
 * when it has ended, reading fails, whatever has its PID by then.
 *
 * That takes some descriptors for each process, so the supervisor raises its own limit to what it
 * may. Programs that it starts get the old one back: some of them use select(), or close all that
 * they could have.
 */

/* Descriptors that are left for everything else, and the most that the limit is raised to. */
#define RESERVE   512
#define MOST      65536
#define PATH_SIZE 320

/* The process's, as the limit is: how many are held, and may be. */
static guint held;
static guint most_held = G_MAXUINT;
static struct rlimit former_limit;
static gboolean raised;

static guint
get_most_held (void)
{
  struct rlimit limit;

  if (most_held != G_MAXUINT)
    return most_held;
  most_held = 0;
  if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur > RESERVE)
    most_held = (guint) MIN (limit.rlim_cur - RESERVE, MOST);

  return most_held;
}

static gssize
read_at_start (int fd, char *buffer, gsize size)
{
  gssize length;

  do
    length = pread (fd, buffer, size, 0);
  while (length < 0 && errno == EINTR);

  return length > 0 ? length : -1;
}

/* Opens a file that is not held yet, and holds it if it may be. */
static int
open_file (int *fd, const char *path, int flags)
{
  int opened = open (path, flags | O_CLOEXEC);

  if (opened >= 0 && held < get_most_held ())
    {
      held++;
      *fd = opened;
    }

  return opened;
}

static gssize
read_path (int *fd, const char *path, char *buffer, gsize size)
{
  int opened = open_file (fd, path, O_RDONLY);
  gssize length;

  if (opened < 0)
    return -1;
  length = read_at_start (opened, buffer, size);
  if (*fd < 0)
    close (opened);

  return length;
}

/**
 * bh_held_file_read:
 * @fd: (inout): the file's descriptor, at first %BH_HELD_FILE_CLOSED
 * @directory: where it lies
 * @name: its name
 * @buffer: (array length=size): where its beginning goes, not terminated
 * @size: how much fits there
 *
 * Reads a file that the kernel writes in one go.
 *
 * Returns: the number of bytes, or -1 when it can't be read or is empty
 */
gssize
bh_held_file_read (int *fd, const char *directory, const char *name, char *buffer, gsize size)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (fd != NULL && directory != NULL && name != NULL, -1);

  if (*fd >= 0)
    return read_at_start (*fd, buffer, size);
  path = g_build_filename (directory, name, NULL);

  return read_path (fd, path, buffer, size);
}

/**
 * bh_held_file_read_proc:
 * @fd: (inout): the file's descriptor, at first %BH_HELD_FILE_CLOSED
 * @pid: a process
 * @name: a file in its directory in /proc
 * @buffer: (array length=size): where its beginning goes, not terminated
 * @size: how much fits there
 *
 * As bh_held_file_read().
 *
 * Returns: the number of bytes, or -1 when it can't be read or is empty
 */
gssize
bh_held_file_read_proc (int *fd, pid_t pid, const char *name, char *buffer, gsize size)
{
  char path[PATH_SIZE];

  g_return_val_if_fail (fd != NULL && name != NULL, -1);

  if (*fd >= 0)
    return read_at_start (*fd, buffer, size);
  g_snprintf (path, sizeof path, "/proc/%d/%s", (int) pid, name);

  return read_path (fd, path, buffer, size);
}

/**
 * bh_held_file_get_owner:
 * @fd: the descriptor of a file of /proc/PID
 *
 * Returns: whose file it is: the process's effective user, or root's if the process is kept from
 *   being looked into
 */
guint
bh_held_file_get_owner (int fd)
{
  struct stat status;

  return fstat (fd, &status) == 0 ? status.st_uid : 0;
}

static gssize
count_entries (const char *path)
{
  DIR *dir = opendir (path);
  gssize count = 0;

  if (dir == NULL)
    return -1;
  for (struct dirent *entry = readdir (dir); entry != NULL; entry = readdir (dir))
    if (entry->d_name[0] != '.')
      count++;
  closedir (dir);

  return count;
}

/**
 * bh_held_file_count:
 * @fd: (inout): the descriptor of its directory, at first %BH_HELD_FILE_CLOSED
 * @pid: a process
 *
 * Counts the descriptors that a process has open. Since Linux 6.2 that is the size of its directory
 * /proc/PID/fd; before, the size is 0 and the entries are counted.
 *
 * Returns: how many there are, or -1 when that can't be told
 */
gssize
bh_held_file_count (int *fd, pid_t pid)
{
  char path[PATH_SIZE];
  struct stat status;
  gssize count = -1;
  int opened;

  g_return_val_if_fail (fd != NULL, -1);

  g_snprintf (path, sizeof path, "/proc/%d/fd", (int) pid);
  opened = *fd >= 0 ? *fd : open_file (fd, path, O_PATH | O_DIRECTORY);
  if (opened < 0)
    return -1;
  if (fstat (opened, &status) == 0)
    count = status.st_size > 0 ? (gssize) status.st_size : count_entries (path);
  if (*fd < 0)
    close (opened);

  return count;
}

/**
 * bh_held_file_close:
 * @fd: (inout): a descriptor
 *
 * Lets go of it, if it was held.
 */
void
bh_held_file_close (int *fd)
{
  g_return_if_fail (fd != NULL);

  if (*fd < 0)
    return;
  close (*fd);
  held--;
  *fd = BH_HELD_FILE_CLOSED;
}

/**
 * bh_held_file_raise_limit:
 *
 * Allows this process as many descriptors as it may have.
 */
void
bh_held_file_raise_limit (void)
{
  struct rlimit limit;

  if (!raised && getrlimit (RLIMIT_NOFILE, &former_limit) < 0)
    return;
  limit = former_limit;
  limit.rlim_cur = MAX (limit.rlim_cur, MIN (limit.rlim_max, MOST));
  raised = setrlimit (RLIMIT_NOFILE, &limit) == 0;
  most_held = G_MAXUINT;
}

/**
 * bh_held_file_restore_limit:
 *
 * Gives this process the limit back that it had; for children, between fork and exec, or around
 * the start of one that nothing can be done in.
 */
void
bh_held_file_restore_limit (void)
{
  if (raised)
    setrlimit (RLIMIT_NOFILE, &former_limit);
}
