/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of an app's state directory. */
#define BH_PERMISSION_FILE "permissions.ini"

/**
 * BhAnswer:
 * @BH_ANSWER_NONE: nobody has answered yet
 * @BH_ANSWER_ALLOW: allowed
 * @BH_ANSWER_DENY: not allowed
 *
 * What the user said to a request, once and for all.
 */
typedef enum {
  BH_ANSWER_NONE,
  BH_ANSWER_ALLOW,
  BH_ANSWER_DENY,
} BhAnswer;

typedef struct _BhPermissionSet BhPermissionSet;

gboolean bh_answer_parse            (const char *text, BhAnswer *answer);
gboolean bh_permission_check_origin (const char *origin, GError **error);
gboolean bh_permission_check_kind   (const char *kind, GError **error);

BhPermissionSet *bh_permission_set_new        (void);
BhPermissionSet *bh_permission_set_parse      (const char *text, gsize length, GError **error);
void             bh_permission_set_free       (BhPermissionSet *self);
char            *bh_permission_set_to_text    (BhPermissionSet *self, gsize *length);
GVariant        *bh_permission_set_to_variant (BhPermissionSet *self);
BhAnswer         bh_permission_set_get        (BhPermissionSet *self,
                                               const char      *origin,
                                               const char      *kind);
void             bh_permission_set_put        (BhPermissionSet *self,
                                               const char      *origin,
                                               const char      *kind,
                                               BhAnswer         answer);
char           **bh_permission_set_find       (BhPermissionSet *self,
                                               const char      *kind,
                                               BhAnswer         answer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhPermissionSet, bh_permission_set_free)

G_END_DECLS
