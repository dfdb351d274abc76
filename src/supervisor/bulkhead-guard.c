/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * bulkhead-guard: sees to it that no app stands still for ever. Where the kernel does not hold an
 * app to its share of the CPU, the supervisor stops and continues its processes by turns. Should it
 * die in between, nobody would continue them: that is left to this program.
 *
 * usage: bulkhead-guard FD
 *
 * FD is a pipe from which orders are read (bulkhead-guard.h): a process that may be stopped from
 * now on, or one that is not any more. When the pipe ends the supervisor is gone, or there is
 * nothing to do: every process that is left is continued, and the guard ends. Until then no signal
 * but SIGKILL ends it, least of all one that was meant for the supervisor. It is small and links
 * nothing, since it runs for as long as an app is held back.
 */

#include "bulkhead-guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* More than there are processes in all apps together; the pipe is not the place to ask for more. */
#define MAX_PROCESSES 16384

/* How many orders are read at once. */
#define MAX_ORDERS 64

static BhGuardOrder *processes;
static size_t n_processes;

static size_t
find_process (const BhGuardOrder *order)
{
  size_t i = 0;

  while (i < n_processes
         && (processes[i].pid != order->pid || processes[i].start_time != order->start_time))
    i++;

  return i;
}

static void
take_order (const BhGuardOrder *order)
{
  size_t place = find_process (order);

  if (order->what == BH_GUARD_FORGET)
    {
      if (place < n_processes)
        processes[place] = processes[--n_processes];
      return;
    }
  if (place < n_processes || n_processes == MAX_PROCESSES)
    return;
  if (n_processes % MAX_ORDERS == 0)
    {
      BhGuardOrder *more = realloc (processes, (n_processes + MAX_ORDERS) * sizeof *more);

      if (more == NULL)
        return;
      processes = more;
    }
  processes[n_processes++] = *order;
}

/* Whether the PID still means the process that was named: field 22 of stat, in clock ticks. The
 * program's name, the second field, may have blanks and parentheses of its own. */
static int
is_same (const BhGuardOrder *process)
{
  char path[32], text[1024];
  unsigned long long start_time;
  ssize_t length;
  char *after;
  int fd;

  snprintf (path, sizeof path, "/proc/%d/stat", process->pid);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return 0;
  length = read (fd, text, sizeof text - 1);
  close (fd);
  if (length <= 0)
    return 0;
  text[length] = '\0';
  after = strrchr (text, ')');

  return after != NULL
         && sscanf (after + 1,
                    " %*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s"
                    " %llu",
                    &start_time)
                == 1
         && start_time == process->start_time;
}

static void
continue_process (const BhGuardOrder *process)
{
  /* From here on the descriptor means the process that has the PID now, and no later one. */
  int fd = (int) syscall (SYS_pidfd_open, process->pid, 0);

  if (!is_same (process))
    ;
  else if (fd >= 0)
    syscall (SYS_pidfd_send_signal, fd, SIGCONT, NULL, 0);
  else
    kill (process->pid, SIGCONT);
  if (fd >= 0)
    close (fd);
}

static void
ignore_signals (void)
{
  const int signals[] = { SIGHUP,  SIGINT,  SIGQUIT, SIGPIPE, SIGALRM, SIGTERM,
                          SIGUSR1, SIGUSR2, SIGTSTP, SIGTTIN, SIGTTOU };

  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
    signal (signals[i], SIG_IGN);
}

static void
listen_to (int fd)
{
  BhGuardOrder orders[MAX_ORDERS];
  size_t length = 0;

  for (;;)
    {
      ssize_t got = read (fd, (char *) orders + length, sizeof orders - length);
      size_t whole;

      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        return;
      length += (size_t) got;
      whole = length / sizeof *orders;
      for (size_t i = 0; i < whole; i++)
        take_order (&orders[i]);
      length -= whole * sizeof *orders;
      memmove (orders, orders + whole, length);
    }
}

int
main (int argc, char **argv)
{
  char *end;
  long fd;

  if (argc != 2)
    {
      fputs ("usage: bulkhead-guard FD\n", stderr);
      return 2;
    }
  fd = strtol (argv[1], &end, 10);
  if (*argv[1] == '\0' || *end != '\0' || fd < 3 || fd > 1024)
    {
      fprintf (stderr, "bulkhead-guard: “%s” is no descriptor\n", argv[1]);
      return 2;
    }

  ignore_signals ();
  listen_to ((int) fd);
  for (size_t i = 0; i < n_processes; i++)
    continue_process (&processes[i]);

  return 0;
}
