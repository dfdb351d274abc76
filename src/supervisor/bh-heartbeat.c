/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-heartbeat.h"

/*
 * Listens to the heartbeats of one runner. A beat says that the window lives, and for how long its
 * page has owed an answer. Both have as much time as somebody's patience lasts: a window that stops
 * turning, or a page that hangs, is in trouble before that has passed since it began, and after at
 * least four fifths of it.
 *
 * Nobody is blamed for time that he did not have. When the patience is near its end, and when it
 * is, the processes are looked at: one that is stopped, or that a debugger has hold of, can't
 * answer, and once it can it has all the time again; one that its CPU limit slows down has so much
 * longer. Two looks, because one that was stopped until a moment ago looks like any other. What the
 * machine slept does not count, and neither does a time in which we ourselves stood still: a
 * deadline that is seen late says so, and the beats of that time may lie unread. How long the page
 * is silent is for the same reason measured by the runner, which leaves out when it stood still
 * itself.
 *
 * A runner whose windows nobody sees says when its next beat comes, which is rarely; it has that
 * long and its patience. As soon as a page owes an answer, or a window is seen, it beats as usual.
 *
 * What is known of a page is known when a beat comes. So its patience ends half an interval before
 * the beat that it ends with: one that was on its way for a little longer than another costs no
 * whole interval.
 */

/* Beats in the time of the patience. The page is asked once in each of them. */
#define BEATS 5

#define MIN_INTERVAL 200
#define MAX_INTERVAL 60000

/* Milliseconds after which somebody whom nobody sees must say something at the latest. */
#define MAX_RELAXED 600000

/* What two readings of the clocks may differ by, in microseconds. */
#define SLEEP_SLACK (G_TIME_SPAN_SECOND / 2)

struct _BhHeartbeat
{
  GObject parent_instance;

  BhClock *clock;
  guint patience; /* milliseconds; 0 is endless */
  BhFindExcuse find_excuse;
  gpointer user_data;

  BhTrouble trouble;
  guint deadline;
  gint64 due;
  gint64 last_beat;
  guint relaxed;       /* milliseconds that the next beat may take longer than usual */
  gint64 silent_since; /* of the page; 0 while it answers */
  guint page_patience; /* milliseconds from then on */
  gboolean excused;    /* at the last look */
  gint64 asleep;
};

enum {
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhHeartbeat, bh_heartbeat, G_TYPE_OBJECT)

static gboolean on_deadline (gpointer user_data);

