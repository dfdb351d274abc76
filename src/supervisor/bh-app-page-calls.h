/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-object.h"

G_BEGIN_DECLS

void bh_app_page_calls_connect (BhDBusApp1 *app, BhAppObject *object);

G_END_DECLS
