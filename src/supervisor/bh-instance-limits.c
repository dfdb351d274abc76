/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-instance-private.h"

#include "bh-limit-layers.h"
#include "bh-limit-store.h"
#include "bh-limit-text.h"

#include <glib/gi18n.h>

/*
 * An instance's limits: which count is bh-limit-layers.c's to decide; here they are read, kept, and
 * handed to the run.
 */

/* What is said of the limits, with @set as the user's. */
static BhLimitLayers
build_layers (BhInstance *self, BhLimits *set, BhLimitKinds kinds)
{
  return (BhLimitLayers){
    .defaults = bh_defaults_get_limits (self->tools->defaults),
    .shipped = bh_manifest_get_limits (self->manifest),
    .set = set,
    .set_kinds = kinds,
    .managed = self->managed,
  };
}

/**
 * bh_instance_update_limits:
 * @self: an instance with a manifest
 *
 * Works out the limits anew, and holds the run to them if there is one.
 */
void
bh_instance_update_limits (BhInstance *self)
{
  BhLimitLayers layers = build_layers (self, self->own_limits, self->own_kinds);

  g_clear_pointer (&self->limits, bh_limits_unref);
  self->limits = bh_limit_layers_resolve (&layers);
  if (self->run != NULL)
    bh_run_set_limits (self->run, self->limits);
}

static void
on_defaults_changed (BhDefaults *defaults, BhInstance *self)
{
  if (self->manifest == NULL)
    return;
  bh_instance_update_limits (self);
  bh_instance_changed (self);
}

/**
 * bh_instance_load_limits:
 * @self: an instance
 *
 * Reads what the user has set. What can't be read counts as nothing, and is told in the journal.
 * From then on the defaults are followed, too.
 */
void
bh_instance_load_limits (BhInstance *self)
{
  g_autoptr (GError) error = NULL;

  g_signal_connect_object (self->tools->defaults, "changed", G_CALLBACK (on_defaults_changed), self,
                           0);
  self->own_limits = bh_limit_store_load (self->id, &self->own_kinds, &error);
  if (self->own_limits != NULL)
    return;
  g_warning ("Limits can't be read: %s", error->message);
  self->own_limits = bh_limits_new (0, 0, 0, 0, 0);
  self->own_kinds = 0;
}

/**
 * bh_instance_set_limits:
 * @self: an instance
 * @values: a{sv} as bh_limits_to_dict() makes it; what it leaves out stays, 0 is no limit
 * @error: return location for an error
 *
 * Sets limits for the run that is under way and for all later ones.
 *
 * Returns: %TRUE, or %FALSE with %BH_ERROR_INVALID_ARGUMENT or why it can't be kept
 */
gboolean
bh_instance_set_limits (BhInstance *self, GVariant *values, GError **error)
{
  g_autoptr (BhLimits) limits = NULL;
  g_autoptr (BhLimits) wanted = NULL;
  BhLimitLayers layers;
  BhLimitKinds kinds, kinds_asked;

  g_return_val_if_fail (BH_IS_INSTANCE (self), FALSE);
  g_return_val_if_fail (self->manifest != NULL && values != NULL, FALSE);

  limits = bh_limits_from_dict (values, &kinds, error);
  if (limits == NULL)
    return FALSE;

  wanted = bh_limits_override (self->own_limits, limits, kinds);
  kinds_asked = kinds;
  kinds |= self->own_kinds;
  layers = build_layers (self, wanted, kinds);
  if (!bh_limit_layers_check (
          &layers, kinds_asked & BH_LIMIT_MEMORY_HIGH ? bh_limits_get_memory_high (limits) : 0,
          error))
    return FALSE;
  if (!bh_limit_store_save (self->id, wanted, kinds, error))
    return FALSE;

  bh_limits_unref (self->own_limits);
  self->own_limits = g_steal_pointer (&wanted);
  self->own_kinds = kinds;
  bh_instance_update_limits (self);
  bh_instance_record (self, BH_EVENT_LIMITS_CHANGED, NULL, NULL);
  bh_instance_changed (self);

  return TRUE;
}

/**
 * bh_instance_is_setting_limits:
 * @self: an instance
 *
 * Returns: whether the run is just being held to new limits
 */
gboolean
bh_instance_is_setting_limits (BhInstance *self)
{
  g_return_val_if_fail (BH_IS_INSTANCE (self), FALSE);

  return self->run != NULL && bh_run_is_setting_limits (self->run);
}

/**
 * bh_instance_reset_limits:
 * @self: an instance
 * @error: return location for an error
 *
 * Goes back to the limits of the manifest and the defaults.
 *
 * Returns: whether what the user had set is forgotten
 */
gboolean
bh_instance_reset_limits (BhInstance *self, GError **error)
{
  g_return_val_if_fail (BH_IS_INSTANCE (self), FALSE);

  if (!bh_limit_store_save (self->id, self->own_limits, 0, error))
    return FALSE;

  self->own_kinds = 0;
  bh_instance_update_limits (self);
  bh_instance_record (self, BH_EVENT_LIMITS_CHANGED, NULL, NULL);
  bh_instance_changed (self);

  return TRUE;
}

