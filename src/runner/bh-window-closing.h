/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-downloads.h"
#include "bh-view.h"

G_BEGIN_DECLS

/**
 * BhCloseManner:
 * @BH_CLOSE_ASK: the page and the user may want to keep the window open
 * @BH_CLOSE_PAGE_ONLY: only the page is asked
 */
typedef enum {
  BH_CLOSE_ASK,
  BH_CLOSE_PAGE_ONLY,
} BhCloseManner;

#define BH_TYPE_WINDOW_CLOSING (bh_window_closing_get_type ())

G_DECLARE_FINAL_TYPE (BhWindowClosing, bh_window_closing, BH, WINDOW_CLOSING, GObject)

BhWindowClosing *bh_window_closing_new (GtkWindow   *window,
                                        BhView      *view,
                                        const char  *app_name,
                                        BhDownloads *downloads);

void bh_window_closing_set_page_answers (BhWindowClosing *self, gboolean page_answers);
void bh_window_closing_request          (BhWindowClosing *self, BhCloseManner manner);
void bh_window_closing_cancel           (BhWindowClosing *self);
void     bh_window_closing_check_async  (BhWindowClosing    *self,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
gboolean bh_window_closing_check_finish (BhWindowClosing *self, GAsyncResult *result);

G_END_DECLS
