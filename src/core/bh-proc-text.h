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
 * @child_time: those of its children that have ended and that it has waited for, with theirs
 * @threads: number of threads
 * @faults: how often it touched memory that was not there yet
 * @resident: pages in memory
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
  guint64 child_time;
  guint threads;
  guint64 faults;
  guint64 resident;
} BhProcStat;

/**
 * BhProcRollup:
 * @pss: bytes in memory, those that N processes share counted as 1/N
 * @swap: bytes in swap, counted likewise
 *
 * What is used of /proc/PID/smaps_rollup.
 */
typedef struct
{
  guint64 pss;
  guint64 swap;
} BhProcRollup;

/**
 * BhProcStatus:
 * @uid: whose process it is (the real user ID)
 * @has_memory: whether the other figures are there; a process without memory of its own, such as
 *   one of the kernel's or one that has ended, has none
 * @peak: the most bytes that were resident
 * @swap: bytes in swap
 *
 * What is used of /proc/PID/status.
 */
typedef struct
{
  guint uid;
  gboolean has_memory;
  guint64 peak;
  guint64 swap;
} BhProcStatus;

/**
 * BhProcIo:
 * @read: bytes that were fetched from the storage
 * @written: bytes that were sent to it, or will be
 *
 * What is used of /proc/PID/io.
 */
typedef struct
{
  guint64 read;
  guint64 written;
} BhProcIo;

gboolean bh_proc_parse_stat   (const char *text, gsize length, BhProcStat *stat);
gboolean bh_proc_parse_statm  (const char *text,
                               gsize       length,
                               guint64    *resident,
                               guint64    *shared);
gboolean bh_proc_parse_rollup (const char *text, gsize length, BhProcRollup *rollup);
gboolean bh_proc_parse_status (const char *text, gsize length, BhProcStatus *status);
gboolean bh_proc_parse_io     (const char *text, gsize length, BhProcIo *io);
gboolean bh_proc_is_traced    (const char *text, gsize length);

gboolean    bh_proc_take_number (const char **text, const char *end, guint64 *number);
gboolean    bh_proc_find_number (const char *text, gsize length, const char *key, guint64 *number);
gboolean    bh_proc_find_size   (const char *text, gsize length, const char *key, guint64 *bytes);
const char *bh_proc_find_env    (const char *block, gsize length, const char *name);

G_END_DECLS
