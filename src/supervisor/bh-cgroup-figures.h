/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BhCgroupFigures:
 * @has_memory: whether @memory could be read, and so of the others
 * @memory: bytes that the kernel counts for it, and compares with its limits
 * @swap: bytes in swap
 * @peak: the most that @memory was
 * @cpu_time: microseconds of CPU time
 * @read: bytes read from the storage
 * @written: bytes written to it
 * @frozen: whether all its processes are frozen
 *
 * What the kernel tells of an instance's own cgroup.
 */
typedef struct
{
  gboolean has_memory;
  gboolean has_swap;
  gboolean has_peak;
  gboolean has_cpu_time;
  gboolean has_io;
  guint64 memory;
  guint64 swap;
  guint64 peak;
  guint64 cpu_time;
  guint64 read;
  guint64 written;
  gboolean frozen;

  /* Of bh-cgroup-figures.c alone. */
  char *directory;
  int memory_fd;
  int swap_fd;
  int peak_fd;
  int cpu_fd;
  int io_fd;
  int events_fd;
} BhCgroupFigures;

BhCgroupFigures *bh_cgroup_figures_new  (const char *directory);
void             bh_cgroup_figures_free (BhCgroupFigures *self);
void             bh_cgroup_figures_look (BhCgroupFigures *self);

G_END_DECLS
