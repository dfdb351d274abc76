/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "memory-fixture.h"

gint64
memory_get_now (Memory *self)
{
  return bh_clock_get_real_time (BH_CLOCK (self->clock));
}

static BhFigures
make_figures (Memory *self, double cpu)
{
  return (BhFigures){
    .app = "notes",
    .started_at = self->started_at,
    .memory = (gint64) self->memory,
    .memory_peak = -1,
    .cpu = cpu,
    .cpu_time = (gint64) self->cpu_time,
  };
}

static GVariant *
measure (const BhSampleRequest *request, gpointer user_data)
{
  Memory *self = user_data;
  BhFigures figures = make_figures (self, 0);

  self->measured++;
  bh_history_take (self->history, &figures);

  return g_variant_new_array (G_VARIANT_TYPE_VARDICT, NULL, 0);
}

void
memory_watch (Memory *self, double cpu)
{
  BhFigures figures = make_figures (self, cpu);

  bh_history_take (self->history, &figures);
}

void
memory_watch_resident (Memory *self)
{
  BhFigures figures = make_figures (self, 1);

  figures.resident = TRUE;
  bh_history_take (self->history, &figures);
}

static void
on_recorded (BhJournal *journal, BhEvent *event, Memory *self)
{
  g_string_append_printf (self->told, "%s%" G_GUINT64_FORMAT "=%s", self->told->len > 0 ? " " : "",
                          event->number, bh_event_kind_to_string (event->kind));
}

void
memory_open (Memory *self)
{
  self->journal = bh_journal_new (BH_CLOCK (self->clock), self->path);
  self->history = bh_history_new (BH_CLOCK (self->clock), self->journal, measure, self);
  g_signal_connect (self->journal, "recorded", G_CALLBACK (on_recorded), self);
  bh_journal_open (self->journal);
}

void
memory_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
memory_close (Memory *self)
{
  bh_history_set_active (self->history, FALSE);
  bh_journal_close (self->journal);
  /* What it has asked for is answered. */
  memory_settle ();
  g_assert_finalize_object (self->history);
  g_assert_finalize_object (self->journal);
  self->history = NULL;
  self->journal = NULL;
}

void
memory_set_up (Memory *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->root = g_dir_make_tmp ("bh-history-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->root, "state", "bulkhead", "history.db", NULL);
  self->clock = bh_manual_clock_new ();
  self->told = g_string_new (NULL);
  self->memory = 100 * MIB;
  /* 2026 begins a minute: what is measured is not at its edge. */
  bh_manual_clock_advance (self->clock, 10000);
  self->started_at = memory_get_now (self);
}

void
memory_tear_down (Memory *self, gconstpointer data)
{
  if (self->other != NULL)
    sqlite3_close (self->other);
  if (self->journal != NULL)
    memory_close (self);
  bh_manual_clock_advance (self->clock, 24 * 60 * MINUTE);
  g_assert_finalize_object (self->clock);
  fixture_remove_tree (self->root);
  g_string_free (self->told, TRUE);
  g_free (self->path);
  g_free (self->root);
}

gint64
memory_ask (Memory *self, const char *sql)
{
  sqlite3_stmt *statement;
  gint64 number = -1;

  if (self->other == NULL)
    g_assert_cmpint (sqlite3_open_v2 (self->path, &self->other, SQLITE_OPEN_READONLY, NULL), ==,
                     SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (self->other, sql, -1, &statement, NULL), ==, SQLITE_OK);
  if (sqlite3_step (statement) == SQLITE_ROW)
    number = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);

  return number;
}

void
memory_forget (Memory *self)
{
  sqlite3_close (self->other);
  self->other = NULL;
}

void
memory_run_sql (Memory *self, const char *sql)
{
  sqlite3 *db;
  char *message = NULL;

  g_assert_cmpint (sqlite3_open (self->path, &db), ==, SQLITE_OK);
  sqlite3_exec (db, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
  sqlite3_close (db);
}

void
memory_record (Memory *self, BhEventKind kind)
{
  g_autoptr (BhEvent) event = bh_event_new (kind, memory_get_now (self));

  event->app = g_strdup ("notes");
  event->instance = g_strdup ("0123");
  bh_journal_record (self->journal, event);
}

typedef struct
{
  GPtrArray *events;
  GArray *points;
  guint resolution;
  GError *error;
  gboolean done;
} Answer;

static void
on_events_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->events = bh_journal_read_events_finish (BH_JOURNAL (source), result, &answer->error);
  answer->done = TRUE;
}

GPtrArray *
memory_read_events (Memory *self, const char *options)
{
  g_autoptr (GVariant) parsed = g_variant_ref_sink (g_variant_new_parsed (options));
  g_autoptr (GError) error = NULL;
  Answer answer = { 0 };
  BhEventQuery *query = bh_event_query_parse (parsed, &error);

  g_assert_no_error (error);
  bh_journal_read_events_async (self->journal, query, on_events_ready, &answer);
  wait_for (answer.done);
  g_assert_no_error (answer.error);

  return answer.events;
}

guint
memory_count_events (Memory *self, const char *options)
{
  g_autoptr (GPtrArray) events = memory_read_events (self, options);

  return events->len;
}

static void
on_points_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->points = bh_journal_read_points_finish (BH_JOURNAL (source), result, &answer->resolution,
                                                  &answer->error);
  answer->done = TRUE;
}

/* As Journal1 does. */
GArray *
memory_read_points (Memory *self, const char *options, guint *resolution)
{
  g_autoptr (GVariant) parsed = g_variant_ref_sink (g_variant_new_parsed (options));
  g_autoptr (GError) error = NULL;
  Answer answer = { 0 };
  g_autoptr (BhPointQuery) query
      = bh_point_query_parse ("notes", parsed, memory_get_now (self), &error);

  g_assert_no_error (error);
  answer.points = bh_history_read (self->history, query);
  if (answer.points != NULL)
    {
      *resolution = 1;
      return answer.points;
    }
  bh_journal_read_points_async (self->journal, g_steal_pointer (&query), on_points_ready, &answer);
  wait_for (answer.done);
  g_assert_no_error (answer.error);
  *resolution = answer.resolution;

  return answer.points;
}

/* Reading waits for what was asked for before it. */
void
memory_sync (Memory *self)
{
  memory_count_events (self, "@a{sv} {}");
}
