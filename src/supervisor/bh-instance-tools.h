/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-clock.h"
#include "bh-defaults.h"
#include "bh-guard.h"
#include "bh-journal.h"
#include "bh-process-scanner.h"
#include "bh-spawner.h"
#include "bh-systemd.h"

G_BEGIN_DECLS

#define BH_TYPE_INSTANCE_TOOLS (bh_instance_tools_get_type ())

typedef struct _BhInstanceTools BhInstanceTools;

/**
 * BhEnclosing:
 * @BH_ENCLOSING_NONE: runners are started as they are
 * @BH_ENCLOSING_BUBBLEWRAP: bubblewrap is put around each
 *
 * How apps are kept apart from the user's files and from each other.
 */
typedef enum {
  BH_ENCLOSING_NONE,
  BH_ENCLOSING_BUBBLEWRAP,
} BhEnclosing;

/**
 * BhInstanceTools:
 * @clock: time and timers
 * @spawner: what starts runners
 * @scanner: what finds processes
 * @systemd: (nullable): the user's systemd
 * @guard: (nullable): what continues stopped processes should the supervisor die
 * @defaults: what holds for all apps
 * @journal: (nullable): what keeps the history
 * @gate_path: the absolute path of bulkhead-gate
 * @runner_path: the absolute path of bulkhead-runner
 * @chooser_path: the absolute path of bulkhead-chooser
 * @records_dir: where the records of running instances lie
 * @socket_path: where runners resume
 * @connection: (nullable): the session bus, needed for @enclosing
 * @enclosing: how apps are kept apart
 *
 * What all instances of a supervisor work with. Not changed once it is handed on.
 */
struct _BhInstanceTools
{
  BhClock *clock;
  BhSpawner *spawner;
  BhProcessScanner *scanner;
  BhSystemd *systemd;
  BhGuard *guard;
  BhDefaults *defaults;
  BhJournal *journal;
  char *gate_path;
  char *runner_path;
  char *chooser_path;
  char *records_dir;
  char *socket_path;
  GDBusConnection *connection;
  BhEnclosing enclosing;
};

GType            bh_instance_tools_get_type (void) G_GNUC_CONST;
BhInstanceTools *bh_instance_tools_new      (void);
BhInstanceTools *bh_instance_tools_ref      (BhInstanceTools *self);
void             bh_instance_tools_unref    (BhInstanceTools *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhInstanceTools, bh_instance_tools_unref)

G_END_DECLS
