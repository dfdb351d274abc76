/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean figures_begin (const char *mode, int number, const char *directory);
gboolean figures_obey  (const char *order);

G_END_DECLS
