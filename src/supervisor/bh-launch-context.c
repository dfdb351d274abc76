/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-launch-context.h"

#include "bh-app-id.h"
#include "bh-held-file.h"

/*
 * How a program of the session is started in the place of an app that asks for it: a browser, a
 * viewer, the file chooser. It is the user's and not the app's. So it has nothing in its
 * environment that would have it counted, limited and killed with the app, and where there is a
 * systemd it gets a scope of its own, as desktops do it: it neither shares ours, which may end
 * when we leave, nor its memory's account.
 */

struct _BhLaunchContext
{
  GAppLaunchContext parent_instance;

  BhSystemd *systemd;
  char *activation_token;
};

G_DEFINE_FINAL_TYPE (BhLaunchContext, bh_launch_context, G_TYPE_APP_LAUNCH_CONTEXT)

/* Whose processes they are, and variables of the process that activated us. */
static const char *const unwanted[] = {
  BH_APP_ENV,
  BH_INSTANCE_ENV,
  "DBUS_STARTER_ADDRESS",
  "DBUS_STARTER_BUS_TYPE",
  "DESKTOP_STARTUP_ID",
  "GIO_LAUNCHED_DESKTOP_FILE",
  "GIO_LAUNCHED_DESKTOP_FILE_PID",
  "LISTEN_FDNAMES",
  "LISTEN_FDS",
  "LISTEN_PID",
  "NOTIFY_SOCKET",
  "XDG_ACTIVATION_TOKEN",
};

static void
on_scope_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *cgroup = bh_systemd_start_scope_finish (BH_SYSTEMD (source), result, &error);

  if (cgroup == NULL)
    g_debug ("No scope for a program that was opened: %s", error->message);
}

/* The desktop id as a part of a unit's name, where "-" parts (systemd.unit(5)). */
static char *
escape_id (GAppInfo *info)
{
  const char *id = g_app_info_get_id (info);
  GString *escaped = g_string_new (NULL);

  for (const char *p = id != NULL ? id : "program"; *p != '\0' && !g_str_equal (p, ".desktop"); p++)
    if (g_ascii_isalnum (*p) || *p == '_' || *p == '.')
      g_string_append_c (escaped, *p);
    else
      g_string_append_printf (escaped, "\\x%02x", (guchar) *p);

  return g_string_free (escaped, FALSE);
}

/* What is started next has the limit of descriptors that we were started with. */
static void
bh_launch_context_launch_started (GAppLaunchContext *context,
                                  GAppInfo *info,
                                  GVariant *platform_data)
{
  bh_held_file_restore_limit ();
}

static void
bh_launch_context_launch_failed (GAppLaunchContext *context, const char *startup_notify_id)
{
  bh_held_file_raise_limit ();
}

static void
bh_launch_context_launched (GAppLaunchContext *context, GAppInfo *info, GVariant *platform_data)
{
  BhLaunchContext *self = BH_LAUNCH_CONTEXT (context);
  g_autoptr (BhLimits) none = bh_limits_new (0, 0, 0, 0, 0);
  g_autofree char *id = escape_id (info);
  g_autofree char *name = NULL;
  gint32 pid;

  bh_held_file_raise_limit ();
  /* One that the bus activates is the bus's, and has no PID here. */
  if (self->systemd == NULL || platform_data == NULL
      || !g_variant_lookup (platform_data, "pid", "i", &pid) || pid <= 0)
    return;

  name = g_strdup_printf ("app-%s-%d.scope", id, (int) pid);
  bh_systemd_start_scope_async (self->systemd, name, g_app_info_get_display_name (info), pid, none,
                                NULL, on_scope_ready, NULL);
}

static char *
bh_launch_context_get_startup_notify_id (GAppLaunchContext *context, GAppInfo *info, GList *files)
{
  return g_strdup (BH_LAUNCH_CONTEXT (context)->activation_token);
}

static void
bh_launch_context_finalize (GObject *object)
{
  BhLaunchContext *self = BH_LAUNCH_CONTEXT (object);

  g_clear_object (&self->systemd);
  g_free (self->activation_token);

  G_OBJECT_CLASS (bh_launch_context_parent_class)->finalize (object);
}

static void
bh_launch_context_class_init (BhLaunchContextClass *klass)
{
  GAppLaunchContextClass *context_class = G_APP_LAUNCH_CONTEXT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = bh_launch_context_finalize;
  context_class->launch_started = bh_launch_context_launch_started;
  context_class->launch_failed = bh_launch_context_launch_failed;
  context_class->launched = bh_launch_context_launched;
  context_class->get_startup_notify_id = bh_launch_context_get_startup_notify_id;
}

static void
bh_launch_context_init (BhLaunchContext *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (unwanted); i++)
    g_app_launch_context_unsetenv (G_APP_LAUNCH_CONTEXT (self), unwanted[i]);
}

/**
 * bh_launch_context_new:
 * @systemd: (nullable): the user's systemd
 * @activation_token: what lets the program's window take the focus, or ""
 *
 * Returns: (transfer full): how to start a program of the session
 */
BhLaunchContext *
bh_launch_context_new (BhSystemd *systemd, const char *activation_token)
{
  BhLaunchContext *self;

  g_return_val_if_fail (systemd == NULL || BH_IS_SYSTEMD (systemd), NULL);
  g_return_val_if_fail (activation_token != NULL, NULL);

  self = g_object_new (BH_TYPE_LAUNCH_CONTEXT, NULL);
  g_set_object (&self->systemd, systemd);
  if (*activation_token != '\0')
    {
      self->activation_token = g_strdup (activation_token);
      g_app_launch_context_setenv (G_APP_LAUNCH_CONTEXT (self), "XDG_ACTIVATION_TOKEN",
                                   activation_token);
    }

  return self;
}

/**
 * bh_launch_context_clean_environ:
 * @environment: (transfer full): an environment
 *
 * Returns: (transfer full): @environment without what is not for programs of the session
 */
char **
bh_launch_context_clean_environ (char **environment)
{
  for (guint i = 0; i < G_N_ELEMENTS (unwanted); i++)
    environment = g_environ_unsetenv (environment, unwanted[i]);

  return environment;
}
