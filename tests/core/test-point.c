/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-point.h"

/* Minutes are told apart, and their CPU is what the CPU time says. */

#define MINUTE G_TIME_SPAN_MINUTE
#define SECOND G_TIME_SPAN_SECOND

static gboolean
add (BhGather *gather, gint64 time, guint64 memory, double cpu, gint64 cpu_time, BhPoint *finished)
{
  BhSample sample = { .time = time, .memory = memory, .cpu = cpu, .cpu_time = cpu_time };

  return bh_gather_add (gather, &sample, finished);
}

static void
test_floor (void)
{
  g_assert_cmpint (bh_point_floor (0, 60), ==, 0);
  g_assert_cmpint (bh_point_floor (MINUTE - 1, 60), ==, 0);
  g_assert_cmpint (bh_point_floor (MINUTE, 60), ==, MINUTE);
  g_assert_cmpint (bh_point_floor (-1, 60), ==, -MINUTE);
}

static void
test_watched (void)
{
  BhGather gather;
  BhPoint point;

  bh_gather_init (&gather);
  g_assert_false (bh_gather_finish (&gather, &point));
  /* Half a core, sampled each second; the samples' own figures are rounded to ticks. */
  for (gint64 i = 0; i < 60; i++)
    g_assert_false (add (&gather, MINUTE + i * SECOND, (guint64) (100 + i), i % 2 == 0 ? 49 : 51,
                         i * SECOND / 2, &point));
  g_assert_true (add (&gather, 2 * MINUTE, 500, 50, 30 * SECOND, &point));
  g_assert_cmpint (point.time, ==, MINUTE);
  g_assert_cmpuint (point.samples, ==, 60);
  g_assert_cmpuint (point.memory_min, ==, 100);
  g_assert_cmpuint (point.memory_max, ==, 159);
  g_assert_cmpuint (point.memory_mean, ==, 130);
  g_assert_cmpfloat_with_epsilon (point.cpu_mean, 50, 0.001);
  g_assert_cmpfloat (point.cpu_min, ==, 49);
  g_assert_cmpfloat (point.cpu_max, ==, 51);
}

/* One sample a minute tells of the whole minute. */
static void
test_alone (void)
{
  BhGather gather;
  BhPoint point;

  bh_gather_init (&gather);
  g_assert_false (add (&gather, MINUTE, 100, -1, 0, &point));
  g_assert_true (add (&gather, 2 * MINUTE, 200, -1, 15 * SECOND, &point));
  g_assert_cmpfloat (point.cpu_mean, <, 0);
  g_assert_cmpuint (point.samples, ==, 1);
  g_assert_true (add (&gather, 3 * MINUTE, 300, -1, 75 * SECOND, &point));
  g_assert_cmpfloat_with_epsilon (point.cpu_mean, 25, 0.001);
  g_assert_cmpfloat_with_epsilon (point.cpu_min, 25, 0.001);
  g_assert_cmpfloat_with_epsilon (point.cpu_max, 25, 0.001);
  g_assert_true (bh_gather_finish (&gather, &point));
  g_assert_cmpfloat_with_epsilon (point.cpu_mean, 100, 0.001);
  g_assert_cmpuint (point.memory_mean, ==, 300);
  g_assert_false (bh_gather_finish (&gather, &point));
}

