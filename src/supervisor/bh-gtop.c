/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-gtop.h"

#include <glibtop.h>
#include <glibtop/procmem.h>

/*
 * All of libgtop that Bulkhead uses, in one file. libgtop reports failure by leaving bits out of
 * `flags` and zeroes in the figures; every call here checks them, so that a process that is gone
 * is not taken for one that costs nothing.
 */

/**
 * bh_gtop_get_memory:
 * @pid: a process
 * @resident: (out): bytes in memory
 * @shared: (out): bytes of these that are backed by files or shared
 *
 * Returns: whether it could be read
 */
gboolean
bh_gtop_get_memory (pid_t pid, guint64 *resident, guint64 *shared)
{
  const guint64 needed = (1 << GLIBTOP_PROC_MEM_RESIDENT) | (1 << GLIBTOP_PROC_MEM_SHARE);
  glibtop_proc_mem memory;

  g_return_val_if_fail (resident != NULL && shared != NULL, FALSE);

  glibtop_get_proc_mem (&memory, pid);
  if ((memory.flags & needed) != needed)
    return FALSE;
  *resident = memory.resident;
  *shared = memory.share;

  return TRUE;
}
