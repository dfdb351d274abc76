/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-event-query.h"
#include "bh-point.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* How long what is kept is kept, in days. */
#define BH_JOURNAL_MINUTE_DAYS 7
#define BH_JOURNAL_HOUR_DAYS   90
#define BH_JOURNAL_EVENT_DAYS  90

/* How much of each at most. */
#define BH_JOURNAL_MAX_EVENTS 50000
#define BH_JOURNAL_MAX_POINTS 400000

/* How many files that were damaged are left lying. */
#define BH_JOURNAL_DAMAGED_KEPT 3

/**
 * BhJournalPoint:
 * @app: the app's id
 * @point: a minute of it
 *
 * A point that is to be written.
 */
typedef struct
{
  char *app;
  BhPoint point;
} BhJournalPoint;

/**
 * BhJournalStatus:
 * @last_number: the highest number of an event that was found
 * @trouble: (nullable): why it can't be used now, in a sentence
 * @lost: (nullable): what was lost when it was opened, in a sentence
 * @forsaken: whether it is of no use to try again
 *
 * How the file is.
 */
typedef struct
{
  guint64 last_number;
  char *trouble;
  char *lost;
  gboolean forsaken;
} BhJournalStatus;

typedef struct _BhJournalStore BhJournalStore;

BhJournalStore *bh_journal_store_new  (const char *path);
void            bh_journal_store_free (BhJournalStore *self);

gboolean   bh_journal_store_open        (BhJournalStore *self, gint64 now, BhJournalStatus *status);
gboolean   bh_journal_store_write       (BhJournalStore  *self,
                                         GPtrArray       *events,
                                         GArray          *points,
                                         gint64           now,
                                         BhJournalStatus *status);
GPtrArray *bh_journal_store_read_events (BhJournalStore     *self,
                                         const BhEventQuery *query,
                                         GError            **error);
GArray    *bh_journal_store_read_points (BhJournalStore     *self,
                                         const BhPointQuery *query,
                                         GError            **error);

void bh_journal_status_clear (BhJournalStatus *self);
void bh_journal_point_clear  (BhJournalPoint *self);

G_END_DECLS
