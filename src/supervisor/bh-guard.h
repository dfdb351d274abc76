/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-process-tree.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define BH_TYPE_GUARD (bh_guard_get_type ())

G_DECLARE_FINAL_TYPE (BhGuard, bh_guard, BH, GUARD, GObject)

BhGuard *bh_guard_new     (const char *path);
void     bh_guard_watch   (BhGuard *self, const BhProcessKey *key);
void     bh_guard_forget  (BhGuard *self, const BhProcessKey *key);
pid_t    bh_guard_get_pid (BhGuard *self);

G_END_DECLS
