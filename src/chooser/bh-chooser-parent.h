/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void bh_chooser_parent_set (GtkWidget *dialog, const char *parent);

G_END_DECLS
