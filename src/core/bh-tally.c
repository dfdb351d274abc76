/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-tally.h"

/*
 * Sums up what a group of processes has used, CPU time or bytes, so that nothing is lost when one
 * of them ends, and nothing counts twice.
 *
 * When a process has been waited for, the kernel adds what it had used to its parent's figures:
 * CPU time to fields 16 and 17 of /proc/PID/stat, bytes to /proc/PID/io (wait_task_zombie() in
 * kernel/exit.c). It does not when the parent ignores SIGCHLD or is not of the group, and not yet
 * while nobody has waited. So what was seen of a process that is gone is kept aside, and taken off
 * again as its parent's figure grows.
 *
 * The sum is that of all "seen" and of what is kept aside. It never falls, and is never more than
 * what was used. It may be less by what a process used after the last look at it, and by what its
 * parent used itself after a child whose figures were not passed on.
 */

/**
 * bh_tally_update:
 * @self: a process's
 * @now: what it has used by now, as the kernel tells it
 * @ended: (inout): what is kept aside for the group
 *
 * Takes note of a process's figure. Those that are gone are to be ended before.
 */
void
bh_tally_update (BhTally *self, guint64 now, guint64 *ended)
{
  guint64 passed_on;

  g_return_if_fail (self != NULL && ended != NULL);

  if (now <= self->seen)
    return;
  passed_on = MIN (MIN (now - self->seen, self->owed), *ended);
  self->owed -= passed_on;
  *ended -= passed_on;
  self->seen = now;
}

/**
 * bh_tally_end:
 * @self: that of a process that is gone
 * @parent: (nullable): its parent's, when that is of the group and there
 * @ended: (inout): what is kept aside for the group
 *
 * Takes note that a process is gone.
 */
void
bh_tally_end (BhTally *self, BhTally *parent, guint64 *ended)
{
  g_return_if_fail (self != NULL && ended != NULL);

  if (parent != NULL)
    parent->owed += self->seen;
  *ended += self->seen;
  *self = (BhTally){ 0 };
}
