/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-app-id.h"
#include "bh-channel.h"
#include "bh-config.h"
#include "bh-last-words.h"
#include "bh-runner-app.h"
#include "bh-runner-config.h"
#include "bh-sandbox.h"
#include "bh-traffic.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>

#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>

/*
 * Runs one app. Only the supervisor starts it, with a channel and the lock on the app's profile as
 * open descriptors.
 */

typedef struct
{
  char *app;
  int channel_fd;
  int lock_fd;
} Options;

static gboolean
parse_options (int *argc, char ***argv, Options *options, GError **error)
{
  const GOptionEntry entries[] = {
    { "app", 0, 0, G_OPTION_ARG_STRING, &options->app, N_("The app’s slug"), "SLUG" },
    { "channel-fd", 0, 0, G_OPTION_ARG_INT, &options->channel_fd,
      N_("The descriptor of the channel to the supervisor"), "FD" },
    { "lock-fd", 0, 0, G_OPTION_ARG_INT, &options->lock_fd,
      N_("The descriptor that holds the lock on the profile"), "FD" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (
      context, _("Runs one app of Bulkhead. The supervisor starts it; people start "
                 "“bulkhead” or “bulkheadctl launch”."));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;

  if (options->app == NULL || options->channel_fd < 0 || options->lock_fd < 0)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                           _("only the supervisor starts this program; use “bulkheadctl launch”"));
      return FALSE;
    }
  /* The lock is this process's: what it starts must not hold it any longer. */
  if (fcntl (options->lock_fd, F_SETFD, FD_CLOEXEC) != 0)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _("the descriptor %d is not open"), options->lock_fd);
      return FALSE;
    }

  return TRUE;
}

/* The same name everywhere: see bh-app-id.c. GTK takes the program's for granted, and makes a
 * window class of it that begins with a capital letter. */
static gboolean
init_with_identity (BhRunnerConfig *config)
{
  const char *desktop_id = bh_app_id_get_desktop_id (bh_runner_config_get_id (config));

  g_set_prgname (desktop_id);
  g_set_application_name (bh_runner_config_get_name (config));
  if (!gtk_init_check (NULL, NULL))
    return FALSE;

  gdk_set_program_class (desktop_id);

  return TRUE;
}

static void
on_traffic_changed (BhTraffic *traffic, BhChannel *channel)
{
  guint64 received, sent;

  if (bh_traffic_get (traffic, &received, &sent))
    bh_channel_set_traffic (channel, received, sent);
}

/* What it sets in the environment is set before there is a second thread. */
static BhTraffic *
count_traffic (void)
{
  BhTraffic *traffic = bh_traffic_new ();
  g_autofree char *directory = bh_traffic_find_module_dir ();

  if (directory != NULL)
    bh_traffic_set_environment (traffic, directory);

  return traffic;
}

int
main (int argc, char *argv[])
{
  Options options = { .channel_fd = -1, .lock_fd = -1 };
  g_autoptr (BhSandboxProbe) probe = NULL;
  g_autoptr (BhTraffic) traffic = NULL;
  g_autoptr (BhChannel) channel = NULL;
  g_autoptr (BhRunnerConfig) config = NULL;
  g_autoptr (BhRunnerApp) app = NULL;
  g_autoptr (GVariant) hello = NULL;
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, BH_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  if (!parse_options (&argc, &argv, &options, &error))
    {
      g_printerr ("bulkhead-runner: %s\n", error->message);
      return 2;
    }

  traffic = count_traffic ();
  channel = bh_channel_new_take_fd (options.app, options.channel_fd, &error);
  g_free (options.app);
  if (channel != NULL)
    hello = bh_channel_hello (channel, &error);
  if (hello != NULL)
    config = bh_runner_config_new (hello, &error);
  if (config == NULL)
    {
      g_printerr ("bulkhead-runner: %s\n", error->message);
      if (channel != NULL)
        bh_channel_failed (channel, error->message);
      return EXIT_FAILURE;
    }

  bh_last_words_install (channel);
  probe = bh_sandbox_probe_new ();
  if (!init_with_identity (config))
    {
      bh_channel_failed (channel,
                         _("There is no display to show the app on. Start it in a desktop session, "
                           "or see that DISPLAY or WAYLAND_DISPLAY is right."));
      return EXIT_FAILURE;
    }

  g_signal_connect_object (traffic, "changed", G_CALLBACK (on_traffic_changed), channel, 0);
  app = bh_runner_app_new (channel, config, probe);
  g_application_run (G_APPLICATION (app), 0, NULL);

  return bh_runner_app_has_failed (app) ? EXIT_FAILURE : EXIT_SUCCESS;
}
