/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-token-bucket.h"

/*
 * How often something may be done: some times at once, and then once in each interval. The bucket
 * fills by itself while nothing is taken. Whoever asks brings the time.
 *
 * There is no level: the bucket remembers the moment up to which the time is spent. Each token
 * moves it on by one interval, and a full bucket is one whose moment lies as many intervals back
 * as the bucket holds tokens.
 */

struct _BhTokenBucket
{
  gint64 span;
  gint64 interval;
  gint64 spent;
};

/**
 * bh_token_bucket_new:
 * @capacity: how many tokens it holds
 * @interval: microseconds until there is one more
 *
 * Returns: (transfer full): a full bucket
 */
BhTokenBucket *
bh_token_bucket_new (guint capacity, gint64 interval)
{
  BhTokenBucket *self;

  g_return_val_if_fail (capacity > 0, NULL);
  g_return_val_if_fail (interval > 0 && interval <= G_MAXINT64 / 4 / capacity, NULL);

  self = g_new0 (BhTokenBucket, 1);
  self->interval = interval;
  self->span = interval * capacity;
  self->spent = -self->span;

  return self;
}

/**
 * bh_token_bucket_free:
 * @self: (transfer full): a bucket
 */
void
bh_token_bucket_free (BhTokenBucket *self)
{
  g_return_if_fail (self != NULL);

  g_free (self);
}

/**
 * bh_token_bucket_take:
 * @self: a bucket
 * @now: the time in microseconds, on a clock that never goes back
 *
 * Takes a token if there is one.
 *
 * Returns: whether there was
 */
gboolean
bh_token_bucket_take (BhTokenBucket *self, gint64 now)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (now >= 0, FALSE);

  self->spent = MAX (self->spent, now - self->span);
  if (self->spent + self->interval > now)
    return FALSE;
  self->spent += self->interval;

  return TRUE;
}

/**
 * bh_token_bucket_draw:
 * @self: a bucket
 * @tokens: how many were used, 0 to only ask
 * @now: the time in microseconds, on a clock that never goes back
 *
 * Takes tokens whether there are so many or not: what was used has been used. The bucket may then
 * be in debt, and there is nothing to be taken until that is paid.
 *
 * Returns: microseconds until the debt is paid, 0 when there is none
 */
gint64
bh_token_bucket_draw (BhTokenBucket *self, gsize tokens, gint64 now)
{
  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (now >= 0, 0);
  g_return_val_if_fail (tokens <= G_MAXINT32, 0);

  self->spent = MAX (self->spent, now - self->span) + self->interval * (gint64) tokens;

  return MAX (self->spent - now, 0);
}
