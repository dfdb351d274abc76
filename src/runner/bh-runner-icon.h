/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-runner-config.h"

#include <gdk-pixbuf/gdk-pixbuf.h>

G_BEGIN_DECLS

GdkPixbuf *bh_runner_icon_load (BhRunnerConfig *config, GError **error);

G_END_DECLS
