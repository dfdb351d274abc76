/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-instance-note.h"
#include "bh-instance-record.h"
#include "supervisor-fixture.h"

#include <stdlib.h>
#include <unistd.h>

/*
 * A thousand calls at once from many clients, over a few apps: each is answered, another client is
 * served meanwhile, and in the end everything is as the last calls say. BH_FLOOD_SEED repeats one.
 */

#define CLIENTS 10
#define CALLS   100 /* of each client */

static const char *const ids[] = { "plain", "fork-1", "one", "two", "three" };

typedef struct
{
  guint answered;
  guint done;
  guint refused;
  gint64 longest;
} Flood;

typedef struct
{
  Flood *flood;
  gint64 since;
} Call;

static void
on_call_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  call->flood->answered++;
  call->flood->longest = MAX (call->flood->longest, g_get_monotonic_time () - call->since);
  if (answer != NULL)
    call->flood->done++;
  /* Another client was faster. */
  else if (g_error_matches (error, BH_ERROR, BH_ERROR_NOT_RUNNING)
           || g_error_matches (error, BH_ERROR, BH_ERROR_ENDED))
    call->flood->refused++;
  else
    g_error ("%s", error->message);
  g_free (call);
}

static GVariant *
build_options (GRand *rand)
{
  const char *const waits[] = { "spawned", "ready", "painted" };

  return g_variant_new ("(@a{sv})", options_for (waits[g_rand_int_range (rand, 0, 3)], NULL));
}

static void
send (GDBusConnection *connection, const char *path, GRand *rand, Flood *flood)
{
  const char *methods[] = { "Launch",  "Launch", "Launch",      "Kill",     "Kill",
                            "Restart", "Stop",   "ResetLimits", "Activate", "SetLimits" };
  const char *method = methods[g_rand_int_range (rand, 0, G_N_ELEMENTS (methods))];
  Call *call = g_new0 (Call, 1);
  GVariant *parameters = NULL;
  GVariantDict limits;

  if (g_str_equal (method, "Launch") || g_str_equal (method, "Restart"))
    {
      parameters = build_options (rand);
    }
  else if (g_str_equal (method, "Activate"))
    {
      parameters = g_variant_new ("(a{sv})", NULL);
    }
  else if (g_str_equal (method, "SetLimits"))
    {
      g_variant_dict_init (&limits, NULL);
      g_variant_dict_insert (&limits, "tasks", "t", (guint64) g_rand_int_range (rand, 500, 1000));
      parameters = g_variant_new ("(@a{sv})", g_variant_dict_end (&limits));
    }
  call->flood = flood;
  call->since = g_get_monotonic_time ();
  g_dbus_connection_call (connection, BH_SUPERVISOR_BUS_NAME, path, "io.github.bulkhead.App1",
                          method, parameters, NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START,
                          FIXTURE_DEADLINE * 4 * 1000, NULL, on_call_ready, call);
}

static GDBusConnection *
connect_client (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync (
      g_test_dbus_get_bus_address (fixture->bus),
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);

  g_assert_no_error (error);

  return connection;
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

/* Everything ends, and nothing is left of it. */
static void
check_end (Fixture *fixture)
{
  g_autofree char *runtime = fixture_runtime_dir (fixture);
  g_autoptr (GDir) dir = NULL;
  const char *name;

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (BhDBusApp1) app = fixture_get_app (fixture, ids[i]);
      g_autofree char *slug = bh_slug_from_text (ids[i]);
      g_autoptr (GError) error = NULL;
      guint pid = 0;

      /* Whatever the last call was, it does what it is told, once. */
      launch (app, "painted", NULL, &pid, &error);
      g_assert_no_error (error);
      g_assert_true (is_alive (pid));
      g_assert_cmpuint (kill_app (app), ==, g_str_equal (ids[i], "fork-1") ? 3 : 1);
      wait_for_state (app, "stopped");
      g_assert_cmpuint (fixture_count_processes (fixture, slug), ==, 0);
    }
  dir = g_dir_open (runtime, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, BH_RECORD_SUFFIX) || g_str_has_suffix (name, BH_NOTE_SUFFIX))
      g_error ("%s was left", name);
}

static void
test_flood (Fixture *fixture, gconstpointer data)
{
  const char *seed_text = g_getenv ("BH_FLOOD_SEED");
  guint32 seed = seed_text != NULL ? (guint32) strtoul (seed_text, NULL, 10) : g_random_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (BhDBusApp1) neighbour = NULL;
  GDBusConnection *clients[CLIENTS];
  char *paths[G_N_ELEMENTS (ids)];
  Flood flood = { 0 };
  gint64 begun, longest = 0;
  guint rounds = 0;
  gsize before, after;

  g_test_message ("BH_FLOOD_SEED=%u", seed);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    fixture_add_app (fixture, ids[i]);
  fixture_add_app (fixture, "neighbour");
  fixture_start_supervisor (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (BhDBusApp1) app = fixture_get_app (fixture, ids[i]);

      paths[i] = g_strdup (g_dbus_proxy_get_object_path (G_DBUS_PROXY (app)));
      launch_painted (app);
    }
  neighbour = fixture_get_app (fixture, "neighbour");
  launch_painted (neighbour);
  kill_app (neighbour);
  before = get_resident (fixture->supervisor);

  for (guint i = 0; i < CLIENTS; i++)
    clients[i] = connect_client (fixture);
  begun = g_get_monotonic_time ();
  for (guint i = 0; i < CALLS; i++)
    for (guint j = 0; j < CLIENTS; j++)
      send (clients[j], paths[g_rand_int_range (rand, 0, G_N_ELEMENTS (ids))], rand, &flood);

  /* One who wants little gets it meanwhile. */
  while (flood.answered < CLIENTS * CALLS)
    {
      gint64 since = g_get_monotonic_time ();

      launch_painted (neighbour);
      g_assert_cmpuint (kill_app (neighbour), ==, 1);
      longest = MAX (longest, g_get_monotonic_time () - since);
      rounds++;
      g_assert_cmpint (g_get_monotonic_time () - begun, <,
                       4 * FIXTURE_DEADLINE * G_TIME_SPAN_SECOND);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  after = get_resident (fixture->supervisor);
  g_test_message ("%u calls in %d ms, the longest %d ms: %u done, %u refused; the neighbour was "
                  "served %u times, in %d ms at most; the supervisor grew by %d KiB to %d KiB",
                  flood.answered, (int) ((g_get_monotonic_time () - begun) / 1000),
                  (int) (flood.longest / 1000), flood.done, flood.refused, rounds,
                  (int) (longest / 1000), ((int) after - (int) before) / 1024, (int) after / 1024);
  g_assert_cmpuint (flood.done, >, CLIENTS * CALLS / 4);
  g_assert_cmpuint (after, <, before + 16 * 1024 * 1024 + FIXTURE_OVERHEAD);
  g_assert_cmpint (longest, <, 10 * G_TIME_SPAN_SECOND);

  check_end (fixture);
  for (guint i = 0; i < CLIENTS; i++)
    {
      g_dbus_connection_close_sync (clients[i], NULL, NULL);
      g_object_unref (clients[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    g_free (paths[i]);
}

static void
add_tests (void)
{
  ADD ("/flood", test_flood);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
