/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-id.h"
#include "bh-surroundings.h"

G_BEGIN_DECLS

/**
 * BhEnclosure:
 * @id: the app
 * @data_dir: its profile
 * @cache_dir: what it can fetch again
 * @state_dir: window places and the like
 * @files: (nullable): the directory that app:// serves
 * @channel_dir: the directory of the socket at which runners resume
 * @bus_dir: the directory in which the proxy makes its sockets
 * @network: whether the app may use the network
 *
 * What of the file system belongs to one run of an app; all are absolute paths.
 */
typedef struct
{
  BhAppId *id;
  const char *data_dir;
  const char *cache_dir;
  const char *state_dir;
  const char *files;
  const char *channel_dir;
  const char *bus_dir;
  gboolean network;
} BhEnclosure;

char **bh_bubblewrap_build_argv (BhSurroundings    *surroundings,
                                 const BhEnclosure *enclosure,
                                 int                sync_fd,
                                 int                filter_fd);
char **bh_bubblewrap_build_proxy_argv (BhSurroundings    *surroundings,
                                       const BhEnclosure *enclosure,
                                       int                ready_fd);
gboolean bh_bubblewrap_probe (BhSurroundings *surroundings, GError **error);

G_END_DECLS
