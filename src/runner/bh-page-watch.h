/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-view.h"

G_BEGIN_DECLS

#define BH_TYPE_PAGE_WATCH (bh_page_watch_get_type ())

G_DECLARE_FINAL_TYPE (BhPageWatch, bh_page_watch, BH, PAGE_WATCH, GObject)

BhPageWatch *bh_page_watch_new (BhView *view, guint interval);

void bh_page_watch_beat_now             (BhPageWatch *self);
void bh_page_watch_set_relaxed          (BhPageWatch *self, gboolean relaxed);
void bh_page_watch_set_relaxed_interval (BhPageWatch *self, guint interval);
void bh_page_watch_set_paused           (BhPageWatch *self, gboolean paused);

G_END_DECLS
