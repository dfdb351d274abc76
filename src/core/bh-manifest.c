/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-manifest-private.h"

/*
 * What an app is: the manifest as it was read, with every default filled in. It is OpenFin's
 * application manifest plus the object "bulkhead". An app has windows and a window has views; a
 * plain app (startup_app) has one of each, a platform as many as its snapshot has. Only
 * bh-manifest-reader.c makes one, and from then on it never changes, so that the supervisor can
 * hand the same one to whoever asks.
 */

#define DEFAULT_WIDTH          800
#define DEFAULT_HEIGHT         500
#define DEFAULT_MAX_RESTARTS   3
#define DEFAULT_RESTART_WINDOW (60 * G_USEC_PER_SEC)

G_DEFINE_BOXED_TYPE (BhManifest, bh_manifest, bh_manifest_ref, bh_manifest_unref)

static void
view_spec_free (BhViewSpec *self)
{
  g_free (self->name);
  g_free (self->url);
  g_free (self);
}

static void
destroy_view_spec (gpointer view)
{
  view_spec_free (view);
}

static void
destroy_window_spec (gpointer window)
{
  bh_window_spec_free (window);
}

/* A view; both texts are copied. */
BhViewSpec *
bh_view_spec_new (const char *name, const char *url)
{
  BhViewSpec *self = g_new0 (BhViewSpec, 1);

  self->name = g_strdup (name);
  self->url = g_strdup (url);

  return self;
}

/* A window without views and name; with the options of @like, or with the defaults. */
BhWindowSpec *
bh_window_spec_new (BhWindowSpec *like)
{
  BhWindowSpec *self = g_new0 (BhWindowSpec, 1);

  if (like != NULL)
    *self = *like;
  else
    {
      self->width = DEFAULT_WIDTH;
      self->height = DEFAULT_HEIGHT;
      self->save_state = TRUE;
      self->resizable = TRUE;
      self->frame = TRUE;
    }
  self->name = NULL;
  self->views = g_ptr_array_new_with_free_func (destroy_view_spec);

  return self;
}

void
bh_window_spec_free (BhWindowSpec *self)
{
  g_free (self->name);
  g_ptr_array_unref (self->views);
  g_free (self);
}

