/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-launch-plan.h"

#include "bh-app-environment.h"
#include "bh-app-id.h"
#include "bh-oom-score.h"

/*
 * How a runner is to be started, as data, so that it can be looked at before anything is done:
 * what to execute and in which environment. A spawner carries it out.
 */

struct _BhLaunchPlan
{
  gatomicrefcount ref_count;
  char *runner;
  char **argv;
  char **environment;
};

G_DEFINE_BOXED_TYPE (BhLaunchPlan, bh_launch_plan, bh_launch_plan_ref, bh_launch_plan_unref)

/* Variables of the process that activated us and that would mislead the app. */
static const char *const unwanted[] = {
  "DBUS_STARTER_ADDRESS",
  "DBUS_STARTER_BUS_TYPE",
  "NOTIFY_SOCKET",
  "LISTEN_FDS",
  "LISTEN_PID",
  "LISTEN_FDNAMES",
  "GIO_LAUNCHED_DESKTOP_FILE",
  "DESKTOP_STARTUP_ID",
  "XDG_ACTIVATION_TOKEN",
  "GIO_LAUNCHED_DESKTOP_FILE_PID",
};

static void
add_all (GPtrArray *argv, const char *const *arguments)
{
  for (; *arguments != NULL; arguments++)
    g_ptr_array_add (argv, g_strdup (*arguments));
}

static char **
hide_secrets (char **environment)
{
  g_auto (GStrv) names = g_listenv ();

  for (char **name = names; *name != NULL; name++)
    if (!bh_app_environment_passes (*name))
      environment = g_environ_unsetenv (environment, *name);

  return environment;
}

/**
 * bh_launch_plan_new:
 * @gate_path: the absolute path of bulkhead-gate
 * @runner_path: the absolute path of bulkhead-runner
 * @slug: the app
 * @instance: the random name of the instance
 * @beside: (nullable): a helper and its arguments, to be there before the runner; it has
 *   %BH_LAUNCH_READY_FD
 * @around: (nullable): what the runner is started by, with its arguments; it has %BH_LAUNCH_HELD_FD
 *   and %BH_LAUNCH_FILTER_FD
 *
 * The runner inherits the supervisor's environment, with BULKHEAD_APP and BULKHEAD_INSTANCE, which
 * all of its processes inherit in turn. With something around it only what
 * bh_app_environment_passes() is left, for that and the helper, too: the app sees how the first
 * process in its PID namespace was started.
 *
 * Returns: (transfer full): a plan
 */
BhLaunchPlan *
bh_launch_plan_new (const char *gate_path,
                    const char *runner_path,
                    const char *slug,
                    const char *instance,
                    const char *const *beside,
                    const char *const *around)
{
  BhLaunchPlan *self;
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) environment = g_get_environ ();

  g_return_val_if_fail (gate_path != NULL && g_path_is_absolute (gate_path), NULL);
  g_return_val_if_fail (runner_path != NULL && g_path_is_absolute (runner_path), NULL);
  g_return_val_if_fail (slug != NULL && bh_slug_is_valid (slug), NULL);
  g_return_val_if_fail (instance != NULL && bh_slug_is_valid (instance), NULL);

  g_ptr_array_add (argv, g_strdup (gate_path));
  g_ptr_array_add (argv, g_strdup_printf ("%d", BH_LAUNCH_GATE_FD));
  g_ptr_array_add (argv, g_strdup_printf ("%d", BH_OOM_SCORE_APP));
  if (beside != NULL)
    {
      g_ptr_array_add (argv, g_strdup ("--beside"));
      g_ptr_array_add (argv, g_strdup_printf ("%d", BH_LAUNCH_HELD_FD));
      g_ptr_array_add (argv, g_strdup_printf ("%d", BH_LAUNCH_READY_FD));
      g_ptr_array_add (argv, g_strdup_printf ("%d", BH_LAUNCH_FILTER_FD));
      add_all (argv, beside);
      g_ptr_array_add (argv, g_strdup ("--"));
    }
  if (around != NULL)
    add_all (argv, around);
  g_ptr_array_add (argv, g_strdup (runner_path));
  g_ptr_array_add (argv, g_strdup_printf ("--app=%s", slug));
  g_ptr_array_add (argv, g_strdup_printf ("--channel-fd=%d", BH_LAUNCH_CHANNEL_FD));
  g_ptr_array_add (argv, g_strdup_printf ("--lock-fd=%d", BH_LAUNCH_LOCK_FD));
  g_ptr_array_add (argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (unwanted); i++)
    environment = g_environ_unsetenv (environment, unwanted[i]);
  if (around != NULL)
    environment = hide_secrets (environment);
  environment = g_environ_setenv (environment, BH_APP_ENV, slug, TRUE);
  environment = g_environ_setenv (environment, BH_INSTANCE_ENV, instance, TRUE);

  self = g_new0 (BhLaunchPlan, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->runner = g_strdup (runner_path);
  self->argv = (char **) g_ptr_array_free (g_steal_pointer (&argv), FALSE);
  self->environment = g_steal_pointer (&environment);

  return self;
}

/**
 * bh_launch_plan_ref:
 * @self: a plan
 *
 * Returns: (transfer full): @self
 */
BhLaunchPlan *
bh_launch_plan_ref (BhLaunchPlan *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * bh_launch_plan_unref:
 * @self: (transfer full): a plan
 */
void
bh_launch_plan_unref (BhLaunchPlan *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->runner);
  g_strfreev (self->argv);
  g_strfreev (self->environment);
  g_free (self);
}

/**
 * bh_launch_plan_get_argv:
 * @self: a plan
 *
 * Returns: (transfer none): program and arguments
 */
const char *const *
bh_launch_plan_get_argv (BhLaunchPlan *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (const char *const *) self->argv;
}

/**
 * bh_launch_plan_get_runner:
 * @self: a plan
 *
 * Returns: (transfer none): the program that runs the app
 */
const char *
bh_launch_plan_get_runner (BhLaunchPlan *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->runner;
}

/**
 * bh_launch_plan_get_environment:
 * @self: a plan
 *
 * Returns: (transfer none): the environment, NAME=VALUE each
 */
const char *const *
bh_launch_plan_get_environment (BhLaunchPlan *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (const char *const *) self->environment;
}
