/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-item.h"

G_BEGIN_DECLS

#define BH_TYPE_APP_FACTS (bh_app_facts_get_type ())
G_DECLARE_FINAL_TYPE (BhAppFacts, bh_app_facts, BH, APP_FACTS, GtkGrid)

void bh_app_facts_set_item (BhAppFacts *self, BhAppItem *item);

G_END_DECLS
