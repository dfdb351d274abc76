/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <webkit2/webkit2.h>

G_BEGIN_DECLS

WebKitMemoryPressureSettings *bh_memory_pressure_new_for_pages   (guint64 memory,
                                                                  guint64 memory_high);
WebKitMemoryPressureSettings *bh_memory_pressure_new_for_network (guint64 memory);

G_END_DECLS
