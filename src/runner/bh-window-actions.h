/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-window.h"

G_BEGIN_DECLS

void bh_window_actions_add (BhWindow *window);

G_END_DECLS
