/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BhLifecycle:
 * @BH_LIFECYCLE_SPAWNED: a runner process exists
 * @BH_LIFECYCLE_READY: it answers
 * @BH_LIFECYCLE_ADOPTED: a new supervisor took it over
 * @BH_LIFECYCLE_ENDED: the instance, or its page, has ended
 * @BH_LIFECYCLE_KILLED: all its processes were killed
 * @BH_LIFECYCLE_UNRESPONSIVE: it stopped answering
 * @BH_LIFECYCLE_LIMIT: it passed a limit, soft or hard
 * @BH_LIFECYCLE_BACKED_OFF: it will be started again after a while
 * @BH_LIFECYCLE_GAVE_UP: it has crashed too often to be started again
 * @BH_LIFECYCLE_PROCESS_ENDED: a process of it has ended that it can do without
 *
 * What happens to an instance, for the journal.
 */
typedef enum {
  BH_LIFECYCLE_SPAWNED,
  BH_LIFECYCLE_READY,
  BH_LIFECYCLE_ADOPTED,
  BH_LIFECYCLE_ENDED,
  BH_LIFECYCLE_KILLED,
  BH_LIFECYCLE_UNRESPONSIVE,
  BH_LIFECYCLE_LIMIT,
  BH_LIFECYCLE_BACKED_OFF,
  BH_LIFECYCLE_GAVE_UP,
  BH_LIFECYCLE_PROCESS_ENDED,
} BhLifecycle;

void bh_lifecycle_log (BhLifecycle event,
                       const char *app,
                       const char *instance,
                       const char *format,
                       ...) G_GNUC_PRINTF (4, 5);

G_END_DECLS
