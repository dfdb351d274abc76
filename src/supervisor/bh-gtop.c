/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-gtop.h"

#include <glibtop.h>
#include <glibtop/proclist.h>
#include <glibtop/procmem.h>
#include <unistd.h>

/*
 * All of libgtop that Bulkhead uses, in one file. libgtop reports failure by leaving bits out of
 * `flags` and zeroes in the figures; every call here checks them, so that a process that is gone
 * is not taken for one that costs nothing.
 */

/**
 * bh_gtop_list_pids:
 *
 * Returns: (transfer full) (element-type gint): the PIDs of this user's processes
 */
GArray *
bh_gtop_list_pids (void)
{
  GArray *pids = g_array_new (FALSE, FALSE, sizeof (gint));
  glibtop_proclist list;
  pid_t *all;

  all = glibtop_get_proclist (&list, GLIBTOP_KERN_PROC_UID, getuid ());
  if (all != NULL && (list.flags & (1 << GLIBTOP_PROCLIST_NUMBER)) != 0)
    g_array_append_vals (pids, all, (guint) list.number);
  g_free (all);

  return pids;
}

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
