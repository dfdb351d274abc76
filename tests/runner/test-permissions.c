/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-notice.h"
#include "bh-permissions.h"

#include "web-helpers.h"

#include <string.h>
#include <sys/stat.h>

/* What a page gets when it asks for the microphone or the place, and what is kept of it. */

typedef struct
{
  Web web;
  char *state;
  GtkWidget *notices;
  BhPermissions *permissions;
} Fixture;

/* WebKit has a microphone of its own for tests. The first word tells what came of it. */
#define ASK_MICROPHONE                                                                             \
  "return navigator.mediaDevices.getUserMedia ({ audio: true })"                                   \
  "  .then (() => 'allowed', (error) => error.name);"
#define ASK_PLACE                                                                                  \
  "return new Promise ((resolve) => navigator.geolocation.getCurrentPosition ("                    \
  "  () => resolve ('place'), (error) => resolve (error.code === 1 ? 'denied' : 'no place')));"
#define QUERY_MICROPHONE                                                                           \
  "return (await navigator.permissions.query ({ name: 'microphone' })).state;"

static void
open_view (Fixture *fixture)
{
  web_set_up (&fixture->web);
  web_write (&fixture->web, "index.html", "<!DOCTYPE html><title>t</title>");
  webkit_settings_set_enable_media_stream (webkit_web_view_get_settings (fixture->web.view), TRUE);
  webkit_settings_set_enable_mock_capture_devices (webkit_web_view_get_settings (fixture->web.view),
                                                   TRUE);
  fixture->notices = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_show (fixture->notices);
  gtk_box_pack_start (GTK_BOX (fixture->web.box), fixture->notices, FALSE, FALSE, 0);
  fixture->permissions = bh_permissions_new (fixture->state, "Test App");
  bh_permissions_attach (fixture->permissions, fixture->web.view, GTK_BOX (fixture->notices));
  web_load (&fixture->web, "app://test/index.html");
}

