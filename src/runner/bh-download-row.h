/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-downloads.h"

G_BEGIN_DECLS

#define BH_TYPE_DOWNLOAD_ROW (bh_download_row_get_type ())

G_DECLARE_FINAL_TYPE (BhDownloadRow, bh_download_row, BH, DOWNLOAD_ROW, GtkListBoxRow)

GtkWidget *bh_download_row_new (BhDownloads *downloads, BhDownload *download);

G_END_DECLS
