/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-memory-watch.h"

#define MIB    ((guint64) 1024 * 1024)
#define SECOND G_TIME_SPAN_SECOND

static BhMemoryAlarm
look (guint64 cheap, guint64 high, guint64 limit)
{
  BhMemoryWatch *watch = bh_memory_watch_new ();
  BhMemoryAlarm alarm;

  bh_memory_watch_set_limits (watch, high, limit);
  /* Slowly, so that it need not be stopped. */
  bh_memory_watch_judge_cheap (watch, SECOND, cheap);
  alarm = bh_memory_watch_judge_cheap (watch, 2 * SECOND, cheap);
  bh_memory_watch_free (watch);

  return alarm;
}

static void
test_cheap (void)
{
  g_assert_cmpint (look (100 * MIB, 180 * MIB, 200 * MIB), ==, BH_MEMORY_FINE);
  /* Near the soft limit, then near the hard one alone. */
  g_assert_cmpint (look (127 * MIB, 180 * MIB, 200 * MIB), ==, BH_MEMORY_CHECK);
  g_assert_cmpint (look (139 * MIB, 0, 200 * MIB), ==, BH_MEMORY_FINE);
  g_assert_cmpint (look (141 * MIB, 0, 200 * MIB), ==, BH_MEMORY_CHECK);
  g_assert_cmpint (look (200 * MIB, 0, 200 * MIB), ==, BH_MEMORY_CHECK);
  g_assert_cmpint (look (200 * MIB + 1, 0, 200 * MIB), ==, BH_MEMORY_OVER);
  /* A soft limit alone ends nothing. */
  g_assert_cmpint (look (900 * MIB, 200 * MIB, 0), ==, BH_MEMORY_CHECK);
  g_assert_cmpint (look (G_MAXUINT64, 0, 0), ==, BH_MEMORY_FINE);
}

static BhMemoryAlarm
weigh (guint64 exact, guint64 high, guint64 limit)
{
  BhMemoryWatch *watch = bh_memory_watch_new ();
  BhMemoryAlarm alarm;

  bh_memory_watch_set_limits (watch, high, limit);
  alarm = bh_memory_watch_judge_exact (watch, SECOND, 100 * MIB, exact);
  g_assert_cmpuint (bh_memory_watch_get_bytes (watch), ==, exact);
  bh_memory_watch_free (watch);

  return alarm;
}

static void
test_exact (void)
{
  g_assert_cmpint (weigh (180 * MIB, 180 * MIB, 200 * MIB), ==, BH_MEMORY_FINE);
  g_assert_cmpint (weigh (180 * MIB + 1, 180 * MIB, 200 * MIB), ==, BH_MEMORY_HIGH);
  g_assert_cmpint (weigh (200 * MIB, 180 * MIB, 200 * MIB), ==, BH_MEMORY_HIGH);
  g_assert_cmpint (weigh (200 * MIB + 1, 180 * MIB, 200 * MIB), ==, BH_MEMORY_OVER);
  g_assert_cmpint (weigh (G_MAXUINT64, 180 * MIB, 0), ==, BH_MEMORY_HIGH);
  g_assert_cmpint (weigh (G_MAXUINT64, 0, 0), ==, BH_MEMORY_FINE);
}

/* Between two exact figures the difference is taken for granted, for a second; but an app is only
 * ended by an exact one, and stopped for that. */
