/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-app-marks.h"

#include "bh-app-status.h"

#include <glib/gi18n.h>

/*
 * What an app does that people should know before they end it or put it to sleep, and what is wrong
 * with it: each a picture and a text, so that none depends on a colour.
 */

static const char *
get_sleep_text (BhAppItem *item)
{
  switch (bh_app_item_get_suspender (item))
    {
    case BH_APP_SUSPENDER_IDLE:
      return _("Asleep: it was in the background");
    case BH_APP_SUSPENDER_OUTSIDE:
      return _("Asleep: another program has stopped it");
    case BH_APP_SUSPENDER_USER:
    case BH_APP_SUSPENDER_NONE:
    default:
      return _("Asleep");
    }
}

static gboolean
is_asleep (BhAppItem *item)
{
  return bh_app_item_get_state (item) == BH_STATE_SUSPENDED
         || bh_app_item_get_suspender (item) != BH_APP_SUSPENDER_NONE;
}

/**
 * bh_app_marks_list:
 * @item: an app
 * @marks: (out caller-allocates) (array fixed-size=7): room for %BH_MAX_APP_MARKS marks
 *
 * Returns: how many marks the app has now
 */
guint
bh_app_marks_list (BhAppItem *item, BhAppMark *marks)
{
  const struct
  {
    BhAppActivity activity;
    BhAppMark mark;
  } activities[] = {
    { BH_APP_ACTIVITY_AUDIO, { "audio-volume-high-symbolic", _("Plays sound") } },
    { BH_APP_ACTIVITY_CAPTURE,
      { "camera-web-symbolic", _("Uses the camera, the microphone or the screen") } },
    { BH_APP_ACTIVITY_DOWNLOAD, { "folder-download-symbolic", _("Downloads") } },
    { BH_APP_ACTIVITY_UNSAVED, { "document-edit-symbolic", _("Has changes that are not saved") } },
  };
  guint n_marks = 0;

  g_return_val_if_fail (BH_IS_APP_ITEM (item) && marks != NULL, 0);

  if (!bh_app_status_has_instance (item))
    return 0;

  if (bh_app_status_is_pressed (item))
    marks[n_marks++] = (BhAppMark){ "dialog-warning-symbolic", _("Near its memory limit") };
  if (bh_app_item_get_growing (item))
    marks[n_marks++] = (BhAppMark){ "go-up-symbolic", _("Its memory has grown for hours") };
  if (is_asleep (item))
    marks[n_marks++] = (BhAppMark){ "weather-clear-night-symbolic", get_sleep_text (item) };
  for (guint i = 0; i < G_N_ELEMENTS (activities); i++)
    if (bh_app_item_get_activity (item) & activities[i].activity)
      marks[n_marks++] = activities[i].mark;

  return n_marks;
}

/**
 * bh_app_marks_dup_texts:
 * @item: an app
 * @separator: what stands between two texts
 *
 * Returns: (transfer full): what the app's marks say, "" when it has none
 */
char *
bh_app_marks_dup_texts (BhAppItem *item, const char *separator)
{
  BhAppMark marks[BH_MAX_APP_MARKS];
  guint n_marks = bh_app_marks_list (item, marks);
  g_autoptr (GString) texts = g_string_new (NULL);

  g_return_val_if_fail (separator != NULL, NULL);

  for (guint i = 0; i < n_marks; i++)
    {
      if (i > 0)
        g_string_append (texts, separator);
      g_string_append (texts, marks[i].text);
    }

  return g_string_free (g_steal_pointer (&texts), FALSE);
}
