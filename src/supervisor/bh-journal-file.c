/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-journal-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * The file that the history is kept in: made, looked through when it is opened, and put aside when
 * it is damaged. Whatever is wrong with it, the apps are no worse for it.
 *
 * The schema has a number. One that is newer than ours belongs to a newer Bulkhead: it is left
 * alone. What an older one needs to become ours will be done in make_schema().
 */

#define SCHEMA_VERSION 1

/* How long another program may hold the file before we give up until the next time. */
#define BUSY_TIMEOUT 2000

/* KiB of the file that are kept in memory, pages after which the log is taken over into the file,
 * and bytes that the log is cut to then. */
#define CACHE_SIZE       "256"
#define CHECKPOINT_PAGES "256"
#define LOG_SIZE         "1048576"

#define DAMAGED ".damaged-"

static const char *const companions[] = { "", "-wal", "-shm" };

static const char schema[]
    = "CREATE TABLE events (number INTEGER PRIMARY KEY, time INTEGER NOT NULL, kind TEXT NOT NULL,"
      " app TEXT, name TEXT, instance TEXT, reason TEXT, detail TEXT, message TEXT, pid INTEGER,"
      " memory INTEGER, memory_peak INTEGER, cpu_time INTEGER, uptime INTEGER);"
      "CREATE TABLE apps (id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE);"
      "CREATE TABLE minutes (app INTEGER NOT NULL, time INTEGER NOT NULL, samples INTEGER NOT NULL,"
      " parts INTEGER NOT NULL, memory_min INTEGER NOT NULL, memory_mean INTEGER NOT NULL,"
      " memory_max INTEGER NOT NULL, cpu_min INTEGER, cpu_mean INTEGER, cpu_max INTEGER,"
      " PRIMARY KEY (app, time)) WITHOUT ROWID;"
      "CREATE TABLE hours (app INTEGER NOT NULL, time INTEGER NOT NULL, samples INTEGER NOT NULL,"
      " parts INTEGER NOT NULL, memory_min INTEGER NOT NULL, memory_mean INTEGER NOT NULL,"
      " memory_max INTEGER NOT NULL, cpu_min INTEGER, cpu_mean INTEGER, cpu_max INTEGER,"
      " PRIMARY KEY (app, time)) WITHOUT ROWID;";

/**
 * bh_journal_file_is:
 * @path: where the file should be
 * @id: which one it was
 *
 * Returns: whether it is still there, and the same
 */
gboolean
bh_journal_file_is (const char *path, const BhJournalFileId *id)
{
  struct stat now;

  return stat (path, &now) == 0 && now.st_dev == id->device && now.st_ino == id->inode;
}

/**
 * bh_journal_file_is_damage:
 * @result: what SQLite said
 *
 * Returns: whether that means that the file is damaged, or is none of SQLite's
 */
gboolean
bh_journal_file_is_damage (int result)
{
  return (result & 0xff) == SQLITE_CORRUPT || (result & 0xff) == SQLITE_NOTADB;
}

/**
 * bh_journal_file_explain:
 * @path: the file
 * @result: what SQLite said
 * @why: the errno(3) of the system call behind it, or 0
 *
 * Returns: (transfer full): what is the matter and what to do, for people
 */
char *
bh_journal_file_explain (const char *path, int result, int why)
{
  int kind = result & 0xff;

  if (kind == SQLITE_FULL || why == ENOSPC || why == EDQUOT || why == EFBIG)
    return g_strdup_printf (_("There is no room left on the disk for the history in “%s”. It is "
                              "kept again as soon as there is."),
                            path);
  if (kind == SQLITE_BUSY || kind == SQLITE_LOCKED)
    return g_strdup_printf (_("Another program holds the history in “%s”. It is kept again as soon "
                              "as that lets it go."),
                            path);
  if (kind == SQLITE_READONLY)
    why = why != 0 ? why : EROFS;

  return g_strdup_printf (_("The history can't be written to “%s”: %s. See that the file and its "
                            "directory are yours to write."),
                          path, why != 0 ? g_strerror (why) : sqlite3_errstr (result));
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The names have their date in them, so the first is the oldest. */
static void
remove_oldest (const char *path)
{
  g_autofree char *directory = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *prefix = g_strconcat (base, DAMAGED, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, prefix) && !g_str_has_suffix (name, "-wal")
        && !g_str_has_suffix (name, "-shm"))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i + BH_JOURNAL_DAMAGED_KEPT < names->len; i++)
    for (guint j = 0; j < G_N_ELEMENTS (companions); j++)
      {
        g_autofree char *file
            = g_strconcat (directory, "/", (char *) names->pdata[i], companions[j], NULL);

        g_unlink (file);
      }
}

/**
 * bh_journal_file_set_aside:
 * @path: the file
 * @now: microseconds since 1970
 * @status: (inout): what was lost, or the trouble when it can't be done
 *
 * Renames a damaged file, so that another can be begun and somebody may save what is left in it.
 */
void
bh_journal_file_set_aside (const char *path, gint64 now, BhJournalStatus *status)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (now / G_USEC_PER_SEC);
  g_autofree char *stamp = g_date_time_format (date, "%Y%m%dT%H%M%SZ");
  g_autofree char *aside = g_strconcat (path, DAMAGED, stamp, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (companions); i++)
    {
      g_autofree char *from = g_strconcat (path, companions[i], NULL);
      g_autofree char *to = g_strconcat (aside, companions[i], NULL);

      if (g_rename (from, to) == 0 || errno == ENOENT)
        continue;
      status->trouble
          = g_strdup_printf (_("The history in “%s” is damaged and can't be put aside: %s. Move or "
                               "remove it."),
                             path, g_strerror (errno));
      return;
    }
  remove_oldest (path);
  g_free (status->lost);
  status->lost
      = g_strdup_printf (_("The history was damaged and begins anew. What is left of the old one "
                           "is in “%s”."),
                         aside);
}

