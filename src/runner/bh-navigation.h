/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-manifest.h"
#include "bh-view.h"

G_BEGIN_DECLS

#define BH_TYPE_NAVIGATION (bh_navigation_get_type ())

G_DECLARE_FINAL_TYPE (BhNavigation, bh_navigation, BH, NAVIGATION, GObject)

BhNavigation *bh_navigation_new    (BhManifest *manifest);
void          bh_navigation_attach (BhNavigation *self, BhView *view);

G_END_DECLS
