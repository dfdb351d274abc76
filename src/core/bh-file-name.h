/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *bh_file_name_clean  (const char *suggested);
char *bh_file_name_number (const char *name, guint number);

G_END_DECLS
