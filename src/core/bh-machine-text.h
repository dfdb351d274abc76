/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BhMachineMemory:
 * @total: bytes of memory
 * @available: bytes of it that programs could have without swapping
 * @swap: bytes of swap
 * @swap_free: bytes of it that are free
 *
 * What is used of /proc/meminfo.
 */
typedef struct
{
  guint64 total;
  guint64 available;
  guint64 swap;
  guint64 swap_free;
} BhMachineMemory;

/**
 * BhMachineCpu:
 * @busy: clock ticks that all cores together worked
 * @total: clock ticks of all cores
 * @cores: how many there are
 *
 * What is used of /proc/stat.
 */
typedef struct
{
  guint64 busy;
  guint64 total;
  guint cores;
} BhMachineCpu;

gboolean bh_machine_parse_memory (const char *text, gsize length, BhMachineMemory *memory);
gboolean bh_machine_parse_cpu    (const char *text, gsize length, BhMachineCpu *cpu);

G_END_DECLS
