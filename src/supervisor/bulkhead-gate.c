/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * bulkhead-gate: the first program of each run. It waits until the supervisor has put it where it
 * belongs, a scope of its own, and only then becomes the program that it was given; so there is no
 * moment in which the app has processes elsewhere. It is small and links nothing, since it stands
 * in the way of every launch.
 *
 * usage: bulkhead-gate FD OOM_SCORE_ADJ PROGRAM [ARGUMENT…]
 *
 * FD is read until a byte comes. When it ends without one, the supervisor has died or changed its
 * mind, and nothing is started. OOM_SCORE_ADJ is what all processes of the run begin with
 * (proc(5)): when the machine's memory is at its end, the kernel shall pick an app, and neither the
 * shell nor the supervisor.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As shells have it: the program can't be executed. */
#define CANNOT_EXECUTE 126

static int
wait_at (int fd)
{
  char byte;
  ssize_t got;

  do
    got = read (fd, &byte, 1);
  while (got < 0 && errno == EINTR);
  close (fd);

  return got == 1;
}

static void
set_oom_score_adj (const char *value)
{
  int fd = open ("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  size_t length = strlen (value);

  /* Without it the app runs as well. */
  if (fd < 0 || write (fd, value, length) != (ssize_t) length)
    fprintf (stderr, "bulkhead-gate: oom_score_adj: %s\n", strerror (errno));
  if (fd >= 0)
    close (fd);
}

int
main (int argc, char **argv)
{
  char *end;
  long fd;

  if (argc < 4)
    {
      fputs ("usage: bulkhead-gate FD OOM_SCORE_ADJ PROGRAM [ARGUMENT…]\n", stderr);
      return 2;
    }
  fd = strtol (argv[1], &end, 10);
  if (*argv[1] == '\0' || *end != '\0' || fd < 3 || fd > 1024)
    {
      fprintf (stderr, "bulkhead-gate: “%s” is no descriptor\n", argv[1]);
      return 2;
    }

  if (!wait_at ((int) fd))
    return 1;
  set_oom_score_adj (argv[2]);
  execv (argv[3], argv + 3);
  fprintf (stderr, "bulkhead-gate: %s: %s\n", argv[3], strerror (errno));

  return CANNOT_EXECUTE;
}
