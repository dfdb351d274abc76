/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-journal-store.h"
#include "memory-fixture.h"

#include <glib/gstdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * The journal and its file: how often it is written, how much of it is kept, and what becomes of it
 * when the file can't be used.
 */

static gboolean can_mount;

static void
test_batches (Memory *self, gconstpointer data)
{
  gint64 version;

  memory_open (self);
  memory_sync (self);
  version = memory_ask (self, "PRAGMA data_version");

  /* After a while of quiet what happens at once is written at once. */
  for (guint i = 0; i < 5; i++)
    memory_record (self, BH_EVENT_STARTED);
  g_assert_cmpstr (self->told->str, ==, "1=started 2=started 3=started 4=started 5=started");
  g_assert_cmpuint (memory_count_events (self, "@a{sv} {}"), ==, 5);
  g_assert_cmpint (memory_ask (self, "PRAGMA data_version"), ==, version);
  bh_manual_clock_advance (self->clock, BH_JOURNAL_GATHER);
  memory_sync (self);
  g_assert_cmpint (memory_ask (self, "PRAGMA data_version"), >, version);
  g_assert_cmpint (memory_ask (self, "SELECT count(*) FROM events"), ==, 5);
  version = memory_ask (self, "PRAGMA data_version");

  /* For the next minute nothing is, whatever happens one by one. */
  for (guint i = 0; i < 58; i++)
    {
      memory_record (self, BH_EVENT_READY);
      bh_manual_clock_advance (self->clock, 1000);
      memory_sync (self);
      g_assert_cmpint (memory_ask (self, "PRAGMA data_version"), ==, version);
    }
  g_assert_cmpuint (memory_count_events (self, "@a{sv} {}"), ==, 63);
  bh_manual_clock_advance (self->clock, 2000);
  memory_sync (self);
  g_assert_cmpint (memory_ask (self, "PRAGMA data_version"), >, version);
  g_assert_cmpint (memory_ask (self, "SELECT count(*) FROM events"), ==, 63);
  g_assert_cmpuint (memory_count_events (self, "@a{sv} {}"), ==, 63);

  /* A burst is. */
  for (guint i = 0; i < BH_JOURNAL_BURST; i++)
    memory_record (self, BH_EVENT_READY);
  memory_sync (self);
  g_assert_cmpint (memory_ask (self, "SELECT count(*) FROM events"), ==, 63 + BH_JOURNAL_BURST);

  /* And what is left when it is closed. */
  memory_record (self, BH_EVENT_ENDED);
  memory_forget (self);
  memory_close (self);
  g_assert_cmpint (memory_ask (self, "SELECT count(*) FROM events"), ==, 64 + BH_JOURNAL_BURST);
}

static void
test_quiet (Memory *self, gconstpointer data)
{
  gint64 version;

  memory_open (self);
  memory_sync (self);
  version = memory_ask (self, "PRAGMA data_version");
  bh_manual_clock_advance (self->clock, 24 * 60 * MINUTE);
  memory_sync (self);
  g_assert_cmpint (memory_ask (self, "PRAGMA data_version"), ==, version);
  g_assert_cmpuint (self->measured, ==, 0);
}

static void
test_off (Memory *self, gconstpointer data)
{
  memory_open (self);
  memory_record (self, BH_EVENT_STARTED);
  memory_sync (self);
  bh_journal_set_recording (self->journal, FALSE);
  memory_record (self, BH_EVENT_READY);
  g_assert_cmpuint (memory_count_events (self, "@a{sv} {}"), ==, 1);
  g_assert_cmpstr (self->told->str, ==, "1=started 2=ready");
  memory_close (self);
  g_assert_cmpint (memory_ask (self, "SELECT count(*) FROM events"), ==, 1);
}

static void
write_damage (Memory *self, goffset offset, gsize length)
{
  g_autofree char *junk = g_malloc (length);
  FILE *file = g_fopen (self->path, "r+");

  memset (junk, 0xa5, length);
  g_assert_nonnull (file);
  g_assert_cmpint (fseek (file, offset, SEEK_SET), ==, 0);
  g_assert_cmpuint (fwrite (junk, 1, length, file), ==, length);
  fclose (file);
}

static guint
count_damaged (Memory *self)
{
  g_autofree char *directory = g_path_get_dirname (self->path);
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;
  guint count = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    count += g_str_has_prefix (name, "history.db.damaged-") && !g_str_has_suffix (name, "-wal")
             && !g_str_has_suffix (name, "-shm");

  return count;
}

