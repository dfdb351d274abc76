/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

gboolean bh_gtop_get_memory (pid_t pid, guint64 *resident, guint64 *shared);

G_END_DECLS
