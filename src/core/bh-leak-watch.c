/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-leak-watch.h"

#include <stdlib.h>
#include <string.h>

/*
 * Marks an instance whose memory has grown steadily for hours. docs/history.md has the rule in
 * words, and where its numbers come from; tests/core/test-leak-watch.c counts its false alarms.
 *
 * What is looked at is the least memory of each quarter of an hour, so that what is collected as
 * garbage meanwhile does not count. Of the last 4, 7 and 12 hours of that, any will do: the shorter
 * tell a fast leak early, the longer a slow one at all. One tells of a leak when
 *
 * - nearly each value is above nearly each earlier one (Kendall's tau),
 * - each part of it has its share of the growth, so that it is neither a step nor a curve that
 *   bends towards a plateau, and
 * - the growth, by the median of the slopes between all pairs (Theil and Sen), which no single
 *   outlier can move, is worth the telling.
 */

#define SLOT (15 * G_TIME_SPAN_MINUTE)

/* What an app does first has nothing to do with what it does later. */
#define WARM_UP (30 * G_TIME_SPAN_MINUTE)

#define N_SLOTS 48

/* Into so many parts a window is cut. Each must grow by at least so much of an equal share, and by
 * no more than so much of the whole. */
#define N_PARTS   6
#define MIN_SHARE 0.5
#define MAX_PART  0.45

/* The later half must grow by so much of what the earlier one did. */
#define MIN_GOES_ON 0.65

/* So many of the values that a window could have there must be. */
#define MIN_FILLED 0.9

/* What is marked stays so until it has not grown by this much of what it had, for this long, or
 * has given back this much of what it had grown by. */
#define END_SLOTS  8
#define END_SHARE  0.25
#define END_RETURN 0.5

/* What a window must show: the shorter it is, the more. */
static const struct
{
  guint slots;
  double tau;
  double growth;  /* bytes */
  double portion; /* of what it began with */
} windows[] = {
  { 16, 0.93, 48 << 20, 0.25 },
  { 28, 0.88, 40 << 20, 0.15 },
  { N_SLOTS, 0.8, 32 << 20, 0.1 },
};

typedef struct
{
  gint64 slot; /* its number since the epoch of the clock */
  double memory;
} Value;

struct _BhLeakWatch
{
  gint64 begin;
  Value values[N_SLOTS]; /* the oldest first */
  guint n_values;
  gboolean any; /* in the slot under way */
  gint64 slot;
  guint64 least;

  gboolean growing;
  double slope; /* bytes a slot */
  double base;  /* what the window that told of it began with */
  double peak;  /* the highest value since */
};

/**
 * bh_leak_watch_new:
 * @started_at: when the instance started, in microseconds since 1970
 *
 * Returns: (transfer full): a watch over an instance of which nothing is known yet
 */
BhLeakWatch *
bh_leak_watch_new (gint64 started_at)
{
  BhLeakWatch *self = g_new0 (BhLeakWatch, 1);

  self->begin = started_at + WARM_UP;

  return self;
}

/**
 * bh_leak_watch_free:
 * @self: (transfer full): a watch
 */
void
bh_leak_watch_free (BhLeakWatch *self)
{
  g_free (self);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double left = *(const double *) a;
  double right = *(const double *) b;

  return left < right ? -1 : left > right;
}

static double
get_median (double *numbers, guint count)
{
  qsort (numbers, count, sizeof *numbers, compare_doubles);

  return count % 2 == 1 ? numbers[count / 2] : (numbers[count / 2 - 1] + numbers[count / 2]) / 2;
}

/* How many more of all pairs go up than down, from -1 for none to 1 for all. */
static double
get_tau (const Value *values, guint count)
{
  int up = 0;
  int pairs = 0;

  for (guint i = 0; i < count; i++)
    for (guint j = i + 1; j < count; j++, pairs++)
      up += values[j].memory > values[i].memory ? 1 : values[j].memory < values[i].memory ? -1 : 0;

  return pairs > 0 ? (double) up / pairs : 0;
}

/* The median of the slopes between all pairs, in bytes a slot. */
static double
get_slope (const Value *values, guint count)
{
  double slopes[N_SLOTS * (N_SLOTS - 1) / 2];
  guint pairs = 0;

  for (guint i = 0; i < count; i++)
    for (guint j = i + 1; j < count; j++)
      slopes[pairs++]
          = (values[j].memory - values[i].memory) / (double) (values[j].slot - values[i].slot);

  return pairs > 0 ? get_median (slopes, pairs) : 0;
}

