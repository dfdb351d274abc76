/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-runner-app.h"

#include "bh-activity-watch.h"
#include "bh-app-id.h"
#include "bh-color-scheme.h"
#include "bh-file-chooser.h"
#include "bh-navigation.h"
#include "bh-page-calls.h"
#include "bh-page-end.h"
#include "bh-page-watch.h"
#include "bh-permissions.h"
#include "bh-printing.h"
#include "bh-profile.h"
#include "bh-runner-icon.h"
#include "bh-sleep.h"
#include "bh-uri-policy.h"
#include "bh-view-actions.h"
#include "bh-window.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include <signal.h>

/*
 * One app: its context, its windows, and what the supervisor hears of them. The app lives as long
 * as its main window.
 *
 * Its GApplication id is the app's desktop id, so that notifications and the window's menu find the
 * app. An earlier runner of the same app may still stand on the bus for a moment after its end:
 * the new one replaces it there.
 */

struct _BhRunnerApp
{
  GtkApplication parent_instance;

  BhChannel *channel;
  BhRunnerConfig *config;
  BhSandboxProbe *probe;

  BhColorScheme *color_scheme;
  WebKitWebContext *context;
  BhNavigation *navigation;
  BhDownloads *downloads;
  BhFileChooser *file_chooser;
  BhPrinting *printing;
  BhPermissions *permissions;
  BhPageEnd *page_end;
  BhPageWatch *watch;
  BhActivityWatch *activity;
  BhSleep *sleep;
  BhPageCalls *page_calls;
  BhWindow *window; /* the main one; NULL before it is there and once it is gone */

  const char *closing;
  guint sigterm_id;
  gboolean failed;
};

G_DEFINE_FINAL_TYPE (BhRunnerApp, bh_runner_app, GTK_TYPE_APPLICATION)

/* The main window. */

static void
on_title_changed (BhRunnerApp *self)
{
  const char *title
      = webkit_web_view_get_title (WEBKIT_WEB_VIEW (bh_window_get_view (self->window)));

  bh_channel_set_title (self->channel, title != NULL ? title : "");
}

static void
on_first_paint (BhRunnerApp *self)
{
  bh_channel_painted (self->channel);
}

static void
on_load_changed (BhRunnerApp *self, WebKitLoadEvent event)
{
  if (event == WEBKIT_LOAD_COMMITTED)
    bh_page_end_recovered (self->page_end);
}

/* Nothing of a page will be painted, but what became of it is told. It is no crash any more that
 * keeps the page away. */
static gboolean
on_load_failed (BhRunnerApp *self, WebKitLoadEvent event, const char *uri, GError *error)
{
  bh_channel_painted (self->channel);
  /* What was under way when the process ended, too. */
  if (!g_error_matches (error, WEBKIT_NETWORK_ERROR, WEBKIT_NETWORK_ERROR_CANCELLED))
    bh_page_end_recovered (self->page_end);

  return FALSE;
}

static gboolean
on_load_failed_with_tls_errors (BhRunnerApp *self)
{
  bh_channel_painted (self->channel);
  bh_page_end_recovered (self->page_end);

  return FALSE;
}

static void
on_web_process_terminated (BhRunnerApp *self, WebKitWebProcessTerminationReason reason)
{
  bh_page_end_tell (self->page_end, reason);
}

static void
on_stay (BhRunnerApp *self)
{
  bh_channel_recovery_cancelled (self->channel);
}

static void
on_beat (BhRunnerApp *self, guint silence)
{
  bh_channel_heartbeat (self->channel, silence);
}

static gboolean
on_relax (BhRunnerApp *self, guint interval)
{
  return bh_channel_heartbeat_relaxed (self->channel, interval);
}

static void
on_channel_resumed (BhRunnerApp *self)
{
  if (self->watch != NULL)
    bh_page_watch_beat_now (self->watch);
}

static void
on_activity_changed (BhRunnerApp *self)
{
  BhActivities activities = bh_activity_watch_get (self->activity);

  bh_channel_set_activities (self->channel, activities);
  if (self->watch != NULL)
    bh_page_watch_set_relaxed (self->watch, (activities & BH_ACTIVITY_VISIBLE) == 0);
}

static void
on_sleep_changed (BhRunnerApp *self)
{
  if (self->watch != NULL)
    bh_page_watch_set_paused (self->watch, bh_sleep_is_asleep (self->sleep));
}

static void
on_wait (BhRunnerApp *self)
{
  bh_channel_want_to_wait (self->channel);
}

static void
on_window_destroyed (BhRunnerApp *self)
{
  self->window = NULL;
  g_clear_object (&self->watch);
  bh_channel_closing (self->channel, self->closing != NULL ? self->closing : "closed");
  g_application_quit (G_APPLICATION (self));
}

