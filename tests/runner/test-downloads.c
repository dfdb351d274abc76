/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-downloads.h"

#include "desk-helpers.h"
#include "web-helpers.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Downloads that pages start, into a directory of the test's, and their strip. */

/* More than WebKit wants to see before it tells what it is. */
#define FIRST_PIECE 65536

typedef struct
{
  Web web;
  DeskFixture desk;
  BhDownloads *downloads;
  GtkWidget *bar;
} Fixture;

static char *download_dir;

static BhDownload *
get_first (Fixture *fixture)
{
  g_autoptr (BhDownload) download
      = g_list_model_get_item (bh_downloads_get_model (fixture->downloads), 0);

  return download;
}

static guint
count (Fixture *fixture)
{
  return g_list_model_get_n_items (bh_downloads_get_model (fixture->downloads));
}

static gboolean
is_first (Fixture *fixture, guint n, BhDownloadState state)
{
  return count (fixture) == n && bh_download_get_state (get_first (fixture)) == state;
}

/* Of the newest download, which is the first row. */
static GtkWidget *
find_button (Fixture *fixture, const char *name)
{
  return find_widget (find_widget (fixture->bar, "list", GTK_TYPE_LIST_BOX), name, GTK_TYPE_BUTTON);
}

static void
assert_file (const char *name, const char *expected)
{
  g_autofree char *path = g_build_filename (download_dir, name, NULL);
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &content, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (content, ==, expected);
}

static guint
count_files (void)
{
  g_autoptr (GDir) dir = g_dir_open (download_dir, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  web_set_up (&fixture->web);
  desk_set_up (&fixture->desk);
  fixture->downloads = bh_downloads_new (fixture->web.context, fixture->desk.client);
  bh_downloads_serve_app (fixture->downloads, "test", fixture->web.files);
  fixture->bar = bh_downloads_bar_new (fixture->downloads);
  gtk_box_pack_end (GTK_BOX (fixture->web.box), fixture->bar, FALSE, FALSE, 0);
  gtk_box_reorder_child (GTK_BOX (fixture->web.box), fixture->bar, 0);
  web_write (&fixture->web, "index.html", "<!DOCTYPE html><title>t</title>");
  web_write (&fixture->web, "letter.txt", "Dear reader,\n");
  web_load (&fixture->web, "app://test/index.html");
  remove_tree (download_dir);
  g_assert_cmpint (g_mkdir (download_dir, 0700), ==, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->downloads);
  desk_tear_down (&fixture->desk);
  web_tear_down (&fixture->web);
}

static void
click_link (Fixture *fixture, const char *href, const char *name)
{
  g_autofree char *script
      = g_strdup_printf ("const a = document.createElement ('a'); a.href = %s; a.download = '%s';"
                         "document.body.append (a); a.click (); return 'clicked';",
                         href, name);

  web_assert (&fixture->web, script, "clicked");
}

/* The strip does not grow with every file that a page saves. */
static void
test_many (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 55; i++)
    {
      g_autofree char *name = g_strdup_printf ("file-%u.txt", i);
      g_autofree char *href = g_strdup_printf ("'data:application/octet-stream,%u'", i);

      click_link (fixture, href, name);
      wait_for (
          g_str_equal (count (fixture) > 0 ? bh_download_get_name (get_first (fixture)) : "", name)
          && bh_download_get_state (get_first (fixture)) == BH_DOWNLOAD_FINISHED);
    }
  /* With the one that came last. */
  g_assert_cmpuint (count (fixture), ==, 51);
  g_assert_cmpuint (count_files (), ==, 55);
}

static void
on_notify_active (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  g_string_append_c (user_data, bh_downloads_get_active (BH_DOWNLOADS (object)) ? '1' : '0');
}

static void
test_data (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) active = g_string_new (NULL);

  g_signal_connect (fixture->downloads, "notify::active", G_CALLBACK (on_notify_active), active);
  click_link (fixture, "'data:text/plain,hello'", "hello.txt");
  wait_for (is_first (fixture, 1, BH_DOWNLOAD_FINISHED));
  assert_file ("hello.txt", "hello");
  g_assert_cmpstr (bh_download_get_name (get_first (fixture)), ==, "hello.txt");
  g_assert_cmpstr (active->str, ==, "10");
  g_assert_cmpuint (count_files (), ==, 1);
}