/* A manifest with the defaults and nothing else. */
BhManifest *
bh_manifest_alloc (void)
{
  BhManifest *self = g_new0 (BhManifest, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->network = TRUE;
  self->restart_policy = BH_RESTART_ON_CRASH;
  self->max_restarts = DEFAULT_MAX_RESTARTS;
  self->restart_window = DEFAULT_RESTART_WINDOW;
  self->windows = g_ptr_array_new_with_free_func (destroy_window_spec);

  return self;
}

/**
 * bh_manifest_ref:
 * @self: a manifest
 *
 * Returns: (transfer full): @self
 */
BhManifest *
bh_manifest_ref (BhManifest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * bh_manifest_unref:
 * @self: (transfer full): a manifest
 */
void
bh_manifest_unref (BhManifest *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->id, bh_app_id_unref);
  g_free (self->name);
  g_free (self->description);
  g_free (self->icon);
  g_clear_pointer (&self->limits, bh_limits_unref);
  g_strfreev (self->scope);
  g_strfreev (self->warnings);
  g_free (self->text);
  g_clear_pointer (&self->root, json_node_unref);
  g_ptr_array_unref (self->windows);
  g_free (self);
}

/**
 * bh_manifest_get_id:
 * @self: a manifest
 *
 * Returns: (transfer none): who the app is
 */
BhAppId *
bh_manifest_get_id (BhManifest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->id;
}

/**
 * bh_manifest_get_name:
 * @self: a manifest
 *
 * Returns: (transfer none): the app's name for people, never empty
 */
const char *
bh_manifest_get_name (BhManifest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->name;
}

/**
 * bh_manifest_get_description:
 * @self: a manifest
 *
 * Returns: (transfer none): a sentence about the app, or ""
 */
const char *
bh_manifest_get_description (BhManifest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->description;
}

/**
 * bh_manifest_get_icon:
 * @self: a manifest
 *
 * Returns: (transfer none): a file's path relative to the app's directory without a way out of
 *   it, an http or https URL, or ""
 */
const char *
bh_manifest_get_icon (BhManifest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->icon;
}

/**
 * bh_manifest_get_url:
 * @self: a manifest
 *
 * Returns: (transfer none): the page that the app starts with, an absolute http, https or app URI:
 *   that of the first view of the first window
 */
const char *
bh_manifest_get_url (BhManifest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return bh_view_spec_get_url (bh_window_spec_get_view (bh_manifest_get_window (self, 0), 0));
}

/**
 * bh_manifest_is_platform:
 * @self: a manifest
 *
 * Returns: whether the manifest has `platform` rather than `startup_app`
 */
gboolean
bh_manifest_is_platform (BhManifest *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_platform;
}

/**
 * bh_manifest_get_network:
 * @self: a manifest
 *
 * Returns: whether the app may use the network
 */
gboolean
bh_manifest_get_network (BhManifest *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->network;
}

/**
 * bh_manifest_get_unsandboxed:
 * @self: a manifest
 *
 * Returns: whether the app may run where WebKit's sandbox can't be had
 */
gboolean
bh_manifest_get_unsandboxed (BhManifest *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->unsandboxed;
}

/**
 * bh_manifest_get_limits:
 * @self: a manifest
 *
 * Returns: (transfer none): what the app may use
 */
BhLimits *
bh_manifest_get_limits (BhManifest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->limits;
}

/**
 * bh_manifest_get_restart_policy:
 * @self: a manifest
 *
 * Returns: when the app is started again
 */
BhRestartPolicy
bh_manifest_get_restart_policy (BhManifest *self)
{
  g_return_val_if_fail (self != NULL, BH_RESTART_NEVER);

  return self->restart_policy;
}

/**
 * bh_manifest_has_restart_policy:
 * @self: a manifest
 *
 * Returns: whether the manifest itself says when the app is started again
 */
gboolean
bh_manifest_has_restart_policy (BhManifest *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->has_restart_policy;
}

/**
 * bh_manifest_get_max_restarts:
 * @self: a manifest
 *
 * Returns: how often the app is started again within its restart window
 */
guint
bh_manifest_get_max_restarts (BhManifest *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->max_restarts;
}

/**
 * bh_manifest_get_restart_window:
 * @self: a manifest
 *
 * Returns: the time in microseconds in which restarts are counted
 */
gint64
bh_manifest_get_restart_window (BhManifest *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->restart_window;
}

/**
 * bh_manifest_get_restore_session:
 * @self: a manifest
 *
 * Returns: when the app shows the page of its last run again
 */
BhRestoreSession
bh_manifest_get_restore_session (BhManifest *self)
{
  g_return_val_if_fail (self != NULL, BH_RESTORE_SESSION_AFTER_CRASH);

  return self->restore_session;
}

/**
 * bh_manifest_get_restart_unresponsive:
 * @self: a manifest
 *
 * Returns: whether an app that goes on not to answer counts as crashed; otherwise it is left to
 *   the user
 */
gboolean
bh_manifest_get_restart_unresponsive (BhManifest *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->restart_unresponsive;
}

/**
 * bh_manifest_get_unresponsive_after:
 * @self: a manifest
 *
 * Returns: microseconds in which the app must answer, 0 when the manifest does not say
 */
gint64
bh_manifest_get_unresponsive_after (BhManifest *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->unresponsive_after;
}

/**
 * bh_manifest_get_suspend_after:
 * @self: a manifest
 *
 * Returns: microseconds in the background after which the app is put to sleep, 0 when the manifest
 *   does not say
 */
gint64
bh_manifest_get_suspend_after (BhManifest *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->suspend_after;
}

/**
 * bh_manifest_get_scope:
 * @self: a manifest
 *
 * What belongs to the app, besides its own `app:` origin, for bh_uri_policy_check(). A manifest
 * that says nothing has the origins of its pages.
 *
 * Returns: (transfer none) (array zero-terminated=1): URIs in normal form, each with a path; what
 *   begins with one of them is inside the app
 */
const char *const *
bh_manifest_get_scope (BhManifest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (const char *const *) self->scope;
}

/**
 * bh_manifest_get_warnings:
 * @self: a manifest
 *
 * Returns: (transfer none) (array zero-terminated=1): what the manifest asks for and Bulkhead does
 *   not do, a sentence each with member path and line, by line
 */
const char *const *
bh_manifest_get_warnings (BhManifest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (const char *const *) self->warnings;
}

/**
 * bh_manifest_get_text:
 * @self: a manifest
 *
 * Returns: (transfer none): the text that was read
 */
const char *
bh_manifest_get_text (BhManifest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->text;
}

/**
 * bh_manifest_get_root:
 * @self: a manifest
 *
 * Returns: (transfer none): the whole tree, which can't be changed
 */
JsonNode *
bh_manifest_get_root (BhManifest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->root;
}

/**
 * bh_manifest_get_n_windows:
 * @self: a manifest
 *
 * Returns: how many windows the app begins with, at least one
 */
guint
bh_manifest_get_n_windows (BhManifest *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->windows->len;
}

/**
 * bh_manifest_get_window:
 * @self: a manifest
 * @index: which, less than bh_manifest_get_n_windows()
 *
 * Returns: (transfer none): a window, which lives as long as @self
 */
BhWindowSpec *
bh_manifest_get_window (BhManifest *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->windows->len, NULL);

  return g_ptr_array_index (self->windows, index);
}

