/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supervisor-fixture.h"

#include "bh-plain-spawner.h"
#include "bh-proc-text.h"
#include "bh-process-scanner.h"
#include "warden.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void (*add_tests) (void);

gboolean
fixture_on_deadline (gpointer user_data)
{
  g_error ("%s has not come true within %d seconds", (const char *) user_data, FIXTURE_DEADLINE);

  return G_SOURCE_REMOVE;
}

gboolean
fixture_on_poll (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

char *
fixture_build_path (Fixture *fixture, const char *first, ...)
{
  g_autofree char *below = NULL;
  va_list args;

  va_start (args, first);
  below = g_build_filename_valist (first, &args);
  va_end (args);

  return g_build_filename (fixture->root, below, NULL);
}

char *
fixture_runtime_dir (Fixture *fixture)
{
  return fixture_build_path (fixture, "bulkhead", g_dbus_connection_get_guid (fixture->connection),
                             NULL);
}

void
fixture_write (const char *path, const char *text)
{
  g_autofree char *directory = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (directory, 0700), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

/* As a whole, as an installer does it: a directory without a manifest is a broken app. */
void
fixture_write_app_in (Fixture *fixture, const char *apps, const char *directory, const char *text)
{
  g_autofree char *folder = fixture_build_path (fixture, apps, "bulkhead", "apps", directory, NULL);
  g_autofree char *parent = g_path_get_dirname (folder);
  g_autofree char *path = g_build_filename (folder, "manifest.json", NULL);
  g_autofree char *prepared = fixture_build_path (fixture, apps, "bulkhead", "prepared", NULL);
  g_autofree char *manifest = g_build_filename (prepared, "manifest.json", NULL);

  if (g_file_test (folder, G_FILE_TEST_EXISTS))
    {
      fixture_write (path, text);
      return;
    }
  fixture_write (manifest, text);
  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_cmpint (g_rename (prepared, folder), ==, 0);
}

void
fixture_write_app (Fixture *fixture, const char *directory, const char *text)
{
  fixture_write_app_in (fixture, "data", directory, text);
}

/* Once it has crashed it stays so; those that come back are test-restart's. */
void
fixture_add_app_in (Fixture *fixture, const char *apps, const char *id)
{
  g_autofree char *text
      = g_strdup_printf ("{\"startup_app\": {\"uuid\": \"%s\", \"name\": \"The %s of %s\","
                         " \"url\": \"app:///index.html\"},"
                         " \"bulkhead\": {\"restart\": {\"policy\": \"never\"}}}",
                         id, id, apps);

  fixture_write_app_in (fixture, apps, id, text);
}

void
fixture_add_app (Fixture *fixture, const char *id)
{
  fixture_add_app_in (fixture, "data", id);
}

/* Changes settings as another program would: all that are not named are reset. */
void
fixture_set_settings (Fixture *fixture, const char *lines)
{
  g_autofree char *path
      = fixture_build_path (fixture, "config", "glib-2.0", "settings", "keyfile", NULL);
  g_autofree char *text = g_strconcat ("[io/github/bulkhead/Bulkhead]\n", lines, "\n", NULL);

  fixture_write (path, text);
}

void
fixture_remove_app (Fixture *fixture, const char *directory)
{
  g_autofree char *path = fixture_build_path (fixture, "data", "bulkhead", "apps", directory, NULL);

  fixture_remove_tree (path);
}

void
fixture_remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        fixture_remove_tree (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static void
set_up_child (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Starts a supervisor, without a word on whether it comes up. */
GPid
fixture_spawn (Fixture *fixture)
{
  const char *argv[] = { g_getenv ("BH_TEST_SUPERVISOR"),
                         "--gate",
                         g_getenv ("BH_TEST_GATE"),
                         "--chooser",
                         g_getenv ("BH_TEST_CHOOSER"),
                         "--runner",
                         fixture->runner,
                         "--idle-timeout",
                         fixture->idle_timeout,
                         fixture->confined ? NULL : "--unconfined",
                         NULL };
  g_auto (GStrv) environment = g_get_environ ();
  g_autoptr (GError) error = NULL;
  GPid pid;

  g_spawn_async (NULL, (char **) (gsize) argv, environment, G_SPAWN_DO_NOT_REAP_CHILD, set_up_child,
                 NULL, &pid, &error);
  g_assert_no_error (error);

  return pid;
}

static gboolean
is_owned (Fixture *fixture)
{
  g_autofree char *owner = g_dbus_proxy_get_name_owner (G_DBUS_PROXY (fixture->service));

  return owner != NULL;
}

void
fixture_start_supervisor (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->supervisor = fixture_spawn (fixture);
  if (fixture->service == NULL)
    fixture->service = bh_dbus_supervisor1_proxy_new_sync (fixture->connection,
                                                           G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START,
                                                           BH_SUPERVISOR_BUS_NAME,
                                                           BH_SUPERVISOR_OBJECT_PATH, NULL, &error);
  g_assert_no_error (error);
  wait_for (is_owned (fixture));
}

/* Waits until the supervisor has left by itself; returns its wait status. */
int
fixture_wait_supervisor (Fixture *fixture)
{
  int status = 0;

  g_assert_cmpint (waitpid (fixture->supervisor, &status, 0), ==, fixture->supervisor);
  fixture->supervisor = 0;
  wait_for (!is_owned (fixture));

  return status;
}

void
fixture_end_supervisor (Fixture *fixture, int signal_number)
{
  int status;

  kill (fixture->supervisor, signal_number);
  status = fixture_wait_supervisor (fixture);
  if (signal_number == SIGTERM)
    g_assert_cmpint (status, ==, 0);
}

static void
set_path (Fixture *fixture, const char *variable, const char *name)
{
  g_autofree char *path = fixture_build_path (fixture, name, NULL);

  g_setenv (variable, path, TRUE);
}

void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->runner = g_getenv ("BH_TEST_RUNNER");
  fixture->idle_timeout = "60000";
  fixture->root = g_dir_make_tmp ("bulkhead-test-XXXXXX", &error);
  g_assert_no_error (error);
  /* First, for it unsets what is set below. */
  fixture->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (fixture->bus);
  set_path (fixture, "XDG_DATA_HOME", "data");
  set_path (fixture, "XDG_CONFIG_HOME", "config");
  set_path (fixture, "XDG_CACHE_HOME", "cache");
  set_path (fixture, "XDG_STATE_HOME", "state");
  set_path (fixture, "XDG_DATA_DIRS", "system");
  set_path (fixture, "XDG_CONFIG_DIRS", "managed");
  g_setenv ("XDG_RUNTIME_DIR", fixture->root, TRUE);

  fixture->connection = g_dbus_connection_new_for_address_sync (
      g_test_dbus_get_bus_address (fixture->bus),
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);
  g_assert_no_error (error);
}

void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->supervisor != 0)
    fixture_end_supervisor (fixture, SIGTERM);
  g_clear_object (&fixture->service);
  g_dbus_connection_close_sync (fixture->connection, NULL, NULL);
  g_clear_object (&fixture->connection);
  g_test_dbus_down (fixture->bus);
  g_clear_object (&fixture->bus);
  fixture_remove_tree (fixture->root);
  g_free (fixture->root);
}

static int
run_tests (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* The clients' side of the errors. */
  bh_error_quark ();
  add_tests ();

  return g_test_run ();
}

/* For main(): runs the tests that the function adds, and ends with them whatever they started. */
int
fixture_run (int argc, char **argv, void (*add) (void))
{
  add_tests = add;

  return warden_run (run_tests, argc, argv);
}

BhDBusApp1 *
fixture_find_app (Fixture *fixture, const char *id, GError **error)
{
  g_autofree char *path = NULL;
  BhDBusApp1 *app;

  if (!bh_dbus_supervisor1_call_find_app_sync (fixture->service, id, &path, NULL, error))
    return NULL;
  app = bh_dbus_app1_proxy_new_sync (fixture->connection, G_DBUS_PROXY_FLAGS_NONE,
                                     BH_SUPERVISOR_BUS_NAME, path, NULL, error);
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (app), FIXTURE_DEADLINE * 1000);

  return app;
}

