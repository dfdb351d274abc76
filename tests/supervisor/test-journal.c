/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supervisor-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/stat.h>

/* The history as the service tells it on the bus, and as it is found again. */

static gboolean can_mount;

typedef struct
{
  BhDBusJournal1 *journal;
  GPtrArray *recorded; /* GVariant */
} Listener;

static void
on_recorded (BhDBusJournal1 *journal, GVariant *event, Listener *listener)
{
  g_autoptr (GVariant) app = g_variant_lookup_value (event, "app", NULL);

  /* Whether the service's own beginning is heard depends on who is faster. */
  if (app != NULL)
    g_ptr_array_add (listener->recorded, g_variant_ref (event));
}

static BhDBusJournal1 *
get_journal (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  BhDBusJournal1 *journal
      = bh_dbus_journal1_proxy_new_sync (fixture->connection, G_DBUS_PROXY_FLAGS_NONE,
                                         BH_SUPERVISOR_BUS_NAME, BH_SUPERVISOR_OBJECT_PATH, NULL,
                                         &error);

  g_assert_no_error (error);

  return journal;
}

static Listener *
listen_to (Fixture *fixture)
{
  Listener *listener = g_new0 (Listener, 1);

  listener->journal = get_journal (fixture);
  listener->recorded = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_signal_connect (listener->journal, "recorded", G_CALLBACK (on_recorded), listener);

  return listener;
}

static void
listener_free (Listener *listener)
{
  g_object_unref (listener->journal);
  g_ptr_array_unref (listener->recorded);
  g_free (listener);
}

static GVariant *
get_events (BhDBusJournal1 *journal, const char *options)
{
  g_autoptr (GError) error = NULL;
  GVariant *events;

  bh_dbus_journal1_call_get_events_sync (journal, g_variant_new_parsed (options), &events, NULL,
                                         &error);
  g_assert_no_error (error);

  return events;
}

/* The kinds of the events, in their order. */
static char *
join_kinds (GVariant *events)
{
  g_autoptr (GString) kinds = g_string_new (NULL);

  for (gsize i = 0; i < g_variant_n_children (events); i++)
    {
      g_autoptr (GVariant) event = g_variant_get_child_value (events, i);
      const char *kind;

      g_assert_true (g_variant_lookup (event, "kind", "&s", &kind));
      g_string_append_printf (kinds, "%s%s", i > 0 ? " " : "", kind);
    }

  return g_strdup (kinds->str);
}

static gboolean
has_recorded (Listener *listener, const char *wanted)
{
  for (guint i = 0; i < listener->recorded->len; i++)
    {
      const char *kind;

      if (g_variant_lookup (g_ptr_array_index (listener->recorded, i), "kind", "&s", &kind)
          && g_str_equal (kind, wanted))
        return TRUE;
    }

  return FALSE;
}

static void
assert_text (GVariant *event, const char *key, const char *expected)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (event, key, G_VARIANT_TYPE_STRING);

  g_assert_cmpstr (value != NULL ? g_variant_get_string (value, NULL) : NULL, ==, expected);
}

static guint64
get_number (GVariant *event, const char *key)
{
  guint64 number;

  g_assert_true (g_variant_lookup (event, key, "t", &number));

  return number;
}

typedef struct
{
  guint answered;
  guint refused;
} Answers;

static void
on_get_events_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answers *answers = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) events = NULL;

  if (bh_dbus_journal1_call_get_events_finish (BH_DBUS_JOURNAL1 (source), &events, result, &error))
    {
      answers->answered++;
      return;
    }
  g_assert_error (error, BH_ERROR, BH_ERROR_FAILED);
  answers->refused++;
}

/* Fewer than those that the bus lets wait for one client (max_replies_per_connection, 128). */
#define CROWD 100

