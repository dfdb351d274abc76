/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-process-tree.h"

G_BEGIN_DECLS

/* Of the processes of apps, and of those of pages among them. A browser gives its pages 300
 * (Chromium, base/process/memory.h, kLowestRendererOomScore); a session's other programs have 0 to
 * 200 (systemd.exec(5) and GNOME). */
#define BH_OOM_SCORE_APP 300
#define BH_OOM_SCORE_WEB 500

void bh_oom_score_raise (const BhProcessKey *key, int score);

G_END_DECLS