static void
test_blob (Fixture *fixture, gconstpointer data)
{
  click_link (fixture, "URL.createObjectURL (new Blob (['in a blob']))", "blob.txt");
  wait_for (is_first (fixture, 1, BH_DOWNLOAD_FINISHED));
  assert_file ("blob.txt", "in a blob");
}

static void
test_app_file (Fixture *fixture, gconstpointer data)
{
  click_link (fixture, "'app://test/letter.txt'", "copy.txt");
  wait_for (is_first (fixture, 1, BH_DOWNLOAD_FINISHED));
  /* WebKit does not tell the name that the link wants. */
  assert_file ("letter.txt", "Dear reader,\n");
}

static void
test_missing_app_file (Fixture *fixture, gconstpointer data)
{
  click_link (fixture, "'app://test/nothing.txt'", "nothing.txt");
  wait_for (is_first (fixture, 1, BH_DOWNLOAD_FAILED));
  g_assert_cmpstr (bh_download_get_message (get_first (fixture)), !=, "");
  g_assert_cmpuint (count_files (), ==, 0);
  g_assert_true (gtk_widget_get_visible (find_button (fixture, "retry_button")));

  /* The app has it now. */
  web_write (&fixture->web, "nothing.txt", "something");
  gtk_button_clicked (GTK_BUTTON (find_button (fixture, "retry_button")));
  wait_for (is_first (fixture, 1, BH_DOWNLOAD_FINISHED));
  assert_file ("nothing.txt", "something");
}

static void
test_collision (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (download_dir, "a.tar.gz", NULL);

  g_assert_true (g_file_set_contents (path, "precious", -1, NULL));
  click_link (fixture, "'data:text/plain,one'", "a.tar.gz");
  click_link (fixture, "'data:text/plain,two'", "a.tar.gz");
  wait_for (is_first (fixture, 2, BH_DOWNLOAD_FINISHED)
            && !bh_downloads_get_active (fixture->downloads));
  assert_file ("a.tar.gz", "precious");
  assert_file ("a (1).tar.gz", "one");
  assert_file ("a (2).tar.gz", "two");
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  click_link (fixture, "'data:text/plain,x'", "../../.bashrc");
  wait_for (is_first (fixture, 1, BH_DOWNLOAD_FINISHED));
  g_assert_cmpuint (count_files (), ==, 1);
  g_assert_false (strstr (bh_download_get_name (get_first (fixture)), "/") != NULL);
  g_assert_cmpint (*bh_download_get_name (get_first (fixture)), !=, '.');
}

/* A server that sends the head and a first piece, and no more. */
static gboolean
on_incoming (GSocketService *service,
             GSocketConnection *connection,
             GObject *source,
             gpointer user_data)
{
  static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
                             "Content-Length: 1000000\r\nContent-Disposition: attachment; "
                             "filename=slow.bin\r\n\r\n";
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_autofree char *piece = g_malloc0 (FIRST_PIECE);

  g_output_stream_write_all (output, head, sizeof head - 1, NULL, NULL, NULL);
  g_output_stream_write_all (output, piece, FIRST_PIECE, NULL, NULL, NULL);
  g_ptr_array_add (user_data, g_object_ref (connection));

  return TRUE;
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = NULL;
  g_autoptr (WebKitDownload) transfer = NULL;
  GtkWidget *cancel;
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, &error);

  g_assert_no_error (error);
  g_signal_connect (service, "incoming", G_CALLBACK (on_incoming), connections);
  uri = g_strdup_printf ("http://127.0.0.1:%u/", port);
  transfer = webkit_web_view_download_uri (fixture->web.view, uri);
  wait_for (count (fixture) == 1 && bh_download_get_received (get_first (fixture)) == FIRST_PIECE);
  g_assert_true (bh_downloads_get_active (fixture->downloads));
  g_assert_cmpuint (bh_download_get_length (get_first (fixture)), ==, 1000000);
  g_assert_cmpstr (bh_download_get_name (get_first (fixture)), ==, "slow.bin");

  cancel = find_button (fixture, "cancel_button");
  g_assert_true (gtk_widget_get_visible (cancel));
  gtk_button_clicked (GTK_BUTTON (cancel));
  wait_for (is_first (fixture, 1, BH_DOWNLOAD_CANCELLED));
  g_assert_false (bh_downloads_get_active (fixture->downloads));
  wait_for (count_files () == 0);
  g_assert_false (gtk_widget_get_visible (cancel));

  /* What ended goes with the strip. */
  bh_downloads_clear_ended (fixture->downloads);
  g_assert_cmpuint (count (fixture), ==, 0);
  g_assert_false (gtk_revealer_get_reveal_child (
      GTK_REVEALER (find_widget (fixture->bar, "revealer", GTK_TYPE_REVEALER))));
}

