/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-point.h"

G_BEGIN_DECLS

/* Seconds for which samples are kept in memory. */
#define BH_RECENT_SPAN 600

/**
 * BhRecent:
 *
 * What an app cost in each second of the last ten minutes in which somebody watched.
 */
typedef struct _BhRecent BhRecent;

BhRecent *bh_recent_new    (void);
void      bh_recent_free   (BhRecent *self);
void      bh_recent_add    (BhRecent *self, gint64 time, guint64 memory, double cpu);
void      bh_recent_expire (BhRecent *self, gint64 now);
gboolean  bh_recent_covers (BhRecent *self, gint64 since, gint64 now);
GArray   *bh_recent_read   (BhRecent *self, gint64 since, gint64 until);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhRecent, bh_recent_free)

G_END_DECLS
