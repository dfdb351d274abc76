/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-manifest.h"

G_BEGIN_DECLS

/* The most that is kept of a view's history: entries, and bytes of all of them together. */
#define BH_SESSION_MAX_ENTRIES 50
#define BH_SESSION_MAX_HISTORY (256 * 1024)
/* The longest address that is kept, in bytes. */
#define BH_SESSION_MAX_URI (32 * 1024)
/* The furthest that a page can be scrolled, in pixels. */
#define BH_SESSION_MAX_SCROLL 100000000

/**
 * BhScrollPlace:
 * @left: pixels from the left
 * @top: pixels from the top
 *
 * How far a page is scrolled.
 */
typedef struct
{
  int left;
  int top;
} BhScrollPlace;

gboolean bh_session_history_admits (BhManifest *manifest, const char *uri);
GBytes  *bh_session_history_filter (GBytes              *state,
                                    BhManifest          *manifest,
                                    const BhScrollPlace *scroll,
                                    char               **uri);

G_END_DECLS
