/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bh-suspension.h"

static void
test_names (void)
{
  for (guint i = 0; i < BH_N_SUSPENSIONS; i++)
    g_assert_cmpuint (bh_suspension_from_string (bh_suspension_to_string ((BhSuspension) i)), ==,
                      i);
  g_assert_cmpuint (bh_suspension_from_string ("nobody"), ==, BH_SUSPENSION_NONE);
  g_assert_cmpstr (bh_suspension_to_string (BH_SUSPENSION_NONE), ==, "");
}

static void
test_activities (void)
{
  static const char *const strange[] = { "unsaved", "dancing", "focused", "focused", NULL };

  for (guint i = 0; i < 1u << 6; i++)
    {
      g_auto (GStrv) names = bh_activities_to_strv ((BhActivities) i);
      g_autofree const char **values
          = g_variant_get_strv (bh_activities_to_variant ((BhActivities) i), NULL);

      g_assert_cmpuint (bh_activities_from_strv ((const char *const *) names), ==, i);
      g_assert_cmpuint (bh_activities_from_strv (values), ==, i);
    }
  g_assert_cmpuint (bh_activities_from_strv (strange), ==,
                    BH_ACTIVITY_UNSAVED | BH_ACTIVITY_FOCUSED);
}

/* What would be cut off keeps an app awake; that it is looked at, only from sleeping by itself. */
static void
test_sleep (void)
{
  static const struct
  {
    BhActivities activities;
    gboolean with_all, idle;
  } cases[] = {
    { 0, TRUE, TRUE },
    { BH_ACTIVITY_VISIBLE, TRUE, TRUE },
    { BH_ACTIVITY_FOCUSED | BH_ACTIVITY_VISIBLE, TRUE, FALSE },
    { BH_ACTIVITY_UNSAVED, TRUE, FALSE },
    { BH_ACTIVITY_AUDIO, FALSE, FALSE },
    { BH_ACTIVITY_CAPTURE | BH_ACTIVITY_VISIBLE, FALSE, FALSE },
    { BH_ACTIVITY_DOWNLOAD, FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpint (bh_activities_allow_sleep (cases[i].activities), ==, cases[i].with_all);
      g_assert_cmpint (bh_activities_allow_idle_sleep (cases[i].activities), ==, cases[i].idle);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/suspension/names", test_names);
  g_test_add_func ("/suspension/activities", test_activities);
  g_test_add_func ("/suspension/sleep", test_sleep);

  return g_test_run ();
}
