/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-channel.h"

#include <webkit2/webkit2.h>

G_BEGIN_DECLS

#define BH_TYPE_PAGE_END (bh_page_end_get_type ())

G_DECLARE_FINAL_TYPE (BhPageEnd, bh_page_end, BH, PAGE_END, GObject)

BhPageEnd *bh_page_end_new       (BhChannel *channel);
void       bh_page_end_tell      (BhPageEnd *self, WebKitWebProcessTerminationReason reason);
void       bh_page_end_recovered (BhPageEnd *self);

G_END_DECLS
