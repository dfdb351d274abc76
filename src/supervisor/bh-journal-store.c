/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-journal-store.h"

#include "bh-error.h"
#include "bh-journal-file.h"

#include <glib/gi18n.h>
#include <sqlite3.h>
#include <string.h>

/*
 * The history in its SQLite file: one thread's alone, see bh-journal-worker.c. Opening it, and what
 * to do with a file that is damaged, is bh-journal-file.c's.
 *
 * A point is of an app's number in the table of apps, of a minute or hour since 1970, with CPU in
 * hundredths of a per cent: some 40 bytes each. The hours are brought up to date with each minute,
 * so that nothing has to be reckoned later.
 */

/* How often what is too old is removed: once an hour of the clock. */
#define PRUNE_SPAN G_TIME_SPAN_HOUR

/* What is longer is cut: a page can have its say in a detail. */
#define MAX_TEXT 2000

#define DAY (24 * G_TIME_SPAN_HOUR)

struct _BhJournalStore
{
  char *path;
  sqlite3 *db; /* NULL while it can't be used */
  BhJournalFileId id;
  gint64 pruned; /* the hour in which that was last done */
};

/**
 * bh_journal_store_new:
 * @path: the absolute path of the file
 *
 * Returns: (transfer full): a store that is not open yet
 */
BhJournalStore *
bh_journal_store_new (const char *path)
{
  BhJournalStore *self = g_new0 (BhJournalStore, 1);

  self->path = g_strdup (path);
  self->pruned = -1;

  return self;
}

static void
close_db (BhJournalStore *self)
{
  /* Never busy: every statement has been finalised. */
  if (self->db != NULL)
    sqlite3_close (self->db);
  self->db = NULL;
}

/**
 * bh_journal_store_free:
 * @self: (transfer full): a store
 *
 * Closes the file.
 */
void
bh_journal_store_free (BhJournalStore *self)
{
  close_db (self);
  g_free (self->path);
  g_free (self);
}

/**
 * bh_journal_status_clear:
 * @self: a status
 *
 * Frees what it has.
 */
void
bh_journal_status_clear (BhJournalStatus *self)
{
  g_clear_pointer (&self->trouble, g_free);
  g_clear_pointer (&self->lost, g_free);
}

/**
 * bh_journal_point_clear:
 * @self: a point
 *
 * Frees what it has.
 */
void
bh_journal_point_clear (BhJournalPoint *self)
{
  g_clear_pointer (&self->app, g_free);
}

static gint64
read_number (BhJournalStore *self, const char *sql)
{
  sqlite3_stmt *statement = NULL;
  gint64 number = 0;

  if (sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL) == SQLITE_OK
      && sqlite3_step (statement) == SQLITE_ROW)
    number = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);

  return number;
}

static gboolean
open_db (BhJournalStore *self, gint64 now, BhJournalStatus *status)
{
  /* Somebody may have cleared the directory away. */
  if (self->db != NULL && !bh_journal_file_is (self->path, &self->id))
    close_db (self);
  if (self->db == NULL)
    {
      self->db = bh_journal_file_open (self->path, now, &self->id, status);
      if (self->db == NULL)
        return FALSE;
    }
  status->last_number = (guint64) read_number (self, "SELECT coalesce(max(number), 0) FROM events");

  return TRUE;
}

/**
 * bh_journal_store_open:
 * @self: a store
 * @now: microseconds since 1970
 * @status: (out): how it went; cleared with bh_journal_status_clear()
 *
 * Opens the file, unless it is open and still there. One that is damaged is put aside, and another
 * is begun.
 *
 * Returns: whether it can be used
 */
gboolean
bh_journal_store_open (BhJournalStore *self, gint64 now, BhJournalStatus *status)
{
  *status = (BhJournalStatus){ 0 };

  return open_db (self, now, status);
}

static void
bind_text (sqlite3_stmt *statement, int index, const char *text)
{
  if (text == NULL)
    sqlite3_bind_null (statement, index);
  else
    sqlite3_bind_text (statement, index, text, (int) MIN (strlen (text), MAX_TEXT),
                       SQLITE_TRANSIENT);
}

/* What is not known is NULL. */
static void
bind_figure (sqlite3_stmt *statement, int index, gint64 figure)
{
  if (figure < 0)
    sqlite3_bind_null (statement, index);
  else
    sqlite3_bind_int64 (statement, index, figure);
}

