/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-task-row.h"

G_BEGIN_DECLS

gboolean bh_task_match_row (BhTaskRow *row, const char *text);

G_END_DECLS
