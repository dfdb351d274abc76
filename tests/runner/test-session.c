/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-session-file.h"
#include "bh-session.h"

#include "web-helpers.h"

#include <sys/stat.h>

/* Where an app was, with real pages that are scrolled, and a clock that the test moves. */

#define LONG_PAGE "<!DOCTYPE html><title>t</title><body style='height: 5000px'><p>A long page</p>"

typedef struct
{
  Web web;
  const char *policy;
  BhManualClock *clock;
  BhRunnerConfig *config;
  BhView *view;
  BhSession *session;
} Fixture;

static BhRunnerConfig *
create_config (Fixture *fixture, const char *beginning, const char *uri)
{
  static const char *const directories[] = { "files", "data", "cache", "state", "outgoing" };
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *manifest
      = g_strdup_printf ("{\"startup_app\":{\"uuid\":\"test\",\"name\":\"Test\","
                         "\"url\":\"app:///index.html\"},"
                         "\"bulkhead\":{\"restoreSession\":\"%s\"}}",
                         fixture->policy);
  BhRunnerConfig *config;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (directories); i++)
    {
      g_autofree char *path = g_build_filename (fixture->web.root, directories[i], NULL);

      g_mkdir (path, 0700);
      g_variant_dict_insert (&dict, directories[i], "s", path);
    }
  g_variant_dict_insert (&dict, "manifest", "s", manifest);
  g_variant_dict_insert (&dict, "manifest-path", "s", "/apps/test/manifest.json");
  g_variant_dict_insert (&dict, "name", "s", "Test");
  g_variant_dict_insert (&dict, "activation-token", "s", "");
  g_variant_dict_insert (&dict, "beginning", "s", beginning);
  g_variant_dict_insert (&dict, "uri", "s", uri);
  variant = g_variant_ref_sink (g_variant_dict_end (&dict));
  config = bh_runner_config_new (variant, &error);
  g_assert_no_error (error);

  return config;
}

/* A runner's part of it. */
static void
open_session (Fixture *fixture, const char *beginning, const char *uri)
{
  fixture->config = create_config (fixture, beginning, uri);
  fixture->web.window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  gtk_window_set_default_size (GTK_WINDOW (fixture->web.window), 600, 400);
  fixture->view = bh_view_new (fixture->web.context);
  fixture->web.view = WEBKIT_WEB_VIEW (fixture->view);
  gtk_container_add (GTK_CONTAINER (fixture->web.window), GTK_WIDGET (fixture->view));
  gtk_widget_show_all (fixture->web.window);
  fixture->session = bh_session_new (GTK_WINDOW (fixture->web.window), fixture->view,
                                     fixture->config, BH_CLOCK (fixture->clock));
}

/* As a runner that is killed. */
static void
drop_session (Fixture *fixture)
{
  g_clear_object (&fixture->session);
  gtk_widget_destroy (fixture->web.window);
  g_clear_object (&fixture->config);
}

static void
set_up (Fixture *fixture, gconstpointer policy)
{
  web_set_up (&fixture->web);
  gtk_widget_destroy (fixture->web.window);
  fixture->policy = policy != NULL ? policy : "after-crash";
  fixture->clock = bh_manual_clock_new ();
  /* The time is never 0. */
  bh_manual_clock_advance (fixture->clock, 1000);
  web_write (&fixture->web, "index.html", LONG_PAGE);
  web_write (&fixture->web, "second.html", LONG_PAGE);
  open_session (fixture, "launch", "");
}

static void
tear_down (Fixture *fixture, gconstpointer policy)
{
  if (fixture->session != NULL)
    drop_session (fixture);
  g_assert_finalize_object (fixture->clock);
  g_object_unref (fixture->web.context);
  remove_tree (fixture->web.root);
  g_free (fixture->web.files);
  g_free (fixture->web.root);
}

static BhSessionRecord *
read_file (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->web.root, "state", "session", NULL);
  g_autoptr (GBytes) bytes = NULL;
  char *content;
  gsize length;

  if (!g_file_get_contents (path, &content, &length, NULL))
    return NULL;
  bytes = g_bytes_new_take (content, length);

  return bh_session_record_from_bytes (bytes);
}

