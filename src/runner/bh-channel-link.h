/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-dbus-private.h"

G_BEGIN_DECLS

#define BH_TYPE_CHANNEL_LINK (bh_channel_link_get_type ())

G_DECLARE_FINAL_TYPE (BhChannelLink, bh_channel_link, BH, CHANNEL_LINK, GObject)

BhChannelLink *bh_channel_link_new (const char *slug, GDBusInterfaceSkeleton *runner);

gboolean bh_channel_link_adopt (BhChannelLink *self, GDBusConnection *connection, GError **error);
void     bh_channel_link_set_greeted (BhChannelLink *self, const char *socket, const char *token);
void     bh_channel_link_close       (BhChannelLink *self);

BhDBusRunnerHost1 *bh_channel_link_get_host (BhChannelLink *self);

G_END_DECLS
