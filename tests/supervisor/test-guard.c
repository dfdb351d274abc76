/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-guard.h"
#include "bh-proc-text.h"
#include "bh-process-scanner.h"
#include "supervisor-fixture.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Who is held back by the supervisor is not left standing when that dies: first the guard by
 * itself, then the service, killed wherever it just is.
 */

#define VICTIMS 3

typedef struct
{
  BhGuard *guard;
  BhProcessKey victims[VICTIMS];
} Guarded;

#define ADD_GUARDED(path, function) g_test_add (path, Guarded, NULL, set_up, function, tear_down)

static void
set_up (Guarded *self, gconstpointer data)
{
  g_autofree char *libexec = g_path_get_dirname (g_getenv ("BH_TEST_GATE"));
  g_autofree char *path = g_build_filename (libexec, "bulkhead-guard", NULL);
  const char *argv[] = { "sleep", "1000", NULL };

  self->guard = bh_guard_new (path);
  for (guint i = 0; i < VICTIMS; i++)
    {
      g_autoptr (GError) error = NULL;
      BhProcStat stat;
      GPid pid;

      g_spawn_async (NULL, (char **) (gsize) argv, NULL,
                     G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, &error);
      g_assert_no_error (error);
      g_assert_true (bh_process_read_stat (pid, &stat));
      self->victims[i] = (BhProcessKey){ .pid = pid, .start_time = stat.start_time };
    }
}

static void
tear_down (Guarded *self, gconstpointer data)
{
  g_clear_object (&self->guard);
  for (guint i = 0; i < VICTIMS; i++)
    {
      kill (self->victims[i].pid, SIGKILL);
      waitpid (self->victims[i].pid, NULL, 0);
    }
}

static char
get_state (pid_t pid)
{
  BhProcStat stat;

  return bh_process_read_stat (pid, &stat) ? stat.state : 0;
}

static void
stop_victims (Guarded *self)
{
  for (guint i = 0; i < VICTIMS; i++)
    kill (self->victims[i].pid, SIGSTOP);
  for (guint i = 0; i < VICTIMS; i++)
    poll_for (get_state (self->victims[i].pid) == 'T');
}

static void
test_continues (Guarded *self, gconstpointer data)
{
  BhProcessKey stranger = self->victims[1];
  pid_t pid;

  g_assert_cmpint (bh_guard_get_pid (self->guard), ==, 0);
  bh_guard_watch (self->guard, &self->victims[0]);
  pid = bh_guard_get_pid (self->guard);
  g_assert_cmpint (pid, >, 1);
  /* Another process that has the PID by now, and one that was let go. */
  stranger.start_time++;
  bh_guard_watch (self->guard, &stranger);
  bh_guard_watch (self->guard, &self->victims[2]);
  bh_guard_watch (self->guard, &self->victims[2]);
  bh_guard_forget (self->guard, &self->victims[2]);
  g_assert_cmpint (bh_guard_get_pid (self->guard), ==, pid);
  stop_victims (self);

  g_assert_finalize_object (g_steal_pointer (&self->guard));
  poll_for (get_state (self->victims[0].pid) != 'T');
  poll_for (!is_alive ((guint) pid));
  g_assert_cmpint (get_state (self->victims[1].pid), ==, 'T');
  g_assert_cmpint (get_state (self->victims[2].pid), ==, 'T');
}

static void
test_nothing_to_do (Guarded *self, gconstpointer data)
{
  pid_t pid;

  for (guint i = 0; i < 3; i++)
    {
      bh_guard_watch (self->guard, &self->victims[0]);
      pid = bh_guard_get_pid (self->guard);
      g_assert_cmpint (pid, >, 1);
      bh_guard_forget (self->guard, &self->victims[0]);
      g_assert_cmpint (bh_guard_get_pid (self->guard), ==, 0);
      poll_for (!is_alive ((guint) pid));
    }
}

/* What ends a supervisor, or all of a terminal, is not the guard's. */
static void
test_signals (Guarded *self, gconstpointer data)
{
  const int signals[]
      = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGTSTP, SIGUSR1, SIGUSR2, SIGALRM };
  pid_t pid;

  bh_guard_watch (self->guard, &self->victims[0]);
  pid = bh_guard_get_pid (self->guard);
  g_assert_cmpint (getsid (pid), ==, pid);
  /* It waits for orders: its program has begun and ignores signals. */
  for (gboolean ready = FALSE; !ready;)
    {
      g_autofree char *text = NULL;
      g_autofree char *status = g_strdup_printf ("/proc/%d/status", (int) pid);
      const char *ignored;

      g_assert_true (g_file_get_contents (status, &text, NULL, NULL));
      ignored = strstr (text, "SigIgn:");
      g_assert_nonnull (ignored);
      ready = (g_ascii_strtoull (ignored + strlen ("SigIgn:\t"), NULL, 16)
               & ((guint64) 1 << (SIGTTOU - 1)))
              != 0;
    }
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    kill (pid, signals[i]);
  stop_victims (self);
  g_clear_object (&self->guard);
  poll_for (get_state (self->victims[0].pid) != 'T');
  poll_for (!is_alive ((guint) pid));
}

