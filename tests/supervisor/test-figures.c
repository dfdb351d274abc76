/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supervisor-fixture.h"

#include "bh-process-scanner.h"

#include <sys/resource.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Figures against the truth: programs that do what is known, and what the kernel says itself. */

#define MIB       (1024.0 * 1024.0)
#define TMPFS     0x01021994 /* TMPFS_MAGIC in linux/magic.h */
#define TICK      (1.0 / (double) sysconf (_SC_CLK_TCK))
#define FEW_FILES 200

/* The app's entry of a sample that is taken now. */
static GVariant *
sample (Fixture *fixture, const char *id, guint interval)
{
  g_autoptr (GVariant) apps = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) found = NULL;

  bh_dbus_supervisor1_call_sample_sync (fixture->service, interval, &apps, NULL, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < g_variant_n_children (apps); i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (apps, i);
      const char *text;

      g_assert_true (g_variant_lookup (entry, "id", "&s", &text));
      if (g_str_equal (text, id))
        found = g_steal_pointer (&entry);
    }
  g_assert_nonnull (found);

  return g_steal_pointer (&found);
}

static gboolean
is_installed (Fixture *fixture, const char *id)
{
  g_autoptr (BhDBusApp1) app = fixture_find_app (fixture, id, NULL);

  return app != NULL;
}

static BhDBusApp1 *
start (Fixture *fixture, const char *id)
{
  BhDBusApp1 *app;

  fixture_add_app (fixture, id);
  if (fixture->supervisor == 0)
    fixture_start_supervisor (fixture);
  poll_for (is_installed (fixture, id));
  app = fixture_get_app (fixture, id);
  launch_painted (app);

  return app;
}

static guint64
get (GVariant *entry, const char *key)
{
  guint64 value;

  if (!g_variant_lookup (entry, key, "t", &value))
    g_error ("%s is missing", key);

  return value;
}

static guint
get_count (GVariant *entry, const char *key)
{
  guint value;

  if (!g_variant_lookup (entry, key, "u", &value))
    g_error ("%s is missing", key);

  return value;
}

static double
get_double (GVariant *entry, const char *key)
{
  double value;

  if (!g_variant_lookup (entry, key, "d", &value))
    g_error ("%s is missing", key);

  return value;
}

static GVariant *
get_processes (GVariant *entry)
{
  return g_variant_lookup_value (entry, "processes", G_VARIANT_TYPE ("aa{sv}"));
}

static GVariant *
get_process (GVariant *entry, gsize index)
{
  g_autoptr (GVariant) processes = get_processes (entry);

  return g_variant_get_child_value (processes, index);
}

/* What the kernel says in a line "KEY: 123" of a process's file. */
static guint64
read_number (guint pid, const char *file, const char *key)
{
  g_autofree char *path = g_strdup_printf ("/proc/%u/%s", pid, file);
  g_autofree char *text = NULL;
  gsize length;
  guint64 number;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  if (!bh_proc_find_number (text, length, key, &number))
    g_error ("%s has no %s", path, key);

  return number;
}

static void
assert_pss (GVariant *entry)
{
  const char *kind;

  g_assert_true (g_variant_lookup (entry, "memory-kind", "&s", &kind));
  g_assert_cmpstr (kind, ==, "pss");
}

/* What four processes share counts once, a quarter in each. Page tables and what else comes with it
 * is none of it: the same program with less of it shows how much that is. */
