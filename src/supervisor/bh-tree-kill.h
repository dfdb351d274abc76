/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-clock.h"
#include "bh-process-scanner.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* How long processes may take to go after SIGKILL, in milliseconds. */
#define BH_TREE_KILL_DEADLINE 10000

typedef struct _BhTreeKill BhTreeKill;

BhTreeKill *bh_tree_kill_async  (BhProcessScanner   *scanner,
                                 BhClock            *clock,
                                 const char         *instance,
                                 const BhProcessKey *runner,
                                 GArray             *known,
                                 guint               grace,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data);
void        bh_tree_kill_hurry  (BhTreeKill *self);
gboolean    bh_tree_kill_finish (GAsyncResult *result, guint *killed, GError **error);

G_END_DECLS
