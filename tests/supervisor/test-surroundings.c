/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-instance-record.h"
#include "supervisor-fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * What the supervisor stands on breaks: the bus, the runtime directory, disks, /proc. It says so in
 * plain words, neither crashes nor spins, and the apps go on.
 *
 * For disks the test has a mount namespace of its own. Where it may not have one, those tests are
 * skipped.
 */

static gboolean can_mount;

/* A disk at a directory of the test's; NULL where there can be none. */
static char *
mount_disk (Fixture *fixture, const char *name, const char *options)
{
  char *path = fixture_build_path (fixture, name, NULL);

  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
  if (can_mount && mount ("none", path, "tmpfs", 0, options) == 0)
    return path;
  g_test_skip ("nothing may be mounted here");
  g_free (path);

  return NULL;
}

static void
unmount_disk (char *path)
{
  g_assert_cmpint (umount2 (path, MNT_DETACH), ==, 0);
  g_free (path);
}

static void
fill_disk (const char *path)
{
  g_autofree char *file = g_build_filename (path, "fill", NULL);
  int fd = open (file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  char block[4096] = { 0 };

  g_assert_cmpint (fd, >=, 0);
  while (write (fd, block, sizeof block) > 0)
    ;
  g_assert_cmpint (errno, ==, ENOSPC);
  close (fd);
}

static void
clear_disk (const char *path)
{
  g_autofree char *file = g_build_filename (path, "fill", NULL);

  g_assert_cmpint (g_unlink (file), ==, 0);
}

static BhDBusApp1 *
start (Fixture *fixture, const char *id)
{
  fixture_add_app (fixture, id);
  fixture_start_supervisor (fixture);

  return fixture_get_app (fixture, id);
}

static guint
launch_next (Fixture *fixture, BhDBusApp1 **app)
{
  fixture_start_supervisor (fixture);
  g_clear_object (app);
  *app = fixture_get_app (fixture, "plain");

  return bh_dbus_app1_get_pid (*app);
}

/* Warnings are what is expected; after the test they are fatal again. */
static void
tear_down_quietly (Fixture *fixture, gconstpointer data)
{
  fixture_tear_down (fixture, data);
  g_setenv ("G_DEBUG", "fatal-warnings", TRUE);
}

static gboolean
said (Fixture *fixture, const char *words)
{
  g_autofree char *path = fixture_build_path (fixture, "stderr", NULL);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && strstr (text, words) != NULL;
}

/* What the supervisor says goes to a file from now on. */
static int
catch_words (Fixture *fixture)
{
  g_autofree char *path = fixture_build_path (fixture, "stderr", NULL);
  int kept = dup (STDERR_FILENO);
  int fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

  dup2 (fd, STDERR_FILENO);
  close (fd);

  return kept;
}

static void
let_words_go (int kept)
{
  dup2 (kept, STDERR_FILENO);
  close (kept);
}

static void
test_bus (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  guint pid;
  int status, kept;

  kept = catch_words (fixture);
  app = start (fixture, "plain");
  let_words_go (kept);
  pid = launch_painted (app);
  g_dbus_connection_set_exit_on_close (fixture->connection, FALSE);
  g_test_dbus_stop (fixture->bus);

  g_assert_cmpint (waitpid (fixture->supervisor, &status, 0), ==, fixture->supervisor);
  fixture->supervisor = 0;
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  g_assert_true (said (fixture, "the session bus is gone"));
  g_assert_true (is_alive (pid));
  /* Without a bus there is nobody to end it. */
  kill ((pid_t) pid, SIGKILL);
  poll_for (!is_alive (pid));
}

static gboolean
is_whole (const char *path)
{
  g_autoptr (BhInstanceRecord) record = bh_instance_record_load (path, NULL);

  return record != NULL;
}

static void
test_runtime_dir_cleared (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autofree char *base = fixture_build_path (fixture, "bulkhead", NULL);
  g_autofree char *runtime = fixture_runtime_dir (fixture);
  g_autofree char *record = g_build_filename (runtime, "plain" BH_RECORD_SUFFIX, NULL);
  g_autofree char *socket = g_build_filename (runtime, "channel", "socket", NULL);
  guint pid;

  app = start (fixture, "plain");
  pid = launch_painted (app);
  for (guint i = 0; i < 3; i++)
    {
      fixture_remove_tree (base);
      poll_for (g_file_test (socket, G_FILE_TEST_EXISTS) && is_whole (record));
    }
  order (app, "still");
  wait_for_title (app, "app://plain/index.html#still");

  /* The next one has what it needs. */
  fixture_end_supervisor (fixture, SIGKILL);
  g_assert_cmpuint (launch_next (fixture, &app), ==, pid);
  wait_for_title (app, "resumed");
  kill_app (app);
}

/* It can't be made anew at first. */
static void
test_runtime_dir_blocked (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autofree char *base = fixture_build_path (fixture, "bulkhead", NULL);
  g_autofree char *aside = fixture_build_path (fixture, "aside", NULL);
  g_autofree char *runtime = fixture_runtime_dir (fixture);
  g_autofree char *record = g_build_filename (runtime, "plain" BH_RECORD_SUFFIX, NULL);
  guint pid;
  int kept;

  kept = catch_words (fixture);
  app = start (fixture, "plain");
  let_words_go (kept);
  pid = launch_painted (app);
  g_assert_cmpint (g_rename (base, aside), ==, 0);
  fixture_write (base, "in the way");
  fixture_remove_tree (aside);
  poll_for (said (fixture, "could not be taken over"));
  order (app, "still");
  wait_for_title (app, "app://plain/index.html#still");
  g_assert_cmpint (g_unlink (base), ==, 0);
  poll_for (is_whole (record));
  g_assert_true (is_alive (pid));
  kill_app (app);
}

static gboolean
set_tasks (BhDBusApp1 *app, guint64 tasks, GError **error)
{
  GVariantDict limits = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&limits, "tasks", "t", tasks);

  return bh_dbus_app1_call_set_limits_sync (app, g_variant_dict_end (&limits), NULL, error);
}