/* Each kind of damage: it begins anew, says so, and keeps some of the old files. */
static void
test_damaged (Memory *self, gconstpointer data)
{
  const struct
  {
    goffset offset;
    gsize length;
  } damages[] = { { 0, 100 }, { 100, 3000 }, { 4096, 4096 }, { 4096 * 2, 4096 * 4 }, { 18, 2 } };

  for (guint i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_string_truncate (self->told, 0);
      memory_open (self);
      memory_sync (self);
      for (guint j = 0; j < 100; j++)
        memory_record (self, BH_EVENT_STARTED);
      memory_close (self);

      write_damage (self, damages[i].offset, damages[i].length);
      bh_manual_clock_advance (self->clock, 1000);
      g_string_truncate (self->told, 0);
      memory_open (self);
      memory_record (self, BH_EVENT_READY);
      memory_sync (self);
      g_assert_cmpstr (self->told->str, ==, "1=history-lost 2=ready");
      g_assert_nonnull (g_strstr_len (bh_journal_get_trouble (self->journal), -1, "damaged"));
      g_assert_cmpuint (memory_count_events (self, "@a{sv} {}"), ==, 2);
      g_assert_cmpuint (count_damaged (self), ==, MIN (i + 1, BH_JOURNAL_DAMAGED_KEPT));
      memory_close (self);
      g_assert_cmpint (memory_ask (self, "SELECT count(*) FROM events"), ==, 2);
      memory_forget (self);
      g_unlink (self->path);
    }
}

/* An empty file, and one that is no database. */
static void
test_strange (Memory *self, gconstpointer data)
{
  g_autofree char *directory = g_path_get_dirname (self->path);

  g_mkdir_with_parents (directory, 0700);
  fixture_write (self->path, "");
  memory_open (self);
  memory_record (self, BH_EVENT_READY);
  memory_sync (self);
  g_assert_cmpstr (self->told->str, ==, "1=ready");
  memory_close (self);
  g_unlink (self->path);

  g_string_truncate (self->told, 0);
  fixture_write (self->path, "This is not a database, but it is long enough to have a header of "
                             "one hundred bytes, which is what is looked at.");
  memory_open (self);
  memory_record (self, BH_EVENT_READY);
  memory_sync (self);
  g_assert_cmpstr (self->told->str, ==, "1=history-lost 2=ready");
}

/* It becomes damaged while it is open. */
static void
test_damaged_open (Memory *self, gconstpointer data)
{
  memory_open (self);
  memory_sync (self);
  for (guint j = 0; j < 150; j++)
    memory_record (self, BH_EVENT_STARTED);
  bh_manual_clock_advance (self->clock, BH_JOURNAL_GATHER);
  memory_sync (self);
  memory_close (self);
  memory_open (self);
  memory_sync (self);
  /* Somebody else writes, so that it reads anew. */
  memory_run_sql (self, "INSERT INTO apps VALUES (7, 'other')");
  write_damage (self, 4096, 4096 * 3);
  g_string_truncate (self->told, 0);
  memory_record (self, BH_EVENT_ENDED);
  bh_manual_clock_advance (self->clock, MINUTE);
  memory_sync (self);
  g_assert_cmpstr (self->told->str, ==, "151=ended 152=history-lost");
  g_assert_cmpuint (memory_count_events (self, "@a{sv} {}"), ==, 2);
  g_assert_cmpuint (count_damaged (self), ==, 1);
}

static void
test_newer (Memory *self, gconstpointer data)
{
  struct stat before, after;

  memory_open (self);
  memory_record (self, BH_EVENT_STARTED);
  memory_sync (self);
  memory_close (self);
  memory_run_sql (self, "PRAGMA user_version = 2");
  g_assert_cmpint (g_stat (self->path, &before), ==, 0);

  g_string_truncate (self->told, 0);
  memory_open (self);
  memory_record (self, BH_EVENT_READY);
  memory_sync (self);
  g_assert_nonnull (g_strstr_len (bh_journal_get_trouble (self->journal), -1, "newer"));
  /* In memory it goes on. */
  g_assert_cmpstr (self->told->str, ==, "1=ready");
  for (guint i = 0; i < 3 * BH_JOURNAL_KEPT_EVENTS; i++)
    memory_record (self, BH_EVENT_READY);
  bh_manual_clock_advance (self->clock, 60 * MINUTE);
  g_assert_cmpuint (memory_count_events (self, "{'limit': <@u 10000>}"), ==,
                    BH_JOURNAL_KEPT_EVENTS);
  memory_close (self);
  g_assert_cmpint (g_stat (self->path, &after), ==, 0);
  g_assert_cmpint (before.st_size, ==, after.st_size);
  g_assert_cmpint (before.st_mtim.tv_nsec, ==, after.st_mtim.tv_nsec);
  g_assert_cmpint (memory_ask (self, "SELECT count(*) FROM events"), ==, 1);
}

