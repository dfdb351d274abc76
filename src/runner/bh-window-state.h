/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-manifest.h"

G_BEGIN_DECLS

/**
 * BhWindowState:
 * @width: in logical pixels
 * @height: likewise
 * @left: the place, when @has_position; Wayland tells none
 * @top: likewise
 * @has_position: whether there is a place
 * @maximized: whether the window fills the screen; the size is then that of before
 * @zoom: the page's zoom, 1 is the page's own size
 *
 * What an app's window comes back with.
 */
typedef struct
{
  int width;
  int height;
  int left;
  int top;
  gboolean has_position;
  gboolean maximized;
  double zoom;
} BhWindowState;

void     bh_window_state_init (BhWindowState *self, BhWindowSpec *spec);
void     bh_window_state_load (BhWindowState *self, const char *directory);
gboolean bh_window_state_save (const BhWindowState *self, const char *directory, GError **error);

G_END_DECLS
