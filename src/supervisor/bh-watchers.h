/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-clock.h"
#include "bh-dbus-public.h"
#include "bh-sampler.h"

G_BEGIN_DECLS

/**
 * BhMeasure:
 * @request: what is wanted
 * @user_data: what bh_watchers_new() was given
 *
 * Measures what runs.
 *
 * Returns: (transfer floating): aa{sv} as Supervisor1.Sampled has it
 */
typedef GVariant *(*BhMeasure) (const BhSampleRequest *request, gpointer user_data);

#define BH_TYPE_WATCHERS (bh_watchers_get_type ())
G_DECLARE_FINAL_TYPE (BhWatchers, bh_watchers, BH, WATCHERS, GObject)

BhWatchers *bh_watchers_new     (BhClock           *clock,
                                 GDBusConnection   *connection,
                                 BhDBusSupervisor1 *service,
                                 BhMeasure          measure,
                                 gpointer           user_data);
gboolean    bh_watchers_is_busy (BhWatchers *self);

G_END_DECLS
