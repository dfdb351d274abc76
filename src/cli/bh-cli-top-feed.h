/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _BhCliTopFeed BhCliTopFeed;

/**
 * BhCliTopFeedFuncs:
 * @sampled: there is a sample, an `aa{sv}`
 * @machine_sampled: there is one of the machine, an `a{sv}`, just before the former
 * @changed: the service is there, with %NULL, or is not, with why in words
 * @ended: the bus is gone, with why in words; nothing will come any more
 *
 * What a feed calls.
 */
typedef struct
{
  void (*sampled) (GVariant *sample, gpointer user_data);
  void (*machine_sampled) (GVariant *machine, gpointer user_data);
  void (*changed) (const char *trouble, gpointer user_data);
  void (*ended) (const char *trouble, gpointer user_data);
} BhCliTopFeedFuncs;

BhCliTopFeed *bh_cli_top_feed_new   (GDBusConnection         *bus,
                                     guint                    interval,
                                     const BhCliTopFeedFuncs *funcs,
                                     gpointer                 user_data);
void          bh_cli_top_feed_free  (BhCliTopFeed *self);
void          bh_cli_top_feed_focus (BhCliTopFeed *self, const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhCliTopFeed, bh_cli_top_feed_free)

G_END_DECLS