static void
close_view (Fixture *fixture)
{
  g_object_unref (fixture->permissions);
  web_tear_down (&fixture->web);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->state = g_dir_make_tmp ("bulkhead-test-XXXXXX", NULL);
  open_view (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  close_view (fixture);
  remove_tree (fixture->state);
  g_free (fixture->state);
}

static GtkWidget *
get_notice (Fixture *fixture)
{
  return find_widget (fixture->notices, NULL, BH_TYPE_NOTICE);
}

static void
wait_for_notice (Fixture *fixture, const char *text)
{
  AtkObject *accessible;

  wait_for (get_notice (fixture) != NULL);
  accessible = gtk_widget_get_accessible (get_notice (fixture));
  g_assert_cmpstr (atk_object_get_name (accessible), ==, text);
  g_assert_cmpint (atk_object_get_role (accessible), ==, ATK_ROLE_ALERT);
}

static GtkWidget *
find_button (GtkWidget *root, const char *label)
{
  g_autoptr (GList) children = NULL;

  if (GTK_IS_BUTTON (root) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (root)), label) == 0)
    return root;
  if (!GTK_IS_CONTAINER (root))
    return NULL;

  children = gtk_container_get_children (GTK_CONTAINER (root));
  for (GList *l = children; l != NULL; l = l->next)
    {
      GtkWidget *found = find_button (l->data, label);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static void
click (Fixture *fixture, const char *label)
{
  GtkWidget *button = find_button (get_notice (fixture), label);

  g_assert_nonnull (button);
  wait_for (gtk_widget_get_sensitive (button));
  gtk_button_clicked (GTK_BUTTON (button));
}

static void
wait_for_result (WebCall *call, const char *expected)
{
  wait_for (call->done);
  g_assert_cmpstr (call->text, ==, expected);
  g_clear_pointer (&call->text, g_free);
  call->done = FALSE;
}

#define NOTIFY "new Notification ('hello'); return 'asked';"

/* After the permissions, which stop what is not to be seen. */
static gboolean
on_show_notification (WebKitWebView *view, WebKitNotification *notification, gpointer user_data)
{
  (*(guint *) user_data)++;

  return TRUE;
}

static void
test_allow (Fixture *fixture, gconstpointer data)
{
  WebCall call = { FALSE, NULL };
  g_autofree char *path = g_build_filename (fixture->state, "permissions.ini", NULL);
  g_autofree char *content = NULL;
  struct stat info;

  web_assert (&fixture->web, QUERY_MICROPHONE, "prompt");
  web_start (&fixture->web, ASK_MICROPHONE, &call);
  wait_for_notice (fixture, "Test App wants to use your microphone");
  /* A click that was meant for the page allows nothing. */
  g_assert_false (gtk_widget_get_sensitive (find_button (get_notice (fixture), "Allow")));
  click (fixture, "Allow");
  wait_for_result (&call, "allowed");
  g_assert_null (get_notice (fixture));
  web_assert (&fixture->web, QUERY_MICROPHONE, "granted");

  /* Not asked again, and only the owner can read it. */
  web_assert (&fixture->web, ASK_MICROPHONE, "allowed");
  g_assert_cmpint (lstat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 07777, ==, 0600);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_nonnull (strstr (content, "[app://test]"));
  g_assert_nonnull (strstr (content, "microphone=allow"));

  /* The next run knows. */
  close_view (fixture);
  open_view (fixture);
  web_assert (&fixture->web, QUERY_MICROPHONE, "granted");
  web_assert (&fixture->web, ASK_MICROPHONE, "allowed");
  g_assert_null (get_notice (fixture));

  /* One kind says nothing about another. */
  web_start (&fixture->web, ASK_PLACE, &call);
  wait_for_notice (fixture, "Test App wants to know where you are");
  click (fixture, "Don’t Allow");
  wait_for_result (&call, "denied");
}

static void
test_deny (Fixture *fixture, gconstpointer data)
{
  WebCall call = { FALSE, NULL };

  web_start (&fixture->web, ASK_PLACE, &call);
  wait_for_notice (fixture, "Test App wants to know where you are");
  click (fixture, "Don’t Allow");
  wait_for_result (&call, "denied");

  web_start (&fixture->web, ASK_MICROPHONE, &call);
  wait_for_notice (fixture, "Test App wants to use your microphone");
  click (fixture, "Don’t Allow");
  wait_for_result (&call, "NotAllowedError");

  close_view (fixture);
  open_view (fixture);
  web_assert (&fixture->web, ASK_MICROPHONE, "NotAllowedError");
  /* WebKit tells a page that it was denied only once it has asked. */
  web_assert (&fixture->web, QUERY_MICROPHONE, "denied");
  web_assert (&fixture->web, ASK_PLACE, "denied");
  g_assert_null (get_notice (fixture));
}

static void
test_dismiss (Fixture *fixture, gconstpointer data)
{
  WebCall call = { FALSE, NULL };
  g_autofree char *path = g_build_filename (fixture->state, "permissions.ini", NULL);

  for (guint i = 0; i < 3; i++)
    {
      /* After it was dismissed WebKit itself may remember it for the page. */
      web_load (&fixture->web, "app://test/index.html");
      web_start (&fixture->web, ASK_MICROPHONE, &call);
      wait_for_notice (fixture, "Test App wants to use your microphone");
      gtk_info_bar_response (GTK_INFO_BAR (get_notice (fixture)), GTK_RESPONSE_CLOSE);
      wait_for_result (&call, "NotAllowedError");
    }
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  /* Who was sent away three times is not heard again … */
  web_load (&fixture->web, "app://test/index.html");
  web_assert (&fixture->web, ASK_MICROPHONE, "NotAllowedError");
  g_assert_null (get_notice (fixture));

  /* … before the next start. */
  close_view (fixture);
  open_view (fixture);
  web_start (&fixture->web, ASK_MICROPHONE, &call);
  wait_for_notice (fixture, "Test App wants to use your microphone");
  click (fixture, "Allow");
  wait_for_result (&call, "allowed");
}

static void
test_page_gone (Fixture *fixture, gconstpointer data)
{
  WebCall call = { FALSE, NULL };

  web_start (&fixture->web, ASK_MICROPHONE, &call);
  wait_for_notice (fixture, "Test App wants to use your microphone");
  web_load (&fixture->web, "app://test/index.html");
  g_assert_null (get_notice (fixture));
  wait_for (call.done);
  g_free (call.text);
}

static void
test_both (Fixture *fixture, gconstpointer data)
{
  WebCall call = { FALSE, NULL };

  web_start (&fixture->web,
             "return navigator.mediaDevices.getUserMedia ({ audio: true, video: true })"
             "  .then (() => 'allowed', (error) => error.name);",
             &call);
  wait_for_notice (fixture, "Test App wants to use your camera and your microphone");
  click (fixture, "Allow");
  wait_for_result (&call, "allowed");
  web_assert (&fixture->web, ASK_MICROPHONE, "allowed");
  g_assert_null (get_notice (fixture));
}

static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  WebCall call = { FALSE, NULL };
  g_autofree char *path = g_build_filename (fixture->state, "permissions.ini", NULL);

  close_view (fixture);
  g_assert_true (
      g_file_set_contents (path, "[app://test]\nmicrophone=allow\nthis is no line\n", -1, NULL));
  open_view (fixture);
  web_assert (&fixture->web, QUERY_MICROPHONE, "prompt");
  web_start (&fixture->web, ASK_MICROPHONE, &call);
  wait_for_notice (fixture, "Test App wants to use your microphone");
  click (fixture, "Don’t Allow");
  wait_for_result (&call, "NotAllowedError");

  close_view (fixture);
  g_assert_true (g_file_set_contents (path, "[app://test]\nmicrophone=maybe\n", -1, NULL));
  open_view (fixture);
  web_assert (&fixture->web, QUERY_MICROPHONE, "prompt");
}