static gboolean
has_file (Fixture *fixture)
{
  g_autoptr (BhSessionRecord) record = read_file (fixture);

  return record != NULL;
}

static gboolean
is_kept (Fixture *fixture, const char *uri, int top)
{
  g_autoptr (BhSessionRecord) record = read_file (fixture);

  return record != NULL && g_str_equal (record->uri, uri)
         && (top < 0 || (record->has_scroll && record->scroll.top == top));
}

static gboolean
on_poll (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* For what no event tells of. */
#define poll_for(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint poll_ = g_timeout_add (10, on_poll, NULL);                                               \
    wait_for (condition);                                                                          \
    g_source_remove (poll_);                                                                       \
  }                                                                                                \
  G_STMT_END

static void
on_scrolled (BhView *view, int left, int top, gpointer user_data)
{
  *(int *) user_data = top;
}

/* Scrolls the page, until the runner has heard of it. */
static void
scroll_to (Fixture *fixture, int top)
{
  g_autofree char *script = g_strdup_printf ("scrollTo (0, %d); return 'done'", top);
  int told = -1;
  gulong id = g_signal_connect (fixture->view, "scrolled", G_CALLBACK (on_scrolled), &told);

  web_assert (&fixture->web, script, "done");
  wait_for (told == top);
  g_signal_handler_disconnect (fixture->view, id);
}

/* What has changed is on the disk. */
static void
save (Fixture *fixture, const char *uri, int top)
{
  bh_manual_clock_advance (fixture->clock, 5000);
  poll_for (is_kept (fixture, uri, top));
}

/* Two pages, the second one scrolled, on the disk. */
static void
open_pages (Fixture *fixture)
{
  g_assert_cmpint (bh_session_begin (fixture->session), ==, BH_SESSION_START_NEW);
  web_load (&fixture->web, "app://test/index.html");
  web_load (&fixture->web, "app://test/second.html");
  scroll_to (fixture, 700);
  save (fixture, "app://test/second.html", 700);
}

static void
begin (Fixture *fixture, BhSessionStart expected)
{
  gboolean loaded = FALSE;

  g_signal_connect (fixture->view, "load-changed", G_CALLBACK (on_web_load_changed), &loaded);
  g_assert_cmpint (bh_session_begin (fixture->session), ==, expected);
  if (expected == BH_SESSION_START_RESTORED)
    wait_for (loaded);
  g_signal_handlers_disconnect_by_data (fixture->view, &loaded);
}

static void
recover (Fixture *fixture, BhSessionStart expected)
{
  gboolean loaded = FALSE;

  g_signal_connect (fixture->view, "load-changed", G_CALLBACK (on_web_load_changed), &loaded);
  g_assert_cmpint (bh_session_recover (fixture->session), ==, expected);
  if (expected == BH_SESSION_START_RESTORED)
    wait_for (loaded);
  g_signal_handlers_disconnect_by_data (fixture->view, &loaded);
}

static gboolean
is_scrolled_to (Fixture *fixture, int top)
{
  g_autofree char *found = web_run (&fixture->web, "return String (Math.round (scrollY))");

  return atoi (found) == top;
}

static void
end_web_process (Fixture *fixture)
{
  webkit_web_view_terminate_web_process (fixture->web.view);
  wait_for (!bh_view_is_alive (fixture->view));
}

/* As if it had not been us; what killed it WebKit does not know. */
static void
crash_web_process (Fixture *fixture)
{
  end_web_process (fixture);
  g_signal_emit_by_name (fixture->view, "web-process-terminated", WEBKIT_WEB_PROCESS_CRASHED);
}

