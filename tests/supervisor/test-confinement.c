/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-supervised-confinement.h"
#include "warden.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * The limits that the supervisor holds itself, against real programs (helpers/load.c) which do what
 * the limits are there for.
 */

#define MIB             ((guint64) 1024 * 1024)
#define TIMEOUT_SECONDS 30

typedef struct
{
  BhClock *clock;
  BhProcessScanner *scanner;
  BhSupervisedConfinement *confinement;
  GArray *known;
  BhProcessKey key;
  GMainLoop *loop;
  BhReason reason;
  char *detail;
  guint highs;
  BhLimitKinds high_kind;
  guint changes;
} Fixture;

static GArray *
find_processes (gpointer user_data)
{
  Fixture *fixture = user_data;

  return bh_process_scanner_find (fixture->scanner, "no-instance", &fixture->key, fixture->known);
}

static void
on_over (BhConfinement *confinement, int reason, const char *detail, Fixture *fixture)
{
  fixture->reason = (BhReason) reason;
  g_free (fixture->detail);
  fixture->detail = g_strdup (detail);
}

static void
on_high (BhConfinement *confinement, int kind, Fixture *fixture)
{
  fixture->highs++;
  fixture->high_kind = (BhLimitKinds) kind;
}

static void
on_changed (BhConfinement *confinement, Fixture *fixture)
{
  fixture->changes++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  memset (fixture, 0, sizeof *fixture);
  fixture->clock = bh_clock_new ();
  fixture->scanner = bh_process_scanner_new ();
  fixture->known = g_array_new (FALSE, FALSE, sizeof (BhProcessKey));
  fixture->confinement = bh_supervised_confinement_new (fixture->clock, fixture->scanner, NULL,
                                                        find_processes, fixture);
  g_signal_connect (fixture->confinement, "over", G_CALLBACK (on_over), fixture);
  g_signal_connect (fixture->confinement, "high", G_CALLBACK (on_high), fixture);
  g_signal_connect (fixture->confinement, "changed", G_CALLBACK (on_changed), fixture);
}

static void
on_child_set_up (gpointer user_data)
{
  setpgid (0, 0);
}

/* Starts load in a process group of its own. */
static void
start_load (Fixture *fixture, const char *what, const char *amount)
{
  const char *argv[] = { g_getenv ("BH_TEST_LOAD"), what, amount, NULL };
  g_autoptr (GError) error = NULL;
  BhProcStat stat;
  GPid pid;

  g_spawn_async (NULL, (char **) (gpointer) argv, NULL,
                 G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL, on_child_set_up, NULL,
                 &pid, &error);
  g_assert_no_error (error);
  g_assert_true (bh_process_read_stat (pid, &stat));
  fixture->key = (BhProcessKey){ .pid = pid, .start_time = stat.start_time };
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  bh_supervised_confinement_stop (fixture->confinement);
  g_assert_finalize_object (fixture->confinement);
  if (fixture->key.pid != 0)
    {
      kill (-fixture->key.pid, SIGKILL);
      waitpid (fixture->key.pid, NULL, 0);
    }
  g_array_unref (fixture->known);
  g_free (fixture->detail);
  g_assert_finalize_object (fixture->scanner);
  g_assert_finalize_object (fixture->clock);
}

static void
on_apply_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gboolean *done = user_data;
  g_autoptr (GError) error = NULL;

  *done = bh_confinement_apply_finish (BH_CONFINEMENT (source), result, &error);
  g_assert_no_error (error);
}

