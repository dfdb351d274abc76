/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-traffic.h"

#include "web-helpers.h"

#include <stdio.h>
#include <string.h>

/* What real WebKit sends and receives, compared with what a server has counted on its sockets. */

typedef struct
{
  Web web;
  GSubprocess *server;
  GDataInputStream *answers;
  char *directory;
  guint port, tls_port;
} Fixture;

/* One for all: the environment is set before there are threads. */
static BhTraffic *traffic;

typedef struct
{
  guint64 from, to;
  guint connections;
} Counts;

static void
ask_server (Fixture *fixture, Counts *counts)
{
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (g_subprocess_get_stdin_pipe (fixture->server), "\n", 1, NULL, NULL,
                             &error);
  g_assert_no_error (error);
  line = g_data_input_stream_read_line (fixture->answers, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sscanf (line, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %u", &counts->from,
                           &counts->to, &counts->connections),
                   ==, 3);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;

  fixture->directory = g_dir_make_tmp ("bulkhead-test-XXXXXX", NULL);
  fixture->server
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                          g_getenv ("BH_TEST_COUNTING_SERVER"), fixture->directory, NULL);
  g_assert_no_error (error);
  fixture->answers = g_data_input_stream_new (g_subprocess_get_stdout_pipe (fixture->server));
  line = g_data_input_stream_read_line (fixture->answers, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sscanf (line, "%u %u", &fixture->port, &fixture->tls_port), ==, 2);
  web_set_up (&fixture->web);
  webkit_website_data_manager_set_tls_errors_policy (webkit_web_context_get_website_data_manager (
                                                         fixture->web.context),
                                                     WEBKIT_TLS_ERRORS_POLICY_IGNORE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  web_tear_down (&fixture->web);
  g_subprocess_force_exit (fixture->server);
  g_subprocess_wait (fixture->server, NULL, NULL);
  g_object_unref (fixture->answers);
  g_object_unref (fixture->server);
  remove_tree (fixture->directory);
  g_free (fixture->directory);
}

static guint64
get_received (void)
{
  guint64 received, sent;

  bh_traffic_get (traffic, &received, &sent);

  return received;
}

static guint64
get_sent (void)
{
  guint64 received, sent;

  bh_traffic_get (traffic, &received, &sent);

  return sent;
}

static void
load (Fixture *fixture, const char *scheme, guint port, const char *path)
{
  g_autofree char *uri = g_strdup_printf ("%s://127.0.0.1:%u%s", scheme, port, path);

  web_load (&fixture->web, uri);
}

/* From @before on the module has counted what the server has, to the byte. */
static void
assert_same (Fixture *fixture, guint64 received, guint64 sent, const Counts *before)
{
  Counts counts;

  ask_server (fixture, &counts);
  g_test_message ("server: %" G_GUINT64_FORMAT " from, %" G_GUINT64_FORMAT " to clients in %u "
                  "connections",
                  counts.from - before->from, counts.to - before->to,
                  counts.connections - before->connections);
  wait_for (get_received () - received >= counts.to - before->to
            && get_sent () - sent >= counts.from - before->from);
  g_assert_cmpuint (get_received () - received, ==, counts.to - before->to);
  g_assert_cmpuint (get_sent () - sent, ==, counts.from - before->from);
}

static void
test_http (Fixture *fixture, gconstpointer data)
{
  guint64 received = get_received (), sent = get_sent ();
  Counts before = { 0 };

  load (fixture, "http", fixture->port, "/");
  web_assert (&fixture->web, "return (await (await fetch ('/other')).text ()).length + '';", "41");
  web_assert (&fixture->web,
              "return await new Promise ((resolve) => { const request = new XMLHttpRequest ();"
              "  request.onload = () => resolve (request.responseText.length + '');"
              "  request.open ('POST', '/echo'); request.send ('x'.repeat (300000)); });",
              "300000");
  web_assert (&fixture->web,
              "return await new Promise ((resolve) => { const image = new Image ();"
              "  image.onload = () => resolve ('shown'); image.src = '/image'; });",
              "shown");
  web_assert (&fixture->web, "return (await (await fetch ('/large')).text ()).length + '';",
              "8388608");
  web_assert (&fixture->web, "return (await (await fetch ('/close')).text ()).length + '';", "41");
  assert_same (fixture, received, sent, &before);
}