static void
test_restored (Fixture *fixture, gconstpointer data)
{
  WebKitBackForwardList *list;

  open_pages (fixture);
  drop_session (fixture);

  open_session (fixture, "continue", "");
  begin (fixture, BH_SESSION_START_RESTORED);
  g_assert_cmpstr (webkit_web_view_get_uri (fixture->web.view), ==, "app://test/second.html");
  wait_for (is_scrolled_to (fixture, 700));
  list = webkit_web_view_get_back_forward_list (fixture->web.view);
  g_assert_cmpstr (webkit_back_forward_list_item_get_uri (
                       webkit_back_forward_list_get_back_item (list)),
                   ==, "app://test/index.html");
  g_assert_null (webkit_back_forward_list_get_forward_item (list));

  /* Once more, without anything having happened. */
  drop_session (fixture);
  open_session (fixture, "launch", "");
  begin (fixture, BH_SESSION_START_RESTORED);
  wait_for (is_scrolled_to (fixture, 700));
}

/* Pixels of the page are not those of the view. */
static void
test_zoomed (Fixture *fixture, gconstpointer data)
{
  open_pages (fixture);
  drop_session (fixture);

  open_session (fixture, "continue", "");
  webkit_web_view_set_zoom_level (fixture->web.view, 2.0);
  begin (fixture, BH_SESSION_START_RESTORED);
  wait_for (is_scrolled_to (fixture, 700));
}

static void
test_closed (Fixture *fixture, gconstpointer policy)
{
  g_autoptr (BhSessionRecord) record = NULL;
  gboolean always = g_strcmp0 (policy, "always") == 0;

  open_pages (fixture);
  bh_session_end (fixture->session);
  /* What happens while the window goes is not kept any more. */
  web_load (&fixture->web, "app://test/index.html");
  bh_manual_clock_advance (fixture->clock, 60000);
  record = read_file (fixture);
  g_assert_true (record->closed);
  g_assert_cmpstr (record->uri, ==, "app://test/second.html");
  drop_session (fixture);

  open_session (fixture, "launch", "");
  begin (fixture, always ? BH_SESSION_START_RESTORED : BH_SESSION_START_NEW);
  if (always)
    wait_for (is_scrolled_to (fixture, 700));
  else
    g_assert_false (has_file (fixture));
}

/* A restart goes on even with what was closed for it. */
static void
test_continued (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhSessionRecord) record = NULL;

  open_pages (fixture);
  bh_session_end (fixture->session);
  drop_session (fixture);

  open_session (fixture, "continue", "");
  begin (fixture, BH_SESSION_START_RESTORED);
  wait_for (is_scrolled_to (fixture, 700));
  record = read_file (fixture);
  g_assert_false (record->closed);
  g_assert_cmpuint (record->attempts, ==, 1);
}

static void
test_page_asked_for (Fixture *fixture, gconstpointer data)
{
  open_pages (fixture);
  drop_session (fixture);

  open_session (fixture, "page", "app://test/index.html");
  begin (fixture, BH_SESSION_START_NEW);
  g_assert_false (has_file (fixture));
}

/* Nothing is on the disk; only what dies within a window comes back. */
static void
test_never (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (bh_session_begin (fixture->session), ==, BH_SESSION_START_NEW);
  web_load (&fixture->web, "app://test/index.html");
  web_load (&fixture->web, "app://test/second.html");
  scroll_to (fixture, 700);
  bh_manual_clock_advance (fixture->clock, 60000);
  end_web_process (fixture);
  recover (fixture, BH_SESSION_START_RESTORED);
  wait_for (is_scrolled_to (fixture, 700));
  bh_manual_clock_advance (fixture->clock, 60000);
  bh_session_end (fixture->session);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_false (has_file (fixture));
}

static void
test_recovered (Fixture *fixture, gconstpointer data)
{
  open_pages (fixture);
  /* Not on the disk yet. */
  scroll_to (fixture, 900);
  crash_web_process (fixture);
  recover (fixture, BH_SESSION_START_RESTORED);
  g_assert_cmpstr (webkit_web_view_get_uri (fixture->web.view), ==, "app://test/second.html");
  wait_for (is_scrolled_to (fixture, 900));
  g_assert_true (webkit_web_view_can_go_back (fixture->web.view));
  g_assert_false (webkit_web_view_can_go_forward (fixture->web.view));
}

