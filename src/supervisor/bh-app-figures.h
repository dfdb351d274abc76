/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-instance.h"
#include "bh-sample-base.h"
#include "bh-sample-entry.h"

G_BEGIN_DECLS

/**
 * BhAppFigures:
 *
 * What is known of what an app's instance costs.
 */
typedef struct _BhAppFigures BhAppFigures;

BhAppFigures *bh_app_figures_new  (BhInstance *instance, BhSampleWords *words);
void          bh_app_figures_free (BhAppFigures *self);

void        bh_app_figures_look          (BhAppFigures *self, guint look, gboolean thorough);
guint       bh_app_figures_get_last_look (BhAppFigures *self);
GPtrArray  *bh_app_figures_get_processes (BhAppFigures *self);
const char *bh_app_figures_get_path      (BhAppFigures *self);
gboolean    bh_app_figures_is_near_limit (BhAppFigures *self);
gboolean    bh_app_figures_get_figures   (BhAppFigures *self, BhFigures *figures);
GVariant   *bh_app_figures_write         (BhAppFigures *self,
                                          const char   *name,
                                          BhSampleBase *base,
                                          gboolean      with_processes);

G_END_DECLS
