/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-heartbeat.h"

/*
 * Listens to the heartbeats of one runner. A beat says that the window lives, and brings word of
 * whether the page does; one that is late or a page that skips one may just be busy, so two of a
 * kind make a trouble.
 *
 * A deadline that itself is seen late says that it was us who stood still, and the beats of that
 * time may lie unread: then the runner gets a new one.
 */

#define MISSED_BEATS 2

/* Milliseconds without a beat. */
#define PATIENCE ((MISSED_BEATS + 1) * BH_HEARTBEAT_INTERVAL)

struct _BhHeartbeat
{
  GObject parent_instance;

  BhClock *clock;
  BhTrouble trouble;
  guint silent_beats;
  guint deadline;
  gint64 due;
};

enum {
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhHeartbeat, bh_heartbeat, G_TYPE_OBJECT)

static void
set_trouble (BhHeartbeat *self, BhTrouble trouble)
{
  if (self->trouble == trouble)
    return;
  self->trouble = trouble;
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
on_deadline (gpointer user_data)
{
  BhHeartbeat *self = BH_HEARTBEAT (user_data);
  gint64 delay = bh_clock_get_time (self->clock) - self->due;

  self->deadline = 0;
  if (delay > BH_HEARTBEAT_INTERVAL * G_TIME_SPAN_MILLISECOND)
    bh_heartbeat_start (self);
  else
    set_trouble (self, BH_TROUBLE_WINDOW);

  return G_SOURCE_REMOVE;
}

static void
bh_heartbeat_dispose (GObject *object)
{
  BhHeartbeat *self = BH_HEARTBEAT (object);

  if (self->clock != NULL)
    bh_clock_clear_timer (self->clock, &self->deadline);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (bh_heartbeat_parent_class)->dispose (object);
}

static void
bh_heartbeat_class_init (BhHeartbeatClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_heartbeat_dispose;

  /**
   * BhHeartbeat::changed:
   *
   * bh_heartbeat_get_trouble() returns something else now.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_heartbeat_init (BhHeartbeat *self)
{
}

/**
 * bh_heartbeat_new:
 * @clock: tells when a beat is late
 *
 * Returns: (transfer full): a listener that expects nothing yet
 */
BhHeartbeat *
bh_heartbeat_new (BhClock *clock)
{
  BhHeartbeat *self = g_object_new (BH_TYPE_HEARTBEAT, NULL);

  self->clock = g_object_ref (clock);

  return self;
}

/**
 * bh_heartbeat_start:
 * @self: a listener
 *
 * Expects beats from now on; the first one is given as much time as any other.
 */
void
bh_heartbeat_start (BhHeartbeat *self)
{
  g_return_if_fail (BH_IS_HEARTBEAT (self));

  bh_clock_clear_timer (self->clock, &self->deadline);
  self->due = bh_clock_get_time (self->clock) + PATIENCE * G_TIME_SPAN_MILLISECOND;
  self->deadline = bh_clock_add_timer (self->clock, PATIENCE, on_deadline, self);
}

/**
 * bh_heartbeat_stop:
 * @self: a listener
 *
 * Expects no more beats.
 */
void
bh_heartbeat_stop (BhHeartbeat *self)
{
  g_return_if_fail (BH_IS_HEARTBEAT (self));

  bh_clock_clear_timer (self->clock, &self->deadline);
}

/**
 * bh_heartbeat_beat:
 * @self: a listener
 * @page_responds: whether the page answered since the last beat
 *
 * Takes a beat.
 */
void
bh_heartbeat_beat (BhHeartbeat *self, gboolean page_responds)
{
  g_return_if_fail (BH_IS_HEARTBEAT (self));

  bh_heartbeat_start (self);
  if (page_responds)
    {
      bh_heartbeat_forgive (self);
      return;
    }

  self->silent_beats++;
  /* Of a window that comes back, but without its page, only half the trouble is over. */
  if (self->silent_beats >= MISSED_BEATS || self->trouble != BH_TROUBLE_NONE)
    set_trouble (self, BH_TROUBLE_PAGE);
}

/**
 * bh_heartbeat_forgive:
 * @self: a listener
 *
 * Begins to count anew, for example with a new page.
 */
void
bh_heartbeat_forgive (BhHeartbeat *self)
{
  g_return_if_fail (BH_IS_HEARTBEAT (self));

  self->silent_beats = 0;
  set_trouble (self, BH_TROUBLE_NONE);
}

/**
 * bh_heartbeat_get_trouble:
 * @self: a listener
 *
 * Returns: what the beats, or their absence, tell
 */
BhTrouble
bh_heartbeat_get_trouble (BhHeartbeat *self)
{
  g_return_val_if_fail (BH_IS_HEARTBEAT (self), BH_TROUBLE_NONE);

  return self->trouble;
}
