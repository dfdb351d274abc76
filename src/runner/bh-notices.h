/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-problem.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define BH_TYPE_NOTICES (bh_notices_get_type ())

G_DECLARE_FINAL_TYPE (BhNotices, bh_notices, BH, NOTICES, GtkBox)

GtkWidget *bh_notices_new      (void);
void       bh_notices_tell     (BhNotices *self, const char *text);
void       bh_notices_offer    (BhNotices *self, const char *app_name, const char *uri);
void       bh_notices_set_hang (BhNotices *self, BhProblem *problem);

G_END_DECLS
