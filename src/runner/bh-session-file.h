/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-session-history.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The largest file that is read, in bytes. */
#define BH_SESSION_MAX_FILE (512 * 1024)

/**
 * BhSessionRecord:
 * @uri: the page that was shown
 * @history: (nullable): what bh_session_history_filter() has kept, %NULL for nothing
 * @has_scroll: whether @scroll is known
 * @scroll: how far the page was scrolled, in pixels of the page's own
 * @closed: whether the user has ended the run that wrote this
 * @attempts: how many times it was restored, and none of them went well
 *
 * Where an app was.
 */
typedef struct
{
  char *uri;
  GBytes *history;
  gboolean has_scroll;
  BhScrollPlace scroll;
  gboolean closed;
  guint attempts;
} BhSessionRecord;

BhSessionRecord *bh_session_record_new        (const char *uri, GBytes *history);
void             bh_session_record_free       (BhSessionRecord *self);
GBytes          *bh_session_record_to_bytes   (BhSessionRecord *self);
BhSessionRecord *bh_session_record_from_bytes (GBytes *bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhSessionRecord, bh_session_record_free)

#define BH_TYPE_SESSION_FILE (bh_session_file_get_type ())

G_DECLARE_FINAL_TYPE (BhSessionFile, bh_session_file, BH, SESSION_FILE, GObject)

BhSessionFile   *bh_session_file_new         (const char *directory);
BhSessionRecord *bh_session_file_read        (BhSessionFile *self);
gboolean         bh_session_file_write       (BhSessionFile   *self,
                                              BhSessionRecord *record,
                                              GError         **error);
void             bh_session_file_write_async (BhSessionFile *self, BhSessionRecord *record);
void             bh_session_file_remove      (BhSessionFile *self);

G_END_DECLS
