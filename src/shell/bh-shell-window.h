/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-control.h"

G_BEGIN_DECLS

#define BH_TYPE_SHELL_WINDOW (bh_shell_window_get_type ())
G_DECLARE_FINAL_TYPE (BhShellWindow, bh_shell_window, BH, SHELL_WINDOW, GtkApplicationWindow)

GtkWidget *bh_shell_window_new       (GtkApplication *application, BhAppControl *control);
void       bh_shell_window_show_page (BhShellWindow *self, const char *name);
void       bh_shell_window_tell      (BhShellWindow *self, const char *message);

G_END_DECLS
