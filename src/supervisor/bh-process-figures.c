/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-supervisor"

#include "bh-process-figures.h"

#include "bh-held-file.h"
#include "bh-process-scanner.h"
#include "bh-sample-base.h"

#include <time.h>
#include <unistd.h>

/*
 * Reads the figures of one process. Where each comes from:
 *
 *   memory          smaps_rollup: Pss. Between two readings it moves by what resident minus shared
 *                   of statm has changed; before the first it is that
 *   swap            smaps_rollup: SwapPss; before the first reading status: VmSwap
 *   memory-peak     status: VmHWM
 *   cpu, cpu-time   stat: fields 14 and 15
 *   descriptors     the size of the directory fd
 *   disk-*          io: read_bytes and write_bytes
 *   started-at      stat: field 22, clock ticks since boot
 *
 * A look costs about 3 µs, and 3 more when the process has done something; smaps_rollup and status
 * are read with the exact memory, which costs a thousand times that for a large process, so its
 * time is for the caller to choose.
 */

#define STATM_BUFFER 256
#define IO_BUFFER    512

/* In every how many looks the other files of a process are read whose stat says that it has done
 * nothing. */
#define PACE 8

/* Microseconds after which the exact memory of a process is read again although it has done
 * nothing: what it shares with others counts less or more as these come and go. */
#define EXACT_AGE (60 * G_TIME_SPAN_SECOND)

/**
 * bh_process_ticks_to_microseconds:
 * @ticks: clock ticks
 *
 * Returns: as much in microseconds
 */
guint64
bh_process_ticks_to_microseconds (guint64 ticks)
{
  static guint64 per_second;

  if (per_second == 0)
    per_second = (guint64) sysconf (_SC_CLK_TCK);

  return ticks * G_USEC_PER_SEC / per_second;
}

/* Microseconds since 1970. */
static gint64
get_start (const BhProcStat *stat)
{
  struct timespec boot;
  gint64 since_boot;

  clock_gettime (CLOCK_BOOTTIME, &boot);
  since_boot = (gint64) boot.tv_sec * G_USEC_PER_SEC + boot.tv_nsec / 1000;

  return g_get_real_time () - since_boot
         + (gint64) bh_process_ticks_to_microseconds (stat->start_time);
}

/**
 * bh_process_figures_new:
 * @stat: a process
 * @words: pairs to share, which must outlive the figures
 *
 * Returns: (transfer full): room for its figures
 */
BhProcessFigures *
bh_process_figures_new (const BhProcStat *stat, BhSampleWords *words)
{
  BhProcessFigures *self = g_new0 (BhProcessFigures, 1);

  g_return_val_if_fail (stat != NULL && words != NULL, self);

  self->key = (BhProcessKey){ .pid = stat->pid, .start_time = stat->start_time };
  self->serial = bh_sample_base_make_serial ();
  self->statm_fd = self->io_fd = self->fd_fd = BH_HELD_FILE_CLOSED;
  self->started_at = get_start (stat);
  self->entry = bh_sample_entry_new (words);

  return self;
}

/**
 * bh_process_figures_release:
 * @self: figures
 *
 * Closes the files that are held open. They are opened again when they are read.
 */
void
bh_process_figures_release (BhProcessFigures *self)
{
  g_return_if_fail (self != NULL);

  bh_held_file_close (&self->statm_fd);
  bh_held_file_close (&self->io_fd);
  bh_held_file_close (&self->fd_fd);
}

/**
 * bh_process_figures_free:
 * @self: (transfer full): figures
 *
 * Frees them.
 */
void
bh_process_figures_free (BhProcessFigures *self)
{
  g_return_if_fail (self != NULL);

  bh_process_figures_release (self);
  bh_sample_entry_free (self->entry);
  g_free (self);
}

static void
read_memory (BhProcessFigures *self)
{
  char buffer[STATM_BUFFER];
  gssize length
      = bh_held_file_read_proc (&self->statm_fd, self->key.pid, "statm", buffer, sizeof buffer);
  static guint64 page;
  guint64 resident, shared;

  if (page == 0)
    page = (guint64) sysconf (_SC_PAGESIZE);
  self->has_memory = length > 0 && bh_proc_parse_statm (buffer, (gsize) length, &resident, &shared);
  if (!self->has_memory)
    return;
  self->resident = resident * page;
  self->own = resident > shared ? (resident - shared) * page : 0;
  self->peak = MAX (self->peak, self->resident);
}

static void
read_io (BhProcessFigures *self)
{
  char buffer[IO_BUFFER];
  gssize length = bh_held_file_read_proc (&self->io_fd, self->key.pid, "io", buffer, sizeof buffer);

  self->has_io = length > 0 && bh_proc_parse_io (buffer, (gsize) length, &self->io);
}

static void
read_status (BhProcessFigures *self)
{
  BhProcStatus status;

  if (!bh_process_read_status (self->key.pid, &status) || !status.has_memory)
    return;
  self->has_status = TRUE;
  self->peak = MAX (self->peak, status.peak);
  if (self->exact_at == 0)
    self->swap = status.swap;
}

/* Whether the process has done something: worked for a clock tick, or touched memory. */
static gboolean
has_changed (BhProcessFigures *self, const BhProcStat *stat)
{
  return self->look == 0 || stat->cpu_time != self->stat.cpu_time
         || stat->child_time != self->stat.child_time || stat->faults != self->stat.faults
         || stat->resident != self->stat.resident || stat->threads != self->stat.threads;
}

/**
 * bh_process_figures_look:
 * @self: figures
 * @stat: what the process's stat says now
 * @look: the number of this look
 * @thorough: whether to read all, even if the process seems to have done nothing
 *
 * Reads what is cheap to read. What a process does in less than a clock tick is seen some looks
 * later.
 */
