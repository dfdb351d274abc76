/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-window.h"

#include "bh-dialogs.h"
#include "bh-notices.h"
#include "bh-session.h"
#include "bh-uri-policy.h"
#include "bh-view-actions.h"
#include "bh-window-actions.h"
#include "bh-window-menu.h"
#include "bh-window-pid.h"
#include "bh-window-place.h"

#include <glib/gi18n.h>

/*
 * A window of an app: the page and little else. Where there is no page to show, because it could
 * not be loaded or its process is gone, it says so in the page's place.
 *
 * Keys go to the page first, as in a browser, and come back when the page has no use for them. The
 * window keeps those that must work whatever the page does, and all of them while the page does
 * not answer.
 */

struct _BhWindow
{
  GtkApplicationWindow parent_instance;

  GtkHeaderBar *header_bar;
  GtkWidget *history_box;
  GtkMenuButton *menu_button;
  GtkBox *content;
  BhNotices *notices;
  GtkStack *stack;
  GtkOverlay *page_overlay;
  GtkProgressBar *progress_bar;
  GtkBox *bottom;

  BhWindowKind kind;
  BhRunnerConfig *config;
  BhDeskClient *desk;
  BhView *view;
  BhFindBar *find_bar;
  BhProblemPage *problem_page;
  BhWindowClosing *closing;
  BhWindowPlace *place;
  BhSession *session; /* of the main window, or NULL */

  BhVeil *veil;
  gboolean asleep;
  gboolean responds;
  gboolean shows_problem;
  gboolean reloading;
};

G_DEFINE_FINAL_TYPE (BhWindow, bh_window, GTK_TYPE_APPLICATION_WINDOW)

static void
update_closing (BhWindow *self)
{
  bh_window_closing_set_page_answers (self->closing, self->responds && !self->shows_problem);
}

static void
show_problem (BhWindow *self, BhProblem *problem)
{
  self->shows_problem = TRUE;
  update_closing (self);
  /* What the page has filled the screen with is gone, and so is its way back. */
  if (bh_view_take_fullscreen (self->view))
    gtk_window_unfullscreen (GTK_WINDOW (self));
  gtk_stack_set_visible_child (self->stack, GTK_WIDGET (self->problem_page));
  bh_problem_page_show (self->problem_page, problem);
}

static void
show_page (BhWindow *self)
{
  if (!self->shows_problem)
    return;

  self->shows_problem = FALSE;
  update_closing (self);
  gtk_stack_set_visible_child (self->stack, GTK_WIDGET (self->page_overlay));
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/* What the window tells of its page. */

static void
update_title (BhWindow *self)
{
  WebKitWebView *view = WEBKIT_WEB_VIEW (self->view);
  const char *title = webkit_web_view_get_title (view);
  const char *uri = webkit_web_view_get_uri (view);
  g_autoptr (GUri) page = uri != NULL ? g_uri_parse (uri, G_URI_FLAGS_NONE, NULL) : NULL;
  g_autoptr (GUri) home
      = g_uri_parse (bh_manifest_get_url (bh_runner_config_get_manifest (self->config)),
                     G_URI_FLAGS_NONE, NULL);
  gboolean elsewhere = page != NULL && g_str_has_prefix (uri, "http") && home != NULL
                       && g_strcmp0 (g_uri_get_host (page), g_uri_get_host (home)) != 0;
  g_autofree char *asleep = NULL;

  if (title == NULL || *title == '\0')
    title = bh_runner_config_get_name (self->config);
  /* Lists of windows show that, too. */
  if (self->asleep)
    title = asleep = g_strdup_printf (_("%s (asleep)"), title);
  gtk_window_set_title (GTK_WINDOW (self), title);
  gtk_header_bar_set_title (self->header_bar, title);
  /* There is no address bar: whose page it is has to be said when it is not the app's usual one. */
  gtk_header_bar_set_subtitle (self->header_bar, elsewhere ? g_uri_get_host (page) : NULL);
}

static void
on_progress_changed (BhWindow *self)
{
  WebKitWebView *view = WEBKIT_WEB_VIEW (self->view);
  double progress = webkit_web_view_get_estimated_load_progress (view);

  gtk_progress_bar_set_fraction (self->progress_bar, progress);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar),
                          webkit_web_view_is_loading (view) && progress < 1.0);
}

