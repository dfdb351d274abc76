/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-instance-record.h"
#include "supervisor-fixture.h"

#include <glib/gstdio.h>

/*
 * What supervisors that died have left of runs without a record. The user's systemd is played by
 * the test, as far as it is asked here; the real one is asked in tests/vm.
 */

static const char manager_xml[]
    = "<node><interface name='org.freedesktop.systemd1.Manager'>"
      "<method name='ListUnitsByPatterns'><arg type='as' direction='in'/>"
      "<arg type='as' direction='in'/><arg type='a(ssssssouso)' direction='out'/></method>"
      "<method name='StopUnit'><arg type='s' direction='in'/><arg type='s' direction='in'/>"
      "<arg type='o' direction='out'/></method>"
      "</interface></node>";

typedef struct
{
  const char *const *units;
  GString *stopped;
} Manager;

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
  Manager *manager = user_data;
  GVariantBuilder list;
  const char *name;

  if (g_str_equal (method, "StopUnit"))
    {
      g_variant_get (parameters, "(&s&s)", &name, NULL);
      g_string_append_printf (manager->stopped, "%s ", name);
      g_dbus_method_invocation_return_value (invocation,
                                             g_variant_new ("(o)", "/org/freedesktop/job"));
      return;
    }

  g_variant_builder_init (&list, G_VARIANT_TYPE ("a(ssssssouso)"));
  for (guint i = 0; manager->units[i] != NULL; i++)
    g_variant_builder_add (&list, "(ssssssouso)", manager->units[i], "", "loaded", "active",
                           "running", "", "/unit", 0, "", "/");
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(a(ssssssouso))", &list));
}

static char *
record_path (Fixture *fixture)
{
  g_autofree char *runtime = fixture_runtime_dir (fixture);

  return g_build_filename (runtime, "plain" BH_RECORD_SUFFIX, NULL);
}

static void
test_scopes (Fixture *fixture, gconstpointer data)
{
  const GDBusInterfaceVTable vtable = { .method_call = on_method_call };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (manager_xml, NULL);
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhInstanceRecord) record = NULL;
  g_autoptr (GString) stopped = g_string_new (NULL);
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = record_path (fixture);
  g_autofree char *own = NULL;
  const char *units[] = { "app-bulkhead-plain-0000000000000000.scope", NULL,
                          "app-bulkhead-gone-1111111111111111.scope", NULL };
  guint object;
  Manager manager = { .units = units, .stopped = stopped };

  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  launch_painted (app);
  record = bh_instance_record_load (path, &error);
  g_assert_no_error (error);
  own = g_strdup_printf ("app-bulkhead-plain-%s.scope", record->instance);
  units[1] = own;
  fixture_end_supervisor (fixture, SIGKILL);

  object = g_dbus_connection_register_object (fixture->connection, "/org/freedesktop/systemd1",
                                              node->interfaces[0], &vtable, &manager, NULL, &error);
  g_assert_no_error (error);
  answer
      = g_dbus_connection_call_sync (fixture->connection, "org.freedesktop.DBus",
                                     "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                                     g_variant_new ("(su)", "org.freedesktop.systemd1", 0), NULL,
                                     G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  fixture_start_supervisor (fixture);
  wait_for (g_str_equal (stopped->str, "app-bulkhead-plain-0000000000000000.scope "
                                       "app-bulkhead-gone-1111111111111111.scope "));

  /* Now it is no longer known. */
  g_clear_object (&app);
  app = fixture_get_app (fixture, "plain");
  wait_for_title (app, "resumed");
  kill_app (app);
  fixture_end_supervisor (fixture, SIGTERM);
  g_string_truncate (stopped, 0);
  fixture_start_supervisor (fixture);
  wait_for (strstr (stopped->str, own) != NULL);
  g_assert_true (g_dbus_connection_unregister_object (fixture->connection, object));
}

static void
test_directories (Fixture *fixture, gconstpointer data)
{
  g_autofree char *runtime = fixture_runtime_dir (fixture);
  g_autofree char *left = g_build_filename (runtime, "00112233445566ff", NULL);
  g_autofree char *socket = g_build_filename (left, "bus", NULL);
  g_autofree char *other = g_build_filename (runtime, "other", NULL);

  fixture_write (socket, "");
  g_assert_cmpint (g_mkdir (other, 0700), ==, 0);
  fixture_start_supervisor (fixture);
  g_assert_false (g_file_test (left, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (other, G_FILE_TEST_IS_DIR));
}

static void
add_tests (void)
{
  ADD ("/left-runs/scopes", test_scopes);
  ADD ("/left-runs/directories", test_directories);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
