/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-channel.h"

G_BEGIN_DECLS

void bh_last_words_install (BhChannel *channel);

G_END_DECLS
