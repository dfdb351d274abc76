/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-oom-score.h"

#include "bh-process-scanner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Whom the kernel ends when the machine's memory is at its end: /proc/PID/oom_score_adj, proc(5).
 * Anybody may raise that of his own processes. bulkhead-gate raises that of a whole app before
 * there is any other process of it; WebKit leaves it as it is.
 */

/**
 * bh_oom_score_raise:
 * @key: a process
 * @score: the score
 *
 * Makes it more eligible, unless it is so already. That it can't be done is no reason to worry.
 */
void
bh_oom_score_raise (const BhProcessKey *key, int score)
{
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  char old[16] = "";
  BhProcStat stat;
  int fd;

  g_return_if_fail (key != NULL && key->pid > 1);

  path = g_strdup_printf ("/proc/%d/oom_score_adj", (int) key->pid);
  fd = open (path, O_RDWR | O_CLOEXEC);
  if (fd < 0)
    {
      g_debug ("%s: %s", path, g_strerror (errno));
      return;
    }
  /* The descriptor means the process that had the PID when it was opened. */
  if (bh_process_read_stat (key->pid, &stat) && stat.start_time == key->start_time
      && read (fd, old, sizeof old - 1) > 0 && atoi (old) < score)
    {
      text = g_strdup_printf ("%d", score);
      if (pwrite (fd, text, strlen (text), 0) < 0)
        g_debug ("%s: %s", path, g_strerror (errno));
    }
  close (fd);
}
