/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GUri    *bh_uri_parse        (const char *text, GError **error);
GUri    *bh_uri_parse_page   (const char *text, const char *slug, GError **error);
char    *bh_uri_resolve      (const char *base, const char *text, GError **error);
char    *bh_uri_to_string    (GUri *uri);
char    *bh_uri_dup_origin   (GUri *uri);
gboolean bh_uri_is_web       (GUri *uri);
gboolean bh_uri_is_loopback  (GUri *uri);
gboolean bh_uri_has_prefix   (GUri *uri, GUri *prefix);

G_END_DECLS
