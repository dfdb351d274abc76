/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-clock.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define BH_TYPE_RUNTIME_DIR (bh_runtime_dir_get_type ())

G_DECLARE_FINAL_TYPE (BhRuntimeDir, bh_runtime_dir, BH, RUNTIME_DIR, GObject)

BhRuntimeDir *bh_runtime_dir_new      (BhClock *clock, const char *bus_guid);
gboolean      bh_runtime_dir_make     (BhRuntimeDir *self, GError **error);
void          bh_runtime_dir_watch    (BhRuntimeDir *self);
const char   *bh_runtime_dir_get_path (BhRuntimeDir *self);
const char   *bh_runtime_dir_get_socket (BhRuntimeDir *self);

G_END_DECLS