static gboolean
is_sound (sqlite3 *db, int *result)
{
  sqlite3_stmt *statement = NULL;
  gboolean sound = FALSE;

  *result = sqlite3_prepare_v2 (db, "PRAGMA quick_check(1)", -1, &statement, NULL);
  if (*result == SQLITE_OK)
    *result = sqlite3_step (statement);
  if (*result == SQLITE_ROW)
    {
      *result = SQLITE_OK;
      sound = g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), "ok") == 0;
      if (!sound)
        *result = SQLITE_CORRUPT;
    }
  sqlite3_finalize (statement);

  return sound;
}

static int
read_version (sqlite3 *db, int *version)
{
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2 (db, "PRAGMA user_version", -1, &statement, NULL);

  if (result == SQLITE_OK)
    result = sqlite3_step (statement);
  *version = result == SQLITE_ROW ? sqlite3_column_int (statement, 0) : 0;
  sqlite3_finalize (statement);

  return result == SQLITE_ROW ? SQLITE_OK : result;
}

static int
make_schema (sqlite3 *db)
{
  g_autofree char *version = g_strdup_printf ("PRAGMA user_version = %d; COMMIT", SCHEMA_VERSION);
  int result = sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL);

  if (result == SQLITE_OK)
    result = sqlite3_exec (db, schema, NULL, NULL, NULL);
  if (result == SQLITE_OK)
    result = sqlite3_exec (db, version, NULL, NULL, NULL);
  if (!sqlite3_get_autocommit (db))
    sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);

  return result;
}

/* With the mode that the file shall have; SQLite gives its companions the same. */
static gboolean
make_file (const char *path, BhJournalFileId *id, int *why)
{
  g_autofree char *directory = g_path_get_dirname (path);
  struct stat made;
  int fd;

  fd = g_mkdir_with_parents (directory, 0700) == 0
           ? open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600)
           : -1;
  *why = errno;
  if (fd < 0)
    return FALSE;
  if (fstat (fd, &made) == 0)
    {
      id->device = made.st_dev;
      id->inode = made.st_ino;
    }
  close (fd);

  return TRUE;
}

static int
prepare (sqlite3 *db, int *version)
{
  int result;

  sqlite3_extended_result_codes (db, 1);
  sqlite3_busy_timeout (db, BUSY_TIMEOUT);
  result = sqlite3_exec (db, "PRAGMA cache_size = -" CACHE_SIZE "; PRAGMA mmap_size = 0", NULL,
                         NULL, NULL);
  if (result == SQLITE_OK)
    result = read_version (db, version);
  if (result != SQLITE_OK || *version > SCHEMA_VERSION)
    return result;
  if (!is_sound (db, &result))
    return result;
  /* Whoever is killed, or loses power, loses what was not written, and nothing that was before. */
  result = sqlite3_exec (db,
                         "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                         " PRAGMA wal_autocheckpoint = " CHECKPOINT_PAGES ";"
                         " PRAGMA journal_size_limit = " LOG_SIZE,
                         NULL, NULL, NULL);
  if (result == SQLITE_OK && *version == 0)
    result = make_schema (db);

  return result;
}

static sqlite3 *
try_open (const char *path, BhJournalFileId *id, int *result, int *why, int *version)
{
  sqlite3 *db = NULL;

  *version = 0;
  *result = SQLITE_CANTOPEN;
  if (!make_file (path, id, why))
    return NULL;
  *result = sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  if (*result == SQLITE_OK)
    *result = prepare (db, version);
  if (*result == SQLITE_OK && *version <= SCHEMA_VERSION)
    return db;
  *why = db != NULL ? sqlite3_system_errno (db) : 0;
  sqlite3_close (db);

  return NULL;
}

/**
 * bh_journal_file_open:
 * @path: the file
 * @now: microseconds since 1970
 * @id: (out): which file it is
 * @status: (inout): what was lost, or the trouble when it can't be done
 *
 * Opens the file, makes it when there is none, and puts it aside and makes another when it is
 * damaged.
 *
 * Returns: (transfer full) (nullable): the database, or %NULL with a trouble
 */
sqlite3 *
bh_journal_file_open (const char *path, gint64 now, BhJournalFileId *id, BhJournalStatus *status)
{
  sqlite3 *db;
  int result, why, version;

  db = try_open (path, id, &result, &why, &version);
  if (db != NULL)
    return db;
  if (bh_journal_file_is_damage (result))
    {
      bh_journal_file_set_aside (path, now, status);
      if (status->trouble != NULL)
        return NULL;
      db = try_open (path, id, &result, &why, &version);
    }
  if (db != NULL)
    return db;
  if (result == SQLITE_OK)
    {
      status->forsaken = TRUE;
      status->trouble
          = g_strdup_printf (_("The history in “%s” is that of a newer Bulkhead and is left alone. "
                               "Until that is installed, or the file is moved away, the history "
                               "is lost when the service leaves."),
                             path);
      return NULL;
    }
  status->trouble = bh_journal_file_explain (path, result, why);

  return NULL;
}
