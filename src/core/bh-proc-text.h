/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/**
 * BhProcStat:
 * @pid: process id
 * @parent: the parent's
 * @state: "R", "S", "D", "T", "Z" … as in proc(5)
 * @name: the kernel's name of the process, at most 15 bytes
 * @start_time: clock ticks since boot; with @pid it names the process
 * @cpu_time: clock ticks spent in user and kernel mode
 * @threads: number of threads
 *
 * What is used of /proc/PID/stat.
 */
typedef struct
{
  pid_t pid;
  pid_t parent;
  char state;
  char name[16];
  guint64 start_time;
  guint64 cpu_time;
  guint threads;
} BhProcStat;

gboolean    bh_proc_parse_stat (const char *text, gsize length, BhProcStat *stat);
gboolean    bh_proc_parse_pss  (const char *text, gsize length, guint64 *bytes);
gboolean    bh_proc_is_traced  (const char *text, gsize length);
const char *bh_proc_find_env   (const char *block, gsize length, const char *name);

G_END_DECLS