static void
bind_event (sqlite3_stmt *statement, const BhEvent *event)
{
  bind_figure (statement, 1, event->number > 0 ? (gint64) event->number : -1);
  sqlite3_bind_int64 (statement, 2, event->time);
  bind_text (statement, 3, bh_event_kind_to_string (event->kind));
  bind_text (statement, 4, event->app);
  bind_text (statement, 5, event->name);
  bind_text (statement, 6, event->instance);
  bind_text (statement, 7, event->reason);
  bind_text (statement, 8, event->detail);
  bind_text (statement, 9, event->message);
  bind_figure (statement, 10, event->pid != 0 ? (gint64) event->pid : -1);
  bind_figure (statement, 11, event->memory);
  bind_figure (statement, 12, event->memory_peak);
  bind_figure (statement, 13, event->cpu_time);
  bind_figure (statement, 14, event->uptime);
}

static int
write_events (BhJournalStore *self, GPtrArray *events)
{
  sqlite3_stmt *statement = NULL;
  int result;

  result = sqlite3_prepare_v2 (
      self->db,
      "INSERT INTO events (number, time, kind, app, name, instance, reason, detail, message, pid,"
      " memory, memory_peak, cpu_time, uptime)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
      -1, &statement, NULL);
  for (guint i = 0; result == SQLITE_OK && i < events->len; i++)
    {
      bind_event (statement, g_ptr_array_index (events, i));
      result = sqlite3_step (statement);
      if ((result & 0xff) == SQLITE_CONSTRAINT)
        {
          /* Another supervisor of the same user, on another bus, was faster: any free number. */
          sqlite3_reset (statement);
          sqlite3_bind_null (statement, 1);
          result = sqlite3_step (statement);
        }
      sqlite3_reset (statement);
      if (result == SQLITE_DONE)
        result = SQLITE_OK;
    }
  sqlite3_finalize (statement);

  return result;
}

static int
find_app (BhJournalStore *self, const char *app, gint64 *id)
{
  sqlite3_stmt *statement = NULL;
  int result;

  *id = 0;
  result
      = sqlite3_prepare_v2 (self->db, "SELECT id FROM apps WHERE uuid = ?1", -1, &statement, NULL);
  if (result == SQLITE_OK)
    {
      sqlite3_bind_text (statement, 1, app, -1, SQLITE_TRANSIENT);
      result = sqlite3_step (statement);
    }
  if (result == SQLITE_ROW)
    *id = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);

  return result == SQLITE_ROW || result == SQLITE_DONE ? SQLITE_OK : result;
}

static int
get_app (BhJournalStore *self, const char *app, gint64 *id)
{
  sqlite3_stmt *statement = NULL;
  int result = find_app (self, app, id);

  if (result != SQLITE_OK || *id != 0)
    return result;

  result
      = sqlite3_prepare_v2 (self->db, "INSERT INTO apps (uuid) VALUES (?1)", -1, &statement, NULL);
  if (result == SQLITE_OK)
    {
      sqlite3_bind_text (statement, 1, app, -1, SQLITE_TRANSIENT);
      result = sqlite3_step (statement);
    }
  *id = sqlite3_last_insert_rowid (self->db);
  sqlite3_finalize (statement);

  return result == SQLITE_DONE ? SQLITE_OK : result;
}

/* Hundredths; what was not measured is NULL. */
static void
bind_cpu (sqlite3_stmt *statement, int index, double cpu)
{
  bind_figure (statement, index, cpu < 0 ? -1 : (gint64) (cpu * 100 + 0.5));
}

static double
get_cpu (sqlite3_stmt *statement, int column)
{
  return sqlite3_column_type (statement, column) == SQLITE_NULL
             ? -1
             : (double) sqlite3_column_int64 (statement, column) / 100;
}

#define POINT_COLUMNS                                                                              \
  "time, samples, parts, memory_min, memory_mean, memory_max, cpu_min, cpu_mean, cpu_max"

static BhPoint
get_point (sqlite3_stmt *statement, guint resolution)
{
  return (BhPoint){
    .time = sqlite3_column_int64 (statement, 0) * resolution * G_USEC_PER_SEC,
    .samples = (guint) sqlite3_column_int64 (statement, 1),
    .parts = MAX ((guint) sqlite3_column_int64 (statement, 2), 1),
    .memory_min = (guint64) sqlite3_column_int64 (statement, 3),
    .memory_mean = (guint64) sqlite3_column_int64 (statement, 4),
    .memory_max = (guint64) sqlite3_column_int64 (statement, 5),
    .cpu_min = get_cpu (statement, 6),
    .cpu_mean = get_cpu (statement, 7),
    .cpu_max = get_cpu (statement, 8),
  };
}

