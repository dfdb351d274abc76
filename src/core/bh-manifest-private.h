/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-json.h"
#include "bh-manifest.h"

G_BEGIN_DECLS

/* Filled in by the reader, and never changed once bh_manifest_new_from_data() has returned. */

struct _BhViewSpec
{
  char *name;
  char *url;
};

struct _BhWindowSpec
{
  char *name;
  int width;
  int height;
  int min_width;
  int min_height;
  int left;
  int top;
  gboolean has_position;
  gboolean centered;
  gboolean save_state;
  gboolean resizable;
  gboolean frame;
  gboolean always_on_top;
  GPtrArray *views; /* BhViewSpec */
};

struct _BhManifest
{
  gatomicrefcount ref_count;
  BhAppId *id;
  char *name;
  char *description;
  char *icon;
  gboolean is_platform;
  gboolean network;
  gboolean unsandboxed;
  BhLimits *limits;
  BhRestartPolicy restart_policy;
  gboolean has_restart_policy;
  guint max_restarts;
  gint64 restart_window;
  BhRestoreSession restore_session;
  gboolean restart_unresponsive;
  gint64 unresponsive_after;
  gint64 suspend_after;
  char **scope;
  char **warnings;
  char *text;
  JsonNode *root;
  GPtrArray *windows; /* BhWindowSpec */
};

BhManifest   *bh_manifest_alloc    (void);
BhWindowSpec *bh_window_spec_new   (BhWindowSpec *like);
void          bh_window_spec_free  (BhWindowSpec *self);
BhViewSpec   *bh_view_spec_new     (const char *name, const char *url);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhWindowSpec, bh_window_spec_free)

/* What the files that read a manifest share while they do. */
typedef struct
{
  BhManifest *manifest;
  const char *slug;
  GArray *warnings;
  guint64 memory;
  guint64 memory_high;
  guint cpu;
  gint64 cpu_time;
  guint tasks;
} BhManifestReader;

/* The objects of OpenFin's, by the members that they have. */
typedef enum {
  BH_MEMBERS_NONE,
  BH_MEMBERS_MANIFEST,
  BH_MEMBERS_SHORTCUT,
  BH_MEMBERS_APP,
  BH_MEMBERS_WINDOW,
  BH_MEMBERS_SNAPSHOT,
} BhMembers;

typedef enum {
  BH_NOT_YET_LAYOUT,
} BhNotYet;

void     bh_manifest_reader_begin (BhManifestReader *reader);
char   **bh_manifest_reader_end   (BhManifestReader *reader);
void     bh_manifest_reader_warn  (BhManifestReader *reader,
                                   BhJsonObject     *object,
                                   const char       *name,
                                   const char       *message);
void     bh_manifest_reader_warn_not_yet   (BhManifestReader *reader,
                                            BhJsonObject     *object,
                                            const char       *name,
                                            BhNotYet          what);
void     bh_manifest_reader_warn_leftovers (BhManifestReader *reader,
                                            BhJsonObject     *object,
                                            BhMembers         which);
gboolean bh_manifest_reader_fail (BhJsonObject *object,
                                  const char   *name,
                                  GError      **error,
                                  GError       *problem);

gboolean bh_manifest_reader_read_resource_limits (BhManifestReader *reader,
                                                  BhJsonObject     *app,
                                                  GError          **error);
gboolean bh_manifest_reader_read_bulkhead        (BhManifestReader *reader,
                                                  BhJsonObject     *root,
                                                  GError          **error);

G_END_DECLS
