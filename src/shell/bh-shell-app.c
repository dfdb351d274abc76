/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-shell-app.h"

#include "bh-app-id.h"
#include "bh-config.h"
#include "bh-shell-window.h"

#include <glib/gi18n.h>

/*
 * The shell as one application of the session: command line and actions come to the instance that
 * runs already. It can also do its work without a window: `bulkhead --launch=ID` starts an app and
 * ends, and opens the window only to say why it could not.
 */

struct _BhShellApp
{
  GtkApplication parent_instance;

  BhSupervisorClient *client;
  BhAppControl *control;
  gboolean held;
};

G_DEFINE_FINAL_TYPE (BhShellApp, bh_shell_app, GTK_TYPE_APPLICATION)

static BhShellWindow *
get_window (BhShellApp *self)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));

  for (GList *link = windows; link != NULL; link = link->next)
    if (BH_IS_SHELL_WINDOW (link->data))
      return link->data;

  return BH_SHELL_WINDOW (bh_shell_window_new (GTK_APPLICATION (self), self->control));
}

static void
on_failed (BhAppControl *control, const char *message, BhShellApp *self)
{
  BhShellWindow *window = get_window (self);

  bh_shell_window_tell (window, message);
  if (!gtk_widget_get_visible (GTK_WIDGET (window)))
    gtk_window_present (GTK_WINDOW (window));
}

static void
on_busy_changed (BhAppControl *control, GParamSpec *pspec, BhShellApp *self)
{
  gboolean busy = bh_app_control_get_busy (control);

  if (busy == self->held)
    return;

  /* Nothing that was asked for is dropped because the window is closed or never was there. */
  self->held = busy;
  if (busy)
    g_application_hold (G_APPLICATION (self));
  else
    g_application_release (G_APPLICATION (self));
}

static void
on_quit_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkApplication *application = GTK_APPLICATION (user_data);
  GList *window;

  /* Windows that are destroyed remember their size; what is under way is waited for. */
  while ((window = gtk_application_get_windows (application)) != NULL)
    gtk_widget_destroy (window->data);
}

static void
on_about_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = GTK_WINDOW (get_window (BH_SHELL_APP (user_data)));

  gtk_show_about_dialog (window, "program-name", _("Bulkhead"), "version", BH_VERSION,
                         "logo-icon-name", BH_APPLICATION_ID, "license-type", GTK_LICENSE_GPL_3_0,
                         "comments", _("Web apps, each behind its own bulkhead"),
                         "translator-credits", _("translator-credits"), NULL);
}

static void
on_shortcuts_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BhShellWindow *window = get_window (BH_SHELL_APP (user_data));

  gtk_window_present (GTK_WINDOW (window));
  g_action_group_activate_action (G_ACTION_GROUP (window), "show-help-overlay", NULL);
}

static void
on_launch_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BhShellApp *self = BH_SHELL_APP (user_data);

  bh_app_control_launch_id (self->control, g_variant_get_string (parameter, NULL), NULL);
}

static void
on_task_manager_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BhShellWindow *window = get_window (BH_SHELL_APP (user_data));

  bh_shell_window_show_page (window, "tasks");
  gtk_window_present (GTK_WINDOW (window));
}

static int
bh_shell_app_handle_local_options (GApplication *application, GVariantDict *options)
{
  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("bulkhead %s\n", BH_VERSION);
      return EXIT_SUCCESS;
    }

  if (g_variant_dict_contains (options, G_OPTION_REMAINING))
    {
      g_printerr (_("bulkhead: an option is missing before an argument. An app is started with "
                    "--launch=ID; “bulkhead --help” shows all options.\n"));
      return EXIT_FAILURE;
    }

  if (!gtk_init_check (NULL, NULL))
    {
      g_printerr (_("bulkhead: there is no display to open a window on. Start it in a desktop "
                    "session, or set DISPLAY or WAYLAND_DISPLAY. Without a display, use "
                    "bulkheadctl.\n"));
      return EXIT_FAILURE;
    }

  return -1;
}

