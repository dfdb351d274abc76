/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-downloads.h"

G_BEGIN_DECLS

#define BH_TYPE_PRINTING (bh_printing_get_type ())

G_DECLARE_FINAL_TYPE (BhPrinting, bh_printing, BH, PRINTING, GObject)

BhPrinting *bh_printing_new    (BhDownloads *downloads);
void        bh_printing_attach (BhPrinting *self, WebKitWebView *view);

G_END_DECLS