static guint64
get_tasks (BhDBusApp1 *app)
{
  guint64 tasks = 0;

  g_variant_lookup (bh_dbus_app1_get_limits (app), "tasks", "t", &tasks);

  return tasks;
}

static void
test_limits_disk_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GError) error = NULL;
  char *disk = mount_disk (fixture, "config", "size=64k");

  if (disk == NULL)
    return;
  app = start (fixture, "plain");
  launch_painted (app);
  g_assert_true (set_tasks (app, 600, &error));
  g_assert_no_error (error);
  wait_for (get_tasks (app) == 600);
  fill_disk (disk);
  g_assert_false (set_tasks (app, 700, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "plain.conf"));
  g_assert_nonnull (strstr (error->message, g_strerror (ENOSPC)));
  g_clear_error (&error);
  g_assert_cmpuint (get_tasks (app), ==, 600);
  clear_disk (disk);
  g_assert_true (set_tasks (app, 700, &error));
  g_assert_no_error (error);
  /* What stood there before is still what the next one reads. */
  fill_disk (disk);
  g_assert_false (set_tasks (app, 800, NULL));
  fixture_end_supervisor (fixture, SIGKILL);
  launch_next (fixture, &app);
  g_assert_cmpuint (get_tasks (app), ==, 700);
  kill_app (app);
  fixture_end_supervisor (fixture, SIGTERM);
  unmount_disk (disk);
}

static void
test_records_disk_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autofree char *runtime = fixture_runtime_dir (fixture);
  g_autofree char *record = g_build_filename (runtime, "plain" BH_RECORD_SUFFIX, NULL);
  char *disk = mount_disk (fixture, "bulkhead", "size=64k");
  guint pid;
  int kept;

  if (disk == NULL)
    return;
  g_unsetenv ("G_DEBUG");
  kept = catch_words (fixture);
  app = start (fixture, "plain");
  let_words_go (kept);
  fill_disk (disk);
  pid = launch_painted (app);
  g_assert_false (is_whole (record));
  g_assert_true (said (fixture, "could not be adopted"));
  /* As soon as there is room it is made up for. */
  clear_disk (disk);
  poll_for (is_whole (record));
  fixture_end_supervisor (fixture, SIGKILL);
  g_assert_cmpuint (launch_next (fixture, &app), ==, pid);
  wait_for_title (app, "resumed");
  kill_app (app);
  fixture_end_supervisor (fixture, SIGTERM);
  unmount_disk (disk);
}

