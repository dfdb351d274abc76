/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-id.h"
#include "bh-clock.h"
#include "bh-systemd.h"

G_BEGIN_DECLS

#define BH_TYPE_DESK (bh_desk_get_type ())

G_DECLARE_FINAL_TYPE (BhDesk, bh_desk, BH, DESK, GObject)

BhDesk *bh_desk_new (BhClock    *clock,
                     BhSystemd  *systemd,
                     BhAppId    *id,
                     const char *instance,
                     const char *manifest,
                     const char *chooser_path);

gboolean bh_desk_prepare  (BhDesk *self, GError **error);
gboolean bh_desk_serve    (BhDesk *self, GDBusConnection *connection, GError **error);
void     bh_desk_withdraw (BhDesk *self);
void     bh_desk_close    (BhDesk *self);
void     bh_desk_sweep    (BhDesk *self);

G_END_DECLS
