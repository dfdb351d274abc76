/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-id.h"

G_BEGIN_DECLS

/* Of a cache directory, and of a desk directory; GTK's print dialog shows the latter to people. */
#define BH_DESK_DIRECTORY "desk"
#define BH_DESK_OUTGOING  "Downloads"

/**
 * BhSource:
 * @BH_SOURCE_MANAGED: put there by the administrator; locked
 * @BH_SOURCE_USER: the user's own
 * @BH_SOURCE_SYSTEM: installed with the system
 *
 * Where an app comes from, in the order in which they win.
 */
typedef enum {
  BH_SOURCE_MANAGED,
  BH_SOURCE_USER,
  BH_SOURCE_SYSTEM,
} BhSource;

const char *bh_source_to_string (BhSource source);

char *bh_paths_dup_runtime_dir (void);
char *bh_paths_dup_data_dir    (BhAppId *id);
char *bh_paths_dup_cache_dir   (BhAppId *id);
char *bh_paths_dup_state_dir   (BhAppId *id);
char *bh_paths_dup_desk_dir    (BhAppId *id, const char *instance);
char *bh_paths_dup_history     (void);
void  bh_paths_foreach_apps_dir (void (*callback) (BhSource source, const char *path, gpointer user_data),
                                 gpointer user_data);

G_END_DECLS