BhDBusApp1 *
fixture_get_app (Fixture *fixture, const char *id)
{
  g_autoptr (GError) error = NULL;
  BhDBusApp1 *app = fixture_find_app (fixture, id, &error);

  g_assert_no_error (error);

  return app;
}

GVariant *
options_for (const char *wait, const char *uri)
{
  GVariantDict options = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&options, "wait", "s", wait);
  if (uri != NULL)
    g_variant_dict_insert (&options, "uri", "s", uri);

  return g_variant_dict_end (&options);
}

/* Whether the launch has started a run; an error is the caller's to look at. */
gboolean
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

guint
launch_painted (BhDBusApp1 *app)
{
  g_autoptr (GError) error = NULL;
  guint pid = 0;
  gboolean started = launch (app, "painted", NULL, &pid, &error);

  g_assert_no_error (error);
  g_assert_true (started);
  g_assert_cmpuint (pid, >, 1);

  return pid;
}

/* Has the running fake runner do something, see obey() there. */
void
order (BhDBusApp1 *app, const char *what)
{
  g_autofree char *uri = g_strconcat ("#", what, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (launch (app, "spawned", uri, NULL, &error));
  g_assert_no_error (error);
}

guint
kill_app (BhDBusApp1 *app)
{
  g_autoptr (GError) error = NULL;
  guint processes = 0;

  bh_dbus_app1_call_kill_sync (app, &processes, NULL, &error);
  g_assert_no_error (error);

  return processes;
}

static gboolean
has_variable (const char *block, gsize length, const char *name, const char *value)
{
  return g_strcmp0 (bh_proc_find_env (block, length, name), value) == 0;
}

/* How many processes there are of an app, as the kernel has it: not as the supervisor says. */
guint
fixture_count_processes (Fixture *fixture, const char *slug)
{
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  const char *name;
  guint count = 0;

  g_assert_nonnull (proc);
  while ((name = g_dir_read_name (proc)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "environ", NULL);
      g_autofree char *block = NULL;
      gsize length;

      /* A zombie has none. */
      if (!g_ascii_isdigit (*name) || !g_file_get_contents (path, &block, &length, NULL))
        continue;
      if (has_variable (block, length, BH_APP_ENV, slug)
          && has_variable (block, length, "XDG_RUNTIME_DIR", fixture->root))
        count++;
    }

  return count;
}

/* A zombie that its parent has not reaped yet is dead. */
gboolean
is_alive (guint pid)
{
  BhProcStat stat;

  return bh_process_read_stat ((pid_t) pid, &stat) && stat.state != 'Z';
}

BhInstanceTools *
fixture_make_tools (BhClock *clock, const char *records_dir)
{
  BhInstanceTools *tools = bh_instance_tools_new ();

  tools->clock = g_object_ref (clock);
  tools->spawner = bh_plain_spawner_new ();
  tools->scanner = bh_process_scanner_new ();
  tools->defaults = bh_defaults_new ();
  tools->gate_path = g_strdup (g_getenv ("BH_TEST_GATE"));
  tools->runner_path = g_strdup (g_getenv ("BH_TEST_RUNNER"));
  tools->chooser_path = g_strdup (g_getenv ("BH_TEST_CHOOSER"));
  tools->records_dir = g_strdup (records_dir);
  tools->socket_path = g_strdup ("/nonexistent/channel");
  tools->enclosing = BH_ENCLOSING_NONE;

  return tools;
}

static gboolean
write_map (const char *name, const char *text)
{
  g_autofree char *path = g_build_filename ("/proc/self", name, NULL);
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  gboolean written = fd >= 0 && write (fd, text, strlen (text)) >= 0;

  if (fd >= 0)
    close (fd);

  return written;
}

gboolean
fixture_enter_namespace (void)
{
  g_autofree char *users = g_strdup_printf ("%u %u 1", getuid (), getuid ());
  g_autofree char *groups = g_strdup_printf ("%u %u 1", getgid (), getgid ());

  if (getuid () == 0)
    {
      if (unshare (CLONE_NEWNS) < 0)
        return FALSE;
    }
  else if (unshare (CLONE_NEWUSER | CLONE_NEWNS) < 0 || !write_map ("setgroups", "deny")
           || !write_map ("uid_map", users) || !write_map ("gid_map", groups))
    {
      return FALSE;
    }

  return mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}
