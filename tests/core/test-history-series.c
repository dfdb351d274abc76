/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-history-series.h"

#include <math.h>

#define S    ((gint64) G_USEC_PER_SEC)
#define WEEK (7 * 86400)

static BhHistorySeries *
make (guint resolution, gint64 first, guint n_points)
{
  g_autofree BhHistoryPoint *points = g_new0 (BhHistoryPoint, n_points);

  for (guint i = 0; i < n_points; i++)
    {
      points[i].time = first + (gint64) i * resolution * S;
      points[i].mean = i;
      points[i].least = (double) i - 1;
      points[i].most = (double) i + 2;
    }

  return bh_history_series_new (resolution, points, n_points);
}

static void
assert_times (BhHistorySeries *series, const gint64 *times, gsize n_times)
{
  gsize n;
  const BhHistoryPoint *points = bh_history_series_get_points (series, &n);

  g_assert_cmpuint (n, ==, n_times);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpint (points[i].time, ==, times[i]);
}

static void
test_order (void)
{
  /* The clock was set back by two seconds. */
  const BhHistoryPoint points[] = {
    { .time = 1 * S }, { .time = 2 * S }, { .time = 3 * S }, { .time = 2 * S }, { .time = 4 * S },
  };
  const gint64 expected[] = { 1 * S, 2 * S, 4 * S };
  g_autoptr (BhHistorySeries) series = bh_history_series_new (1, points, G_N_ELEMENTS (points));
  g_autoptr (BhHistorySeries) empty = bh_history_series_new (60, NULL, 0);
  BhHistoryPoint sum;

  assert_times (series, expected, G_N_ELEMENTS (expected));
  g_assert_cmpuint (bh_history_series_get_resolution (series), ==, 1);
  g_assert_false (bh_history_series_sum (empty, G_MININT64, G_MAXINT64, &sum));
}

static void
test_append (void)
{
  g_autoptr (BhHistorySeries) series = make (1, 100 * S, 3);
  const BhHistoryPoint point = { .time = 103 * S, .mean = 7 };
  const gint64 before[] = { 100 * S, 101 * S, 102 * S };
  const gint64 after[] = { 102 * S, 103 * S };
  g_autoptr (BhHistorySeries) longer = bh_history_series_append (series, &point, 102 * S);
  g_autoptr (BhHistorySeries) late = bh_history_series_append (series, &point, 200 * S);
  gsize n;

  assert_times (series, before, G_N_ELEMENTS (before));
  assert_times (longer, after, G_N_ELEMENTS (after));
  bh_history_series_get_points (late, &n);
  g_assert_cmpuint (n, ==, 0);
}

static void
test_sum (void)
{
  g_autoptr (BhHistorySeries) series = make (60, 0, 10);
  BhHistoryPoint sum;

  g_assert_true (bh_history_series_sum (series, 120 * S, 300 * S, &sum));
  g_assert_cmpint (sum.time, ==, 240 * S);
  g_assert_cmpfloat (sum.least, ==, 1);
  g_assert_cmpfloat (sum.mean, ==, 3);
  g_assert_cmpfloat (sum.most, ==, 6);
  g_assert_false (bh_history_series_sum (series, 600 * S, 700 * S, &sum));
}

/* A week of minutes in 700 columns: each has its minutes, none is lost and none counted twice. */
static void
test_buckets (void)
{
  const gint64 first = 1000 * WEEK * S;
  g_autoptr (BhHistorySeries) series = make (60, first, WEEK / 60);
  g_autoptr (GArray) buckets = bh_history_series_get_buckets (series, first, first + WEEK * S, 700);
  double most = -1;
  double sum = 0;

  g_assert_cmpuint (buckets->len, <=, 702);
  g_assert_cmpuint (buckets->len, >, 600);
  for (guint i = 0; i < buckets->len; i++)
    {
      const BhHistoryBucket *bucket = &g_array_index (buckets, BhHistoryBucket, i);

      g_assert_cmpint (bucket->joined, ==, i > 0);
      g_assert_cmpfloat (bucket->least, <, bucket->mean);
      g_assert_cmpfloat (bucket->mean, <, bucket->most);
      g_assert_cmpfloat (bucket->least, >, most - 4);
      if (i > 0)
        g_assert_cmpint (bucket->time, >, bucket[-1].time);
      most = bucket->most;
      sum += bucket->mean;
    }
  g_assert_cmpfloat (most, ==, WEEK / 60 - 1 + 2);
  g_assert_cmpfloat (fabs (sum / buckets->len - WEEK / 60 / 2.0), <, 20);
}

