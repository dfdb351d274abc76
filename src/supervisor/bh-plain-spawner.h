/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-spawner.h"

G_BEGIN_DECLS

#define BH_TYPE_PLAIN_SPAWNER (bh_plain_spawner_get_type ())

G_DECLARE_FINAL_TYPE (BhPlainSpawner, bh_plain_spawner, BH, PLAIN_SPAWNER, GObject)

BhSpawner *bh_plain_spawner_new (void);

G_END_DECLS
