/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supervisor-fixture.h"

#include "bh-process-scanner.h"

#include <unistd.h>

/* Figures against programs whose figures are known, and none when nobody asks. */

#define MIB (1024.0 * 1024.0)

/* The app's entry of a sample that is taken now, or NULL. */
static GVariant *
sample (Fixture *fixture, const char *id, guint interval)
{
  g_autoptr (GVariant) apps = NULL;
  g_autoptr (GError) error = NULL;
  GVariant *found = NULL;

  bh_dbus_supervisor1_call_sample_sync (fixture->service, interval, &apps, NULL, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < g_variant_n_children (apps); i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (apps, i);
      const char *text;

      g_assert_true (g_variant_lookup (entry, "id", "&s", &text));
      if (!g_str_equal (text, id))
        continue;
      g_assert_null (found);
      found = g_steal_pointer (&entry);
    }

  return found;
}

static double
get_memory (GVariant *entry)
{
  const char *kind;
  guint64 memory;

  g_assert_true (g_variant_lookup (entry, "memory", "t", &memory));
  g_assert_true (g_variant_lookup (entry, "memory-kind", "&s", &kind));
  g_assert_cmpstr (kind, ==, "pss");

  return (double) memory;
}

static void
test_memory (Fixture *fixture, gconstpointer data)
{
  const guint sizes[] = { 1, 50, 200 };
  double base = 0;

  fixture_add_app (fixture, "allocate-1");
  fixture_add_app (fixture, "allocate-50");
  fixture_add_app (fixture, "allocate-200");
  fixture_start_supervisor (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *id = g_strdup_printf ("allocate-%u", sizes[i]);
      g_autoptr (BhDBusApp1) app = fixture_get_app (fixture, id);
      g_autoptr (GVariant) entry = NULL;
      double memory;

      launch_painted (app);
      entry = sample (fixture, id, 50);
      memory = get_memory (entry) - sizes[i] * MIB;
      g_assert_cmpfloat (memory, >, 0);
      if (i == 0)
        base = memory;
      else
        g_assert_cmpfloat_with_epsilon (memory, base, 0.03 * sizes[i] * MIB);
      kill_app (app);
    }
}

static guint64
get_cpu_time (guint pid)
{
  BhProcStat stat;

  g_assert_true (bh_process_read_stat ((pid_t) pid, &stat));

  return stat.cpu_time;
}

/* The machine may be busy: what the kernel gave the program in that time is what counts. */
static void
test_cpu (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) spin = NULL;
  g_autoptr (BhDBusApp1) plain = NULL;
  g_autoptr (GVariant) entry = NULL;
  guint64 before;
  gint64 began;
  double cpu, truth;
  guint pid;

  fixture_add_app (fixture, "spin");
  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  spin = fixture_get_app (fixture, "spin");
  plain = fixture_get_app (fixture, "plain");
  pid = launch_painted (spin);
  launch_painted (plain);

  began = g_get_monotonic_time ();
  before = get_cpu_time (pid);
  entry = sample (fixture, "spin", 1500);
  truth = (double) (get_cpu_time (pid) - before) / (double) sysconf (_SC_CLK_TCK)
          / ((double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC) * 100;
  g_assert_true (g_variant_lookup (entry, "cpu", "d", &cpu));
  g_test_message ("%f %% for %f %%", cpu, truth);
  g_assert_cmpfloat (truth, >, 1);
  g_assert_cmpfloat_with_epsilon (cpu, truth, 6);

  g_clear_pointer (&entry, g_variant_unref);
  entry = sample (fixture, "plain", 500);
  g_assert_true (g_variant_lookup (entry, "cpu", "d", &cpu));
  g_assert_cmpfloat (cpu, <, 5);
  kill_app (spin);
  kill_app (plain);
}

static const char *const figure_keys[] = {
  "cpu-time", "swap", "memory-peak", "descriptors", "disk-read", "disk-written", "started-at", NULL,
};

static void
assert_has (GVariant *entry, const char *const *keys)
{
  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (entry, keys[i], NULL);

      if (value == NULL)
        g_error ("%s is missing", keys[i]);
    }
}

