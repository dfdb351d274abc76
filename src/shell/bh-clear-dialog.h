/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-item.h"

G_BEGIN_DECLS

#define BH_TYPE_CLEAR_DIALOG (bh_clear_dialog_get_type ())
G_DECLARE_FINAL_TYPE (BhClearDialog, bh_clear_dialog, BH, CLEAR_DIALOG, GtkDialog)

GtkWidget *bh_clear_dialog_new (BhAppItem *item, GVariant *storage, GtkWindow *parent);

G_END_DECLS
