/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bh-app-id.h"
#include "bh-limits.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * BhRestoreSession:
 * @BH_RESTORE_SESSION_AFTER_CRASH: when the user did not end the last run, or only restarted it
 * @BH_RESTORE_SESSION_ALWAYS: also when the user closed or stopped the app
 * @BH_RESTORE_SESSION_NEVER: not at all; nothing of it is kept on disk
 *
 * Whether an app that starts shows the page where its last run was, and its history.
 */
typedef enum {
  BH_RESTORE_SESSION_AFTER_CRASH,
  BH_RESTORE_SESSION_ALWAYS,
  BH_RESTORE_SESSION_NEVER,
} BhRestoreSession;

/* Largest manifest that is read, in bytes, and the deepest nesting. */
#define BH_MANIFEST_MAX_SIZE  (1024 * 1024)
#define BH_MANIFEST_MAX_DEPTH 64

#define BH_TYPE_MANIFEST (bh_manifest_get_type ())

typedef struct _BhManifest BhManifest;
typedef struct _BhWindowSpec BhWindowSpec;
typedef struct _BhViewSpec BhViewSpec;

/* The manifest: immutable, shared by reference. */
GType       bh_manifest_get_type  (void) G_GNUC_CONST;
BhManifest *bh_manifest_ref       (BhManifest *self);
void        bh_manifest_unref     (BhManifest *self);

BhManifest *bh_manifest_new_from_data (const char *text, gssize length, GError **error);

BhAppId           *bh_manifest_get_id          (BhManifest *self);
const char        *bh_manifest_get_name        (BhManifest *self);
const char        *bh_manifest_get_description (BhManifest *self);
const char        *bh_manifest_get_icon        (BhManifest *self);
const char        *bh_manifest_get_url         (BhManifest *self);
gboolean           bh_manifest_is_platform     (BhManifest *self);
gboolean           bh_manifest_get_network     (BhManifest *self);
gboolean           bh_manifest_get_unsandboxed (BhManifest *self);
BhLimits          *bh_manifest_get_limits      (BhManifest *self);
BhRestartPolicy    bh_manifest_get_restart_policy (BhManifest *self);
gboolean           bh_manifest_has_restart_policy (BhManifest *self);
guint              bh_manifest_get_max_restarts   (BhManifest *self);
gint64             bh_manifest_get_restart_window (BhManifest *self);
BhRestoreSession   bh_manifest_get_restore_session (BhManifest *self);

gboolean           bh_manifest_get_restart_unresponsive (BhManifest *self);
gint64             bh_manifest_get_unresponsive_after   (BhManifest *self);
gint64             bh_manifest_get_suspend_after        (BhManifest *self);
const char *const *bh_manifest_get_scope       (BhManifest *self);
const char *const *bh_manifest_get_warnings    (BhManifest *self);
const char        *bh_manifest_get_text        (BhManifest *self);
JsonNode          *bh_manifest_get_root        (BhManifest *self);

guint         bh_manifest_get_n_windows (BhManifest *self);
BhWindowSpec *bh_manifest_get_window    (BhManifest *self, guint index);

/* A window: borrowed from its manifest. Sizes are in logical pixels. */
const char *bh_window_spec_get_name          (BhWindowSpec *self);
int         bh_window_spec_get_width         (BhWindowSpec *self);
int         bh_window_spec_get_height        (BhWindowSpec *self);
int         bh_window_spec_get_min_width     (BhWindowSpec *self);
int         bh_window_spec_get_min_height    (BhWindowSpec *self);
gboolean    bh_window_spec_get_position      (BhWindowSpec *self, int *left, int *top);
gboolean    bh_window_spec_get_centered      (BhWindowSpec *self);
gboolean    bh_window_spec_get_save_state    (BhWindowSpec *self);
gboolean    bh_window_spec_get_resizable     (BhWindowSpec *self);
gboolean    bh_window_spec_get_frame         (BhWindowSpec *self);
gboolean    bh_window_spec_get_always_on_top (BhWindowSpec *self);
guint       bh_window_spec_get_n_views       (BhWindowSpec *self);
BhViewSpec *bh_window_spec_get_view          (BhWindowSpec *self, guint index);

const char *bh_view_spec_get_name (BhViewSpec *self);
const char *bh_view_spec_get_url  (BhViewSpec *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BhManifest, bh_manifest_unref)

G_END_DECLS
