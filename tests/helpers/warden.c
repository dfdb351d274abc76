/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "warden.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * A test that starts programs must not leave them behind, least of all when it fails: they would
 * hold its output open, and whoever waits for that would wait for ever. So the test runs in a child
 * of a process that does nothing else than take in every orphan below it and end them all with the
 * test. A test that succeeded must have ended them itself.
 */

/* Hundredths of a second that are left to programs that are just ending. */
#define GRACE 300

static volatile sig_atomic_t test_pid;

static void
on_signal (int number)
{
  if (test_pid > 0)
    kill ((pid_t) test_pid, SIGKILL);
}

/* Calls SIGKILL down on all children. What they leave becomes ours, and its turn comes too. */
static void
kill_children (int verbose)
{
  DIR *proc = opendir ("/proc");
  struct dirent *entry;

  if (proc == NULL)
    abort ();
  while ((entry = readdir (proc)) != NULL)
    {
      char path[300], text[512] = "";
      const char *after_name;
      int parent;
      FILE *file;

      snprintf (path, sizeof path, "/proc/%s/stat", entry->d_name);
      file = atoi (entry->d_name) > 0 ? fopen (path, "re") : NULL;
      if (file == NULL)
        continue;
      if (fgets (text, sizeof text, file) == NULL)
        text[0] = '\0';
      fclose (file);
      after_name = strrchr (text, ')');
      if (after_name == NULL || sscanf (after_name + 1, " %*c %d", &parent) != 1
          || parent != getpid ())
        continue;
      if (verbose)
        fprintf (stderr, "The test has left a process behind: %s", text);
      kill (atoi (entry->d_name), SIGKILL);
    }
  closedir (proc);
}

static int
reap (int flags)
{
  pid_t pid;

  do
    pid = waitpid (-1, NULL, flags);
  while (pid > 0 || (pid < 0 && errno == EINTR));

  return pid < 0;
}

/**
 * warden_run:
 * @function: the test's main function
 * @argc: for @function
 * @argv: for @function
 *
 * Runs a test and ends every process that it leaves.
 *
 * Returns: what @function does; otherwise 1 when processes were left, or 128 and the signal that
 *   ended it
 */
int
warden_run (int (*function) (int argc, char **argv), int argc, char **argv)
{
  const struct timespec moment = { .tv_nsec = 10 * 1000 * 1000 };
  int status = 0, result, gone;
  pid_t pid;

  prctl (PR_SET_CHILD_SUBREAPER, 1);
  test_pid = fork ();
  if (test_pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      exit (function (argc, argv));
    }
  if (test_pid < 0)
    return 1;
  signal (SIGTERM, on_signal);
  signal (SIGINT, on_signal);

  do
    pid = waitpid (-1, &status, 0);
  while (pid != test_pid && (pid > 0 || errno == EINTR));
  test_pid = 0;
  result = WIFSIGNALED (status) ? 128 + WTERMSIG (status) : WEXITSTATUS (status);

  gone = reap (WNOHANG);
  for (int i = 0; result == 0 && !gone && i < GRACE; i++)
    {
      nanosleep (&moment, NULL);
      gone = reap (WNOHANG);
    }
  if (!gone && result == 0)
    {
      kill_children (1);
      result = 1;
    }
  while (!gone)
    {
      kill_children (0);
      nanosleep (&moment, NULL);
      gone = reap (WNOHANG);
    }

  return result;
}
