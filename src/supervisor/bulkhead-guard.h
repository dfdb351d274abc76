/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

/* What the supervisor (bh-guard.c) and bulkhead-guard, which links nothing, say to each other. */

typedef enum
{
  BH_GUARD_WATCH,
  BH_GUARD_FORGET
} BhGuardWhat;

typedef struct
{
  int32_t pid;
  uint32_t what;
  uint64_t start_time; /* in clock ticks, as /proc/PID/stat has it */
} BhGuardOrder;
