/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-run-private.h"

#include "bh-bubblewrap.h"
#include "bh-error.h"
#include "bh-launch-setup.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <unistd.h>

/* The beginning of a run: all that its runner needs, and then the runner. */

/* The runner's descriptors, until it has them, and the end that opens its gate. */
typedef struct
{
  int channel_fd;
  int lock_fd;
  int gate_fd;
  int opener_fd;
  char *description; /* of its scope */
  char *files;       /* that app:// serves */
} RunnerFds;

static void
close_fds (RunnerFds *fds)
{
  if (fds->channel_fd >= 0)
    close (g_steal_fd (&fds->channel_fd));
  if (fds->lock_fd >= 0)
    close (g_steal_fd (&fds->lock_fd));
  if (fds->gate_fd >= 0)
    close (g_steal_fd (&fds->gate_fd));
}

static void
runner_fds_free (RunnerFds *fds)
{
  close_fds (fds);
  if (fds->opener_fd >= 0)
    close (fds->opener_fd);
  g_free (fds->description);
  g_free (fds->files);
  g_free (fds);
}

/* The run's first process is where it belongs, and may become the runner. */
static void
on_limiter_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  BhRun *self = g_task_get_source_object (task);
  RunnerFds *fds = g_task_get_task_data (task);

  bh_limiter_start_finish (BH_LIMITER (source), result);
  /* From here on there is a run. Until then the gate ends by itself should we die. */
  if (self->process != NULL)
    self->record->runner = *bh_runner_process_get_key (self->process);
  bh_run_save_record (self);
  /* If it was killed meanwhile nobody waits there any more, and its end is told elsewhere. */
  if (write (fds->opener_fd, "", 1) < 0)
    g_debug ("The gate can't be opened: %s", g_strerror (errno));
  close (g_steal_fd (&fds->opener_fd));
  g_task_return_boolean (task, TRUE);
}

/* Leaves nothing of the run. */
static void
fail (GTask *task, GError *error)
{
  BhRun *self = g_task_get_source_object (task);

  close_fds (g_task_get_task_data (task));
  bh_run_drop_channel (self);
  bh_run_enclosure_remove_dir (self->tools->records_dir, self->record->instance);
  bh_instance_record_remove (self->tools->records_dir, bh_app_id_get_slug (self->id),
                             self->record->instance);
  g_task_return_error (task, error);
}

static void
on_spawn_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  BhRun *self = g_task_get_source_object (task);
  RunnerFds *fds = g_task_get_task_data (task);
  BhRunnerProcess *process;
  GError *error = NULL;
  pid_t pid;

  process = bh_spawner_spawn_finish (BH_SPAWNER (source), result, &error);
  if (process == NULL)
    {
      fail (task, error);
      return;
    }
  /* At once: whoever hears the answer may start the next run, which needs the lock. */
  close_fds (fds);

  bh_run_take_process (self, process);
  pid = bh_runner_process_get_key (process)->pid;
  bh_run_tell (self, BH_EVENT_STARTED, NULL);
  bh_limiter_start_async (self->limiter, fds->description, pid, self->limits, on_limiter_ready,
                          g_steal_pointer (&task));
}

static void
spawn (GTask *task)
{
  BhRun *self = g_task_get_source_object (task);
  RunnerFds *fds = g_task_get_task_data (task);
  g_autoptr (BhLaunchPlan) plan
      = bh_run_enclosure_plan (self, self->surroundings, fds->files, self->network);

  bh_spawner_spawn_async (self->tools->spawner, plan, fds->channel_fd, fds->lock_fd, fds->gate_fd,
                          NULL, on_spawn_ready, g_object_ref (task));
}

static void
on_surroundings_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  BhRun *self = g_task_get_source_object (task);
  gboolean allow = bh_defaults_get_allow_unconfined (self->tools->defaults);
  GError *error = NULL;

  self->surroundings = bh_surroundings_look_finish (result, &error);
  if (self->surroundings == NULL && !allow)
    {
      fail (task, error);
      return;
    }
  /* Only then it is worth to ask beforehand. */
  if (allow && (error != NULL || !bh_bubblewrap_probe (self->surroundings, &error)))
    {
      g_message ("%s: started without a sandbox, as the settings allow: %s", self->record->uuid,
                 error->message);
      g_clear_error (&error);
      g_clear_pointer (&self->surroundings, bh_surroundings_unref);
      self->record->enclosed = FALSE;
      bh_run_save_record (self);
    }
  spawn (task);
}

static gboolean
make_gate (RunnerFds *fds, GError **error)
{
  int ends[2];
  int code;

  if (pipe2 (ends, O_CLOEXEC) == 0)
    {
      fds->gate_fd = ends[0];
      fds->opener_fd = ends[1];
      return TRUE;
    }

  code = errno;
  g_set_error (error, BH_ERROR, BH_ERROR_LAUNCH_FAILED, _("No channel to the app can be made: %s"),
               g_strerror (code));

  return FALSE;
}

/**
 * bh_run_start_async:
 * @self: a run that has not been started
 * @name: the app's name, for people
 * @files: the directory that app:// serves, or ""
 * @uri: a page to show instead of the first one, or ""
 * @activation_token: for the first window, or ""
 * @beginning: what the run begins for
 * @callback: (scope async): called when the runner's process exists or could not be made
 * @user_data: for @callback
 */
void
bh_run_start_async (BhRun *self,
                    const char *name,
                    const char *files,
                    const char *uri,
                    const char *activation_token,
                    BhBeginning beginning,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (BhRunnerChannel) channel = NULL;
  RunnerFds *fds;
  GError *error = NULL;

  g_return_if_fail (BH_IS_RUN (self));
  g_return_if_fail (self->process == NULL && self->channel == NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, bh_run_start_async);
  fds = g_new (RunnerFds, 1);
  *fds = (RunnerFds){ .channel_fd = -1, .lock_fd = -1, .gate_fd = -1, .opener_fd = -1 };
  fds->files = g_strdup (files);
  fds->description = g_strdup_printf ("Bulkhead: %s", name);
  g_task_set_task_data (task, fds, (GDestroyNotify) runner_fds_free);

  self->record->enclosed = self->tools->enclosing == BH_ENCLOSING_BUBBLEWRAP;
  if (!bh_launch_setup_directories (self->id, &error) || !bh_desk_prepare (self->desk, &error)
      || (fds->lock_fd = bh_launch_setup_lock_profile (self->id, &error)) < 0
      || (channel
          = bh_launch_setup_channel (bh_launch_setup_build_config (
                                         self->id, self->record, name, files, uri, activation_token,
                                         beginning, self->tools->socket_path, self->limits),
                                     &fds->channel_fd, &error))
             == NULL
      || !make_gate (fds, &error)
      || (self->record->enclosed && !bh_run_enclosure_make_dir (self, &error)))
    {
      close_fds (fds);
      g_task_return_error (task, error);
      return;
    }

  bh_run_take_channel (self, channel);
  bh_run_save_record (self);
  if (self->record->enclosed)
    bh_surroundings_look_async (self->tools->connection, self->tools->gate_path,
                                self->tools->runner_path, NULL, on_surroundings_ready,
                                g_steal_pointer (&task));
  else
    spawn (task);
}

/**
 * bh_run_start_finish:
 * @self: a run
 * @result: the result
 * @error: return location for an error
 *
 * Returns: %TRUE, or %FALSE with %BH_ERROR_LAUNCH_FAILED and nothing left of the run
 */
gboolean
bh_run_start_finish (BhRun *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, bh_run_start_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
