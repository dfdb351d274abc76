/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define BH_TYPE_TRAFFIC (bh_traffic_get_type ())
G_DECLARE_FINAL_TYPE (BhTraffic, bh_traffic, BH, TRAFFIC, GObject)

BhTraffic *bh_traffic_new             (void);
char      *bh_traffic_find_module_dir (void);
void       bh_traffic_set_environment (BhTraffic *self, const char *module_dir);
gboolean   bh_traffic_get             (BhTraffic *self, guint64 *received, guint64 *sent);

G_END_DECLS
