/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-heartbeat.h"

#define PATIENCE 10000
#define INTERVAL (PATIENCE / 5)
#define EARLY    (INTERVAL / 2)
/* Of a page, from when it was asked, to the beat that tells of it. */
#define PAGE_PATIENCE (PATIENCE - INTERVAL)

typedef struct
{
  BhManualClock *clock;
  BhHeartbeat *heartbeat;
  BhExcuse excuse;
  guint changes;
} Fixture;

static BhExcuse
find_excuse (gpointer user_data)
{
  return ((Fixture *) user_data)->excuse;
}

static void
on_changed (BhHeartbeat *heartbeat, Fixture *fixture)
{
  fixture->changes++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->excuse = (BhExcuse){ .percent = 100 };
  fixture->clock = bh_manual_clock_new ();
  fixture->heartbeat = bh_heartbeat_new (BH_CLOCK (fixture->clock), PATIENCE, find_excuse, fixture);
  g_signal_connect (fixture->heartbeat, "changed", G_CALLBACK (on_changed), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  /* Its timer goes with it. */
  g_assert_finalize_object (fixture->heartbeat);
  bh_manual_clock_advance (fixture->clock, 10 * PATIENCE);
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
advance (Fixture *fixture, guint milliseconds)
{
  bh_manual_clock_advance (fixture->clock, milliseconds);
}

static void
beat (Fixture *fixture, guint silence)
{
  bh_heartbeat_beat (fixture->heartbeat, silence);
}

/* The page hangs, and the window goes on to say so: silences from @from to @to. */
static void
beat_silently (Fixture *fixture, guint from, guint to)
{
  for (guint silence = from; silence <= to; silence += INTERVAL)
    {
      advance (fixture, INTERVAL);
      beat (fixture, silence);
    }
}

static void
test_interval (void)
{
  g_assert_cmpuint (bh_heartbeat_get_interval (0), ==, 0);
  g_assert_cmpuint (bh_heartbeat_get_interval (10000), ==, 2000);
  g_assert_cmpuint (bh_heartbeat_get_interval (500), ==, 200);
  g_assert_cmpuint (bh_heartbeat_get_interval (3600 * 1000), ==, 60000);
}

static void
test_window (Fixture *fixture, gconstpointer data)
{
  /* Nothing is expected before the start. */
  advance (fixture, PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);

  bh_heartbeat_start (fixture->heartbeat);
  advance (fixture, PATIENCE - 1);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);
  beat (fixture, 0);
  advance (fixture, PATIENCE - 1);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);
  advance (fixture, 1);
  assert_trouble (fixture, BH_TROUBLE_WINDOW, 1);
  advance (fixture, 10 * PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_WINDOW, 1);

  beat (fixture, 0);
  assert_trouble (fixture, BH_TROUBLE_NONE, 2);

  bh_heartbeat_stop (fixture->heartbeat);
  advance (fixture, 10 * PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_NONE, 2);
}

static void
test_page (Fixture *fixture, gconstpointer data)
{
  bh_heartbeat_start (fixture->heartbeat);
  beat_silently (fixture, INTERVAL, PAGE_PATIENCE - INTERVAL);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);
  /* It was only busy. */
  beat_silently (fixture, 0, 0);
  beat_silently (fixture, INTERVAL, PAGE_PATIENCE - INTERVAL);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);
  beat_silently (fixture, PAGE_PATIENCE, PAGE_PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_PAGE, 1);
  beat_silently (fixture, PATIENCE, 5 * PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_PAGE, 1);
  beat_silently (fixture, 0, 0);
  assert_trouble (fixture, BH_TROUBLE_NONE, 2);
}

/* Beats take a while to come, and not each as long. */
static void
test_jitter (Fixture *fixture, gconstpointer data)
{
  bh_heartbeat_start (fixture->heartbeat);
  beat_silently (fixture, INTERVAL, INTERVAL);
  advance (fixture, INTERVAL + 500);
  beat (fixture, 2 * INTERVAL);
  advance (fixture, INTERVAL - 500);
  beat (fixture, 3 * INTERVAL);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);
  beat_silently (fixture, PAGE_PATIENCE, PAGE_PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_PAGE, 1);
}

static void
test_both (Fixture *fixture, gconstpointer data)
{
  bh_heartbeat_start (fixture->heartbeat);
  advance (fixture, PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_WINDOW, 1);
  /* The window is back, its page is not. */
  beat (fixture, PAGE_PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_PAGE, 2);
  advance (fixture, PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_WINDOW, 3);
  /* It is back, and the page has just been asked. */
  bh_heartbeat_forgive (fixture->heartbeat);
  bh_heartbeat_start (fixture->heartbeat);
  advance (fixture, PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_WINDOW, 5);
  beat (fixture, INTERVAL);
  assert_trouble (fixture, BH_TROUBLE_NONE, 6);
}