/* Another instance begins with less CPU time; the clock is set back; nothing is known. */
static void
test_breaks (void)
{
  BhGather gather;
  BhPoint point;

  bh_gather_init (&gather);
  add (&gather, MINUTE, 100, -1, 100 * SECOND, &point);
  add (&gather, 2 * MINUTE, 100, -1, 1 * SECOND, &point);
  g_assert_true (bh_gather_finish (&gather, &point));
  g_assert_cmpfloat (point.cpu_mean, <, 0);

  /* One whose beginning is known is reckoned from there. */
  bh_gather_restart (&gather, 3 * MINUTE - 30 * SECOND);
  add (&gather, 3 * MINUTE, 100, -1, 3 * SECOND, &point);
  g_assert_true (bh_gather_finish (&gather, &point));
  g_assert_cmpfloat_with_epsilon (point.cpu_mean, 10, 0.001);

  add (&gather, MINUTE, 100, -1, 4 * SECOND, &point);
  g_assert_true (bh_gather_finish (&gather, &point));
  g_assert_cmpint (point.time, ==, MINUTE);
  g_assert_cmpfloat (point.cpu_mean, <, 0);

  /* Nobody has looked for an hour, which is no part of the minute. */
  bh_gather_init (&gather);
  add (&gather, MINUTE, 100, -1, 0, &point);
  bh_gather_finish (&gather, &point);
  add (&gather, 60 * MINUTE, 100, -1, 1000 * SECOND, &point);
  add (&gather, 60 * MINUTE + 30 * SECOND, 100, -1, 1003 * SECOND, &point);
  g_assert_true (bh_gather_finish (&gather, &point));
  g_assert_cmpfloat_with_epsilon (point.cpu_mean, 10, 0.001);

  bh_gather_init (&gather);
  add (&gather, MINUTE, 100, 30, -1, &point);
  add (&gather, MINUTE + SECOND, 100, 50, -1, &point);
  g_assert_true (bh_gather_finish (&gather, &point));
  g_assert_cmpfloat_with_epsilon (point.cpu_mean, 40, 0.001);
}

static void
test_fold (void)
{
  BhPoint hour = { .time = 0,
                   .samples = 60,
                   .parts = 1,
                   .memory_min = 10,
                   .memory_mean = 20,
                   .memory_max = 30,
                   .cpu_min = 1,
                   .cpu_mean = 2,
                   .cpu_max = 3 };
  BhPoint minute = { .time = MINUTE,
                     .samples = 1,
                     .parts = 1,
                     .memory_min = 5,
                     .memory_mean = 40,
                     .memory_max = 50,
                     .cpu_min = 4,
                     .cpu_mean = 4,
                     .cpu_max = 4 };
  BhPoint unmeasured = { .time = 2 * MINUTE,
                         .samples = 1,
                         .parts = 1,
                         .memory_min = 5,
                         .memory_mean = 30,
                         .memory_max = 50,
                         .cpu_min = -1,
                         .cpu_mean = -1,
                         .cpu_max = -1 };

  /* A minute in which somebody watched counts for no more than another. */
  bh_point_fold (&hour, &minute);
  g_assert_cmpuint (hour.samples, ==, 61);
  g_assert_cmpuint (hour.parts, ==, 2);
  g_assert_cmpuint (hour.memory_min, ==, 5);
  g_assert_cmpuint (hour.memory_mean, ==, 30);
  g_assert_cmpuint (hour.memory_max, ==, 50);
  g_assert_cmpfloat_with_epsilon (hour.cpu_mean, 3, 0.001);
  bh_point_fold (&hour, &unmeasured);
  g_assert_cmpfloat_with_epsilon (hour.cpu_mean, 3, 0.001);
  g_assert_cmpfloat (hour.cpu_min, ==, 1);
  bh_point_fold (&unmeasured, &minute);
  g_assert_cmpfloat (unmeasured.cpu_mean, ==, 4);
}

static void
test_variant (void)
{
  BhPoint point = { .time = MINUTE,
                    .samples = 2,
                    .parts = 1,
                    .memory_min = 1,
                    .memory_mean = 2,
                    .memory_max = 3,
                    .cpu_min = -1,
                    .cpu_mean = -1,
                    .cpu_max = -1 };
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (BhPoint));
  g_autoptr (GVariant) variant = NULL;
  g_autofree char *text = NULL;

  g_array_append_val (points, point);
  variant = g_variant_ref_sink (bh_points_to_variant (points));
  text = g_variant_print (variant, FALSE);
  g_assert_cmpstr (text, ==, "[(60000000, 2, 1, 2, 3, -1.0, -1.0, -1.0)]");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/point/floor", test_floor);
  g_test_add_func ("/point/watched", test_watched);
  g_test_add_func ("/point/alone", test_alone);
  g_test_add_func ("/point/breaks", test_breaks);
  g_test_add_func ("/point/fold", test_fold);
  g_test_add_func ("/point/variant", test_variant);

  return g_test_run ();
}
