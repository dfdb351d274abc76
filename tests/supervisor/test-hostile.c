/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supervisor-fixture.h"

#include "bh-proc-text.h"
#include "bh-process-scanner.h"

#include <gio/gunixsocketaddress.h>
#include <unistd.h>

/* A runner in the hands of its page: nothing that it does or says hurts anybody else. */

static void
start (Fixture *fixture, BhDBusApp1 **app, BhDBusApp1 **neighbour)
{
  fixture_add_app (fixture, "plain");
  fixture_add_app (fixture, "fork-1");
  fixture_start_supervisor (fixture);
  *app = fixture_get_app (fixture, "plain");
  *neighbour = fixture_get_app (fixture, "fork-1");
  launch_painted (*app);
  launch_painted (*neighbour);
}

/* In bytes. */
static gsize
get_resident (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/statm", (int) pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  fields = g_strsplit (text, " ", -1);

  return (gsize) g_ascii_strtoull (fields[1], NULL, 10) * (gsize) sysconf (_SC_PAGESIZE);
}

static void
on_properties_changed (GDBusProxy *proxy,
                       GVariant *changed,
                       const char *const *invalidated,
                       gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
test_flood (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) neighbour = NULL;
  guint signals = 0;
  gint64 since;
  gsize before;

  start (fixture, &app, &neighbour);
  wait_for_title (app, "hello");
  since = g_get_monotonic_time ();
  before = get_resident (fixture->supervisor);
  g_signal_connect (app, "g-properties-changed", G_CALLBACK (on_properties_changed), &signals);
  order (app, "flood");

  /* The neighbour is served meanwhile, and the flood ends at the supervisor. */
  g_assert_cmpuint (kill_app (neighbour), ==, 3);
  launch_painted (neighbour);
  order (neighbour, "here");
  wait_for_title (neighbour, "app://fork_2d1/index.html#here");
  order (app, "recover");
  /* Twenty in a second, see bh-runner-channel.c, and some for what else changes. */
  g_assert_cmpint (signals, <, 100 + 40 * (g_get_monotonic_time () - since) / G_TIME_SPAN_SECOND);
  g_assert_cmpuint (strlen (bh_dbus_app1_get_title (app)), <=, 1024);
  g_assert_cmpuint (get_resident (fixture->supervisor), <, before + 48 * 1024 * 1024);
  kill_app (app);
  kill_app (neighbour);
}

/* In ticks. */
static guint64
get_cpu_time (pid_t pid)
{
  BhProcStat stat;

  g_assert_true (bh_process_read_stat (pid, &stat));

  return stat.cpu_time;
}

/* How long it takes to kill an app and to launch it again, in microseconds. */
static gint64
time_round (BhDBusApp1 *app)
{
  gint64 begun = g_get_monotonic_time ();

  kill_app (app);
  launch_painted (app);

  return g_get_monotonic_time () - begun;
}

/* But for those by which the supervisor keeps an eye on processes: it has as many as the machine
 * has programs that are worth a look. */
static guint
count_fds (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/fd", (int) pid);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint count = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      g_autofree char *target = g_file_read_link (file, NULL);

      if (target != NULL && !g_str_has_prefix (target, "/proc/"))
        count++;
    }

  return count;
}

/* Whatever an app says over and over, for two seconds: the neighbour is served, and the supervisor
 * neither grows nor spends its time with it. */
static void
test_babble (Fixture *fixture, gconstpointer data)
{
  const char *const orders[] = { "babble", "babble-deaf", "babble-strangely", "huge" };
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) neighbour = NULL;
  gint64 usual;

  start (fixture, &app, &neighbour);
  usual = time_round (neighbour);
  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      gsize memory = get_resident (fixture->supervisor);
      guint64 ticks = get_cpu_time (fixture->supervisor);
      gint64 since = g_get_monotonic_time ();
      gint64 longest = 0;
      guint rounds = 0;

      order (app, orders[i]);
      while (g_get_monotonic_time () - since < 2 * G_TIME_SPAN_SECOND)
        {
          longest = MAX (longest, time_round (neighbour));
          rounds++;
        }
      ticks = get_cpu_time (fixture->supervisor) - ticks;
      g_test_message ("%s: %u rounds of the neighbour, the longest took %d ms; %u ticks, %d KiB",
                      orders[i], rounds, (int) (longest / 1000), (guint) ticks,
                      ((int) get_resident (fixture->supervisor) - (int) memory) / 1024);
      g_assert_cmpint (longest, <, MAX (5 * G_TIME_SPAN_SECOND, 20 * usual));
      g_assert_cmpuint (get_resident (fixture->supervisor), <,
                        memory + 16 * 1024 * 1024 + FIXTURE_OVERHEAD);
      kill_app (app);
      wait_for_state (app, "stopped");
      launch_painted (app);
      wait_for_title (app, "hello");
    }
  kill_app (app);
  kill_app (neighbour);
}

