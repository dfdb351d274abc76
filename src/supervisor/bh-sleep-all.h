/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-dbus-public.h"
#include "bh-instance.h"

G_BEGIN_DECLS

/**
 * BhListInstances:
 * @user_data: as was given
 *
 * Returns: (transfer full) (element-type BhInstance): an instance of each app
 */
typedef GPtrArray *(*BhListInstances) (gpointer user_data);

void bh_sleep_all_serve (BhDBusSupervisor1 *service, BhListInstances list, gpointer user_data);

G_END_DECLS