/* What a page asks for beyond itself. */
static void
serve_view (BhRunnerApp *self, BhView *view, BhWindow *window)
{
  bh_permissions_attach (self->permissions, WEBKIT_WEB_VIEW (view), bh_window_get_notices (window));
  bh_file_chooser_attach (self->file_chooser, WEBKIT_WEB_VIEW (view));
  bh_printing_attach (self->printing, WEBKIT_WEB_VIEW (view));
  bh_activity_watch_add (self->activity, GTK_WINDOW (window), view);
}

static void
on_request_failed (BhRunnerApp *self, WebKitWebView *view, const char *message)
{
  GtkWidget *window = gtk_widget_get_toplevel (GTK_WIDGET (view));

  if (BH_IS_WINDOW (window))
    bh_window_tell (BH_WINDOW (window), message);
}

static void
create_window (BhRunnerApp *self)
{
  BhView *view = bh_view_new (self->context);
  guint heartbeat = bh_runner_config_get_heartbeat (self->config);

  bh_navigation_attach (self->navigation, view);
  /* Before the window, which deals with them and lets nobody hear of them any more. */
  g_signal_connect_object (view, "load-failed", G_CALLBACK (on_load_failed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "load-failed-with-tls-errors",
                           G_CALLBACK (on_load_failed_with_tls_errors), self, G_CONNECT_SWAPPED);
  self->window
      = bh_window_new (GTK_APPLICATION (self), BH_WINDOW_MAIN, self->config, view, self->downloads);
  serve_view (self, view, self->window);
  g_signal_connect_object (bh_window_get_problem_page (self->window), "stay", G_CALLBACK (on_stay),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (bh_window_get_notices (self->window), "wait", G_CALLBACK (on_wait), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->window, "destroy", G_CALLBACK (on_window_destroyed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "notify::title", G_CALLBACK (on_title_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "first-paint", G_CALLBACK (on_first_paint), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "load-changed", G_CALLBACK (on_load_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "web-process-terminated", G_CALLBACK (on_web_process_terminated),
                           self, G_CONNECT_SWAPPED);

  if (heartbeat > 0)
    {
      self->watch = bh_page_watch_new (view, heartbeat);
      g_signal_connect_object (self->watch, "beat", G_CALLBACK (on_beat), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->watch, "relax", G_CALLBACK (on_relax), self,
                               G_CONNECT_SWAPPED);
    }

  bh_window_begin (self->window);
  bh_window_raise (self->window, bh_runner_config_get_activation_token (self->config));
  if (bh_manifest_get_unsandboxed (bh_runner_config_get_manifest (self->config)))
    bh_window_tell (self->window,
                    _("This app runs without a sandbox, as its manifest asks: its pages can "
                      "reach all that you can. Only use it when you trust it."));
  bh_channel_ready (self->channel);
}

static void
on_new_view (BhRunnerApp *self, BhView *view)
{
  BhWindow *window = bh_window_new (GTK_APPLICATION (self), BH_WINDOW_OPENED, self->config, view,
                                    self->downloads);

  serve_view (self, view, window);
}

static void
on_external (BhRunnerApp *self, BhView *view, const char *uri, gboolean by_user)
{
  GtkWidget *window = gtk_widget_get_toplevel (GTK_WIDGET (view));

  /* A window that was opened only to go elsewhere was never shown, and has nothing to show. */
  if (BH_IS_WINDOW (window) && !gtk_widget_get_visible (window))
    {
      gtk_widget_destroy (window);
      window = GTK_WIDGET (self->window);
    }
  if (!BH_IS_WINDOW (window))
    return;

  if (by_user)
    bh_window_open_outside (BH_WINDOW (window), uri);
  else
    bh_window_offer_browser (BH_WINDOW (window), uri);
}

/* What the supervisor asks for. */

static void
on_channel_close (BhRunnerApp *self)
{
  self->closing = "stopped";
  if (self->window != NULL)
    bh_window_request_close (self->window, BH_CLOSE_PAGE_ONLY);
  else
    g_application_quit (G_APPLICATION (self));
}

static void
on_channel_activate (BhRunnerApp *self, const char *token)
{
  if (self->window != NULL)
    bh_window_raise (self->window, token);
}

static gboolean
on_channel_load (BhRunnerApp *self, const char *uri)
{
  g_autofree char *resolved
      = bh_uri_policy_resolve (bh_runner_config_get_manifest (self->config), uri, NULL);

  if (resolved == NULL || self->window == NULL)
    return FALSE;
  bh_window_load (self->window, resolved);

  return TRUE;
}

static void
on_channel_recover (BhRunnerApp *self, guint delay)
{
  if (self->window != NULL && !bh_view_is_alive (bh_window_get_view (self->window)))
    bh_problem_page_count_down (bh_window_get_problem_page (self->window), delay);
}

static void
on_channel_explain (BhRunnerApp *self, const char *name, const char *detail, gboolean gave_up)
{
  BhReason reason;

  if (self->window != NULL && bh_reason_from_string (name, &reason))
    bh_window_explain (self->window, reason, detail, gave_up);
}

static void
on_channel_responds (BhRunnerApp *self, gboolean responds)
{
  if (self->window != NULL)
    bh_window_set_responds (self->window, responds);
}

static void
on_channel_permission (BhRunnerApp *self, const char *origin, const char *kind, const char *text)
{
  BhAnswer answer;

  if (self->permissions != NULL && bh_answer_parse (text, &answer)
      && bh_permission_check_origin (origin, NULL) && bh_permission_check_kind (kind, NULL))
    bh_permissions_answer (self->permissions, origin, kind, answer);
}

/* The session ends, or somebody who does not know the supervisor asks. */
static gboolean
on_sigterm (gpointer user_data)
{
  on_channel_close (BH_RUNNER_APP (user_data));

  return G_SOURCE_CONTINUE;
}

/* The application. */

static void
fail (BhRunnerApp *self, const char *message)
{
  self->failed = TRUE;
  bh_channel_failed (self->channel, message);
  g_printerr ("bulkhead-runner: %s: %s\n", bh_runner_config_get_name (self->config), message);
  g_application_quit (G_APPLICATION (self));
}

static void
on_quit_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BhRunnerApp *self = BH_RUNNER_APP (user_data);

  if (self->window != NULL)
    bh_window_request_close (self->window, BH_CLOSE_ASK);
}

static void
load_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider,
                                       "/io/github/bulkhead/Bulkhead/runner/bh-runner.css");
  gtk_style_context_add_provider_for_screen (gdk_screen_get_default (),
                                             GTK_STYLE_PROVIDER (provider),
                                             GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

static void
set_icon (BhRunnerApp *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) icon = bh_runner_icon_load (self->config, &error);

  if (error != NULL)
    g_message ("The app's icon can't be used: %s", error->message);
  if (icon != NULL)
    gtk_window_set_default_icon (icon);
  else
    gtk_window_set_default_icon_name (BH_APPLICATION_ID);
}

static gboolean
on_name_lost (GApplication *application)
{
  /* Whoever has the name now is not the profile's owner; the app goes on. */
  return TRUE;
}

static void
on_bus_closed (GDBusConnection *bus, gboolean vanished, GError *error, BhRunnerApp *self)
{
  g_message (_("The session bus is gone; the app goes on without it"));
}

static void
bh_runner_app_startup (GApplication *application)
{
  static const GActionEntry entries[] = { { .name = "quit", .activate = on_quit_activated } };
  BhRunnerApp *self = BH_RUNNER_APP (application);
  BhManifest *manifest = bh_runner_config_get_manifest (self->config);
  g_autoptr (BhDeskClient) desk = NULL;
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus;

  G_APPLICATION_CLASS (bh_runner_app_parent_class)->startup (application);

  self->sigterm_id = g_unix_signal_add (SIGTERM, on_sigterm, self);
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  bh_view_actions_set_accels (GTK_APPLICATION (self));
  load_style ();
  set_icon (self);
  bus = g_application_get_dbus_connection (application);
  if (bus != NULL)
    {
      /* What is on it is missed, but no reason to end. */
      g_dbus_connection_set_exit_on_close (bus, FALSE);
      g_signal_connect_object (bus, "closed", G_CALLBACK (on_bus_closed), self, 0);
      self->color_scheme = bh_color_scheme_new (bus, gtk_settings_get_default ());
    }

  self->page_end = bh_page_end_new (self->channel);
  self->context = bh_profile_create_context (self->config);
  self->navigation = bh_navigation_new (manifest);
  desk = bh_desk_client_new (self->channel, bh_runner_config_get_outgoing_dir (self->config));
  self->downloads = bh_downloads_new (self->context, desk);
  bh_downloads_serve_app (self->downloads,
                          bh_app_id_get_slug (bh_runner_config_get_id (self->config)),
                          bh_runner_config_get_files (self->config));
  self->activity = bh_activity_watch_new (self->downloads);
  g_signal_connect_object (self->activity, "changed", G_CALLBACK (on_activity_changed), self,
                           G_CONNECT_SWAPPED);
  self->sleep = bh_sleep_new (GTK_APPLICATION (self), self->channel);
  g_signal_connect_object (self->sleep, "changed", G_CALLBACK (on_sleep_changed), self,
                           G_CONNECT_SWAPPED);
  self->page_calls = bh_page_calls_new (GTK_APPLICATION (self), self->channel, self->activity);
  self->file_chooser = bh_file_chooser_new (desk);
  g_signal_connect_object (self->file_chooser, "failed", G_CALLBACK (on_request_failed), self,
                           G_CONNECT_SWAPPED);
  self->printing = bh_printing_new (self->downloads);
  g_signal_connect_object (self->printing, "failed", G_CALLBACK (on_request_failed), self,
                           G_CONNECT_SWAPPED);
  self->permissions = bh_permissions_new (bh_runner_config_get_state_dir (self->config),
                                          bh_runner_config_get_name (self->config));
  g_signal_connect_object (self->navigation, "external", G_CALLBACK (on_external), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->navigation, "new-view", G_CALLBACK (on_new_view), self,
                           G_CONNECT_SWAPPED);

  /* Asked last: it had all the time until here. */
  if (!bh_manifest_get_unsandboxed (manifest) && !bh_sandbox_probe_finish (self->probe, &error))
    fail (self, error->message);
}

static void
bh_runner_app_activate (GApplication *application)
{
  BhRunnerApp *self = BH_RUNNER_APP (application);

  if (self->failed || self->closing != NULL)
    return;
  if (self->window == NULL)
    create_window (self);
  else
    bh_window_raise (self->window, "");
}

static void
bh_runner_app_shutdown (GApplication *application)
{
  BhRunnerApp *self = BH_RUNNER_APP (application);
  GList *windows;

  g_clear_handle_id (&self->sigterm_id, g_source_remove);
  while ((windows = gtk_application_get_windows (GTK_APPLICATION (self))) != NULL)
    gtk_widget_destroy (windows->data);
  g_clear_object (&self->watch);
  g_clear_object (&self->page_calls);
  g_clear_object (&self->sleep);
  g_clear_object (&self->activity);
  g_clear_object (&self->color_scheme);
  g_clear_object (&self->navigation);
  g_clear_object (&self->permissions);
  g_clear_object (&self->file_chooser);
  g_clear_object (&self->printing);
  g_clear_object (&self->downloads);
  g_clear_object (&self->context);
  g_clear_object (&self->page_end);

  G_APPLICATION_CLASS (bh_runner_app_parent_class)->shutdown (application);
}

static void
bh_runner_app_finalize (GObject *object)
{
  BhRunnerApp *self = BH_RUNNER_APP (object);

  g_clear_object (&self->channel);
  g_clear_object (&self->config);
  g_clear_object (&self->probe);

  G_OBJECT_CLASS (bh_runner_app_parent_class)->finalize (object);
}

static void
bh_runner_app_class_init (BhRunnerAppClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = bh_runner_app_finalize;
  application_class->startup = bh_runner_app_startup;
  application_class->activate = bh_runner_app_activate;
  application_class->shutdown = bh_runner_app_shutdown;
  application_class->name_lost = on_name_lost;
}

static void
bh_runner_app_init (BhRunnerApp *self)
{
}

/**
 * bh_runner_app_new:
 * @channel: the channel to the supervisor
 * @config: what Hello answered on it
 * @probe: whether pages can be sandboxed
 *
 * Returns: (transfer full): the application of one app
 */
BhRunnerApp *
bh_runner_app_new (BhChannel *channel, BhRunnerConfig *config, BhSandboxProbe *probe)
{
  BhRunnerApp *self;
  const char *desktop_id;

  g_return_val_if_fail (BH_IS_CHANNEL (channel), NULL);
  g_return_val_if_fail (BH_IS_RUNNER_CONFIG (config), NULL);
  g_return_val_if_fail (BH_IS_SANDBOX_PROBE (probe), NULL);

  desktop_id = bh_app_id_get_desktop_id (bh_runner_config_get_id (config));
  self = g_object_new (BH_TYPE_RUNNER_APP, "application-id", desktop_id, "flags",
                       G_APPLICATION_ALLOW_REPLACEMENT | G_APPLICATION_REPLACE, NULL);
  self->channel = g_object_ref (channel);
  self->config = g_object_ref (config);
  self->probe = g_object_ref (probe);

  g_signal_connect_object (channel, "close", G_CALLBACK (on_channel_close), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (channel, "activate", G_CALLBACK (on_channel_activate), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (channel, "recover", G_CALLBACK (on_channel_recover), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (channel, "load", G_CALLBACK (on_channel_load), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (channel, "explain", G_CALLBACK (on_channel_explain), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (channel, "resumed", G_CALLBACK (on_channel_resumed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (channel, "responds", G_CALLBACK (on_channel_responds), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (channel, "permission", G_CALLBACK (on_channel_permission), self,
                           G_CONNECT_SWAPPED);

  return self;
}

/**
 * bh_runner_app_has_failed:
 * @self: the application
 *
 * Returns: whether the app could not be shown
 */
gboolean
bh_runner_app_has_failed (BhRunnerApp *self)
{
  g_return_val_if_fail (BH_IS_RUNNER_APP (self), TRUE);

  return self->failed;
}
