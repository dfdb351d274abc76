/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-memory-watch.h"

#define MIB ((guint64) 1024 * 1024)

static void
test_cheap (void)
{
  g_assert_cmpint (bh_memory_judge_cheap (100 * MIB, 180 * MIB, 200 * MIB), ==, BH_MEMORY_FINE);
  /* Near the soft limit, then near the hard one alone. */
  g_assert_cmpint (bh_memory_judge_cheap (127 * MIB, 180 * MIB, 200 * MIB), ==, BH_MEMORY_CHECK);
  g_assert_cmpint (bh_memory_judge_cheap (139 * MIB, 0, 200 * MIB), ==, BH_MEMORY_FINE);
  g_assert_cmpint (bh_memory_judge_cheap (141 * MIB, 0, 200 * MIB), ==, BH_MEMORY_CHECK);
  g_assert_cmpint (bh_memory_judge_cheap (200 * MIB, 0, 200 * MIB), ==, BH_MEMORY_CHECK);
  g_assert_cmpint (bh_memory_judge_cheap (200 * MIB + 1, 0, 200 * MIB), ==, BH_MEMORY_OVER);
  /* A soft limit alone ends nothing. */
  g_assert_cmpint (bh_memory_judge_cheap (900 * MIB, 200 * MIB, 0), ==, BH_MEMORY_CHECK);
  g_assert_cmpint (bh_memory_judge_cheap (G_MAXUINT64, 0, 0), ==, BH_MEMORY_FINE);
}

static void
test_exact (void)
{
  g_assert_cmpint (bh_memory_judge_exact (180 * MIB, 180 * MIB, 200 * MIB), ==, BH_MEMORY_FINE);
  g_assert_cmpint (bh_memory_judge_exact (180 * MIB + 1, 180 * MIB, 200 * MIB), ==, BH_MEMORY_HIGH);
  g_assert_cmpint (bh_memory_judge_exact (200 * MIB, 180 * MIB, 200 * MIB), ==, BH_MEMORY_HIGH);
  g_assert_cmpint (bh_memory_judge_exact (200 * MIB + 1, 180 * MIB, 200 * MIB), ==, BH_MEMORY_OVER);
  g_assert_cmpint (bh_memory_judge_exact (G_MAXUINT64, 180 * MIB, 0), ==, BH_MEMORY_HIGH);
  g_assert_cmpint (bh_memory_judge_exact (G_MAXUINT64, 0, 0), ==, BH_MEMORY_FINE);
}

/* A page that fills memory as fast as it can is never seen more than half over its limit. */
static void
test_delay (void)
{
  static const guint64 limits[] = { 128, 256, 512, 1024, 4096 };

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    for (guint64 used = 0; used <= limits[i]; used += 16)
      {
        guint delay = bh_memory_get_delay (used * MIB, limits[i] * MIB);

        g_assert_cmpuint (delay, >=, 25);
        g_assert_cmpuint (delay, <=, 1000);
        g_assert_cmpuint (used + delay * 2048 / 1000, <=, limits[i] * 3 / 2);
      }

  g_assert_cmpuint (bh_memory_get_delay (100 * MIB, 0), ==, 1000);
  g_assert_cmpuint (bh_memory_get_delay (100 * MIB, 16384 * MIB), ==, 1000);
  g_assert_cmpuint (bh_memory_get_delay (900 * MIB, 100 * MIB), ==, 25);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/memory-watch/cheap", test_cheap);
  g_test_add_func ("/memory-watch/exact", test_exact);
  g_test_add_func ("/memory-watch/delay", test_delay);

  return g_test_run ();
}
