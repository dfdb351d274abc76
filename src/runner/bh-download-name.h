/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char *bh_download_name_pick  (const char *directory, const char *name, GError **error);

G_END_DECLS
