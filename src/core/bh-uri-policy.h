/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-manifest.h"

G_BEGIN_DECLS

/**
 * BhUriVerdict:
 * @BH_URI_INSIDE: the app shows it itself
 * @BH_URI_EXTERNAL: another program should open it
 * @BH_URI_REFUSED: nothing should
 */
typedef enum {
  BH_URI_INSIDE,
  BH_URI_EXTERNAL,
  BH_URI_REFUSED,
} BhUriVerdict;

BhUriVerdict bh_uri_policy_check   (BhManifest *manifest, const char *uri);
gboolean     bh_uri_policy_may_open (const char *uri);
char        *bh_uri_policy_resolve (BhManifest *manifest, const char *uri, GError **error);

char *bh_app_uri_to_path (const char *uri, const char *slug, GError **error);

G_END_DECLS
