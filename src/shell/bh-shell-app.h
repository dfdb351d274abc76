/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define BH_TYPE_SHELL_APP (bh_shell_app_get_type ())
G_DECLARE_FINAL_TYPE (BhShellApp, bh_shell_app, BH, SHELL_APP, GtkApplication)

BhShellApp *bh_shell_app_new (void);

G_END_DECLS