/* One that was killed, or that stands still itself, has a successor that knows what it knew. */
static void
test_successor (Guarded *self, gconstpointer data)
{
  pid_t pid, next;

  bh_guard_watch (self->guard, &self->victims[0]);
  bh_guard_watch (self->guard, &self->victims[1]);
  pid = bh_guard_get_pid (self->guard);
  kill (pid, SIGKILL);
  wait_for (bh_guard_get_pid (self->guard) != pid && bh_guard_get_pid (self->guard) != 0);

  pid = bh_guard_get_pid (self->guard);
  kill (pid, SIGSTOP);
  for (guint i = 0; bh_guard_get_pid (self->guard) == pid; i++)
    {
      BhProcessKey key = { .pid = 2, .start_time = i };

      g_assert_cmpuint (i, <, 1000 * 1000);
      bh_guard_watch (self->guard, &key);
      bh_guard_forget (self->guard, &key);
    }
  next = bh_guard_get_pid (self->guard);
  g_assert_cmpint (next, >, 1);
  kill (pid, SIGCONT);
  poll_for (!is_alive ((guint) pid));

  stop_victims (self);
  g_clear_object (&self->guard);
  poll_for (get_state (self->victims[0].pid) != 'T' && get_state (self->victims[1].pid) != 'T');
  g_assert_cmpint (get_state (self->victims[2].pid), ==, 'T');
  poll_for (!is_alive ((guint) next));
}

static void
test_none (Guarded *self, gconstpointer data)
{
  g_object_unref (self->guard);
  self->guard = bh_guard_new ("/nonexistent/bulkhead-guard");
  for (guint i = 0; i < 3; i++)
    bh_guard_watch (self->guard, &self->victims[i]);
  g_assert_cmpint (bh_guard_get_pid (self->guard), ==, 0);
  for (guint i = 0; i < 3; i++)
    bh_guard_forget (self->guard, &self->victims[i]);
}

/* The service. */

static void
add_slow_app (Fixture *fixture, const char *id)
{
  g_autofree char *text
      = g_strdup_printf ("{\"startup_app\": {\"uuid\": \"%s\", \"url\": \"app:///index.html\"},"
                         " \"bulkhead\": {\"limits\": {\"cpu\": \"10%%\"}}}",
                         id);

  fixture_write_app (fixture, id, text);
}

/* The guard that belongs to the supervisor, whose child it is not; 0 when there is none. */
static pid_t
find_guard (Fixture *fixture)
{
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (proc)) != NULL)
    {
      g_autofree char *comm = g_build_filename ("/proc", name, "comm", NULL);
      g_autofree char *environ = g_build_filename ("/proc", name, "environ", NULL);
      g_autofree char *text = NULL;
      g_autofree char *block = NULL;
      gsize length;

      if (!g_ascii_isdigit (*name) || !g_file_get_contents (comm, &text, NULL, NULL)
          || !g_str_equal (text, "bulkhead-guard\n")
          || !g_file_get_contents (environ, &block, &length, NULL))
        continue;
      if (g_strcmp0 (bh_proc_find_env (block, length, "XDG_RUNTIME_DIR"), fixture->root) == 0
          && get_state (atoi (name)) != 'Z')
        return (pid_t) atoi (name);
    }

  return 0;
}

static void
test_killed_supervisor (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  guint64 pss = 0;
  guint stopped = 0;
  guint pid;

  add_slow_app (fixture, "spin");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "spin");
  pid = launch_painted (app);
  poll_for (get_state ((pid_t) pid) == 'T');
  g_assert_true (bh_process_read_pss (find_guard (fixture), &pss));
  g_test_message ("the guard's PSS: %u KiB", (guint) (pss / 1024));
  g_assert_cmpuint (pss, <, 1024 * 1024 + FIXTURE_OVERHEAD);

  for (guint i = 0; i < 20; i++)
    {
      poll_for (get_state ((pid_t) pid) == 'T');
      /* A stop takes up to a second at this limit, a breath between two 20 ms. */
      g_usleep (g_random_int_range (0, 300) * 1000);
      kill (fixture->supervisor, SIGKILL);
      stopped += get_state ((pid_t) pid) == 'T' ? 1 : 0;
      fixture_wait_supervisor (fixture);
      /* Nobody but the guard is left who could do it. */
      poll_for (get_state ((pid_t) pid) != 'T');
      poll_for (find_guard (fixture) == 0);
      g_assert_cmpint (get_state ((pid_t) pid), !=, 'T');

      fixture_start_supervisor (fixture);
      g_clear_object (&app);
      app = fixture_get_app (fixture, "spin");
      g_assert_cmpuint (bh_dbus_app1_get_pid (app), ==, pid);
    }
  g_test_message ("%u of 20 times it stood still", stopped);
  g_assert_cmpuint (stopped, >, 5);
  kill_app (app);
  poll_for (find_guard (fixture) == 0);
}

/* The guard has died as well: what stands still is continued when it is taken over. */
static void
test_adopted (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  guint pid;

  fixture_add_app (fixture, "fork-1");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "fork-1");
  pid = launch_painted (app);
  fixture_end_supervisor (fixture, SIGKILL);
  kill ((pid_t) pid, SIGSTOP);
  poll_for (get_state ((pid_t) pid) == 'T');
  fixture_start_supervisor (fixture);
  poll_for (get_state ((pid_t) pid) != 'T');
  g_clear_object (&app);
  app = fixture_get_app (fixture, "fork-1");
  wait_for_title (app, "resumed");
  kill_app (app);
}

static void
add_tests (void)
{
  ADD_GUARDED ("/guard/continues", test_continues);
  ADD_GUARDED ("/guard/nothing-to-do", test_nothing_to_do);
  ADD_GUARDED ("/guard/signals", test_signals);
  ADD_GUARDED ("/guard/successor", test_successor);
  ADD_GUARDED ("/guard/none", test_none);
  ADD ("/guard/killed-supervisor", test_killed_supervisor);
  ADD ("/guard/adopted", test_adopted);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
