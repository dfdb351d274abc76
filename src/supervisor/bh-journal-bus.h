/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-journal.h"

G_BEGIN_DECLS

#define BH_TYPE_JOURNAL_BUS (bh_journal_bus_get_type ())
G_DECLARE_FINAL_TYPE (BhJournalBus, bh_journal_bus, BH, JOURNAL_BUS, GObject)

BhJournalBus *bh_journal_bus_new (BhClock         *clock,
                                  BhJournal       *journal,
                                  GDBusConnection *connection,
                                  GError         **error);

G_END_DECLS