static void
apply (Fixture *fixture, guint64 memory, guint64 high, guint cpu, gint64 cpu_time, guint tasks)
{
  g_autoptr (BhLimits) limits = bh_limits_new (memory, high, cpu, cpu_time, tasks);
  gboolean done = FALSE;

  bh_confinement_apply_async (BH_CONFINEMENT (fixture->confinement), limits, NULL, on_apply_ready,
                              &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
on_wake (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
wait_for_over (Fixture *fixture)
{
  gint64 end = g_get_monotonic_time () + TIMEOUT_SECONDS * G_TIME_SPAN_SECOND;
  guint wake = g_timeout_add (100, on_wake, NULL);

  while (fixture->reason == BH_REASON_NONE && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
}

static char
read_state (Fixture *fixture)
{
  BhProcStat stat;

  g_assert_true (bh_process_read_stat (fixture->key.pid, &stat));

  return stat.state;
}

/* A signal takes a moment to arrive. */
static void
wait_for_stop (Fixture *fixture)
{
  gint64 end = g_get_monotonic_time () + TIMEOUT_SECONDS * G_TIME_SPAN_SECOND;

  while (read_state (fixture) != 'T' && g_get_monotonic_time () < end)
    g_usleep (1000);
  g_assert_cmpint (read_state (fixture), ==, 'T');
}

static guint64
read_memory (Fixture *fixture)
{
  guint64 bytes = 0;

  g_assert_true (bh_process_read_pss (fixture->key.pid, &bytes));

  return bytes;
}

static void
test_memory (Fixture *fixture, gconstpointer data)
{
  start_load (fixture, "grow", NULL);
  apply (fixture, 256 * MIB, 0, 0, 0, 0);
  g_assert_cmpuint (bh_confinement_get_enforced (BH_CONFINEMENT (fixture->confinement)), ==,
                    BH_LIMIT_MEMORY | BH_LIMIT_MEMORY_HIGH);
  wait_for_over (fixture);
  g_assert_cmpint (fixture->reason, ==, BH_REASON_MEMORY_LIMIT);
  g_assert_nonnull (strstr (fixture->detail, "256"));

  /* It takes no more, even when nothing holds it any longer: what follows is its end. */
  wait_for_stop (fixture);
  bh_supervised_confinement_stop (fixture->confinement);
  g_assert_cmpint (read_state (fixture), ==, 'T');
  g_test_message ("stopped at %" G_GUINT64_FORMAT " MiB", read_memory (fixture) / MIB);
  g_assert_cmpuint (read_memory (fixture), >, 256 * MIB);
}

/* One whose process was not there when the limit was set. */
static void
test_memory_of_child (Fixture *fixture, gconstpointer data)
{
  start_load (fixture, "grow-child", NULL);
  apply (fixture, 1024 * MIB, 0, 0, 0, 0);
  wait_for_over (fixture);
  g_assert_cmpint (fixture->reason, ==, BH_REASON_MEMORY_LIMIT);
  wait_for_stop (fixture);
}

/* What tells of new processes without a look at all of them. */
static void
test_newest (Fixture *fixture, gconstpointer data)
{
  pid_t newest = bh_process_get_newest ();

  g_assert_cmpint (newest, >, 0);
  start_load (fixture, "threads", "1");
  g_assert_cmpint (bh_process_get_newest (), !=, newest);
}

static void
test_memory_high (Fixture *fixture, gconstpointer data)
{
  gint64 end = g_get_monotonic_time () + TIMEOUT_SECONDS * G_TIME_SPAN_SECOND;

  start_load (fixture, "memory", "150");
  apply (fixture, 1024 * MIB, 100 * MIB, 0, 0, 0);
  while (fixture->highs == 0 && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (fixture->highs, ==, 1);
  g_assert_cmpint (fixture->high_kind, ==, BH_LIMIT_MEMORY_HIGH);
  g_assert_cmpuint (bh_supervised_confinement_get_memory (fixture->confinement), >, 100 * MIB);

  /* It is not told of again, and the hard limit is far. A changed limit makes it look at once. */
  apply (fixture, 1024 * MIB, 110 * MIB, 0, 0, 0);
  for (guint i = 0; i < 5; i++)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (fixture->highs, ==, 1);
  g_assert_cmpint (fixture->reason, ==, BH_REASON_NONE);
}

static void
test_tasks (Fixture *fixture, gconstpointer data)
{
  start_load (fixture, "threads", "40");
  apply (fixture, 0, 0, 0, 0, 20);
  wait_for_over (fixture);

  g_assert_cmpint (fixture->reason, ==, BH_REASON_TASK_LIMIT);
  g_assert_nonnull (strstr (fixture->detail, "20"));
}

static void
test_cpu_time (Fixture *fixture, gconstpointer data)
{
  start_load (fixture, "fork", NULL);
  apply (fixture, 0, 0, 0, 300 * G_TIME_SPAN_MILLISECOND, 0);
  wait_for_over (fixture);

  g_assert_cmpint (fixture->reason, ==, BH_REASON_CPU_TIME_LIMIT);
  g_assert_cmpint (bh_supervised_confinement_get_used (fixture->confinement), >,
                   300 * G_TIME_SPAN_MILLISECOND);
}

static void
test_cpu_time_near (Fixture *fixture, gconstpointer data)
{
  gint64 end = g_get_monotonic_time () + TIMEOUT_SECONDS * G_TIME_SPAN_SECOND;

  start_load (fixture, "spin", "1");
  apply (fixture, 0, 0, 0, 20 * G_TIME_SPAN_SECOND, 0);
  g_assert_false (bh_supervised_confinement_is_near_cpu_time (fixture->confinement));
  apply (fixture, 0, 0, 0, 2 * G_TIME_SPAN_SECOND, 0);
  while (fixture->highs == 0 && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (fixture->highs, ==, 1);
  g_assert_cmpint (fixture->high_kind, ==, BH_LIMIT_CPU_TIME);
  g_assert_true (bh_supervised_confinement_is_near_cpu_time (fixture->confinement));
  apply (fixture, 0, 0, 0, G_TIME_SPAN_HOUR, 0);
  g_assert_false (bh_supervised_confinement_is_near_cpu_time (fixture->confinement));
  g_assert_cmpint (fixture->reason, ==, BH_REASON_NONE);
}

static gint64
get_cpu_time (Fixture *fixture)
{
  BhProcStat stat;

  g_assert_true (bh_process_read_stat (fixture->key.pid, &stat));

  return (gint64) stat.cpu_time * G_USEC_PER_SEC / sysconf (_SC_CLK_TCK);
}

static gboolean
on_time_over (gpointer user_data)
{
  g_main_loop_quit (user_data);

  return G_SOURCE_REMOVE;
}

/* Per cent of one core over two seconds. What is measured is a share of time, so time must pass. */
static double
measure_share (Fixture *fixture)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  gint64 start = g_get_monotonic_time ();
  gint64 used = get_cpu_time (fixture);

  g_timeout_add (2000, on_time_over, loop);
  g_main_loop_run (loop);

  return (double) (get_cpu_time (fixture) - used) * 100
         / (double) (g_get_monotonic_time () - start);
}

static void
test_cpu (Fixture *fixture, gconstpointer data)
{
  double share;

  start_load (fixture, "spin", "2");
  apply (fixture, 0, 0, 30, 0, 0);
  share = measure_share (fixture);
  g_test_message ("a limit of 30 %% gave %.1f %%", share);
  /* A machine that is busy may give it less, never more. */
  g_assert_cmpfloat (share, <, 45);
  g_assert_true (share < 20 || bh_supervised_confinement_is_limiting (fixture->confinement));

  /* Without the limit it runs on, and is not left stopped. */
  apply (fixture, 0, 0, 0, 0, 0);
  g_assert_false (bh_supervised_confinement_is_limiting (fixture->confinement));
  g_assert_cmpuint (bh_confinement_get_enforced (BH_CONFINEMENT (fixture->confinement)), ==, 0);
  share = measure_share (fixture);
  g_test_message ("without a limit it was %.1f %%", share);
  g_assert_cmpfloat (share, >, 0);
}

static void
test_let_go (Fixture *fixture, gconstpointer data)
{
  BhProcStat stat = { .state = 0 };
  gint64 end = g_get_monotonic_time () + TIMEOUT_SECONDS * G_TIME_SPAN_SECOND;

  start_load (fixture, "spin", "2");
  apply (fixture, 0, 0, 5, 0, 0);
  while (stat.state != 'T' && g_get_monotonic_time () < end)
    {
      g_main_context_iteration (NULL, TRUE);
      bh_process_read_stat (fixture->key.pid, &stat);
    }
  g_assert_cmpint (stat.state, ==, 'T');

  bh_supervised_confinement_stop (fixture->confinement);
  while (stat.state == 'T' && g_get_monotonic_time () < end)
    bh_process_read_stat (fixture->key.pid, &stat);
  g_assert_cmpint (stat.state, !=, 'T');
}

static void
test_duties (Fixture *fixture, gconstpointer data)
{
  BhConfinement *confinement = BH_CONFINEMENT (fixture->confinement);

  start_load (fixture, "threads", "1");
  apply (fixture, 100 * MIB, 0, 10, G_TIME_SPAN_HOUR, 0);
  g_assert_cmpuint (bh_confinement_get_enforced (confinement), ==,
                    BH_LIMIT_MEMORY | BH_LIMIT_MEMORY_HIGH | BH_LIMIT_CPU | BH_LIMIT_CPU_TIME);

  /* Somebody else holds all but the CPU time. */
  fixture->changes = 0;
  bh_supervised_confinement_set_duties (fixture->confinement, BH_LIMIT_CPU_TIME);
  g_assert_cmpuint (bh_confinement_get_enforced (confinement), ==, BH_LIMIT_CPU_TIME);
  g_assert_cmpuint (fixture->changes, ==, 1);
  g_assert_cmpint (bh_confinement_explain_kill (confinement), ==, BH_REASON_NONE);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/confinement/" name, Fixture, NULL, set_up, function, tear_down)

static int
run_tests (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("memory", test_memory);
  ADD ("memory-of-child", test_memory_of_child);
  ADD ("newest", test_newest);
  ADD ("memory-high", test_memory_high);
  ADD ("tasks", test_tasks);
  ADD ("cpu-time", test_cpu_time);
  ADD ("cpu-time-near", test_cpu_time_near);
  ADD ("cpu", test_cpu);
  ADD ("let-go", test_let_go);
  ADD ("duties", test_duties);

  return g_test_run ();
}

int
main (int argc, char **argv)
{
  return warden_run (run_tests, argc, argv);
}
