/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BhLeakWatch:
 *
 * Tells an instance whose memory grows steadily, as it does with a leak, from others.
 */
typedef struct _BhLeakWatch BhLeakWatch;

BhLeakWatch *bh_leak_watch_new        (gint64 started_at);
void         bh_leak_watch_free       (BhLeakWatch *self);
gboolean     bh_leak_watch_add        (BhLeakWatch *self, gint64 time, guint64 memory);
gboolean     bh_leak_watch_is_growing (BhLeakWatch *self);
guint64      bh_leak_watch_get_growth (BhLeakWatch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhLeakWatch, bh_leak_watch_free)

G_END_DECLS
