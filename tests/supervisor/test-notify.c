/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supervisor-fixture.h"

/*
 * What the desktop is told of apps in trouble, by a server of org.freedesktop.Notifications which
 * the test is itself, and by none.
 */

#define BUS_NAME "org.freedesktop.Notifications"
#define MIB      ((guint64) 1024 * 1024)

static const char introspection[]
    = "<node><interface name='org.freedesktop.Notifications'>"
      "<method name='GetCapabilities'><arg type='as' direction='out'/></method>"
      "<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/>"
      "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>"
      "<arg type='as' direction='in'/><arg type='a{sv}' direction='in'/>"
      "<arg type='i' direction='in'/><arg type='u' direction='out'/></method>"
      "<method name='CloseNotification'><arg type='u' direction='in'/></method>"
      "</interface>"
      "<interface name='org.freedesktop.Application'>"
      "<method name='ActivateAction'><arg type='s' direction='in'/><arg type='av' direction='in'/>"
      "<arg type='a{sv}' direction='in'/></method>"
      "</interface></node>";

/* The server, and what it was told. */
typedef struct
{
  GDBusConnection *connection;
  GDBusNodeInfo *info;
  const char *const *capabilities;
  guint registration;
  guint shell;

  guint32 last_id;
  guint32 shown;    /* the id of what was shown last, 0 when that has gone */
  guint open;       /* how many are shown */
  gboolean several; /* more than one may be */
  guint notifies;
  guint asked;
  guint32 replaces;
  char *summary;
  char *body;
  char *icon;
  char *actions; /* separated by commas */
  char *activated;
} Server;

static Server server;

static void
take_notify (GVariant *parameters)
{
  g_autofree const char **actions = NULL;
  g_autoptr (GVariant) hints = NULL;
  const char *summary, *body, *icon = "";
  const char *entry = "";

  g_variant_get (parameters, "(&su&s&s&s^a&s@a{sv}i)", NULL, &server.replaces, NULL, &summary,
                 &body, &actions, &hints, NULL);
  g_variant_lookup (hints, "desktop-entry", "&s", &entry);
  g_assert_cmpstr (entry, ==, "io.github.bulkhead.Bulkhead");
  g_variant_lookup (hints, "image-path", "&s", &icon);
  g_free (server.summary);
  server.summary = g_strdup (summary);
  g_free (server.body);
  server.body = g_strdup (body);
  g_free (server.icon);
  server.icon = g_strdup (icon);
  g_free (server.actions);
  server.actions = g_strjoinv (",", (char **) (gsize) actions);
  g_test_message ("“%s” “%s” [%s]", summary, body, server.actions);

  /* One that is still shown is replaced, not added to. */
  if (server.replaces == 0)
    server.open++;
  g_assert_true (server.several || server.open == 1);
  server.shown = server.replaces != 0 ? server.replaces : ++server.last_id;
  server.notifies++;
}

static void
emit (const char *signal, GVariant *parameters)
{
  g_dbus_connection_emit_signal (server.connection, NULL, "/org/freedesktop/Notifications",
                                 BUS_NAME, signal, parameters, NULL);
}

