/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-process-tree.h"

G_BEGIN_DECLS

void bh_webkit_leftovers_remove (const char *runtime_dir, const BhProcessKey *runner);

G_END_DECLS