/* Somebody clears the directory away. */
static void
test_removed (Memory *self, gconstpointer data)
{
  g_autofree char *state = g_build_filename (self->root, "state", NULL);

  memory_open (self);
  memory_record (self, BH_EVENT_STARTED);
  memory_sync (self);
  bh_manual_clock_advance (self->clock, MINUTE);
  memory_sync (self);
  fixture_remove_tree (state);
  memory_record (self, BH_EVENT_ENDED);
  bh_manual_clock_advance (self->clock, MINUTE);
  memory_sync (self);
  g_assert_cmpstr (bh_journal_get_trouble (self->journal), ==, "");
  memory_close (self);
  g_assert_cmpint (memory_ask (self, "SELECT max(number) FROM events"), ==, 2);
}

static gboolean
mount_small (Memory *self, const char *options)
{
  g_autofree char *directory = g_path_get_dirname (self->path);

  if (!can_mount)
    {
      g_test_skip ("needs a mount namespace");
      return FALSE;
    }
  g_mkdir_with_parents (directory, 0700);
  g_assert_cmpint (mount ("none", directory, "tmpfs", 0, options), ==, 0);

  return TRUE;
}

static void
unmount_small (Memory *self)
{
  g_autofree char *directory = g_path_get_dirname (self->path);

  if (self->other != NULL)
    memory_forget (self);
  if (self->journal != NULL)
    memory_close (self);
  g_assert_cmpint (umount (directory), ==, 0);
}

static void
remount (Memory *self, const char *options, unsigned long flags)
{
  g_autofree char *directory = g_path_get_dirname (self->path);

  g_assert_cmpint (mount ("none", directory, "tmpfs", MS_REMOUNT | flags, options), ==, 0);
}

static void
fill (Memory *self, const char *name)
{
  g_autofree char *directory = g_path_get_dirname (self->path);
  g_autofree char *path = g_build_filename (directory, name, NULL);
  FILE *file = g_fopen (path, "w");
  static const char block[4096];

  while (fwrite (block, 1, sizeof block, file) == sizeof block && fflush (file) == 0)
    ;
  fclose (file);
}

static void
test_full (Memory *self, gconstpointer data)
{
  g_autofree char *directory = g_path_get_dirname (self->path);
  g_autofree char *ballast = g_build_filename (directory, "ballast", NULL);

  if (!mount_small (self, "size=512k"))
    return;
  memory_open (self);
  memory_record (self, BH_EVENT_STARTED);
  memory_sync (self);
  bh_manual_clock_advance (self->clock, MINUTE);
  memory_sync (self);
  fill (self, "ballast");

  for (guint i = 0; i < 300; i++)
    memory_record (self, BH_EVENT_READY);
  bh_manual_clock_advance (self->clock, MINUTE);
  memory_sync (self);
  g_assert_nonnull (g_strstr_len (bh_journal_get_trouble (self->journal), -1, "no room"));
  /* Nothing is lost yet, and it is not tried all the time. */
  g_assert_cmpuint (memory_count_events (self, "@a{sv} {}"), ==, 301);
  for (guint i = 0; i < 3; i++)
    {
      bh_manual_clock_advance (self->clock, MINUTE);
      memory_sync (self);
    }

  g_assert_cmpint (g_unlink (ballast), ==, 0);
  bh_manual_clock_advance (self->clock, MINUTE);
  memory_sync (self);
  g_assert_cmpstr (bh_journal_get_trouble (self->journal), ==, "");
  g_assert_cmpint (memory_ask (self, "SELECT count(*) FROM events"), ==, 301);
  unmount_small (self);
}

