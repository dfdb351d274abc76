/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-desk-client.h"

#include <webkit2/webkit2.h>

G_BEGIN_DECLS

#define BH_TYPE_FILE_CHOOSER (bh_file_chooser_get_type ())

G_DECLARE_FINAL_TYPE (BhFileChooser, bh_file_chooser, BH, FILE_CHOOSER, GObject)

BhFileChooser *bh_file_chooser_new    (BhDeskClient *desk);
void           bh_file_chooser_attach (BhFileChooser *self, WebKitWebView *view);

G_END_DECLS
