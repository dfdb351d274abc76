/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-clock.h"

/* A timer that writes its letter and the time to a log. */
typedef struct
{
  BhClock *clock;
  GString *log;
  char letter;
  guint times; /* how often it wants to be called */
  guint id;
  guint *remove; /* another timer that it removes */
} Timer;

static gboolean
on_timer (gpointer user_data)
{
  Timer *timer = user_data;

  g_string_append_printf (timer->log, "%c%d ", timer->letter,
                          (int) (bh_clock_get_time (timer->clock) / 1000 % 1000));
  if (timer->remove != NULL)
    bh_clock_clear_timer (timer->clock, timer->remove);
  if (--timer->times > 0)
    return G_SOURCE_CONTINUE;
  timer->id = 0;

  return G_SOURCE_REMOVE;
}

static void
start (Timer *timer, BhManualClock *clock, GString *log, char letter, guint after, guint times)
{
  *timer = (Timer){ .clock = BH_CLOCK (clock), .log = log, .letter = letter, .times = times };
  timer->id = bh_clock_add_timer (BH_CLOCK (clock), after, on_timer, timer);
  g_assert_cmpuint (timer->id, !=, 0);
}

static void
test_order (void)
{
  g_autoptr (BhManualClock) clock = bh_manual_clock_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  gint64 began = bh_clock_get_time (BH_CLOCK (clock));
  Timer a, b, c, d;

  start (&a, clock, log, 'a', 30, 1);
  start (&b, clock, log, 'b', 10, 4);
  start (&c, clock, log, 'c', 20, 1);
  start (&d, clock, log, 'd', 30, 1);
  bh_manual_clock_advance (clock, 9);
  g_assert_cmpstr (log->str, ==, "");
  bh_manual_clock_advance (clock, 0);
  g_assert_cmpstr (log->str, ==, "");
  bh_manual_clock_advance (clock, 1);
  g_assert_cmpstr (log->str, ==, "b10 ");
  bh_manual_clock_advance (clock, 990);
  /* At 30 the one that was added first is called first. */
  g_assert_cmpstr (log->str, ==, "b10 b20 c20 a30 b30 d30 b40 ");
  g_assert_cmpint (bh_clock_get_time (BH_CLOCK (clock)) - began, ==, 1000 * 1000);
}

static void
test_clear (void)
{
  g_autoptr (BhManualClock) clock = bh_manual_clock_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  Timer a, b;
  guint none = 0;

  start (&a, clock, log, 'a', 10, 1);
  start (&b, clock, log, 'b', 10, 1);
  bh_clock_clear_timer (BH_CLOCK (clock), &a.id);
  g_assert_cmpuint (a.id, ==, 0);
  bh_clock_clear_timer (BH_CLOCK (clock), &a.id);
  bh_clock_clear_timer (BH_CLOCK (clock), &none);
  bh_manual_clock_advance (clock, 100);
  g_assert_cmpstr (log->str, ==, "b10 ");
}

static void
test_remove_in_callback (void)
{
  g_autoptr (BhManualClock) clock = bh_manual_clock_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  Timer a, b, c;

  /* Another one that is due at the same time. */
  start (&a, clock, log, 'a', 10, 1);
  start (&b, clock, log, 'b', 10, 1);
  a.remove = &b.id;
  /* Itself, and yet it asks to be called again. */
  start (&c, clock, log, 'c', 20, 9);
  c.remove = &c.id;
  bh_manual_clock_advance (clock, 100);
  g_assert_cmpstr (log->str, ==, "a10 c20 ");
  g_assert_cmpuint (c.id, ==, 0);
}

static gboolean
on_add_another (gpointer user_data)
{
  Timer *timer = user_data;

  timer->id = bh_clock_add_timer (timer->clock, 10, on_timer, timer);

  return G_SOURCE_REMOVE;
}

static void
test_add_in_callback (void)
{
  g_autoptr (BhManualClock) clock = bh_manual_clock_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  Timer timer = { .clock = BH_CLOCK (clock), .log = log, .letter = 'a', .times = 2 };

  timer.id = bh_clock_add_timer (timer.clock, 10, on_add_another, &timer);
  bh_manual_clock_advance (clock, 35);
  g_assert_cmpstr (log->str, ==, "a20 a30 ");
}

/* An interval of nothing does not stand still. */
static void
test_zero (void)
{
  g_autoptr (BhManualClock) clock = bh_manual_clock_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  Timer timer;

  start (&timer, clock, log, 'a', 0, 3);
  bh_manual_clock_advance (clock, 0);
  g_assert_cmpstr (log->str, ==, "a0 ");
  bh_manual_clock_advance (clock, 1);
  g_assert_cmpstr (log->str, ==, "a0 a0 a0 ");
}

static void
test_unused (void)
{
  g_autoptr (GString) log = g_string_new (NULL);
  BhManualClock *clock = bh_manual_clock_new ();
  Timer timer;

  start (&timer, clock, log, 'a', 10, 1);
  g_assert_finalize_object (clock);
  g_assert_cmpstr (log->str, ==, "");
}

static gboolean
on_quit (gpointer user_data)
{
  g_main_loop_quit (user_data);

  return G_SOURCE_REMOVE;
}

static gboolean
on_never (gpointer user_data)
{
  g_assert_not_reached ();
}

static void
test_real (void)
{
  g_autoptr (BhClock) clock = bh_clock_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  gint64 began = bh_clock_get_time (clock);
  guint never = bh_clock_add_timer (clock, 1, on_never, NULL);

  bh_clock_clear_timer (clock, &never);
  g_assert_cmpuint (never, ==, 0);
  bh_clock_add_timer (clock, 20, on_quit, loop);
  g_main_loop_run (loop);
  g_assert_cmpint (bh_clock_get_time (clock) - began, >=, 19 * 1000);
}

static void
test_asleep (void)
{
  g_autoptr (BhManualClock) manual = bh_manual_clock_new ();
  g_autoptr (BhClock) real = bh_clock_new ();
  BhClock *clock = BH_CLOCK (manual);
  gint64 now = bh_clock_get_time (clock);

  g_assert_cmpint (bh_clock_get_asleep (clock), ==, 0);
  bh_manual_clock_sleep (manual, 60000);
  g_assert_cmpint (bh_clock_get_asleep (clock), ==, 60 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (bh_clock_get_time (clock), ==, now);

  /* No machine sleeps for less than nothing; two readings are never quite at once. */
  g_assert_cmpint (bh_clock_get_asleep (real), >, -G_TIME_SPAN_SECOND);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/clock/order", test_order);
  g_test_add_func ("/clock/clear", test_clear);
  g_test_add_func ("/clock/remove-in-callback", test_remove_in_callback);
  g_test_add_func ("/clock/add-in-callback", test_add_in_callback);
  g_test_add_func ("/clock/zero", test_zero);
  g_test_add_func ("/clock/unused", test_unused);
  g_test_add_func ("/clock/real", test_real);
  g_test_add_func ("/clock/asleep", test_asleep);

  return g_test_run ();
}
