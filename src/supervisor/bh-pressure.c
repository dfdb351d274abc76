/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-pressure.h"

/*
 * How long a soft limit counts as passed: from the moment that somebody noticed it until the use
 * has been clearly below the limit for a while. A page that collects its garbage goes up and down;
 * told of each time, people would stop to listen.
 *
 * The kernel tells when memory.high is passed, but not when it is kept again, so the use is looked
 * at; only while the limit counts as passed is there a timer.
 */

/* Milliseconds between two looks, and how many of them in a row must find the use below. */
#define INTERVAL 5000
#define LOOKS    3

/* The share of the limit that is clearly below. */
#define EASED_PERCENT 95

struct _BhPressure
{
  GObject parent_instance;

  BhClock *clock;
  BhReadUse read;
  gpointer user_data;

  guint64 limit; /* 0 for none */
  gboolean on;
  guint timer;
  guint below;
};

enum {
  EASED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BhPressure, bh_pressure, G_TYPE_OBJECT)

static void
ease (BhPressure *self)
{
  bh_pressure_stop (self);
  g_signal_emit (self, signals[EASED], 0);
}

static gboolean
on_timer (gpointer user_data)
{
  g_autoptr (BhPressure) self = g_object_ref (BH_PRESSURE (user_data));
  guint64 bytes;

  if (self->read (&bytes, self->user_data) && bytes < self->limit / 100 * EASED_PERCENT)
    self->below++;
  else
    self->below = 0;
  if (self->below < LOOKS)
    return G_SOURCE_CONTINUE;

  self->timer = 0;
  ease (self);

  return G_SOURCE_REMOVE;
}

static void
bh_pressure_dispose (GObject *object)
{
  BhPressure *self = BH_PRESSURE (object);

  if (self->clock != NULL)
    bh_pressure_stop (self);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (bh_pressure_parent_class)->dispose (object);
}

static void
bh_pressure_class_init (BhPressureClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bh_pressure_dispose;

  /**
   * BhPressure::eased:
   *
   * The limit is kept again, or there is none any more.
   */
  signals[EASED] = g_signal_new ("eased", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_pressure_init (BhPressure *self)
{
}

/**
 * bh_pressure_new:
 * @clock: time and timers
 * @read: (scope forever): reads what is used
 * @user_data: for @read; not referenced
 *
 * Returns: (transfer full): a pressure that is not on
 */
BhPressure *
bh_pressure_new (BhClock *clock, BhReadUse read, gpointer user_data)
{
  BhPressure *self;

  g_return_val_if_fail (BH_IS_CLOCK (clock) && read != NULL, NULL);

  self = g_object_new (BH_TYPE_PRESSURE, NULL);
  self->clock = g_object_ref (clock);
  self->read = read;
  self->user_data = user_data;

  return self;
}

/**
 * bh_pressure_set_limit:
 * @self: a pressure
 * @limit: the soft limit in bytes, or 0 for none
 */
void
bh_pressure_set_limit (BhPressure *self, guint64 limit)
{
  g_return_if_fail (BH_IS_PRESSURE (self));

  self->limit = limit;
  self->below = 0;
  if (limit == 0 && self->on)
    ease (self);
}

/**
 * bh_pressure_begin:
 * @self: a pressure
 *
 * The soft limit has been passed, now or still.
 */
void
bh_pressure_begin (BhPressure *self)
{
  g_return_if_fail (BH_IS_PRESSURE (self));

  self->on = TRUE;
  self->below = 0;
  if (self->timer == 0)
    self->timer = bh_clock_add_timer (self->clock, INTERVAL, on_timer, self);
}

/**
 * bh_pressure_stop:
 * @self: a pressure
 *
 * Looks no more, without a word.
 */
void
bh_pressure_stop (BhPressure *self)
{
  g_return_if_fail (BH_IS_PRESSURE (self));

  self->on = FALSE;
  self->below = 0;
  bh_clock_clear_timer (self->clock, &self->timer);
}

/**
 * bh_pressure_is_on:
 * @self: a pressure
 *
 * Returns: whether the soft limit counts as passed
 */
gboolean
bh_pressure_is_on (BhPressure *self)
{
  g_return_val_if_fail (BH_IS_PRESSURE (self), FALSE);

  return self->on;
}