/* Whether it is neither a step nor a curve that bends towards a plateau. */
static gboolean
is_spread (const Value *values, guint count)
{
  double middles[N_PARTS];
  double whole, earlier, later;

  for (guint part = 0; part < N_PARTS; part++)
    {
      double numbers[N_SLOTS];
      guint from = part * count / N_PARTS;
      guint to = (part + 1) * count / N_PARTS;

      for (guint i = from; i < to; i++)
        numbers[i - from] = values[i].memory;
      middles[part] = get_median (numbers, to - from);
    }
  whole = middles[N_PARTS - 1] - middles[0];
  for (guint part = 1; part < N_PARTS; part++)
    {
      double step = middles[part] - middles[part - 1];

      if (step < MIN_SHARE * whole / (N_PARTS - 1) || step > MAX_PART * whole)
        return FALSE;
    }
  /* Of an odd number of steps the one in the middle is neither's. */
  earlier = middles[(N_PARTS - 1) / 2] - middles[0];
  later = middles[N_PARTS - 1] - middles[N_PARTS / 2];

  return later >= MIN_GOES_ON * earlier;
}

/* Whether the last so many slots tell of a leak. */
static gboolean
judge (BhLeakWatch *self, guint index)
{
  guint window = windows[index].slots;
  gint64 first = self->values[self->n_values - 1].slot - window + 1;
  const Value *values;
  guint count = 0;
  double slope, growth, base;

  while (count < self->n_values && self->values[self->n_values - 1 - count].slot >= first)
    count++;
  values = self->values + self->n_values - count;
  if (count < MIN_FILLED * window || values[0].slot != first)
    return FALSE;

  if (get_tau (values, count) < windows[index].tau || !is_spread (values, count))
    return FALSE;
  slope = get_slope (values, count);
  growth = slope * (double) (values[count - 1].slot - values[0].slot);
  base = values[0].memory;
  if (growth < windows[index].growth || growth < windows[index].portion * base)
    return FALSE;

  self->slope = slope;
  if (!self->growing)
    {
      self->base = base;
      self->peak = values[count - 1].memory;
    }

  return TRUE;
}

static gboolean
has_ended (BhLeakWatch *self)
{
  guint count = MIN (self->n_values, END_SLOTS);
  double last = self->values[self->n_values - 1].memory;

  self->peak = MAX (self->peak, last);
  if (self->peak - last > END_RETURN * (self->peak - self->base))
    return TRUE;

  return get_slope (self->values + self->n_values - count, count) < END_SHARE * self->slope;
}

/* A slot is over. */
static gboolean
close_slot (BhLeakWatch *self)
{
  gboolean before = self->growing;
  gboolean found = FALSE;

  if (self->n_values == N_SLOTS)
    {
      memmove (self->values, self->values + 1, (N_SLOTS - 1) * sizeof *self->values);
      self->n_values--;
    }
  self->values[self->n_values++] = (Value){ .slot = self->slot, .memory = (double) self->least };

  for (guint i = 0; !found && i < G_N_ELEMENTS (windows); i++)
    found = judge (self, i);
  self->growing = found || (self->growing && !has_ended (self));
  if (self->growing && found)
    self->peak = MAX (self->peak, (double) self->least);

  return before != self->growing;
}

/**
 * bh_leak_watch_add:
 * @self: a watch
 * @time: when, in microseconds since 1970; not before the last one
 * @memory: the least memory of the instance at that time, in bytes
 *
 * Adds what was measured.
 *
 * Returns: whether bh_leak_watch_is_growing() tells something else now
 */
gboolean
bh_leak_watch_add (BhLeakWatch *self, gint64 time, guint64 memory)
{
  gint64 slot;
  gboolean changed = FALSE;

  g_return_val_if_fail (self != NULL, FALSE);

  if (time < self->begin)
    return FALSE;
  slot = (time - self->begin) / SLOT;
  /* The clock was set back: what came before is of no use. */
  if (self->any && slot < self->slot)
    {
      self->n_values = 0;
      self->any = FALSE;
    }
  if (self->any && slot > self->slot)
    {
      changed = close_slot (self);
      self->any = FALSE;
    }
  self->least = self->any ? MIN (self->least, memory) : memory;
  self->slot = slot;
  self->any = TRUE;

  return changed;
}

/**
 * bh_leak_watch_is_growing:
 * @self: a watch
 *
 * Returns: whether the memory has grown steadily for hours
 */
gboolean
bh_leak_watch_is_growing (BhLeakWatch *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->growing;
}

/**
 * bh_leak_watch_get_growth:
 * @self: a watch
 *
 * Returns: by how many bytes an hour it grows, or 0 when it does not
 */
guint64
bh_leak_watch_get_growth (BhLeakWatch *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->growing ? (guint64) (self->slope * ((double) G_TIME_SPAN_HOUR / SLOT) + 0.5) : 0;
}
