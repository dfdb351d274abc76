/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-history.h"
#include "supervisor-fixture.h"

#include <sqlite3.h>

G_BEGIN_DECLS

#define MINUTE 60000
#define MIB    (1024 * 1024)

/**
 * Memory:
 * @root: a directory of the test's own
 * @path: the file of the history
 * @clock: stands still until it is advanced
 * @journal: the journal, while it is open
 * @history: the history before it
 * @told: number and kind of each event that was told
 * @measured: how often the history has measured by itself
 * @memory: what "notes" uses when it is measured next, in bytes
 * @cpu_time: the same, in microseconds
 * @started_at: since when it runs
 * @other: another's view of the file
 *
 * The journal and the history without a supervisor, with a clock of the test's and a real file.
 */
typedef struct
{
  char *root;
  char *path;
  BhManualClock *clock;
  BhJournal *journal;
  BhHistory *history;
  GString *told;
  guint measured;
  guint64 memory;
  guint64 cpu_time;
  gint64 started_at;
  sqlite3 *other;
} Memory;

#define ADD_MEMORY(path, function)                                                                 \
  g_test_add (path, Memory, NULL, memory_set_up, function, memory_tear_down)

gint64 memory_get_now (Memory *self);
void memory_watch (Memory *self, double cpu);
void memory_watch_resident (Memory *self);
void memory_open (Memory *self);
void memory_settle (void);
void memory_close (Memory *self);
void memory_set_up (Memory *self, gconstpointer data);
void memory_tear_down (Memory *self, gconstpointer data);
gint64 memory_ask (Memory *self, const char *sql);
void memory_forget (Memory *self);
void memory_run_sql (Memory *self, const char *sql);
void memory_record (Memory *self, BhEventKind kind);
GPtrArray *memory_read_events (Memory *self, const char *options);
guint memory_count_events (Memory *self, const char *options);
GArray *memory_read_points (Memory *self, const char *options, guint *resolution);
void memory_sync (Memory *self);

G_END_DECLS