/* Nobody can have the service do nothing but read: it answers others meanwhile. */
static void
test_crowd (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusJournal1) journal = NULL;
  g_autoptr (GVariant) events = NULL;
  Answers answers = { 0 };

  fixture_add_app (fixture, "notes");
  fixture_start_supervisor (fixture);
  journal = get_journal (fixture);
  for (guint i = 0; i < CROWD; i++)
    bh_dbus_journal1_call_get_events (journal, g_variant_new_parsed ("{'limit': <@u 10000>}"), NULL,
                                      on_get_events_ready, &answers);
  wait_for (answers.answered + answers.refused == CROWD);
  g_assert_cmpuint (answers.answered, >=, 16);
  events = get_events (journal, "@a{sv} {}");
}

static void
test_events (Fixture *fixture, gconstpointer data)
{
  gint64 before = g_get_real_time ();
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GVariant) events = NULL;
  g_autoptr (GVariant) again = NULL;
  g_autoptr (GVariant) last = NULL;
  g_autofree char *kinds = NULL;
  g_autofree char *path = fixture_build_path (fixture, "state", "bulkhead", "history.db", NULL);
  Listener *listener;
  struct stat info;
  double uptime;

  fixture_add_app (fixture, "notes");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "notes");
  listener = listen_to (fixture);
  g_assert_cmpstr (bh_dbus_journal1_get_path (listener->journal), ==, path);
  g_assert_cmpstr (bh_dbus_journal1_get_trouble (listener->journal), ==, "");
  launch_painted (app);
  kill_app (app);
  wait_for (has_recorded (listener, "ended"));

  /* Nothing of it has to be on the disk for that. */
  events = get_events (listener->journal, "{'app': <'notes'>}");
  kinds = join_kinds (events);
  g_assert_cmpstr (kinds, ==, "started ready ended");
  g_assert_cmpuint (listener->recorded->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GVariant) event = g_variant_get_child_value (events, i);

      g_assert_cmpvariant (event, g_ptr_array_index (listener->recorded, i));
      /* The first is that of the service itself. */
      g_assert_cmpuint (get_number (event, "number"), ==, i + 2);
      g_assert_cmpint ((gint64) get_number (event, "time"), >=, before);
      assert_text (event, "app", "notes");
      assert_text (event, "name", "The notes of data");
    }
  last = g_variant_get_child_value (events, 2);
  assert_text (last, "reason", "killed");
  assert_text (last, "message", "The notes of data has ended: Killed");
  g_assert_true (g_variant_lookup (last, "uptime", "d", &uptime));
  g_assert_cmpfloat (uptime, >, 0);

  /* Nor for the next service to know it, when this one has left. */
  fixture_end_supervisor (fixture, SIGTERM);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  fixture_start_supervisor (fixture);
  again = get_events (listener->journal, "@a{sv} {}");
  g_free (kinds);
  kinds = join_kinds (again);
  g_assert_cmpstr (kinds, ==,
                   "supervisor-started started ready ended supervisor-stopped supervisor-started");
  for (guint i = 0; i < 6; i++)
    {
      g_autoptr (GVariant) event = g_variant_get_child_value (again, i);

      g_assert_cmpuint (get_number (event, "number"), ==, i + 1);
      if (i < 1 || i > 3)
        continue;
      g_assert_cmpvariant (event, g_ptr_array_index (listener->recorded, i - 1));
    }
  listener_free (listener);
}

static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusJournal1) journal = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;
  guint resolution;

  fixture_start_supervisor (fixture);
  journal = get_journal (fixture);
  bh_dbus_journal1_call_get_events_sync (journal, g_variant_new_parsed ("{'lmit': <@u 3>}"),
                                         &answer, NULL, &error);
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  bh_dbus_journal1_call_get_history_sync (journal, "notes",
                                          g_variant_new_parsed ("{'resolution': <@u 3>}"),
                                          &resolution, &answer, NULL, &error);
  g_assert_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  /* Nobody has ever heard of it: then there is nothing, and that is no error. */
  bh_dbus_journal1_call_get_history_sync (journal, "stranger", g_variant_new_parsed ("@a{sv} {}"),
                                          &resolution, &answer, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_variant_n_children (answer), ==, 0);
  g_assert_cmpuint (resolution, ==, 60);
}

