/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-app-id.h"
#include "bh-dbus-public.h"
#include "bh-error.h"
#include "bh-process-scanner.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * The real supervisor program on a bus of its own, with tests/helpers/fake-runner for a runner and
 * apps in a directory of the test's: what a client sees, and what processes there are.
 */

#define DEADLINE 20

typedef struct
{
  GTestDBus *bus;
  char *root;
  GPid supervisor;
  GDBusConnection *connection;
  BhDBusSupervisor1 *service;
} Fixture;

static gboolean
on_deadline (gpointer user_data)
{
  g_error ("The condition did not come true within %d seconds: %s", DEADLINE,
           (const char *) user_data);

  return G_SOURCE_REMOVE;
}

/* Runs the main loop until the condition holds. */
#define wait_for(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint deadline_ = g_timeout_add_seconds (DEADLINE, on_deadline, (char *) (gsize) #condition);  \
    while (!(condition))                                                                           \
      g_main_context_iteration (NULL, g_main_context_pending (NULL));                              \
    g_source_remove (deadline_);                                                                   \
  }                                                                                                \
  G_STMT_END

static void
write_app (Fixture *fixture, const char *directory, const char *text)
{
  g_autofree char *apps
      = g_build_filename (fixture->root, "data", "bulkhead", "apps", directory, NULL);
  g_autofree char *path = g_build_filename (apps, "manifest.json", NULL);

  g_assert_cmpint (g_mkdir_with_parents (apps, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
add_app (Fixture *fixture, const char *id)
{
  g_autofree char *text = g_strdup_printf (
      "{\"startup_app\": {\"uuid\": \"%s\", \"name\": \"The %s\", \"url\": \"app:///index.html\"}}",
      id, id);

  write_app (fixture, id, text);
}

/* A test that fails leaves no supervisor behind. */
static void
set_up_child (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static void
start_supervisor (Fixture *fixture)
{
  const char *argv[] = { g_getenv ("BH_TEST_SUPERVISOR"),
                         "--runner",
                         g_getenv ("BH_TEST_RUNNER"),
                         "--idle-timeout",
                         "20000",
                         NULL };
  g_auto (GStrv) environment = g_get_environ ();
  g_autoptr (GError) error = NULL;
  g_autofree char *owner = NULL;

  g_spawn_async (NULL, (char **) (gsize) argv, environment, G_SPAWN_DO_NOT_REAP_CHILD, set_up_child,
                 NULL, &fixture->supervisor, &error);
  g_assert_no_error (error);
  if (fixture->service == NULL)
    fixture->service = bh_dbus_supervisor1_proxy_new_sync (fixture->connection,
                                                           G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START,
                                                           BH_SUPERVISOR_BUS_NAME,
                                                           BH_SUPERVISOR_OBJECT_PATH, NULL, &error);
  g_assert_no_error (error);
  wait_for ((g_free (owner), owner = g_dbus_proxy_get_name_owner (G_DBUS_PROXY (fixture->service)))
            != NULL);
}

static void
end_supervisor (Fixture *fixture, int signal_number)
{
  g_autofree char *owner = NULL;

  kill (fixture->supervisor, signal_number);
  g_assert_cmpint (waitpid (fixture->supervisor, NULL, 0), ==, fixture->supervisor);
  wait_for ((g_free (owner), owner = g_dbus_proxy_get_name_owner (G_DBUS_PROXY (fixture->service)))
            == NULL);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->root = g_dir_make_tmp ("bulkhead-test-XXXXXX", &error);
  g_assert_no_error (error);
  /* First, for it unsets what is set below. */
  fixture->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (fixture->bus);
  for (const char *const *name = (const char *const[]){ "DATA", "CONFIG", "CACHE", "STATE", NULL };
       *name != NULL; name++)
    {
      g_autofree char *variable = g_strdup_printf ("XDG_%s_HOME", *name);
      g_autofree char *lower = g_ascii_strdown (*name, -1);
      g_autofree char *path = g_build_filename (fixture->root, lower, NULL);

      g_setenv (variable, path, TRUE);
    }
  g_setenv ("XDG_RUNTIME_DIR", fixture->root, TRUE);
  g_setenv ("XDG_DATA_DIRS", fixture->root, TRUE);
  g_setenv ("XDG_CONFIG_DIRS", fixture->root, TRUE);

  fixture->connection = g_dbus_connection_new_for_address_sync (
      g_test_dbus_get_bus_address (fixture->bus),
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_tree (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  end_supervisor (fixture, SIGTERM);
  g_clear_object (&fixture->service);
  g_dbus_connection_close_sync (fixture->connection, NULL, NULL);
  g_clear_object (&fixture->connection);
  g_test_dbus_down (fixture->bus);
  g_clear_object (&fixture->bus);
  remove_tree (fixture->root);
  g_free (fixture->root);
}

static BhDBusApp1 *
find_app (Fixture *fixture, const char *id, GError **error)
{
  g_autofree char *path = NULL;
  BhDBusApp1 *app;

  if (!bh_dbus_supervisor1_call_find_app_sync (fixture->service, id, &path, NULL, error))
    return NULL;
  app = bh_dbus_app1_proxy_new_sync (fixture->connection, G_DBUS_PROXY_FLAGS_NONE,
                                     BH_SUPERVISOR_BUS_NAME, path, NULL, error);
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (app), DEADLINE * 1000);

  return app;
}

static BhDBusApp1 *
get_app (Fixture *fixture, const char *id)
{
  g_autoptr (GError) error = NULL;
  BhDBusApp1 *app = find_app (fixture, id, &error);

  g_assert_no_error (error);

  return app;
}

static GVariant *
options_for (const char *wait, const char *uri)
{
  GVariantDict options = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&options, "wait", "s", wait);
  if (uri != NULL)
    g_variant_dict_insert (&options, "uri", "s", uri);

  return g_variant_dict_end (&options);
}

static gboolean
launch (BhDBusApp1 *app, const char *wait, const char *uri, guint *pid, GError **error)
{
  g_autoptr (GVariant) result = NULL;
  gboolean started = FALSE;

  if (!bh_dbus_app1_call_launch_sync (app, options_for (wait, uri), &result, NULL, error))
    return FALSE;
  g_assert_true (g_variant_lookup (result, "started", "b", &started));
  if (pid != NULL)
    g_assert_true (g_variant_lookup (result, "pid", "u", pid));

  return started;
}

static guint
launch_painted (BhDBusApp1 *app)
{
  g_autoptr (GError) error = NULL;
  guint pid = 0;

  g_assert_true (launch (app, "painted", NULL, &pid, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (pid, >, 1);

  return pid;
}

/* A zombie that its parent has not reaped yet is dead. */
static gboolean
is_alive (guint pid)
{
  BhProcStat stat;

  return bh_process_read_stat ((pid_t) pid, &stat) && stat.state != 'Z';
}

#define wait_for_state(app, wanted) wait_for (g_strcmp0 (bh_dbus_app1_get_state (app), wanted) == 0)

#define wait_for_reason(app, wanted)                                                               \
  wait_for (g_strcmp0 (bh_dbus_app1_get_reason (app), wanted) == 0)

static void
test_launch_and_kill (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GError) error = NULL;
  guint pid, processes = 0;

  add_app (fixture, "plain");
  start_supervisor (fixture);
  app = get_app (fixture, "plain");
  g_assert_cmpstr (bh_dbus_app1_get_state (app), ==, "stopped");
  g_assert_cmpstr (bh_dbus_app1_get_name (app), ==, "The plain");
  g_assert_cmpstr (bh_dbus_app1_get_desktop_id (app), ==, BH_APPLICATION_ID ".App_plain");

  pid = launch_painted (app);
  wait_for_state (app, "running");
  wait_for (bh_dbus_app1_get_painted (app) && bh_dbus_app1_get_pid (app) == pid);
  g_assert_cmpuint (bh_dbus_app1_get_painted_after (app), >, 0);
  wait_for (g_strcmp0 (bh_dbus_app1_get_title (app), "hello") == 0);

  /* A second launch raises the window of the first. */
  g_assert_false (launch (app, "painted", NULL, NULL, &error));
  g_assert_no_error (error);
  wait_for (g_strcmp0 (bh_dbus_app1_get_title (app), "raised") == 0);
  g_assert_cmpuint (bh_dbus_app1_get_pid (app), ==, pid);

  g_assert_true (bh_dbus_app1_call_kill_sync (app, &processes, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (processes, ==, 1);
  g_assert_false (is_alive (pid));
  wait_for_reason (app, "killed");
  wait_for_state (app, "stopped");
  wait_for (bh_dbus_app1_get_pid (app) == 0);

  g_assert_false (bh_dbus_app1_call_kill_sync (app, &processes, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_NOT_RUNNING);
}

static void
test_stop (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) plain = NULL;
  g_autoptr (BhDBusApp1) stubborn = NULL;
  g_autoptr (GError) error = NULL;
  guint pid;

  add_app (fixture, "plain");
  add_app (fixture, "stubborn");
  start_supervisor (fixture);
  plain = get_app (fixture, "plain");
  stubborn = get_app (fixture, "stubborn");

  launch_painted (plain);
  g_assert_true (bh_dbus_app1_call_stop_sync (plain, NULL, &error));
  g_assert_no_error (error);
  wait_for_reason (plain, "stopped");
  wait_for_state (plain, "stopped");

  /* Killed after the grace time. */
  pid = launch_painted (stubborn);
  g_assert_true (bh_dbus_app1_call_stop_sync (stubborn, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (is_alive (pid));
  wait_for_reason (stubborn, "stopped");
  wait_for_state (stubborn, "stopped");
}

static void
test_kill_tree (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GError) error = NULL;
  guint processes = 0;

  add_app (fixture, "fork-3");
  start_supervisor (fixture);
  app = get_app (fixture, "fork-3");
  launch_painted (app);
  g_assert_true (bh_dbus_app1_call_kill_sync (app, &processes, NULL, &error));
  g_assert_no_error (error);
  /* The runner, its three children, and the one that left the family. */
  g_assert_cmpuint (processes, ==, 5);
}

static void
test_restart (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GVariant) result = NULL;
  g_autoptr (GError) error = NULL;
  guint before, after = 0;

  add_app (fixture, "plain");
  start_supervisor (fixture);
  app = get_app (fixture, "plain");
  before = launch_painted (app);
  g_assert_true (
      bh_dbus_app1_call_restart_sync (app, options_for ("painted", NULL), &result, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (result, "pid", "u", &after));
  g_assert_cmpuint (after, !=, before);
  g_assert_false (is_alive (before));
  wait_for (bh_dbus_app1_get_restarts (app) == 1);
  wait_for_state (app, "running");
}

static void
test_launch_failures (Fixture *fixture, gconstpointer data)
{
  const char *const ids[] = { "exit-7", "failed" };
  const char *const words[] = { "exit code 7", "There is no display here" };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    add_app (fixture, ids[i]);
  add_app (fixture, "hang");
  start_supervisor (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (BhDBusApp1) app = get_app (fixture, ids[i]);
      g_autoptr (GError) error = NULL;

      g_assert_false (launch (app, "painted", NULL, NULL, &error));
      g_assert_error (error, BH_ERROR, BH_ERROR_LAUNCH_FAILED);
      g_assert_nonnull (strstr (error->message, words[i]));
      wait_for_reason (app, "launch-failed");
      wait_for_state (app, "crashed");
      g_assert_nonnull (strstr (bh_dbus_app1_get_reason_detail (app), words[i]));
    }

  /* One that never gets ready can still be stopped, at once. */
  g_autoptr (BhDBusApp1) app = get_app (fixture, "hang");
  g_autoptr (GError) error = NULL;

  g_assert_true (launch (app, "spawned", NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (bh_dbus_app1_call_stop_sync (app, NULL, &error));
  g_assert_no_error (error);
  wait_for_state (app, "stopped");
}

static void
test_crashes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) crash = NULL;
  g_autoptr (BhDBusApp1) late = NULL;
  g_autoptr (BhDBusApp1) page = NULL;
  g_autoptr (BhDBusApp1) plain = NULL;
  g_autoptr (GError) error = NULL;
  guint pid;

  add_app (fixture, "crash");
  add_app (fixture, "exit-late-3");
  add_app (fixture, "page-crash");
  add_app (fixture, "plain");
  start_supervisor (fixture);
  crash = get_app (fixture, "crash");
  late = get_app (fixture, "exit-late-3");
  page = get_app (fixture, "page-crash");
  plain = get_app (fixture, "plain");
  pid = launch_painted (plain);
  launch_painted (crash);
  launch_painted (late);
  launch_painted (page);

  launch (crash, "spawned", "#now", NULL, &error);
  g_assert_no_error (error);
  wait_for_reason (crash, "crashed");
  wait_for_state (crash, "crashed");
  g_assert_nonnull (strstr (bh_dbus_app1_get_reason_detail (crash), "SIGSEGV"));

  launch (late, "spawned", "#now", NULL, &error);
  g_assert_no_error (error);
  wait_for_state (late, "crashed");
  g_assert_nonnull (strstr (bh_dbus_app1_get_reason_detail (late), "exit code 3"));

  /* The page's process alone: the runner lives, and can be killed. */
  launch (page, "spawned", "#now", NULL, &error);
  g_assert_no_error (error);
  wait_for_reason (page, "web-process-crashed");
  wait_for_state (page, "crashed");
  g_assert_cmpuint (bh_dbus_app1_get_pid (page), >, 0);
  g_assert_true (bh_dbus_app1_call_kill_sync (page, NULL, NULL, &error));
  g_assert_no_error (error);
  wait_for_state (page, "stopped");

  /* The neighbour has noticed nothing. */
  g_assert_true (is_alive (pid));
  g_assert_cmpstr (bh_dbus_app1_get_state (plain), ==, "running");

  /* And what crashed can be started again. */
  launch_painted (crash);
  wait_for_state (crash, "running");
}

static void
test_uris (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GError) error = NULL;

  add_app (fixture, "plain");
  start_supervisor (fixture);
  app = get_app (fixture, "plain");
  launch_painted (app);
  launch (app, "spawned", "#there", NULL, &error);
  g_assert_no_error (error);
  wait_for (bh_dbus_app1_get_title (app) != NULL
            && g_str_has_suffix (bh_dbus_app1_get_title (app), "/index.html#there"));

  launch (app, "spawned", "https://elsewhere.example/", NULL, &error);
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_URI);
  g_clear_error (&error);
  launch (app, "sometime", NULL, NULL, &error);
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
}

static void
test_catalogue (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) broken = NULL;
  g_autoptr (BhDBusApp1) later = NULL;
  g_autoptr (GError) error = NULL;

  add_app (fixture, "plain");
  write_app (fixture, "bad", "{\n\"startup_app\": {\n\"uuid\": \"bad\", \"url\": 7}}");
  start_supervisor (fixture);
  app = get_app (fixture, "plain");
  broken = get_app (fixture, "bad");
  g_assert_cmpstr (bh_dbus_app1_get_broken (app), ==, "");
  g_assert_nonnull (strstr (bh_dbus_app1_get_broken (broken), "bad/manifest.json"));
  g_assert_nonnull (strstr (bh_dbus_app1_get_broken (broken), "startup_app.url, line 3"));
  g_assert_false (launch (broken, "spawned", NULL, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_BROKEN_APP);
  g_clear_error (&error);

  g_assert_null (find_app (fixture, "later", &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_NO_SUCH_APP);
  g_clear_error (&error);
  add_app (fixture, "later");
  wait_for ((later = find_app (fixture, "later", NULL)) != NULL);
  g_assert_cmpstr (bh_dbus_app1_get_source (later), ==, "user");

  /* Mended. */
  write_app (fixture, "bad",
             "{\"startup_app\": {\"uuid\": \"good\", \"url\": \"https://good.example/\"}}");
  g_clear_object (&later);
  wait_for ((later = find_app (fixture, "good", NULL)) != NULL);
}

static double
sample_number (Fixture *fixture, const char *id, const char *key, guint interval)
{
  g_autoptr (GVariant) apps = NULL;
  g_autoptr (GError) error = NULL;
  GVariantIter iter;
  GVariant *entry;
  double number = -1;

  bh_dbus_supervisor1_call_sample_sync (fixture->service, interval, &apps, NULL, &error);
  g_assert_no_error (error);
  g_variant_iter_init (&iter, apps);
  while ((entry = g_variant_iter_next_value (&iter)) != NULL)
    {
      g_autoptr (GVariant) owned = entry;
      g_autoptr (GVariant) value = g_variant_lookup_value (owned, key, NULL);
      const char *text;

      g_assert_true (g_variant_lookup (owned, "id", "&s", &text));
      if (!g_str_equal (text, id))
        continue;
      g_assert_nonnull (value);
      if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
        number = g_variant_get_double (value);
      else
        number = (double) g_variant_get_uint64 (value);
    }

  return number;
}

static void
test_sample (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) big = NULL;
  g_autoptr (BhDBusApp1) spin = NULL;
  double memory;

  add_app (fixture, "allocate-100");
  add_app (fixture, "spin");
  start_supervisor (fixture);
  big = get_app (fixture, "allocate-100");
  spin = get_app (fixture, "spin");
  launch_painted (big);
  memory = sample_number (fixture, "allocate-100", "memory", 50);
  g_assert_cmpfloat (memory, >, 100.0 * 1024 * 1024);
  g_assert_cmpfloat (memory, <, 140.0 * 1024 * 1024);
  g_assert_cmpfloat (sample_number (fixture, "allocate-100", "cpu", 500), <, 20);

  launch_painted (spin);
  g_assert_cmpfloat (sample_number (fixture, "spin", "cpu", 1000), >, 20);
}

static void
on_signal (GDBusConnection *connection,
           const char *sender,
           const char *path,
           const char *interface,
           const char *name,
           GVariant *parameters,
           gpointer user_data)
{
  guint *count = user_data;

  (*count)++;
}

static void
test_watch (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint count = 0, id, before;

  add_app (fixture, "plain");
  start_supervisor (fixture);
  id = g_dbus_connection_signal_subscribe (fixture->connection, BH_SUPERVISOR_BUS_NAME,
                                           "io.github.bulkhead.Supervisor1", "Sampled", NULL, NULL,
                                           G_DBUS_SIGNAL_FLAGS_NONE, on_signal, &count, NULL);
  bh_dbus_supervisor1_call_watch_sync (fixture->service, 10, NULL, &error);
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  bh_dbus_supervisor1_call_watch_sync (fixture->service, 250, NULL, &error);
  g_assert_no_error (error);
  wait_for (count >= 3);

  /* After Unwatch has been answered none is on its way: the bus keeps the order. */
  bh_dbus_supervisor1_call_unwatch_sync (fixture->service, NULL, &error);
  g_assert_no_error (error);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  before = count;
  g_assert_cmpfloat (sample_number (fixture, "plain", "memory", 600), ==, -1);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (count, ==, before);
  g_dbus_connection_signal_unsubscribe (fixture->connection, id);
}

static void
test_adoption (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) gone = NULL;
  g_autoptr (GError) error = NULL;
  guint pid, other;

  add_app (fixture, "plain");
  add_app (fixture, "fork-1");
  start_supervisor (fixture);
  app = get_app (fixture, "plain");
  gone = get_app (fixture, "fork-1");
  pid = launch_painted (app);
  other = launch_painted (gone);

  end_supervisor (fixture, SIGKILL);
  g_assert_true (is_alive (pid));
  kill ((pid_t) other, SIGKILL);
  start_supervisor (fixture);

  g_clear_object (&app);
  g_clear_object (&gone);
  app = get_app (fixture, "plain");
  g_assert_cmpstr (bh_dbus_app1_get_state (app), ==, "running");
  g_assert_cmpuint (bh_dbus_app1_get_pid (app), ==, pid);
  wait_for (g_strcmp0 (bh_dbus_app1_get_title (app), "resumed") == 0);
  g_assert_true (bh_dbus_app1_get_painted (app));

  /* Not started twice. */
  g_assert_false (launch (app, "painted", NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (bh_dbus_app1_get_pid (app), ==, pid);

  /* What died while nobody looked is told, and its children are not left over. */
  gone = get_app (fixture, "fork-1");
  wait_for (g_strcmp0 (bh_dbus_app1_get_reason (gone), "crashed") == 0);
  launch_painted (gone);

  g_assert_true (bh_dbus_app1_call_stop_sync (app, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (is_alive (pid));
  g_assert_true (bh_dbus_app1_call_kill_sync (gone, NULL, NULL, &error));
  g_assert_no_error (error);
}

static void
test_nothing_left (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  g_autofree char *runtime = NULL;
  const char *name;

  add_app (fixture, "fork-2");
  start_supervisor (fixture);
  app = get_app (fixture, "fork-2");
  for (guint i = 0; i < 10; i++)
    {
      guint processes = 0;

      launch_painted (app);
      g_assert_true (bh_dbus_app1_call_kill_sync (app, &processes, NULL, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (processes, ==, 4);
    }

  runtime = g_build_filename (fixture->root, "bulkhead",
                              g_dbus_connection_get_guid (fixture->connection), NULL);
  dir = g_dir_open (runtime, 0, &error);
  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_cmpstr (name, ==, "channel");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* The clients' side of the errors. */
  bh_error_quark ();

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/supervisor/launch-and-kill", test_launch_and_kill);
  ADD ("/supervisor/stop", test_stop);
  ADD ("/supervisor/kill-tree", test_kill_tree);
  ADD ("/supervisor/restart", test_restart);
  ADD ("/supervisor/launch-failures", test_launch_failures);
  ADD ("/supervisor/crashes", test_crashes);
  ADD ("/supervisor/uris", test_uris);
  ADD ("/supervisor/catalogue", test_catalogue);
  ADD ("/supervisor/sample", test_sample);
  ADD ("/supervisor/watch", test_watch);
  ADD ("/supervisor/adoption", test_adoption);
  ADD ("/supervisor/nothing-left", test_nothing_left);

  return g_test_run ();
}
