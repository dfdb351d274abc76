/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-limits.h"
#include "bh-state.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define BH_TYPE_CONFINEMENT (bh_confinement_get_type ())

G_DECLARE_INTERFACE (BhConfinement, bh_confinement, BH, CONFINEMENT, GObject)

struct _BhConfinementInterface
{
  GTypeInterface parent_iface;

  void (*apply_async) (BhConfinement      *self,
                       BhLimits           *limits,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data);
  gboolean (*apply_finish) (BhConfinement *self, GAsyncResult *result, GError **error);
  BhLimitKinds (*get_enforced) (BhConfinement *self);
  BhReason (*explain_kill) (BhConfinement *self);
};

void         bh_confinement_apply_async  (BhConfinement      *self,
                                          BhLimits           *limits,
                                          GCancellable       *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer            user_data);
gboolean     bh_confinement_apply_finish (BhConfinement *self,
                                          GAsyncResult  *result,
                                          GError       **error);
BhLimitKinds bh_confinement_get_enforced (BhConfinement *self);
BhReason     bh_confinement_explain_kill (BhConfinement *self);
void         bh_confinement_emit_changed (BhConfinement *self);
void         bh_confinement_emit_high    (BhConfinement *self, BhLimitKinds kind);
void         bh_confinement_emit_over    (BhConfinement *self, BhReason reason, const char *detail);

G_END_DECLS