/* A page uses the microphone while the user takes it back elsewhere. */
static void
test_revoke (Fixture *fixture, gconstpointer data)
{
  WebCall call = { FALSE, NULL };
  g_autofree char *path = g_build_filename (fixture->state, "permissions.ini", NULL);
  g_autofree char *content = NULL;

  web_start (&fixture->web,
             "return navigator.mediaDevices.getUserMedia ({ audio: true }).then ((stream) => {"
             "  window.track = stream.getAudioTracks ()[0];"
             "  window.ended = false;"
             "  window.track.onended = () => { window.ended = true; };"
             "  return window.track.readyState; });",
             &call);
  wait_for_notice (fixture, "Test App wants to use your microphone");
  click (fixture, "Allow");
  wait_for_result (&call, "live");
  wait_for (webkit_web_view_get_microphone_capture_state (fixture->web.view)
            == WEBKIT_MEDIA_CAPTURE_STATE_ACTIVE);

  /* Another page's answer changes nothing here. */
  bh_permissions_answer (fixture->permissions, "app://other", "microphone", BH_ANSWER_DENY);
  web_assert (&fixture->web, "return window.track.readyState;", "live");
  bh_permissions_answer (fixture->permissions, "app://test", "microphone", BH_ANSWER_DENY);
  wait_for (webkit_web_view_get_microphone_capture_state (fixture->web.view)
            == WEBKIT_MEDIA_CAPTURE_STATE_NONE);
  web_assert (&fixture->web,
              "while (window.track.readyState !== 'ended')"
              "  await new Promise ((resolve) => setTimeout (resolve, 10));"
              "return window.track.readyState;",
              "ended");
  web_assert (&fixture->web, ASK_MICROPHONE, "NotAllowedError");
  g_assert_null (get_notice (fixture));
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_nonnull (strstr (content, "microphone=deny"));

  /* "Ask" forgets it, and that the user has sent the page away. */
  bh_permissions_answer (fixture->permissions, "app://test", "microphone", BH_ANSWER_NONE);
  web_load (&fixture->web, "app://test/index.html");
  web_start (&fixture->web, ASK_MICROPHONE, &call);
  wait_for_notice (fixture, "Test App wants to use your microphone");
  /* An answer from elsewhere is one to the open question, too. */
  bh_permissions_answer (fixture->permissions, "app://test", "microphone", BH_ANSWER_ALLOW);
  wait_for_result (&call, "allowed");
  g_assert_null (get_notice (fixture));
}

