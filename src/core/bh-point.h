/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BhPoint:
 * @time: when it begins, in microseconds since 1970
 * @samples: how many samples it is made of
 * @parts: how many points of the next finer kind it is made of, 1 when there is none
 * @memory_min: bytes
 * @memory_mean: bytes
 * @memory_max: bytes
 * @cpu_min: per cent of one core, or negative when it was not measured; so are the next two
 * @cpu_mean: the same
 * @cpu_max: the same
 *
 * What an app cost in a stretch of time.
 */
typedef struct
{
  gint64 time;
  guint samples;
  guint parts;
  guint64 memory_min;
  guint64 memory_mean;
  guint64 memory_max;
  double cpu_min;
  double cpu_mean;
  double cpu_max;
} BhPoint;

/**
 * BhSample:
 * @time: when, in microseconds since 1970
 * @memory: bytes
 * @cpu: per cent of one core, or negative when it was not measured
 * @cpu_time: microseconds of CPU time that the instance has used, or -1 when it is not known
 *
 * What an app cost at one time.
 */
typedef struct
{
  gint64 time;
  guint64 memory;
  double cpu;
  gint64 cpu_time;
} BhSample;

/**
 * BhGather:
 *
 * The samples of a minute as they come. All of it is bh-point.c's.
 */
typedef struct
{
  gint64 minute;
  guint samples;
  guint64 memory_min;
  guint64 memory_max;
  double memory_sum;
  guint cpu_samples;
  double cpu_min;
  double cpu_max;
  double cpu_sum;
  gint64 since;    /* of the sample that the CPU time is counted from */
  gint64 used;     /* CPU time then, or -1 */
  gint64 first;    /* of the first sample in the minute */
  gint64 first_used;
  gint64 last;     /* of the last sample */
  gint64 last_used;
} BhGather;

void      bh_gather_init    (BhGather *self);
void      bh_gather_restart (BhGather *self, gint64 since);
gboolean  bh_gather_add     (BhGather *self, const BhSample *sample, BhPoint *finished);
gboolean  bh_gather_finish  (BhGather *self, BhPoint *finished);

gint64    bh_point_floor    (gint64 time, guint resolution);
void      bh_point_fold     (BhPoint *self, const BhPoint *part);
GVariant *bh_points_to_variant (GArray *points);

G_END_DECLS
