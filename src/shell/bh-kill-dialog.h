/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-control.h"

G_BEGIN_DECLS

void bh_kill_dialog_kill (BhAppControl *control, GtkWindow *window, GList *items);

G_END_DECLS
