/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-heartbeat.h"

#define LATE (3 * BH_HEARTBEAT_INTERVAL)

typedef struct
{
  BhManualClock *clock;
  BhHeartbeat *heartbeat;
  guint changes;
} Fixture;

static void
on_changed (BhHeartbeat *heartbeat, Fixture *fixture)
{
  fixture->changes++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->clock = bh_manual_clock_new ();
  fixture->heartbeat = bh_heartbeat_new (BH_CLOCK (fixture->clock));
  g_signal_connect (fixture->heartbeat, "changed", G_CALLBACK (on_changed), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  /* Its timer goes with it. */
  g_assert_finalize_object (fixture->heartbeat);
  bh_manual_clock_advance (fixture->clock, 10 * LATE);
  g_assert_finalize_object (fixture->clock);
}

#define assert_trouble(fixture, trouble, n)                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_assert_cmpint (bh_heartbeat_get_trouble (fixture->heartbeat), ==, trouble);                  \
    g_assert_cmpuint (fixture->changes, ==, n);                                                    \
  }                                                                                                \
  G_STMT_END

static void
test_window (Fixture *fixture, gconstpointer data)
{
  /* Nothing is expected before the start. */
  bh_manual_clock_advance (fixture->clock, LATE);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);

  bh_heartbeat_start (fixture->heartbeat);
  bh_manual_clock_advance (fixture->clock, LATE - 1);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);
  bh_heartbeat_beat (fixture->heartbeat, TRUE);
  bh_manual_clock_advance (fixture->clock, LATE - 1);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);
  bh_manual_clock_advance (fixture->clock, 1);
  assert_trouble (fixture, BH_TROUBLE_WINDOW, 1);
  bh_manual_clock_advance (fixture->clock, 10 * LATE);
  assert_trouble (fixture, BH_TROUBLE_WINDOW, 1);

  bh_heartbeat_beat (fixture->heartbeat, TRUE);
  assert_trouble (fixture, BH_TROUBLE_NONE, 2);

  bh_heartbeat_stop (fixture->heartbeat);
  bh_manual_clock_advance (fixture->clock, 10 * LATE);
  assert_trouble (fixture, BH_TROUBLE_NONE, 2);
}

static void
test_page (Fixture *fixture, gconstpointer data)
{
  bh_heartbeat_start (fixture->heartbeat);
  bh_heartbeat_beat (fixture->heartbeat, FALSE);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);
  bh_heartbeat_beat (fixture->heartbeat, TRUE);
  bh_heartbeat_beat (fixture->heartbeat, FALSE);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);
  bh_heartbeat_beat (fixture->heartbeat, FALSE);
  assert_trouble (fixture, BH_TROUBLE_PAGE, 1);
  bh_heartbeat_beat (fixture->heartbeat, TRUE);
  assert_trouble (fixture, BH_TROUBLE_NONE, 2);
}

static void
test_both (Fixture *fixture, gconstpointer data)
{
  bh_heartbeat_start (fixture->heartbeat);
  bh_manual_clock_advance (fixture->clock, LATE);
  assert_trouble (fixture, BH_TROUBLE_WINDOW, 1);
  /* The window is back, its page is not. */
  bh_heartbeat_beat (fixture->heartbeat, FALSE);
  assert_trouble (fixture, BH_TROUBLE_PAGE, 2);
  bh_manual_clock_advance (fixture->clock, LATE);
  assert_trouble (fixture, BH_TROUBLE_WINDOW, 3);
}

static void
test_stall (Fixture *fixture, gconstpointer data)
{
  /* Who was stopped for so long has not listened. */
  bh_heartbeat_start (fixture->heartbeat);
  bh_manual_clock_stall (fixture->clock, 2 * LATE);
  bh_manual_clock_advance (fixture->clock, 0);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);
  bh_manual_clock_advance (fixture->clock, LATE - 1);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);
  bh_manual_clock_advance (fixture->clock, 1);
  assert_trouble (fixture, BH_TROUBLE_WINDOW, 1);
}

static void
test_forgive (Fixture *fixture, gconstpointer data)
{
  bh_heartbeat_start (fixture->heartbeat);
  bh_heartbeat_beat (fixture->heartbeat, FALSE);
  bh_heartbeat_forgive (fixture->heartbeat);
  bh_heartbeat_beat (fixture->heartbeat, FALSE);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);
  bh_heartbeat_beat (fixture->heartbeat, FALSE);
  assert_trouble (fixture, BH_TROUBLE_PAGE, 1);
  bh_heartbeat_forgive (fixture->heartbeat);
  assert_trouble (fixture, BH_TROUBLE_NONE, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/heartbeat/window", test_window);
  ADD ("/heartbeat/page", test_page);
  ADD ("/heartbeat/both", test_both);
  ADD ("/heartbeat/stall", test_stall);
  ADD ("/heartbeat/forgive", test_forgive);

  return g_test_run ();
}
