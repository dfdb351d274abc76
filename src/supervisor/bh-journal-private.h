/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-journal-worker.h"
#include "bh-journal.h"

G_BEGIN_DECLS

/* What bh-journal.c, which records, and bh-journal-read.c, which answers, share. */

struct _BhJournal
{
  GObject parent_instance;

  BhClock *clock;
  char *path;
  BhJournalWorker *worker; /* NULL before bh_journal_open() and after bh_journal_close() */
  gboolean opened;         /* the last number is known */
  gboolean forsaken;       /* nothing will be written any more */
  gboolean recording;
  guint64 last_number;
  GQueue unnumbered;  /* BhEvent */
  GPtrArray *events;  /* to be written */
  GArray *points;     /* of BhJournalPoint, to be written */
  GPtrArray *written; /* events that are being written, or NULL */
  GArray *written_points;
  guint timer;
  gint64 wrote_at; /* monotonic, G_MININT64 for never */
  guint dropped;   /* events that there was no room for */
  char *trouble;
  char *lost;
  GHashTable *figures; /* an app's id → Figures */
};

G_END_DECLS