static int
count_written (Fixture *fixture)
{
  g_autofree char *path = fixture_build_path (fixture, "state", "bulkhead", "history.db", NULL);
  sqlite3_stmt *statement = NULL;
  sqlite3 *db = NULL;
  int count = 0;

  if (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK
      && sqlite3_prepare_v2 (db, "SELECT count(*) FROM events", -1, &statement, NULL) == SQLITE_OK
      && sqlite3_step (statement) == SQLITE_ROW)
    count = sqlite3_column_int (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (db);

  return count;
}

/* What was written stays, what was not yet is of the last minute; and the file is sound. */
static void
test_killed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GVariant) events = NULL;
  g_autofree char *kinds = NULL;
  BhDBusJournal1 *journal;

  fixture_add_app (fixture, "notes");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "notes");
  launch_painted (app);
  poll_for (count_written (fixture) == 3);
  kill_app (app);
  launch_painted (app);
  fixture_end_supervisor (fixture, SIGKILL);
  g_assert_cmpint (count_written (fixture), ==, 3);

  fixture_start_supervisor (fixture);
  journal = get_journal (fixture);
  g_assert_cmpstr (bh_dbus_journal1_get_trouble (journal), ==, "");
  events = get_events (journal, "@a{sv} {}");
  kinds = join_kinds (events);
  g_assert_cmpstr (kinds, ==, "supervisor-started started ready supervisor-started adopted");
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (GVariant) event = g_variant_get_child_value (events, i);

      g_assert_cmpuint (get_number (event, "number"), ==, i + 1);
    }
  kill_app (app);
  g_object_unref (journal);
}

static void
write_sql (Fixture *fixture, const char *sql)
{
  g_autofree char *path = fixture_build_path (fixture, "state", "bulkhead", "history.db", NULL);
  char *message = NULL;
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_exec (db, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
  sqlite3_close (db);
}

/* As if it had been started so long ago. */
static void
age_record (Fixture *fixture, const char *slug, gint64 started_at)
{
  g_autofree char *runtime = fixture_runtime_dir (fixture);
  g_autofree char *name = g_strconcat (slug, ".instance", NULL);
  g_autofree char *path = g_build_filename (runtime, name, NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  g_key_file_set_int64 (file, "Instance", "StartedAt", started_at);
  g_key_file_save_to_file (file, path, &error);
  g_assert_no_error (error);
}

/* A service that takes over an app knows from the history that it has grown for hours. */
static void
test_growing (Fixture *fixture, gconstpointer data)
{
  gint64 minute = g_get_real_time () / G_TIME_SPAN_MINUTE;
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (BhDBusApp1) again = NULL;
  g_autoptr (BhDBusJournal1) journal = NULL;
  g_autoptr (GVariant) sampled = NULL;
  g_autoptr (GVariant) entry = NULL;
  g_autoptr (GVariant) points = NULL;
  g_autoptr (GVariant) events = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *sql = NULL;
  gboolean growing = FALSE;
  guint resolution;

  fixture_add_app (fixture, "notes");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "notes");
  launch_painted (app);
  g_assert_false (bh_dbus_app1_get_growing (app));
  g_assert_cmpuint (bh_dbus_app1_get_growth (app), ==, 0);
  poll_for (count_written (fixture) > 0);
  fixture_end_supervisor (fixture, SIGKILL);

  age_record (fixture, "notes", (minute - 360) * G_TIME_SPAN_MINUTE);
  sql = g_strdup_printf (
      "INSERT OR IGNORE INTO apps (uuid) VALUES ('notes');"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 350)"
      " INSERT OR REPLACE INTO minutes SELECT id, %" G_GINT64_FORMAT " + i, 1, 1,"
      " 100000000 + i * 2000000, 100000000 + i * 2000000, 100000000 + i * 2000000, 1, 2, 3"
      " FROM n, apps",
      minute - 360);
  write_sql (fixture, sql);
  fixture_start_supervisor (fixture);
  again = fixture_get_app (fixture, "notes");
  /* It is looked at when somebody wants to know, or at the end of the minute. */
  bh_dbus_supervisor1_call_sample_sync (fixture->service, 50, &sampled, NULL, &error);
  g_assert_no_error (error);
  wait_for (bh_dbus_app1_get_growing (again));
  g_assert_cmpuint (bh_dbus_app1_get_growth (again), ==, 120000000);
  g_clear_pointer (&sampled, g_variant_unref);
  bh_dbus_supervisor1_call_sample_sync (fixture->service, 50, &sampled, NULL, &error);
  g_assert_no_error (error);
  entry = g_variant_get_child_value (sampled, 0);
  g_assert_true (g_variant_lookup (entry, "growing", "b", &growing));
  g_assert_true (growing);

  /* The service that saw it first has told it. */
  journal = get_journal (fixture);
  events = get_events (journal, "{'kinds': <['growing']>}");
  g_assert_cmpuint (g_variant_n_children (events), ==, 0);
  bh_dbus_journal1_call_get_history_sync (journal, "notes",
                                          g_variant_new_parsed ("{'resolution': <@u 60>}"),
                                          &resolution, &points, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_variant_n_children (points), >=, 49);

  kill_app (again);
  wait_for (!bh_dbus_app1_get_growing (again));
}

