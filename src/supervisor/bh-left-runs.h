/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-systemd.h"

G_BEGIN_DECLS

void bh_left_runs_end_scopes  (BhSystemd *systemd, const char *records_dir);
void bh_left_runs_remove_dirs (const char *records_dir);

G_END_DECLS
