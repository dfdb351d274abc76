/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-token-bucket.h"

static guint
drain (BhTokenBucket *bucket, gint64 now)
{
  guint taken = 0;

  while (bh_token_bucket_take (bucket, now))
    taken++;

  return taken;
}

static void
test_burst (void)
{
  g_autoptr (BhTokenBucket) bucket = bh_token_bucket_new (5, 2 * G_TIME_SPAN_SECOND);

  g_assert_cmpuint (drain (bucket, 0), ==, 5);
  g_assert_cmpuint (drain (bucket, 0), ==, 0);
}

static void
test_refill (void)
{
  g_autoptr (BhTokenBucket) bucket = bh_token_bucket_new (5, 2 * G_TIME_SPAN_SECOND);
  gint64 now = 7 * G_TIME_SPAN_DAY;

  g_assert_cmpuint (drain (bucket, now), ==, 5);
  g_assert_false (bh_token_bucket_take (bucket, now + 2 * G_TIME_SPAN_SECOND - 1));
  g_assert_cmpuint (drain (bucket, now + 2 * G_TIME_SPAN_SECOND), ==, 1);
  /* The half of the next one that has come already is not lost. */
  g_assert_cmpuint (drain (bucket, now + 5 * G_TIME_SPAN_SECOND), ==, 1);
  g_assert_cmpuint (drain (bucket, now + 6 * G_TIME_SPAN_SECOND), ==, 1);
}

/* However long nobody asks, it never holds more than it can. */
static void
test_capacity (void)
{
  g_autoptr (BhTokenBucket) bucket = bh_token_bucket_new (3, G_TIME_SPAN_MILLISECOND);

  g_assert_cmpuint (drain (bucket, 1000 * G_TIME_SPAN_DAY), ==, 3);
  g_assert_cmpuint (drain (bucket, 2000 * G_TIME_SPAN_DAY), ==, 3);
}

/* What is larger than the bucket passes once, and is paid for. */
static void
test_draw (void)
{
  g_autoptr (BhTokenBucket) bucket = bh_token_bucket_new (10, 10 * G_TIME_SPAN_MILLISECOND);
  const gint64 second = G_TIME_SPAN_SECOND;

  g_assert_cmpint (bh_token_bucket_draw (bucket, 10, second), ==, 0);
  g_assert_cmpint (bh_token_bucket_draw (bucket, 1000, second), ==, 10 * second);
  g_assert_false (bh_token_bucket_take (bucket, 10 * second));
  g_assert_cmpint (bh_token_bucket_draw (bucket, 0, 10 * second), ==, second);
  g_assert_cmpint (bh_token_bucket_draw (bucket, 0, 11 * second), ==, 0);
  /* Without debt, but empty. */
  g_assert_false (bh_token_bucket_take (bucket, 11 * second));
  /* Idling saves up no more than it holds. */
  g_assert_cmpint (bh_token_bucket_draw (bucket, 10, 3600 * second), ==, 0);
  g_assert_cmpint (bh_token_bucket_draw (bucket, 1, 3600 * second), ==, second / 100);
}

/* In the long run as much passes as one in each interval, however it is asked for. */
static void
test_draw_rate (void)
{
  g_autoptr (BhTokenBucket) bucket = bh_token_bucket_new (400, 5 * G_TIME_SPAN_MILLISECOND);
  gint64 now = 0;
  guint taken = 0;

  while (now < 60 * G_TIME_SPAN_SECOND)
    {
      now += bh_token_bucket_draw (bucket, 7, now);
      taken += 7;
    }
  g_assert_cmpuint (taken, >=, 400 + 60 * 200 - 7);
  g_assert_cmpuint (taken, <=, 400 + 60 * 200 + 7);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/token-bucket/burst", test_burst);
  g_test_add_func ("/token-bucket/refill", test_refill);
  g_test_add_func ("/token-bucket/capacity", test_capacity);
  g_test_add_func ("/token-bucket/draw", test_draw);
  g_test_add_func ("/token-bucket/draw-rate", test_draw_rate);

  return g_test_run ();
}
