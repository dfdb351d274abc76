/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-shell"

#include "bh-app-limits.h"

#include "bh-limit-text.h"

#include <glib/gi18n.h>

/*
 * What an app may use, where that comes from and who sees to it, as the supervisor says. How near a
 * limit is is only told when somebody holds it: a bar for one that nobody holds would be painted
 * on.
 */

struct _BhAppLimits
{
  gatomicrefcount ref_count;
  guint64 values[BH_N_LIMITS];
  BhLimitOrigin origins[BH_N_LIMITS];
  BhLimitHolder holders[BH_N_LIMITS];
  gboolean pressed;
};

G_DEFINE_BOXED_TYPE (BhAppLimits, bh_app_limits, bh_app_limits_ref, bh_app_limits_unref)

static BhLimitHolder
parse_holder (const char *name)
{
  if (g_str_equal (name, "kernel"))
    return BH_LIMIT_HOLDER_KERNEL;

  return g_str_equal (name, "supervisor") ? BH_LIMIT_HOLDER_SUPERVISOR : BH_LIMIT_HOLDER_NONE;
}

static guint
get_index (BhLimitKinds kind)
{
  return (guint) g_bit_nth_lsf (kind, -1);
}

/**
 * bh_app_limits_new:
 * @limits: (nullable): App1.Limits
 * @from: (nullable): App1.LimitsFrom
 * @held_by: (nullable): App1.LimitsHeldBy
 * @pressed: App1.Pressed
 *
 * Takes over what is said of an app's limits; what is not understood is left out.
 *
 * Returns: (transfer full): the limits
 */
BhAppLimits *
bh_app_limits_new (GVariant *limits, GVariant *from, GVariant *held_by, gboolean pressed)
{
  BhAppLimits *self = g_new0 (BhAppLimits, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->pressed = !!pressed;
  for (guint i = 0; i < BH_N_LIMITS; i++)
    {
      const char *name = bh_limit_get_name ((BhLimitKinds) (1 << i));
      const char *text;

      if (limits != NULL)
        g_variant_lookup (limits, name, "t", &self->values[i]);
      if (from != NULL && g_variant_lookup (from, name, "&s", &text))
        bh_limit_origin_from_string (text, &self->origins[i]);
      if (held_by != NULL && g_variant_lookup (held_by, name, "&s", &text))
        self->holders[i] = parse_holder (text);
    }

  return self;
}

/**
 * bh_app_limits_ref:
 * @self: limits
 *
 * Returns: (transfer full): @self
 */
BhAppLimits *
bh_app_limits_ref (BhAppLimits *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * bh_app_limits_unref:
 * @self: (transfer full): limits
 */
void
bh_app_limits_unref (BhAppLimits *self)
{
  g_return_if_fail (self != NULL);

  if (g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}

/**
 * bh_app_limits_equal:
 * @a: limits
 * @b: limits
 *
 * Returns: whether both say the same
 */
gboolean
bh_app_limits_equal (BhAppLimits *a, BhAppLimits *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  for (guint i = 0; i < BH_N_LIMITS; i++)
    if (a->values[i] != b->values[i] || a->origins[i] != b->origins[i]
        || a->holders[i] != b->holders[i])
      return FALSE;

  return a->pressed == b->pressed;
}

/**
 * bh_app_limits_get_value:
 * @self: limits
 * @kind: one limit
 *
 * Returns: the limit in its own unit, 0 for no limit
 */
guint64
bh_app_limits_get_value (BhAppLimits *self, BhLimitKinds kind)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->values[get_index (kind)];
}

/**
 * bh_app_limits_get_origin:
 * @self: limits
 * @kind: one limit
 *
 * Returns: who has said what the limit is
 */
BhLimitOrigin
bh_app_limits_get_origin (BhAppLimits *self, BhLimitKinds kind)
{
  g_return_val_if_fail (self != NULL, BH_LIMIT_ORIGIN_NONE);

  return self->origins[get_index (kind)];
}

/**
 * bh_app_limits_get_holder:
 * @self: limits
 * @kind: one limit
 *
 * Returns: who holds the running app to it
 */
BhLimitHolder
bh_app_limits_get_holder (BhAppLimits *self, BhLimitKinds kind)
{
  g_return_val_if_fail (self != NULL, BH_LIMIT_HOLDER_NONE);

  return self->values[get_index (kind)] != 0 ? self->holders[get_index (kind)]
                                             : BH_LIMIT_HOLDER_NONE;
}

/**
 * bh_app_limits_get_pressed:
 * @self: limits
 *
 * Returns: whether the app has passed its soft memory limit
 */
gboolean
bh_app_limits_get_pressed (BhAppLimits *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->pressed;
}

/**
 * bh_app_limits_is_set:
 * @self: limits
 *
 * Returns: whether the user has set one of them, so that there is something to go back from
 */
gboolean
bh_app_limits_is_set (BhAppLimits *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  for (guint i = 0; i < BH_N_LIMITS; i++)
    if (self->origins[i] == BH_LIMIT_ORIGIN_SET)
      return TRUE;

  return FALSE;
}

/**
 * bh_app_limits_get_fraction:
 * @self: limits
 * @kind: one limit
 * @used: what is used, in the limit's unit; negative when it was not measured
 *
 * Returns: how much of the limit is used, from 0 to 1; negative when that is not known, or nobody
 *   holds the limit
 */
double
bh_app_limits_get_fraction (BhAppLimits *self, BhLimitKinds kind, double used)
{
  g_return_val_if_fail (self != NULL, -1);

  if (used < 0 || bh_app_limits_get_holder (self, kind) == BH_LIMIT_HOLDER_NONE)
    return -1;

  return MIN (used / (double) bh_app_limits_get_value (self, kind), 1);
}

/**
 * bh_limit_holder_get_label:
 * @holder: a holder
 *
 * Returns: (transfer none): what to say of a limit that it holds
 */
const char *
bh_limit_holder_get_label (BhLimitHolder holder)
{
  switch (holder)
    {
    case BH_LIMIT_HOLDER_KERNEL:
      return C_("limit held", "by kernel");
    case BH_LIMIT_HOLDER_SUPERVISOR:
      return C_("limit held", "by supervisor");
    case BH_LIMIT_HOLDER_NONE:
    default:
      return C_("limit held", "by nobody");
    }
}

/**
 * bh_app_limits_dup_text:
 * @self: limits
 * @kind: one limit
 * @used: what is used, as text
 *
 * Returns: (transfer full) (nullable): such as “312 MiB of 512 MiB, by kernel”; %NULL when nobody
 *   holds the limit
 */
char *
bh_app_limits_dup_text (BhAppLimits *self, BhLimitKinds kind, const char *used)
{
  g_autofree char *limit = NULL;

  g_return_val_if_fail (self != NULL && used != NULL, NULL);

  if (bh_app_limits_get_holder (self, kind) == BH_LIMIT_HOLDER_NONE)
    return NULL;
  limit = bh_limit_format (kind, bh_app_limits_get_value (self, kind));

  /* Translators: what is used, the limit, and who holds it: “312 MiB of 512 MiB, by kernel”. */
  return g_strdup_printf (_("%s of %s, %s"), used, limit,
                          bh_limit_holder_get_label (bh_app_limits_get_holder (self, kind)));
}
