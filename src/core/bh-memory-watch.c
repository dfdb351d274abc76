/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-memory-watch.h"

/*
 * When the memory of an app is looked at and what follows, where the kernel does not hold the
 * limit. There are two figures: a cheap one, resident minus shared, which takes microseconds, and
 * the exact proportional set size, which takes about a millisecond for each WebKit process. The
 * cheap one leaves out what an app shares, so it is the smaller of the two: it says when the exact
 * one is needed, and when it alone is over the limit, that is enough.
 */

/* The exact figure is asked for from this share of a limit on. What the cheap one leaves out is
 * mostly the text of the libraries, some 50 MiB for the processes of one app; limits below 200 MiB
 * are checked exactly more often than they need, and never too late. */
#define CHECK_PERCENT 70

/* How fast a page can fill memory, in bytes a millisecond: touching fresh pages is bound by the
 * kernel's zeroing of them; a loop in C reaches 0.5 to 1.7 GiB a second. */
#define FASTEST (G_GUINT64_CONSTANT (2) * 1024 * 1024 * 1024 / 1000)

/* Milliseconds between two looks. */
#define SHORTEST_DELAY 25
#define LONGEST_DELAY  1000

static guint64
get_percent (guint64 bytes, guint percent)
{
  return bytes / 100 * percent + bytes % 100 * percent / 100;
}

/**
 * bh_memory_judge_cheap:
 * @bytes: resident minus shared memory of all processes of the app
 * @high: the soft limit in bytes, or 0
 * @limit: the hard limit in bytes, or 0
 *
 * Returns: %BH_MEMORY_FINE, %BH_MEMORY_CHECK or %BH_MEMORY_OVER
 */
BhMemoryAlarm
bh_memory_judge_cheap (guint64 bytes, guint64 high, guint64 limit)
{
  if (limit != 0 && bytes > limit)
    return BH_MEMORY_OVER;
  if ((limit != 0 && bytes > get_percent (limit, CHECK_PERCENT))
      || (high != 0 && bytes > get_percent (high, CHECK_PERCENT)))
    return BH_MEMORY_CHECK;

  return BH_MEMORY_FINE;
}

/**
 * bh_memory_judge_exact:
 * @bytes: proportional set size of all processes of the app
 * @high: the soft limit in bytes, or 0
 * @limit: the hard limit in bytes, or 0
 *
 * Returns: %BH_MEMORY_FINE, %BH_MEMORY_HIGH or %BH_MEMORY_OVER
 */
BhMemoryAlarm
bh_memory_judge_exact (guint64 bytes, guint64 high, guint64 limit)
{
  if (limit != 0 && bytes > limit)
    return BH_MEMORY_OVER;
  if (high != 0 && bytes > high)
    return BH_MEMORY_HIGH;

  return BH_MEMORY_FINE;
}

/**
 * bh_memory_get_delay:
 * @bytes: what the app uses now
 * @limit: the hard limit in bytes, or 0
 *
 * When to look next: before the fastest page could be a quarter of the limit over it, so that there
 * is time left to end it.
 *
 * Returns: milliseconds
 */
guint
bh_memory_get_delay (guint64 bytes, guint64 limit)
{
  guint64 room;

  if (limit == 0)
    return LONGEST_DELAY;

  room = limit > bytes ? limit - bytes : 0;
  room += limit / 4;

  return (guint) CLAMP (room / FASTEST, SHORTEST_DELAY, LONGEST_DELAY);
}