void
bh_process_figures_look (BhProcessFigures *self,
                         const BhProcStat *stat,
                         guint look,
                         gboolean thorough)
{
  gboolean changed;

  g_return_if_fail (self != NULL && stat != NULL);

  changed = has_changed (self, stat) || (look + self->serial) % PACE == 0;
  self->stat = *stat;
  self->look = look;
  if (!changed && !thorough)
    return;
  read_memory (self);
  read_io (self);
  self->descriptors = bh_held_file_count (&self->fd_fd, self->key.pid);
  if (!self->has_status)
    read_status (self);
}

/**
 * bh_process_figures_look_exactly:
 * @self: figures, looked at before
 * @now: the time
 *
 * Reads what is dear to read.
 */
void
bh_process_figures_look_exactly (BhProcessFigures *self, gint64 now)
{
  BhProcRollup rollup;

  g_return_if_fail (self != NULL);

  self->closed = !bh_process_read_rollup (self->key.pid, &rollup);
  self->tried_at = now;
  self->own_then = self->own;
  self->ticks_then = self->stat.cpu_time;
  if (!self->closed)
    {
      self->exact_at = now;
      self->exact = rollup.pss;
      self->swap = rollup.swap;
    }
  read_status (self);
}

/**
 * bh_process_figures_is_due:
 * @self: figures, looked at before
 * @now: the time
 *
 * Returns: whether the exact memory may be another than when it was read last
 */
gboolean
bh_process_figures_is_due (BhProcessFigures *self, gint64 now)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->tried_at == 0 || now - self->tried_at >= EXACT_AGE)
    return TRUE;

  return !self->closed && (self->own != self->own_then || self->stat.cpu_time != self->ticks_then);
}

/**
 * bh_process_figures_is_closed:
 * @self: figures
 *
 * Returns: whether the kernel refused to tell the exact memory, as it does of bubblewrap's own
 *   processes
 */
gboolean
bh_process_figures_is_closed (BhProcessFigures *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->closed;
}

/**
 * bh_process_figures_get_memory:
 * @self: figures
 * @bytes: (out): its memory, without what is in swap
 * @exact: (out): whether it is proportional, and so adds up
 *
 * Returns: whether it could be read
 */
gboolean
bh_process_figures_get_memory (BhProcessFigures *self, guint64 *bytes, gboolean *exact)
{
  g_return_val_if_fail (self != NULL && bytes != NULL && exact != NULL, FALSE);

  *exact = self->exact_at != 0;
  if (*exact)
    {
      gint64 moved = (gint64) self->exact;

      if (self->has_memory)
        moved += (gint64) self->own - (gint64) self->own_then;
      *bytes = (guint64) MAX (moved, 0);
    }
  else
    {
      *bytes = self->own;
    }

  return *exact || self->has_memory;
}

/**
 * bh_process_figures_get_swap:
 * @self: figures
 * @bytes: (out): how much of it is in swap
 *
 * Returns: whether it could be read
 */
gboolean
bh_process_figures_get_swap (BhProcessFigures *self, guint64 *bytes)
{
  g_return_val_if_fail (self != NULL && bytes != NULL, FALSE);

  *bytes = self->swap;

  return self->has_status || self->exact_at != 0;
}

/**
 * bh_process_figures_write:
 * @self: figures
 * @role: the process's role
 * @frozen: whether its cgroup is frozen
 * @cpu: per cent of one core that it used over the interval, negative when that is not known
 *
 * Returns: (transfer none): an entry of "processes" as Supervisor1.Sampled has it
 */
GVariant *
bh_process_figures_write (BhProcessFigures *self, BhRole role, gboolean frozen, double cpu)
{
  BhSampleEntry *entry;
  guint64 bytes;
  gboolean exact;

  g_return_val_if_fail (self != NULL, NULL);

  entry = self->entry;
  bh_sample_entry_begin (entry);
  bh_sample_entry_set_uint32 (entry, "pid", (guint32) self->key.pid);
  bh_sample_entry_set_uint64 (entry, "start-time", self->key.start_time);
  bh_sample_entry_set_string (entry, "role", bh_role_to_string (role));
  bh_sample_entry_set_string (entry, "name", self->stat.name);
  bh_sample_entry_set_uint64 (entry, "started-at", (guint64) self->started_at);
  bh_sample_entry_set_uint32 (entry, "threads", self->stat.threads);
  bh_sample_entry_set_boolean (entry, "stopped", frozen || self->stat.state == 'T');
  bh_sample_entry_set_uint64 (entry, "cpu-time",
                              bh_process_ticks_to_microseconds (self->stat.cpu_time));
  if (bh_process_figures_get_memory (self, &bytes, &exact))
    {
      bh_sample_entry_set_uint64 (entry, "memory", bytes);
      bh_sample_entry_set_string (entry, "memory-kind", exact ? "pss" : "resident");
    }
  if (bh_process_figures_get_swap (self, &bytes))
    bh_sample_entry_set_uint64 (entry, "swap", bytes);
  if (self->has_status)
    bh_sample_entry_set_uint64 (entry, "memory-peak", self->peak);
  if (self->descriptors >= 0)
    bh_sample_entry_set_uint32 (entry, "descriptors", (guint32) self->descriptors);
  if (self->has_io)
    {
      bh_sample_entry_set_uint64 (entry, "disk-read", self->io.read);
      bh_sample_entry_set_uint64 (entry, "disk-written", self->io.written);
    }
  if (cpu >= 0)
    bh_sample_entry_set_double (entry, "cpu", cpu);

  return bh_sample_entry_end (entry);
}
