/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * BhChildRole:
 * @BH_CHILD_WEB: the process of a page, or the sandbox around it
 * @BH_CHILD_NETWORK: the network process
 *
 * Which of WebKit's processes has ended.
 */
typedef enum {
  BH_CHILD_WEB,
  BH_CHILD_NETWORK,
} BhChildRole;

#define BH_TYPE_CHILD_ENDS (bh_child_ends_get_type ())

G_DECLARE_FINAL_TYPE (BhChildEnds, bh_child_ends, BH, CHILD_ENDS, GObject)

BhChildEnds *bh_child_ends_new (void);

G_END_DECLS
