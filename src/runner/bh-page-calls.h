/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-activity-watch.h"
#include "bh-channel.h"

G_BEGIN_DECLS

#define BH_TYPE_PAGE_CALLS (bh_page_calls_get_type ())

G_DECLARE_FINAL_TYPE (BhPageCalls, bh_page_calls, BH, PAGE_CALLS, GObject)

BhPageCalls *bh_page_calls_new (GtkApplication  *application,
                                BhChannel       *channel,
                                BhActivityWatch *activity);

G_END_DECLS
