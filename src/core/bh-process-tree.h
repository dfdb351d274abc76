/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-proc-text.h"

G_BEGIN_DECLS

/**
 * BhProcessKey:
 * @pid: process id
 * @start_time: clock ticks since boot
 *
 * What names a process: a PID alone is used again.
 */
typedef struct
{
  pid_t pid;
  guint64 start_time;
} BhProcessKey;

/**
 * BhRole:
 * @BH_ROLE_RUNNER: the app's own UI process
 * @BH_ROLE_WEB: WebKitWebProcess, which runs the page
 * @BH_ROLE_NETWORK: WebKitNetworkProcess
 * @BH_ROLE_HELPER: bwrap, xdg-dbus-proxy and the like
 */
typedef enum {
  BH_ROLE_RUNNER,
  BH_ROLE_WEB,
  BH_ROLE_NETWORK,
  BH_ROLE_HELPER,
} BhRole;

const char *bh_role_to_string (BhRole role);
BhRole      bh_role_of        (const BhProcStat *stat, const BhProcessKey *runner);

/**
 * BhProcessTree:
 *
 * Processes and who is whose child, in which many can be looked up.
 */
typedef struct _BhProcessTree BhProcessTree;

BhProcessTree *bh_process_tree_new  (const BhProcStat *stats, guint n_stats);
void           bh_process_tree_free (BhProcessTree *self);
GArray        *bh_process_tree_find (BhProcessTree      *self,
                                     const BhProcStat   *stats,
                                     const BhProcessKey *roots,
                                     guint               n_roots);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhProcessTree, bh_process_tree_free)

GArray *bh_process_tree_descend (const BhProcStat   *stats,
                                 guint               n_stats,
                                 const BhProcessKey *roots,
                                 guint               n_roots);
gboolean bh_process_tree_find_enclosed (const BhProcStat   *stats,
                                        guint               n_stats,
                                        const BhProcessKey *root,
                                        guint              *index);

G_END_DECLS
