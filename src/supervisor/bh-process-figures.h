/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-process-tree.h"
#include "bh-sample-entry.h"
#include "bh-tally.h"

G_BEGIN_DECLS

/**
 * BhProcessFigures:
 * @key: which process
 * @serial: a number that no other has had
 * @look: the number of the last look at it
 * @stat: what its stat said then
 * @cpu: CPU time, in clock ticks, as part of the sum over the instance
 * @read: bytes read, likewise
 * @written: bytes written, likewise
 * @has_io: whether @io could be read
 * @io: what it has read and written
 * @priority: how urgently its exact memory is wanted, for who chooses
 *
 * What is known of one process.
 */
typedef struct
{
  BhProcessKey key;
  guint serial;
  guint look;
  BhProcStat stat;
  BhTally cpu;
  BhTally read;
  BhTally written;
  gboolean has_io;
  BhProcIo io;
  int priority;

  /* Of bh-process-figures.c alone. */
  int statm_fd;
  int io_fd;
  int fd_fd;
  gint64 started_at;
  gboolean has_memory;
  guint64 own; /* resident minus shared */
  guint64 resident;
  gint64 tried_at; /* 0 for never */
  gint64 exact_at; /* the same, with success */
  guint64 exact;
  guint64 own_then;
  guint64 ticks_then;
  gboolean closed; /* the kernel does not let us look */
  gboolean has_status;
  guint64 peak;
  guint64 swap;
  gssize descriptors; /* -1 when they can't be counted */
  BhSampleEntry *entry;
} BhProcessFigures;

BhProcessFigures *bh_process_figures_new  (const BhProcStat *stat, BhSampleWords *words);
void              bh_process_figures_free (BhProcessFigures *self);
void              bh_process_figures_release (BhProcessFigures *self);

void     bh_process_figures_look         (BhProcessFigures *self,
                                          const BhProcStat *stat,
                                          guint             look,
                                          gboolean          thorough);
void     bh_process_figures_look_exactly (BhProcessFigures *self, gint64 now);
gboolean bh_process_figures_is_due       (BhProcessFigures *self, gint64 now);
gboolean bh_process_figures_is_closed    (BhProcessFigures *self);
gboolean bh_process_figures_get_memory   (BhProcessFigures *self,
                                          guint64          *bytes,
                                          gboolean         *exact);
gboolean bh_process_figures_get_swap     (BhProcessFigures *self, guint64 *bytes);

GVariant *bh_process_figures_write (BhProcessFigures *self, BhRole role, gboolean frozen, double cpu);

guint64 bh_process_ticks_to_microseconds (guint64 ticks);

G_END_DECLS