static void
test_entry (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GVariant) entry = NULL;
  g_autoptr (GVariant) processes = NULL;
  g_autoptr (GError) error = NULL;
  guint64 total, sum = 0, memory, start_time;
  double uptime;
  guint pid, number, threads;
  const char *text;
  gboolean stopped;

  fixture_add_app (fixture, "fork-3");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "fork-3");
  /* Nothing to tell of. */
  g_assert_null (sample (fixture, "fork-3", 50));

  pid = launch_painted (app);
  entry = sample (fixture, "fork-3", 50);
  g_assert_true (g_variant_lookup (entry, "pid", "u", &number) && number == pid);
  g_assert_true (g_variant_lookup (entry, "state", "&s", &text));
  g_assert_cmpstr (text, ==, "running");
  g_assert_true (g_variant_lookup (entry, "reason", "&s", &text));
  g_assert_cmpstr (text, ==, "");
  g_assert_true (g_variant_lookup (entry, "name", "&s", &text));
  g_assert_cmpstr (text, ==, "The fork-3 of data");
  g_assert_true (g_variant_lookup (entry, "path", "&o", &text));
  g_assert_cmpstr (text, ==, g_dbus_proxy_get_object_path (G_DBUS_PROXY (app)));
  g_assert_true (g_variant_lookup (entry, "restarts", "u", &number) && number == 0);
  g_assert_true (g_variant_lookup (entry, "uptime", "d", &uptime));
  g_assert_cmpfloat (uptime, >, 0);
  g_assert_cmpfloat (uptime, <, FIXTURE_DEADLINE);
  total = (guint64) get_memory (entry);

  processes = g_variant_lookup_value (entry, "processes", G_VARIANT_TYPE ("aa{sv}"));
  g_assert_cmpuint (g_variant_n_children (processes), ==, 5);
  for (gsize i = 0; i < 5; i++)
    {
      g_autoptr (GVariant) process = g_variant_get_child_value (processes, i);
      BhProcStat stat;

      g_assert_true (g_variant_lookup (process, "pid", "u", &number));
      g_assert_true (g_variant_lookup (process, "start-time", "t", &start_time));
      g_assert_true (bh_process_read_stat ((pid_t) number, &stat));
      g_assert_cmpuint (stat.start_time, ==, start_time);
      g_assert_true (g_variant_lookup (process, "role", "&s", &text));
      g_assert_cmpstr (text, ==, i == 0 ? "runner" : "helper");
      g_assert_true ((i == 0) == (number == pid));
      g_assert_true (g_variant_lookup (process, "threads", "u", &threads));
      g_assert_cmpuint (threads, >=, 1);
      g_assert_true (g_variant_lookup (process, "memory", "t", &memory));
      sum += memory;
      g_assert_true (g_variant_lookup (process, "stopped", "b", &stopped) && !stopped);
      assert_has (process, figure_keys);
    }
  g_assert_cmpuint (sum, ==, total);
  assert_has (entry, figure_keys);

  /* Of one that has ended its end remains. */
  kill_app (app);
  g_clear_pointer (&entry, g_variant_unref);
  entry = sample (fixture, "fork-3", 50);
  g_assert_true (g_variant_lookup (entry, "reason", "&s", &text));
  g_assert_cmpstr (text, ==, "killed");
  g_assert_false (g_variant_lookup (entry, "pid", "u", &number));
  g_assert_false (g_variant_lookup (entry, "uptime", "d", &uptime));
  g_assert_false (g_variant_lookup (entry, "memory", "t", &memory));
  g_assert_false (g_variant_lookup (entry, "cpu", "d", &uptime));

  bh_dbus_supervisor1_call_sample_sync (fixture->service, 49, NULL, NULL, &error);
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  bh_dbus_supervisor1_call_sample_sync (fixture->service, 10001, NULL, NULL, &error);
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
}

static void
on_sampled (GDBusConnection *connection,
            const char *sender,
            const char *path,
            const char *interface,
            const char *name,
            GVariant *parameters,
            gpointer user_data)
{
  (*(guint *) user_data)++;
}

/* How often the process has left the CPU to wait, all threads together. */
static guint64
count_switches (pid_t pid)
{
  g_autofree char *tasks = g_strdup_printf ("/proc/%d/task", (int) pid);
  g_autoptr (GDir) dir = g_dir_open (tasks, 0, NULL);
  guint64 sum = 0;
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (tasks, name, "status", NULL);
      g_autofree char *text = NULL;
      const char *line;

      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      line = strstr (text, "\nvoluntary_ctxt_switches:");
      g_assert_nonnull (line);
      sum += g_ascii_strtoull (strchr (line, ':') + 1, NULL, 10);
    }

  return sum;
}

