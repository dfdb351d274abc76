/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-memory-watch.h"

/*
 * When the memory of an app is looked at and what follows, where the kernel does not hold the
 * limit. There are two figures: a cheap one, resident minus shared, which takes microseconds, and
 * the exact proportional set size, which takes about a millisecond for each WebKit process. The
 * cheap one leaves out what an app shares, so it is the smaller of the two: it says when the exact
 * one is needed, and when it alone is over the limit, that is enough.
 *
 * What lies between the two hardly changes while an app grows, since it grows by memory of its own.
 * So near a limit the exact figure is taken once a second, and in between it is the cheap one with
 * the difference added that says how things are. Before an app is ended the exact figure is asked
 * for, with the app stopped: in the time that it takes a page can fill fifty mebibytes.
 */

/* The exact figure is asked for from this share of a limit on. What the cheap one leaves out is
 * mostly the text of the libraries, some 50 MiB for the processes of one app; limits below 200 MiB
 * are checked exactly more often than they need, and never too late. */
#define CHECK_PERCENT 70

/* How long an exact figure is good for, in microseconds. */
#define EXACT_AGE G_TIME_SPAN_SECOND

/* What grows by more than this share of a limit between two looks grows fast. */
#define FAST_PERCENT 2

/* How fast a page can fill memory, in bytes a millisecond: touching fresh pages is bound by the
 * kernel's zeroing of them; a loop in C reaches 0.5 to 1.7 GiB a second, typed arrays in a worker
 * were seen to reach 4. */
#define FASTEST (G_GUINT64_CONSTANT (5) * 1024 * 1024 * 1024 / 1000)

/* Milliseconds between two looks. */
#define FASTEST_DELAY  5 /* of an app that grows fast */
#define SHORTEST_DELAY 10
#define LONGEST_DELAY  1000

struct _BhMemoryWatch
{
  guint64 high;
  guint64 limit;

  guint64 cheap;     /* at the last look */
  gboolean fast;     /* it had grown fast */
  guint64 beyond;    /* what the exact figure had more than the cheap one */
  gint64 weighed_at; /* when it was taken, 0 when it never was */
};

static guint64
get_percent (guint64 bytes, guint percent)
{
  return bytes / 100 * percent + bytes % 100 * percent / 100;
}

/**
 * bh_memory_watch_new:
 *
 * Returns: (transfer full): a watch without limits
 */
BhMemoryWatch *
bh_memory_watch_new (void)
{
  return g_new0 (BhMemoryWatch, 1);
}

/**
 * bh_memory_watch_free:
 * @self: (transfer full): a watch
 */
void
bh_memory_watch_free (BhMemoryWatch *self)
{
  g_return_if_fail (self != NULL);

  g_free (self);
}

/**
 * bh_memory_watch_set_limits:
 * @self: a watch
 * @high: the soft limit in bytes, or 0
 * @limit: the hard limit in bytes, or 0
 *
 * Sets what the app is held to from now on.
 */
void
bh_memory_watch_set_limits (BhMemoryWatch *self, guint64 high, guint64 limit)
{
  g_return_if_fail (self != NULL);

  self->high = high;
  self->limit = limit;
}

static gboolean
is_near (guint64 bytes, guint64 limit)
{
  return limit != 0 && bytes > get_percent (limit, CHECK_PERCENT);
}

static BhMemoryAlarm
judge (BhMemoryWatch *self, guint64 bytes)
{
  if (self->limit != 0 && bytes > self->limit)
    return BH_MEMORY_OVER;
  if (self->high != 0 && bytes > self->high)
    return BH_MEMORY_HIGH;

  return BH_MEMORY_FINE;
}

/**
 * bh_memory_watch_judge_cheap:
 * @self: a watch
 * @now: the time, in monotonic microseconds
 * @cheap: resident minus shared memory of all processes of the app, in bytes
 *
 * Returns: what follows; with %BH_MEMORY_CHECK and %BH_MEMORY_CHECK_AT_REST it is
 *   bh_memory_watch_judge_exact() that decides
 */
BhMemoryAlarm
bh_memory_watch_judge_cheap (BhMemoryWatch *self, gint64 now, guint64 cheap)
{
  guint64 nearest;

  g_return_val_if_fail (self != NULL, BH_MEMORY_FINE);

  nearest = self->limit != 0 ? self->limit : self->high;
  self->fast = cheap > self->cheap && cheap - self->cheap > get_percent (nearest, FAST_PERCENT);
  self->cheap = cheap;

  if (self->limit != 0 && cheap > self->limit)
    {
      self->beyond = 0;
      return BH_MEMORY_OVER;
    }
  if (!is_near (cheap, self->limit) && !is_near (cheap, self->high))
    return BH_MEMORY_FINE;
  if (self->weighed_at == 0 || now - self->weighed_at >= EXACT_AGE)
    return self->fast ? BH_MEMORY_CHECK_AT_REST : BH_MEMORY_CHECK;
  if (judge (self, cheap + self->beyond) == BH_MEMORY_OVER)
    return BH_MEMORY_CHECK_AT_REST;

  return judge (self, cheap + self->beyond);
}

/**
 * bh_memory_watch_judge_exact:
 * @self: a watch
 * @now: the time, in monotonic microseconds
 * @cheap: the cheap figure, taken with the exact one
 * @exact: proportional set size of all processes of the app, in bytes
 *
 * Returns: %BH_MEMORY_FINE, %BH_MEMORY_HIGH or %BH_MEMORY_OVER
 */
BhMemoryAlarm
bh_memory_watch_judge_exact (BhMemoryWatch *self, gint64 now, guint64 cheap, guint64 exact)
{
  g_return_val_if_fail (self != NULL, BH_MEMORY_FINE);

  self->cheap = cheap;
  self->beyond = exact > cheap ? exact - cheap : 0;
  self->weighed_at = now;

  return judge (self, exact);
}

/**
 * bh_memory_watch_get_bytes:
 * @self: a watch
 *
 * Returns: what the app used at the last look, as well as it is known
 */
guint64
bh_memory_watch_get_bytes (BhMemoryWatch *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->cheap + self->beyond;
}

/**
 * bh_memory_watch_get_delay:
 * @self: a watch
 *
 * When to look next: before the fastest page could be an eighth of the limit over it, so that there
 * is time left to end it, even when the machine is busy; and when it grows fast by now, before it
 * could be over it at all. What rests is not looked at that often.
 *
 * Returns: milliseconds
 */
guint
bh_memory_watch_get_delay (BhMemoryWatch *self)
{
  guint64 bytes, room;

  g_return_val_if_fail (self != NULL, LONGEST_DELAY);

  if (self->limit == 0)
    return LONGEST_DELAY;

  bytes = bh_memory_watch_get_bytes (self);
  room = self->limit > bytes ? self->limit - bytes : 0;
  if (self->fast)
    return (guint) CLAMP (room / FASTEST, FASTEST_DELAY, LONGEST_DELAY);

  return (guint) CLAMP ((room + self->limit / 8) / FASTEST, SHORTEST_DELAY, LONGEST_DELAY);
}
