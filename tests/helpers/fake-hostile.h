/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean hostile_obey (GDBusConnection *connection, const char *order);
void hostile_have_bombs (int bombs);

G_END_DECLS
