/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BhFigures:
 * @app: the app's id
 * @started_at: when its instance started, in microseconds since 1970
 * @memory: bytes, or -1 when they were not measured
 * @memory_peak: the most that it was, or -1
 * @resident: whether @memory is without what is shared, and so not to be compared with others
 * @cpu: per cent of one core since the base, or negative
 * @cpu_time: microseconds that the instance has used, or -1
 *
 * What the history wants to know of a sample of a running instance, without a dictionary around it.
 */
typedef struct
{
  const char *app;
  gint64 started_at;
  gint64 memory;
  gint64 memory_peak;
  gboolean resident;
  double cpu;
  gint64 cpu_time;
} BhFigures;

/**
 * BhSampleBase:
 *
 * Where CPU times stood at somebody's last sample, for the next to tell how far they got.
 */
typedef struct _BhSampleBase BhSampleBase;

BhSampleBase *bh_sample_base_new  (void);
void          bh_sample_base_free (BhSampleBase *self);

guint bh_sample_base_make_serial (void);

void     bh_sample_base_begin   (BhSampleBase *self, gint64 now);
gboolean bh_sample_base_knows   (BhSampleBase *self, guint serial);
double   bh_sample_base_measure (BhSampleBase *self,
                                 guint         serial,
                                 guint64       used,
                                 gboolean      from_nothing);
void     bh_sample_base_end     (BhSampleBase *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhSampleBase, bh_sample_base_free)

G_END_DECLS