/* Before there was a page there is none to come back to. */
static void
test_nothing_to_recover (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (bh_session_begin (fixture->session), ==, BH_SESSION_START_NEW);
  recover (fixture, BH_SESSION_START_NEW);
  bh_session_end (fixture->session);
  g_assert_false (has_file (fixture));
}

/* A page that crashes whenever it is restored is not restored for ever, whoever dies. */
static void
test_gave_up (Fixture *fixture, gconstpointer data)
{
  open_pages (fixture);
  crash_web_process (fixture);
  recover (fixture, BH_SESSION_START_RESTORED);
  /* A page that hung and was loaded again does not count. */
  end_web_process (fixture);
  recover (fixture, BH_SESSION_START_RESTORED);
  bh_manual_clock_advance (fixture->clock, 5000);
  drop_session (fixture);

  open_session (fixture, "continue", "");
  begin (fixture, BH_SESSION_START_RESTORED);
  crash_web_process (fixture);
  recover (fixture, BH_SESSION_START_GAVE_UP);
  web_load (&fixture->web, "app://test/index.html");
  save (fixture, "app://test/index.html", -1);
  drop_session (fixture);

  /* From there it counts anew. */
  for (int i = 0; i < 3; i++)
    {
      open_session (fixture, "continue", "");
      begin (fixture, i < 2 ? BH_SESSION_START_RESTORED : BH_SESSION_START_GAVE_UP);
      drop_session (fixture);
    }
  g_assert_false (has_file (fixture));
}

static guint
count_attempts (Fixture *fixture)
{
  g_autoptr (BhSessionRecord) record = read_file (fixture);

  return record->attempts;
}

static void
test_healthy (Fixture *fixture, gconstpointer data)
{
  open_pages (fixture);
  drop_session (fixture);
  for (int i = 0; i < 4; i++)
    {
      open_session (fixture, "continue", "");
      begin (fixture, BH_SESSION_START_RESTORED);
      g_assert_cmpuint (count_attempts (fixture), ==, 1);
      bh_manual_clock_advance (fixture->clock, 60000);
      bh_manual_clock_advance (fixture->clock, 5000);
      poll_for (count_attempts (fixture) == 0);
      drop_session (fixture);
    }
}

static guint64
get_inode (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->web.root, "state", "session", NULL);
  struct stat info;

  return stat (path, &info) == 0 ? info.st_ino : 0;
}

/* A busy page is written down now and then, a still one not at all. */
static void
test_rate (Fixture *fixture, gconstpointer data)
{
  guint64 inode;

  open_pages (fixture);
  bh_manual_clock_advance (fixture->clock, 60000);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  inode = get_inode (fixture);
  bh_manual_clock_advance (fixture->clock, 3600 * 1000);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (get_inode (fixture), ==, inode);

  /* After a rest the first change is kept soon. */
  web_assert (&fixture->web, "history.pushState (null, '', '#0'); return 'done'", "done");
  wait_for (g_str_has_suffix (webkit_web_view_get_uri (fixture->web.view), "#0"));
  bh_manual_clock_advance (fixture->clock, 299);
  g_assert_true (is_kept (fixture, "app://test/second.html", -1));
  bh_manual_clock_advance (fixture->clock, 1);
  poll_for (is_kept (fixture, "app://test/second.html#0", -1));

  /* The next ones are put together. */
  inode = get_inode (fixture);
  web_assert (&fixture->web,
              "for (let i = 1; i <= 20; i++) history.replaceState (null, '', '#' + i);"
              "return 'done'",
              "done");
  wait_for (g_str_has_suffix (webkit_web_view_get_uri (fixture->web.view), "#20"));
  bh_manual_clock_advance (fixture->clock, 4999);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (get_inode (fixture), ==, inode);
  bh_manual_clock_advance (fixture->clock, 1);
  poll_for (is_kept (fixture, "app://test/second.html#20", -1));
}

