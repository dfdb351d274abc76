/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * bulkhead-gate: the first program of each run. It waits until the supervisor has put it where it
 * belongs, a scope of its own, and only then becomes the program that it was given; so there is no
 * moment in which the app has processes elsewhere. It is small and links nothing, since it stands
 * in the way of every launch.
 *
 * usage: bulkhead-gate FD OOM_SCORE_ADJ [--beside HELD READY HELPER [ARGUMENT…] --]
 *        PROGRAM [ARGUMENT…]
 *
 * FD is read until a byte comes. When it ends without one, the supervisor has died or changed its
 * mind, and nothing is started. OOM_SCORE_ADJ is what all processes of the run begin with
 * (proc(5)): when the machine's memory is at its end, the kernel shall pick an app, and neither the
 * shell nor the supervisor.
 *
 * HELPER is started before the program, which waits for it: it writes a byte to its descriptor
 * READY when it can be used, and ends when nobody holds the other end any more, which the program
 * has as its descriptor HELD. It gets none of the other descriptors.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As shells have it: the program can't be executed. And what none of ours ends with: the helper did
 * not come up. Both are known to bh-launch-plan.h. */
#define CANNOT_EXECUTE 126
#define HELPER_FAILED  125

#define FIRST_FD 3
#define MAX_FD   1024

static int
wait_at (int fd)
{
  char byte;
  ssize_t got;

  do
    got = read (fd, &byte, 1);
  while (got < 0 && errno == EINTR);

  return got == 1;
}

/* The descriptor that an argument names, or -1. */
static int
parse_fd (const char *text)
{
  char *end;
  long fd = strtol (text, &end, 10);

  if (*text != '\0' && *end == '\0' && fd >= FIRST_FD && fd <= MAX_FD)
    return (int) fd;
  fprintf (stderr, "bulkhead-gate: “%s” is no descriptor\n", text);

  return -1;
}

static int
execute (char **argv)
{
  execv (argv[0], argv);
  fprintf (stderr, "bulkhead-gate: %s: %s\n", argv[0], strerror (errno));

  return CANNOT_EXECUTE;
}

/* Returns whether it is there and can be used. */
static int
start_helper (int held, int ready, char **argv)
{
  int ends[2];
  pid_t pid;

  if (pipe (ends) < 0 || (pid = fork ()) < 0)
    {
      fprintf (stderr, "bulkhead-gate: %s: %s\n", argv[0], strerror (errno));
      return 0;
    }
  if (pid == 0)
    {
      dup2 (ends[1], ready);
      for (int fd = FIRST_FD; fd <= MAX_FD; fd++)
        if (fd != ready)
          close (fd);
      _exit (execute (argv));
    }
  close (ends[1]);
  if (ends[0] != held)
    {
      dup2 (ends[0], held);
      close (ends[0]);
    }

  return wait_at (held);
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
  int fd, held, ready;
  char **program = argv + 3;

  if (argc < 4)
    {
      fputs ("usage: bulkhead-gate FD OOM_SCORE_ADJ [--beside HELD READY HELPER [ARGUMENT…] --] "
             "PROGRAM [ARGUMENT…]\n",
             stderr);
      return 2;
    }
  fd = parse_fd (argv[1]);
  if (fd < 0 || !wait_at (fd))
    return fd < 0 ? 2 : 1;
  close (fd);
  set_oom_score_adj (argv[2]);

  if (strcmp (*program, "--beside") == 0 && argc > 6)
    {
      char **helper = program + 3;

      held = parse_fd (program[1]);
      ready = parse_fd (program[2]);
      if (held < 0 || ready < 0)
        return 2;
      for (program = helper; *program != NULL && strcmp (*program, "--") != 0; program++)
        ;
      if (*program == NULL || program[1] == NULL)
        return 2;
      *program++ = NULL;
      if (!start_helper (held, ready, helper))
        return HELPER_FAILED;
    }

  return execute (program);
}