static void
on_method_call (GDBusConnection *connection,
                const char *sender,
                const char *path,
                const char *interface,
                const char *method,
                GVariant *parameters,
                GDBusMethodInvocation *invocation,
                gpointer user_data)
{
  if (g_str_equal (method, "GetCapabilities"))
    {
      server.asked++;
      g_dbus_method_invocation_return_value (invocation,
                                             g_variant_new ("(^as)", server.capabilities));
      return;
    }
  if (g_str_equal (method, "Notify"))
    {
      take_notify (parameters);
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", server.shown));
      return;
    }
  if (g_str_equal (method, "CloseNotification"))
    {
      guint32 id;

      g_variant_get (parameters, "(u)", &id);
      if (id == server.shown)
        server.shown = 0;
      server.open--;
      emit ("NotificationClosed", g_variant_new ("(uu)", id, 3));
    }
  else
    {
      const char *action;

      g_variant_get (parameters, "(&sav@a{sv})", &action, NULL, NULL);
      g_free (server.activated);
      server.activated = g_strdup (action);
    }
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static const GDBusInterfaceVTable vtable = { .method_call = on_method_call };

static void
request_name (const char *name, const char *method, GVariant *parameters)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_sync (server.connection, "org.freedesktop.DBus",
                                     "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
                                     parameters, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
}

static void
start_server (Fixture *fixture, const char *const *capabilities)
{
  g_autoptr (GError) error = NULL;

  server = (Server){ .connection = fixture->connection, .capabilities = capabilities };
  server.info = g_dbus_node_info_new_for_xml (introspection, &error);
  g_assert_no_error (error);
  server.registration
      = g_dbus_connection_register_object (server.connection, "/org/freedesktop/Notifications",
                                           server.info->interfaces[0], &vtable, NULL, NULL, &error);
  g_assert_no_error (error);
  server.shell
      = g_dbus_connection_register_object (server.connection, "/io/github/bulkhead/Bulkhead",
                                           server.info->interfaces[1], &vtable, NULL, NULL, &error);
  g_assert_no_error (error);
  request_name (BUS_NAME, "RequestName", g_variant_new ("(su)", BUS_NAME, 0));
  request_name (BUS_NAME, "RequestName", g_variant_new ("(su)", "io.github.bulkhead.Bulkhead", 0));
}

static void
stop_server (void)
{
  request_name (BUS_NAME, "ReleaseName", g_variant_new ("(s)", BUS_NAME));
  request_name (BUS_NAME, "ReleaseName", g_variant_new ("(s)", "io.github.bulkhead.Bulkhead"));
  g_dbus_connection_unregister_object (server.connection, server.registration);
  g_dbus_connection_unregister_object (server.connection, server.shell);
  g_dbus_node_info_unref (server.info);
  g_free (server.summary);
  g_free (server.body);
  g_free (server.icon);
  g_free (server.actions);
  g_free (server.activated);
  server = (Server){ 0 };
}

static const char *const with_actions[] = { "actions", "body", "body-markup", NULL };
static const char *const plain[] = { "body", NULL };

static void
invoke (const char *action)
{
  emit ("ActionInvoked", g_variant_new ("(us)", server.shown, action));
}

static void
add_app (Fixture *fixture, const char *id, const char *name, const char *bulkhead)
{
  g_autofree char *text = g_strdup_printf (
      "{\"startup_app\": {\"uuid\": \"%s\", \"name\": \"%s\", \"url\": \"app:///index.html\"},"
      " \"bulkhead\": {%s}}",
      id, name, bulkhead);

  fixture_write_app (fixture, id, text);
}

static void
set_limits (BhDBusApp1 *app, const char *text)
{
  g_autoptr (GVariant) values = g_variant_ref_sink (g_variant_new_parsed (text));
  g_autoptr (GError) error = NULL;

  bh_dbus_app1_call_set_limits_sync (app, values, NULL, &error);
  g_assert_no_error (error);
}

/* It has 50 MiB, and is warned about from 20 on. */
static BhDBusApp1 *
press_app (Fixture *fixture)
{
  BhDBusApp1 *app = fixture_get_app (fixture, "allocate-50");

  launch_painted (app);
  set_limits (app, "{'memory': <uint64 1073741824>, 'memory-high': <uint64 20971520>}");
  wait_for (bh_dbus_app1_get_pressed (app));

  return app;
}

static void
test_memory (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  guint64 started;

  add_app (fixture, "allocate-50", "Bread & <b>Butter</b>", "");
  start_server (fixture, with_actions);
  fixture_start_supervisor (fixture);
  app = press_app (fixture);
  wait_for (server.shown != 0);
  g_assert_cmpstr (server.summary, ==, "Bread & <b>Butter</b> uses much memory");
  g_assert_nonnull (strstr (server.body, "20.0"));
  g_assert_nonnull (strstr (server.body, "1.0"));
  g_assert_cmpstr (server.actions, ==,
                   "default,Show Task Manager,restart,Restart,task-manager,Show Task Manager,"
                   "mute,Mute");

  /* Withdrawn when it is over; told of again when it comes again, and withdrawn with the app. */
  set_limits (app, "{'memory-high': <uint64 0>, 'memory': <uint64 0>}");
  wait_for (!bh_dbus_app1_get_pressed (app));
  wait_for (server.shown == 0);
  kill_app (app);
  g_clear_object (&app);
  app = press_app (fixture);
  wait_for (server.shown != 0);
  g_assert_cmpuint (server.notifies, ==, 2);
  g_assert_cmpuint (server.asked, ==, 1);

  invoke ("task-manager");
  wait_for (g_strcmp0 (server.activated, "task-manager") == 0);

  started = bh_dbus_app1_get_started_at (app);
  invoke ("restart");
  wait_for (server.shown == 0);
  wait_for (bh_dbus_app1_get_started_at (app) > started);
  wait_for_state (app, "running");
  kill_app (app);
  wait_for_state (app, "stopped");
  stop_server ();
}

static void
test_cpu_time (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;

  add_app (fixture, "busy", "Busy", "");
  start_server (fixture, plain);
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "busy");
  launch_painted (app);
  set_limits (app, "{'cpu-time': <uint64 3600000000>}");
  g_assert_cmpuint (server.notifies, ==, 0);
  order (app, "spin");
  set_limits (app, "{'cpu-time': <uint64 2500000>}");
  wait_for (server.shown != 0);
  g_assert_cmpstr (server.summary, ==, "Busy has used most of its CPU time");
  /* This server has no buttons. */
  g_assert_cmpstr (server.actions, ==, "");

  wait_for (g_str_has_suffix (server.summary, "has passed a limit and was ended"));
  wait_for_reason (app, "cpu-time-limit");
  /* It comes back by itself, which the notification outlives until somebody sees to the app. */
  wait_for (bh_dbus_app1_get_restarts (app) == 1);
  wait_for_state (app, "running");
  g_assert_cmpuint (server.shown, !=, 0);
  kill_app (app);
  wait_for (server.shown == 0);
  stop_server ();
}

