/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-journal-store.h"

#include <sqlite3.h>
#include <sys/types.h>

G_BEGIN_DECLS

/**
 * BhJournalFileId:
 * @device: the device that it lies on
 * @inode: its number there
 *
 * What tells a file from another one of the same name.
 */
typedef struct
{
  dev_t device;
  ino_t inode;
} BhJournalFileId;

sqlite3 *bh_journal_file_open      (const char      *path,
                                    gint64           now,
                                    BhJournalFileId *id,
                                    BhJournalStatus *status);
gboolean bh_journal_file_is        (const char *path, const BhJournalFileId *id);
gboolean bh_journal_file_is_damage (int result);
void     bh_journal_file_set_aside (const char *path, gint64 now, BhJournalStatus *status);
char    *bh_journal_file_explain   (const char *path, int result, int why);

G_END_DECLS
