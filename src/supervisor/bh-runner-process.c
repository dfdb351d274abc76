/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-runner-process.h"

#include "bh-error.h"
#include "bh-process-scanner.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * A runner that we started or adopted, watched through a descriptor of the process (pidfd), which
 * can't mean another process later as a PID can. The kernel makes it readable at the moment the
 * process ends, whether it is our child or not; how it ended is told to the parent alone.
 */

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

struct _BhRunnerProcess
{
  GObject parent_instance;

  BhProcessKey key;
  gboolean child;
  gboolean exited;
  gboolean has_status;
  int wait_status;
  int fd;
  guint watch;
};

enum {
  EXITED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhRunnerProcess, bh_runner_process, G_TYPE_OBJECT)

/* What waitpid() would have said, from what waitid() does. */
static int
wait_status_of (const siginfo_t *info)
{
  if (info->si_code == CLD_EXITED)
    return W_EXITCODE (info->si_status, 0);

  return W_EXITCODE (0, info->si_status) | (info->si_code == CLD_DUMPED ? WCOREFLAG : 0);
}

static gboolean
on_pidfd_readable (int fd, GIOCondition condition, gpointer user_data)
{
  BhRunnerProcess *self = BH_RUNNER_PROCESS (user_data);

  self->watch = 0;
  self->exited = TRUE;
  if (self->child)
    {
      siginfo_t info = { 0 };
      int result;

      do
        result = waitid (P_PIDFD, (id_t) fd, &info, WEXITED | WNOHANG);
      while (result < 0 && errno == EINTR);
      if (result == 0 && info.si_pid != 0)
        {
          self->wait_status = wait_status_of (&info);
          self->has_status = TRUE;
        }
    }
  g_signal_emit (self, signals[EXITED], 0);

  return G_SOURCE_REMOVE;
}

static void
bh_runner_process_dispose (GObject *object)
{
  BhRunnerProcess *self = BH_RUNNER_PROCESS (object);

  g_clear_handle_id (&self->watch, g_source_remove);
  if (self->fd >= 0)
    close (g_steal_fd (&self->fd));

  G_OBJECT_CLASS (bh_runner_process_parent_class)->dispose (object);
}

static void
bh_runner_process_class_init (BhRunnerProcessClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_runner_process_dispose;

  /**
   * BhRunnerProcess::exited:
   *
   * The process has ended; as a child it has been reaped.
   */
  signals[EXITED] = g_signal_new ("exited", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_runner_process_init (BhRunnerProcess *self)
{
  self->fd = -1;
}

static BhRunnerProcess *
new_for_pid (pid_t pid, gboolean child, GError **error)
{
  g_autoptr (BhRunnerProcess) self = g_object_new (BH_TYPE_RUNNER_PROCESS, NULL);
  BhProcStat stat;

  self->child = child;
  self->fd = (int) syscall (SYS_pidfd_open, pid, 0);
  if (self->fd < 0)
    {
      int code = errno;

      g_set_error (error, BH_ERROR, BH_ERROR_FAILED, _("Process %d can't be watched: %s"),
                   (int) pid, g_strerror (code));
      return NULL;
    }
  if (!bh_process_read_stat (pid, &stat))
    {
      g_set_error (error, BH_ERROR, BH_ERROR_FAILED, _("Process %d is gone"), (int) pid);
      return NULL;
    }
  self->key = (BhProcessKey){ .pid = pid, .start_time = stat.start_time };
  self->watch = g_unix_fd_add (self->fd, G_IO_IN, on_pidfd_readable, self);

  return g_steal_pointer (&self);
}

/**
 * bh_runner_process_new_child:
 * @pid: a child of ours that nobody has waited for
 * @error: return location for an error
 *
 * Watches a child and reaps it when it ends.
 *
 * Returns: (transfer full) (nullable): the process, or %NULL with %BH_ERROR_FAILED
 */
BhRunnerProcess *
bh_runner_process_new_child (pid_t pid, GError **error)
{
  g_return_val_if_fail (pid > 0, NULL);

  return new_for_pid (pid, TRUE, error);
}

/**
 * bh_runner_process_new_adopted:
 * @key: a process that another supervisor started
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the process, or %NULL with %BH_ERROR_FAILED when it has
 *   ended or its PID belongs to another one
 */
BhRunnerProcess *
bh_runner_process_new_adopted (const BhProcessKey *key, GError **error)
{
  g_autoptr (BhRunnerProcess) self = NULL;

  g_return_val_if_fail (key != NULL && key->pid > 0, NULL);

  self = new_for_pid (key->pid, FALSE, error);
  if (self == NULL)
    return NULL;
  if (self->key.start_time != key->start_time)
    {
      g_set_error (error, BH_ERROR, BH_ERROR_FAILED, _("Process %d is gone"), (int) key->pid);
      return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * bh_runner_process_get_key:
 * @self: a runner's process
 *
 * Returns: (transfer none): what names it
 */
const BhProcessKey *
bh_runner_process_get_key (BhRunnerProcess *self)
{
  g_return_val_if_fail (BH_IS_RUNNER_PROCESS (self), NULL);

  return &self->key;
}

/**
 * bh_runner_process_has_exited:
 * @self: a runner's process
 *
 * Returns: whether it has ended
 */
gboolean
bh_runner_process_has_exited (BhRunnerProcess *self)
{
  g_return_val_if_fail (BH_IS_RUNNER_PROCESS (self), FALSE);

  return self->exited;
}

/**
 * bh_runner_process_get_status:
 * @self: a runner's process
 * @wait_status: (out): as waitpid() gives it
 *
 * Returns: whether the process has ended and we know how
 */
gboolean
bh_runner_process_get_status (BhRunnerProcess *self, int *wait_status)
{
  g_return_val_if_fail (BH_IS_RUNNER_PROCESS (self), FALSE);
  g_return_val_if_fail (wait_status != NULL, FALSE);

  *wait_status = self->wait_status;

  return self->has_status;
}
