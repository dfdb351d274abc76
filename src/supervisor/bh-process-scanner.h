/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-process-tree.h"

#include <glib-object.h>

G_BEGIN_DECLS

#define BH_TYPE_PROCESS_SCANNER (bh_process_scanner_get_type ())

G_DECLARE_FINAL_TYPE (BhProcessScanner, bh_process_scanner, BH, PROCESS_SCANNER, GObject)

BhProcessScanner *bh_process_scanner_new         (void);
void              bh_process_scanner_refresh     (BhProcessScanner *self);
void              bh_process_scanner_look        (BhProcessScanner *self, gint64 now, gint64 age);
void              bh_process_scanner_release     (BhProcessScanner *self);
pid_t             bh_process_scanner_get_newest  (BhProcessScanner *self);
GArray           *bh_process_scanner_find        (BhProcessScanner   *self,
                                                  const char         *instance,
                                                  const BhProcessKey *runner,
                                                  GArray             *known);

gboolean bh_process_read_stat   (pid_t pid, BhProcStat *stat);
gboolean bh_process_read_rollup (pid_t pid, BhProcRollup *rollup);
gboolean bh_process_read_pss    (pid_t pid, guint64 *bytes);
gboolean bh_process_read_status (pid_t pid, BhProcStatus *status);
gboolean bh_process_is_traced   (pid_t pid);
pid_t    bh_process_get_newest  (void);
void     bh_process_send_signal (const BhProcessKey *key, int number);

gboolean bh_process_scanner_find_enclosed (BhProcessScanner   *self,
                                           const BhProcessKey *root,
                                           BhProcStat         *stat);

G_END_DECLS
