/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-events.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define BH_TYPE_EVENT_LIST (bh_event_list_get_type ())
G_DECLARE_FINAL_TYPE (BhEventList, bh_event_list, BH, EVENT_LIST, GtkBox)

void bh_event_list_set_events (BhEventList *self, BhAppEvents *events);

G_END_DECLS
