/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * BhOpenEngine:
 * @BH_OPEN_KERNEL: openat2(2), which resolves the whole path beneath the directory
 * @BH_OPEN_WALK: one openat(2) per path element, no symbolic link followed
 *
 * How a path is kept inside its directory.
 */
typedef enum {
  BH_OPEN_KERNEL,
  BH_OPEN_WALK,
} BhOpenEngine;

int bh_app_files_open      (const char  *directory,
                            const char  *path,
                            guint64     *size,
                            gint64      *modified,
                            GError     **error);
int bh_app_files_open_with (BhOpenEngine engine,
                            const char  *directory,
                            const char  *path,
                            guint64     *size,
                            gint64      *modified,
                            GError     **error);

G_END_DECLS