static void
test_between (void)
{
  BhMemoryWatch *watch = bh_memory_watch_new ();
  gint64 now = 10 * SECOND;

  bh_memory_watch_set_limits (watch, 180 * MIB, 200 * MIB);
  g_assert_cmpint (bh_memory_watch_judge_cheap (watch, now, 60 * MIB), ==, BH_MEMORY_FINE);
  g_assert_cmpint (bh_memory_watch_judge_cheap (watch, now, 150 * MIB), ==,
                   BH_MEMORY_CHECK_AT_REST);
  g_assert_cmpint (bh_memory_watch_judge_exact (watch, now, 150 * MIB, 175 * MIB), ==,
                   BH_MEMORY_FINE);

  now += SECOND - 1;
  g_assert_cmpint (bh_memory_watch_judge_cheap (watch, now, 155 * MIB), ==, BH_MEMORY_FINE);
  g_assert_cmpint (bh_memory_watch_judge_cheap (watch, now, 156 * MIB), ==, BH_MEMORY_HIGH);
  g_assert_cmpint (bh_memory_watch_judge_cheap (watch, now, 175 * MIB), ==, BH_MEMORY_HIGH);
  g_assert_cmpint (bh_memory_watch_judge_cheap (watch, now, 175 * MIB + 1), ==,
                   BH_MEMORY_CHECK_AT_REST);
  g_assert_cmpuint (bh_memory_watch_get_bytes (watch), ==, 200 * MIB + 1);
  /* It shares more than it did. */
  g_assert_cmpint (bh_memory_watch_judge_exact (watch, now, 175 * MIB, 179 * MIB), ==,
                   BH_MEMORY_FINE);

  now += SECOND;
  g_assert_cmpint (bh_memory_watch_judge_cheap (watch, now, 178 * MIB), ==, BH_MEMORY_CHECK);
  g_assert_cmpint (bh_memory_watch_judge_exact (watch, now, 178 * MIB, 203 * MIB), ==,
                   BH_MEMORY_OVER);
  bh_memory_watch_free (watch);
}

static guint
get_delay_after (guint64 before, guint64 used, guint64 limit)
{
  BhMemoryWatch *watch = bh_memory_watch_new ();
  guint delay;

  bh_memory_watch_set_limits (watch, 0, limit);
  bh_memory_watch_judge_cheap (watch, SECOND, before);
  bh_memory_watch_judge_cheap (watch, SECOND, used);
  delay = bh_memory_watch_get_delay (watch);
  bh_memory_watch_free (watch);

  return delay;
}

static guint
get_delay (guint64 used, guint64 limit)
{
  return get_delay_after (used, used, limit);
}

/* A page that fills memory as fast as it can is never seen more than an eighth over its limit. */
static void
test_delay (void)
{
  static const guint64 limits[] = { 512, 1024, 4096 };

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    for (guint64 used = 0; used <= limits[i]; used += 16)
      {
        guint delay = get_delay (used * MIB, limits[i] * MIB);

        g_assert_cmpuint (delay, >=, 10);
        g_assert_cmpuint (delay, <=, 1000);
        g_assert_cmpuint (used + delay * 5120 / 1000, <=, limits[i] * 9 / 8);
      }

  g_assert_cmpuint (get_delay (100 * MIB, 0), ==, 1000);
  g_assert_cmpuint (get_delay (100 * MIB, 16384 * MIB), ==, 1000);
  g_assert_cmpuint (get_delay (900 * MIB, 100 * MIB), ==, 10);

  /* One that does so now is seen before it is over it. */
  g_assert_cmpuint (get_delay (400 * MIB, 1024 * MIB), ==, 1024 / 8 * 1000 / 5120 + 624000 / 5120);
  g_assert_cmpuint (get_delay_after (379 * MIB, 400 * MIB, 1024 * MIB), ==, 624000 / 5120);
  g_assert_cmpuint (get_delay_after (381 * MIB, 400 * MIB, 1024 * MIB), >, 624000 / 5120);
  g_assert_cmpuint (get_delay_after (900 * MIB, 960 * MIB, 1024 * MIB), ==, 12);
  g_assert_cmpuint (get_delay_after (900 * MIB, 1023 * MIB, 1024 * MIB), ==, 5);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/memory-watch/cheap", test_cheap);
  g_test_add_func ("/memory-watch/exact", test_exact);
  g_test_add_func ("/memory-watch/between", test_between);
  g_test_add_func ("/memory-watch/delay", test_delay);

  return g_test_run ();
}
