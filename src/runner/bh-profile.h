/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-runner-config.h"

#include <webkit2/webkit2.h>

G_BEGIN_DECLS

WebKitWebContext *bh_profile_create_context (BhRunnerConfig *config);

G_END_DECLS
