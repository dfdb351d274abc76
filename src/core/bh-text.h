/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char       *bh_text_quote       (const char *text);
char       *bh_text_printable   (const char *text, gsize max_characters);
gboolean    bh_text_has_control (const char *text);
const char *bh_text_suggest     (const char *word, const char *const *names, gsize n_names);

G_END_DECLS
