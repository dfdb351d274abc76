/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _BhTokenBucket BhTokenBucket;

BhTokenBucket *bh_token_bucket_new  (guint capacity, gint64 interval);
void           bh_token_bucket_free (BhTokenBucket *self);
gboolean       bh_token_bucket_take (BhTokenBucket *self, gint64 now);
gint64         bh_token_bucket_draw (BhTokenBucket *self, gsize tokens, gint64 now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhTokenBucket, bh_token_bucket_free)

G_END_DECLS
