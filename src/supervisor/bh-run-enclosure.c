/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-run-private.h"

#include "bh-bubblewrap.h"
#include "bh-error.h"
#include "bh-paths.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/wait.h>

/*
 * A run within bubblewrap (bh-bubblewrap.c). The process that we start, watch and wait for is
 * bubblewrap's then, and the runner a descendant of it:
 *
 *   bwrap ─┬─ xdg-dbus-proxy
 *          └─ bwrap, the first process of the app's PID namespace ─── runner ─── …
 */

/* Bubblewrap ends with 128 + N when the runner was ended by signal N, as shells do (bubblewrap.c,
 * propagate_exit_status()), and with 1 when it could not start it. */
#define SIGNAL_BASE       128
#define BUBBLEWRAP_FAILED 1

static char *
dup_bus_dir (BhRun *self)
{
  return g_build_filename (self->tools->records_dir, self->record->instance, NULL);
}

/**
 * bh_run_enclosure_make_dir:
 * @self: a run that is to be enclosed
 * @error: return location for an error
 *
 * Makes the directory for the sockets of the run's proxy.
 *
 * Returns: whether it is there, %FALSE with %BH_ERROR_LAUNCH_FAILED
 */
gboolean
bh_run_enclosure_make_dir (BhRun *self, GError **error)
{
  g_autofree char *path = dup_bus_dir (self);
  int code;

  if (g_mkdir (path, 0700) == 0)
    return TRUE;

  code = errno;
  g_set_error (error, BH_ERROR, BH_ERROR_LAUNCH_FAILED,
               _("The runtime directory “%s” can't be made: %s. See that XDG_RUNTIME_DIR names a "
                 "directory of yours."),
               path, g_strerror (code));

  return FALSE;
}

/**
 * bh_run_enclosure_remove_dir:
 * @records_dir: where the records of running instances lie
 * @instance: the instance's random name
 *
 * Removes the directory of the run's proxy, if there is one.
 */
void
bh_run_enclosure_remove_dir (const char *records_dir, const char *instance)
{
  g_autofree char *path = g_build_filename (records_dir, instance, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  if (dir == NULL)
    return;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_unlink (file);
    }
  g_rmdir (path);
}

/**
 * bh_run_enclosure_plan:
 * @self: a run
 * @surroundings: (nullable): what apps may have around them; %NULL when the run is not enclosed
 * @files: the directory that app:// serves, or ""
 * @network: whether the app may use the network
 *
 * Returns: (transfer full): how the run is to be started
 */
BhLaunchPlan *
bh_run_enclosure_plan (BhRun *self,
                       BhSurroundings *surroundings,
                       const char *files,
                       gboolean network)
{
  g_auto (GStrv) proxy = NULL;
  g_auto (GStrv) bubblewrap = NULL;
  const char *slug = bh_app_id_get_slug (self->id);

  if (surroundings != NULL)
    {
      g_autofree char *data = bh_paths_dup_data_dir (self->id);
      g_autofree char *cache = bh_paths_dup_cache_dir (self->id);
      g_autofree char *state = bh_paths_dup_state_dir (self->id);
      g_autofree char *bus_dir = dup_bus_dir (self);
      g_autofree char *channel_dir = g_path_get_dirname (self->tools->socket_path);
      const BhEnclosure enclosure = {
        .id = self->id,
        .data_dir = data,
        .cache_dir = cache,
        .state_dir = state,
        .files = files,
        .channel_dir = channel_dir,
        .bus_dir = bus_dir,
        .network = network,
      };

      proxy = bh_bubblewrap_build_proxy_argv (surroundings, &enclosure, BH_LAUNCH_READY_FD);
      bubblewrap = bh_bubblewrap_build_argv (surroundings, &enclosure, BH_LAUNCH_HELD_FD,
                                             BH_LAUNCH_FILTER_FD);
    }

  return bh_launch_plan_new (self->tools->gate_path, self->tools->runner_path, slug,
                             self->record->instance, (const char *const *) proxy,
                             (const char *const *) bubblewrap);
}

/**
 * bh_run_enclosure_find_runner:
 * @self: a run
 *
 * Finds out which process the runner is, once it has said something.
 */
void
bh_run_enclosure_find_runner (BhRun *self)
{
  const BhProcessKey *root;
  BhProcStat stat;

  if (self->process == NULL || self->runner.pid != 0)
    return;

  root = bh_runner_process_get_key (self->process);
  if (!self->record->enclosed)
    {
      self->runner = *root;
      return;
    }
  bh_process_scanner_refresh (self->tools->scanner);
  if (bh_process_scanner_find_enclosed (self->tools->scanner, root, &stat))
    self->runner = (BhProcessKey){ .pid = stat.pid, .start_time = stat.start_time };
  else
    g_debug ("%s: there is no runner below process %d", self->record->uuid, (int) root->pid);
}

/**
 * bh_run_enclosure_explain_end:
 * @self: a run whose first process has ended
 * @end: how; changed to how the runner ended, and why it could not be started
 *
 * Tells from bubblewrap's end how the runner ended.
 */
void
bh_run_enclosure_explain_end (BhRun *self, BhEnd *end)
{
  g_autoptr (GError) error = NULL;
  int code;

  if (!self->record->enclosed || !end->known || !WIFEXITED (end->wait_status))
    return;

  code = WEXITSTATUS (end->wait_status);
  if (code > SIGNAL_BASE && code - SIGNAL_BASE < NSIG)
    end->wait_status = W_EXITCODE (0, code - SIGNAL_BASE);
  if (self->ready || self->failure != NULL || self->runner.pid != 0)
    return;

  if (code == BH_LAUNCH_HELPER_FAILED)
    self->failure = g_strdup (_("xdg-dbus-proxy, which stands between the app and the session bus, "
                                "did not start. The log says why."));
  else if (code == BUBBLEWRAP_FAILED && self->surroundings != NULL
           && !bh_bubblewrap_probe (self->surroundings, &error))
    self->failure = g_strdup (error->message);
  end->failure = self->failure;
}

/**
 * bh_run_is_enclosed:
 * @self: a run
 *
 * Returns: whether bubblewrap is around it
 */
gboolean
bh_run_is_enclosed (BhRun *self)
{
  g_return_val_if_fail (BH_IS_RUN (self), FALSE);

  return self->record->enclosed;
}
