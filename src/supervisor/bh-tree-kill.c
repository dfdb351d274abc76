/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-tree-kill.h"

#include "bh-error.h"
#include "bh-webkit-leftovers.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Ends every process of an instance, knows when they are gone, and removes what they left. A
 * process may fork between being listed and being killed, so the list is read again after each
 * round until it is empty. Signals go through pidfds, after a look at the start time: they can't
 * hit a process that got the PID since.
 *
 * With a grace the processes are only waited for at first. WebKit's network process needs it: what
 * pages keep (localStorage, cookies, databases) is written up to half a second late, and it writes
 * the rest down when its runner is gone, and then exits.
 */

typedef struct
{
  pid_t pid;
  int fd;
  guint watch;
  gboolean signalled;
} Victim;

struct _BhTreeKill
{
  GTask *task; /* which owns this */
  BhProcessScanner *scanner;
  BhClock *clock;
  char *instance;
  gboolean has_runner;
  BhProcessKey runner;
  GArray *known;
  GPtrArray *victims; /* not gone yet; signalled unless there is a grace */
  guint killed;
  guint grace;
  guint deadline;
};

static void kill_round (GTask *task);

static void
victim_free (Victim *victim)
{
  g_clear_handle_id (&victim->watch, g_source_remove);
  close (victim->fd);
  g_free (victim);
}

static void
kill_data_free (BhTreeKill *data)
{
  bh_clock_clear_timer (data->clock, &data->grace);
  bh_clock_clear_timer (data->clock, &data->deadline);
  g_clear_pointer (&data->victims, g_ptr_array_unref);
  g_clear_pointer (&data->known, g_array_unref);
  g_clear_object (&data->scanner);
  g_clear_object (&data->clock);
  g_free (data->instance);
  g_free (data);
}

static gboolean
on_deadline (gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  BhTreeKill *data = g_task_get_task_data (task);
  g_autoptr (GString) pids = g_string_new (NULL);

  data->deadline = 0;
  for (guint i = 0; i < data->victims->len; i++)
    {
      Victim *victim = g_ptr_array_index (data->victims, i);

      g_string_append_printf (pids, "%s%d", i > 0 ? ", " : "", (int) victim->pid);
    }
  g_ptr_array_set_size (data->victims, 0);
  g_task_return_new_error (task, BH_ERROR, BH_ERROR_TIMED_OUT,
                           _("These processes were killed and are still there: %s. They may be "
                             "waiting for a disk or a network file system."),
                           pids->str);

  return G_SOURCE_REMOVE;
}

static gboolean
on_victim_gone (int fd, GIOCondition condition, gpointer user_data)
{
  GTask *task = G_TASK (user_data);
  BhTreeKill *data = g_task_get_task_data (task);

  for (guint i = 0; i < data->victims->len; i++)
    {
      Victim *victim = g_ptr_array_index (data->victims, i);

      if (victim->fd != fd)
        continue;
      victim->watch = 0;
      data->killed += victim->signalled ? 1 : 0;
      g_ptr_array_remove_index_fast (data->victims, i);
      break;
    }
  if (data->victims->len == 0)
    kill_round (task);

  return G_SOURCE_REMOVE;
}

/* A process that can't be signalled is gone, or is not ours to end: it is not waited for. */
static gboolean
signal_victim (Victim *victim)
{
  victim->signalled = syscall (SYS_pidfd_send_signal, victim->fd, SIGKILL, NULL, 0) == 0;

  return victim->signalled;
}

static void
take_victim (GTask *task, const BhProcStat *found)
{
  BhTreeKill *data = g_task_get_task_data (task);
  BhProcStat stat;
  Victim *victim;
  int fd;

  fd = (int) syscall (SYS_pidfd_open, found->pid, 0);
  if (fd < 0)
    return;

  victim = g_new0 (Victim, 1);
  victim->pid = found->pid;
  victim->fd = fd;
  if (!bh_process_read_stat (found->pid, &stat) || stat.start_time != found->start_time
      || (data->grace == 0 && !signal_victim (victim)))
    {
      victim_free (victim);
      return;
    }

  victim->watch = g_unix_fd_add (fd, G_IO_IN, on_victim_gone, task);
  g_ptr_array_add (data->victims, victim);
}

