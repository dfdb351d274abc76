/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The largest message that passes, in bytes. */
#define BH_BOUNDED_STREAM_MAX_MESSAGE (96 * 1024)

#define BH_TYPE_BOUNDED_STREAM (bh_bounded_stream_get_type ())

G_DECLARE_FINAL_TYPE (BhBoundedStream, bh_bounded_stream, BH, BOUNDED_STREAM, GIOStream)

GIOStream *bh_bounded_stream_new (GSocketConnection *base);

G_END_DECLS
