/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-app-search.h"

#include <string.h>

/*
 * What the search finds among apps.
 */

/**
 * bh_app_item_matches:
 * @self: an app
 * @text: (nullable): what the user searches for
 *
 * Returns: whether the name, the description or the id has @text in it; %TRUE without a text
 */
gboolean
bh_app_item_matches (BhAppItem *self, const char *text)
{
  const char *fields[3];
  g_autofree char *folded_text = NULL;

  g_return_val_if_fail (BH_IS_APP_ITEM (self), FALSE);

  if (text == NULL || *text == '\0')
    return TRUE;

  fields[0] = bh_app_item_get_name (self);
  fields[1] = bh_app_item_get_description (self);
  fields[2] = bh_app_item_get_id (self);
  folded_text = g_utf8_casefold (text, -1);
  g_strstrip (folded_text);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *folded_field = g_utf8_casefold (fields[i], -1);

      /* The first also finds “Cafe” in “Café”, the second the middle of a word. */
      if (g_str_match_string (text, fields[i], TRUE) || strstr (folded_field, folded_text) != NULL)
        return TRUE;
    }

  return FALSE;
}