static void
test_shared (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) little = start (fixture, "share-4");
  g_autoptr (BhDBusApp1) much = start (fixture, "share-84");
  g_autoptr (GVariant) less = sample (fixture, "share-4", 50);
  g_autoptr (GVariant) more = sample (fixture, "share-84", 50);
  g_autoptr (GVariant) processes = get_processes (more);

  assert_pss (more);
  g_assert_cmpfloat_with_epsilon ((double) get (more, "memory") - (double) get (less, "memory"),
                                  80 * MIB, 0.03 * 80 * MIB);
  g_assert_cmpuint (g_variant_n_children (processes), ==, 4);
  for (gsize i = 0; i < 4; i++)
    {
      g_autoptr (GVariant) in_less = get_process (less, i);
      g_autoptr (GVariant) in_more = get_process (more, i);

      g_assert_cmpfloat_with_epsilon ((double) get (in_more, "memory")
                                          - (double) get (in_less, "memory"),
                                      20 * MIB, 0.05 * 20 * MIB);
      /* The most that was resident knows nothing of sharing, and is the kernel's own word. */
      g_assert_cmpuint (get (in_more, "memory-peak"), >=, 84 * 1024 * 1024);
      g_assert_cmpuint (get (in_more, "memory-peak"), ==,
                        read_number (get_count (in_more, "pid"), "status", "VmHWM") * 1024);
    }
  g_assert_cmpuint (get (more, "memory-peak"), >=, get (more, "memory"));
  kill_app (little);
  kill_app (much);
}

/* Whatever the app's figure is, it is what its processes' add up to. */
static void
test_sums (Fixture *fixture, gconstpointer data)
{
  static const char *const sizes[] = { "memory", "swap", "disk-read", "disk-written", "cpu-time" };
  static const char *const counts[] = { "threads", "descriptors" };
  g_autoptr (BhDBusApp1) app = start (fixture, "family-1");
  g_autoptr (GVariant) entry = sample (fixture, "family-1", 50);
  g_autoptr (GVariant) processes = get_processes (entry);
  gsize n = g_variant_n_children (processes);

  assert_pss (entry);
  g_assert_cmpuint (n, ==, 5);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      guint64 sum = 0;

      for (gsize j = 0; j < n; j++)
        {
          g_autoptr (GVariant) process = g_variant_get_child_value (processes, j);

          sum += get (process, sizes[i]);
        }
      g_test_message ("%s", sizes[i]);
      g_assert_cmpuint (get (entry, sizes[i]), ==, sum);
    }
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      guint sum = 0;

      for (gsize j = 0; j < n; j++)
        {
          g_autoptr (GVariant) process = g_variant_get_child_value (processes, j);

          sum += get_count (process, counts[i]);
        }
      g_test_message ("%s", counts[i]);
      g_assert_cmpuint (get_count (entry, counts[i]), ==, sum);
    }
  kill_app (app);
}

static guint
count_files (guint pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%u/fd", pid);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint count = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    count++;

  return count;
}

static void
test_descriptors (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) few = start (fixture, "files-0");
  g_autoptr (BhDBusApp1) many = start (fixture, "files-100");
  g_autoptr (GVariant) less = sample (fixture, "files-0", 50);
  g_autoptr (GVariant) more = sample (fixture, "files-100", 50);

  g_assert_cmpuint (get_count (more, "descriptors"), ==, get_count (less, "descriptors") + 100);
  g_assert_cmpuint (get_count (more, "descriptors"), ==, count_files (get_count (more, "pid")));
  kill_app (few);
  kill_app (many);
}

static void
test_disk (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "disk-24");
  g_autoptr (GVariant) entry = sample (fixture, "disk-24", 50);
  guint pid = get_count (entry, "pid");
  struct statfs disk;

  g_assert_cmpuint (get (entry, "disk-written"), ==, read_number (pid, "io", "write_bytes"));
  g_assert_cmpuint (get (entry, "disk-read"), ==, read_number (pid, "io", "read_bytes"));
  g_assert_cmpint (statfs (fixture->root, &disk), ==, 0);
  if (disk.f_type == TMPFS)
    g_test_skip ("The test's directory is not on a disk");
  else
    g_assert_cmpuint (get (entry, "disk-written"), >=, (guint64) (24 * MIB));
  kill_app (app);
}

static double
get_cpu_time (guint pid)
{
  BhProcStat stat;

  g_assert_true (bh_process_read_stat ((pid_t) pid, &stat));

  return (double) stat.cpu_time * TICK;
}

/* The machine may be busy: what the kernel gave the program in that time is what counts. Others who
 * sample in between change nothing. */
