/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-pressure.h"

/* When a soft limit no longer counts as passed, on a clock that the test moves. */

typedef struct
{
  BhManualClock *clock;
  BhPressure *pressure;
  guint64 used;
  gboolean readable;
  guint eased;
} Fixture;

static gboolean
read_use (guint64 *bytes, gpointer user_data)
{
  Fixture *fixture = user_data;

  *bytes = fixture->used;

  return fixture->readable;
}

static void
on_eased (BhPressure *pressure, Fixture *fixture)
{
  fixture->eased++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  *fixture = (Fixture){ .clock = bh_manual_clock_new (), .readable = TRUE };
  fixture->pressure = bh_pressure_new (BH_CLOCK (fixture->clock), read_use, fixture);
  g_signal_connect (fixture->pressure, "eased", G_CALLBACK (on_eased), fixture);
  bh_pressure_set_limit (fixture->pressure, 1000);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->pressure);
  g_assert_finalize_object (fixture->clock);
}

static void
test_eased (Fixture *fixture, gconstpointer data)
{
  bh_manual_clock_advance (fixture->clock, 60000);
  g_assert_cmpuint (fixture->eased, ==, 0);

  fixture->used = 1100;
  bh_pressure_begin (fixture->pressure);
  g_assert_true (bh_pressure_is_on (fixture->pressure));
  bh_manual_clock_advance (fixture->clock, 60000);
  g_assert_true (bh_pressure_is_on (fixture->pressure));

  /* A little below is not clearly below. */
  fixture->used = 960;
  bh_manual_clock_advance (fixture->clock, 60000);
  g_assert_true (bh_pressure_is_on (fixture->pressure));

  fixture->used = 900;
  bh_manual_clock_advance (fixture->clock, 10000);
  g_assert_true (bh_pressure_is_on (fixture->pressure));
  bh_manual_clock_advance (fixture->clock, 5000);
  g_assert_false (bh_pressure_is_on (fixture->pressure));
  g_assert_cmpuint (fixture->eased, ==, 1);
  bh_manual_clock_advance (fixture->clock, 60000);
  g_assert_cmpuint (fixture->eased, ==, 1);
}

static void
test_up_and_down (Fixture *fixture, gconstpointer data)
{
  bh_pressure_begin (fixture->pressure);
  for (guint i = 0; i < 10; i++)
    {
      fixture->used = 500;
      bh_manual_clock_advance (fixture->clock, 10000);
      fixture->used = 1100;
      bh_manual_clock_advance (fixture->clock, 5000);
    }
  g_assert_true (bh_pressure_is_on (fixture->pressure));

  /* Passed anew just before it would have been over, though no look saw it. */
  fixture->used = 500;
  bh_manual_clock_advance (fixture->clock, 12000);
  bh_pressure_begin (fixture->pressure);
  bh_manual_clock_advance (fixture->clock, 8000);
  g_assert_true (bh_pressure_is_on (fixture->pressure));
  g_assert_cmpuint (fixture->eased, ==, 0);
}

static void
test_limit_gone (Fixture *fixture, gconstpointer data)
{
  fixture->used = 1100;
  bh_pressure_begin (fixture->pressure);
  bh_pressure_set_limit (fixture->pressure, 5000);
  g_assert_true (bh_pressure_is_on (fixture->pressure));
  bh_manual_clock_advance (fixture->clock, 15000);
  g_assert_false (bh_pressure_is_on (fixture->pressure));
  g_assert_cmpuint (fixture->eased, ==, 1);

  bh_pressure_begin (fixture->pressure);
  bh_pressure_set_limit (fixture->pressure, 0);
  g_assert_false (bh_pressure_is_on (fixture->pressure));
  g_assert_cmpuint (fixture->eased, ==, 2);
}

static void
test_unreadable (Fixture *fixture, gconstpointer data)
{
  fixture->readable = FALSE;
  bh_pressure_begin (fixture->pressure);
  bh_manual_clock_advance (fixture->clock, 60000);
  g_assert_true (bh_pressure_is_on (fixture->pressure));
  bh_pressure_stop (fixture->pressure);
  g_assert_false (bh_pressure_is_on (fixture->pressure));
  g_assert_cmpuint (fixture->eased, ==, 0);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/pressure/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("eased", test_eased);
  ADD ("up-and-down", test_up_and_down);
  ADD ("limit-gone", test_limit_gone);
  ADD ("unreadable", test_unreadable);

  return g_test_run ();
}
