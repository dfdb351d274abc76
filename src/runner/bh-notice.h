/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define BH_TYPE_NOTICE (bh_notice_get_type ())

G_DECLARE_FINAL_TYPE (BhNotice, bh_notice, BH, NOTICE, GtkInfoBar)

GtkWidget *bh_notice_new        (const char *text, GtkMessageType type);
void       bh_notice_add_button (BhNotice *self, const char *label, int response);

G_END_DECLS
