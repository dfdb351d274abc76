/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * BhEventKind:
 * @BH_EVENT_STARTED: a runner process exists
 * @BH_EVENT_READY: it answers
 * @BH_EVENT_ADOPTED: a new supervisor took it over
 * @BH_EVENT_ENDED: the instance, or its page, has ended
 * @BH_EVENT_KILLED: all its processes were killed; this one is for the system's journal only
 * @BH_EVENT_UNRESPONSIVE: it stopped answering
 * @BH_EVENT_RESPONDING: it answers again
 * @BH_EVENT_LIMIT: it passed a limit and is ended
 * @BH_EVENT_PRESSED: it comes near a limit
 * @BH_EVENT_BACKING_OFF: it will be started again after a while
 * @BH_EVENT_GAVE_UP: it has crashed too often to be started again
 * @BH_EVENT_PROCESS_ENDED: a process of it has ended that it can do without
 * @BH_EVENT_SUSPENDED: its processes were frozen
 * @BH_EVENT_RESUMED: they go on
 * @BH_EVENT_GROWING: its memory has grown steadily for hours
 * @BH_EVENT_LIMITS_CHANGED: somebody has set other limits
 * @BH_EVENT_DATA_CLEARED: what it had kept was removed
 * @BH_EVENT_SUPERVISOR_STARTED: the service began
 * @BH_EVENT_SUPERVISOR_STOPPED: the service is about to leave
 * @BH_EVENT_HISTORY_LOST: something of the history is gone
 *
 * What happens to apps, and to the service.
 */
typedef enum {
  BH_EVENT_STARTED,
  BH_EVENT_READY,
  BH_EVENT_ADOPTED,
  BH_EVENT_ENDED,
  BH_EVENT_KILLED,
  BH_EVENT_UNRESPONSIVE,
  BH_EVENT_RESPONDING,
  BH_EVENT_LIMIT,
  BH_EVENT_PRESSED,
  BH_EVENT_BACKING_OFF,
  BH_EVENT_GAVE_UP,
  BH_EVENT_PROCESS_ENDED,
  BH_EVENT_SUSPENDED,
  BH_EVENT_RESUMED,
  BH_EVENT_GROWING,
  BH_EVENT_LIMITS_CHANGED,
  BH_EVENT_DATA_CLEARED,
  BH_EVENT_SUPERVISOR_STARTED,
  BH_EVENT_SUPERVISOR_STOPPED,
  BH_EVENT_HISTORY_LOST,
} BhEventKind;

#define BH_N_EVENT_KINDS (BH_EVENT_HISTORY_LOST + 1)

const char *bh_event_kind_to_string   (BhEventKind kind);
gboolean    bh_event_kind_from_string (const char *text, BhEventKind *kind);

#define BH_TYPE_EVENT (bh_event_get_type ())

typedef struct _BhEvent BhEvent;

/**
 * BhEvent:
 * @number: counts up over all events, 0 until it has one
 * @time: microseconds since 1970
 * @kind: what happened
 * @app: (nullable): the app's id
 * @name: (nullable): the app's name
 * @instance: (nullable): the instance's random name
 * @reason: (nullable): the name of a reason
 * @detail: (nullable): the reason in plain words
 * @message: (nullable): what happened, in a sentence
 * @pid: the runner's, or 0
 * @memory: bytes, as they were last known, or -1
 * @memory_peak: the most that it was, or -1
 * @cpu_time: microseconds, or -1
 * @uptime: microseconds since the instance started, or -1
 *
 * An event. Not changed any more once it is recorded.
 */
struct _BhEvent
{
  guint64 number;
  gint64 time;
  BhEventKind kind;
  char *app;
  char *name;
  char *instance;
  char *reason;
  char *detail;
  char *message;
  guint pid;
  gint64 memory;
  gint64 memory_peak;
  gint64 cpu_time;
  gint64 uptime;
};

GType    bh_event_get_type   (void) G_GNUC_CONST;
BhEvent *bh_event_new        (BhEventKind kind, gint64 time);
BhEvent *bh_event_ref        (BhEvent *self);
void     bh_event_unref      (BhEvent *self);
char    *bh_event_describe   (BhEvent *self);
GVariant *bh_event_to_variant (BhEvent *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhEvent, bh_event_unref)

G_END_DECLS
