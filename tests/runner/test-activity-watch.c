/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-activity-watch.h"

#include "desk-helpers.h"
#include "web-helpers.h"

/* What an app does is told when it begins and when it ends, and no more than that. */

typedef struct
{
  Web web;
  DeskFixture desk;
  BhDownloads *downloads;
  BhActivityWatch *watch;
  guint told;
  gint64 told_at;
} Fixture;

static void
on_changed (BhActivityWatch *watch, gpointer user_data)
{
  Fixture *fixture = user_data;
  gint64 now = g_get_monotonic_time ();

  /* At most once a second. */
  g_assert_true (fixture->told == 0 || now - fixture->told_at > 900 * G_TIME_SPAN_MILLISECOND);
  fixture->told++;
  fixture->told_at = now;
}

static gboolean
on_permission_request (WebKitWebView *view, WebKitPermissionRequest *request, gpointer user_data)
{
  webkit_permission_request_allow (request);

  return TRUE;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  WebKitSettings *settings;
  GtkWidget *plain;

  web_set_up (&fixture->web);
  desk_set_up (&fixture->desk);
  plain = GTK_WIDGET (fixture->web.view);
  fixture->web.view = WEBKIT_WEB_VIEW (bh_view_new (fixture->web.context));
  gtk_widget_destroy (plain);
  gtk_box_pack_end (GTK_BOX (fixture->web.box), GTK_WIDGET (fixture->web.view), TRUE, TRUE, 0);
  gtk_widget_show (GTK_WIDGET (fixture->web.view));
  settings = webkit_web_view_get_settings (fixture->web.view);
  webkit_settings_set_enable_media_stream (settings, TRUE);
  webkit_settings_set_enable_mock_capture_devices (settings, TRUE);
  g_signal_connect (fixture->web.view, "permission-request", G_CALLBACK (on_permission_request),
                    NULL);
  fixture->downloads = bh_downloads_new (fixture->web.context, fixture->desk.client);
  fixture->watch = bh_activity_watch_new (fixture->downloads);
  g_signal_connect (fixture->watch, "changed", G_CALLBACK (on_changed), fixture);
  bh_activity_watch_add (fixture->watch, GTK_WINDOW (fixture->web.window),
                         BH_VIEW (fixture->web.view));
  web_write (&fixture->web, "index.html", "<!DOCTYPE html><title>t</title>");
  web_load (&fixture->web, "app://test/index.html");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (fixture->watch, fixture);
  g_assert_finalize_object (fixture->watch);
  g_object_unref (fixture->downloads);
  web_tear_down (&fixture->web);
  desk_tear_down (&fixture->desk);
}

/* Whether it has the focus is the window manager's to decide, of which there is none here. */
static gboolean
does (Fixture *fixture, BhActivities activities)
{
  return fixture->told > 0
         && (bh_activity_watch_get (fixture->watch) & ~BH_ACTIVITY_FOCUSED) == activities;
}

static void
test_window (Fixture *fixture, gconstpointer data)
{
  wait_for (does (fixture, BH_ACTIVITY_VISIBLE));
  gtk_widget_hide (fixture->web.window);
  wait_for (does (fixture, 0));
  gtk_widget_show (fixture->web.window);
  wait_for (does (fixture, BH_ACTIVITY_VISIBLE));
}

static void
test_capture (Fixture *fixture, gconstpointer data)
{
  wait_for (does (fixture, BH_ACTIVITY_VISIBLE));
  web_assert (&fixture->web,
              "window.stream = await navigator.mediaDevices.getUserMedia ({ audio: true });"
              "return 'allowed'",
              "allowed");
  wait_for (does (fixture, BH_ACTIVITY_VISIBLE | BH_ACTIVITY_CAPTURE));
  web_assert (&fixture->web, "stream.getTracks ().forEach (track => track.stop ()); return 'ended'",
              "ended");
  wait_for (does (fixture, BH_ACTIVITY_VISIBLE));
}

/* Sends the beginning of a file, and never the rest. */
static gboolean
on_incoming (GSocketService *service,
             GSocketConnection *stream,
             GObject *source,
             gpointer user_data)
{
  static const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n"
                             "Content-Type: application/octet-stream\r\n\r\nbeginning";

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (stream)), text,
                             sizeof text - 1, NULL, NULL, NULL);
  *(GSocketConnection **) user_data = g_object_ref (stream);

  return TRUE;
}

static void
test_download (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autoptr (GSocketConnection) stream = NULL;
  g_autoptr (WebKitDownload) download = NULL;
  g_autofree char *uri = NULL;
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);

  g_signal_connect (service, "incoming", G_CALLBACK (on_incoming), &stream);
  wait_for (does (fixture, BH_ACTIVITY_VISIBLE));
  uri = g_strdup_printf ("http://127.0.0.1:%u/file.bin", port);
  download = webkit_web_view_download_uri (fixture->web.view, uri);
  wait_for (does (fixture, BH_ACTIVITY_VISIBLE | BH_ACTIVITY_DOWNLOAD));
  webkit_download_cancel (download);
  wait_for (does (fixture, BH_ACTIVITY_VISIBLE));
}

/* That a page objects is known until the user turns to it, or there is another one. */
static void
test_unsaved (Fixture *fixture, gconstpointer data)
{
  BhView *view = BH_VIEW (fixture->web.view);

  wait_for (does (fixture, BH_ACTIVITY_VISIBLE));
  bh_activity_watch_set_unsaved (fixture->watch, view, TRUE);
  wait_for (does (fixture, BH_ACTIVITY_VISIBLE | BH_ACTIVITY_UNSAVED));
  web_press_key (&fixture->web);
  wait_for (does (fixture, BH_ACTIVITY_VISIBLE));
  bh_activity_watch_set_unsaved (fixture->watch, view, TRUE);
  wait_for (does (fixture, BH_ACTIVITY_VISIBLE | BH_ACTIVITY_UNSAVED));
  web_load (&fixture->web, "app://test/index.html");
  wait_for (does (fixture, BH_ACTIVITY_VISIBLE));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add ("/activity-watch/window", Fixture, NULL, set_up, test_window, tear_down);
  g_test_add ("/activity-watch/capture", Fixture, NULL, set_up, test_capture, tear_down);
  g_test_add ("/activity-watch/download", Fixture, NULL, set_up, test_download, tear_down);
  g_test_add ("/activity-watch/unsaved", Fixture, NULL, set_up, test_unsaved, tear_down);

  return g_test_run ();
}
