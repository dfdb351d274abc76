/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkNativeDialog *bh_chooser_new        (const char        *app_name,
                                        const char *const *mime_types,
                                        gboolean           multiple);
void             bh_chooser_show       (GtkNativeDialog *dialog, const char *parent);
GBytes          *bh_chooser_dup_answer (GtkNativeDialog *dialog);

G_END_DECLS
