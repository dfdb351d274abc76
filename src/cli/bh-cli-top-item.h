/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BhCliTopItem:
 * @key: what tells it from all others, from one sample to the next
 * @id: the app's id
 * @path: the app's object
 * @name: what it is called, fit for a terminal
 * @state: of an app: its state, as App1.State
 * @reason: of an app: why it last ended, as App1.Reason
 * @activity: (nullable): of an app: as App1.Activity
 * @is_process: whether it is a process, not an app
 * @is_last: of a process: whether it is the last one of its app
 * @is_suspended: of an app: whether it is suspended; of a process: whether it is stopped
 * @is_pressed: whether it has passed its soft limit
 * @is_growing: whether it seems to leak
 * @is_estimated: whether @memory is an estimate
 * @n_processes: of an app: how many there are
 * @pid: the PID, the runner's for an app; negative when there is none, as all that follows
 * @memory: bytes
 * @cpu: per cent of one core
 * @cpu_time: microseconds
 * @threads: of all processes
 * @disk: bytes that were read and written since it started
 * @network: bytes that were received and sent since it started
 * @disk_rate: bytes a second since the last sample
 * @network_rate: bytes a second since the last sample
 * @uptime: seconds
 * @limit_share: how much is used of the limit that is nearest, 1 for all
 * @limit: (nullable): which limit that is, in three letters
 * @processes: (nullable): of an app: what the sample has of its processes
 * @children: (nullable) (element-type BhCliTopItem): the same as items, once they are needed
 *
 * An app or a process of a sample, as a table of them shows it.
 */
typedef struct
{
  char *key;
  char *id;
  char *path;
  char *name;
  char *state;
  char *reason;
  char **activity;
  gboolean is_process;
  gboolean is_last;
  gboolean is_suspended;
  gboolean is_pressed;
  gboolean is_growing;
  gboolean is_estimated;
  guint n_processes;
  gint64 pid;
  gint64 memory;
  double cpu;
  gint64 cpu_time;
  gint64 threads;
  gint64 disk;
  gint64 network;
  double disk_rate;
  double network_rate;
  double uptime;
  double limit_share;
  const char *limit;
  GVariant *processes;
  GPtrArray *children;
} BhCliTopItem;

BhCliTopItem *bh_cli_top_item_new_app       (GVariant *entry);
BhCliTopItem *bh_cli_top_item_new_process   (const BhCliTopItem *app, GVariant *process);
void          bh_cli_top_item_free          (BhCliTopItem *self);
void          bh_cli_top_item_load_children (BhCliTopItem *self);
gboolean      bh_cli_top_item_is_running    (const BhCliTopItem *self);
gboolean      bh_cli_top_item_is_bad        (const BhCliTopItem *self);
gboolean      bh_cli_top_item_has_activity  (const BhCliTopItem *self, const char *activity);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhCliTopItem, bh_cli_top_item_free)

G_END_DECLS
