/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-cli-events.h"

G_BEGIN_DECLS

BhCliExit bh_cli_follow (BhCliOutput *output, GDBusConnection *bus, const BhCliEventsQuery *query);

G_END_DECLS
