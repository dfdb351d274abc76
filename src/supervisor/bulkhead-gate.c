/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * bulkhead-gate: the first program of each run. It waits until the supervisor has put it where it
 * belongs, a scope of its own, and only then becomes the program that it was given; so there is no
 * moment in which the app has processes elsewhere. It is small and links nothing, since it stands
 * in the way of every launch.
 *
 * usage: bulkhead-gate FD OOM_SCORE_ADJ [--beside HELD READY FILTER HELPER [ARGUMENT…] --]
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
 *
 * PROGRAM then is bubblewrap. It can read a filter for system calls from the descriptor FILTER
 * (bulkhead-filter.c). And what the app says does not go to a terminal or a file by itself: with
 * the descriptor it could read what the user types there, or open the whole log anew. A process of
 * ours passes it on.
 */

#include "bulkhead-filter.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

/* Whether more can be done with it than to write to it. */
static int
is_exposed (int fd, struct stat *info)
{
  return fstat (fd, info) == 0 && (S_ISREG (info->st_mode) || isatty (fd));
}

/* A terminal takes some characters for orders: those of control (C0 and, in UTF-8, C1). */
static void
disarm (unsigned char *text, ssize_t length)
{
  static unsigned char before;

  for (ssize_t i = 0; i < length; i++)
    {
      unsigned char c = text[i];

      if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f
          || (before == 0xc2 && c >= 0x80 && c < 0xa0))
        text[i] = '?';
      before = c;
    }
}

/* From a pipe to what was there, until nobody has its other end. When it can't be written there it
 * is lost, and the app goes on. */
static void
pass_on (int from, int to)
{
  unsigned char buffer[4096];
  ssize_t got;

  dup2 (to, STDOUT_FILENO);
  dup2 (from, STDIN_FILENO);
  for (int fd = STDERR_FILENO; fd <= MAX_FD; fd++)
    close (fd);
  /* It is for the app to end. */
  signal (SIGINT, SIG_IGN);
  signal (SIGTERM, SIG_IGN);
  signal (SIGXFSZ, SIG_IGN);
  signal (SIGPIPE, SIG_IGN);

  while ((got = read (STDIN_FILENO, buffer, sizeof buffer)) > 0 || (got < 0 && errno == EINTR))
    {
      disarm (buffer, got);
      for (ssize_t done = 0, n = 0; done < got && n >= 0; done += n)
        n = write (STDOUT_FILENO, buffer + done, (size_t) (got - done));
    }
}

/* Returns whether the descriptor has become a pipe. */
static int
shield (int fd)
{
  int ends[2];
  pid_t pid;

  if (pipe (ends) < 0 || (pid = fork ()) < 0)
    return 0;
  if (pid == 0)
    {
      pass_on (ends[0], fd);
      _exit (0);
    }
  dup2 (ends[1], fd);
  close (ends[0]);
  close (ends[1]);

  return 1;
}

static int
shield_output (void)
{
  struct stat out, err;
  int out_exposed = is_exposed (STDOUT_FILENO, &out);
  int err_exposed = is_exposed (STDERR_FILENO, &err);

  if (out_exposed && !shield (STDOUT_FILENO))
    return 0;
  if (out_exposed && err_exposed && out.st_dev == err.st_dev && out.st_ino == err.st_ino)
    return dup2 (STDOUT_FILENO, STDERR_FILENO) >= 0;

  return !err_exposed || shield (STDERR_FILENO);
}

static int
provide_filter (int filter)
{
  int fd = bulkhead_filter_open ();

  if (fd < 0)
    return 0;
  if (fd != filter)
    {
      dup2 (fd, filter);
      close (fd);
    }

  return 1;
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
  int fd, held, ready, filter;
  char **program = argv + 3;

  if (argc < 4)
    {
      fputs ("usage: bulkhead-gate FD OOM_SCORE_ADJ [--beside HELD READY FILTER HELPER "
             "[ARGUMENT…] --] PROGRAM [ARGUMENT…]\n",
             stderr);
      return 2;
    }
  fd = parse_fd (argv[1]);
  if (fd < 0 || !wait_at (fd))
    return fd < 0 ? 2 : 1;
  close (fd);
  set_oom_score_adj (argv[2]);

  if (strcmp (*program, "--beside") == 0 && argc > 7)
    {
      char **helper = program + 4;

      held = parse_fd (program[1]);
      ready = parse_fd (program[2]);
      filter = parse_fd (program[3]);
      if (held < 0 || ready < 0 || filter < 0)
        return 2;
      for (program = helper; *program != NULL && strcmp (*program, "--") != 0; program++)
        ;
      if (*program == NULL || program[1] == NULL)
        return 2;
      *program++ = NULL;
      if (!start_helper (held, ready, helper))
        return HELPER_FAILED;
      if (!shield_output () || !provide_filter (filter))
        {
          fprintf (stderr, "bulkhead-gate: %s\n", strerror (errno));
          return CANNOT_EXECUTE;
        }
    }

  return execute (program);
}
