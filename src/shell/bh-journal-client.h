/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-history-series.h"
#include "bh-journal-event.h"
#include "bh-supervisor-client.h"

G_BEGIN_DECLS

#define BH_TYPE_JOURNAL_CLIENT (bh_journal_client_get_type ())
G_DECLARE_FINAL_TYPE (BhJournalClient, bh_journal_client, BH, JOURNAL_CLIENT, GObject)

BhJournalClient *bh_journal_client_new         (BhSupervisorClient *client);
gboolean         bh_journal_client_get_ready   (BhJournalClient *self);
const char      *bh_journal_client_get_trouble (BhJournalClient *self);

void       bh_journal_client_get_history        (BhJournalClient     *self,
                                                 const char          *app,
                                                 gint64               since,
                                                 guint                resolution,
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  callback,
                                                 gpointer             user_data);
gboolean   bh_journal_client_get_history_finish (BhJournalClient  *self,
                                                 GAsyncResult     *result,
                                                 BhHistorySeries **memory,
                                                 BhHistorySeries **cpu,
                                                 GError          **error);
void       bh_journal_client_get_events         (BhJournalClient     *self,
                                                 const char          *app,
                                                 gint64               until,
                                                 guint                limit,
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  callback,
                                                 gpointer             user_data);
GPtrArray *bh_journal_client_get_events_finish  (BhJournalClient  *self,
                                                 GAsyncResult     *result,
                                                 GError          **error);
G_END_DECLS
