/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-launch-options.h"

#include "bh-error.h"
#include "bh-uri-policy.h"

#include <glib/gi18n.h>

/*
 * The options that a client passes to Launch, Restart and Activate. Those that are not known are
 * errors: a misspelt one must not pass for an order that was carried out.
 */

static gboolean
parse_wait (const char *text, BhLaunchWait *wait)
{
  static const char *const names[] = {
    [BH_LAUNCH_WAIT_SPAWNED] = "spawned",
    [BH_LAUNCH_WAIT_READY] = "ready",
    [BH_LAUNCH_WAIT_PAINTED] = "painted",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i], text))
      {
        *wait = (BhLaunchWait) i;
        return TRUE;
      }

  return FALSE;
}

/**
 * bh_launch_options_parse:
 * @variant: an a{sv} as App1.Launch has it
 * @manifest: the app's manifest, which relative URIs are resolved against
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the options, or %NULL with %BH_ERROR_INVALID_ARGUMENT or
 *   %BH_ERROR_INVALID_URI
 */
BhLaunchOptions *
bh_launch_options_parse (GVariant *variant, BhManifest *manifest, GError **error)
{
  g_autoptr (BhLaunchOptions) self = g_new0 (BhLaunchOptions, 1);
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_return_val_if_fail (variant != NULL && manifest != NULL, NULL);

  g_variant_iter_init (&iter, variant);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &value))
    {
      g_autoptr (GVariant) owned = value;
      const char *text;

      if (!g_variant_is_of_type (owned, G_VARIANT_TYPE_STRING))
        {
          g_set_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT,
                       _("The option “%s” must be a text"), key);
          return NULL;
        }
      text = g_variant_get_string (owned, NULL);
      if (g_str_equal (key, "wait"))
        {
          if (!parse_wait (text, &self->wait))
            {
              g_set_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT,
                           _("“wait” must be spawned, ready or painted, not “%s”"), text);
              return NULL;
            }
        }
      else if (g_str_equal (key, "uri"))
        {
          g_clear_pointer (&self->uri, g_free);
          self->uri = *text != '\0' ? bh_uri_policy_resolve (manifest, text, error) : g_strdup ("");
          if (self->uri == NULL)
            return NULL;
        }
      else if (g_str_equal (key, "activation-token"))
        {
          g_free (self->activation_token);
          self->activation_token = g_strdup (text);
        }
      else
        {
          g_set_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT,
                       _("There is no option “%s”; there are wait, uri and activation-token"), key);
          return NULL;
        }
    }
  if (self->uri == NULL)
    self->uri = g_strdup ("");
  if (self->activation_token == NULL)
    self->activation_token = g_strdup ("");

  return g_steal_pointer (&self);
}

/**
 * bh_launch_options_free:
 * @self: (transfer full): options
 */
void
bh_launch_options_free (BhLaunchOptions *self)
{
  g_free (self->uri);
  g_free (self->activation_token);
  g_free (self);
}
