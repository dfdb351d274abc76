/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-sandbox.h"

#include "bh-error.h"
#include "bh-text.h"

#include <glib/gi18n.h>

/*
 * Whether WebKit's sandbox will work, found out before WebKit needs it. WebKit itself does not
 * tell: without bubblewrap's permission to make namespaces its helper dies early and takes the
 * runner along (“readPIDFromPeer”), and in a Flatpak without flatpak-spawn the page silently runs
 * unsandboxed.
 *
 * The probe is a bubblewrap that does what WebKit's does around /bin/true. It takes about as long
 * as GTK needs to start, so it is begun first and asked last.
 */

#define FLATPAK_INFO "/.flatpak-info"
/* A message of bubblewrap's is a line. */
#define MAX_OUTPUT 400

struct _BhSandboxProbe
{
  GObject parent_instance;

  GSubprocess *process;
  GError *error;
};

G_DEFINE_FINAL_TYPE (BhSandboxProbe, bh_sandbox_probe, G_TYPE_OBJECT)

static gboolean
find_program (const char *name, GError **error)
{
  g_autofree char *path = g_find_program_in_path (name);

  if (path != NULL)
    return TRUE;

  g_set_error (error, BH_ERROR, BH_ERROR_LAUNCH_FAILED,
               _("“%s” is not installed, and without it the app can't be sandboxed. Install it and "
                 "start the app again."),
               name);

  return FALSE;
}

static void
start (BhSandboxProbe *self)
{
  /* The namespaces that WebKit's BubblewrapLauncher.cpp asks for, 2.50. */
  static const char *const argv[] = { "bwrap",
                                      "--die-with-parent",
                                      "--unshare-pid",
                                      "--unshare-uts",
                                      "--unshare-ipc",
                                      "--unshare-net",
                                      "--ro-bind",
                                      "/",
                                      "/",
                                      "--proc",
                                      "/proc",
                                      "--dev",
                                      "/dev",
                                      "/bin/true",
                                      NULL };

  if (g_file_test (FLATPAK_INFO, G_FILE_TEST_EXISTS))
    {
      find_program ("flatpak-spawn", &self->error);
      return;
    }

  if (!find_program ("bwrap", &self->error) || !find_program ("xdg-dbus-proxy", &self->error))
    return;

  self->process
      = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                           &self->error);
}

static void
bh_sandbox_probe_finalize (GObject *object)
{
  BhSandboxProbe *self = BH_SANDBOX_PROBE (object);

  g_clear_object (&self->process);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (bh_sandbox_probe_parent_class)->finalize (object);
}

static void
bh_sandbox_probe_class_init (BhSandboxProbeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bh_sandbox_probe_finalize;
}

static void
bh_sandbox_probe_init (BhSandboxProbe *self)
{
}

/**
 * bh_sandbox_probe_new:
 *
 * Begins to find out whether a page can be sandboxed.
 *
 * Returns: (transfer full): a probe that is under way
 */
BhSandboxProbe *
bh_sandbox_probe_new (void)
{
  BhSandboxProbe *self = g_object_new (BH_TYPE_SANDBOX_PROBE, NULL);

  start (self);

  return self;
}

/**
 * bh_sandbox_probe_finish:
 * @self: a probe
 * @error: return location for an error
 *
 * Waits for the probe's result.
 *
 * Returns: %TRUE when pages can be sandboxed, %FALSE with %BH_ERROR_LAUNCH_FAILED and what to do
 */
gboolean
bh_sandbox_probe_finish (BhSandboxProbe *self, GError **error)
{
  g_autofree char *output = NULL;
  g_autofree char *shown = NULL;

  g_return_val_if_fail (BH_IS_SANDBOX_PROBE (self), FALSE);

  if (self->error != NULL)
    {
      g_set_error_literal (error, BH_ERROR, BH_ERROR_LAUNCH_FAILED, self->error->message);
      return FALSE;
    }
  if (self->process == NULL)
    return TRUE;

  g_subprocess_communicate_utf8 (self->process, NULL, NULL, NULL, &output, NULL);
  if (g_subprocess_get_if_exited (self->process)
      && g_subprocess_get_exit_status (self->process) == 0)
    return TRUE;

  if (output != NULL && *g_strstrip (output) != '\0')
    shown = bh_text_printable (output, MAX_OUTPUT);
  g_set_error (
      error, BH_ERROR, BH_ERROR_LAUNCH_FAILED,
      _("The app can't be sandboxed here: %s. Bubblewrap needs user namespaces: see whether "
        "the system forbids them (sysctl kernel.unprivileged_userns_clone, "
        "kernel.apparmor_restrict_unprivileged_userns)."),
      shown != NULL ? shown : _("bwrap failed"));

  return FALSE;
}
