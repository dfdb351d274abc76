/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-desk-client.h"
#include "bh-download.h"

G_BEGIN_DECLS

#define BH_TYPE_DOWNLOADS (bh_downloads_get_type ())

G_DECLARE_FINAL_TYPE (BhDownloads, bh_downloads, BH, DOWNLOADS, GObject)

BhDownloads  *bh_downloads_new      (WebKitWebContext *context, BhDeskClient *desk);
BhDeskClient *bh_downloads_get_desk (BhDownloads *self);

void         bh_downloads_serve_app   (BhDownloads *self, const char *slug, const char *directory);
gboolean     bh_downloads_get_active  (BhDownloads *self);
GListModel  *bh_downloads_get_model   (BhDownloads *self);
void         bh_downloads_save        (BhDownloads *self, const char *path, const char *name);
void         bh_downloads_retry       (BhDownloads *self, BhDownload *download);
void         bh_downloads_clear_ended (BhDownloads *self);

GtkWidget *bh_downloads_bar_new (BhDownloads *self);

G_END_DECLS