/* What the user looks away from is kept at once, but not each time. */
static void
test_look_away (Fixture *fixture, gconstpointer data)
{
  open_pages (fixture);
  bh_manual_clock_advance (fixture->clock, 999);
  web_assert (&fixture->web, "history.pushState (null, '', '#1'); return 'done'", "done");
  wait_for (g_str_has_suffix (webkit_web_view_get_uri (fixture->web.view), "#1"));
  /* There is no window manager that would have made it active. */
  g_assert_false (gtk_window_is_active (GTK_WINDOW (fixture->web.window)));
  g_object_notify (G_OBJECT (fixture->web.window), "is-active");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (is_kept (fixture, "app://test/second.html", -1));
  bh_manual_clock_advance (fixture->clock, 1);
  g_object_notify (G_OBJECT (fixture->web.window), "is-active");
  poll_for (is_kept (fixture, "app://test/second.html#1", -1));
}

/* What the app may not show any more is not shown, whatever the file says. */
static void
test_outside (Fixture *fixture, gconstpointer data)
{
  static const char *const uris[] = { "https://elsewhere.example/", "file:///etc/passwd", "" };
  g_autofree char *state = NULL;
  g_autoptr (BhSessionFile) file = NULL;

  drop_session (fixture);
  state = g_build_filename (fixture->web.root, "state", NULL);
  file = bh_session_file_new (state);
  for (guint i = 0; i < G_N_ELEMENTS (uris); i++)
    {
      g_autoptr (BhSessionRecord) record = bh_session_record_new (uris[i], NULL);

      g_assert_true (bh_session_file_write (file, record, NULL));
      open_session (fixture, "continue", "");
      begin (fixture, BH_SESSION_START_NEW);
      g_assert_false (has_file (fixture));
      drop_session (fixture);
    }
}

/* The history is of a WebKit that is not known here: the address and the place have to do. */
static void
test_unknown_history (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) history = g_bytes_new_static ("of the future", 13);
  g_autofree char *state = NULL;
  g_autoptr (BhSessionFile) file = NULL;
  g_autoptr (BhSessionRecord) record = NULL;

  drop_session (fixture);
  state = g_build_filename (fixture->web.root, "state", NULL);
  file = bh_session_file_new (state);
  record = bh_session_record_new ("app://test/second.html", history);
  record->has_scroll = TRUE;
  record->scroll.top = 800;
  g_assert_true (bh_session_file_write (file, record, NULL));
  open_session (fixture, "continue", "");
  begin (fixture, BH_SESSION_START_RESTORED);
  wait_for (is_scrolled_to (fixture, 800));
  g_assert_false (webkit_web_view_can_go_back (fixture->web.view));
}

/* A page that grows when it is loaded. */
#define GROWING_PAGE(when)                                                                         \
  "<!DOCTYPE html><title>t</title><p>Short</p><script>"                                            \
  "const grow = () => { document.body.style.height = '5000px'; };" when "</script>"

static void
restore_page (Fixture *fixture, const char *page)
{
  open_pages (fixture);
  drop_session (fixture);
  web_write (&fixture->web, "second.html", page);
  open_session (fixture, "continue", "");
  begin (fixture, BH_SESSION_START_RESTORED);
}

static void
test_growing (Fixture *fixture, gconstpointer data)
{
  restore_page (fixture, GROWING_PAGE ("setTimeout (grow, 500);"));
  wait_for (is_scrolled_to (fixture, 700));
  /* The user goes on from there. */
  scroll_to (fixture, 100);
  web_assert (&fixture->web, "document.body.style.height = '6000px'; return 'done'", "done");
  web_assert (
      &fixture->web,
      "await new Promise (done => requestAnimationFrame (() => requestAnimationFrame (done)));"
      "return String (scrollY)",
      "100");
}

/* What is still too short when somebody dies again is not forgotten for that. */
static void
test_still_growing (Fixture *fixture, gconstpointer data)
{
  restore_page (fixture, GROWING_PAGE (""));
  bh_manual_clock_advance (fixture->clock, 5000);
  drop_session (fixture);
  web_write (&fixture->web, "second.html", LONG_PAGE);
  open_session (fixture, "continue", "");
  begin (fixture, BH_SESSION_START_RESTORED);
  wait_for (is_scrolled_to (fixture, 700));
}

