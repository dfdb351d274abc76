/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-printing.h"
#include "bh-window.h"

#include "desk-helpers.h"
#include "web-helpers.h"

/* A window of an app, with a real page in it. */

#define MANIFEST                                                                                   \
  "{\"startup_app\":{\"uuid\":\"test\",\"name\":\"Test\",\"url\":\"app:///index.html\"}}"

typedef struct
{
  Web web;
  BhRunnerConfig *config;
  BhDownloads *downloads;
  DeskFixture desk;
  BhWindow *window;
  WebKitWebView *opened;
  BhWindow *opened_window;
} Fixture;

/* One for all tests, as in a runner. */
static GtkApplication *application;

static BhRunnerConfig *
create_config (Web *web)
{
  static const char *const directories[] = { "files", "data", "cache", "state", "outgoing" };
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GError) error = NULL;
  BhRunnerConfig *config;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (directories); i++)
    {
      g_autofree char *path = g_build_filename (web->root, directories[i], NULL);

      g_variant_dict_insert (&dict, directories[i], "s", path);
    }
  g_variant_dict_insert (&dict, "manifest", "s", MANIFEST);
  g_variant_dict_insert (&dict, "manifest-path", "s", "/apps/test/manifest.json");
  g_variant_dict_insert (&dict, "name", "s", "Test");
  g_variant_dict_insert (&dict, "activation-token", "s", "");
  variant = g_variant_ref_sink (g_variant_dict_end (&dict));
  config = bh_runner_config_new (variant, &error);
  g_assert_no_error (error);

  return config;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  BhView *view;

  web_set_up (&fixture->web);
  gtk_widget_destroy (fixture->web.window);

  fixture->config = create_config (&fixture->web);
  desk_set_up (&fixture->desk);
  fixture->downloads = bh_downloads_new (fixture->web.context, fixture->desk.client);
  view = bh_view_new (fixture->web.context);
  fixture->web.view = WEBKIT_WEB_VIEW (view);
  fixture->window
      = bh_window_new (application, BH_WINDOW_MAIN, fixture->config, view, fixture->downloads);
  fixture->web.window = GTK_WIDGET (fixture->window);
  g_object_add_weak_pointer (G_OBJECT (fixture->window), (gpointer *) &fixture->window);
  bh_window_raise (fixture->window, "");
  web_write (&fixture->web, "index.html", "<!DOCTYPE html><title>t</title><p>Page</p>");
  web_load (&fixture->web, "app://test/index.html");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  GList *windows;

  while ((windows = gtk_application_get_windows (application)) != NULL)
    gtk_widget_destroy (windows->data);
  wait_for (fixture->window == NULL);
  g_object_unref (fixture->downloads);
  desk_tear_down (&fixture->desk);
  g_assert_finalize_object (fixture->config);
  g_object_unref (fixture->web.context);
  remove_tree (fixture->web.root);
  g_free (fixture->web.files);
  g_free (fixture->web.root);
}

static GtkWidget *
on_create (BhView *view, WebKitNavigationAction *action, gpointer user_data)
{
  Fixture *fixture = user_data;
  BhView *created = bh_view_new_related (view);

  fixture->opened = WEBKIT_WEB_VIEW (created);
  fixture->opened_window
      = bh_window_new (application, BH_WINDOW_OPENED, fixture->config, created, fixture->downloads);

  return GTK_WIDGET (created);
}

static void
open_window (Fixture *fixture, const char *features)
{
  g_autofree char *script
      = g_strdup_printf ("open ('app://test/index.html', '_blank', '%s'); return 'open'", features);

  g_object_set (webkit_web_view_get_settings (fixture->web.view),
                "javascript-can-open-windows-automatically", TRUE, NULL);
  g_signal_connect (fixture->web.view, "create", G_CALLBACK (on_create), fixture);
  web_assert (&fixture->web, script, "open");
  wait_for (fixture->opened_window != NULL
            && gtk_widget_get_mapped (GTK_WIDGET (fixture->opened_window)));
}