static gboolean
on_incoming_error (GSocketService *service,
                   GSocketConnection *connection,
                   GObject *source,
                   gpointer user_data)
{
  static const char head[] = "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n"
                             "Content-Length: 9\r\nConnection: close\r\n\r\n<p>No</p>";

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), head,
                             sizeof head - 1, NULL, NULL, NULL);
  g_ptr_array_add (user_data, g_object_ref (connection));

  return TRUE;
}

static void
test_server_error (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = NULL;
  g_autoptr (WebKitDownload) transfer = NULL;
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, &error);

  g_assert_no_error (error);
  g_signal_connect (service, "incoming", G_CALLBACK (on_incoming_error), connections);
  uri = g_strdup_printf ("http://127.0.0.1:%u/report.pdf", port);
  transfer = webkit_web_view_download_uri (fixture->web.view, uri);
  wait_for (is_first (fixture, 1, BH_DOWNLOAD_FAILED));
  g_assert_nonnull (strstr (bh_download_get_message (get_first (fixture)), "404"));
  g_assert_cmpuint (count_files (), ==, 0);
}

static void
test_buttons (Fixture *fixture, gconstpointer data)
{
  click_link (fixture, "'data:text/plain,hello'", "hello.txt");
  wait_for (is_first (fixture, 1, BH_DOWNLOAD_FINISHED));
  g_assert_true (gtk_widget_get_visible (find_button (fixture, "open_button")));
  g_assert_true (gtk_widget_get_visible (find_button (fixture, "folder_button")));

  click_link (fixture, "'data:text/plain,[Desktop Entry]'", "app.desktop");
  wait_for (is_first (fixture, 2, BH_DOWNLOAD_FINISHED));
  g_assert_false (gtk_widget_get_visible (find_button (fixture, "open_button")));
  g_assert_true (gtk_widget_get_visible (find_button (fixture, "folder_button")));
}

static guint
count_outgoing (Fixture *fixture)
{
  g_autoptr (GDir) dir = g_dir_open (bh_desk_client_get_outgoing (fixture->desk.client), 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

/* Whatever comes of it, nothing stays in the app's own directory. */
static void
test_unserved (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  bh_desk_withdraw (fixture->desk.desk);
  click_link (fixture, "'data:text/plain,hello'", "hello.txt");
  wait_for (is_first (fixture, 1, BH_DOWNLOAD_FAILED));
  g_assert_cmpstr (bh_download_get_message (get_first (fixture)), !=, "");
  g_assert_cmpuint (count_files (), ==, 0);
  g_assert_cmpuint (count_outgoing (fixture), ==, 0);
  g_assert_false (gtk_widget_get_visible (find_button (fixture, "folder_button")));

  bh_desk_serve (fixture->desk.desk, fixture->desk.connection, &error);
  g_assert_no_error (error);
  gtk_button_clicked (GTK_BUTTON (find_button (fixture, "retry_button")));
  wait_for (is_first (fixture, 1, BH_DOWNLOAD_FINISHED));
  g_assert_cmpuint (count_files (), ==, 1);
  g_assert_cmpuint (count_outgoing (fixture), ==, 0);
}

/* What the app has made itself can be saved once more when that fails. */
static void
test_local (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = bh_desk_client_dup_new_path (fixture->desk.client);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "printed", -1, NULL));
  bh_desk_withdraw (fixture->desk.desk);
  bh_downloads_save (fixture->downloads, path, "page.pdf");
  wait_for (is_first (fixture, 1, BH_DOWNLOAD_FAILED));
  bh_desk_serve (fixture->desk.desk, fixture->desk.connection, &error);
  g_assert_no_error (error);
  gtk_button_clicked (GTK_BUTTON (find_button (fixture, "retry_button")));
  wait_for (is_first (fixture, 1, BH_DOWNLOAD_FINISHED));
  assert_file ("page.pdf", "printed");
  g_assert_cmpuint (count_outgoing (fixture), ==, 0);
}

