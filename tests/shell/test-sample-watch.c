/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-sample-watch.h"

#include <locale.h>

/*
 * What the shell tells the supervisor that it wants measured, heard at the supervisor's half of the
 * interface.
 */

#define PATH "/io/github/bulkhead/Supervisor"

typedef struct
{
  GDBusConnection *connection;
  BhDBusSupervisor1 *service;
  BhDBusSupervisor1 *proxy;
  BhSampleWatch *watch;
  GPtrArray *calls;
} Fixture;

static gboolean
on_watch (BhDBusSupervisor1 *service,
          GDBusMethodInvocation *invocation,
          guint interval,
          Fixture *fixture)
{
  g_ptr_array_add (fixture->calls, g_strdup_printf ("watch %u", interval));
  bh_dbus_supervisor1_complete_watch (service, invocation);

  return TRUE;
}

static gboolean
on_focus (BhDBusSupervisor1 *service,
          GDBusMethodInvocation *invocation,
          const char *path,
          Fixture *fixture)
{
  g_ptr_array_add (fixture->calls, g_strdup_printf ("focus %s", path));
  bh_dbus_supervisor1_complete_focus (service, invocation);

  return TRUE;
}

static gboolean
on_show_processes (BhDBusSupervisor1 *service,
                   GDBusMethodInvocation *invocation,
                   const char *const *paths,
                   Fixture *fixture)
{
  g_autofree char *joined = g_strjoinv (",", (char **) (guintptr) paths);

  g_ptr_array_add (fixture->calls, g_strdup_printf ("show %s", joined));
  bh_dbus_supervisor1_complete_show_processes (service, invocation);

  return TRUE;
}

static void
on_proxy_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(BhDBusSupervisor1 **) user_data = bh_dbus_supervisor1_proxy_new_finish (result, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
  fixture->calls = g_ptr_array_new_with_free_func (g_free);
  fixture->service = bh_dbus_supervisor1_skeleton_new ();
  g_signal_connect (fixture->service, "handle-watch", G_CALLBACK (on_watch), fixture);
  g_signal_connect (fixture->service, "handle-focus", G_CALLBACK (on_focus), fixture);
  g_signal_connect (fixture->service, "handle-show-processes", G_CALLBACK (on_show_processes),
                    fixture);
  g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (fixture->service),
                                    fixture->connection, PATH, &error);
  g_assert_no_error (error);
  bh_dbus_supervisor1_proxy_new (fixture->connection, G_DBUS_PROXY_FLAGS_NONE,
                                 g_dbus_connection_get_unique_name (fixture->connection), PATH,
                                 NULL, on_proxy_ready, &fixture->proxy);
  while (fixture->proxy == NULL)
    g_main_context_iteration (NULL, TRUE);
  fixture->watch = bh_sample_watch_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->watch);
  g_object_unref (fixture->proxy);
  g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (fixture->service));
  g_object_unref (fixture->service);
  g_object_unref (fixture->connection);
  g_ptr_array_unref (fixture->calls);
}

/* The calls that come, in their order: no more and no fewer. */
static void
expect (Fixture *fixture, const char *const *calls)
{
  guint n_calls = g_strv_length ((char **) (guintptr) calls);

  while (fixture->calls->len < n_calls)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (fixture->calls->len, ==, n_calls);
  for (guint i = 0; i < n_calls; i++)
    g_assert_cmpstr (fixture->calls->pdata[i], ==, calls[i]);
  g_ptr_array_set_size (fixture->calls, 0);
}

#define EXPECT(fixture, ...) expect (fixture, (const char *const[]){ __VA_ARGS__, NULL })

static void
test_nothing_until_wanted (Fixture *fixture, gconstpointer data)
{
  bh_sample_watch_set_interval (fixture->watch, 500);
  bh_sample_watch_set_supervisor (fixture->watch, fixture->proxy, NULL);
  EXPECT (fixture, "watch 0");

  bh_sample_watch_hold (fixture->watch);
  EXPECT (fixture, "watch 500");
  /* A second one changes nothing, another speed does. */
  bh_sample_watch_hold (fixture->watch);
  bh_sample_watch_set_interval (fixture->watch, 500);
  bh_sample_watch_set_interval (fixture->watch, 2000);
  EXPECT (fixture, "watch 2000");
  bh_sample_watch_release (fixture->watch);
  bh_sample_watch_release (fixture->watch);
  EXPECT (fixture, "watch 0");
}

static void
test_focus (Fixture *fixture, gconstpointer data)
{
  int pane;
  int details;

  bh_sample_watch_set_supervisor (fixture->watch, fixture->proxy, NULL);
  bh_sample_watch_set_focus (fixture->watch, &pane, "/notes");
  EXPECT (fixture, "watch 0");
  bh_sample_watch_hold (fixture->watch);
  EXPECT (fixture, "watch 1000", "focus /notes");

  /* Who has spoken last decides, as long as it wants anything. */
  bh_sample_watch_set_focus (fixture->watch, &details, "/sketch");
  EXPECT (fixture, "focus /sketch");
  bh_sample_watch_set_focus (fixture->watch, &details, NULL);
  EXPECT (fixture, "focus /notes");
  bh_sample_watch_release (fixture->watch);
  EXPECT (fixture, "focus /", "watch 0");

  /* A new process of the supervisor knows nothing of it. */
  bh_sample_watch_hold (fixture->watch);
  EXPECT (fixture, "watch 1000", "focus /notes");
  bh_sample_watch_set_supervisor (fixture->watch, NULL, NULL);
  bh_sample_watch_set_supervisor (fixture->watch, fixture->proxy, NULL);
  EXPECT (fixture, "watch 1000", "focus /notes");
}

static void
test_processes (Fixture *fixture, gconstpointer data)
{
  const char *const one[] = { "/notes", NULL };
  const char *const none[] = { NULL };
  int pane;

  bh_sample_watch_set_supervisor (fixture->watch, fixture->proxy, NULL);
  bh_sample_watch_hold (fixture->watch);
  EXPECT (fixture, "watch 0", "watch 1000");
  bh_sample_watch_show_processes (fixture->watch, &pane, none);
  EXPECT (fixture, "show ");
  bh_sample_watch_show_processes (fixture->watch, &pane, one);
  EXPECT (fixture, "show /notes");

  /* Somebody else has not said whose it wants: it gets all. */
  bh_sample_watch_hold (fixture->watch);
  EXPECT (fixture, "show /");
  bh_sample_watch_release (fixture->watch);
  EXPECT (fixture, "show /notes");
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/sample-watch/nothing-until-wanted", Fixture, NULL, set_up,
              test_nothing_until_wanted, tear_down);
  g_test_add ("/sample-watch/focus", Fixture, NULL, set_up, test_focus, tear_down);
  g_test_add ("/sample-watch/processes", Fixture, NULL, set_up, test_processes, tear_down);

  return g_test_run ();
}