static void
test_cpu (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "part-30");
  g_autoptr (GVariant) entry = sample (fixture, "part-30", 50);
  guint pid = get_count (entry, "pid");
  g_autoptr (GVariant) process = NULL;
  g_autoptr (GError) error = NULL;
  double before, truth, seconds;
  gint64 began;

  bh_dbus_supervisor1_call_watch_sync (fixture->service, 250, NULL, &error);
  g_assert_no_error (error);
  g_clear_pointer (&entry, g_variant_unref);

  began = g_get_monotonic_time ();
  before = get_cpu_time (pid);
  entry = sample (fixture, "part-30", 2000);
  seconds = (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC;
  truth = (get_cpu_time (pid) - before) / seconds * 100;
  g_test_message ("%f %% for %f %%", get_double (entry, "cpu"), truth);
  g_assert_cmpfloat (truth, >, 1);
  g_assert_cmpfloat (truth, <, 36);
  /* Two ticks of each reading, and that the call takes a little longer than the sample. */
  g_assert_cmpfloat_with_epsilon (get_double (entry, "cpu"), truth, 3);
  process = get_process (entry, 0);
  g_assert_cmpfloat_with_epsilon (get_double (process, "cpu"), get_double (entry, "cpu"), 1);
  g_assert_cmpfloat_with_epsilon ((double) get (entry, "cpu-time") / G_USEC_PER_SEC,
                                  get_cpu_time (pid), 10 * TICK);
  kill_app (app);
}

static double
get_seconds (Fixture *fixture, const char *id)
{
  g_autoptr (GVariant) entry = sample (fixture, id, 50);

  return (double) get (entry, "cpu-time") / G_USEC_PER_SEC;
}

static gboolean
has_processes (Fixture *fixture, const char *id, gsize count)
{
  g_autoptr (GVariant) entry = sample (fixture, id, 50);
  g_autoptr (GVariant) processes = get_processes (entry);

  return g_variant_n_children (processes) == count;
}

/* A child's 0.4 seconds are the app's for good, and count once. */
static void
test_ended (Fixture *fixture, gconstpointer data)
{
  static const char *const orders[] = { "end-child", "lose-child" };
  double before, after;

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      g_autofree char *id = g_strdup_printf ("brood-%u", 400 + i);
      g_autoptr (BhDBusApp1) app = start (fixture, id);

      g_assert_true (has_processes (fixture, id, 2));
      before = get_seconds (fixture, id);
      g_assert_cmpfloat (before, >=, 0.4 - 2 * TICK);
      order (app, orders[i]);
      poll_for (has_processes (fixture, id, 1));
      after = get_seconds (fixture, id);
      g_assert_cmpfloat (after, >=, before);
      g_assert_cmpfloat_with_epsilon (after, before, 0.2);
      kill_app (app);
    }
}

/* A child that ended before anybody looked: the kernel knows of it. */
static void
test_unseen (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "brood-400");

  order (app, "end-child");
  g_assert_true (has_processes (fixture, "brood-400", 1));
  g_assert_cmpfloat (get_seconds (fixture, "brood-400"), >=, 0.4 - 2 * TICK);
  kill_app (app);
}

static void
test_times (Fixture *fixture, gconstpointer data)
{
  gint64 began = g_get_real_time ();
  g_autoptr (BhDBusApp1) app = start (fixture, "family-1");
  g_autoptr (GVariant) entry = sample (fixture, "family-1", 50);
  g_autoptr (GVariant) process = get_process (entry, 1);
  gint64 now = g_get_real_time ();
  gint64 slack = 2 * (gint64) (TICK * G_USEC_PER_SEC);

  g_assert_cmpint ((gint64) get (entry, "started-at"), >=, began);
  g_assert_cmpint ((gint64) get (entry, "started-at"), <=, now);
  g_assert_cmpint ((gint64) get (process, "started-at"), >=,
                   (gint64) get (entry, "started-at") - slack);
  g_assert_cmpint ((gint64) get (process, "started-at"), <=, now + slack);
  kill_app (app);
}

