/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * BhEventSymbol:
 * @BH_EVENT_SYMBOL_OTHER: anything else
 * @BH_EVENT_SYMBOL_START: it was started, or taken over
 * @BH_EVENT_SYMBOL_RESUME: it goes on
 * @BH_EVENT_SYMBOL_SUSPEND: it was suspended
 * @BH_EVENT_SYMBOL_END: it ended because somebody wanted it to
 * @BH_EVENT_SYMBOL_KILL: it was killed by request
 * @BH_EVENT_SYMBOL_GROWING: it takes ever more memory
 * @BH_EVENT_SYMBOL_HANG: it does not answer
 * @BH_EVENT_SYMBOL_LIMIT: it came to a limit
 * @BH_EVENT_SYMBOL_CRASH: it, or a process of it, ended by itself
 *
 * What an event is, as a shape. Where there is room for one only, it is the last of these.
 */
typedef enum {
  BH_EVENT_SYMBOL_OTHER,
  BH_EVENT_SYMBOL_START,
  BH_EVENT_SYMBOL_RESUME,
  BH_EVENT_SYMBOL_SUSPEND,
  BH_EVENT_SYMBOL_END,
  BH_EVENT_SYMBOL_KILL,
  BH_EVENT_SYMBOL_GROWING,
  BH_EVENT_SYMBOL_HANG,
  BH_EVENT_SYMBOL_LIMIT,
  BH_EVENT_SYMBOL_CRASH,
} BhEventSymbol;

#define BH_TYPE_JOURNAL_EVENT (bh_journal_event_get_type ())

typedef struct _BhJournalEvent BhJournalEvent;

GType           bh_journal_event_get_type (void) G_GNUC_CONST;
BhJournalEvent *bh_journal_event_new      (GVariant *event);
BhJournalEvent *bh_journal_event_ref      (BhJournalEvent *self);
void            bh_journal_event_unref    (BhJournalEvent *self);

guint64       bh_journal_event_get_number (BhJournalEvent *self);
gint64        bh_journal_event_get_time   (BhJournalEvent *self);
const char   *bh_journal_event_get_app    (BhJournalEvent *self);
const char   *bh_journal_event_get_kind   (BhJournalEvent *self);
BhEventSymbol bh_journal_event_get_symbol (BhJournalEvent *self);
gboolean      bh_journal_event_is_mark    (BhJournalEvent *self);
const char   *bh_journal_event_get_title  (BhJournalEvent *self);
const char   *bh_journal_event_get_text   (BhJournalEvent *self);
char         *bh_journal_event_dup_figures (BhJournalEvent *self);
char         *bh_journal_event_dup_line    (BhJournalEvent *self, GTimeZone *zone);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhJournalEvent, bh_journal_event_unref)

G_END_DECLS