static gboolean
shows_problem (BhWindow *window)
{
  GtkWidget *stack = find_widget (GTK_WIDGET (window), "stack", GTK_TYPE_STACK);

  return !GTK_IS_OVERLAY (gtk_stack_get_visible_child (GTK_STACK (stack)));
}

static void
test_opened_size (Fixture *fixture, gconstpointer data)
{
  open_window (fixture, "width=400,height=300");
  wait_for (gtk_widget_get_allocated_width (GTK_WIDGET (fixture->opened)) == 400);
  wait_for (gtk_widget_get_allocated_height (GTK_WIDGET (fixture->opened)) == 300);
}

static void
test_opened_size_limits (Fixture *fixture, gconstpointer data)
{
  GdkRectangle area;
  int width, height;

  gdk_monitor_get_workarea (gdk_display_get_monitor (gdk_display_get_default (), 0), &area);
  open_window (fixture, "width=1000000,height=1");
  gtk_window_get_size (GTK_WINDOW (fixture->opened_window), &width, &height);
  g_assert_cmpint (width, <=, area.width);
  g_assert_cmpint (gtk_widget_get_allocated_height (GTK_WIDGET (fixture->opened)), >=, 100);
}

/* The window that ends a hung page loads again; the others that had the same process say so. */
static void
test_reload_of_hung_page (Fixture *fixture, gconstpointer data)
{
  gboolean loaded = FALSE;

  open_window (fixture, "");
  g_signal_connect (fixture->web.view, "load-changed", G_CALLBACK (on_web_load_changed), &loaded);
  bh_window_set_responds (fixture->window, FALSE);
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "reload", NULL);
  wait_for (loaded);
  g_assert_false (shows_problem (fixture->window));
  g_assert_true (shows_problem (fixture->opened_window));
}

/* After an end the page that was shown comes again, not the app's first. */
static void
test_reload_of_dead_page (Fixture *fixture, gconstpointer data)
{
  gboolean loaded = FALSE;

  web_write (&fixture->web, "second.html", "<!DOCTYPE html><title>second</title><p>Second</p>");
  web_load (&fixture->web, "app://test/second.html");
  webkit_web_view_terminate_web_process (fixture->web.view);
  wait_for (shows_problem (fixture->window));

  g_signal_connect (fixture->web.view, "load-changed", G_CALLBACK (on_web_load_changed), &loaded);
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "reload", NULL);
  wait_for (loaded);
  g_assert_false (shows_problem (fixture->window));
  g_assert_cmpstr (webkit_web_view_get_uri (fixture->web.view), ==, "app://test/second.html");
  g_assert_false (webkit_web_view_can_go_forward (fixture->web.view));
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "back", NULL);
  wait_for (g_strcmp0 (webkit_web_view_get_uri (fixture->web.view), "app://test/index.html") == 0);
}

/* The countdown brings it back too, unless something else was loaded before its end. */
static void
test_countdown (Fixture *fixture, gconstpointer data)
{
  GtkWidget *stay = find_widget (GTK_WIDGET (fixture->window), "stay_button", GTK_TYPE_BUTTON);

  web_write (&fixture->web, "second.html", "<!DOCTYPE html><title>second</title><p>Second</p>");
  web_load (&fixture->web, "app://test/second.html");
  webkit_web_view_terminate_web_process (fixture->web.view);
  wait_for (shows_problem (fixture->window));
  bh_problem_page_count_down (bh_window_get_problem_page (fixture->window), 100);
  g_assert_true (gtk_widget_is_visible (stay));
  wait_for (!shows_problem (fixture->window));
  g_assert_cmpstr (webkit_web_view_get_uri (fixture->web.view), ==, "app://test/second.html");

  webkit_web_view_terminate_web_process (fixture->web.view);
  wait_for (shows_problem (fixture->window));
  bh_problem_page_count_down (bh_window_get_problem_page (fixture->window), 60 * 1000);
  bh_window_load (fixture->window, "app://test/index.html");
  wait_for (!shows_problem (fixture->window));
  g_assert_false (gtk_widget_get_visible (stay));
}

