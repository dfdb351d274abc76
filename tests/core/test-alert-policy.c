/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-alert-policy.h"

/* Which notifications are worth somebody's while, on a clock that the test moves. */

typedef struct
{
  BhAlertPolicy *policy;
  gint64 now;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  *fixture = (Fixture){ .policy = bh_alert_policy_new (), .now = G_TIME_SPAN_HOUR };
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  bh_alert_policy_free (fixture->policy);
}

static void
tell (Fixture *fixture, const char *app, BhAlert alert)
{
  bh_alert_policy_tell (fixture->policy, app, alert, FALSE, fixture->now);
}

static guint
serial (Fixture *fixture, const char *app)
{
  return bh_alert_policy_get_serial (fixture->policy, app);
}

static void
assert_group (Fixture *fixture, const char *expected)
{
  guint number;
  g_auto (GStrv) apps = bh_alert_policy_get_group (fixture->policy, &number);
  g_autofree char *joined = g_strjoinv (" ", apps);

  g_assert_cmpstr (joined, ==, expected);
  g_assert_cmpint (number != 0, ==, *expected != '\0');
}

static guint
group_serial (Fixture *fixture)
{
  guint number;
  g_auto (GStrv) apps = bh_alert_policy_get_group (fixture->policy, &number);

  return number;
}

static void
test_one (Fixture *fixture, gconstpointer data)
{
  guint first;

  g_assert_cmpuint (serial (fixture, "a"), ==, 0);
  tell (fixture, "a", BH_ALERT_NONE);
  g_assert_cmpuint (serial (fixture, "a"), ==, 0);
  tell (fixture, "a", BH_ALERT_MEMORY);
  first = serial (fixture, "a");
  g_assert_cmpuint (first, !=, 0);
  /* The same is no news. */
  tell (fixture, "a", BH_ALERT_MEMORY);
  g_assert_cmpuint (serial (fixture, "a"), ==, first);
  /* Something else is, and takes its place. */
  tell (fixture, "a", BH_ALERT_ENDED);
  g_assert_cmpuint (serial (fixture, "a"), !=, first);
  first = serial (fixture, "a");
  bh_alert_policy_tell (fixture->policy, "a", BH_ALERT_ENDED, TRUE, fixture->now);
  g_assert_cmpuint (serial (fixture, "a"), !=, first);
  tell (fixture, "a", BH_ALERT_NONE);
  g_assert_cmpuint (serial (fixture, "a"), ==, 0);
  bh_alert_policy_tell (fixture->policy, "a", BH_ALERT_NONE, TRUE, fixture->now);
  g_assert_cmpuint (serial (fixture, "a"), ==, 0);
  assert_group (fixture, "");
}

static void
test_flapping (Fixture *fixture, gconstpointer data)
{
  guint shown = 0;

  for (gint64 time = 0; time < G_TIME_SPAN_HOUR; time += 10 * G_TIME_SPAN_SECOND)
    {
      fixture->now = time;
      tell (fixture, "a", BH_ALERT_MEMORY);
      shown += serial (fixture, "a") != 0;
      tell (fixture, "a", BH_ALERT_NONE);
      g_assert_cmpuint (serial (fixture, "a"), ==, 0);
    }
  g_assert_cmpuint (shown, ==, 4);

  /* Another kind, another app, and what is no warning. */
  tell (fixture, "a", BH_ALERT_UNRESPONSIVE);
  g_assert_cmpuint (serial (fixture, "a"), !=, 0);
  tell (fixture, "b", BH_ALERT_MEMORY);
  g_assert_cmpuint (serial (fixture, "b"), !=, 0);
  for (guint i = 0; i < 5; i++)
    {
      tell (fixture, "a", BH_ALERT_FAILED);
      g_assert_cmpuint (serial (fixture, "a"), !=, 0);
      tell (fixture, "a", BH_ALERT_NONE);
    }
}

static void
test_forgiven (Fixture *fixture, gconstpointer data)
{
  tell (fixture, "a", BH_ALERT_MEMORY);
  tell (fixture, "a", BH_ALERT_NONE);
  tell (fixture, "a", BH_ALERT_MEMORY);
  g_assert_cmpuint (serial (fixture, "a"), ==, 0);
  tell (fixture, "a", BH_ALERT_NONE);
  bh_alert_policy_forgive (fixture->policy, "a");
  bh_alert_policy_forgive (fixture->policy, "unknown");
  tell (fixture, "a", BH_ALERT_MEMORY);
  g_assert_cmpuint (serial (fixture, "a"), !=, 0);
}

