/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-view.h"

G_BEGIN_DECLS

#define BH_TYPE_PAGE_WATCH (bh_page_watch_get_type ())

G_DECLARE_FINAL_TYPE (BhPageWatch, bh_page_watch, BH, PAGE_WATCH, GObject)

BhPageWatch *bh_page_watch_new          (BhView *view, guint interval);

G_END_DECLS
