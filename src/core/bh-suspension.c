/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-suspension.h"

/*
 * Who has suspended an app, what it does, and whether one who does that may be put to sleep by
 * somebody who did not mean this very app: with all the others, or for being in the background.
 */

static const char *const suspensions[] = {
  [BH_SUSPENSION_NONE] = "",
  [BH_SUSPENSION_USER] = "user",
  [BH_SUSPENSION_IDLE] = "idle",
  [BH_SUSPENSION_OUTSIDE] = "outside",
};

G_STATIC_ASSERT (G_N_ELEMENTS (suspensions) == BH_N_SUSPENSIONS);

/* In the order of the bits. */
static const char *const activity_names[]
    = { "focused", "visible", "audio", "capture", "download", "unsaved" };

/* Freezing cuts these off. */
#define MISSED (BH_ACTIVITY_AUDIO | BH_ACTIVITY_CAPTURE | BH_ACTIVITY_DOWNLOAD)

/**
 * bh_suspension_to_string:
 * @suspension: who has suspended an instance
 *
 * Returns: (transfer none): its name on D-Bus, "" for nobody
 */
const char *
bh_suspension_to_string (BhSuspension suspension)
{
  g_return_val_if_fail (suspension < BH_N_SUSPENSIONS, "");

  return suspensions[suspension];
}

/**
 * bh_suspension_from_string:
 * @text: a name
 *
 * Returns: who that is, nobody for any text that is no name
 */
BhSuspension
bh_suspension_from_string (const char *text)
{
  g_return_val_if_fail (text != NULL, BH_SUSPENSION_NONE);

  for (guint i = 0; i < BH_N_SUSPENSIONS; i++)
    if (g_str_equal (suspensions[i], text))
      return (BhSuspension) i;

  return BH_SUSPENSION_NONE;
}

/**
 * bh_activities_to_strv:
 * @activities: what an app does
 *
 * Returns: (transfer full): the names on D-Bus
 */
GStrv
bh_activities_to_strv (BhActivities activities)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (activity_names); i++)
    if (activities & (1u << i))
      g_strv_builder_add (builder, activity_names[i]);

  return g_strv_builder_end (builder);
}

/**
 * bh_activities_to_variant:
 * @activities: what an app does
 *
 * Returns: (transfer none): the names as a value, which is made once and kept
 */
GVariant *
bh_activities_to_variant (BhActivities activities)
{
  static GVariant *values[1u << G_N_ELEMENTS (activity_names)];
  guint index = (guint) activities;

  g_return_val_if_fail (index < G_N_ELEMENTS (values), NULL);

  if (values[index] == NULL)
    {
      g_auto (GStrv) names = bh_activities_to_strv (activities);

      values[index] = g_variant_ref_sink (g_variant_new_strv ((const char *const *) names, -1));
    }

  return values[index];
}

/**
 * bh_activities_from_strv:
 * @names: names as bh_activities_to_strv() gives them; others are left out
 *
 * Returns: what an app does
 */
BhActivities
bh_activities_from_strv (const char *const *names)
{
  guint activities = 0;

  g_return_val_if_fail (names != NULL, 0);

  for (guint i = 0; i < G_N_ELEMENTS (activity_names); i++)
    if (g_strv_contains (names, activity_names[i]))
      activities |= 1u << i;

  return (BhActivities) activities;
}

/**
 * bh_activities_allow_sleep:
 * @activities: what an app does
 *
 * Returns: whether it may sleep when all apps are to
 */
gboolean
bh_activities_allow_sleep (BhActivities activities)
{
  return (activities & MISSED) == 0;
}

/**
 * bh_activities_allow_idle_sleep:
 * @activities: what an app does
 *
 * Whether it is in the background and quiet. That another app has the focus is all that can be
 * known everywhere: a window may be covered, or on another desk, and still count as visible.
 *
 * Returns: whether it may sleep for that
 */
gboolean
bh_activities_allow_idle_sleep (BhActivities activities)
{
  return (activities & (MISSED | BH_ACTIVITY_FOCUSED | BH_ACTIVITY_UNSAVED)) == 0;
}