static gboolean
is_stopped (Fixture *fixture, gsize index)
{
  g_autoptr (GVariant) entry = sample (fixture, "family-1", 50);
  g_autoptr (GVariant) process = get_process (entry, index);
  gboolean stopped;

  g_assert_true (g_variant_lookup (process, "stopped", "b", &stopped));

  return stopped;
}

static void
test_stopped (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "family-1");
  g_autoptr (GVariant) entry = sample (fixture, "family-1", 50);
  g_autoptr (GVariant) process = get_process (entry, 2);
  pid_t pid = (pid_t) get_count (process, "pid");

  g_assert_false (is_stopped (fixture, 2));
  g_assert_cmpint (kill (pid, SIGSTOP), ==, 0);
  poll_for (is_stopped (fixture, 2));
  g_assert_false (is_stopped (fixture, 1));
  g_assert_cmpint (kill (pid, SIGCONT), ==, 0);
  poll_for (!is_stopped (fixture, 2));
  kill_app (app);
}

static GVariant *
sample_machine (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  GVariant *machine;

  bh_dbus_supervisor1_call_sample_machine_sync (fixture->service, &machine, NULL, &error);
  g_assert_no_error (error);

  return machine;
}

static double
read_memory (const char *key)
{
  g_autofree char *text = NULL;
  gsize length;
  guint64 bytes;

  g_assert_true (g_file_get_contents ("/proc/meminfo", &text, &length, NULL));
  g_assert_true (bh_proc_find_size (text, length, key, &bytes));

  return (double) bytes;
}

static void
test_machine (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GVariant) machine = NULL;
  double total = read_memory ("MemTotal");
  double cpu, used;
  guint64 own;

  fixture_start_supervisor (fixture);
  machine = sample_machine (fixture);
  g_assert_false (g_variant_lookup (machine, "cpu", "d", &cpu));
  g_assert_false (g_variant_lookup (machine, "supervisor-cpu", "d", &cpu));
  g_assert_cmpuint (get_count (machine, "cores"), ==, sysconf (_SC_NPROCESSORS_ONLN));
  g_assert_cmpfloat ((double) get (machine, "memory"), ==, total);
  /* Others allocate and free meanwhile. */
  used = total - read_memory ("MemAvailable");
  g_assert_cmpfloat_with_epsilon ((double) get (machine, "memory-used"), used, 0.2 * total);
  g_assert_cmpfloat ((double) get (machine, "swap"), ==, read_memory ("SwapTotal"));
  g_assert_cmpuint (get (machine, "swap-used"), <=, get (machine, "swap"));
  own = read_number ((guint) fixture->supervisor, "smaps_rollup", "Pss") * 1024;
  g_assert_cmpfloat_with_epsilon ((double) get (machine, "supervisor-memory"), (double) own,
                                  0.3 * (double) own);

  /* Until the kernel has counted a tick. */
  do
    {
      g_clear_pointer (&machine, g_variant_unref);
      machine = sample_machine (fixture);
    }
  while (!g_variant_lookup (machine, "cpu", "d", &cpu));
  g_assert_cmpfloat (cpu, >=, 0);
  g_assert_cmpfloat (cpu, <=, 100);
  g_assert_cmpfloat (get_double (machine, "supervisor-cpu"), >=, 0);
}

typedef struct
{
  guint machines;
  guint samples;
  gboolean in_order;
  gboolean exact;
} Signals;

