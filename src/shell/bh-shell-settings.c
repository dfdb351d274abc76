/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-shell-settings.h"

#include "bh-app-id.h"

/*
 * What the shell remembers. Without an installed schema GSettings would end the program; a build
 * that is tried out in place shall work without it.
 */

/**
 * bh_shell_settings_open:
 *
 * Returns: (transfer full) (nullable): the settings, or %NULL when their schema is not installed
 */
GSettings *
bh_shell_settings_open (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, BH_APPLICATION_ID, TRUE);
  if (schema == NULL)
    {
      g_message ("The settings schema %s is not installed: nothing will be remembered",
                 BH_APPLICATION_ID);
      return NULL;
    }

  return g_settings_new_full (schema, NULL, NULL);
}
