/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean hostile_obey (GDBusConnection *connection, const char *order);

G_END_DECLS