static void
on_signal (GDBusConnection *connection,
           const char *sender,
           const char *path,
           const char *interface,
           const char *name,
           GVariant *parameters,
           gpointer user_data)
{
  Signals *signals = user_data;

  if (g_str_equal (name, "MachineSampled"))
    {
      signals->machines++;
      signals->in_order = signals->in_order && signals->machines == signals->samples + 1;
    }
  else if (g_str_equal (name, "Sampled"))
    {
      g_autoptr (GVariant) apps = g_variant_get_child_value (parameters, 0);
      g_autoptr (GVariant) entry = g_variant_get_child_value (apps, 0);
      g_autoptr (GVariant) processes = get_processes (entry);

      signals->samples++;
      signals->exact = TRUE;
      for (gsize i = 0; i < g_variant_n_children (processes); i++)
        {
          g_autoptr (GVariant) process = g_variant_get_child_value (processes, i);
          const char *kind;

          g_assert_true (g_variant_lookup (process, "memory-kind", "&s", &kind));
          signals->exact = signals->exact && g_str_equal (kind, "pss");
        }
    }
}

/* The machine comes first, and of the app that is looked at all is exact at once. */
static void
test_watch (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = start (fixture, "family-1");
  const char *path = g_dbus_proxy_get_object_path (G_DBUS_PROXY (app));
  Signals signals = { .in_order = TRUE };
  g_autoptr (GError) error = NULL;
  guint id, seen;

  id = g_dbus_connection_signal_subscribe (fixture->connection, BH_SUPERVISOR_BUS_NAME,
                                           "io.github.bulkhead.Supervisor1", NULL, NULL, NULL,
                                           G_DBUS_SIGNAL_FLAGS_NONE, on_signal, &signals, NULL);
  bh_dbus_supervisor1_call_watch_sync (fixture->service, 250, NULL, &error);
  g_assert_no_error (error);
  bh_dbus_supervisor1_call_focus_sync (fixture->service, path, NULL, &error);
  g_assert_no_error (error);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  seen = signals.samples;
  wait_for (signals.samples > seen);
  g_assert_true (signals.exact);
  bh_dbus_supervisor1_call_focus_sync (fixture->service, "/", NULL, &error);
  g_assert_no_error (error);
  seen = signals.samples;
  wait_for (signals.samples > seen + 1);
  g_assert_true (signals.in_order);
  g_dbus_connection_signal_unsubscribe (fixture->connection, id);
  kill_app (app);
}

static rlim_t
read_soft_limit (pid_t pid)
{
  struct rlimit limit;

  g_assert_cmpint (prlimit (pid, RLIMIT_NOFILE, NULL, &limit), ==, 0);

  return limit.rlim_cur;
}

/* The supervisor takes what it may have; the apps get what it was started with. And with few it
 * measures all the same. The last of the tests: the limit is this program's from then on. */
static void
test_few_descriptors (Fixture *fixture, gconstpointer data)
{
  struct rlimit limit;
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GVariant) entry = NULL;
  g_autoptr (GVariant) processes = NULL;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  limit.rlim_cur = MIN (limit.rlim_max, FEW_FILES);
  limit.rlim_max = MIN (limit.rlim_max, 2 * FEW_FILES);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);

  app = start (fixture, "family-1");
  entry = sample (fixture, "family-1", 50);
  g_assert_cmpuint (read_soft_limit (fixture->supervisor), ==, limit.rlim_max);
  g_assert_cmpuint (read_soft_limit ((pid_t) get_count (entry, "pid")), ==, limit.rlim_cur);
  assert_pss (entry);
  processes = get_processes (entry);
  g_assert_cmpuint (g_variant_n_children (processes), ==, 5);
  g_assert_cmpuint (count_files ((guint) fixture->supervisor), <, FEW_FILES);
  kill_app (app);
}

static void
add_tests (void)
{
  ADD ("/figures/shared", test_shared);
  ADD ("/figures/sums", test_sums);
  ADD ("/figures/descriptors", test_descriptors);
  ADD ("/figures/disk", test_disk);
  ADD ("/figures/cpu", test_cpu);
  ADD ("/figures/ended", test_ended);
  ADD ("/figures/unseen", test_unseen);
  ADD ("/figures/times", test_times);
  ADD ("/figures/stopped", test_stopped);
  ADD ("/figures/machine", test_machine);
  ADD ("/figures/watch", test_watch);
  ADD ("/figures/few-descriptors", test_few_descriptors);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
