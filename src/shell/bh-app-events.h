/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-journal-client.h"

G_BEGIN_DECLS

#define BH_TYPE_APP_EVENTS (bh_app_events_get_type ())
G_DECLARE_FINAL_TYPE (BhAppEvents, bh_app_events, BH, APP_EVENTS, GObject)

BhAppEvents *bh_app_events_new        (BhJournalClient *journal, const char *app);
GPtrArray   *bh_app_events_get_list   (BhAppEvents *self);
gboolean     bh_app_events_get_loaded (BhAppEvents *self);
gboolean     bh_app_events_get_older  (BhAppEvents *self);
const char  *bh_app_events_get_error  (BhAppEvents *self);
void         bh_app_events_load_older (BhAppEvents *self);

G_END_DECLS
