/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-downloads.h"
#include "bh-find-bar.h"
#include "bh-problem-page.h"
#include "bh-runner-config.h"
#include "bh-veil.h"
#include "bh-view.h"
#include "bh-window-closing.h"

G_BEGIN_DECLS

/**
 * BhWindowKind:
 * @BH_WINDOW_MAIN: the app's own window, which the manifest describes and whose place is kept
 * @BH_WINDOW_OPENED: one that a page has opened
 */
typedef enum {
  BH_WINDOW_MAIN,
  BH_WINDOW_OPENED,
} BhWindowKind;

/**
 * BhReloadManner:
 * @BH_RELOAD_USUAL: what is kept of the page may be used
 * @BH_RELOAD_WITHOUT_CACHE: all of it comes from its server again
 */
typedef enum {
  BH_RELOAD_USUAL,
  BH_RELOAD_WITHOUT_CACHE,
} BhReloadManner;

#define BH_TYPE_WINDOW (bh_window_get_type ())

G_DECLARE_FINAL_TYPE (BhWindow, bh_window, BH, WINDOW, GtkApplicationWindow)

BhWindow *bh_window_new (GtkApplication *application,
                         BhWindowKind    kind,
                         BhRunnerConfig *config,
                         BhView         *view,
                         BhDownloads    *downloads);

BhProblemPage *bh_window_get_problem_page (BhWindow *self);

BhDeskClient    *bh_window_get_desk    (BhWindow *self);
BhWindowClosing *bh_window_get_closing (BhWindow *self);

BhFindBar *bh_window_get_find_bar  (BhWindow *self);
BhView    *bh_window_get_view      (BhWindow *self);
GtkBox    *bh_window_get_notices   (BhWindow *self);
void       bh_window_open_menu     (BhWindow *self);
void       bh_window_show_about    (BhWindow *self);
void       bh_window_tell          (BhWindow *self, const char *text);
void       bh_window_offer_browser (BhWindow *self, const char *uri);
void       bh_window_open_outside  (BhWindow *self, const char *uri);
void       bh_window_explain       (BhWindow   *self,
                                    BhReason    reason,
                                    const char *detail,
                                    gboolean    gave_up);
void       bh_window_set_responds  (BhWindow *self, gboolean responds);
BhVeil    *bh_window_set_asleep    (BhWindow *self, BhSuspension by, gboolean awake);
void       bh_window_begin         (BhWindow *self);
void       bh_window_load          (BhWindow *self, const char *uri);
void       bh_window_reload        (BhWindow *self, BhReloadManner manner);
void       bh_window_raise         (BhWindow *self, const char *activation_token);
void       bh_window_request_close (BhWindow *self, BhCloseManner manner);

G_END_DECLS