static void
test_stall (Fixture *fixture, gconstpointer data)
{
  /* Who was stopped for so long has not listened. */
  bh_heartbeat_start (fixture->heartbeat);
  bh_manual_clock_stall (fixture->clock, 2 * PATIENCE);
  advance (fixture, 0);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);
  advance (fixture, PATIENCE - 1);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);
  advance (fixture, 1);
  assert_trouble (fixture, BH_TROUBLE_WINDOW, 1);
}

/* What a page owed when the runner itself stood still, it owes from then on. */
static void
test_runner_stall (Fixture *fixture, gconstpointer data)
{
  bh_heartbeat_start (fixture->heartbeat);
  beat_silently (fixture, INTERVAL, 2 * INTERVAL);
  bh_manual_clock_stall (fixture->clock, 2 * PATIENCE);
  beat (fixture, 3 * INTERVAL);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);
  beat_silently (fixture, PAGE_PATIENCE, PAGE_PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_PAGE, 1);
}

static void
test_sleep (Fixture *fixture, gconstpointer data)
{
  bh_heartbeat_start (fixture->heartbeat);
  advance (fixture, PATIENCE - 1);
  bh_manual_clock_sleep (fixture->clock, 8 * 3600 * 1000);
  /* Awake, it has all the time again. */
  advance (fixture, PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);
  advance (fixture, PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_WINDOW, 1);

  /* And so has the page. */
  beat (fixture, 0);
  beat_silently (fixture, INTERVAL, PAGE_PATIENCE - INTERVAL);
  bh_manual_clock_sleep (fixture->clock, 8 * 3600 * 1000);
  beat_silently (fixture, PAGE_PATIENCE, PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_NONE, 2);
  beat_silently (fixture, PATIENCE + INTERVAL, 2 * PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_PAGE, 3);
}

static void
test_traced (Fixture *fixture, gconstpointer data)
{
  bh_heartbeat_start (fixture->heartbeat);
  fixture->excuse.traced = TRUE;
  advance (fixture, 10 * PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);
  beat_silently (fixture, INTERVAL, 10 * PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);

  /* From when the debugger lets go. */
  fixture->excuse.traced = FALSE;
  beat (fixture, 11 * PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);
  beat_silently (fixture, 11 * PATIENCE, 12 * PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_PAGE, 1);
}

static void
test_stopped (Fixture *fixture, gconstpointer data)
{
  bh_heartbeat_start (fixture->heartbeat);
  fixture->excuse.stopped = TRUE;
  advance (fixture, 10 * PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_STOPPED, 1);
  beat (fixture, 0);
  assert_trouble (fixture, BH_TROUBLE_NONE, 2);

  /* The page alone. */
  beat_silently (fixture, INTERVAL, 10 * PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_STOPPED, 3);
  beat (fixture, 0);
  assert_trouble (fixture, BH_TROUBLE_NONE, 4);

  /* It goes on, and hangs: it has all the time from when it is seen to go on. */
  advance (fixture, PATIENCE - INTERVAL);
  assert_trouble (fixture, BH_TROUBLE_STOPPED, 5);
  fixture->excuse.stopped = FALSE;
  advance (fixture, PATIENCE - INTERVAL);
  assert_trouble (fixture, BH_TROUBLE_NONE, 6);
  advance (fixture, PATIENCE - 1);
  assert_trouble (fixture, BH_TROUBLE_NONE, 6);
  advance (fixture, 1);
  assert_trouble (fixture, BH_TROUBLE_WINDOW, 7);
}

/* Its signal to go on was sent just before the patience was at its end. */
static void
test_continued (Fixture *fixture, gconstpointer data)
{
  bh_heartbeat_start (fixture->heartbeat);
  fixture->excuse.stopped = TRUE;
  advance (fixture, PATIENCE - 1);
  fixture->excuse.stopped = FALSE;
  advance (fixture, 2 * INTERVAL);
  beat (fixture, 0);
  assert_trouble (fixture, BH_TROUBLE_NONE, 2);

  fixture->excuse.stopped = TRUE;
  beat_silently (fixture, INTERVAL, PAGE_PATIENCE - INTERVAL);
  fixture->excuse.stopped = FALSE;
  beat_silently (fixture, PAGE_PATIENCE, PATIENCE);
  beat (fixture, 0);
  assert_trouble (fixture, BH_TROUBLE_NONE, 4);
}

/* With a tenth of its speed it has ten times as long, and no longer. */
static void
test_slowed (Fixture *fixture, gconstpointer data)
{
  fixture->excuse.percent = 10;
  bh_heartbeat_start (fixture->heartbeat);
  advance (fixture, 10 * PATIENCE - 1);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);
  advance (fixture, 1);
  assert_trouble (fixture, BH_TROUBLE_WINDOW, 1);

  beat (fixture, 0);
  beat_silently (fixture, INTERVAL, 10 * (PAGE_PATIENCE - EARLY) - INTERVAL);
  assert_trouble (fixture, BH_TROUBLE_NONE, 2);
  beat_silently (fixture, 10 * (PAGE_PATIENCE - EARLY), 10 * (PAGE_PATIENCE - EARLY));
  assert_trouble (fixture, BH_TROUBLE_PAGE, 3);
}