static const char *
get_table (guint resolution)
{
  return resolution == BH_RESOLUTION_HOUR ? "hours" : "minutes";
}

/* Adds a point to the one of the same stretch, if there is one: an app may have ended and been
 * started again within it, or the clock was set back. */
static int
write_point (BhJournalStore *self, gint64 app, const BhPoint *point, guint resolution)
{
  const char *table = get_table (resolution);
  gint64 slot = bh_point_floor (point->time, resolution) / G_USEC_PER_SEC / resolution;
  g_autofree char *select
      = g_strdup_printf ("SELECT " POINT_COLUMNS " FROM %s WHERE app = ?1 AND time = ?2", table);
  g_autofree char *replace = g_strdup_printf ("INSERT OR REPLACE INTO %s (app, " POINT_COLUMNS ")"
                                              " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                                              table);
  sqlite3_stmt *statement = NULL;
  BhPoint whole = *point;
  int result;

  result = sqlite3_prepare_v2 (self->db, select, -1, &statement, NULL);
  if (result == SQLITE_OK)
    {
      sqlite3_bind_int64 (statement, 1, app);
      sqlite3_bind_int64 (statement, 2, slot);
      result = sqlite3_step (statement);
    }
  if (result == SQLITE_ROW)
    {
      whole = get_point (statement, resolution);
      bh_point_fold (&whole, point);
    }
  sqlite3_finalize (statement);
  if (result != SQLITE_ROW && result != SQLITE_DONE)
    return result;

  statement = NULL;
  result = sqlite3_prepare_v2 (self->db, replace, -1, &statement, NULL);
  if (result == SQLITE_OK)
    {
      sqlite3_bind_int64 (statement, 1, app);
      sqlite3_bind_int64 (statement, 2, slot);
      sqlite3_bind_int64 (statement, 3, whole.samples);
      sqlite3_bind_int64 (statement, 4, whole.parts);
      sqlite3_bind_int64 (statement, 5, (gint64) whole.memory_min);
      sqlite3_bind_int64 (statement, 6, (gint64) whole.memory_mean);
      sqlite3_bind_int64 (statement, 7, (gint64) whole.memory_max);
      bind_cpu (statement, 8, whole.cpu_min);
      bind_cpu (statement, 9, whole.cpu_mean);
      bind_cpu (statement, 10, whole.cpu_max);
      result = sqlite3_step (statement);
    }
  sqlite3_finalize (statement);

  return result == SQLITE_DONE ? SQLITE_OK : result;
}

static int
write_points (BhJournalStore *self, GArray *points)
{
  int result = SQLITE_OK;

  for (guint i = 0; result == SQLITE_OK && i < points->len; i++)
    {
      const BhJournalPoint *entry = &g_array_index (points, BhJournalPoint, i);
      gint64 app;

      result = get_app (self, entry->app, &app);
      if (result == SQLITE_OK)
        result = write_point (self, app, &entry->point, BH_RESOLUTION_MINUTE);
      if (result == SQLITE_OK)
        result = write_point (self, app, &entry->point, BH_RESOLUTION_HOUR);
    }

  return result;
}

static int
execute (BhJournalStore *self, const char *format, gint64 number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  g_auto (GStrv) parts = g_strsplit (format, "%d", 2);
  g_autofree char *sql = g_strjoinv (text, parts);

  return sqlite3_exec (self->db, sql, NULL, NULL, NULL);
}

/* Points of more apps than there is room for are kept for a shorter time. */
static int
prune_points (BhJournalStore *self, guint resolution, guint days, gint64 now)
{
  const char *table = get_table (resolution);
  g_autofree char *count = g_strdup_printf ("SELECT count(*) FROM %s", table);
  /* By app, so that the key is of use. */
  g_autofree char *remove
      = g_strdup_printf ("DELETE FROM %s WHERE app IN (SELECT id FROM apps) AND time < %%d", table);
  int result = SQLITE_OK;

  do
    result = execute (self, remove,
                      bh_point_floor (now - days * DAY, resolution) / G_USEC_PER_SEC / resolution);
  while (result == SQLITE_OK && read_number (self, count) > BH_JOURNAL_MAX_POINTS && --days > 0);

  return result;
}

static int
prune (BhJournalStore *self, gint64 now)
{
  int result;

  result = execute (self, "DELETE FROM events WHERE time < %d", now - BH_JOURNAL_EVENT_DAYS * DAY);
  if (result == SQLITE_OK)
    result = execute (self,
                      "DELETE FROM events WHERE number <= (SELECT number FROM events"
                      " ORDER BY number DESC LIMIT 1 OFFSET %d)",
                      BH_JOURNAL_MAX_EVENTS);
  if (result == SQLITE_OK)
    result = prune_points (self, BH_RESOLUTION_MINUTE, BH_JOURNAL_MINUTE_DAYS, now);
  if (result == SQLITE_OK)
    result = prune_points (self, BH_RESOLUTION_HOUR, BH_JOURNAL_HOUR_DAYS, now);
  if (result == SQLITE_OK)
    result = sqlite3_exec (self->db,
                           "DELETE FROM apps WHERE NOT EXISTS (SELECT 1 FROM minutes"
                           " WHERE app = apps.id) AND NOT EXISTS (SELECT 1 FROM hours"
                           " WHERE app = apps.id)",
                           NULL, NULL, NULL);

  return result;
}

static int
write_all (BhJournalStore *self, GPtrArray *events, GArray *points, gint64 now)
{
  gint64 hour = bh_point_floor (now, BH_RESOLUTION_HOUR);
  int result;

  result = sqlite3_exec (self->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
  if (result != SQLITE_OK)
    return result;
  result = write_events (self, events);
  if (result == SQLITE_OK)
    result = write_points (self, points);
  if (result == SQLITE_OK && self->pruned != hour)
    result = prune (self, now);
  if (result == SQLITE_OK)
    result = sqlite3_exec (self->db, "COMMIT", NULL, NULL, NULL);
  if (result == SQLITE_OK)
    {
      self->pruned = hour;
      return SQLITE_OK;
    }
  if (!sqlite3_get_autocommit (self->db))
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);

  return result;
}

/**
 * bh_journal_store_write:
 * @self: a store
 * @events: (element-type BhEvent): events to add
 * @points: (element-type BhJournalPoint): minutes to add
 * @now: microseconds since 1970
 * @status: (out): how it went; cleared with bh_journal_status_clear()
 *
 * Writes all of it in one transaction, or nothing. Opens the file when that could not be done
 * before. What is too old is removed on the way.
 *
 * Returns: whether it is written
 */
gboolean
bh_journal_store_write (BhJournalStore *self,
                        GPtrArray *events,
                        GArray *points,
                        gint64 now,
                        BhJournalStatus *status)
{
  int result, why;

  if (!bh_journal_store_open (self, now, status))
    return FALSE;
  result = write_all (self, events, points, now);
  if (result == SQLITE_OK)
    return TRUE;

  why = sqlite3_system_errno (self->db);
  if (bh_journal_file_is_damage (result))
    {
      close_db (self);
      bh_journal_file_set_aside (self->path, now, status);
      if (status->trouble != NULL || !open_db (self, now, status))
        return FALSE;
      result = write_all (self, events, points, now);
      if (result == SQLITE_OK)
        return TRUE;
      why = sqlite3_system_errno (self->db);
    }
  status->trouble = bh_journal_file_explain (self->path, result, why);
  /* What is there can still be read of a disk that is full, and while another one writes. Otherwise
   * begin afresh next time, with what the file and its directory are then. */
  if ((result & 0xff) != SQLITE_FULL && (result & 0xff) != SQLITE_BUSY)
    close_db (self);

  return FALSE;
}

static GError *
read_error (BhJournalStore *self, int result)
{
  GError *error
      = g_error_new (BH_ERROR, BH_ERROR_FAILED, _("The history in “%s” can't be read: %s"),
                     self->path, sqlite3_errmsg (self->db));

  /* The next write looks through it and puts it aside. */
  if (bh_journal_file_is_damage (result))
    close_db (self);

  return error;
}

static char *
dup_text (sqlite3_stmt *statement, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, column));
}