static gboolean
on_grace_over (gpointer user_data)
{
  GTask *task = G_TASK (user_data);
  BhTreeKill *data = g_task_get_task_data (task);

  data->grace = 0;
  for (guint i = data->victims->len; i > 0; i--)
    if (!signal_victim (g_ptr_array_index (data->victims, i - 1)))
      g_ptr_array_remove_index_fast (data->victims, i - 1);
  if (data->victims->len == 0)
    kill_round (task);

  return G_SOURCE_REMOVE;
}

/* The task's reference belongs to the rounds and the deadline together: whichever returns from the
 * task lets go of it. */
static void
kill_round (GTask *task)
{
  BhTreeKill *data = g_task_get_task_data (task);
  g_autoptr (GArray) found = NULL;

  bh_process_scanner_refresh (data->scanner);
  found = bh_process_scanner_find (data->scanner, data->instance,
                                   data->has_runner ? &data->runner : NULL, data->known);
  for (guint i = 0; i < found->len; i++)
    take_victim (task, &g_array_index (found, BhProcStat, i));

  if (data->victims->len > 0)
    return;

  if (data->has_runner)
    bh_webkit_leftovers_remove (g_get_user_runtime_dir (), &data->runner);
  g_task_return_boolean (task, TRUE);
  bh_clock_clear_timer (data->clock, &data->grace);
  bh_clock_clear_timer (data->clock, &data->deadline);
  g_object_unref (task);
}

/**
 * bh_tree_kill_async:
 * @scanner: finds the processes
 * @clock: for the deadline
 * @instance: the instance's random name
 * @runner: (nullable): its runner
 * @known: (element-type BhProcessKey): processes that were found before; updated
 * @grace: milliseconds to wait for the processes to go by themselves, or 0
 * @callback: (scope async): called when all are gone
 * @user_data: for @callback
 *
 * Sends SIGKILL to every process of an instance and waits until they are gone, for at most
 * %BH_TREE_KILL_DEADLINE after the grace.
 *
 * Returns: (transfer none): for bh_tree_kill_hurry(), until @callback is called
 */
BhTreeKill *
bh_tree_kill_async (BhProcessScanner *scanner,
                    BhClock *clock,
                    const char *instance,
                    const BhProcessKey *runner,
                    GArray *known,
                    guint grace,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  GTask *task;
  BhTreeKill *data;

  g_return_val_if_fail (BH_IS_PROCESS_SCANNER (scanner), NULL);
  g_return_val_if_fail (BH_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (instance != NULL && known != NULL, NULL);

  task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (task, bh_tree_kill_async);
  data = g_new0 (BhTreeKill, 1);
  data->task = task;
  data->scanner = g_object_ref (scanner);
  data->clock = g_object_ref (clock);
  data->instance = g_strdup (instance);
  data->has_runner = runner != NULL;
  if (runner != NULL)
    data->runner = *runner;
  data->known = g_array_ref (known);
  data->victims = g_ptr_array_new_with_free_func ((GDestroyNotify) victim_free);
  g_task_set_task_data (task, data, (GDestroyNotify) kill_data_free);
  if (grace > 0)
    data->grace = bh_clock_add_timer (clock, grace, on_grace_over, task);
  data->deadline = bh_clock_add_timer (clock, grace + BH_TREE_KILL_DEADLINE, on_deadline, task);

  kill_round (task);

  return data;
}

/**
 * bh_tree_kill_hurry:
 * @self: a kill whose callback has not been called
 *
 * Ends the grace now, if there is one.
 */
void
bh_tree_kill_hurry (BhTreeKill *self)
{
  g_return_if_fail (self != NULL);

  if (self->grace == 0)
    return;
  bh_clock_clear_timer (self->clock, &self->grace);
  on_grace_over (self->task);
}

/**
 * bh_tree_kill_finish:
 * @result: the result
 * @killed: (out) (optional): how many processes had to be killed
 * @error: return location for an error
 *
 * Returns: %TRUE when none is left, %FALSE with %BH_ERROR_TIMED_OUT
 */
gboolean
bh_tree_kill_finish (GAsyncResult *result, guint *killed, GError **error)
{
  GTask *task = G_TASK (result);

  g_return_val_if_fail (g_async_result_is_tagged (result, bh_tree_kill_async), FALSE);

  if (killed != NULL)
    *killed = ((BhTreeKill *) g_task_get_task_data (task))->killed;

  return g_task_propagate_boolean (task, error);
}
