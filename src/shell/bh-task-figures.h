/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-task-format.h"

G_BEGIN_DECLS

/* The finest share of a processor core that is told apart: a hundredth of a per cent. */
#define BH_TASK_CPU_UNIT 100

/**
 * BhTaskFigure:
 * @BH_TASK_FIGURE_MEMORY: bytes
 * @BH_TASK_FIGURE_MEMORY_PEAK: bytes
 * @BH_TASK_FIGURE_SWAP: bytes
 * @BH_TASK_FIGURE_CPU: per cent of one core, times %BH_TASK_CPU_UNIT
 * @BH_TASK_FIGURE_CPU_TIME: microseconds
 * @BH_TASK_FIGURE_THREADS: a number
 * @BH_TASK_FIGURE_DESCRIPTORS: a number
 * @BH_TASK_FIGURE_DISK_READ: bytes
 * @BH_TASK_FIGURE_DISK_WRITTEN: bytes
 * @BH_TASK_FIGURE_NETWORK_RECEIVED: bytes
 * @BH_TASK_FIGURE_NETWORK_SENT: bytes
 * @BH_TASK_FIGURE_STARTED_AT: microseconds since 1970-01-01 UTC
 * @BH_TASK_FIGURE_UPTIME: seconds
 * @BH_TASK_FIGURE_RESTARTS: a number
 *
 * What is measured of an app or a process; each is %BH_TASK_UNMEASURED when it was not.
 */
typedef enum {
  BH_TASK_FIGURE_MEMORY,
  BH_TASK_FIGURE_MEMORY_PEAK,
  BH_TASK_FIGURE_SWAP,
  BH_TASK_FIGURE_CPU,
  BH_TASK_FIGURE_CPU_TIME,
  BH_TASK_FIGURE_THREADS,
  BH_TASK_FIGURE_DESCRIPTORS,
  BH_TASK_FIGURE_DISK_READ,
  BH_TASK_FIGURE_DISK_WRITTEN,
  BH_TASK_FIGURE_NETWORK_RECEIVED,
  BH_TASK_FIGURE_NETWORK_SENT,
  BH_TASK_FIGURE_STARTED_AT,
  BH_TASK_FIGURE_UPTIME,
  BH_TASK_FIGURE_RESTARTS,
} BhTaskFigure;

#define BH_N_TASK_FIGURES (BH_TASK_FIGURE_RESTARTS + 1)

/**
 * BhTaskFigures:
 * @values: by #BhTaskFigure
 * @memory_kind: (nullable): what the memory is, as on D-Bus; never a text that goes
 *
 * What was measured at one time.
 */
typedef struct
{
  gint64 values[BH_N_TASK_FIGURES];
  const char *memory_kind;
} BhTaskFigures;

/**
 * BhTaskSample:
 * @path: (nullable): the app's object path
 * @role: (nullable): the process's role
 * @name: (nullable): the kernel's name of the process
 * @pid: the PID, or 0
 * @start_time: the process's start in clock ticks, or 0
 * @stopped: whether the process is stopped or frozen
 * @processes: (nullable): the app's processes, an `aa{sv}`
 * @process_count: how many processes the app has
 * @figures: what was measured
 *
 * An entry of Supervisor1.Sampled, or of the processes in one. The texts are the entry's.
 */
typedef struct
{
  const char *path;
  const char *role;
  const char *name;
  guint pid;
  guint64 start_time;
  gboolean stopped;
  GVariant *processes;
  guint process_count;
  BhTaskFigures figures;
} BhTaskSample;

void bh_task_figures_init (BhTaskFigures *self);
void bh_task_sample_read  (BhTaskSample *self, GVariant *entry);
void bh_task_sample_clear (BhTaskSample *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BhTaskSample, bh_task_sample_clear)

G_END_DECLS
