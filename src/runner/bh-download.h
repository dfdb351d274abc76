/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-desk-client.h"

#include <webkit2/webkit2.h>

G_BEGIN_DECLS

/**
 * BhDownloadState:
 * @BH_DOWNLOAD_RUNNING: under way, or about to be
 * @BH_DOWNLOAD_FINISHED: the file is there
 * @BH_DOWNLOAD_CANCELLED: the user did not want it any more
 * @BH_DOWNLOAD_FAILED: it went wrong; bh_download_get_message() says how
 *
 * How far a download is.
 */
typedef enum {
  BH_DOWNLOAD_RUNNING,
  BH_DOWNLOAD_FINISHED,
  BH_DOWNLOAD_CANCELLED,
  BH_DOWNLOAD_FAILED,
} BhDownloadState;

#define BH_TYPE_DOWNLOAD (bh_download_get_type ())

G_DECLARE_FINAL_TYPE (BhDownload, bh_download, BH, DOWNLOAD, GObject)

BhDownload      *bh_download_new           (WebKitDownload *download, BhDeskClient *desk);
BhDownload      *bh_download_new_for_file  (const char *path, const char *name, BhDeskClient *desk);
void             bh_download_follow        (BhDownload *self, WebKitDownload *download);
void             bh_download_copy          (BhDownload *self, const char *slug, const char *directory);
void             bh_download_save          (BhDownload *self);
gboolean         bh_download_is_saving     (BhDownload *self);
gboolean         bh_download_is_local      (BhDownload *self);
WebKitDownload  *bh_download_get_transfer  (BhDownload *self);
const char      *bh_download_get_name      (BhDownload *self);
guint            bh_download_get_handle    (BhDownload *self);
gboolean         bh_download_is_openable   (BhDownload *self);
const char      *bh_download_get_uri       (BhDownload *self);
WebKitWebView   *bh_download_get_view      (BhDownload *self);
BhDownloadState  bh_download_get_state     (BhDownload *self);
const char      *bh_download_get_message   (BhDownload *self);
double           bh_download_get_fraction  (BhDownload *self);
guint64          bh_download_get_received  (BhDownload *self);
guint64          bh_download_get_length    (BhDownload *self);
void             bh_download_cancel        (BhDownload *self);

G_END_DECLS
