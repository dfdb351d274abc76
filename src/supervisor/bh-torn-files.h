/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void bh_torn_files_remove (const char *directory, const char *suffix);

G_END_DECLS