static void
test_growing (Fixture *fixture, gconstpointer data)
{
  tell (fixture, "a", BH_ALERT_GROWING);
  g_assert_cmpuint (serial (fixture, "a"), !=, 0);
  tell (fixture, "a", BH_ALERT_NONE);
  fixture->now += 23 * G_TIME_SPAN_HOUR;
  tell (fixture, "a", BH_ALERT_GROWING);
  g_assert_cmpuint (serial (fixture, "a"), ==, 0);
  tell (fixture, "a", BH_ALERT_NONE);
  fixture->now += G_TIME_SPAN_HOUR;
  tell (fixture, "a", BH_ALERT_GROWING);
  g_assert_cmpuint (serial (fixture, "a"), !=, 0);
}

static void
test_many (Fixture *fixture, gconstpointer data)
{
  guint number;

  tell (fixture, "a", BH_ALERT_MEMORY);
  tell (fixture, "b", BH_ALERT_UNRESPONSIVE);
  fixture->now += 30 * G_TIME_SPAN_SECOND;
  tell (fixture, "c", BH_ALERT_FAILED);
  assert_group (fixture, "");
  g_assert_cmpuint (serial (fixture, "a"), !=, 0);
  tell (fixture, "d", BH_ALERT_ENDED);
  assert_group (fixture, "a b c d");
  g_assert_cmpuint (serial (fixture, "a"), ==, 0);
  g_assert_cmpuint (serial (fixture, "d"), ==, 0);

  /* One more joins; one that gets worse, or is well, is no reason to disturb again. */
  number = group_serial (fixture);
  fixture->now += 50 * G_TIME_SPAN_SECOND;
  tell (fixture, "e", BH_ALERT_MEMORY);
  assert_group (fixture, "a b c d e");
  g_assert_cmpuint (group_serial (fixture), !=, number);
  number = group_serial (fixture);
  tell (fixture, "a", BH_ALERT_ENDED);
  tell (fixture, "b", BH_ALERT_NONE);
  assert_group (fixture, "a c d e");
  g_assert_cmpuint (group_serial (fixture), ==, number);

  /* Long after, an app is told of for itself again. */
  fixture->now += 2 * G_TIME_SPAN_MINUTE;
  tell (fixture, "f", BH_ALERT_MEMORY);
  g_assert_cmpuint (serial (fixture, "f"), !=, 0);
  g_assert_cmpuint (group_serial (fixture), ==, number);

  tell (fixture, "a", BH_ALERT_NONE);
  tell (fixture, "c", BH_ALERT_NONE);
  bh_alert_policy_remove (fixture->policy, "d");
  bh_alert_policy_remove (fixture->policy, "unknown");
  assert_group (fixture, "e");
  tell (fixture, "e", BH_ALERT_NONE);
  assert_group (fixture, "");
  g_assert_cmpuint (serial (fixture, "f"), !=, 0);
}

/* Four in trouble, but not at once. */
static void
test_one_by_one (Fixture *fixture, gconstpointer data)
{
  static const char *const apps[] = { "a", "b", "c", "d", "e", "f" };

  for (guint i = 0; i < G_N_ELEMENTS (apps); i++)
    {
      tell (fixture, apps[i], BH_ALERT_MEMORY);
      fixture->now += 25 * G_TIME_SPAN_SECOND;
    }
  assert_group (fixture, "");
  for (guint i = 0; i < G_N_ELEMENTS (apps); i++)
    g_assert_cmpuint (serial (fixture, apps[i]), !=, 0);
}

/* Those whose trouble is over do not count, nor those of which nobody was told again. */
static void
test_short (Fixture *fixture, gconstpointer data)
{
  static const char *const apps[] = { "a", "b", "c", "d" };

  for (guint round = 0; round < 3; round++)
    for (guint i = 0; i < G_N_ELEMENTS (apps); i++)
      {
        tell (fixture, apps[i], BH_ALERT_MEMORY);
        tell (fixture, apps[i], BH_ALERT_NONE);
      }
  for (guint i = 0; i < G_N_ELEMENTS (apps); i++)
    tell (fixture, apps[i], BH_ALERT_MEMORY);
  assert_group (fixture, "");
  for (guint i = 0; i < G_N_ELEMENTS (apps); i++)
    g_assert_cmpuint (serial (fixture, apps[i]), ==, 0);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/alert-policy/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("one", test_one);
  ADD ("flapping", test_flapping);
  ADD ("forgiven", test_forgiven);
  ADD ("growing", test_growing);
  ADD ("many", test_many);
  ADD ("one-by-one", test_one_by_one);
  ADD ("short", test_short);

  return g_test_run ();
}
