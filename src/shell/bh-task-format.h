/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What stands for a figure that was not measured. */
#define BH_TASK_UNMEASURED -1

char       *bh_task_format_pid         (guint pid);
char       *bh_task_format_memory      (gint64 bytes);
const char *bh_task_format_memory_kind (const char *kind);
char       *bh_task_format_cpu         (double percent);
char       *bh_task_format_uptime      (gint64 seconds);
const char *bh_task_format_role        (const char *role);
char       *bh_task_format_total       (guint apps, guint processes, gint64 memory, double cpu);
char       *bh_task_format_machine     (GVariant *machine);

G_END_DECLS
