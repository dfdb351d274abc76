/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void bh_window_pid_show (GtkWindow *window, guint pid);

G_END_DECLS