/**
 * bh_window_spec_get_name:
 * @self: a window
 *
 * Returns: (transfer none): the name that the manifest gives it, or that of the app
 */
const char *
bh_window_spec_get_name (BhWindowSpec *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->name;
}

/**
 * bh_window_spec_get_width:
 * @self: a window
 *
 * Returns: its width at first, not less than its least
 */
int
bh_window_spec_get_width (BhWindowSpec *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->width;
}

/**
 * bh_window_spec_get_height:
 * @self: a window
 *
 * Returns: its height at first, not less than its least
 */
int
bh_window_spec_get_height (BhWindowSpec *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->height;
}

/**
 * bh_window_spec_get_min_width:
 * @self: a window
 *
 * Returns: the least width that it may have, 0 when any
 */
int
bh_window_spec_get_min_width (BhWindowSpec *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->min_width;
}

/**
 * bh_window_spec_get_min_height:
 * @self: a window
 *
 * Returns: the least height that it may have, 0 when any
 */
int
bh_window_spec_get_min_height (BhWindowSpec *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->min_height;
}

/**
 * bh_window_spec_get_position:
 * @self: a window
 * @left: (out) (optional): pixels from the left edge of the screen
 * @top: (out) (optional): pixels from the top edge of the screen
 *
 * Returns: whether the manifest says where the window opens; otherwise nothing is set
 */
gboolean
bh_window_spec_get_position (BhWindowSpec *self, int *left, int *top)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (!self->has_position)
    return FALSE;
  if (left != NULL)
    *left = self->left;
  if (top != NULL)
    *top = self->top;

  return TRUE;
}

/**
 * bh_window_spec_get_centered:
 * @self: a window
 *
 * Returns: whether it opens in the middle of the screen
 */
gboolean
bh_window_spec_get_centered (BhWindowSpec *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->centered;
}

/**
 * bh_window_spec_get_save_state:
 * @self: a window
 *
 * Returns: whether it opens next time where and as large as it was
 */
gboolean
bh_window_spec_get_save_state (BhWindowSpec *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->save_state;
}

/**
 * bh_window_spec_get_resizable:
 * @self: a window
 *
 * Returns: whether the user can change its size
 */
gboolean
bh_window_spec_get_resizable (BhWindowSpec *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->resizable;
}

/**
 * bh_window_spec_get_frame:
 * @self: a window
 *
 * Returns: whether it has a title bar and borders
 */
gboolean
bh_window_spec_get_frame (BhWindowSpec *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->frame;
}

/**
 * bh_window_spec_get_always_on_top:
 * @self: a window
 *
 * Returns: whether it stays above other windows
 */
gboolean
bh_window_spec_get_always_on_top (BhWindowSpec *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->always_on_top;
}

/**
 * bh_window_spec_get_n_views:
 * @self: a window
 *
 * Returns: how many views it has, at least one
 */
guint
bh_window_spec_get_n_views (BhWindowSpec *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->views->len;
}

/**
 * bh_window_spec_get_view:
 * @self: a window
 * @index: which, less than bh_window_spec_get_n_views()
 *
 * Returns: (transfer none): a view, which lives as long as the manifest
 */
BhViewSpec *
bh_window_spec_get_view (BhWindowSpec *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->views->len, NULL);

  return g_ptr_array_index (self->views, index);
}

/**
 * bh_view_spec_get_name:
 * @self: a view
 *
 * Returns: (transfer none): the name that the manifest gives it, or that of the app
 */
const char *
bh_view_spec_get_name (BhViewSpec *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->name;
}

/**
 * bh_view_spec_get_url:
 * @self: a view
 *
 * Returns: (transfer none): its page, an absolute http, https or app URI
 */
const char *
bh_view_spec_get_url (BhViewSpec *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->url;
}
