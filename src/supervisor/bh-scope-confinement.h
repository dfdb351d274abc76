/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-clock.h"
#include "bh-confinement.h"
#include "bh-systemd.h"

G_BEGIN_DECLS

#define BH_TYPE_SCOPE_CONFINEMENT (bh_scope_confinement_get_type ())

G_DECLARE_FINAL_TYPE (BhScopeConfinement, bh_scope_confinement, BH, SCOPE_CONFINEMENT, GObject)

BhScopeConfinement *bh_scope_confinement_new (BhSystemd  *systemd,
                                              BhClock    *clock,
                                              const char *unit);

void     bh_scope_confinement_start_async  (BhScopeConfinement *self,
                                            const char         *description,
                                            pid_t               pid,
                                            BhLimits           *limits,
                                            GCancellable       *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer            user_data);
void     bh_scope_confinement_adopt_async  (BhScopeConfinement *self,
                                            BhLimits           *limits,
                                            GCancellable       *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer            user_data);
gboolean bh_scope_confinement_start_finish (BhScopeConfinement *self,
                                            GAsyncResult       *result,
                                            GError            **error);

const char *bh_scope_confinement_get_unit      (BhScopeConfinement *self);
const char *bh_scope_confinement_get_directory (BhScopeConfinement *self);
gboolean    bh_scope_confinement_read_memory   (BhScopeConfinement *self, guint64 *bytes);

guint64 bh_scope_confinement_get_throttled (BhScopeConfinement *self);

void     bh_scope_confinement_freeze_async  (BhScopeConfinement *self,
                                             GAsyncReadyCallback callback,
                                             gpointer            user_data);
gboolean bh_scope_confinement_freeze_finish (BhScopeConfinement *self,
                                             GAsyncResult       *result,
                                             GError            **error);
void     bh_scope_confinement_thaw_async    (BhScopeConfinement *self,
                                             GAsyncReadyCallback callback,
                                             gpointer            user_data);
gboolean bh_scope_confinement_thaw_finish   (BhScopeConfinement *self,
                                             GAsyncResult       *result,
                                             GError            **error);
gboolean bh_scope_confinement_is_frozen     (BhScopeConfinement *self);
gboolean bh_scope_confinement_contains      (BhScopeConfinement *self, pid_t pid);

G_END_DECLS
