/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include <stdio.h>

G_BEGIN_DECLS

typedef struct _BhCliOutput BhCliOutput;

BhCliOutput *bh_cli_output_new             (FILE *out, FILE *err);
void         bh_cli_output_free            (BhCliOutput *self);
gboolean     bh_cli_output_get_json        (BhCliOutput *self);
void         bh_cli_output_set_json        (BhCliOutput *self, gboolean json);
void         bh_cli_output_print           (BhCliOutput *self,
                                            const char  *format,
                                            ...) G_GNUC_PRINTF (2, 3);
void         bh_cli_output_print_raw       (BhCliOutput *self, const char *text);
void         bh_cli_output_print_json      (BhCliOutput *self, JsonBuilder *builder);
void         bh_cli_output_print_json_line (BhCliOutput *self, JsonBuilder *builder);
void         bh_cli_output_complain        (BhCliOutput *self,
                                            const char  *format,
                                            ...) G_GNUC_PRINTF (2, 3);
void         bh_cli_output_fail            (BhCliOutput  *self,
                                            const char   *id,
                                            const GError *error);
gboolean     bh_cli_output_is_broken       (BhCliOutput *self);
void         bh_cli_output_break           (BhCliOutput *self);
gboolean     bh_cli_output_finish          (BhCliOutput *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhCliOutput, bh_cli_output_free)

G_END_DECLS
