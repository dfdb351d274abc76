/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-event.h"

G_BEGIN_DECLS

const char *bh_lifecycle_get_message_id (BhEventKind kind);
void        bh_lifecycle_log            (const BhEvent *event);

G_END_DECLS