/* A user who does something meanwhile is not taken elsewhere. */
static void
test_touched (Fixture *fixture, gconstpointer data)
{
  restore_page (fixture, GROWING_PAGE ("onkeydown = () => { document.title = 'pressed'; };"));
  web_press_key (&fixture->web);
  wait_for (g_strcmp0 (webkit_web_view_get_title (fixture->web.view), "pressed") == 0);
  web_assert (&fixture->web, "grow (); return String (document.body.clientHeight)", "5000");
  web_assert (
      &fixture->web,
      "await new Promise (done => requestAnimationFrame (() => requestAnimationFrame (done)));"
      "return String (scrollY)",
      "0");
}

typedef struct
{
  guint n;
  int left;
  int top;
} Heard;

static void
on_heard (BhView *view, int left, int top, gpointer user_data)
{
  Heard *heard = user_data;

  heard->n++;
  heard->left = left;
  heard->top = top;
}

static void
on_said (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

/* A web process may say anything. */
static void
test_lies (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = { "scroll ",
                                       "scroll 1",
                                       "scroll 1 2 3",
                                       "scroll 1e3 2",
                                       "scroll 1 100000001",
                                       "scroll x 1",
                                       "scroll 1 ",
                                       "scroll 99999999999999999999 0" };
  Heard heard = { 0, 0, 0 };

  open_pages (fixture);
  g_signal_connect (fixture->view, "scrolled", G_CALLBACK (on_heard), &heard);
  for (guint i = 0; i <= G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *script
          = g_strdup_printf ("webkit.messageHandlers.bulkhead.postMessage ('%s')",
                             i < G_N_ELEMENTS (texts) ? texts[i] : "scroll -7 100000000");
      gboolean said = FALSE;

      webkit_web_view_evaluate_javascript (fixture->web.view, script, -1, "bulkhead", NULL, NULL,
                                           on_said, &said);
      wait_for (said);
    }
  wait_for (heard.n > 0);
  g_assert_cmpuint (heard.n, ==, 1);
  g_assert_cmpint (heard.left, ==, -7);
  g_assert_cmpint (heard.top, ==, 100000000);
}

/* A page that knows where it was is not told. */
static void
test_own_restoration (Fixture *fixture, gconstpointer data)
{
  restore_page (fixture, "<!DOCTYPE html><title>t</title><body style='height: 5000px'><script>"
                         "history.scrollRestoration = 'manual';"
                         "onload = () => setTimeout (() => { scrollTo (0, 300);"
                         "document.body.style.height = '6000px'; document.title = 'own'; }, 200);"
                         "</script>");
  wait_for (g_strcmp0 (webkit_web_view_get_title (fixture->web.view), "own") == 0);
  web_assert (
      &fixture->web,
      "await new Promise (done => requestAnimationFrame (() => requestAnimationFrame (done)));"
      "return String (scrollY)",
      "300");
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

#define ADD(path, policy, function)                                                                \
  g_test_add ("/session/" path, Fixture, policy, set_up, function, tear_down)
  ADD ("restored", NULL, test_restored);
  ADD ("zoomed", NULL, test_zoomed);
  ADD ("closed", NULL, test_closed);
  ADD ("closed-always", "always", test_closed);
  ADD ("continued", NULL, test_continued);
  ADD ("page-asked-for", "always", test_page_asked_for);
  ADD ("never", "never", test_never);
  ADD ("recovered", NULL, test_recovered);
  ADD ("nothing-to-recover", NULL, test_nothing_to_recover);
  ADD ("gave-up", NULL, test_gave_up);
  ADD ("healthy", NULL, test_healthy);
  ADD ("rate", NULL, test_rate);
  ADD ("look-away", NULL, test_look_away);
  ADD ("outside", NULL, test_outside);
  ADD ("unknown-history", NULL, test_unknown_history);
  ADD ("growing", NULL, test_growing);
  ADD ("still-growing", NULL, test_still_growing);
  ADD ("touched", NULL, test_touched);
  ADD ("lies", NULL, test_lies);
  ADD ("own-restoration", NULL, test_own_restoration);

  return g_test_run ();
}