static char *
find_sketch (void)
{
  for (const char *const *dir = g_get_system_data_dirs (); *dir != NULL; dir++)
    {
      g_autofree char *path = g_build_filename (*dir, "bulkhead", "apps", "sketch", NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        return g_steal_pointer (&path);
    }

  return NULL;
}

/* The sample app saves its picture as apps do: a blob, and a link that is clicked. */
static void
test_sketch (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sketch = find_sketch ();
  g_autofree char *clicked = NULL;
  g_autofree char *aside = g_strconcat (fixture->web.files, ".old", NULL);
  g_autofree char *path = NULL;
  g_autofree char *content = NULL;
  gsize length;

  g_assert_nonnull (sketch);
  g_assert_cmpint (g_rename (fixture->web.files, aside), ==, 0);
  g_assert_cmpint (symlink (sketch, fixture->web.files), ==, 0);
  web_load (&fixture->web, "app://test/index.html");
  /* Its script goes on after the load has finished. */
  wait_for (
      (g_free (clicked),
       clicked = web_run (
           &fixture->web,
           "const canvas = document.getElementById ('canvas');"
           "const press = (key) => canvas.dispatchEvent (new KeyboardEvent ('keydown', { key }));"
           "press (' '); press ('ArrowRight'); press ('ArrowDown'); press (' ');"
           "const save = document.getElementById ('save');"
           "const ready = !save.disabled; save.click (); return ready;"),
       g_str_equal (clicked, "true")));
  wait_for (is_first (fixture, 1, BH_DOWNLOAD_FINISHED));
  g_assert_true (g_str_has_suffix (bh_download_get_name (get_first (fixture)), ".png"));
  path = g_build_filename (download_dir, bh_download_get_name (get_first (fixture)), NULL);
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  g_assert_cmpuint (length, >, 100);
  g_assert_cmpmem (content, 8, "\x89PNG\r\n\x1a\n", 8);
  g_assert_true (gtk_widget_get_visible (find_button (fixture, "open_button")));
}

static void
write_user_dirs (void)
{
  g_autofree char *path = g_build_filename (g_get_user_config_dir (), "user-dirs.dirs", NULL);
  g_autofree char *text = NULL;

  download_dir = g_dir_make_tmp ("bulkhead-test-XXXXXX", NULL);
  text = g_strdup_printf ("XDG_DOWNLOAD_DIR=\"%s\"\n", download_dir);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

int
main (int argc, char *argv[])
{
  int status;

  gtk_test_init (&argc, &argv, NULL);
  /* The session that the test runs in has directories of its own. */
  write_user_dirs ();

#define ADD(name, function)                                                                        \
  g_test_add ("/downloads/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("data", test_data);
  ADD ("blob", test_blob);
  ADD ("app-file", test_app_file);
  ADD ("missing-app-file", test_missing_app_file);
  ADD ("collision", test_collision);
  ADD ("names", test_names);
  ADD ("many", test_many);
  ADD ("cancel", test_cancel);
  ADD ("server-error", test_server_error);
  ADD ("buttons", test_buttons);
  ADD ("unserved", test_unserved);
  ADD ("local", test_local);
  ADD ("sketch", test_sketch);
#undef ADD

  status = g_test_run ();
  remove_tree (download_dir);

  return status;
}
