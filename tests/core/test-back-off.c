/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-back-off.h"

#define SECOND  G_TIME_SPAN_SECOND
#define NO_LUCK 0.5 /* no jitter */

static BhBackOff *
make (BhRestartPolicy policy, guint max_restarts, gint64 window)
{
  BhBackOff *self = bh_back_off_new ();

  bh_back_off_set_policy (self, policy, max_restarts, window);

  return self;
}

static void
test_doubles (void)
{
  static const guint expected[] = { 1000, 2000, 4000, 8000, 16000, 30000, 30000 };
  g_autoptr (BhBackOff) self = make (BH_RESTART_ON_CRASH, 50, 60 * SECOND);
  gint64 now = 1000 * SECOND;

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      guint delay = 0;

      g_assert_cmpint (bh_back_off_judge (self, BH_REASON_CRASHED, now, now, NO_LUCK, &delay), ==,
                       BH_VERDICT_RESTART);
      g_assert_cmpuint (delay, ==, expected[i]);
      g_assert_cmpuint (bh_back_off_get_in_row (self), ==, i + 1);
      now += delay * 1000;
    }
}

static void
test_jitter (void)
{
  static const struct
  {
    double chance;
    guint delay;
  } table[] = { { 0, 900 }, { 0.25, 950 }, { 1, 1100 } };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (BhBackOff) self = make (BH_RESTART_ON_CRASH, 3, 60 * SECOND);
      guint delay = 0;

      bh_back_off_judge (self, BH_REASON_CRASHED, 0, 0, table[i].chance, &delay);
      g_assert_cmpuint (delay, ==, table[i].delay);
    }
}

static void
test_window (void)
{
  g_autoptr (BhBackOff) self = make (BH_RESTART_ON_CRASH, 2, 10 * SECOND);
  guint delay;

  /* Two in the window, the third is too much. */
  g_assert_cmpint (bh_back_off_judge (self, BH_REASON_CRASHED, 0, 0, NO_LUCK, &delay), ==,
                   BH_VERDICT_RESTART);
  g_assert_cmpint (bh_back_off_judge (self, BH_REASON_MEMORY_LIMIT, 2 * SECOND, 4 * SECOND, NO_LUCK,
                                      &delay),
                   ==, BH_VERDICT_RESTART);
  g_assert_cmpint (bh_back_off_judge (self, BH_REASON_CRASHED, 6 * SECOND, 10 * SECOND, NO_LUCK,
                                      &delay),
                   ==, BH_VERDICT_GIVE_UP);
  g_assert_cmpuint (delay, ==, 0);

  /* A moment later the first one has left the window; the delay goes on where it was. */
  g_assert_cmpint (bh_back_off_judge (self, BH_REASON_CRASHED, 6 * SECOND, 10 * SECOND + 1, NO_LUCK,
                                      &delay),
                   ==, BH_VERDICT_RESTART);
  g_assert_cmpuint (delay, ==, 4000);
}

static void
test_healthy (void)
{
  g_autoptr (BhBackOff) self = make (BH_RESTART_ON_CRASH, 1, 10 * SECOND);
  g_autoptr (BhBackOff) hasty = make (BH_RESTART_ON_CRASH, 5, 0);
  guint delay;

  bh_back_off_judge (self, BH_REASON_CRASHED, 0, 0, NO_LUCK, &delay);
  /* It ran as long as the window. */
  g_assert_cmpint (bh_back_off_judge (self, BH_REASON_CRASHED, 1 * SECOND, 11 * SECOND, NO_LUCK,
                                      &delay),
                   ==, BH_VERDICT_RESTART);
  g_assert_cmpuint (delay, ==, 1000);
  g_assert_cmpuint (bh_back_off_get_in_row (self), ==, 1);

  /* Without a window nothing is ever too much, but the delay still grows. */
  for (guint i = 0; i < 10; i++)
    g_assert_cmpint (bh_back_off_judge (hasty, BH_REASON_CRASHED, i * SECOND, i * SECOND + 1,
                                        NO_LUCK, &delay),
                     ==, BH_VERDICT_RESTART);
  g_assert_cmpuint (delay, ==, 30000);
}

static void
test_cap (void)
{
  static const guint expected[] = { 1000, 2000, 4000, 5000, 5000 };
  g_autoptr (BhBackOff) self = make (BH_RESTART_ON_CRASH, 100, 0);
  guint delay;

  bh_back_off_set_cap (self, 5000);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      bh_back_off_judge (self, BH_REASON_CRASHED, 0, 1, NO_LUCK, &delay);
      g_assert_cmpuint (delay, ==, expected[i]);
    }

  /* The first delay is the least that there is, and no cap is without bounds. */
  bh_back_off_set_cap (self, 0);
  bh_back_off_judge (self, BH_REASON_CRASHED, 0, 1, NO_LUCK, &delay);
  g_assert_cmpuint (delay, ==, 1000);
  bh_back_off_set_cap (self, G_MAXUINT);
  for (guint i = 0; i < 20; i++)
    bh_back_off_judge (self, BH_REASON_CRASHED, 0, 1, 1, &delay);
  g_assert_cmpuint (delay, ==, BH_BACK_OFF_MAX_DELAY);
}