static gint64
get_figure (sqlite3_stmt *statement, int column)
{
  return sqlite3_column_type (statement, column) == SQLITE_NULL
             ? -1
             : sqlite3_column_int64 (statement, column);
}

static BhEvent *
get_event (sqlite3_stmt *statement)
{
  const char *name = (const char *) sqlite3_column_text (statement, 2);
  BhEventKind kind;
  BhEvent *event;

  if (name == NULL || !bh_event_kind_from_string (name, &kind))
    return NULL;
  event = bh_event_new (kind, sqlite3_column_int64 (statement, 1));
  event->number = (guint64) sqlite3_column_int64 (statement, 0);
  event->app = dup_text (statement, 3);
  event->name = dup_text (statement, 4);
  event->instance = dup_text (statement, 5);
  event->reason = dup_text (statement, 6);
  event->detail = dup_text (statement, 7);
  event->message = dup_text (statement, 8);
  event->pid = (guint) MAX (get_figure (statement, 9), 0);
  event->memory = get_figure (statement, 10);
  event->memory_peak = get_figure (statement, 11);
  event->cpu_time = get_figure (statement, 12);
  event->uptime = get_figure (statement, 13);

  return event;
}

static void
reverse (GPtrArray *array)
{
  for (guint i = 0; i < array->len / 2; i++)
    {
      gpointer kept = array->pdata[i];

      array->pdata[i] = array->pdata[array->len - 1 - i];
      array->pdata[array->len - 1 - i] = kept;
    }
}