static void
test_revoke_notifications (Fixture *fixture, gconstpointer data)
{
  WebCall call = { FALSE, NULL };
  guint shown = 0;

  g_signal_connect (fixture->web.view, "show-notification", G_CALLBACK (on_show_notification),
                    &shown);
  web_start (&fixture->web, "return Notification.requestPermission ();", &call);
  wait_for_notice (fixture, "Test App wants to show notifications");
  click (fixture, "Allow");
  wait_for_result (&call, "granted");
  web_assert (&fixture->web, NOTIFY, "asked");
  wait_for (shown == 1);

  /* The page still believes that it may, until it asks or is loaded again. */
  bh_permissions_answer (fixture->permissions, "app://test", "notifications", BH_ANSWER_DENY);
  web_assert (&fixture->web, NOTIFY, "asked");
  web_assert (&fixture->web, "return Notification.requestPermission ();", "denied");
  g_assert_cmpuint (shown, ==, 1);
  bh_permissions_answer (fixture->permissions, "app://test", "notifications", BH_ANSWER_ALLOW);
  web_load (&fixture->web, "app://test/index.html");
  web_assert (&fixture->web, "return Notification.requestPermission ();", "granted");
}

static void
on_response (GtkInfoBar *bar, int response, gpointer user_data)
{
  *(int *) user_data = response;
}

static void
test_notice (void)
{
  GtkWidget *window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  GtkWidget *notice = bh_notice_new ("Something <b>happened</b>", GTK_MESSAGE_WARNING);
  int response = 0;

  bh_notice_add_button (BH_NOTICE (notice), "_Do it", 7);
  gtk_container_add (GTK_CONTAINER (window), notice);
  gtk_widget_show (window);
  g_signal_connect (notice, "response", G_CALLBACK (on_response), &response);
  g_assert_cmpint (atk_object_get_role (gtk_widget_get_accessible (notice)), ==, ATK_ROLE_ALERT);
  g_assert_cmpstr (atk_object_get_name (gtk_widget_get_accessible (notice)), ==,
                   "Something <b>happened</b>");

  g_assert_true (gtk_info_bar_get_show_close_button (GTK_INFO_BAR (notice)));
  gtk_button_clicked (GTK_BUTTON (find_button (notice, "_Do it")));
  g_assert_cmpint (response, ==, 7);
  g_assert_false (gtk_widget_get_visible (notice));

  gtk_widget_show (notice);
  gtk_bindings_activate (G_OBJECT (notice), GDK_KEY_Escape, 0);
  g_assert_cmpint (response, ==, GTK_RESPONSE_CLOSE);
  g_assert_false (gtk_widget_get_visible (notice));

  gtk_widget_destroy (window);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/permissions/notice", test_notice);
#define ADD(name, function)                                                                        \
  g_test_add ("/permissions/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("allow", test_allow);
  ADD ("deny", test_deny);
  ADD ("dismiss", test_dismiss);
  ADD ("page-gone", test_page_gone);
  ADD ("both", test_both);
  ADD ("damaged", test_damaged);
  ADD ("revoke", test_revoke);
  ADD ("revoke-notifications", test_revoke_notifications);
#undef ADD

  return g_test_run ();
}
