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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/token-bucket/burst", test_burst);
  g_test_add_func ("/token-bucket/refill", test_refill);
  g_test_add_func ("/token-bucket/capacity", test_capacity);

  return g_test_run ();
}