static void
test_cached (Fixture *fixture, gconstpointer data)
{
  guint64 received = get_received (), sent = get_sent ();
  Counts before = { 0 };
  Counts counts;

  load (fixture, "http", fixture->port, "/");
  web_assert (&fixture->web, "return (await (await fetch ('/cached')).text ()).length + '';",
              "100000");
  assert_same (fixture, received, sent, &before);
  ask_server (fixture, &before);
  received = get_received ();
  sent = get_sent ();
  for (guint i = 0; i < 5; i++)
    web_assert (&fixture->web, "return (await (await fetch ('/cached')).text ()).length + '';",
                "100000");
  /* What comes from the cache takes no network. */
  ask_server (fixture, &counts);
  g_assert_cmpuint (counts.to, ==, before.to);
  web_assert (&fixture->web, "return (await (await fetch ('/other')).text ()).length + '';", "41");
  assert_same (fixture, received, sent, &before);
}

static void
test_web_socket (Fixture *fixture, gconstpointer data)
{
  guint64 received = get_received (), sent = get_sent ();
  Counts before = { 0 };

  load (fixture, "http", fixture->port, "/");
  web_assert (&fixture->web,
              "return await new Promise ((resolve) => {"
              "  const socket = new WebSocket ('ws://' + location.host + '/socket');"
              "  let left = 20;"
              "  socket.onopen = () => socket.send ('y'.repeat (5000));"
              "  socket.onmessage = (event) => {"
              "    if (--left > 0) socket.send (event.data); else socket.close (); };"
              "  socket.onclose = () => resolve ('closed'); });",
              "closed");
  assert_same (fixture, received, sent, &before);
}

static void
test_tls (Fixture *fixture, gconstpointer data)
{
  guint64 received = get_received (), sent = get_sent ();
  Counts before = { 0 };

  if (fixture->tls_port == 0)
    {
      g_test_skip ("there is no openssl");
      return;
    }
  load (fixture, "https", fixture->tls_port, "/");
  web_assert (&fixture->web, "return (await (await fetch ('/large')).text ()).length + '';",
              "8388608");
  web_assert (&fixture->web,
              "return (await (await fetch ('/echo', { method: 'POST', body: 'x'.repeat (200000) }))"
              "  .text ()).length + '';",
              "200000");
  assert_same (fixture, received, sent, &before);
}

/* Pages of the app's own files take no network, which is known from the first on. */
static void
test_nothing (Fixture *fixture, gconstpointer data)
{
  guint64 received = get_received (), sent = get_sent ();
  guint64 value;

  web_write (&fixture->web, "index.html", "<!DOCTYPE html><title>t</title>");
  web_load (&fixture->web, "app://test/index.html");
  g_assert_cmpuint (get_received (), ==, received);
  g_assert_cmpuint (get_sent (), ==, sent);
  bh_traffic_get (traffic, &value, &value);
}

static void
on_changed (BhTraffic *changed, gint64 *last)
{
  gint64 now = g_get_monotonic_time ();

  /* With a second's grace for a timer in whole seconds. */
  g_assert_cmpint (now - *last, >=, 4 * G_TIME_SPAN_SECOND);
  *last = now;
}

int
main (int argc, char *argv[])
{
  gint64 last = 0;
  int result;

  traffic = bh_traffic_new ();
  bh_traffic_set_environment (traffic, g_getenv ("BH_TEST_TRAFFIC_MODULE_DIR"));
  g_signal_connect (traffic, "changed", G_CALLBACK (on_changed), &last);
  gtk_test_init (&argc, &argv, NULL);

#define ADD(name, function)                                                                        \
  g_test_add ("/traffic/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("nothing", test_nothing);
  ADD ("http", test_http);
  ADD ("cached", test_cached);
  ADD ("web-socket", test_web_socket);
  ADD ("tls", test_tls);
#undef ADD

  result = g_test_run ();
  g_object_unref (traffic);

  return result;
}