#define REST 10 /* seconds */

static gboolean
wakes_up (Fixture *fixture, guint milliseconds)
{
  guint64 before = count_switches (fixture->supervisor);

  g_usleep (milliseconds * 1000);

  return count_switches (fixture->supervisor) != before;
}

/* Whether a while comes in which the supervisor does nothing at all, once it is done with what it
 * still had to do. */
static gboolean
comes_to_rest (Fixture *fixture)
{
  gint64 end = g_get_monotonic_time () + FIXTURE_DEADLINE * G_TIME_SPAN_SECOND;

  while (g_get_monotonic_time () < end)
    if (!wakes_up (fixture, 500) && !wakes_up (fixture, REST * 1000))
      return TRUE;

  return FALSE;
}

static void
test_watch (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GError) error = NULL;
  guint count = 0, id, before;

  /* An app that says nothing does not hang, and nobody remembers what it costs. */
  fixture_set_settings (fixture, "unresponsive-after=uint32 0\nrecord-history=false");
  fixture_add_app (fixture, "mute");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "mute");

  id = g_dbus_connection_signal_subscribe (fixture->connection, BH_SUPERVISOR_BUS_NAME,
                                           "io.github.bulkhead.Supervisor1", "Sampled", NULL, NULL,
                                           G_DBUS_SIGNAL_FLAGS_NONE, on_sampled, &count, NULL);
  bh_dbus_supervisor1_call_watch_sync (fixture->service, 10, NULL, &error);
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  bh_dbus_supervisor1_call_watch_sync (fixture->service, 250, NULL, &error);
  g_assert_no_error (error);
  wait_for (count >= 3);
  g_assert_true (wakes_up (fixture, 1500));

  /* After Unwatch has been answered none is on its way: the bus keeps the order. */
  bh_dbus_supervisor1_call_unwatch_sync (fixture->service, NULL, &error);
  g_assert_no_error (error);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  before = count;

  /* An app that runs without being watched costs nothing, nor does a client that only waits. */
  launch_painted (app);
  bh_dbus_supervisor1_call_watch_sync (fixture->service, 0, NULL, &error);
  g_assert_no_error (error);
  wait_for (bh_dbus_supervisor1_get_running (fixture->service) == 1);
  g_assert_true (comes_to_rest (fixture));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (count, ==, before);
  g_dbus_connection_signal_unsubscribe (fixture->connection, id);
  kill_app (app);
}

static void
on_apps (GDBusConnection *connection,
         const char *sender,
         const char *path,
         const char *interface,
         const char *name,
         GVariant *parameters,
         gpointer user_data)
{
  GVariant **apps = user_data;

  g_clear_pointer (apps, g_variant_unref);
  *apps = g_variant_get_child_value (parameters, 0);
}

/* How many processes are told of the app: -1 when they are left out, -2 when there is no sample. */
static int
count_told (GVariant *apps, const char *id)
{
  for (gsize i = 0; apps != NULL && i < g_variant_n_children (apps); i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (apps, i);
      g_autoptr (GVariant) processes
          = g_variant_lookup_value (entry, "processes", G_VARIANT_TYPE ("aa{sv}"));
      const char *text;
      guint count;

      g_assert_true (g_variant_lookup (entry, "id", "&s", &text));
      if (!g_str_equal (text, id))
        continue;
      /* How many there are is told in any case, and so are the sums. */
      g_assert_true (g_variant_lookup (entry, "process-count", "u", &count));
      g_assert_cmpuint (count, ==, 1);
      g_assert_true (g_variant_lookup (entry, "memory", "t", NULL));

      return processes != NULL ? (int) g_variant_n_children (processes) : -1;
    }

  return -2;
}

