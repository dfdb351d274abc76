/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-object.h"

G_BEGIN_DECLS

void bh_app_sleep_connect (BhDBusApp1 *app, BhAppObject *object);
void bh_app_sleep_show    (BhDBusApp1 *app, BhInstance *instance);

G_END_DECLS
