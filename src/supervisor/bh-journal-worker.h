/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-journal-store.h"

G_BEGIN_DECLS

#define BH_TYPE_JOURNAL_WORKER (bh_journal_worker_get_type ())
G_DECLARE_FINAL_TYPE (BhJournalWorker, bh_journal_worker, BH, JOURNAL_WORKER, GObject)

BhJournalWorker *bh_journal_worker_new (const char *path);

void       bh_journal_worker_open_async         (BhJournalWorker    *self,
                                                 gint64              now,
                                                 GAsyncReadyCallback callback,
                                                 gpointer            user_data);
gboolean   bh_journal_worker_open_finish        (GAsyncResult *result, BhJournalStatus *status);
void       bh_journal_worker_write_async        (BhJournalWorker    *self,
                                                 GPtrArray          *events,
                                                 GArray             *points,
                                                 gint64              now,
                                                 GAsyncReadyCallback callback,
                                                 gpointer            user_data);
gboolean   bh_journal_worker_write_finish       (GAsyncResult *result, BhJournalStatus *status);
void       bh_journal_worker_read_events_async  (BhJournalWorker    *self,
                                                 BhEventQuery       *query,
                                                 GAsyncReadyCallback callback,
                                                 gpointer            user_data);
GPtrArray *bh_journal_worker_read_events_finish (GAsyncResult  *result,
                                                 BhEventQuery **query,
                                                 GError       **error);
void       bh_journal_worker_read_points_async  (BhJournalWorker    *self,
                                                 BhPointQuery       *query,
                                                 GAsyncReadyCallback callback,
                                                 gpointer            user_data);
GArray    *bh_journal_worker_read_points_finish (GAsyncResult  *result,
                                                 BhPointQuery **query,
                                                 GError       **error);
void       bh_journal_worker_stop               (BhJournalWorker *self);

G_END_DECLS