static void
test_off (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GVariant) events = NULL;
  Listener *listener;

  fixture_set_settings (fixture, "record-history=false\n");
  fixture_add_app (fixture, "notes");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "notes");
  listener = listen_to (fixture);
  launch_painted (app);
  kill_app (app);
  wait_for (has_recorded (listener, "ended"));
  events = get_events (listener->journal, "@a{sv} {}");
  g_assert_cmpuint (g_variant_n_children (events), ==, 0);
  fixture_end_supervisor (fixture, SIGTERM);
  g_assert_cmpint (count_written (fixture), ==, 0);
  listener_free (listener);
}

/* The disk is full from the beginning: apps start and end as ever. */
static void
test_full (Fixture *fixture, gconstpointer data)
{
  g_autofree char *state = fixture_build_path (fixture, "state", NULL);
  g_autoptr (BhDBusApp1) app = NULL;
  g_autoptr (GVariant) events = NULL;
  g_autofree char *kinds = NULL;
  BhDBusJournal1 *journal;

  if (!can_mount)
    {
      g_test_skip ("nothing may be mounted here");
      return;
    }
  g_assert_cmpint (g_mkdir_with_parents (state, 0700), ==, 0);
  g_assert_cmpint (mount ("none", state, "tmpfs", 0, "size=4k,nr_inodes=50"), ==, 0);
  fixture_add_app (fixture, "notes");
  fixture_start_supervisor (fixture);
  app = fixture_get_app (fixture, "notes");
  launch_painted (app);
  kill_app (app);
  journal = get_journal (fixture);
  wait_for (g_strcmp0 (bh_dbus_journal1_get_trouble (journal), "") != 0);
  g_assert_nonnull (strstr (bh_dbus_journal1_get_trouble (journal), "no room"));
  events = get_events (journal, "{'app': <'notes'>}");
  kinds = join_kinds (events);
  g_assert_cmpstr (kinds, ==, "started ready ended");
  fixture_end_supervisor (fixture, SIGTERM);
  g_object_unref (journal);
  g_assert_cmpint (umount (state), ==, 0);
}

static void
add_tests (void)
{
  ADD ("/journal/events", test_events);
  ADD ("/journal/crowd", test_crowd);
  ADD ("/journal/refusals", test_refusals);
  ADD ("/journal/killed", test_killed);
  ADD ("/journal/growing", test_growing);
  ADD ("/journal/off", test_off);
  ADD ("/journal/full", test_full);
}

int
main (int argc, char **argv)
{
  can_mount = fixture_enter_namespace ();

  return fixture_run (argc, argv, add_tests);
}
