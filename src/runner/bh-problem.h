/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-state.h"

#include <webkit2/webkit2.h>

G_BEGIN_DECLS

#define BH_TYPE_PROBLEM (bh_problem_get_type ())

typedef struct _BhProblem BhProblem;

GType       bh_problem_get_type        (void) G_GNUC_CONST;
BhProblem  *bh_problem_new_for_load    (const GError *error, const char *uri);
BhProblem  *bh_problem_new_for_tls     (GTlsCertificateFlags flags, const char *uri);
BhProblem  *bh_problem_new_for_process (WebKitWebProcessTerminationReason reason,
                                        const char                       *app_name);
BhProblem  *bh_problem_new_for_end     (BhReason    reason,
                                        const char *detail,
                                        gboolean    gave_up,
                                        const char *app_name);
BhProblem  *bh_problem_new_for_hang    (const char *app_name);
BhProblem  *bh_problem_ref             (BhProblem *self);
void        bh_problem_unref           (BhProblem *self);
const char *bh_problem_get_icon        (BhProblem *self);
const char *bh_problem_get_title       (BhProblem *self);
const char *bh_problem_get_text        (BhProblem *self);
const char *bh_problem_get_detail      (BhProblem *self);
const char *bh_problem_get_uri         (BhProblem *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhProblem, bh_problem_unref)

G_END_DECLS
