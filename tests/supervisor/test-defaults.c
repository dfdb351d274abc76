/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supervisor-fixture.h"

/* What holds for all apps: settings that are there at the start, change, and are absent. */

#define MIB ((guint64) 1024 * 1024)

static void
add_app (Fixture *fixture, const char *apps, const char *id, const char *bulkhead)
{
  g_autofree char *text
      = g_strdup_printf ("{\"startup_app\": {\"uuid\": \"%s\", \"url\": \"app:///index.html\"},"
                         " \"bulkhead\": {%s}}",
                         id, bulkhead);

  fixture_write_app_in (fixture, apps, id, text);
}

static guint64
get_limit (BhDBusApp1 *app, const char *name)
{
  guint64 value = 0;

  g_variant_lookup (bh_dbus_app1_get_limits (app), name, "t", &value);

  return value;
}

static const char *
look_up (GVariant *dict, const char *name)
{
  const char *value = "";

  g_variant_lookup (dict, name, "&s", &value);

  return value;
}

static const char *
get_origin (BhDBusApp1 *app, const char *name)
{
  return look_up (bh_dbus_app1_get_limits_from (app), name);
}

static const char *
get_holder (BhDBusApp1 *app, const char *name)
{
  return look_up (bh_dbus_app1_get_limits_held_by (app), name);
}

static void
set_limits (BhDBusApp1 *app, const char *text)
{
  g_autoptr (GVariant) values = g_variant_ref_sink (g_variant_new_parsed (text));
  g_autoptr (GError) error = NULL;

  bh_dbus_app1_call_set_limits_sync (app, values, NULL, &error);
  g_assert_no_error (error);
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) bare = NULL;
  g_autoptr (BhDBusApp1) own = NULL;
  g_autoptr (BhDBusApp1) managed = NULL;

  fixture_set_settings (fixture, "default-memory=256\ndefault-cpu=80\ndefault-cpu-time=3600\n"
                                 "default-tasks=300");
  add_app (fixture, "data", "bare", "");
  add_app (fixture, "data", "own", "\"limits\": {\"memory\": \"512M\"}");
  add_app (fixture, "managed", "managed", "\"limits\": {\"memory\": \"1G\"}");
  fixture_start_supervisor (fixture);

  bare = fixture_get_app (fixture, "bare");
  g_assert_cmpuint (get_limit (bare, "memory"), ==, 256 * MIB);
  g_assert_cmpstr (get_origin (bare, "memory"), ==, "default");
  g_assert_cmpuint (get_limit (bare, "memory-high"), >, 230 * MIB);
  g_assert_cmpuint (get_limit (bare, "cpu-time"), ==, G_TIME_SPAN_HOUR);
  g_assert_cmpuint (get_limit (bare, "tasks"), ==, 300);

  own = fixture_get_app (fixture, "own");
  g_assert_cmpuint (get_limit (own, "memory"), ==, 512 * MIB);
  g_assert_cmpstr (get_origin (own, "memory"), ==, "manifest");
  g_assert_cmpstr (get_origin (own, "cpu"), ==, "default");
  set_limits (own, "{'memory': <uint64 1073741824>, 'cpu': <uint64 0>}");
  wait_for (get_limit (own, "memory") == 1024 * MIB);
  wait_for (g_str_equal (get_origin (own, "memory"), "set"));
  /* That there is none is the user's word, too. */
  wait_for (get_limit (own, "cpu") == 0);
  wait_for (g_str_equal (get_origin (own, "cpu"), "set"));

  managed = fixture_get_app (fixture, "managed");
  g_assert_cmpstr (get_origin (managed, "memory"), ==, "managed");
  g_assert_cmpstr (get_origin (managed, "tasks"), ==, "default");
  set_limits (managed, "{'tasks': <uint64 400>}");
  wait_for (get_limit (managed, "tasks") == 400);
}

