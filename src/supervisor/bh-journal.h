/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-clock.h"
#include "bh-event-query.h"
#include "bh-point.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Milliseconds from one write to the next in quiet times, and from the first thing that there is
 * to write, when the last write is longer ago than that. */
#define BH_JOURNAL_INTERVAL 60000
#define BH_JOURNAL_GATHER   2000

/* So many events are written without waiting any longer. */
#define BH_JOURNAL_BURST 200

/* How much is kept in memory while it can't be written. */
#define BH_JOURNAL_KEPT_EVENTS 2000
#define BH_JOURNAL_KEPT_POINTS 5000

#define BH_TYPE_JOURNAL (bh_journal_get_type ())
G_DECLARE_FINAL_TYPE (BhJournal, bh_journal, BH, JOURNAL, GObject)

BhJournal *bh_journal_new           (BhClock *clock, const char *path);
void       bh_journal_open          (BhJournal *self);
void       bh_journal_close         (BhJournal *self);
gboolean   bh_journal_is_open       (BhJournal *self);
void       bh_journal_set_recording (BhJournal *self, gboolean recording);

void       bh_journal_record     (BhJournal *self, BhEvent *event);
void       bh_journal_set_figures (BhJournal  *self,
                                   const char *app,
                                   gint64      memory,
                                   gint64      memory_peak,
                                   gint64      cpu_time);
void       bh_journal_add_point  (BhJournal *self, const char *app, const BhPoint *point);

const char *bh_journal_get_path    (BhJournal *self);
const char *bh_journal_get_trouble (BhJournal *self);

void       bh_journal_read_events_async  (BhJournal          *self,
                                          BhEventQuery       *query,
                                          GAsyncReadyCallback callback,
                                          gpointer            user_data);
GPtrArray *bh_journal_read_events_finish (BhJournal *self, GAsyncResult *result, GError **error);
void       bh_journal_read_points_async  (BhJournal          *self,
                                          BhPointQuery       *query,
                                          GAsyncReadyCallback callback,
                                          gpointer            user_data);
GArray    *bh_journal_read_points_finish (BhJournal    *self,
                                          GAsyncResult *result,
                                          guint        *resolution,
                                          GError      **error);

G_END_DECLS
