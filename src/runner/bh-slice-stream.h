/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BH_TYPE_SLICE_STREAM (bh_slice_stream_get_type ())

G_DECLARE_FINAL_TYPE (BhSliceStream, bh_slice_stream, BH, SLICE_STREAM, GInputStream)

GInputStream *bh_slice_stream_new_take_fd (int fd, guint64 first, guint64 length);

G_END_DECLS
