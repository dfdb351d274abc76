/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-plain-spawner.h"

#include "bh-error.h"
#include "bh-held-file.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Starts a runner as a child of ours, in a session of its own: an interrupt typed into the
 * terminal that the supervisor was started from does not reach the apps.
 */

struct _BhPlainSpawner
{
  GObject parent_instance;
};

static void bh_plain_spawner_iface_init (BhSpawnerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BhPlainSpawner,
                               bh_plain_spawner,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BH_TYPE_SPAWNER, bh_plain_spawner_iface_init))

/* Runs between fork and exec: nothing but async-signal-safe calls. */
static void
set_up_child (gpointer user_data)
{
  setsid ();
  bh_held_file_restore_limit ();
}

static void
bh_plain_spawner_spawn_async (BhSpawner *spawner,
                              BhLaunchPlan *plan,
                              int channel_fd,
                              int lock_fd,
                              int gate_fd,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (spawner, cancellable, callback, user_data);
  g_autoptr (BhRunnerProcess) process = NULL;
  GError *error = NULL;
  const int sources[] = { channel_fd, lock_fd, gate_fd };
  const int targets[] = { BH_LAUNCH_CHANNEL_FD, BH_LAUNCH_LOCK_FD, BH_LAUNCH_GATE_FD };
  GPid pid;

  g_task_set_source_tag (task, bh_plain_spawner_spawn_async);

  /* The gate can't tell us later in so many words. */
  if (g_access (bh_launch_plan_get_runner (plan), X_OK) < 0)
    {
      int code = errno;

      g_task_return_new_error (task, BH_ERROR, BH_ERROR_LAUNCH_FAILED,
                               _("“%s” can't be started: %s"), bh_launch_plan_get_runner (plan),
                               g_strerror (code));
      return;
    }
  if (!g_spawn_async_with_pipes_and_fds (
          NULL, bh_launch_plan_get_argv (plan), bh_launch_plan_get_environment (plan),
          G_SPAWN_DO_NOT_REAP_CHILD, set_up_child, NULL, -1, -1, -1, sources, targets,
          G_N_ELEMENTS (sources), &pid, NULL, NULL, NULL, &error))
    {
      g_task_return_new_error (task, BH_ERROR, BH_ERROR_LAUNCH_FAILED,
                               _("“%s” can't be started: %s"), bh_launch_plan_get_argv (plan)[0],
                               error->message);
      g_clear_error (&error);
      return;
    }

  process = bh_runner_process_new_child (pid, &error);
  if (process == NULL)
    {
      kill (pid, SIGKILL);
      waitpid (pid, NULL, 0);
      error->code = BH_ERROR_LAUNCH_FAILED;
      g_task_return_error (task, error);
      return;
    }

  g_task_return_pointer (task, g_steal_pointer (&process), g_object_unref);
}

static BhRunnerProcess *
bh_plain_spawner_spawn_finish (BhSpawner *spawner, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
bh_plain_spawner_iface_init (BhSpawnerInterface *iface)
{
  iface->spawn_async = bh_plain_spawner_spawn_async;
  iface->spawn_finish = bh_plain_spawner_spawn_finish;
}

static void
bh_plain_spawner_class_init (BhPlainSpawnerClass *klass)
{
}

static void
bh_plain_spawner_init (BhPlainSpawner *self)
{
}

/**
 * bh_plain_spawner_new:
 *
 * Returns: (transfer full): a spawner that starts runners as children of this process
 */
BhSpawner *
bh_plain_spawner_new (void)
{
  return g_object_new (BH_TYPE_PLAIN_SPAWNER, NULL);
}