/* A client with many apps need not be told of processes that it does not show. */
static void
test_show_processes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) plain = NULL;
  g_autoptr (BhDBusApp1) mute = NULL;
  g_autoptr (GVariant) apps = NULL;
  g_autoptr (GError) error = NULL;
  const char *const none[] = { NULL };
  const char *const all[] = { "/", NULL };
  const char *one[] = { NULL, NULL };
  guint id;

  fixture_add_app (fixture, "plain");
  fixture_add_app (fixture, "mute");
  fixture_start_supervisor (fixture);
  plain = fixture_get_app (fixture, "plain");
  mute = fixture_get_app (fixture, "mute");
  launch_painted (plain);
  launch_painted (mute);
  one[0] = g_dbus_proxy_get_object_path (G_DBUS_PROXY (mute));
  id = g_dbus_connection_signal_subscribe (fixture->connection, BH_SUPERVISOR_BUS_NAME,
                                           "io.github.bulkhead.Supervisor1", "Sampled", NULL, NULL,
                                           G_DBUS_SIGNAL_FLAGS_NONE, on_apps, &apps, NULL);
  bh_dbus_supervisor1_call_watch_sync (fixture->service, 60000, NULL, &error);
  g_assert_no_error (error);
  wait_for (count_told (apps, "plain") == 1 && count_told (apps, "mute") == 1);

  bh_dbus_supervisor1_call_show_processes_sync (fixture->service, none, NULL, &error);
  g_assert_no_error (error);
  bh_dbus_supervisor1_call_watch_sync (fixture->service, 250, NULL, &error);
  g_assert_no_error (error);
  wait_for (count_told (apps, "plain") == -1 && count_told (apps, "mute") == -1);

  /* What is wanted in addition does not wait for the next sample, here a minute away. */
  bh_dbus_supervisor1_call_watch_sync (fixture->service, 60000, NULL, &error);
  g_assert_no_error (error);
  bh_dbus_supervisor1_call_show_processes_sync (fixture->service, one, NULL, &error);
  g_assert_no_error (error);
  wait_for (count_told (apps, "plain") == -1 && count_told (apps, "mute") == 1);
  bh_dbus_supervisor1_call_show_processes_sync (fixture->service, all, NULL, &error);
  g_assert_no_error (error);
  wait_for (count_told (apps, "plain") == 1 && count_told (apps, "mute") == 1);

  g_dbus_connection_signal_unsubscribe (fixture->connection, id);
  kill_app (plain);
  kill_app (mute);
}

/* A watcher that leaves the bus without a word is forgotten. */
static void
test_watcher_leaves (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDBusConnection) other = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;

  fixture->idle_timeout = "300";
  fixture_start_supervisor (fixture);
  other = g_dbus_connection_new_for_address_sync (
      g_test_dbus_get_bus_address (fixture->bus),
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);
  g_assert_no_error (error);
  answer = g_dbus_connection_call_sync (other, BH_SUPERVISOR_BUS_NAME, BH_SUPERVISOR_OBJECT_PATH,
                                        "io.github.bulkhead.Supervisor1", "Watch",
                                        g_variant_new ("(u)", 250), NULL, G_DBUS_CALL_FLAGS_NONE,
                                        -1, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_dbus_connection_close_sync (other, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (fixture_wait_supervisor (fixture), ==, 0);
}

static gboolean
has_traffic (Fixture *fixture, guint64 received, guint64 sent)
{
  g_autoptr (GVariant) entry = sample (fixture, "plain", 50);
  guint64 found_received, found_sent;

  return g_variant_lookup (entry, "network-received", "t", &found_received)
         && g_variant_lookup (entry, "network-sent", "t", &found_sent) && found_received == received
         && found_sent == sent;
}

/* As the runner says, but it can't take back what it has said. */
static void
test_traffic (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GVariant) entry = NULL;
  guint64 bytes;

  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "plain");
  launch_painted (app);
  entry = sample (fixture, "plain", 50);
  g_assert_false (g_variant_lookup (entry, "network-received", "t", &bytes));
  g_assert_false (g_variant_lookup (entry, "network-sent", "t", &bytes));
  order (app, "traffic-0-0");
  poll_for (has_traffic (fixture, 0, 0));
  order (app, "traffic-5000000000-70");
  poll_for (has_traffic (fixture, G_GUINT64_CONSTANT (5000000000), 70));
  order (app, "traffic-1-80");
  poll_for (has_traffic (fixture, G_GUINT64_CONSTANT (5000000000), 80));
  kill_app (app);
}

static void
add_tests (void)
{
  ADD ("/sample/memory", test_memory);
  ADD ("/sample/cpu", test_cpu);
  ADD ("/sample/entry", test_entry);
  ADD ("/sample/traffic", test_traffic);
  ADD ("/sample/watch", test_watch);
  ADD ("/sample/show-processes", test_show_processes);
  ADD ("/sample/watcher-leaves", test_watcher_leaves);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