/* For longer than there is memory for: what is lost is told. */
static void
test_full_long (Memory *self, gconstpointer data)
{
  g_autofree char *directory = g_path_get_dirname (self->path);
  g_autofree char *ballast = g_build_filename (directory, "ballast", NULL);
  g_autoptr (GPtrArray) events = NULL;

  if (!mount_small (self, "size=4m"))
    return;
  fill (self, "ballast");
  memory_open (self);
  memory_sync (self);
  g_assert_nonnull (g_strstr_len (bh_journal_get_trouble (self->journal), -1, "no room"));
  for (guint i = 0; i < BH_JOURNAL_KEPT_EVENTS + 100; i++)
    memory_record (self, BH_EVENT_READY);
  for (guint i = 0; i < 3; i++)
    {
      bh_manual_clock_advance (self->clock, MINUTE);
      memory_sync (self);
    }
  g_assert_cmpint (g_unlink (ballast), ==, 0);
  for (guint i = 0; i < 3; i++)
    {
      bh_manual_clock_advance (self->clock, MINUTE);
      memory_sync (self);
    }
  g_assert_cmpstr (bh_journal_get_trouble (self->journal), ==, "");
  events = memory_read_events (self, "{'kinds': <['history-lost']>}");
  g_assert_cmpuint (events->len, ==, 1);
  g_assert_nonnull (
      g_strstr_len (((BhEvent *) g_ptr_array_index (events, 0))->message, -1, "100 events"));
  g_assert_cmpint (memory_ask (self, "SELECT count(*) FROM events"), ==,
                   BH_JOURNAL_KEPT_EVENTS + 1);
  unmount_small (self);
}

static void
test_read_only (Memory *self, gconstpointer data)
{
  if (!mount_small (self, "size=1m"))
    return;
  remount (self, NULL, MS_RDONLY);
  memory_open (self);
  memory_record (self, BH_EVENT_READY);
  memory_sync (self);
  g_assert_nonnull (g_strstr_len (bh_journal_get_trouble (self->journal), -1, "can't be written"));
  g_assert_cmpuint (memory_count_events (self, "@a{sv} {}"), ==, 1);
  bh_manual_clock_advance (self->clock, MINUTE);
  memory_sync (self);
  remount (self, NULL, 0);
  bh_manual_clock_advance (self->clock, MINUTE);
  memory_sync (self);
  g_assert_cmpstr (bh_journal_get_trouble (self->journal), ==, "");
  g_assert_cmpint (memory_ask (self, "SELECT count(*) FROM events"), ==, 1);
  unmount_small (self);
}

/* Another supervisor of the same user, on another bus, writes the same file. */
static void
test_two (Memory *self, gconstpointer data)
{
  BhJournal *second;

  memory_open (self);
  second = bh_journal_new (BH_CLOCK (self->clock), self->path);
  memory_sync (self);
  bh_journal_open (second);
  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (BhEvent) event = bh_event_new (BH_EVENT_READY, memory_get_now (self));

      memory_record (self, BH_EVENT_STARTED);
      bh_journal_record (second, event);
    }
  memory_settle ();
  bh_journal_close (second);
  memory_settle ();
  g_assert_finalize_object (second);
  memory_close (self);
  g_assert_cmpint (memory_ask (self, "SELECT count(*) FROM events"), ==, 100);
}

