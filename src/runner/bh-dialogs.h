/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-runner-config.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

void       bh_dialogs_show_about            (GtkWindow      *parent,
                                             BhRunnerConfig *config,
                                             const char     *uri);
GtkWidget *bh_dialogs_new_download_question (GtkWindow *parent, const char *app_name);
gboolean   bh_dialogs_dismiss               (GtkWindow *parent);

G_END_DECLS
