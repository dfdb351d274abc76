/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-dbus-public.h"

G_BEGIN_DECLS

/* The milliseconds between two samples until somebody says otherwise. */
#define BH_SAMPLE_WATCH_INTERVAL 1000

#define BH_TYPE_SAMPLE_WATCH (bh_sample_watch_get_type ())
G_DECLARE_FINAL_TYPE (BhSampleWatch, bh_sample_watch, BH, SAMPLE_WATCH, GObject)

BhSampleWatch *bh_sample_watch_new (void);

void bh_sample_watch_set_supervisor (BhSampleWatch     *self,
                                     BhDBusSupervisor1 *supervisor,
                                     GCancellable      *cancellable);
void bh_sample_watch_set_interval   (BhSampleWatch *self, guint interval);
void bh_sample_watch_hold           (BhSampleWatch *self);
void bh_sample_watch_release        (BhSampleWatch *self);
void bh_sample_watch_set_focus      (BhSampleWatch *self, gpointer owner, const char *path);
void bh_sample_watch_show_processes (BhSampleWatch     *self,
                                     gpointer           owner,
                                     const char *const *paths);

G_END_DECLS