/* As many as there may be are handed out, and no more are kept. */
static void
test_bounds (Memory *self, gconstpointer data)
{
  g_autofree char *sql = NULL;
  g_autoptr (GPtrArray) latest = NULL;
  gint64 now = memory_get_now (self);
  gint64 day = 24 * G_TIME_SPAN_HOUR;
  gint64 size;

  memory_open (self);
  memory_sync (self);
  memory_close (self);
  sql = g_strdup_printf (
      "BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)"
      " INSERT INTO events (number, time, kind, app, message)"
      " SELECT i, %" G_GINT64_FORMAT " + i, 'ready', 'app' || (i %% 7), 'The app is ready' FROM n;"
      "INSERT INTO apps VALUES (1, 'notes'), (2, 'gone');"
      "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 20160)"
      " INSERT INTO minutes SELECT 1, %" G_GINT64_FORMAT " - i, 1, 1, 2000000000, 200000000,"
      " 200000000, 1, 2, 3 FROM n;"
      "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)"
      " INSERT INTO hours SELECT 1, %" G_GINT64_FORMAT " - i, 1, 1, 2000000000, 200000000,"
      " 200000000, 1, 2, 3 FROM n;"
      "INSERT INTO events (number, time, kind) VALUES (60001, %" G_GINT64_FORMAT
      ", 'ended'); COMMIT",
      now - day, now / G_TIME_SPAN_MINUTE, now / G_TIME_SPAN_HOUR, now - 91 * day);
  memory_run_sql (self, sql);

  memory_open (self);
  g_assert_cmpuint (memory_count_events (self, "@a{sv} {}"), ==, BH_EVENTS_DEFAULT);
  latest = memory_read_events (self, "{'limit': <@u 10000>}");
  g_assert_cmpuint (latest->len, ==, BH_EVENTS_MAX);
  g_assert_cmpuint (((BhEvent *) g_ptr_array_index (latest, 0))->number, ==, 60001 - 10000 + 1);
  g_assert_cmpuint (((BhEvent *) g_ptr_array_index (latest, 9999))->number, ==, 60001);
  g_assert_cmpuint (memory_count_events (self, "{'app': <'app3'>, 'limit': <@u 10000>}"), ==, 8572);
  memory_record (self, BH_EVENT_STARTED);
  bh_manual_clock_advance (self->clock, MINUTE);
  memory_sync (self);
  g_assert_cmpint (memory_ask (self, "SELECT count(*) FROM events"), ==, BH_JOURNAL_MAX_EVENTS);
  g_assert_cmpint (memory_ask (self, "SELECT count(*) FROM events WHERE kind = 'ended'"), ==, 0);
  g_assert_cmpint (memory_ask (self, "SELECT max(number) FROM events"), ==, 60002);
  g_assert_cmpint (memory_ask (self, "SELECT count(*) FROM minutes"), ==, 7 * 24 * 60 + 1);
  g_assert_cmpint (memory_ask (self, "SELECT count(*) FROM hours"), ==, 90 * 24 + 1);
  g_assert_cmpint (memory_ask (self, "SELECT count(*) FROM apps"), ==, 1);

  size
      = memory_ask (self, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size");
  g_test_message ("50000 events, a week of minutes and 90 days of hours of an app: %.1f MiB",
                  (double) size / MIB);
  g_assert_cmpint (size, <, 12 * MIB);
}

/* More apps than there is room for: all of them lose the oldest. */
static void
test_many_apps (Memory *self, gconstpointer data)
{
  gint64 now = memory_get_now (self);
  g_autofree char *sql = g_strdup_printf (
      "BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)"
      " INSERT INTO apps SELECT i, 'app' || i FROM n;"
      "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
      " INSERT INTO minutes SELECT id, %" G_GINT64_FORMAT " - i, 1, 1, 200000000, 200000000,"
      " 200000000, 1, 2, 3 FROM apps, n; COMMIT",
      now / G_TIME_SPAN_MINUTE);

  memory_open (self);
  memory_sync (self);
  memory_close (self);
  memory_run_sql (self, sql);
  memory_open (self);
  memory_sync (self);
  memory_record (self, BH_EVENT_STARTED);
  bh_manual_clock_advance (self->clock, MINUTE);
  memory_sync (self);
  g_assert_cmpint (memory_ask (self, "SELECT count(*) FROM minutes"), <=, BH_JOURNAL_MAX_POINTS);
  g_assert_cmpint (memory_ask (self, "SELECT count(*) FROM minutes"), >, BH_JOURNAL_MAX_POINTS / 2);
  g_assert_cmpint (memory_ask (self, "SELECT count(DISTINCT app) FROM minutes"), ==, 60);
  g_assert_cmpint (memory_ask (self, "SELECT max(time) FROM minutes"), ==,
                   now / G_TIME_SPAN_MINUTE);
}

int
main (int argc, char **argv)
{
  can_mount = fixture_enter_namespace ();
  g_test_init (&argc, &argv, NULL);
  ADD_MEMORY ("/journal-file/batches", test_batches);
  ADD_MEMORY ("/journal-file/quiet", test_quiet);
  ADD_MEMORY ("/journal-file/off", test_off);
  ADD_MEMORY ("/journal-file/damaged", test_damaged);
  ADD_MEMORY ("/journal-file/strange", test_strange);
  ADD_MEMORY ("/journal-file/damaged-open", test_damaged_open);
  ADD_MEMORY ("/journal-file/newer", test_newer);
  ADD_MEMORY ("/journal-file/removed", test_removed);
  ADD_MEMORY ("/journal-file/full", test_full);
  ADD_MEMORY ("/journal-file/full-long", test_full_long);
  ADD_MEMORY ("/journal-file/read-only", test_read_only);
  ADD_MEMORY ("/journal-file/two", test_two);
  ADD_MEMORY ("/journal-file/bounds", test_bounds);
  ADD_MEMORY ("/journal-file/many-apps", test_many_apps);

  return g_test_run ();
}