static void
test_changed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) later = NULL;

  add_app (fixture, "data", "plain", "");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  g_assert_cmpuint (get_limit (app, "memory"), ==, 0);
  launch_painted (app);
  g_assert_cmpstr (get_holder (app, "memory"), ==, "");

  /* The running app is held to it at once. */
  fixture_set_settings (fixture, "default-memory=900\ndefault-tasks=500");
  wait_for (get_limit (app, "memory") == 900 * MIB);
  wait_for (g_str_equal (get_holder (app, "memory"), "supervisor"));
  wait_for (g_str_equal (get_holder (app, "tasks"), "supervisor"));

  /* Also to what changed while no supervisor was there. */
  fixture_end_supervisor (fixture, SIGKILL);
  fixture_set_settings (fixture, "default-memory=800");
  fixture_start_supervisor (fixture);
  later = fixture_get_app (fixture, "plain");
  g_assert_cmpuint (get_limit (later, "memory"), ==, 800 * MIB);
  wait_for (g_str_equal (get_holder (later, "memory"), "supervisor"));
  g_assert_cmpstr (get_holder (later, "tasks"), ==, "");

  fixture_set_settings (fixture, "default-tasks=1");
  wait_for_reason (later, "task-limit");
  wait_for (bh_dbus_app1_get_started_at (later) == 0);
}

static void
test_out_of_range (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;

  /* What the schema does not allow counts as not set. */
  fixture_set_settings (fixture, "default-memory=4000000000\ndefault-cpu='much'\n"
                                 "default-tasks=12");
  add_app (fixture, "data", "plain", "");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  g_assert_cmpuint (get_limit (app, "memory"), ==, 0);
  g_assert_cmpuint (get_limit (app, "cpu"), ==, 0);
  g_assert_cmpuint (get_limit (app, "tasks"), ==, 12);
}

static void
test_restart_policy (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) bare = NULL;
  g_autoptr (BhDBusApp1) own = NULL;

  fixture_set_settings (fixture, "default-restart-policy='never'");
  add_app (fixture, "data", "bare", "");
  add_app (fixture, "data", "own", "\"restart\": {\"policy\": \"on-crash\"}");
  fixture_start_supervisor (fixture);
  bare = fixture_get_app (fixture, "bare");
  own = fixture_get_app (fixture, "own");
  kill ((pid_t) launch_painted (bare), SIGSEGV);
  kill ((pid_t) launch_painted (own), SIGSEGV);
  wait_for_state (bare, "crashed");
  wait_for (bh_dbus_app1_get_started_at (bare) == 0);
  wait_for (bh_dbus_app1_get_restart_at (own) > 0 || bh_dbus_app1_get_restarts (own) > 0);
  wait_for (bh_dbus_app1_get_restarts (own) == 1);
  g_assert_cmpuint (bh_dbus_app1_get_restarts (bare), ==, 0);
  g_assert_cmpstr (bh_dbus_app1_get_state (bare), ==, "crashed");

  fixture_set_settings (fixture, "default-restart-policy='always'\ndefault-tasks=4000");
  wait_for (get_limit (bare, "tasks") == 4000);
  kill ((pid_t) launch_painted (bare), SIGSEGV);
  wait_for (bh_dbus_app1_get_restarts (bare) == 1);
  wait_for_state (bare, "running");
  kill_app (bare);
  wait_for_state (own, "running");
  kill_app (own);
}

static void
test_no_schema (Fixture *fixture, gconstpointer data)
{
  g_autofree char *schemas = g_strdup (g_getenv ("GSETTINGS_SCHEMA_DIR"));
  g_autoptr (BhDBusApp1) app = NULL;

  fixture_set_settings (fixture, "default-memory=256");
  add_app (fixture, "data", "plain", "");
  g_setenv ("GSETTINGS_SCHEMA_DIR", fixture->root, TRUE);
  fixture_start_supervisor (fixture);
  g_setenv ("GSETTINGS_SCHEMA_DIR", schemas, TRUE);
  app = fixture_get_app (fixture, "plain");
  g_assert_cmpuint (get_limit (app, "memory"), ==, 0);
  kill ((pid_t) launch_painted (app), SIGSEGV);
  wait_for (bh_dbus_app1_get_restarts (app) == 1);
  wait_for_state (app, "running");
  kill_app (app);
}

static void
add_tests (void)
{
  ADD ("/defaults/order", test_order);
  ADD ("/defaults/changed", test_changed);
  ADD ("/defaults/out-of-range", test_out_of_range);
  ADD ("/defaults/restart-policy", test_restart_policy);
  ADD ("/defaults/no-schema", test_no_schema);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