static char *
build_event_query (const BhEventQuery *query)
{
  GString *sql = g_string_new (
      "SELECT number, time, kind, app, name, instance, reason, detail, message, pid, memory,"
      " memory_peak, cpu_time, uptime FROM events WHERE time >= ?1 AND time < ?2");

  if (query->app != NULL)
    g_string_append (sql, " AND app = ?3");
  g_string_append (sql, " AND kind IN (''");
  for (guint i = 0; i < BH_N_EVENT_KINDS; i++)
    if (query->kinds & (1u << i))
      g_string_append_printf (sql, ", '%s'", bh_event_kind_to_string ((BhEventKind) i));
  g_string_append (sql, ") ORDER BY number DESC LIMIT ?4");

  return g_string_free (sql, FALSE);
}

/**
 * bh_journal_store_read_events:
 * @self: a store
 * @query: which
 * @error: return location for an error
 *
 * Returns: (transfer container) (element-type BhEvent): the events, the oldest first, none while
 *   the file can't be used, or %NULL with %BH_ERROR_FAILED
 */
GPtrArray *
bh_journal_store_read_events (BhJournalStore *self, const BhEventQuery *query, GError **error)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) bh_event_unref);
  g_autofree char *sql = build_event_query (query);
  sqlite3_stmt *statement = NULL;
  int result;

  if (self->db == NULL)
    return g_steal_pointer (&events);
  result = sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL);
  if (result == SQLITE_OK)
    {
      sqlite3_bind_int64 (statement, 1, query->since);
      sqlite3_bind_int64 (statement, 2, query->until);
      if (query->app != NULL)
        sqlite3_bind_text (statement, 3, query->app, -1, SQLITE_TRANSIENT);
      sqlite3_bind_int64 (statement, 4, query->limit);
      while ((result = sqlite3_step (statement)) == SQLITE_ROW)
        {
          BhEvent *event = get_event (statement);

          if (event != NULL)
            g_ptr_array_add (events, event);
        }
    }
  sqlite3_finalize (statement);
  if (result != SQLITE_DONE)
    {
      g_propagate_error (error, read_error (self, result));
      return NULL;
    }
  reverse (events);

  return g_steal_pointer (&events);
}

/**
 * bh_journal_store_read_points:
 * @self: a store
 * @query: which; the resolution is that of minutes or of hours
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type BhPoint): the points, the oldest first, none while the
 *   file can't be used, or %NULL with %BH_ERROR_FAILED
 */
GArray *
bh_journal_store_read_points (BhJournalStore *self, const BhPointQuery *query, GError **error)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (BhPoint));
  gint64 span = (gint64) query->resolution * G_USEC_PER_SEC;
  g_autofree char *sql
      = g_strdup_printf ("SELECT " POINT_COLUMNS
                         " FROM %s WHERE app = (SELECT id FROM apps WHERE uuid = ?1)"
                         " AND time >= ?2 AND time < ?3 ORDER BY time",
                         get_table (query->resolution));
  sqlite3_stmt *statement = NULL;
  int result;

  if (self->db == NULL)
    return g_steal_pointer (&points);
  result = sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL);
  if (result == SQLITE_OK)
    {
      sqlite3_bind_text (statement, 1, query->app, -1, SQLITE_TRANSIENT);
      /* A point that has begun before, but reaches in, is one of them. */
      sqlite3_bind_int64 (statement, 2, bh_point_floor (query->since, query->resolution) / span);
      sqlite3_bind_int64 (statement, 3, query->until / span + (query->until % span != 0));
      while ((result = sqlite3_step (statement)) == SQLITE_ROW)
        {
          BhPoint point = get_point (statement, query->resolution);

          g_array_append_val (points, point);
        }
    }
  sqlite3_finalize (statement);
  if (result != SQLITE_DONE)
    {
      g_propagate_error (error, read_error (self, result));
      return NULL;
    }

  return g_steal_pointer (&points);
}