static GtkWidget *
find_toplevel (GType type)
{
  GList *toplevels = gtk_window_list_toplevels ();
  GtkWidget *found = NULL;

  for (GList *l = toplevels; l != NULL && found == NULL; l = l->next)
    if (G_TYPE_CHECK_INSTANCE_TYPE (l->data, type) && gtk_widget_get_visible (l->data))
      found = l->data;
  g_list_free (toplevels);

  return found;
}

static void
test_about (Fixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;

  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "about", NULL);
  dialog = find_toplevel (GTK_TYPE_ABOUT_DIALOG);
  g_assert_nonnull (strstr (gtk_about_dialog_get_comments (GTK_ABOUT_DIALOG (dialog)),
                            "app://test/index.html\n"));
  gtk_dialog_response (GTK_DIALOG (dialog), GTK_RESPONSE_DELETE_EVENT);
  g_assert_null (find_toplevel (GTK_TYPE_ABOUT_DIALOG));

  /* The page has gone on since, to an address that no dialog has room for. */
  web_assert (&fixture->web, "location.hash = 'z'.repeat (5000); return 'done'", "done");
  wait_for (strlen (webkit_web_view_get_uri (fixture->web.view)) > 5000);
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "about", NULL);
  dialog = find_toplevel (GTK_TYPE_ABOUT_DIALOG);
  g_assert_nonnull (strstr (gtk_about_dialog_get_comments (GTK_ABOUT_DIALOG (dialog)), "#zzz"));
  g_assert_cmpuint (strlen (gtk_about_dialog_get_comments (GTK_ABOUT_DIALOG (dialog))), <, 500);
}

static char *
dup_notice_text (Fixture *fixture)
{
  GtkWidget *notice
      = find_widget (GTK_WIDGET (bh_window_get_notices (fixture->window)), NULL, GTK_TYPE_INFO_BAR);

  return g_strdup (atk_object_get_name (gtk_widget_get_accessible (notice)));
}

/* Offline, another site's problem is not shown in the place of the app's page. */
static void
test_unreachable_outside (Fixture *fixture, gconstpointer data)
{
  GtkWidget *notices = GTK_WIDGET (bh_window_get_notices (fixture->window));
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GError) error = NULL;
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, &error);
  g_autofree char *script
      = g_strdup_printf ("location.href = 'http://127.0.0.1:%u/'; return 'gone'", port);

  g_assert_no_error (error);
  /* Nobody listens there now. */
  g_socket_listener_close (listener);
  web_assert (&fixture->web, script, "gone");
  wait_for (find_widget (notices, NULL, GTK_TYPE_INFO_BAR) != NULL);
  g_assert_false (shows_problem (fixture->window));
  web_assert (&fixture->web, "return document.title", "t");
}

/* A page chooses where it wants to lead, at any length. */
static void
test_offer (Fixture *fixture, gconstpointer data)
{
  g_autofree char *long_name = g_strnfill (100000, 'a');
  g_autofree char *mail = g_strconcat ("mailto:", long_name, NULL);
  g_autofree char *web_text = NULL;
  g_autofree char *mail_text = NULL;

  bh_window_offer_browser (fixture->window, "https://shop.example/a?b");
  web_text = dup_notice_text (fixture);
  g_assert_cmpstr (web_text, ==,
                   "“Test” wants to open “shop.example”, which is not part of the app.");

  bh_window_offer_browser (fixture->window, mail);
  mail_text = dup_notice_text (fixture);
  g_assert_true (g_str_has_prefix (mail_text, "“Test” wants to open “mailto:aaa"));
  g_assert_cmpuint (strlen (mail_text), <, 200);
}

