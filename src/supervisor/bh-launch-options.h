/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-instance.h"

G_BEGIN_DECLS

/**
 * BhLaunchOptions:
 * @wait: when the call returns
 * @uri: an absolute URI in the app's scope, or ""
 * @activation_token: what lets the window take the focus, or ""
 *
 * The options of App1.Launch, checked.
 */
typedef struct
{
  BhLaunchWait wait;
  char *uri;
  char *activation_token;
} BhLaunchOptions;

BhLaunchOptions *bh_launch_options_parse (GVariant   *variant,
                                          BhManifest *manifest,
                                          GError    **error);
void             bh_launch_options_free  (BhLaunchOptions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhLaunchOptions, bh_launch_options_free)

G_END_DECLS