static void
test_policies (void)
{
  for (BhReason reason = BH_REASON_NONE; reason < BH_N_REASONS; reason++)
    {
      gboolean asked
          = reason == BH_REASON_STOPPED || reason == BH_REASON_KILLED || reason == BH_REASON_NONE;
      gboolean launch = reason == BH_REASON_LAUNCH_FAILED;
      gboolean crash = !asked && !launch && reason != BH_REASON_CLOSED;
      g_autoptr (BhBackOff) never = make (BH_RESTART_NEVER, 3, SECOND);
      g_autoptr (BhBackOff) on_crash = make (BH_RESTART_ON_CRASH, 3, SECOND);
      g_autoptr (BhBackOff) always = make (BH_RESTART_ALWAYS, 3, SECOND);
      guint delay;

      g_assert_cmpint (bh_back_off_judge (never, reason, 0, 0, NO_LUCK, &delay), ==,
                       BH_VERDICT_REST);
      g_assert_cmpint (bh_back_off_judge (on_crash, reason, 0, 0, NO_LUCK, &delay), ==,
                       crash ? BH_VERDICT_RESTART : BH_VERDICT_REST);
      g_assert_cmpint (bh_back_off_judge (always, reason, 0, 0, NO_LUCK, &delay), ==,
                       asked || launch ? BH_VERDICT_REST : BH_VERDICT_RESTART);
      /* What does not lead to a restart is not counted. */
      g_assert_cmpuint (bh_back_off_get_in_row (on_crash), ==, crash ? 1 : 0);
    }
}

static void
test_launch_failed (void)
{
  g_autoptr (BhBackOff) self = make (BH_RESTART_ON_CRASH, 2, 60 * SECOND);
  guint delay;

  /* The first start is told, those that follow a crash are tried again. */
  g_assert_cmpint (bh_back_off_judge (self, BH_REASON_LAUNCH_FAILED, 0, 0, NO_LUCK, &delay), ==,
                   BH_VERDICT_REST);
  bh_back_off_judge (self, BH_REASON_CRASHED, 0, 0, NO_LUCK, &delay);
  g_assert_cmpint (bh_back_off_judge (self, BH_REASON_LAUNCH_FAILED, 0, 0, NO_LUCK, &delay), ==,
                   BH_VERDICT_RESTART);
  g_assert_cmpint (bh_back_off_judge (self, BH_REASON_LAUNCH_FAILED, 0, 0, NO_LUCK, &delay), ==,
                   BH_VERDICT_GIVE_UP);
}

static void
test_none_allowed (void)
{
  g_autoptr (BhBackOff) self = make (BH_RESTART_ON_CRASH, 0, 60 * SECOND);
  guint delay;

  g_assert_cmpint (bh_back_off_judge (self, BH_REASON_CRASHED, 0, 0, NO_LUCK, &delay), ==,
                   BH_VERDICT_GIVE_UP);
}

static void
test_reset (void)
{
  g_autoptr (BhBackOff) self = make (BH_RESTART_ON_CRASH, 1, 60 * SECOND);
  guint delay;

  bh_back_off_judge (self, BH_REASON_CRASHED, 0, 0, NO_LUCK, &delay);
  g_assert_cmpint (bh_back_off_judge (self, BH_REASON_CRASHED, 0, 0, NO_LUCK, &delay), ==,
                   BH_VERDICT_GIVE_UP);
  bh_back_off_reset (self);
  g_assert_cmpint (bh_back_off_judge (self, BH_REASON_CRASHED, 0, 0, NO_LUCK, &delay), ==,
                   BH_VERDICT_RESTART);
  g_assert_cmpuint (delay, ==, 1000);
}

static void
test_text (void)
{
  static const char *const bad[]
      = { "", "x", "-1", "1 x", "1  2", "1 5 4", "1 -3", "1 2 ", "99999999999999" };
  g_autoptr (BhBackOff) self = make (BH_RESTART_ON_CRASH, 2, 60 * SECOND);
  g_autoptr (BhBackOff) heir = make (BH_RESTART_ON_CRASH, 2, 60 * SECOND);
  g_autoptr (GString) many = g_string_new ("1");
  g_autofree char *text = NULL;
  g_autofree char *copy = NULL;
  guint delay;

  bh_back_off_judge (self, BH_REASON_CRASHED, 0, 3 * SECOND, NO_LUCK, &delay);
  bh_back_off_judge (self, BH_REASON_CRASHED, 0, 4 * SECOND, NO_LUCK, &delay);
  text = bh_back_off_to_string (self);
  g_assert_cmpstr (text, ==, "2 3000000 4000000");

  g_assert_true (bh_back_off_from_string (heir, text));
  g_assert_cmpint (bh_back_off_judge (heir, BH_REASON_CRASHED, 4 * SECOND, 5 * SECOND, NO_LUCK,
                                      &delay),
                   ==, BH_VERDICT_GIVE_UP);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (bh_back_off_from_string (heir, bad[i]));
  for (guint i = 0; i <= BH_BACK_OFF_MAX_RESTARTS; i++)
    g_string_append (many, " 7");
  g_assert_false (bh_back_off_from_string (heir, many->str));
  copy = bh_back_off_to_string (heir);
  g_assert_cmpstr (copy, ==, text);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/back-off/doubles", test_doubles);
  g_test_add_func ("/back-off/jitter", test_jitter);
  g_test_add_func ("/back-off/window", test_window);
  g_test_add_func ("/back-off/healthy", test_healthy);
  g_test_add_func ("/back-off/cap", test_cap);
  g_test_add_func ("/back-off/policies", test_policies);
  g_test_add_func ("/back-off/launch-failed", test_launch_failed);
  g_test_add_func ("/back-off/none-allowed", test_none_allowed);
  g_test_add_func ("/back-off/reset", test_reset);
  g_test_add_func ("/back-off/text", test_text);

  return g_test_run ();
}