/* The picture moves on without a change of its buckets but for those at the edges. */
static void
test_steady (void)
{
  const gint64 first = 5000 * S;
  g_autoptr (BhHistorySeries) series = make (1, first, 600);
  g_autoptr (GArray) a
      = bh_history_series_get_buckets (series, first + 10 * S, first + 510 * S, 100);
  g_autoptr (GArray) b
      = bh_history_series_get_buckets (series, first + 12 * S, first + 512 * S, 100);

  for (guint i = 3; i + 3 < a->len; i++)
    {
      const BhHistoryBucket *bucket = &g_array_index (a, BhHistoryBucket, i);
      gboolean found = FALSE;

      for (guint j = 0; j < b->len; j++)
        {
          const BhHistoryBucket *other = &g_array_index (b, BhHistoryBucket, j);

          found = found || (other->time == bucket->time && other->mean == bucket->mean);
        }
      g_assert_true (found);
    }
}

static void
test_gaps (void)
{
  const BhHistoryPoint points[] = {
    { .time = 0, .mean = 1 },       { .time = 60 * S, .mean = 2 },  { .time = 180 * S, .mean = 3 },
    { .time = 600 * S, .mean = 4 }, { .time = 660 * S, .mean = 5 },
  };
  const gboolean joined[] = { FALSE, TRUE, TRUE, FALSE, TRUE };
  g_autoptr (BhHistorySeries) series = bh_history_series_new (60, points, G_N_ELEMENTS (points));
  g_autoptr (GArray) buckets = bh_history_series_get_buckets (series, 0, 3600 * S, 600);
  g_autoptr (GArray) none = bh_history_series_get_buckets (series, 7200 * S, 9000 * S, 600);

  /* There is a column every 6 seconds, and a point every minute. */
  g_assert_cmpuint (buckets->len, ==, G_N_ELEMENTS (points));
  for (guint i = 0; i < buckets->len; i++)
    {
      const BhHistoryBucket *bucket = &g_array_index (buckets, BhHistoryBucket, i);

      g_assert_cmpint (bucket->time, ==, points[i].time + 30 * S);
      g_assert_cmpint (bucket->joined, ==, joined[i]);
      g_assert_cmpfloat (bucket->mean, ==, points[i].mean);
    }
  g_assert_cmpuint (none->len, ==, 0);
}

/* What one more drawing of the longest range costs before anything is painted. */
static void
test_cost (void)
{
  const gint64 first = 1000 * WEEK * S;
  g_autoptr (BhHistorySeries) series = make (60, first, WEEK / 60);
  gint64 begin = g_get_monotonic_time ();

  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (GArray) buckets
          = bh_history_series_get_buckets (series, first, first + WEEK * S, 1200);

      g_assert_cmpuint (buckets->len, >, 0);
    }
  g_test_message ("%d points in 1200 columns: %" G_GINT64_FORMAT " µs", WEEK / 60,
                  (g_get_monotonic_time () - begin) / 100);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/history-series/order", test_order);
  g_test_add_func ("/history-series/append", test_append);
  g_test_add_func ("/history-series/sum", test_sum);
  g_test_add_func ("/history-series/buckets", test_buckets);
  g_test_add_func ("/history-series/steady", test_steady);
  g_test_add_func ("/history-series/gaps", test_gaps);
  g_test_add_func ("/history-series/cost", test_cost);

  return g_test_run ();
}
