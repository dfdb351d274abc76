/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-beginning.h"

/*
 * The names that supervisor and runner have for what a run begins for.
 */

static const char *const names[] = {
  [BH_BEGINNING_LAUNCH] = "launch",
  [BH_BEGINNING_CONTINUE] = "continue",
  [BH_BEGINNING_PAGE] = "page",
};

/**
 * bh_beginning_to_string:
 * @beginning: a beginning
 *
 * Returns: (transfer none): its name
 */
const char *
bh_beginning_to_string (BhBeginning beginning)
{
  g_return_val_if_fail ((gsize) beginning < G_N_ELEMENTS (names), NULL);

  return names[beginning];
}

/**
 * bh_beginning_from_string:
 * @text: a name
 * @beginning: (out): the beginning
 *
 * Returns: whether there is one of that name
 */
gboolean
bh_beginning_from_string (const char *text, BhBeginning *beginning)
{
  g_return_val_if_fail (text != NULL && beginning != NULL, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i], text))
      {
        *beginning = (BhBeginning) i;
        return TRUE;
      }

  return FALSE;
}
