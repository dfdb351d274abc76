/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-limit-layers.h"

#include "bh-error.h"
#include "bh-limit-text.h"

#include <glib/gi18n.h>

/*
 * Which limits count when several have spoken: the defaults for all apps, the manifest, and the
 * user for this app, each stronger than the one before. What the administrator ships is a cap, too:
 * the user can lower it, but neither raise nor remove it.
 */

static const char *const origins[] = {
  [BH_LIMIT_ORIGIN_NONE] = "none",         [BH_LIMIT_ORIGIN_DEFAULT] = "default",
  [BH_LIMIT_ORIGIN_MANIFEST] = "manifest", [BH_LIMIT_ORIGIN_MANAGED] = "managed",
  [BH_LIMIT_ORIGIN_SET] = "set",
};

/**
 * bh_limit_origin_to_string:
 * @origin: an origin
 *
 * Returns: (transfer none): its name on D-Bus
 */
const char *
bh_limit_origin_to_string (BhLimitOrigin origin)
{
  g_return_val_if_fail (origin < G_N_ELEMENTS (origins), NULL);

  return origins[origin];
}

/**
 * bh_limit_origin_from_string:
 * @name: a name on D-Bus
 * @origin: (out): the origin
 *
 * Returns: whether there is one of that name
 */
gboolean
bh_limit_origin_from_string (const char *name, BhLimitOrigin *origin)
{
  g_return_val_if_fail (name != NULL && origin != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (origins); i++)
    if (g_str_equal (origins[i], name))
      {
        *origin = (BhLimitOrigin) i;
        return TRUE;
      }

  return FALSE;
}

static BhLimits *
get_wanted (const BhLimitLayers *self)
{
  g_autoptr (BhLimits) shipped
      = bh_limits_override (self->defaults, self->shipped, bh_limits_get_kinds (self->shipped));

  return bh_limits_override (shipped, self->set, self->set_kinds);
}

/**
 * bh_limit_layers_resolve:
 * @self: what is said of an app's limits
 *
 * Returns: (transfer full): the limits that count
 */
BhLimits *
bh_limit_layers_resolve (const BhLimitLayers *self)
{
  g_autoptr (BhLimits) wanted = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  wanted = get_wanted (self);

  return self->managed ? bh_limits_tighten (wanted, self->shipped) : bh_limits_ref (wanted);
}

static BhLimitKinds
with_high (BhLimitKinds kinds)
{
  /* A hard limit brings its soft one along. */
  return kinds & BH_LIMIT_MEMORY ? kinds | BH_LIMIT_MEMORY_HIGH : kinds;
}

/* The strongest layer that speaks of the limit, and what it says. */
static BhLimitOrigin
find_speaker (const BhLimitLayers *self, BhLimitKinds kind, guint64 *value)
{
  if (with_high (self->set_kinds) & kind)
    {
      *value = bh_limits_get (self->set, kind);
      return BH_LIMIT_ORIGIN_SET;
    }
  if (bh_limits_get_kinds (self->shipped) & kind)
    {
      *value = bh_limits_get (self->shipped, kind);
      return self->managed ? BH_LIMIT_ORIGIN_MANAGED : BH_LIMIT_ORIGIN_MANIFEST;
    }
  *value = bh_limits_get (self->defaults, kind);

  return *value != 0 ? BH_LIMIT_ORIGIN_DEFAULT : BH_LIMIT_ORIGIN_NONE;
}

/**
 * bh_limit_layers_get_origin:
 * @self: what is said of an app's limits
 * @kind: one limit
 *
 * Returns: who has said what the limit is, or that there is none
 */
BhLimitOrigin
bh_limit_layers_get_origin (const BhLimitLayers *self, BhLimitKinds kind)
{
  g_autoptr (BhLimits) limits = NULL;
  BhLimitOrigin origin;
  guint64 value, said;

  g_return_val_if_fail (self != NULL, BH_LIMIT_ORIGIN_NONE);

  limits = bh_limit_layers_resolve (self);
  value = bh_limits_get (limits, kind);
  origin = find_speaker (self, kind, &said);
  if (said == value)
    return origin;

  /* What was wanted is not what counts: the administrator's is lower, or the soft limit follows the
   * hard one. */
  if (self->managed && bh_limits_get (self->shipped, kind) == value)
    return BH_LIMIT_ORIGIN_MANAGED;
  if (kind == BH_LIMIT_MEMORY_HIGH)
    return bh_limit_layers_get_origin (self, BH_LIMIT_MEMORY);

  return origin;
}

/**
 * bh_limit_layers_check:
 * @self: what would be said of an app's limits
 * @high: the soft memory limit that the user asked for just now, 0 for none
 * @error: return location for an error
 *
 * Returns: %TRUE when what the user wants is what would count, otherwise %FALSE with
 *   %BH_ERROR_INVALID_ARGUMENT, which names the limit and says why
 */
gboolean
bh_limit_layers_check (const BhLimitLayers *self, guint64 high, GError **error)
{
  g_autoptr (BhLimits) wanted = NULL;
  g_autoptr (BhLimits) limits = NULL;
  guint64 memory;

  g_return_val_if_fail (self != NULL, FALSE);

  wanted = get_wanted (self);
  limits = bh_limit_layers_resolve (self);
  for (guint i = 0; i < BH_N_LIMITS; i++)
    {
      BhLimitKinds kind = (BhLimitKinds) (1 << i);
      g_autofree char *most = NULL;

      if (bh_limits_get (wanted, kind) == bh_limits_get (limits, kind))
        continue;
      most = bh_limit_format (kind, bh_limits_get (self->shipped, kind));
      g_set_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT,
                   _("The administrator has limited “%s” of this app to %s, which can be lowered "
                     "but not raised or removed"),
                   bh_limit_get_name (kind), most);
      return FALSE;
    }

  memory = bh_limits_get (limits, BH_LIMIT_MEMORY);
  if (memory != 0 && high > memory)
    {
      g_autofree char *most = bh_limit_format (BH_LIMIT_MEMORY, memory);

      g_set_error (error, BH_ERROR, BH_ERROR_INVALID_ARGUMENT,
                   _("The limit “%s” can't be higher than “%s”, which is %s"),
                   bh_limit_get_name (BH_LIMIT_MEMORY_HIGH), bh_limit_get_name (BH_LIMIT_MEMORY),
                   most);
      return FALSE;
    }

  return TRUE;
}

/**
 * bh_limit_layers_to_dict:
 * @self: what is said of an app's limits
 *
 * Returns: (transfer floating): a{ss} as App1.LimitsFrom has it
 */
GVariant *
bh_limit_layers_to_dict (const BhLimitLayers *self)
{
  GVariantBuilder builder;

  g_return_val_if_fail (self != NULL, NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  for (guint i = 0; i < BH_N_LIMITS; i++)
    {
      BhLimitKinds kind = (BhLimitKinds) (1 << i);
      BhLimitOrigin origin = bh_limit_layers_get_origin (self, kind);

      if (origin != BH_LIMIT_ORIGIN_NONE)
        g_variant_builder_add (&builder, "{ss}", bh_limit_get_name (kind),
                               bh_limit_origin_to_string (origin));
    }

  return g_variant_builder_end (&builder);
}