static void
test_wait (Fixture *fixture, gconstpointer data)
{
  g_assert_false (bh_heartbeat_wait (fixture->heartbeat));

  bh_heartbeat_start (fixture->heartbeat);
  beat_silently (fixture, INTERVAL, PAGE_PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_PAGE, 1);
  g_assert_true (bh_heartbeat_wait (fixture->heartbeat));
  assert_trouble (fixture, BH_TROUBLE_NONE, 2);
  beat_silently (fixture, PATIENCE, PAGE_PATIENCE + PATIENCE - INTERVAL);
  assert_trouble (fixture, BH_TROUBLE_NONE, 2);
  beat_silently (fixture, PAGE_PATIENCE + PATIENCE, PAGE_PATIENCE + PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_PAGE, 3);
  beat (fixture, 0);
  /* The next hang is a new one. */
  beat_silently (fixture, INTERVAL, PAGE_PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_PAGE, 5);

  beat (fixture, 0);
  advance (fixture, PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_WINDOW, 7);
  g_assert_true (bh_heartbeat_wait (fixture->heartbeat));
  advance (fixture, PATIENCE - 1);
  assert_trouble (fixture, BH_TROUBLE_NONE, 8);
  advance (fixture, 1);
  assert_trouble (fixture, BH_TROUBLE_WINDOW, 9);
}

static void
test_forgive (Fixture *fixture, gconstpointer data)
{
  bh_heartbeat_start (fixture->heartbeat);
  beat_silently (fixture, INTERVAL, PAGE_PATIENCE - INTERVAL);
  bh_heartbeat_forgive (fixture->heartbeat);
  beat_silently (fixture, INTERVAL, PAGE_PATIENCE - INTERVAL);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);
  beat_silently (fixture, PAGE_PATIENCE, PAGE_PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_PAGE, 1);
  bh_heartbeat_forgive (fixture->heartbeat);
  assert_trouble (fixture, BH_TROUBLE_NONE, 2);
}

/* Who has said so has as much longer, and no more; any beat takes that back. */
static void
test_relaxed (Fixture *fixture, gconstpointer data)
{
  bh_heartbeat_start (fixture->heartbeat);
  bh_heartbeat_relax (fixture->heartbeat, 60000);
  advance (fixture, 60000 + PATIENCE - 1);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);
  bh_heartbeat_relax (fixture->heartbeat, 60000);
  advance (fixture, 60000 + PATIENCE - 1);
  assert_trouble (fixture, BH_TROUBLE_NONE, 0);
  advance (fixture, 1);
  assert_trouble (fixture, BH_TROUBLE_WINDOW, 1);
  bh_heartbeat_relax (fixture->heartbeat, 60000);
  assert_trouble (fixture, BH_TROUBLE_NONE, 2);

  beat (fixture, 0);
  advance (fixture, PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_WINDOW, 3);

  /* Not for as long as he likes. */
  bh_heartbeat_relax (fixture->heartbeat, G_MAXUINT);
  assert_trouble (fixture, BH_TROUBLE_NONE, 4);
  advance (fixture, 600000 + PATIENCE);
  assert_trouble (fixture, BH_TROUBLE_WINDOW, 5);
}

static void
test_endless (void)
{
  g_autoptr (BhManualClock) clock = bh_manual_clock_new ();
  Fixture fixture = { .excuse = { .percent = 100 } };
  g_autoptr (BhHeartbeat) heartbeat = bh_heartbeat_new (BH_CLOCK (clock), 0, find_excuse, &fixture);

  bh_heartbeat_start (heartbeat);
  bh_manual_clock_advance (clock, 24 * 3600 * 1000);
  bh_heartbeat_beat (heartbeat, 3600 * 1000);
  g_assert_cmpint (bh_heartbeat_get_trouble (heartbeat), ==, BH_TROUBLE_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/heartbeat/interval", test_interval);
  g_test_add_func ("/heartbeat/endless", test_endless);
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/heartbeat/window", test_window);
  ADD ("/heartbeat/page", test_page);
  ADD ("/heartbeat/jitter", test_jitter);
  ADD ("/heartbeat/both", test_both);
  ADD ("/heartbeat/stall", test_stall);
  ADD ("/heartbeat/runner-stall", test_runner_stall);
  ADD ("/heartbeat/sleep", test_sleep);
  ADD ("/heartbeat/traced", test_traced);
  ADD ("/heartbeat/stopped", test_stopped);
  ADD ("/heartbeat/continued", test_continued);
  ADD ("/heartbeat/slowed", test_slowed);
  ADD ("/heartbeat/wait", test_wait);
  ADD ("/heartbeat/forgive", test_forgive);
  ADD ("/heartbeat/relaxed", test_relaxed);

  return g_test_run ();
}
