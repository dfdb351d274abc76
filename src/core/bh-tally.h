/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BhTally:
 * @seen: what a process has used, with what the kernel passed on to it from children that it has
 *   waited for, at the last look
 * @owed: what children of it had used that ended and that may still be passed on
 *
 * One process's share in a sum over processes that come and go.
 */
typedef struct
{
  guint64 seen;
  guint64 owed;
} BhTally;

void bh_tally_update (BhTally *self, guint64 now, guint64 *ended);
void bh_tally_end    (BhTally *self, BhTally *parent, guint64 *ended);

G_END_DECLS