static gboolean
on_poll_for_print_dialog (gpointer user_data)
{
  Fixture *fixture = user_data;

  if (find_toplevel (GTK_TYPE_DIALOG) == NULL)
    return G_SOURCE_CONTINUE;

  bh_window_request_close (fixture->window, BH_CLOSE_PAGE_ONLY);

  return G_SOURCE_REMOVE;
}

/* The dialog's main loop ends with the window. */
static void
test_close_while_printing (Fixture *fixture, gconstpointer by_page)
{
  /* GTK warns when there is no system bus that knows of printers' colours. */
  GLogLevelFlags fatal = g_log_set_always_fatal ((GLogLevelFlags) G_LOG_FATAL_MASK);

  g_autoptr (BhPrinting) printing = bh_printing_new (fixture->downloads);

  bh_printing_attach (printing, fixture->web.view);
  g_timeout_add (100, on_poll_for_print_dialog, fixture);
  if (by_page != NULL)
    webkit_web_view_evaluate_javascript (fixture->web.view, "print ()", -1, NULL, NULL, NULL, NULL,
                                         NULL);
  else
    g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "print", NULL);
  wait_for (fixture->window == NULL);
  g_assert_cmpint (g_main_depth (), ==, 0);
  g_assert_null (find_toplevel (GTK_TYPE_DIALOG));
  g_log_set_always_fatal (fatal);
}

static gboolean
on_late (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

/* Who asks once more to close the window has not answered the page's question. */
static void
test_close_twice (Fixture *fixture, gconstpointer data)
{
  BhView *view = BH_VIEW (fixture->web.view);
  gboolean late = FALSE;

  web_assert (&fixture->web,
              "onbeforeunload = event => { event.preventDefault (); event.returnValue = 'x'; };"
              "onkeydown = () => { document.title = 'pressed'; }; return 'set'",
              "set");
  /* Without a gesture of the user's WebKit asks nothing before it leaves a page. */
  web_press_key (&fixture->web);
  wait_for (g_strcmp0 (webkit_web_view_get_title (fixture->web.view), "pressed") == 0);

  bh_window_request_close (fixture->window, BH_CLOSE_ASK);
  wait_for (bh_view_has_script_dialog (view));
  bh_window_request_close (fixture->window, BH_CLOSE_ASK);
  /* Longer than a page that does not answer is waited for. */
  g_timeout_add (2500, on_late, &late);
  wait_for (late);
  g_assert_nonnull (fixture->window);
  g_assert_true (bh_view_has_script_dialog (view));
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  int status;

  gtk_test_init (&argc, &argv, NULL);
  application
      = gtk_application_new ("io.github.bulkhead.Bulkhead.App_test", G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);

  g_test_add ("/window/opened-size", Fixture, NULL, set_up, test_opened_size, tear_down);
  g_test_add ("/window/opened-size-limits", Fixture, NULL, set_up, test_opened_size_limits,
              tear_down);
  g_test_add ("/window/reload-of-hung-page", Fixture, NULL, set_up, test_reload_of_hung_page,
              tear_down);
  g_test_add ("/window/reload-of-dead-page", Fixture, NULL, set_up, test_reload_of_dead_page,
              tear_down);
  g_test_add ("/window/countdown", Fixture, NULL, set_up, test_countdown, tear_down);
  g_test_add ("/window/about", Fixture, NULL, set_up, test_about, tear_down);
  g_test_add ("/window/unreachable-outside", Fixture, NULL, set_up, test_unreachable_outside,
              tear_down);
  g_test_add ("/window/offer", Fixture, NULL, set_up, test_offer, tear_down);
  g_test_add ("/window/close-twice", Fixture, NULL, set_up, test_close_twice, tear_down);

  g_test_add ("/window/close-while-printing", Fixture, NULL, set_up, test_close_while_printing,
              tear_down);
  g_test_add ("/window/close-while-page-prints", Fixture, "", set_up, test_close_while_printing,
              tear_down);

  status = g_test_run ();
  g_object_unref (application);

  return status;
}