static int
bh_shell_app_command_line (GApplication *application, GApplicationCommandLine *command_line)
{
  BhShellApp *self = BH_SHELL_APP (application);
  GVariantDict *options = g_application_command_line_get_options_dict (command_line);
  g_autoptr (GVariant) platform_data = g_application_command_line_get_platform_data (command_line);
  g_autofree const char **ids = NULL;
  const char *token = NULL;

  g_variant_dict_lookup (options, "launch", "^a&s", &ids);
  /* Only another process's command line has some. */
  if (platform_data != NULL && !g_variant_lookup (platform_data, "activation-token", "&s", &token))
    g_variant_lookup (platform_data, "desktop-startup-id", "&s", &token);

  for (gsize i = 0; ids != NULL && ids[i] != NULL; i++)
    bh_app_control_launch_id (self->control, ids[i], i == 0 ? token : NULL);

  if (g_variant_dict_contains (options, "task-manager"))
    g_action_group_activate_action (G_ACTION_GROUP (application), "task-manager", NULL);
  else if (ids == NULL)
    g_application_activate (application);

  return EXIT_SUCCESS;
}

static void
bh_shell_app_activate (GApplication *application)
{
  gtk_window_present (GTK_WINDOW (get_window (BH_SHELL_APP (application))));
}

static void
load_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, "/io/github/bulkhead/Bulkhead/style.css");
  gtk_style_context_add_provider_for_screen (gdk_screen_get_default (),
                                             GTK_STYLE_PROVIDER (provider),
                                             GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

static void
set_accels (GtkApplication *application)
{
  static const struct
  {
    const char *action;
    const char *accels[3];
  } accels[] = {
    { "app.quit", { "<Primary>q" } },
    { "win.close", { "<Primary>w" } },
    { "win.search", { "<Primary>f" } },
    { "win.menu", { "F10" } },
    { "win.tasks-menu", { "<Primary>m" } },
    { "win.page::apps", { "<Primary>1", "<Alt>1" } },
    { "win.page::tasks", { "<Primary>2", "<Alt>2" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (application, accels[i].action, accels[i].accels);
}

static void
bh_shell_app_startup (GApplication *application)
{
  static const GActionEntry entries[] = {
    { .name = "quit", .activate = on_quit_activated },
    { .name = "about", .activate = on_about_activated },
    { .name = "shortcuts", .activate = on_shortcuts_activated },
    { .name = "launch", .activate = on_launch_activated, .parameter_type = "s" },
    { .name = "task-manager", .activate = on_task_manager_activated },
  };
  BhShellApp *self = BH_SHELL_APP (application);

  G_APPLICATION_CLASS (bh_shell_app_parent_class)->startup (application);
  /* GTK has made a class of its own of the program's name. The desktop file names this one. */
  gdk_set_program_class (BH_APPLICATION_ID);

  gtk_window_set_default_icon_name (BH_APPLICATION_ID);
  load_style ();
  set_accels (GTK_APPLICATION (self));
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);

  self->client = bh_supervisor_client_new (g_application_get_dbus_connection (application));
  self->control = bh_app_control_new (self->client);
  g_signal_connect_object (self->control, "failed", G_CALLBACK (on_failed), self, 0);
  g_signal_connect_object (self->control, "notify::busy", G_CALLBACK (on_busy_changed), self, 0);
}

static void
bh_shell_app_shutdown (GApplication *application)
{
  BhShellApp *self = BH_SHELL_APP (application);

  g_clear_object (&self->control);
  g_clear_object (&self->client);

  G_APPLICATION_CLASS (bh_shell_app_parent_class)->shutdown (application);
}

static void
bh_shell_app_class_init (BhShellAppClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->handle_local_options = bh_shell_app_handle_local_options;
  application_class->command_line = bh_shell_app_command_line;
  application_class->activate = bh_shell_app_activate;
  application_class->startup = bh_shell_app_startup;
  application_class->shutdown = bh_shell_app_shutdown;
}

static void
bh_shell_app_init (BhShellApp *self)
{
  static const GOptionEntry options[] = {
    { "launch", 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL,
      N_("Start the app with this id, or show its window; can be given more than once"), N_("ID") },
    { "task-manager", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Show the task manager"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Print the version and exit"), NULL },
    /* Named so that it can be refused: what nobody takes GApplication drops silently. */
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, NULL, NULL },
    { NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

/**
 * bh_shell_app_new:
 *
 * Returns: (transfer full): the application
 */
BhShellApp *
bh_shell_app_new (void)
{
  return g_object_new (BH_TYPE_SHELL_APP, "application-id", BH_APPLICATION_ID, "flags",
                       G_APPLICATION_HANDLES_COMMAND_LINE, NULL);
}
