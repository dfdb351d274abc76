/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-object.h"

G_BEGIN_DECLS

void bh_app_permission_calls_connect (BhAppObject *app, BhDBusApp1 *skeleton);

G_END_DECLS