/* Nothing of the service can be reached through the channel but what is a runner's. */
static void
test_strange_calls (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) neighbour = NULL;
  guint pid;

  start (fixture, &app, &neighbour);
  wait_for (bh_dbus_app1_get_pid (neighbour) != 0);
  pid = bh_dbus_app1_get_pid (neighbour);
  order (app, "strange");
  wait_for_title (app, "UnknownMethod UnknownMethod UnknownMethod UnknownMethod UnknownMethod "
                       "InvalidArgs ");
  g_assert_true (is_alive (pid));
  g_assert_cmpuint (bh_dbus_app1_get_pid (neighbour), ==, pid);
  kill_app (app);
  kill_app (neighbour);
}

static void
test_descriptors (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) neighbour = NULL;
  guint fds;

  start (fixture, &app, &neighbour);
  fds = count_fds (fixture->supervisor);
  /* Few enough for all titles of a second to be heard, see bh-runner-channel.c. */
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *what = g_strdup_printf ("done-%u", i);
      g_autofree char *title = g_strdup_printf ("app://plain/index.html#done-%u", i);

      order (app, "fds");
      order (app, what);
      wait_for_title (app, title);
    }
  g_assert_cmpuint (count_fds (fixture->supervisor), <=, fds + 2);
  kill_app (app);
  kill_app (neighbour);
}

/* A runner that comes back although its channel lives has the new one alone. */
static void
test_second_channel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) neighbour = NULL;
  guint fds;

  start (fixture, &app, &neighbour);
  fds = count_fds (fixture->supervisor);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *what = g_strdup_printf ("done-%u", i);
      g_autofree char *title = g_strdup_printf ("app://plain/index.html#done-%u", i);

      order (app, "again");
      wait_for_title (app, "resumed");
      order (app, what);
      wait_for_title (app, title);
    }
  poll_for (count_fds (fixture->supervisor) <= fds + 1);
  kill_app (app);
  kill_app (neighbour);
}

static void
test_second_hello (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) neighbour = NULL;

  start (fixture, &app, &neighbour);
  order (app, "hello");
  wait_for_title (app, "org.freedesktop.DBus.Error.AccessDenied");
  kill_app (app);
  kill_app (neighbour);
}

/* Out of reach, but alive: it can be seen and killed. */
static void
test_closed_channel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) neighbour = NULL;
  g_autoptr (GError) error = NULL;
  GVariantDict none = G_VARIANT_DICT_INIT (NULL);
  guint pid;

  start (fixture, &app, &neighbour);
  wait_for_state (app, "running");
  pid = bh_dbus_app1_get_pid (app);
  order (app, "drop");
  for (gboolean reached = TRUE; reached; g_clear_error (&error))
    {
      g_variant_dict_init (&none, NULL);
      reached = bh_dbus_app1_call_activate_sync (app, g_variant_dict_end (&none), NULL, &error);
      if (!reached)
        g_assert_error (error, BH_ERROR, BH_ERROR_NOT_RUNNING);
    }
  g_assert_true (is_alive (pid));
  g_assert_cmpuint (bh_dbus_app1_get_pid (app), ==, pid);
  g_assert_cmpuint (kill_app (app), ==, 1);
  launch_painted (app);
  kill_app (app);
  kill_app (neighbour);
}

/* Of what is no D-Bus GIO warns; after the tests of that warnings are fatal again. */
static void
tear_down_quietly (Fixture *fixture, gconstpointer data)
{
  fixture_tear_down (fixture, data);
  g_setenv ("G_DEBUG", "fatal-warnings", TRUE);
}

/* Not D-Bus at all: the channel is closed, and the runner can be ended like any other. */
static void
test_garbage (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) neighbour = NULL;

  g_unsetenv ("G_DEBUG");
  start (fixture, &app, &neighbour);
  order (app, "garbage");
  /* The runner takes the closed channel for the supervisor's end, and comes back. */
  wait_for_title (app, "resumed");
  g_assert_true (is_alive (bh_dbus_app1_get_pid (neighbour)));
  g_assert_cmpuint (kill_app (app), ==, 1);
  kill_app (neighbour);
}

static GSocketConnection *
try_to_connect (GSocketAddress *address)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GSocketConnection *stream
      = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);

  /* As many wait already as the kernel lets. */
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    g_assert_no_error (error);

  return stream;
}

static GSocketConnection *
knock (Fixture *fixture)
{
  g_autofree char *runtime = fixture_runtime_dir (fixture);
  g_autofree char *path = g_build_filename (runtime, "channel", "socket", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  GSocketConnection *stream;

  poll_for ((stream = try_to_connect (address)) != NULL);

  return stream;
}

static void
on_read_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);
  *(gboolean *) user_data = TRUE;
}

