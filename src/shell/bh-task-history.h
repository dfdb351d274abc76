/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How far back it goes. */
#define BH_TASK_HISTORY_SECONDS 60

/**
 * BhTaskHistory:
 * @memory: bytes, second by second; the latest is at @last modulo the size
 * @cpu: as @memory, in the unit of %BH_TASK_FIGURE_CPU
 * @last: the second of the latest figures, 0 when there are none
 *
 * An app's last minute; negative is what was not measured.
 */
typedef struct
{
  gint64 memory[BH_TASK_HISTORY_SECONDS];
  gint64 cpu[BH_TASK_HISTORY_SECONDS];
  gint64 last;
} BhTaskHistory;

void   bh_task_history_clear (BhTaskHistory *self);
void   bh_task_history_add   (BhTaskHistory *self, gint64 now, gint64 memory, gint64 cpu);
gint64 bh_task_history_get   (const gint64 *ring, gint64 last, guint age);

G_END_DECLS
