/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-limits.h"

#include <gio/gio.h>
#include <sys/types.h>

G_BEGIN_DECLS

#define BH_TYPE_SYSTEMD (bh_systemd_get_type ())

G_DECLARE_FINAL_TYPE (BhSystemd, bh_systemd, BH, SYSTEMD, GObject)

BhSystemd *bh_systemd_new (GDBusConnection *connection);

void  bh_systemd_start_scope_async  (BhSystemd          *self,
                                     const char         *name,
                                     const char         *description,
                                     pid_t               pid,
                                     BhLimits           *limits,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
char *bh_systemd_start_scope_finish (BhSystemd *self, GAsyncResult *result, GError **error);

void  bh_systemd_find_scope_async  (BhSystemd          *self,
                                    const char         *name,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
char *bh_systemd_find_scope_finish (BhSystemd *self, GAsyncResult *result, GError **error);

void     bh_systemd_set_limits_async  (BhSystemd          *self,
                                       const char         *name,
                                       BhLimits           *limits,
                                       GCancellable       *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data);
gboolean bh_systemd_set_limits_finish (BhSystemd *self, GAsyncResult *result, GError **error);

void     bh_systemd_set_frozen_async  (BhSystemd          *self,
                                       const char         *name,
                                       gboolean            frozen,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data);
gboolean bh_systemd_set_frozen_finish (BhSystemd *self, GAsyncResult *result, GError **error);

void  bh_systemd_list_async  (BhSystemd          *self,
                              const char         *pattern,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data);
GStrv bh_systemd_list_finish (BhSystemd *self, GAsyncResult *result, GError **error);
void  bh_systemd_stop        (BhSystemd *self, const char *name);

G_END_DECLS
