/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-downloads.h"

G_BEGIN_DECLS

#define BH_TYPE_DOWNLOADS_BAR (bh_downloads_bar_get_type ())

G_DECLARE_FINAL_TYPE (BhDownloadsBar, bh_downloads_bar, BH, DOWNLOADS_BAR, GtkBin)

G_END_DECLS
