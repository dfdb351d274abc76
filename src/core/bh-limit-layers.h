/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-limits.h"

G_BEGIN_DECLS

/**
 * BhLimitOrigin:
 * @BH_LIMIT_ORIGIN_NONE: there is no such limit, and nobody has spoken of it
 * @BH_LIMIT_ORIGIN_DEFAULT: the defaults for all apps
 * @BH_LIMIT_ORIGIN_MANIFEST: the app's manifest
 * @BH_LIMIT_ORIGIN_MANAGED: the manifest of an app that the administrator manages
 * @BH_LIMIT_ORIGIN_SET: the user, for this app
 *
 * Who has said what a limit is.
 */
typedef enum {
  BH_LIMIT_ORIGIN_NONE,
  BH_LIMIT_ORIGIN_DEFAULT,
  BH_LIMIT_ORIGIN_MANIFEST,
  BH_LIMIT_ORIGIN_MANAGED,
  BH_LIMIT_ORIGIN_SET,
} BhLimitOrigin;

typedef struct _BhLimitLayers BhLimitLayers;

/**
 * BhLimitLayers:
 * @defaults: those of all apps
 * @shipped: those of the manifest
 * @set: what the user has set for the app
 * @set_kinds: which of @set count; 0 among them is "no limit"
 * @managed: whether those of the manifest can only be lowered
 *
 * All that is said of an app's limits, the weakest first. The limits are borrowed.
 */
struct _BhLimitLayers
{
  BhLimits *defaults;
  BhLimits *shipped;
  BhLimits *set;
  BhLimitKinds set_kinds;
  gboolean managed;
};

const char *bh_limit_origin_to_string   (BhLimitOrigin origin);
gboolean    bh_limit_origin_from_string (const char *name, BhLimitOrigin *origin);

BhLimits     *bh_limit_layers_resolve    (const BhLimitLayers *self);
BhLimitOrigin bh_limit_layers_get_origin (const BhLimitLayers *self, BhLimitKinds kind);
gboolean      bh_limit_layers_check      (const BhLimitLayers *self,
                                          guint64              high,
                                          GError             **error);
GVariant     *bh_limit_layers_to_dict    (const BhLimitLayers *self);

G_END_DECLS
