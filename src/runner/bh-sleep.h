/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-channel.h"
#include "bh-suspension.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define BH_TYPE_SLEEP (bh_sleep_get_type ())

G_DECLARE_FINAL_TYPE (BhSleep, bh_sleep, BH, SLEEP, GObject)

BhSleep *bh_sleep_new       (GtkApplication *application, BhChannel *channel);
gboolean bh_sleep_is_asleep (BhSleep *self);

G_END_DECLS
