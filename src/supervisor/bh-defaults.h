/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-limits.h"

G_BEGIN_DECLS

#define BH_TYPE_DEFAULTS (bh_defaults_get_type ())
G_DECLARE_FINAL_TYPE (BhDefaults, bh_defaults, BH, DEFAULTS, GObject)

BhDefaults     *bh_defaults_new                (void);
BhLimits       *bh_defaults_get_limits         (BhDefaults *self);
BhRestartPolicy bh_defaults_get_restart_policy (BhDefaults *self);
guint           bh_defaults_get_restart_cap    (BhDefaults *self);
guint           bh_defaults_get_patience       (BhDefaults *self);
guint           bh_defaults_get_suspend_after       (BhDefaults *self);
gboolean        bh_defaults_get_notify         (BhDefaults *self);
gboolean        bh_defaults_get_allow_unconfined (BhDefaults *self);
gboolean        bh_defaults_get_record_history (BhDefaults *self);

G_END_DECLS