static void
test_ended (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;

  add_app (fixture, "plain", "Plain", "\"restart\": {\"policy\": \"never\"}");
  start_server (fixture, with_actions);
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  launch_painted (app);
  set_limits (app, "{'tasks': <uint64 1>}");
  wait_for (server.shown != 0);
  g_assert_cmpstr (server.summary, ==, "Plain has passed a limit and was ended");
  g_assert_nonnull (strstr (server.body, "its limit is 1"));
  g_assert_null (strstr (server.body, "by itself"));
  g_assert_nonnull (strstr (server.actions, "start,Start Again"));
  g_assert_cmpuint (server.notifies, ==, 1);

  set_limits (app, "{'tasks': <uint64 0>}");
  invoke ("start");
  wait_for_state (app, "running");
  wait_for (server.shown == 0);
  kill_app (app);
  stop_server ();
}

static void
test_gave_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;

  /* What it is called in a notification has an end. */
  add_app (fixture, "plain",
           "A name that is so long that nobody would ever want to read it to the end of it",
           "\"restart\": {\"maxRestarts\": 0}");
  fixture->idle_timeout = "300";
  start_server (fixture, with_actions);
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  kill ((pid_t) launch_painted (app), SIGKILL);
  wait_for_state (app, "failed");
  wait_for (server.shown != 0);
  g_assert_true (g_str_has_suffix (server.summary, "… could not be kept running"));
  g_assert_nonnull (strstr (server.body, "SIGKILL"));
  g_assert_nonnull (strstr (server.actions, "start,Start Again"));

  /* The supervisor stays to answer to the button, though nothing runs. */
  g_usleep (600 * G_TIME_SPAN_MILLISECOND);
  g_assert_true (is_alive ((guint) fixture->supervisor));
  invoke ("start");
  wait_for_state (app, "running");
  wait_for (server.shown == 0);

  /* When it was closed by the user there is nobody to stay for. */
  kill ((pid_t) bh_dbus_app1_get_pid (app), SIGKILL);
  wait_for_state (app, "failed");
  wait_for (server.shown != 0);
  emit ("NotificationClosed", g_variant_new ("(uu)", server.shown, 2));
  server.shown = 0;
  server.open--;
  g_assert_cmpint (fixture_wait_supervisor (fixture), ==, 0);
  stop_server ();
}