/* Strangers at the socket where runners come back: cut off, whatever they say or do not say. */
static void
test_strangers (Fixture *fixture, gconstpointer data)
{
  /* The last one promises a message of 128 MiB. */
  const struct
  {
    const char *text;
    gsize length;
  } speeches[] = {
    { "GET / HTTP/1.1\r\n\r\n", 18 },
    { "\0AUTH EXTERNAL 30\r\n", 20 },
    { "l\1\0\1\0\0\0\x08\1\0\0\0\x10\0\0\0", 16 },
    { "", 0 },
  };
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) neighbour = NULL;
  g_autoptr (GPtrArray) crowd = g_ptr_array_new_with_free_func (g_object_unref);
  GSocketConnection *streams[G_N_ELEMENTS (speeches)];
  gboolean ended[G_N_ELEMENTS (speeches)] = { FALSE };
  gboolean late_ended = FALSE;
  char bytes[G_N_ELEMENTS (speeches)];

  g_unsetenv ("G_DEBUG");
  start (fixture, &app, &neighbour);
  for (guint i = 0; i < G_N_ELEMENTS (speeches); i++)
    {
      streams[i] = knock (fixture);
      g_assert_true (
          g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (streams[i])),
                                     speeches[i].text, speeches[i].length, NULL, NULL, NULL));
      g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (streams[i])), &bytes[i],
                                 1, G_PRIORITY_DEFAULT, NULL, on_read_ready, &ended[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (speeches); i++)
    {
      wait_for (ended[i]);
      g_object_unref (streams[i]);
    }

  /* However many there are, a runner that comes back gets in, even before they are cut off. */
  for (guint i = 0; i < 200; i++)
    g_ptr_array_add (crowd, knock (fixture));
  g_input_stream_read_async (g_io_stream_get_input_stream (g_ptr_array_index (crowd, 199)),
                             &bytes[0], 1, G_PRIORITY_DEFAULT, NULL, on_read_ready, &late_ended);
  order (app, "garbage");
  wait_for_title (app, "resumed");
  g_assert_false (late_ended);
  wait_for (late_ended);
  kill_app (app);
  kill_app (neighbour);
}

/* Whatever a caller says that it wants, there is an answer. */
static void
test_bad_ids (Fixture *fixture, gconstpointer data)
{
  g_autofree char *huge = g_strnfill (1024 * 1024, 'x');
  const char *const ids[] = { "",        ".",    "../plain",     "plain/", "Plain",  "plain ",
                              "pl\nain", "%s%n", "\xef\xbf\xbd", "_",      "plain_", huge };
  const char *const paths[]
      = { "/", BH_SUPERVISOR_OBJECT_PATH "/none", "/io/github/bulkhead/Bulkhead/nowhere" };
  g_autoptr (GError) error = NULL;

  fixture_add_app (fixture, "plain");
  fixture_start_supervisor (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_assert_null (fixture_find_app (fixture, ids[i], &error));
      g_assert_error (error, BH_ERROR, BH_ERROR_NO_SUCH_APP);
      g_clear_error (&error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_assert_null (g_dbus_connection_call_sync (
          fixture->connection, BH_SUPERVISOR_BUS_NAME, paths[i], "io.github.bulkhead.App1", "Kill",
          NULL, NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, &error));
      g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD);
      g_clear_error (&error);
    }
  /* What does not fit the interface is refused before anybody looks at it. */
  g_assert_null (g_dbus_connection_call_sync (
      fixture->connection, BH_SUPERVISOR_BUS_NAME, BH_SUPERVISOR_OBJECT_PATH,
      "io.github.bulkhead.Supervisor1", "FindApp", g_variant_new ("(u)", 7), NULL,
      G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, &error));
  g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS);
  g_clear_error (&error);
  g_object_unref (fixture_get_app (fixture, "plain"));
}

static void
add_tests (void)
{
  ADD ("/hostile/flood", test_flood);
  g_test_add ("/hostile/babble", Fixture, NULL, fixture_set_up, test_babble, tear_down_quietly);
  ADD ("/hostile/strange-calls", test_strange_calls);
  ADD ("/hostile/descriptors", test_descriptors);
  ADD ("/hostile/second-channel", test_second_channel);
  ADD ("/hostile/second-hello", test_second_hello);
  ADD ("/hostile/closed-channel", test_closed_channel);
  g_test_add ("/hostile/garbage", Fixture, NULL, fixture_set_up, test_garbage, tear_down_quietly);
  g_test_add ("/hostile/strangers", Fixture, NULL, fixture_set_up, test_strangers,
              tear_down_quietly);
  ADD ("/hostile/bad-ids", test_bad_ids);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