static void
set_trouble (BhHeartbeat *self, BhTrouble trouble)
{
  if (self->trouble == trouble)
    return;
  self->trouble = trouble;
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Whether the machine has slept since this was asked last. */
static gboolean
has_slept (BhHeartbeat *self)
{
  gint64 before = self->asleep;

  self->asleep = bh_clock_get_asleep (self->clock);

  return self->asleep - before > SLEEP_SLACK;
}

static void
set_deadline (BhHeartbeat *self, gint64 milliseconds)
{
  bh_clock_clear_timer (self->clock, &self->deadline);
  self->due = bh_clock_get_time (self->clock) + milliseconds * G_TIME_SPAN_MILLISECOND;
  self->deadline = bh_clock_add_timer (self->clock, (guint) milliseconds, on_deadline, self);
}

static gint64
get_milliseconds_since (BhHeartbeat *self, gint64 time)
{
  return (bh_clock_get_time (self->clock) - time) / G_TIME_SPAN_MILLISECOND;
}

/* How much longer somebody with that much speed has, in milliseconds. */
static gint64
get_time_left (gint64 patience, gint64 silence, const BhExcuse *excuse)
{
  return patience * 100 / CLAMP (excuse->percent, 1, 100) - silence;
}

/* Whether nobody is to be blamed: for somebody who could not answer, or could not until a moment
 * ago, time begins anew. */
static gboolean
accept_excuse (BhHeartbeat *self, const BhExcuse *excuse)
{
  gboolean before = self->excused;

  self->excused = excuse->traced || excuse->stopped;
  if (!self->excused && !before)
    return FALSE;
  set_trouble (self, excuse->stopped && !excuse->traced ? BH_TROUBLE_STOPPED : BH_TROUBLE_NONE);

  return TRUE;
}

static gboolean
on_deadline (gpointer user_data)
{
  BhHeartbeat *self = BH_HEARTBEAT (user_data);
  gint64 late = get_milliseconds_since (self, self->due);
  BhExcuse excuse;
  gint64 left;

  self->deadline = 0;
  if (has_slept (self) || late > bh_heartbeat_get_interval (self->patience))
    {
      bh_heartbeat_start (self);
      return G_SOURCE_REMOVE;
    }

  excuse = self->find_excuse (self->user_data);
  left = get_time_left (self->patience + self->relaxed,
                        get_milliseconds_since (self, self->last_beat), &excuse);
  if (accept_excuse (self, &excuse))
    {
      bh_heartbeat_start (self);
    }
  else if (left > 0)
    {
      set_deadline (self, MIN (left, self->patience));
    }
  else
    {
      set_trouble (self, BH_TROUBLE_WINDOW);
    }

  return G_SOURCE_REMOVE;
}

static void
judge_page (BhHeartbeat *self)
{
  gint64 silence = get_milliseconds_since (self, self->silent_since);
  BhExcuse excuse;

  /* A window that is back has its page's trouble, if that has any. */
  if (silence < self->page_patience - bh_heartbeat_get_interval (self->patience))
    {
      if (self->trouble == BH_TROUBLE_WINDOW)
        set_trouble (self, BH_TROUBLE_NONE);
      return;
    }

  excuse = self->find_excuse (self->user_data);
  if (accept_excuse (self, &excuse))
    self->silent_since = bh_clock_get_time (self->clock);
  else if (get_time_left (self->page_patience, silence, &excuse) <= 0)
    set_trouble (self, BH_TROUBLE_PAGE);
  else if (self->trouble != BH_TROUBLE_PAGE)
    set_trouble (self, BH_TROUBLE_NONE);
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
 * bh_heartbeat_get_interval:
 * @patience: milliseconds in which an app must answer, 0 for any time
 *
 * Returns: milliseconds between two heartbeats of its runner, 0 for none
 */
guint
bh_heartbeat_get_interval (guint patience)
{
  return patience > 0 ? CLAMP (patience / BEATS, MIN_INTERVAL, MAX_INTERVAL) : 0;
}

/**
 * bh_heartbeat_new:
 * @clock: tells when a beat is late
 * @patience: milliseconds in which the app must answer, 0 for any time
 * @find_excuse: (scope forever): asked before anybody is blamed
 * @user_data: for @find_excuse; not referenced
 *
 * Returns: (transfer full): a listener that expects nothing yet
 */
BhHeartbeat *
bh_heartbeat_new (BhClock *clock, guint patience, BhFindExcuse find_excuse, gpointer user_data)
{
  BhHeartbeat *self;

  g_return_val_if_fail (BH_IS_CLOCK (clock) && find_excuse != NULL, NULL);

  self = g_object_new (BH_TYPE_HEARTBEAT, NULL);
  self->clock = g_object_ref (clock);
  self->patience = patience;
  self->find_excuse = find_excuse;
  self->user_data = user_data;

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

  self->asleep = bh_clock_get_asleep (self->clock);
  self->last_beat = bh_clock_get_time (self->clock);
  self->relaxed = 0;
  if (self->patience > 0)
    set_deadline (self, self->patience - bh_heartbeat_get_interval (self->patience));
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
 * @page_silence: milliseconds for which the page has owed an answer, 0 when it does not
 *
 * Takes a beat.
 */
void
bh_heartbeat_beat (BhHeartbeat *self, guint page_silence)
{
  guint interval;
  gint64 now, since;
  gboolean slept;

  g_return_if_fail (BH_IS_HEARTBEAT (self));

  if (self->patience == 0)
    return;

  slept = has_slept (self);
  bh_heartbeat_start (self);
  if (page_silence == 0)
    {
      bh_heartbeat_forgive (self);
      return;
    }

  interval = bh_heartbeat_get_interval (self->patience);
  now = bh_clock_get_time (self->clock);
  since = now - page_silence * G_TIME_SPAN_MILLISECOND;
  if (self->silent_since == 0)
    self->page_patience = self->patience - interval - interval / 2;
  self->silent_since = slept ? now : MAX (self->silent_since, since);
  judge_page (self);
}

/**
 * bh_heartbeat_relax:
 * @self: a listener
 * @interval: milliseconds
 *
 * Takes a beat of somebody whose page answers, and who says that the next one comes only after
 * @interval.
 */
void
bh_heartbeat_relax (BhHeartbeat *self, guint interval)
{
  g_return_if_fail (BH_IS_HEARTBEAT (self));

  bh_heartbeat_beat (self, 0);
  if (self->patience == 0)
    return;
  self->relaxed = MIN (interval, MAX_RELAXED);
  set_deadline (self, (gint64) self->relaxed + self->patience
                          - bh_heartbeat_get_interval (self->patience));
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

  self->silent_since = 0;
  self->excused = FALSE;
  set_trouble (self, BH_TROUBLE_NONE);
}

/**
 * bh_heartbeat_wait:
 * @self: a listener
 *
 * Gives an app that does not answer as much time once more, because the user does.
 *
 * Returns: whether it was needed
 */
gboolean
bh_heartbeat_wait (BhHeartbeat *self)
{
  g_return_val_if_fail (BH_IS_HEARTBEAT (self), FALSE);

  if (self->trouble != BH_TROUBLE_WINDOW && self->trouble != BH_TROUBLE_PAGE)
    return FALSE;

  if (self->trouble == BH_TROUBLE_WINDOW)
    bh_heartbeat_start (self);
  self->silent_since = bh_clock_get_time (self->clock);
  self->page_patience = self->patience - bh_heartbeat_get_interval (self->patience) / 2;
  set_trouble (self, BH_TROUBLE_NONE);

  return TRUE;
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
