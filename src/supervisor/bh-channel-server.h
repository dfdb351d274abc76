/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-runner-channel.h"

G_BEGIN_DECLS

#define BH_TYPE_CHANNEL_SERVER (bh_channel_server_get_type ())

G_DECLARE_FINAL_TYPE (BhChannelServer, bh_channel_server, BH, CHANNEL_SERVER, GObject)

BhChannelServer *bh_channel_server_new (const char *path, GError **error);

G_END_DECLS
