/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-recent.h"

#define SECOND G_USEC_PER_SEC
#define START  (G_GINT64_CONSTANT (1767225600) * SECOND)
#define MIB    (1024 * 1024)

static guint
count (BhRecent *recent, gint64 since, gint64 until)
{
  g_autoptr (GArray) points = bh_recent_read (recent, since, until);

  return points->len;
}

static void
test_span (void)
{
  g_autoptr (BhRecent) recent = bh_recent_new ();
  g_autoptr (GArray) points = NULL;
  gint64 now = START;

  g_assert_cmpuint (count (recent, 0, G_MAXINT64), ==, 0);
  for (guint i = 0; i < 2000; i++, now += SECOND)
    bh_recent_add (recent, now, (guint64) i * MIB, i);
  now -= SECOND;
  bh_recent_expire (recent, now);
  points = bh_recent_read (recent, 0, G_MAXINT64);
  g_assert_cmpuint (points->len, ==, BH_RECENT_SPAN);
  for (guint i = 0; i < points->len; i++)
    {
      const BhPoint *point = &g_array_index (points, BhPoint, i);

      g_assert_cmpint (point->time, ==, now - (BH_RECENT_SPAN - 1 - i) * SECOND);
      g_assert_cmpuint (point->memory_mean, ==, (guint64) (2000 - BH_RECENT_SPAN + i) * MIB);
      g_assert_cmpuint (point->samples, ==, 1);
    }
  g_assert_cmpuint (count (recent, now - 9 * SECOND, now), ==, 9);
}

/* Of two in a second the later one stays, and a clock that is set back takes the rest with it. */
static void
test_order (void)
{
  g_autoptr (BhRecent) recent = bh_recent_new ();
  g_autoptr (GArray) points = NULL;

  for (guint i = 0; i < 10; i++)
    bh_recent_add (recent, START + i * SECOND / 2, (guint64) (i + 1) * MIB, -1);
  points = bh_recent_read (recent, 0, G_MAXINT64);
  g_assert_cmpuint (points->len, ==, 5);
  g_assert_cmpuint (g_array_index (points, BhPoint, 0).memory_mean, ==, 2 * MIB);
  g_assert_cmpfloat (g_array_index (points, BhPoint, 0).cpu_mean, <, 0);
  bh_recent_add (recent, START + 2 * SECOND, 99 * MIB, -1);
  g_assert_cmpuint (count (recent, 0, G_MAXINT64), ==, 3);
}

static void
test_covers (void)
{
  g_autoptr (BhRecent) recent = bh_recent_new ();
  gint64 now = START + 100 * SECOND;

  g_assert_false (bh_recent_covers (recent, now - 20 * SECOND, now));
  for (guint i = 0; i <= 100; i += 2)
    bh_recent_add (recent, START + i * SECOND, MIB, -1);
  g_assert_true (bh_recent_covers (recent, START, now));
  g_assert_true (bh_recent_covers (recent, now - SECOND, now));
  g_assert_false (bh_recent_covers (recent, START - 20 * SECOND, now));
  g_assert_false (bh_recent_covers (recent, START, now + 20 * SECOND));
  g_assert_false (bh_recent_covers (recent, now - 700 * SECOND, now));
  bh_recent_add (recent, now + 60 * SECOND, MIB, -1);
  g_assert_false (bh_recent_covers (recent, START, now + 60 * SECOND));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recent/span", test_span);
  g_test_add_func ("/recent/order", test_order);
  g_test_add_func ("/recent/covers", test_covers);

  return g_test_run ();
}