static void
assert_launch_fails (BhDBusApp1 *app, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (launch (app, "painted", NULL, NULL, &error));
  g_assert_error (error, BH_ERROR, BH_ERROR_LAUNCH_FAILED);
  g_assert_nonnull (strstr (error->message, words));
  g_assert_nonnull (strstr (error->message, "disk"));
  wait_for_reason (app, "launch-failed");
}

static void
test_profile_disk_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  /* No more directories can be made than those of the app itself. */
  char *disk = mount_disk (fixture, "data", "nr_inodes=7");

  if (disk == NULL)
    return;
  app = start (fixture, "plain");
  assert_launch_fails (app, g_strerror (ENOSPC));
  g_assert_cmpint (mount ("none", disk, "tmpfs", MS_REMOUNT, "nr_inodes=100"), ==, 0);
  launch_painted (app);
  kill_app (app);
  fixture_end_supervisor (fixture, SIGTERM);
  unmount_disk (disk);
}

static void
test_profile_read_only (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  char *disk = mount_disk (fixture, "data", "size=1m");
  guint pid;

  if (disk == NULL)
    return;
  app = start (fixture, "plain");
  pid = launch_painted (app);
  kill_app (app);
  g_assert_cmpint (mount ("none", disk, "tmpfs", MS_REMOUNT | MS_RDONLY, NULL), ==, 0);
  assert_launch_fails (app, g_strerror (EROFS));
  g_assert_cmpint (mount ("none", disk, "tmpfs", MS_REMOUNT, NULL), ==, 0);
  pid = launch_painted (app);

  /* While it runs it is the app's own business. */
  g_assert_cmpint (mount (disk, disk, NULL, MS_BIND, NULL), ==, 0);
  g_assert_cmpint (mount ("none", disk, NULL, MS_REMOUNT | MS_RDONLY | MS_BIND, NULL), ==, 0);
  order (app, "still");
  wait_for_title (app, "app://plain/index.html#still");
  g_assert_true (is_alive (pid));
  kill_app (app);
  assert_launch_fails (app, g_strerror (EROFS));
  g_assert_cmpint (umount2 (disk, MNT_DETACH), ==, 0);
  launch_painted (app);
  kill_app (app);
  fixture_end_supervisor (fixture, SIGTERM);
  unmount_disk (disk);
}

static void
test_profile_removed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autofree char *profiles = fixture_build_path (fixture, "data", "bulkhead", "profiles", NULL);
  guint pid, next;

  app = start (fixture, "plain");
  pid = launch_painted (app);
  fixture_remove_tree (profiles);
  order (app, "still");
  wait_for_title (app, "app://plain/index.html#still");
  g_assert_true (is_alive (pid));
  /* The lock went with it; the record says that the app runs. */
  fixture_end_supervisor (fixture, SIGKILL);
  g_assert_cmpuint (launch_next (fixture, &app), ==, pid);
  wait_for_title (app, "resumed");
  kill_app (app);

  fixture_remove_tree (profiles);
  next = launch_painted (app);
  g_assert_cmpuint (next, !=, pid);
  kill_app (app);
}

static void
test_no_proc (Fixture *fixture, gconstpointer data)
{
  int status, kept;
  GPid pid;

  if (!can_mount || mount ("none", "/proc", "tmpfs", 0, NULL) < 0)
    {
      g_test_skip ("nothing may be mounted here");
      return;
    }
  kept = catch_words (fixture);
  pid = fixture_spawn (fixture);
  let_words_go (kept);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (umount2 ("/proc", MNT_DETACH), ==, 0);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 1);
  g_assert_true (said (fixture, "/proc"));
}

static void
add_tests (void)
{
  ADD ("/surroundings/bus", test_bus);
  ADD ("/surroundings/runtime-dir-cleared", test_runtime_dir_cleared);
  ADD ("/surroundings/runtime-dir-blocked", test_runtime_dir_blocked);
  ADD ("/surroundings/limits-disk-full", test_limits_disk_full);
  g_test_add ("/surroundings/records-disk-full", Fixture, NULL, fixture_set_up,
              test_records_disk_full, tear_down_quietly);
  ADD ("/surroundings/profile-disk-full", test_profile_disk_full);
  ADD ("/surroundings/profile-read-only", test_profile_read_only);
  ADD ("/surroundings/profile-removed", test_profile_removed);
  ADD ("/surroundings/no-proc", test_no_proc);
}

int
main (int argc, char **argv)
{
  can_mount = fixture_enter_namespace ();

  return fixture_run (argc, argv, add_tests);
}
