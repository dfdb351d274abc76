/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

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