static void
test_switched_off (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) other = NULL;

  add_app (fixture, "allocate-50", "App", "");
  add_app (fixture, "plain", "Plain", "\"restart\": {\"maxRestarts\": 0}");
  start_server (fixture, with_actions);
  fixture_start_supervisor (fixture);
  app = press_app (fixture);
  wait_for (server.shown != 0);

  /* What is shown goes at once, and nothing more comes. */
  fixture_set_settings (fixture, "notify=false");
  wait_for (server.shown == 0);
  other = fixture_get_app (fixture, "plain");
  kill ((pid_t) launch_painted (other), SIGKILL);
  wait_for_state (other, "failed");
  fixture_set_settings (fixture, "notify=false\ndefault-tasks=4000");
  wait_for (g_variant_n_children (bh_dbus_app1_get_limits (other)) == 1);
  g_assert_cmpuint (server.notifies, ==, 1);
  kill_app (app);
  stop_server ();
}

/* A page that owes an answer for longer than it may. */
static void
hang_up (BhDBusApp1 *app)
{
  order (app, "beat-60000");
  wait_for_state (app, "unresponsive");
}

static void
test_unresponsive (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  guint64 started;

  add_app (fixture, "mute", "Plain", "");
  fixture_set_settings (fixture, "unresponsive-after=1");
  start_server (fixture, with_actions);
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "mute");
  launch_painted (app);
  wait_for (server.shown != 0);
  g_assert_cmpstr (server.summary, ==, "Plain does not respond");
  g_assert_cmpstr (server.actions, ==,
                   "default,Show,wait,Wait,restart,Restart,show,Show,mute,Mute");
  invoke ("show");
  wait_for_title (app, "raised");
  g_assert_cmpuint (server.notifies, ==, 1);

  /* Who waits is told when that was in vain. */
  invoke ("wait");
  wait_for (server.shown == 0);
  wait_for (server.shown != 0);
  g_assert_cmpuint (server.notifies, ==, 2);
  started = bh_dbus_app1_get_started_at (app);
  invoke ("restart");
  wait_for (bh_dbus_app1_get_started_at (app) > started);
  kill_app (app);
  wait_for (server.shown == 0);
  stop_server ();
}

/* It comes and goes, and nobody has seen to it. */
static void
test_flapping (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;

  add_app (fixture, "mute", "Plain", "\"restart\": {\"policy\": \"never\"}");
  fixture_set_settings (fixture, "unresponsive-after=1");
  start_server (fixture, with_actions);
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "mute");
  launch_painted (app);
  wait_for (server.shown != 0);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;

      bh_dbus_app1_call_wait_sync (app, NULL, &error);
      g_assert_no_error (error);
      wait_for_state (app, "running");
      wait_for (server.shown == 0);
      wait_for_state (app, "unresponsive");
    }
  /* An end is told of all the same. */
  set_limits (app, "{'tasks': <uint64 1>}");
  wait_for (server.shown != 0);
  g_assert_cmpstr (server.summary, ==, "Plain has passed a limit and was ended");
  g_assert_cmpuint (server.notifies, ==, 2);
  kill_app (app);
  stop_server ();
}

/* Who looks at the window is told there. */
static void
test_looked_at (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;

  add_app (fixture, "mute", "Plain", "");
  start_server (fixture, with_actions);
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "mute");
  launch_painted (app);
  order (app, "does-focused");
  wait_for (g_strv_contains (bh_dbus_app1_get_activity (app), "focused"));
  hang_up (app);
  order (app, "does-visible");
  wait_for (server.shown != 0);
  g_assert_cmpuint (server.notifies, ==, 1);
  kill_app (app);
  stop_server ();
}

static gboolean
is_muted (BhDBusApp1 *app)
{
  gboolean muted = FALSE;

  g_variant_lookup (bh_dbus_app1_get_settings (app), "muted", "b", &muted);

  return muted;
}

