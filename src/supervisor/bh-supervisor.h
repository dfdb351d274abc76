/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-clock.h"
#include "bh-instance-tools.h"
#include "bh-spawner.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define BH_TYPE_SUPERVISOR (bh_supervisor_get_type ())

G_DECLARE_FINAL_TYPE (BhSupervisor, bh_supervisor, BH, SUPERVISOR, GObject)

BhSupervisor *bh_supervisor_new     (BhClock         *clock,
                                     BhSpawner       *spawner,
                                     const char *gate_path, const char *runner_path,
                                     const char *chooser_path,
                                     BhEnclosing      enclosing,
                                     GDBusConnection *connection,
                                     GError         **error);
gboolean      bh_supervisor_adopt   (BhSupervisor *self, GError **error);
void          bh_supervisor_finish  (BhSupervisor *self);
void          bh_supervisor_retire  (BhSupervisor *self);
gboolean      bh_supervisor_is_busy (BhSupervisor *self);

G_END_DECLS
