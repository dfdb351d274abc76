/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-point.h"

/*
 * Samples become points of a minute, and those become points of an hour.
 *
 * The mean of CPU is reckoned from the CPU time that was used from the last sample before the
 * minute to the last one in it: that is true however many samples there were, be it one. Only
 * where the CPU time is not known is it the mean of the samples. Of an hour it is the mean of its
 * minutes, each counting the same, for a minute in which somebody watched is no longer than others.
 */

/* A sample that is older when the minute begins belongs to another time, unless there is no other.
 */
#define OLD (10 * G_TIME_SPAN_SECOND)

/* From the first to the last sample of a minute that is measured by itself. */
#define LONG (10 * G_TIME_SPAN_SECOND)

/**
 * bh_point_floor:
 * @time: microseconds since 1970
 * @resolution: seconds
 *
 * Returns: when the stretch of so many seconds begins that @time lies in
 */
gint64
bh_point_floor (gint64 time, guint resolution)
{
  gint64 span = (gint64) resolution * G_USEC_PER_SEC;
  gint64 rest = time % span;

  return time - (rest < 0 ? rest + span : rest);
}

static void
clear_samples (BhGather *self)
{
  self->samples = 0;
  self->memory_sum = 0;
  self->cpu_samples = 0;
  self->cpu_sum = 0;
}

/**
 * bh_gather_init:
 * @self: what is not yet anything
 *
 * Makes it empty.
 */
void
bh_gather_init (BhGather *self)
{
  *self = (BhGather){ .used = -1, .last_used = -1 };
}

/**
 * bh_gather_restart:
 * @self: a minute's samples
 * @since: when it began, in microseconds since 1970, or -1 when it has run for longer
 *
 * Another instance begins: its CPU time has nothing to do with that of the one before.
 */
void
bh_gather_restart (BhGather *self, gint64 since)
{
  self->used = since >= 0 ? 0 : -1;
  self->since = since;
  self->last_used = -1;
}

/**
 * bh_gather_finish:
 * @self: a minute's samples
 * @finished: (out): the point that they make
 *
 * Ends the minute.
 *
 * Returns: whether there was a sample in it
 */
gboolean
bh_gather_finish (BhGather *self, BhPoint *finished)
{
  gboolean any = self->samples > 0;

  if (any)
    {
      BhPoint point = {
        .time = self->minute,
        .samples = self->samples,
        .parts = 1,
        .memory_min = self->memory_min,
        .memory_mean = (guint64) (self->memory_sum / self->samples + 0.5),
        .memory_max = self->memory_max,
        .cpu_min = -1,
        .cpu_mean = -1,
        .cpu_max = -1,
      };

      if (self->cpu_samples > 0)
        {
          point.cpu_min = self->cpu_min;
          point.cpu_mean = self->cpu_sum / self->cpu_samples;
          point.cpu_max = self->cpu_max;
        }
      if (self->since < self->minute - OLD && self->last - self->first >= LONG)
        {
          self->used = self->first_used;
          self->since = self->first;
        }
      if (self->used >= 0 && self->last_used >= self->used && self->last > self->since)
        {
          point.cpu_mean
              = (double) (self->last_used - self->used) / (double) (self->last - self->since) * 100;
          point.cpu_min
              = self->cpu_samples > 0 ? MIN (point.cpu_min, point.cpu_mean) : point.cpu_mean;
          point.cpu_max = MAX (point.cpu_max, point.cpu_mean);
        }
      *finished = point;
    }
  if (self->last_used >= 0)
    {
      self->used = self->last_used;
      self->since = self->last;
    }
  clear_samples (self);

  return any;
}

/**
 * bh_gather_add:
 * @self: a minute's samples
 * @sample: the next one
 * @finished: (out): the minute before it, when that is over now
 *
 * Adds a sample.
 *
 * Returns: whether @finished was set
 */
gboolean
bh_gather_add (BhGather *self, const BhSample *sample, BhPoint *finished)
{
  gint64 minute = bh_point_floor (sample->time, 60);
  gboolean over = FALSE;

  if (self->samples > 0 && minute != self->minute)
    over = bh_gather_finish (self, finished);
  self->minute = minute;
  self->memory_min = self->samples > 0 ? MIN (self->memory_min, sample->memory) : sample->memory;
  self->memory_max = self->samples > 0 ? MAX (self->memory_max, sample->memory) : sample->memory;
  self->memory_sum += (double) sample->memory;
  self->samples++;
  if (sample->cpu >= 0)
    {
      self->cpu_min = self->cpu_samples > 0 ? MIN (self->cpu_min, sample->cpu) : sample->cpu;
      self->cpu_max = self->cpu_samples > 0 ? MAX (self->cpu_max, sample->cpu) : sample->cpu;
      self->cpu_sum += sample->cpu;
      self->cpu_samples++;
    }
  if (sample->cpu_time >= 0)
    {
      /* Nothing is known of before, or the clock was set back, or the figure is of less. */
      if (self->used < 0 || sample->time <= self->since || sample->cpu_time < self->used)
        {
          self->used = sample->cpu_time;
          self->since = sample->time;
        }
      if (self->samples == 1)
        {
          self->first_used = sample->cpu_time;
          self->first = sample->time;
        }
      self->last_used = sample->cpu_time;
      self->last = sample->time;
    }

  return over;
}

/**
 * bh_point_fold:
 * @self: a point
 * @part: one that lies in the same stretch
 *
 * Makes @self stand for both.
 */
void
bh_point_fold (BhPoint *self, const BhPoint *part)
{
  double parts = self->parts;
  double total = parts + part->parts;

  self->memory_min = MIN (self->memory_min, part->memory_min);
  self->memory_max = MAX (self->memory_max, part->memory_max);
  self->memory_mean
      = (guint64) (((double) self->memory_mean * parts + (double) part->memory_mean * part->parts)
                       / total
                   + 0.5);
  if (self->cpu_mean < 0)
    {
      self->cpu_min = part->cpu_min;
      self->cpu_mean = part->cpu_mean;
      self->cpu_max = part->cpu_max;
    }
  else if (part->cpu_mean >= 0)
    {
      self->cpu_min = MIN (self->cpu_min, part->cpu_min);
      self->cpu_max = MAX (self->cpu_max, part->cpu_max);
      self->cpu_mean = (self->cpu_mean * parts + part->cpu_mean * part->parts) / total;
    }
  self->samples += part->samples;
  self->parts += part->parts;
}

/**
 * bh_points_to_variant:
 * @points: (element-type BhPoint): points
 *
 * Returns: (transfer floating): a(tutttddd) as Journal1.GetHistory has it
 */
GVariant *
bh_points_to_variant (GArray *points)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(tutttddd)"));
  for (guint i = 0; i < points->len; i++)
    {
      const BhPoint *point = &g_array_index (points, BhPoint, i);

      GVariant *entry = g_variant_new ("(tutttddd)", (guint64) MAX (point->time, 0), point->samples,
                                       point->memory_min, point->memory_mean, point->memory_max,
                                       point->cpu_min, point->cpu_mean, point->cpu_max);

      /* As bytes it takes a tenth of what it takes as a tree. */
      g_variant_get_data (entry);
      g_variant_builder_add_value (&builder, entry);
    }

  return g_variant_builder_end (&builder);
}
