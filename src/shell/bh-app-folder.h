/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-control.h"

G_BEGIN_DECLS

void bh_app_folder_show (BhAppControl *control, GtkWindow *window, BhAppItem *item);

G_END_DECLS
