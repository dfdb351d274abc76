/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supervisor-fixture.h"

/* What is set for one app alone, at the service: App1.Settings. */

static gboolean
get_flag (BhDBusApp1 *app, const char *name)
{
  gboolean value = FALSE;

  g_assert_true (g_variant_lookup (bh_dbus_app1_get_settings (app), name, "b", &value));

  return value;
}

static guint
get_number (BhDBusApp1 *app, const char *name)
{
  guint value = 0;

  g_assert_true (g_variant_lookup (bh_dbus_app1_get_settings (app), name, "u", &value));

  return value;
}

static gboolean
set (BhDBusApp1 *app, const char *text, GError **error)
{
  g_autoptr (GVariant) values = g_variant_ref_sink (g_variant_new_parsed (text));

  return bh_dbus_app1_call_set_settings_sync (app, values, NULL, error);
}

static char *
build_path (Fixture *fixture, const char *name)
{
  return fixture_build_path (fixture, "config", "bulkhead", "settings", name, NULL);
}

static void
assert_refused (BhDBusApp1 *app, const char *text, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (set (app, text, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, message));
}

static void
test_set (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) other = NULL;
  g_autoptr (BhDBusApp1) later = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = build_path (fixture, "plain.conf");

  fixture_add_app (fixture, "plain");
  fixture_add_app (fixture, "other");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  g_assert_false (get_flag (app, "muted"));
  g_assert_false (get_flag (app, "keep-awake"));
  g_assert_cmpuint (get_number (app, "suspend-after"), ==, 0);
  set (app, "@a{sv} {}", &error);
  g_assert_no_error (error);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  set (app, "{'muted': <true>, 'suspend-after': <uint32 30>}", &error);
  g_assert_no_error (error);
  wait_for (get_flag (app, "muted"));
  wait_for (get_number (app, "suspend-after") == 30);

  /* What is left out stays. */
  set (app, "{'keep-awake': <true>}", &error);
  g_assert_no_error (error);
  wait_for (get_flag (app, "keep-awake"));
  g_assert_cmpuint (get_number (app, "suspend-after"), ==, 30);

  /* Without the app it is kept, too. */
  fixture_end_supervisor (fixture, SIGKILL);
  fixture_remove_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  other = fixture_get_app (fixture, "other");
  g_assert_false (get_flag (other, "muted"));
  fixture_end_supervisor (fixture, SIGKILL);
  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  later = fixture_get_app (fixture, "plain");
  g_assert_true (get_flag (later, "muted"));
  g_assert_true (get_flag (later, "keep-awake"));
  g_assert_cmpuint (get_number (later, "suspend-after"), ==, 30);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) broken = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = build_path (fixture, "plain.conf");

  fixture_add_app (fixture, "plain");
  fixture_write_app (fixture, "damaged", "{");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  assert_refused (app, "{'loud': <true>}", "no setting “loud”");
  assert_refused (app, "{'muted': <'yes'>}", "“muted”");
  assert_refused (app, "{'suspend-after': <int32 5>}", "“suspend-after”");
  assert_refused (app, "{'suspend-after': <uint32 10081>}", "“suspend-after” can be at most");
  /* All of it or nothing. */
  assert_refused (app, "{'muted': <true>, 'suspend-after': <'soon'>}", "“suspend-after”");
  g_assert_false (get_flag (app, "muted"));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  broken = fixture_get_app (fixture, "damaged");
  g_assert_false (set (broken, "{'muted': <true>}", &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_BROKEN_APP);
}

static void
test_not_kept (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *bulkhead = fixture_build_path (fixture, "config", "bulkhead", NULL);
  g_autofree char *directory = g_build_filename (bulkhead, "settings", NULL);

  fixture_add_app (fixture, "plain");
  g_assert_cmpint (g_mkdir_with_parents (bulkhead, 0700), ==, 0);
  g_file_set_contents (directory, "in the way", -1, NULL);
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  g_assert_false (set (app, "{'muted': <true>}", &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "settings"));
  g_assert_false (get_flag (app, "muted"));
}

/* What the file says is believed where it makes sense, and the rest does no harm. */
static void
test_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) garbled = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = build_path (fixture, "plain.conf");
  g_autofree char *garbled_path = build_path (fixture, "garbled.conf");
  g_autofree char *torn = build_path (fixture, "plain.conf.AB12CD");
  g_autofree char *text = NULL;

  fixture_add_app (fixture, "plain");
  fixture_add_app (fixture, "garbled");
  fixture_write (path, "# mine\n[Settings]\nmuted=true\nsuspend-after=soon\nkeep-awake=perhaps\n"
                       "from-the-future=7\n");
  fixture_write (garbled_path, "muted=true\n\377\376");
  fixture_write (torn, "[Settings]\nmu");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  garbled = fixture_get_app (fixture, "garbled");
  g_assert_true (get_flag (app, "muted"));
  g_assert_false (get_flag (app, "keep-awake"));
  g_assert_cmpuint (get_number (app, "suspend-after"), ==, 0);
  g_assert_false (get_flag (garbled, "muted"));
  g_assert_false (g_file_test (torn, G_FILE_TEST_EXISTS));

  set (app, "{'muted': <false>}", &error);
  g_assert_no_error (error);
  wait_for (!get_flag (app, "muted"));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "# mine"));
  g_assert_nonnull (strstr (text, "muted=false"));
  g_assert_nonnull (strstr (text, "from-the-future=7"));
  g_assert_null (strstr (text, "soon"));

  set (garbled, "{'muted': <true>}", &error);
  g_assert_no_error (error);
  wait_for (get_flag (garbled, "muted"));
}

static void
add_tests (void)
{
  ADD ("/settings/set", test_set);
  ADD ("/settings/refused", test_refused);
  ADD ("/settings/not-kept", test_not_kept);
  ADD ("/settings/file", test_file);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