/**
 * bh_instance_get_limits:
 * @self: an instance
 *
 * Returns: (transfer none) (nullable): the limits of this run and the next, %NULL without a
 *   manifest
 */
BhLimits *
bh_instance_get_limits (BhInstance *self)
{
  g_return_val_if_fail (BH_IS_INSTANCE (self), NULL);

  return self->limits;
}

/**
 * bh_instance_dup_limit_origins:
 * @self: an instance
 *
 * Returns: (transfer floating): a{ss} as App1.LimitsFrom has it, empty without a manifest
 */
GVariant *
bh_instance_dup_limit_origins (BhInstance *self)
{
  BhLimitLayers layers;

  g_return_val_if_fail (BH_IS_INSTANCE (self), NULL);

  if (self->manifest == NULL)
    return g_variant_new_array (G_VARIANT_TYPE ("{ss}"), NULL, 0);
  layers = build_layers (self, self->own_limits, self->own_kinds);

  return bh_limit_layers_to_dict (&layers);
}

/**
 * bh_instance_get_pressed:
 * @self: an instance
 *
 * Returns: the limits that the run is near: %BH_LIMIT_MEMORY_HIGH when that has been passed,
 *   %BH_LIMIT_CPU_TIME when most of that has been used
 */
BhLimitKinds
bh_instance_get_pressed (BhInstance *self)
{
  g_return_val_if_fail (BH_IS_INSTANCE (self), 0);

  return self->pressed;
}

/**
 * bh_instance_explain_kill:
 * @self: an instance with a run
 * @detail: (out) (transfer full): more in plain words, when there is a reason
 *
 * A process of the run was killed, and not by us.
 *
 * Returns: the reason if the kernel did it for want of memory, otherwise %BH_REASON_NONE
 */
BhReason
bh_instance_explain_kill (BhInstance *self, char **detail)
{
  BhLimiter *limiter = bh_run_get_limiter (self->run);
  BhReason reason = bh_limiter_explain_kill (limiter);

  if (reason == BH_REASON_MEMORY_LIMIT)
    {
      g_autofree char *limit
          = g_format_size_full (bh_limits_get_memory (bh_limiter_get_limits (limiter)),
                                G_FORMAT_SIZE_IEC_UNITS);

      *detail = g_strdup_printf (_("It reached its memory limit of %s, and the kernel ended a "
                                   "process of it"),
                                 limit);
    }
  else if (reason == BH_REASON_OUT_OF_MEMORY)
    {
      *detail
          = g_strdup (_("The machine had no memory left, and the kernel ended a process of it"));
    }

  return reason;
}

static void
on_limiter_over (BhLimiter *limiter, int reason, const char *detail, BhInstance *self)
{
  if (bh_run_is_ending (self->run))
    return;

  /* One that was asked to end has no time left for it, but keeps its reason. */
  if (self->ending == BH_REASON_NONE)
    {
      self->ending = (BhReason) reason;
      g_free (self->ending_detail);
      self->ending_detail = g_strdup (detail);
      bh_run_record_ending (self->run, self->ending);
    }
  bh_instance_record (self, BH_EVENT_LIMIT, bh_reason_to_string ((BhReason) reason), detail);
  bh_run_kill (self->run);
}

static void
on_limiter_pressed (BhLimiter *limiter, BhInstance *self)
{
  BhLimitKinds pressed = bh_limiter_get_pressed (limiter);
  BhLimitKinds fresh = pressed & ~self->pressed;

  for (guint i = 0; i < BH_N_LIMITS; i++)
    {
      BhLimitKinds kind = (BhLimitKinds) (1 << i);
      g_autofree char *limit = NULL;

      if (!(fresh & kind))
        continue;
      limit = bh_limit_format (kind, bh_limits_get (bh_limiter_get_limits (limiter), kind));
      bh_instance_record (self, BH_EVENT_PRESSED,
                          bh_reason_to_string (kind == BH_LIMIT_CPU_TIME ? BH_REASON_CPU_TIME_LIMIT
                                                                         : BH_REASON_MEMORY_LIMIT),
                          limit);
    }
  if (self->pressed == pressed)
    return;
  self->pressed = pressed;
  bh_instance_changed (self);
}

static void
on_limiter_changed (BhLimiter *limiter, BhInstance *self)
{
  bh_instance_changed (self);
}

/**
 * bh_instance_listen_to_limiter:
 * @self: an instance with a run
 *
 * Hears of the limits that the run passes.
 */
void
bh_instance_listen_to_limiter (BhInstance *self)
{
  BhLimiter *limiter = bh_run_get_limiter (self->run);

  g_signal_connect_object (limiter, "over", G_CALLBACK (on_limiter_over), self, 0);
  g_signal_connect_object (limiter, "pressed", G_CALLBACK (on_limiter_pressed), self, 0);
  g_signal_connect_object (limiter, "changed", G_CALLBACK (on_limiter_changed), self, 0);
}
