/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-event.h"

G_BEGIN_DECLS

/* How many events a query gives when it does not say, and at most. */
#define BH_EVENTS_DEFAULT 1000
#define BH_EVENTS_MAX     10000

/* What the points of a history stand for, in seconds. */
#define BH_RESOLUTION_SECOND 1
#define BH_RESOLUTION_MINUTE 60
#define BH_RESOLUTION_HOUR   3600

/**
 * BhEventQuery:
 * @app: (nullable): an app's id, for its events alone
 * @since: microseconds since 1970, from which
 * @until: before which
 * @kinds: a bit for each kind that is wanted, by its number
 * @limit: how many at most, the latest are kept
 *
 * Which events are wanted.
 */
typedef struct
{
  char *app;
  gint64 since;
  gint64 until;
  guint kinds;
  guint limit;
} BhEventQuery;

/**
 * BhPointQuery:
 * @app: the app's id
 * @since: microseconds since 1970, from which
 * @until: before which
 * @resolution: %BH_RESOLUTION_SECOND, %BH_RESOLUTION_MINUTE, %BH_RESOLUTION_HOUR, or 0 for the
 *   finest that reaches back far enough
 *
 * Which points of a history are wanted.
 */
typedef struct
{
  char *app;
  gint64 since;
  gint64 until;
  guint resolution;
} BhPointQuery;

BhEventQuery *bh_event_query_parse   (GVariant *options, GError **error);
gboolean      bh_event_query_matches (const BhEventQuery *self, const BhEvent *event);
void          bh_event_query_free    (BhEventQuery *self);

BhPointQuery *bh_point_query_parse   (const char *app, GVariant *options, gint64 now, GError **error);
void          bh_point_query_free    (BhPointQuery *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhEventQuery, bh_event_query_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhPointQuery, bh_point_query_free)

G_END_DECLS
