/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-defaults.h"
#include "bh-history.h"

G_BEGIN_DECLS

#define BH_TYPE_JOURNAL_BUS (bh_journal_bus_get_type ())
G_DECLARE_FINAL_TYPE (BhJournalBus, bh_journal_bus, BH, JOURNAL_BUS, GObject)

BhJournalBus *bh_journal_bus_new (BhClock         *clock,
                                  BhDefaults      *defaults,
                                  GDBusConnection *connection,
                                  BhMeasure        measure,
                                  gpointer         user_data,
                                  GError         **error);

void       bh_journal_bus_open        (BhJournalBus *self);
void       bh_journal_bus_close       (BhJournalBus *self);
void       bh_journal_bus_set_running (BhJournalBus *self, gboolean running);
void       bh_journal_bus_take        (BhJournalBus *self, const BhFigures *figures);
BhJournal *bh_journal_bus_get_journal (BhJournalBus *self);

G_END_DECLS
