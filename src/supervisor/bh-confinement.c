/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-confinement.h"

/*
 * What holds a run to its limits. There are two engines, and a run has both: a systemd scope, whose
 * limits the kernel enforces (bh-scope-confinement.c), where there is a systemd to ask; and the
 * supervisor itself (bh-supervised-confinement.c) for the limits that the scope does not hold.
 */

enum {
  CHANGED,
  HIGH,
  OVER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_INTERFACE (BhConfinement, bh_confinement, G_TYPE_OBJECT)

static void
bh_confinement_default_init (BhConfinementInterface *iface)
{
  /**
   * BhConfinement::changed:
   *
   * bh_confinement_get_enforced() returns something else now.
   */
  signals[CHANGED] = g_signal_new ("changed", BH_TYPE_CONFINEMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);

  /**
   * BhConfinement::high:
   * @self: the confinement
   * @kind: %BH_LIMIT_MEMORY_HIGH when the soft memory limit has been passed, or %BH_LIMIT_CPU_TIME
   *   when most of the CPU time has been used
   *
   * A limit is near. Told at most once until it was kept again for a while.
   */
  signals[HIGH] = g_signal_new ("high", BH_TYPE_CONFINEMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_INT);

  /**
   * BhConfinement::over:
   * @self: the confinement
   * @reason: a #BhReason
   * @detail: the limit and what was used, in plain words
   *
   * A hard limit has been passed, and the run is to be ended for it. (The kernel's own limits tell
   * nothing: it ends a process itself, see bh_confinement_explain_kill().)
   */
  signals[OVER] = g_signal_new ("over", BH_TYPE_CONFINEMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_STRING);
}

/**
 * bh_confinement_apply_async:
 * @self: a confinement
 * @limits: what to hold the run to from now on
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the limits stand
 * @user_data: for @callback
 *
 * Sets or changes the limits.
 */
void
bh_confinement_apply_async (BhConfinement *self,
                            BhLimits *limits,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (BH_IS_CONFINEMENT (self));
  g_return_if_fail (limits != NULL);

  BH_CONFINEMENT_GET_IFACE (self)->apply_async (self, limits, cancellable, callback, user_data);
}

/**
 * bh_confinement_apply_finish:
 * @self: a confinement
 * @result: the result
 * @error: return location for an error
 *
 * Returns: whether the limits stand, as far as this engine enforces them
 */
gboolean
bh_confinement_apply_finish (BhConfinement *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (BH_IS_CONFINEMENT (self), FALSE);

  return BH_CONFINEMENT_GET_IFACE (self)->apply_finish (self, result, error);
}

/**
 * bh_confinement_get_enforced:
 * @self: a confinement
 *
 * Returns: the limits that are set and that this engine holds the run to, now
 */
BhLimitKinds
bh_confinement_get_enforced (BhConfinement *self)
{
  g_return_val_if_fail (BH_IS_CONFINEMENT (self), 0);

  return BH_CONFINEMENT_GET_IFACE (self)->get_enforced (self);
}

/**
 * bh_confinement_explain_kill:
 * @self: a confinement
 *
 * A process of the run was ended by SIGKILL, and not by us: was it a limit? Each kill is explained
 * once.
 *
 * Returns: %BH_REASON_MEMORY_LIMIT, %BH_REASON_OUT_OF_MEMORY, or %BH_REASON_NONE when this engine
 *   knows nothing of it
 */
BhReason
bh_confinement_explain_kill (BhConfinement *self)
{
  g_return_val_if_fail (BH_IS_CONFINEMENT (self), BH_REASON_NONE);

  return BH_CONFINEMENT_GET_IFACE (self)->explain_kill (self);
}

/**
 * bh_confinement_emit_changed:
 * @self: a confinement
 *
 * For engines: emits the signal.
 */
void
bh_confinement_emit_changed (BhConfinement *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * bh_confinement_emit_high:
 * @self: a confinement
 * @kind: the limit that is near
 *
 * For engines: emits the signal.
 */
void
bh_confinement_emit_high (BhConfinement *self, BhLimitKinds kind)
{
  g_signal_emit (self, signals[HIGH], 0, (int) kind);
}

/**
 * bh_confinement_emit_over:
 * @self: a confinement
 * @reason: which limit
 * @detail: the limit and what was used, in plain words
 *
 * For engines: emits the signal.
 */
void
bh_confinement_emit_over (BhConfinement *self, BhReason reason, const char *detail)
{
  g_signal_emit (self, signals[OVER], 0, reason, detail);
}
