/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supervisor-fixture.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* What an app's pages may use, at the service: App1.GetPermissions and App1.SetPermission. What a
 * runner makes of it is in tests/runner. */

static char *
build_path (Fixture *fixture, const char *app)
{
  return fixture_build_path (fixture, "state", "bulkhead", "profiles", app, "permissions.ini",
                             NULL);
}

static char *
get_permissions (BhDBusApp1 *app)
{
  g_autoptr (GVariant) permissions = NULL;
  g_autoptr (GError) error = NULL;

  bh_dbus_app1_call_get_permissions_sync (app, &permissions, NULL, &error);
  g_assert_no_error (error);

  return g_variant_print (permissions, FALSE);
}

static void
assert_permissions (BhDBusApp1 *app, const char *expected)
{
  g_autofree char *found = get_permissions (app);

  g_assert_cmpstr (found, ==, expected);
}

static void
set (BhDBusApp1 *app, const char *origin, const char *kind, const char *answer)
{
  g_autoptr (GError) error = NULL;

  bh_dbus_app1_call_set_permission_sync (app, origin, kind, answer, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_refused (BhDBusApp1 *app,
                const char *origin,
                const char *kind,
                const char *answer,
                BhError code,
                const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (bh_dbus_app1_call_set_permission_sync (app, origin, kind, answer, NULL, &error));
  g_assert_error (error, BH_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, message));
}

static void
test_stopped (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autofree char *path = build_path (fixture, "plain");
  g_autofree char *text = NULL;
  struct stat info;

  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  assert_permissions (app, "[]");
  set (app, "app://plain", "notifications", "allow");
  set (app, "https://[::1]:8443", "camera", "deny");
  assert_permissions (app, "[('app://plain', 'notifications', 'allow'), "
                           "('https://[::1]:8443', 'camera', 'deny')]");
  g_assert_cmpint (lstat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 07777, ==, 0600);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "[app://plain]\nnotifications=allow\n"));
  set (app, "app://plain", "notifications", "ask");
  assert_permissions (app, "[('https://[::1]:8443', 'camera', 'deny')]");
}

static void
test_running (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) deaf = NULL;
  g_autofree char *path = build_path (fixture, "plain");

  fixture_add_app (fixture, "plain");
  fixture_add_app (fixture, "deaf");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  launch_painted (app);
  set (app, "app://plain", "microphone", "deny");
  wait_for_title (app, "app://plain microphone deny");
  /* It is the runner's to write. */
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  kill_app (app);

  /* One that hangs is told, and does not keep the user waiting for ever. */
  deaf = fixture_get_app (fixture, "deaf");
  launch_painted (deaf);
  set (deaf, "app://deaf", "microphone", "deny");
  wait_for_title (deaf, "app://deaf microphone deny");
  assert_permissions (deaf, "[('app://deaf', 'microphone', 'deny')]");
  kill_app (deaf);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) hang = NULL;
  g_autoptr (BhDBusApp1) broken = NULL;

  fixture_add_app (fixture, "plain");
  fixture_add_app (fixture, "hang");
  fixture_write_app (fixture, "damaged", "{");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  assert_refused (app, "example.org", "camera", "allow", BH_ERROR_INVALID_ARGUMENT,
                  "“example.org” is not an origin");
  assert_refused (app, "app://plain", "everything", "allow", BH_ERROR_INVALID_ARGUMENT,
                  "no permission “everything”");
  assert_refused (app, "app://plain", "camera", "maybe", BH_ERROR_INVALID_ARGUMENT, "“maybe”");
  assert_permissions (app, "[]");

  hang = fixture_get_app (fixture, "hang");
  g_assert_true (launch (hang, "spawned", NULL, NULL, NULL));
  assert_refused (hang, "app://hang", "camera", "allow", BH_ERROR_FAILED, "just being started");
  kill_app (hang);

  broken = fixture_get_app (fixture, "damaged");
  assert_refused (broken, "app://damaged", "camera", "allow", BH_ERROR_BROKEN_APP, "");
}

/* The file is the app's, which may have put there what it likes. */
static void
test_hostile (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) permissions = NULL;
  g_autofree char *path = build_path (fixture, "plain");
  g_autofree char *secret = fixture_build_path (fixture, "secret", NULL);
  g_autofree char *filled = g_strnfill (70000, '#');
  g_autofree char *text = NULL;

  fixture_write (secret, "[https://secret.example]\ncamera=allow\n");
  fixture_add_app (fixture, "plain");
  fixture_write (path, "[app://plain]\ncamera=allow\nno line\n");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  assert_permissions (app, "[]");

  g_unlink (path);
  g_assert_cmpint (symlink (secret, path), ==, 0);
  g_assert_false (bh_dbus_app1_call_get_permissions_sync (app, &permissions, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_FAILED);
  g_clear_error (&error);
  set (app, "app://plain", "camera", "deny");
  assert_permissions (app, "[('app://plain', 'camera', 'deny')]");
  g_assert_true (g_file_get_contents (secret, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "[https://secret.example]\ncamera=allow\n");

  /* Nobody would ever write into it. */
  g_unlink (path);
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  g_assert_false (bh_dbus_app1_call_get_permissions_sync (app, &permissions, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_FAILED);
  g_clear_error (&error);
  set (app, "app://plain", "camera", "deny");
  assert_permissions (app, "[('app://plain', 'camera', 'deny')]");

  fixture_write (path, filled);
  g_assert_false (bh_dbus_app1_call_get_permissions_sync (app, &permissions, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_FAILED);
  g_clear_error (&error);

  g_unlink (path);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  assert_refused (app, "app://plain", "camera", "deny", BH_ERROR_FAILED, path);
}

static void
add_tests (void)
{
  ADD ("/permissions/stopped", test_stopped);
  ADD ("/permissions/running", test_running);
  ADD ("/permissions/refused", test_refused);
  ADD ("/permissions/hostile", test_hostile);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
