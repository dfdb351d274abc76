/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-duty-cycle.h"

#define SECOND G_TIME_SPAN_SECOND

typedef struct
{
  double share;   /* per cent of one core that was used */
  gint64 stopped; /* microseconds */
  gint64 longest; /* the longest stop, in microseconds */
  guint steps;
} Outcome;

/* An app that would use `demand` per cent of one core, on a machine with `cores`, with its CPU time
 * told in ticks of 10 ms as the kernel does. */
static Outcome
simulate (BhDutyCycle *self, guint demand, gint64 length)
{
  Outcome outcome = { 0 };
  gint64 now = 5 * SECOND;
  gint64 end = now + length;
  gint64 stop = 0;
  double used = 0;

  while (now < end)
    {
      gboolean run;
      guint delay = bh_duty_cycle_step (self, now, (gint64) (used / 10000) * 10000, &run);
      gint64 passed = (gint64) delay * 1000;

      g_assert_cmpuint (delay, >, 0);
      g_assert_cmpuint (delay, <=, 1000);
      outcome.steps++;
      if (run)
        {
          used += (double) passed * demand / 100;
          stop = 0;
        }
      else
        {
          outcome.stopped += passed;
          stop += passed;
          outcome.longest = MAX (outcome.longest, stop);
        }
      now += passed;
    }
  outcome.share = used * 100 / (double) length;

  return outcome;
}

static void
test_holds (void)
{
  static const struct
  {
    guint limit;
    guint cores;
    guint demand;
  } table[] = {
    { 50, 2, 100 }, { 50, 2, 200 }, { 10, 2, 100 }, { 10, 2, 200 },  { 80, 4, 400 },
    { 5, 2, 200 },  { 5, 2, 100 },  { 25, 1, 100 }, { 150, 2, 200 }, { 100, 8, 800 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (BhDutyCycle) self = bh_duty_cycle_new (table[i].limit, table[i].cores);
      Outcome outcome = simulate (self, table[i].demand, 30 * SECOND);

      g_test_message ("%u %% of %u cores, wants %u %%: gets %.1f %%, longest stop %" G_GINT64_FORMAT
                      " ms",
                      table[i].limit, table[i].cores, table[i].demand, outcome.share,
                      outcome.longest / 1000);
      g_assert_cmpfloat (outcome.share, <=, table[i].limit * 1.1);
      g_assert_cmpfloat (outcome.share, >=, table[i].limit * 0.85);
      g_assert_true (bh_duty_cycle_is_limiting (self));
    }
}

static void
test_leaves_alone (void)
{
  static const guint demands[] = { 0, 10, 40, 49 };

  for (guint i = 0; i < G_N_ELEMENTS (demands); i++)
    {
      g_autoptr (BhDutyCycle) self = bh_duty_cycle_new (50, 2);
      Outcome outcome = simulate (self, demands[i], 30 * SECOND);

      g_assert_cmpint (outcome.stopped, ==, 0);
      g_assert_false (bh_duty_cycle_is_limiting (self));
      /* It costs next to nothing to watch an app that rests. */
      if (demands[i] < 25)
        g_assert_cmpuint (outcome.steps, <=, 130);
    }
}

static void
test_smooth (void)
{
  /* What a person still takes for an answer: see Miller, "Response time in man-computer
   * conversational transactions", 1968. */
  g_autoptr (BhDutyCycle) half = bh_duty_cycle_new (50, 2);
  g_autoptr (BhDutyCycle) tenth = bh_duty_cycle_new (10, 2);

  g_assert_cmpint (simulate (half, 200, 10 * SECOND).longest, <=, SECOND / 5);
  g_assert_cmpint (simulate (tenth, 200, 10 * SECOND).longest, <=, SECOND / 2);
}

static void
test_burst_is_forgiven (void)
{
  g_autoptr (BhDutyCycle) self = bh_duty_cycle_new (10, 4);
  gint64 now = 0;
  gboolean run;

  bh_duty_cycle_step (self, now, 0, &run);
  /* A minute of CPU time at once, as after a machine was asleep. */
  now += SECOND;
  bh_duty_cycle_step (self, now, 60 * SECOND, &run);
  g_assert_false (run);

  /* Two seconds later it is forgotten, whatever it did meanwhile. */
  now += 2 * SECOND;
  bh_duty_cycle_step (self, now, 60 * SECOND, &run);
  g_assert_true (run);
}

static void
test_time_goes_back (void)
{
  g_autoptr (BhDutyCycle) self = bh_duty_cycle_new (50, 1);
  gboolean run;

  bh_duty_cycle_step (self, SECOND, 3 * SECOND, &run);
  /* A process ended, and the sum is smaller: no gift, no punishment. */
  bh_duty_cycle_step (self, 2 * SECOND, SECOND, &run);
  g_assert_true (run);
  bh_duty_cycle_step (self, SECOND, SECOND, &run);
  g_assert_true (run);
}

static void
test_change (void)
{
  g_autoptr (BhDutyCycle) self = bh_duty_cycle_new (10, 2);

  g_assert_cmpfloat (simulate (self, 200, 20 * SECOND).share, <=, 11);
  bh_duty_cycle_set_limit (self, 100);
  g_assert_cmpfloat (simulate (self, 200, 20 * SECOND).share, >=, 90);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/duty-cycle/holds", test_holds);
  g_test_add_func ("/duty-cycle/leaves-alone", test_leaves_alone);
  g_test_add_func ("/duty-cycle/smooth", test_smooth);
  g_test_add_func ("/duty-cycle/burst-is-forgiven", test_burst_is_forgiven);
  g_test_add_func ("/duty-cycle/time-goes-back", test_time_goes_back);
  g_test_add_func ("/duty-cycle/change", test_change);

  return g_test_run ();
}