static void
on_history_changed (BhWindow *self)
{
  WebKitWebView *view = WEBKIT_WEB_VIEW (self->view);

  /* Most apps have one page: no buttons that can't be pressed. */
  gtk_widget_set_visible (self->history_box, webkit_web_view_can_go_back (view)
                                                 || webkit_web_view_can_go_forward (view));
}

static void
on_load_changed (BhWindow *self, WebKitLoadEvent event)
{
  if (event == WEBKIT_LOAD_STARTED)
    bh_problem_page_stop (self->problem_page);
  if (event == WEBKIT_LOAD_COMMITTED)
    {
      show_page (self);
      bh_window_set_responds (self, TRUE);
      update_title (self);
    }
  on_history_changed (self);
}

/* The address is judged when its answer comes (bh-navigation.c), and none came. The app's page is
 * still there, and should not give way to a problem of somebody else's. */
static gboolean
show_load_problem (BhWindow *self, BhProblem *problem, const char *uri)
{
  if (bh_uri_policy_check (bh_runner_config_get_manifest (self->config), uri) == BH_URI_EXTERNAL)
    bh_window_offer_browser (self, uri);
  else
    show_problem (self, problem);

  return TRUE;
}

static gboolean
on_load_failed (BhWindow *self, WebKitLoadEvent event, const char *uri, GError *error)
{
  g_autoptr (BhProblem) problem = NULL;

  /* Stopped, turned into a download, or taken over by another program: nothing is wrong. */
  if (g_error_matches (error, WEBKIT_NETWORK_ERROR, WEBKIT_NETWORK_ERROR_CANCELLED)
      || error->domain == WEBKIT_POLICY_ERROR
      || g_error_matches (error, WEBKIT_PLUGIN_ERROR, WEBKIT_PLUGIN_ERROR_WILL_HANDLE_LOAD))
    return FALSE;
  /* What the engine may add to the certificate that it has refused: the words for that stay. */
  if (self->shows_problem && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return TRUE;

  problem = bh_problem_new_for_load (error, uri);

  return show_load_problem (self, problem, uri);
}

static gboolean
on_load_failed_with_tls_errors (BhWindow *self,
                                const char *uri,
                                GTlsCertificate *certificate,
                                GTlsCertificateFlags flags)
{
  g_autoptr (BhProblem) problem = bh_problem_new_for_tls (flags, uri);

  return show_load_problem (self, problem, uri);
}

static void
on_web_process_terminated (BhWindow *self, WebKitWebProcessTerminationReason reason)
{
  g_autoptr (BhProblem) problem
      = bh_problem_new_for_process (reason, bh_runner_config_get_name (self->config));

  bh_window_set_responds (self, TRUE);
  /* Other windows may have shared the process that this one ended in order to load again. */
  if (!self->reloading)
    show_problem (self, problem);
}

static void
on_reload (BhWindow *self)
{
  bh_window_reload (self, BH_RELOAD_USUAL);
}

static void
on_ready_to_show (BhWindow *self)
{
  bh_window_place_fit_opened (GTK_WINDOW (self), self->view);
  gtk_window_present (GTK_WINDOW (self));
}

/* Closing. */

static void
on_closing (BhWindow *self)
{
  if (self->place != NULL)
    bh_window_place_save (self->place);
  if (self->session != NULL)
    bh_session_end (self->session);
}

static gboolean
bh_window_delete_event (GtkWidget *widget, GdkEventAny *event)
{
  BhWindow *self = BH_WINDOW (widget);

  /* What was asked of a window that stood still is old when it goes on. */
  if (!self->asleep || bh_veil_wake (self->veil))
    bh_window_request_close (self, BH_CLOSE_ASK);

  return GDK_EVENT_STOP;
}

static gboolean
bh_window_window_state_event (GtkWidget *widget, GdkEventWindowState *event)
{
  gboolean fullscreen = (event->new_window_state & GDK_WINDOW_STATE_FULLSCREEN) != 0;

  g_action_group_change_action_state (G_ACTION_GROUP (widget), "fullscreen",
                                      g_variant_new_boolean (fullscreen));

  return GTK_WIDGET_CLASS (bh_window_parent_class)->window_state_event (widget, event);
}

static gboolean
is_tab (const GdkEventKey *event)
{
  return event->keyval == GDK_KEY_Tab || event->keyval == GDK_KEY_ISO_Left_Tab
         || event->keyval == GDK_KEY_KP_Tab;
}

static gboolean
bh_window_key_press_event (GtkWidget *widget, GdkEventKey *event)
{
  BhWindow *self = BH_WINDOW (widget);
  GtkWindow *window = GTK_WINDOW (widget);
  gboolean page_first = self->responds && !self->shows_problem
                        && gtk_window_get_focus (window) == GTK_WIDGET (self->view)
                        && !bh_view_actions_is_reserved (event);

  /* The page can't hear it, and is not to hear of it later. */
  if (self->asleep)
    return bh_veil_take_key (self->veil, event);

  /* A page that hangs would keep the focus for ever, and what the window says out of reach. */
  if (!self->responds && is_tab (event) && gtk_window_get_focus (window) == GTK_WIDGET (self->view))
    return gtk_bindings_activate_event (G_OBJECT (widget), event);

  /* What the page does not use comes here once more, and then the view lets it pass. */
  if (page_first && gtk_window_propagate_key_event (window, event))
    return GDK_EVENT_STOP;

  return GTK_WIDGET_CLASS (bh_window_parent_class)->key_press_event (widget, event);
}

static void
bh_window_destroy (GtkWidget *widget)
{
  BhWindow *self = BH_WINDOW (widget);

  if (self->closing != NULL)
    bh_window_closing_cancel (self->closing);
  g_clear_object (&self->place);
  g_clear_object (&self->session);

  GTK_WIDGET_CLASS (bh_window_parent_class)->destroy (widget);
}

static void
bh_window_finalize (GObject *object)
{
  BhWindow *self = BH_WINDOW (object);

  g_clear_object (&self->closing);
  g_clear_object (&self->config);
  g_clear_object (&self->desk);
  g_clear_object (&self->view);

  G_OBJECT_CLASS (bh_window_parent_class)->finalize (object);
}

static void
bh_window_class_init (BhWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = bh_window_finalize;
  widget_class->destroy = bh_window_destroy;
  widget_class->delete_event = bh_window_delete_event;
  widget_class->key_press_event = bh_window_key_press_event;
  widget_class->window_state_event = bh_window_window_state_event;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/bulkhead/Bulkhead/runner/bh-window.ui");
  gtk_widget_class_bind_template_child (widget_class, BhWindow, header_bar);
  gtk_widget_class_bind_template_child (widget_class, BhWindow, history_box);
  gtk_widget_class_bind_template_child (widget_class, BhWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, BhWindow, content);
  gtk_widget_class_bind_template_child (widget_class, BhWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, BhWindow, page_overlay);
  gtk_widget_class_bind_template_child (widget_class, BhWindow, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, BhWindow, bottom);
}

static void
bh_window_init (BhWindow *self)
{
  self->responds = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
connect_view (BhWindow *self)
{
  static const struct
  {
    const char *signal;
    GCallback callback;
  } handlers[] = {
    { "notify::title", G_CALLBACK (update_title) },
    { "notify::estimated-load-progress", G_CALLBACK (on_progress_changed) },
    { "notify::is-loading", G_CALLBACK (on_progress_changed) },
    { "load-changed", G_CALLBACK (on_load_changed) },
    { "load-failed", G_CALLBACK (on_load_failed) },
    { "load-failed-with-tls-errors", G_CALLBACK (on_load_failed_with_tls_errors) },
    { "web-process-terminated", G_CALLBACK (on_web_process_terminated) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_object (self->view, handlers[i].signal, handlers[i].callback, self,
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (webkit_web_view_get_back_forward_list (WEBKIT_WEB_VIEW (self->view)),
                           "changed", G_CALLBACK (on_history_changed), self, G_CONNECT_SWAPPED);
  if (self->kind == BH_WINDOW_OPENED)
    g_signal_connect_object (self->view, "ready-to-show", G_CALLBACK (on_ready_to_show), self,
                             G_CONNECT_SWAPPED);
}

/**
 * bh_window_new:
 * @application: the app
 * @kind: whose idea the window is
 * @config: the app
 * @view: what the window shows
 * @downloads: the app's downloads; they are shown in its main window
 *
 * Returns: (transfer none): a window that is not shown yet, owned by GTK
 */
BhWindow *
bh_window_new (GtkApplication *application,
               BhWindowKind kind,
               BhRunnerConfig *config,
               BhView *view,
               BhDownloads *downloads)
{
  BhWindow *self;
  BhManifest *manifest;
  g_autoptr (BhClock) clock = bh_clock_new ();
  g_autoptr (GMenuModel) menu = NULL;

  g_return_val_if_fail (GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (BH_IS_RUNNER_CONFIG (config), NULL);
  g_return_val_if_fail (BH_IS_VIEW (view), NULL);
  g_return_val_if_fail (BH_IS_DOWNLOADS (downloads), NULL);

  self = g_object_new (BH_TYPE_WINDOW, "application", application, NULL);
  self->kind = kind;
  bh_window_pid_show (GTK_WINDOW (self), bh_runner_config_get_pid (config));
  self->config = g_object_ref (config);
  self->desk = g_object_ref (bh_downloads_get_desk (downloads));
  self->view = g_object_ref_sink (view);
  self->closing
      = bh_window_closing_new (GTK_WINDOW (self), view, bh_runner_config_get_name (config),
                               kind == BH_WINDOW_MAIN ? downloads : NULL);
  g_signal_connect_object (self->closing, "closing", G_CALLBACK (on_closing), self,
                           G_CONNECT_SWAPPED);
  manifest = bh_runner_config_get_manifest (config);

  self->notices = BH_NOTICES (bh_notices_new ());
  gtk_box_pack_start (self->content, GTK_WIDGET (self->notices), FALSE, FALSE, 0);
  gtk_box_reorder_child (self->content, GTK_WIDGET (self->notices), 0);
  gtk_widget_show (GTK_WIDGET (self->notices));
  g_signal_connect_object (self->notices, "reload", G_CALLBACK (on_reload), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->notices, "open-outside", G_CALLBACK (bh_window_open_outside), self,
                           G_CONNECT_SWAPPED);

  self->problem_page = BH_PROBLEM_PAGE (bh_problem_page_new (clock));
  g_signal_connect_object (self->problem_page, "reload", G_CALLBACK (on_reload), self,
                           G_CONNECT_SWAPPED);
  gtk_container_add (GTK_CONTAINER (self->page_overlay), GTK_WIDGET (view));
  gtk_container_add (GTK_CONTAINER (self->stack), GTK_WIDGET (self->problem_page));
  gtk_widget_show (GTK_WIDGET (view));
  gtk_widget_show (GTK_WIDGET (self->problem_page));
  self->veil = BH_VEIL (bh_veil_new (bh_runner_config_get_name (config)));
  gtk_overlay_add_overlay (self->page_overlay, GTK_WIDGET (self->veil));

  self->find_bar = BH_FIND_BAR (bh_find_bar_new (WEBKIT_WEB_VIEW (view)));
  gtk_box_pack_start (self->bottom, GTK_WIDGET (self->find_bar), FALSE, FALSE, 0);
  gtk_widget_show (GTK_WIDGET (self->find_bar));
  if (kind == BH_WINDOW_MAIN)
    gtk_box_pack_start (self->bottom, bh_downloads_bar_new (downloads), FALSE, FALSE, 0);

  bh_window_actions_add (self);
  bh_view_actions_add (G_ACTION_MAP (self), view);
  bh_view_actions_set_home (G_ACTION_MAP (self), bh_manifest_get_url (manifest));
  menu = bh_window_menu_new (bh_runner_config_get_name (config));
  gtk_menu_button_set_menu_model (self->menu_button, menu);
  bh_window_menu_add_shortcuts (GTK_APPLICATION_WINDOW (self));

  connect_view (self);
  update_title (self);
  gtk_widget_grab_focus (GTK_WIDGET (view));

  if (kind == BH_WINDOW_MAIN)
    {
      self->place
          = bh_window_place_new (GTK_WINDOW (self), view, bh_manifest_get_window (manifest, 0),
                                 bh_runner_config_get_state_dir (config));
      self->session = bh_session_new (GTK_WINDOW (self), view, config, clock);
    }
  else
    {
      gtk_window_set_default_size (GTK_WINDOW (self), 720, 560);
    }

  return self;
}

/**
 * bh_window_get_view:
 * @self: a window
 *
 * Returns: (transfer none): what it shows
 */
BhView *
bh_window_get_view (BhWindow *self)
{
  g_return_val_if_fail (BH_IS_WINDOW (self), NULL);

  return self->view;
}

/**
 * bh_window_get_problem_page:
 * @self: a window
 *
 * Returns: (transfer none): what stands where the page would when there is none
 */
BhProblemPage *
bh_window_get_problem_page (BhWindow *self)
{
  g_return_val_if_fail (BH_IS_WINDOW (self), NULL);

  return self->problem_page;
}

/**
 * bh_window_get_notices:
 * @self: a window
 *
 * Returns: (transfer none): the box above the page that notices go into
 */
GtkBox *
bh_window_get_notices (BhWindow *self)
{
  g_return_val_if_fail (BH_IS_WINDOW (self), NULL);

  return GTK_BOX (self->notices);
}

/**
 * bh_window_get_desk:
 * @self: a window
 *
 * Returns: (transfer none): what asks the supervisor for what is outside of the app
 */
BhDeskClient *
bh_window_get_desk (BhWindow *self)
{
  g_return_val_if_fail (BH_IS_WINDOW (self), NULL);

  return self->desk;
}

/**
 * bh_window_get_closing:
 * @self: a window
 *
 * Returns: (transfer none): what closes it
 */
BhWindowClosing *
bh_window_get_closing (BhWindow *self)
{
  g_return_val_if_fail (BH_IS_WINDOW (self), NULL);

  return self->closing;
}

/**
 * bh_window_get_find_bar:
 * @self: a window
 *
 * Returns: (transfer none): what searches the page
 */
BhFindBar *
bh_window_get_find_bar (BhWindow *self)
{
  g_return_val_if_fail (BH_IS_WINDOW (self), NULL);

  return self->find_bar;
}

/**
 * bh_window_open_menu:
 * @self: a window
 *
 * Opens the window's menu as a click on its button does.
 */
void
bh_window_open_menu (BhWindow *self)
{
  g_return_if_fail (BH_IS_WINDOW (self));

  gtk_button_clicked (GTK_BUTTON (self->menu_button));
}

/**
 * bh_window_show_about:
 * @self: a window
 *
 * Shows what app this is, and whose page.
 */
void
bh_window_show_about (BhWindow *self)
{
  g_return_if_fail (BH_IS_WINDOW (self));

  bh_dialogs_show_about (GTK_WINDOW (self), self->config,
                         webkit_web_view_get_uri (WEBKIT_WEB_VIEW (self->view)));
}

/**
 * bh_window_offer_browser:
 * @self: a window
 * @uri: an address outside the app's scope that the page, not the user, wants to go to
 *
 * Offers to open it in the default program; a new offer replaces one that is still open.
 */
void
bh_window_offer_browser (BhWindow *self, const char *uri)
{
  g_return_if_fail (BH_IS_WINDOW (self));
  g_return_if_fail (uri != NULL);

  bh_notices_offer (self->notices, bh_runner_config_get_name (self->config), uri);
}

/**
 * bh_window_explain:
 * @self: a window
 * @reason: why the page's process has ended
 * @detail: more in plain words, or ""
 * @gave_up: whether the page is not loaded again by itself any more
 *
 * Tells what is known of the end of the page, if that is still what the window shows.
 */
void
bh_window_explain (BhWindow *self, BhReason reason, const char *detail, gboolean gave_up)
{
  g_autoptr (BhProblem) problem = NULL;

  g_return_if_fail (BH_IS_WINDOW (self));
  g_return_if_fail (detail != NULL);

  if (!self->shows_problem || bh_view_is_alive (self->view))
    return;

  problem
      = bh_problem_new_for_end (reason, detail, gave_up, bh_runner_config_get_name (self->config));
  bh_problem_page_show (self->problem_page, problem);
}

/**
 * bh_window_set_responds:
 * @self: a window
 * @responds: whether the page answers
 *
 * Says when the page has stopped answering, and takes that back when it answers again.
 */
void
bh_window_set_responds (BhWindow *self, gboolean responds)
{
  g_autoptr (BhProblem) problem = NULL;

  g_return_if_fail (BH_IS_WINDOW (self));

  if (self->responds == responds)
    return;

  self->responds = responds;
  update_closing (self);
  if (!responds)
    problem = bh_problem_new_for_hang (bh_runner_config_get_name (self->config));
  bh_notices_set_hang (self->notices, problem);
}

/**
 * bh_window_set_asleep:
 * @self: a window
 * @by: who has put the app to sleep, or is about to
 * @awake: whether this process goes on meanwhile
 *
 * Says that the app sleeps, and takes that back when nobody has it sleep.
 *
 * Returns: (transfer none): what says so
 */
BhVeil *
bh_window_set_asleep (BhWindow *self, BhSuspension by, gboolean awake)
{
  g_return_val_if_fail (BH_IS_WINDOW (self), NULL);

  self->asleep = by != BH_SUSPENSION_NONE;
  bh_veil_set (self->veil, by, awake);
  update_title (self);
  if (!self->asleep && !self->shows_problem)
    gtk_widget_grab_focus (GTK_WIDGET (self->view));

  return self->veil;
}

/**
 * bh_window_load:
 * @self: a window
 * @uri: an absolute address in the app's scope
 *
 * Shows a page, in a new process when the present one is gone.
 */
void
bh_window_load (BhWindow *self, const char *uri)
{
  g_return_if_fail (BH_IS_WINDOW (self));
  g_return_if_fail (uri != NULL);

  webkit_web_view_load_uri (WEBKIT_WEB_VIEW (self->view), uri);
}

/* Sees the page come back that was there, or shows the app's first one in its place. */
static void
follow_start (BhWindow *self, BhSessionStart start, const char *uri)
{
  const char *name = bh_runner_config_get_name (self->config);
  g_autofree char *text = NULL;

  switch (start)
    {
    case BH_SESSION_START_RESTORED:
      break;

    case BH_SESSION_START_GAVE_UP:
      text = g_strdup_printf (_("“%s” crashed several times on the page where it was, so it begins "
                                "with its first page."),
                              name);
      bh_window_tell (self, text);
      bh_window_load (self, bh_manifest_get_url (bh_runner_config_get_manifest (self->config)));
      break;

    case BH_SESSION_START_NEW:
    default:
      bh_window_load (self, uri);
      break;
    }
}

/**
 * bh_window_begin:
 * @self: the app's main window
 *
 * Shows the page where the app was, or the one that it begins with.
 */
void
bh_window_begin (BhWindow *self)
{
  g_return_if_fail (BH_IS_WINDOW (self));
  g_return_if_fail (self->session != NULL);

  follow_start (self, bh_session_begin (self->session), bh_runner_config_get_uri (self->config));
}

/**
 * bh_window_reload:
 * @self: a window
 * @manner: whether what is kept of the page may be used
 *
 * Loads the page again, in a new process when the present one is gone or does not answer.
 */
void
bh_window_reload (BhWindow *self, BhReloadManner manner)
{
  WebKitWebView *view;
  BhProblem *problem;

  g_return_if_fail (BH_IS_WINDOW (self));

  view = WEBKIT_WEB_VIEW (self->view);
  problem = self->shows_problem ? bh_problem_page_get_problem (self->problem_page) : NULL;

  /* A page that hangs would not hear of it. The new load starts a new process. */
  if (!self->responds && bh_view_is_alive (self->view))
    {
      self->reloading = TRUE;
      webkit_web_view_terminate_web_process (view);
      self->reloading = FALSE;
    }

  if (problem != NULL && bh_problem_get_uri (problem) != NULL)
    webkit_web_view_load_uri (view, bh_problem_get_uri (problem));
  else if (self->session != NULL && !bh_view_is_alive (self->view))
    follow_start (self, bh_session_recover (self->session),
                  bh_runner_config_get_uri (self->config));
  /* The view has no address once its process has ended, but the history still has. */
  else if (webkit_back_forward_list_get_current_item (webkit_web_view_get_back_forward_list (view))
           == NULL)
    webkit_web_view_load_uri (view, bh_runner_config_get_uri (self->config));
  else if (manner == BH_RELOAD_WITHOUT_CACHE)
    webkit_web_view_reload_bypass_cache (view);
  else
    webkit_web_view_reload (view);

  bh_window_set_responds (self, TRUE);
}

/**
 * bh_window_request_close:
 * @self: a window
 * @manner: who may object
 *
 * Closes the window. The page may ask the user first whether what was not saved may be lost; one
 * that does not answer is not waited for.
 */
void
bh_window_request_close (BhWindow *self, BhCloseManner manner)
{
  g_return_if_fail (BH_IS_WINDOW (self));

  bh_window_closing_request (self->closing, manner);
}