static void
test_muted (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) other = NULL;
  g_autoptr (GVariant) loud = NULL;
  g_autoptr (GError) error = NULL;

  add_app (fixture, "allocate-50", "App", "");
  add_app (fixture, "plain", "Plain", "\"restart\": {\"maxRestarts\": 0}");
  start_server (fixture, with_actions);
  fixture_start_supervisor (fixture);
  app = press_app (fixture);
  wait_for (server.shown != 0);
  g_assert_false (is_muted (app));
  invoke ("mute");
  wait_for (server.shown == 0);
  wait_for (is_muted (app));

  /* Nothing more of this app, whatever becomes of it; but of others. */
  set_limits (app, "{'tasks': <uint64 1>}");
  wait_for_reason (app, "task-limit");
  other = fixture_get_app (fixture, "plain");
  kill ((pid_t) launch_painted (other), SIGKILL);
  wait_for_state (other, "failed");
  wait_for (server.shown != 0);
  g_assert_cmpstr (server.summary, ==, "Plain could not be kept running");
  g_assert_cmpuint (server.notifies, ==, 2);
  kill_app (other);
  wait_for (server.shown == 0);

  /* The end that was limited is told of, as it is of today. */
  loud = g_variant_ref_sink (g_variant_new_parsed ("{'muted': <false>}"));
  bh_dbus_app1_call_set_settings_sync (app, loud, NULL, &error);
  g_assert_no_error (error);
  wait_for (server.shown != 0);
  g_assert_true (g_str_has_prefix (server.summary, "App "));
  kill_app (app);
  stop_server ();
}

static void
test_many (Fixture *fixture, gconstpointer data)
{
  static const char *const ids[] = { "mute-1", "mute-2", "mute-3", "mute-4", "mute-5" };
  BhDBusApp1 *apps[G_N_ELEMENTS (ids)];

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autofree char *name = g_strdup_printf ("App %u", i + 1);

      add_app (fixture, ids[i], name, "");
    }
  start_server (fixture, with_actions);
  server.several = TRUE;
  fixture_start_supervisor (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      apps[i] = fixture_get_app (fixture, ids[i]);
      launch_painted (apps[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      hang_up (apps[i]);
      if (i < 3)
        wait_for (server.open == i + 1);
      else
        wait_for (server.open == 1 && g_str_has_suffix (server.summary, "apps are in trouble"));
    }
  wait_for (g_str_equal (server.summary, "5 apps are in trouble"));
  g_assert_nonnull (strstr (server.body, "App 1, App 2, App 3, App 4, App 5"));
  g_assert_cmpstr (server.actions, ==, "default,Show Task Manager,task-manager,Show Task Manager");
  invoke ("default");
  wait_for (g_strcmp0 (server.activated, "task-manager") == 0);

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      order (apps[i], "beat-0");
      wait_for_state (apps[i], "running");
    }
  wait_for (server.open == 0);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      kill_app (apps[i]);
      g_object_unref (apps[i]);
    }
  stop_server ();
}

static void
test_no_server (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) other = NULL;
  g_autoptr (GVariant) sample = NULL;
  g_autoptr (GError) error = NULL;

  add_app (fixture, "allocate-50", "App", "");
  add_app (fixture, "plain", "Plain", "\"restart\": {\"maxRestarts\": 0}");
  fixture_start_supervisor (fixture);
  app = press_app (fixture);
  /* The answer to this comes after the bus has said that there is no server. */
  bh_dbus_supervisor1_call_sample_sync (fixture->service, 50, &sample, NULL, &error);
  g_assert_no_error (error);

  /* One that comes later is told of what comes later. */
  start_server (fixture, with_actions);
  other = fixture_get_app (fixture, "plain");
  kill ((pid_t) launch_painted (other), SIGKILL);
  wait_for_state (other, "failed");
  wait_for (server.shown != 0);
  g_assert_cmpstr (server.summary, ==, "Plain could not be kept running");
  g_assert_cmpuint (server.notifies, ==, 1);

  /* One that goes takes what it showed with it. */
  stop_server ();
  launch_painted (other);
  kill_app (other);
  kill_app (app);
}

static void
add_tests (void)
{
  ADD ("/notify/memory", test_memory);
  ADD ("/notify/cpu-time", test_cpu_time);
  ADD ("/notify/ended", test_ended);
  ADD ("/notify/gave-up", test_gave_up);
  ADD ("/notify/switched-off", test_switched_off);
  ADD ("/notify/no-server", test_no_server);
  ADD ("/notify/unresponsive", test_unresponsive);
  ADD ("/notify/flapping", test_flapping);
  ADD ("/notify/looked-at", test_looked_at);
  ADD ("/notify/muted", test_muted);
  ADD ("/notify/many", test_many);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
