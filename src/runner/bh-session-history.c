/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-runner"

#include "bh-session-history.h"

#include "bh-uri-policy.h"
#include "bh-uri.h"

#include <math.h>
#include <string.h>

/*
 * What of a view's history may be kept on disk, and be given back to WebKit later.
 *
 * WebKit serializes a view's state as a GVariant. It reads one with less care than is needed here:
 * frames within frames are taken for what they should be, whatever they are. The state may have
 * been shaped by a page process that is in the hands of its page, or be read from a damaged disk.
 * So nothing of it is passed on as it is: what is known to be good is built anew, both before it
 * is written and before it is restored. A type that we do not know, of another WebKit, is refused;
 * then the address alone has to do.
 *
 * Some things are left out on purpose, because they are private and nobody expects them on a disk:
 *
 *  - what was typed into forms. WebKit itself leaves out passwords, but neither numbers of cards
 *    nor letters half written;
 *  - what a form has sent (a POST's body), which may well be a password. The page is asked for
 *    again without it, so that nothing is bought twice either;
 *  - addresses with a user's name and password in them.
 *
 * What a page gives to history.pushState() stays, for without it “back” does not work in most apps;
 * it is no more private than what they keep in their own storage in the same profile.
 */

#define FRAME_TYPE "(ssssasmayxx(ii)dm(sa(uaysxmxmds))av)"
#define ITEM_TYPE  "(s" FRAME_TYPE "u)"
#define STATE_TYPE "(qa" ITEM_TYPE "mu)"

/* WebKit's number of that type. */
#define STATE_VERSION 2

/* "Never open another program", in WebKit's words. */
#define NOT_EXTERNAL 2

/* In bytes. What is longer is left out. */
#define MAX_TITLE  1024
#define MAX_TARGET 1024
#define MAX_OBJECT (64 * 1024)

/* Frames within frames, and frames of one page. */
#define MAX_DEPTH  8
#define MAX_FRAMES 64

#define MIN_SCALE 0.1
#define MAX_SCALE 10.0

/**
 * bh_session_history_admits:
 * @manifest: the app
 * @uri: the address of one of its pages
 *
 * Returns: whether the address may be kept and be shown again; the app's policy may have changed
 *   since, and some addresses end with the process that made them
 */
gboolean
bh_session_history_admits (BhManifest *manifest, const char *uri)
{
  g_autoptr (GUri) parsed = NULL;

  g_return_val_if_fail (manifest != NULL && uri != NULL, FALSE);

  if (strlen (uri) > BH_SESSION_MAX_URI)
    return FALSE;
  parsed = bh_uri_parse (uri, NULL);

  return parsed != NULL && g_uri_get_userinfo (parsed) == NULL
         && (bh_uri_is_web (parsed) || g_str_equal (g_uri_get_scheme (parsed), "app"))
         && bh_uri_policy_check (manifest, uri) == BH_URI_INSIDE;
}

/* Where a frame of a page may be: anywhere on the web, as its page wishes. */
static gboolean
admits_frame (BhManifest *manifest, const char *uri)
{
  g_autoptr (GUri) parsed = NULL;

  if (strlen (uri) > BH_SESSION_MAX_URI)
    return FALSE;
  if (g_str_equal (uri, "about:blank") || g_str_equal (uri, "about:srcdoc"))
    return TRUE;
  parsed = bh_uri_parse (uri, NULL);
  if (parsed == NULL || g_uri_get_userinfo (parsed) != NULL)
    return FALSE;

  return bh_uri_is_web (parsed) || bh_uri_policy_check (manifest, uri) == BH_URI_INSIDE;
}

static int
bound_scroll (int pixels)
{
  return CLAMP (pixels, -BH_SESSION_MAX_SCROLL, BH_SESSION_MAX_SCROLL);
}

static GVariant *
build_frame (BhManifest *manifest,
             GVariant *frame,
             guint depth,
             guint *max_frames,
             const BhScrollPlace *scroll)
{
  GVariantBuilder builder;
  GVariantBuilder frames;
  g_autoptr (GVariant) object = NULL;
  g_autoptr (GVariant) children = NULL;
  const char *uri, *original, *referrer, *target;
  gint64 document, item;
  gint32 left, top;
  double scale;

  g_variant_get (frame, "(&s&s&s&s@as@mayxx(ii)d@m(sa(uaysxmxmds))@av)", &uri, &original, &referrer,
                 &target, NULL, &object, &document, &item, &left, &top, &scale, NULL, &children);
  if (*max_frames == 0
      || !(depth == 0 ? bh_session_history_admits (manifest, uri) : admits_frame (manifest, uri)))
    return NULL;

  --*max_frames;
  if (!admits_frame (manifest, original))
    original = uri;
  if (!admits_frame (manifest, referrer))
    referrer = "";
  if (strlen (target) > MAX_TARGET)
    target = "";
  if (scroll != NULL)
    {
      left = scroll->left;
      top = scroll->top;
    }
  if (!isfinite (scale) || scale < MIN_SCALE || scale > MAX_SCALE)
    scale = 1.0;

  g_variant_builder_init (&frames, G_VARIANT_TYPE ("av"));
  for (gsize i = 0; depth < MAX_DEPTH && i < g_variant_n_children (children); i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (children, i);
      g_autoptr (GVariant) child = g_variant_get_variant (boxed);
      GVariant *built = NULL;

      if (g_variant_is_of_type (child, G_VARIANT_TYPE (FRAME_TYPE)))
        built = build_frame (manifest, child, depth + 1, max_frames, NULL);
      if (built != NULL)
        g_variant_builder_add (&frames, "v", built);
    }

  g_variant_builder_init (&builder, G_VARIANT_TYPE (FRAME_TYPE));
  g_variant_builder_add (&builder, "s", uri);
  g_variant_builder_add (&builder, "s", original);
  g_variant_builder_add (&builder, "s", referrer);
  g_variant_builder_add (&builder, "s", target);
  g_variant_builder_add (&builder, "as", NULL);
  if (g_variant_get_size (object) <= MAX_OBJECT)
    g_variant_builder_add_value (&builder, object);
  else
    g_variant_builder_add (&builder, "may", NULL);
  g_variant_builder_add (&builder, "x", document);
  g_variant_builder_add (&builder, "x", item);
  g_variant_builder_add (&builder, "(ii)", bound_scroll (left), bound_scroll (top));
  g_variant_builder_add (&builder, "d", scale);
  g_variant_builder_add_value (&builder,
                               g_variant_new_maybe (G_VARIANT_TYPE ("(sa(uaysxmxmds))"), NULL));
  g_variant_builder_add_value (&builder, g_variant_builder_end (&frames));

  return g_variant_builder_end (&builder);
}

/* An entry of the history, or NULL when it can't be kept. */
static GVariant *
build_item (BhManifest *manifest,
            GVariant *items,
            gsize index,
            guint max_frames,
            const BhScrollPlace *scroll)
{
  g_autoptr (GVariant) item = g_variant_get_child_value (items, index);
  g_autoptr (GVariant) frame = NULL;
  const char *title;
  GVariant *built;

  g_variant_get (item, "(&s@" FRAME_TYPE "u)", &title, &frame, NULL);
  built = build_frame (manifest, frame, 0, &max_frames, scroll);
  if (built == NULL)
    return NULL;
  if (strlen (title) > MAX_TITLE)
    title = "";

  return g_variant_ref_sink (g_variant_new ("(s@" FRAME_TYPE "u)", title, built, NOT_EXTERNAL));
}

static char *
dup_item_uri (GVariant *items, gsize index)
{
  g_autoptr (GVariant) item = g_variant_get_child_value (items, index);
  g_autoptr (GVariant) frame = g_variant_get_child_value (item, 1);
  g_autoptr (GVariant) uri = g_variant_get_child_value (frame, 0);

  return g_variant_dup_string (uri, NULL);
}

/* Puts entry @index to those that are kept if there is room for it; FALSE when there is none. */
static gboolean
keep_item (BhManifest *manifest, GVariant *items, gsize index, GPtrArray *kept, gsize *size)
{
  GVariant *built = build_item (manifest, items, index, MAX_FRAMES, NULL);

  if (built == NULL)
    return TRUE;
  if (*size + g_variant_get_size (built) > BH_SESSION_MAX_HISTORY)
    {
      g_variant_unref (built);
      return FALSE;
    }
  *size += g_variant_get_size (built);
  g_ptr_array_add (kept, built);

  return kept->len < BH_SESSION_MAX_ENTRIES;
}

static void
destroy_item (gpointer item)
{
  g_variant_unref (item);
}

/* The entries around @current, as many as there is room for, the nearest first; NULL when the
 * current one itself can't be kept. */
static GVariant *
build_state (BhManifest *manifest, GVariant *items, gsize current, const BhScrollPlace *scroll)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (destroy_item);
  GVariant *item = build_item (manifest, items, current, MAX_FRAMES, scroll);
  gsize n = g_variant_n_children (items);
  gboolean room = TRUE;
  GVariantBuilder builder;
  gsize size, n_back;

  if (item == NULL)
    return NULL;
  /* Without the frames in it there is always room for it. */
  if (g_variant_get_size (item) > BH_SESSION_MAX_HISTORY)
    {
      g_variant_unref (item);
      item = build_item (manifest, items, current, 1, scroll);
    }
  g_ptr_array_add (kept, item);
  size = g_variant_get_size (item);

  for (gsize i = current; room && i > 0; i--)
    room = keep_item (manifest, items, i - 1, kept, &size);
  n_back = kept->len - 1;
  for (gsize i = current + 1; room && i < n; i++)
    room = keep_item (manifest, items, i, kept, &size);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a" ITEM_TYPE));
  for (gsize i = n_back + 1; i > 0; i--)
    g_variant_builder_add_value (&builder, g_ptr_array_index (kept, i - 1));
  for (gsize i = n_back + 1; i < kept->len; i++)
    g_variant_builder_add_value (&builder, g_ptr_array_index (kept, i));

  return g_variant_ref_sink (g_variant_new (
      "(q@a" ITEM_TYPE "@mu)", STATE_VERSION, g_variant_builder_end (&builder),
      g_variant_new_maybe (G_VARIANT_TYPE_UINT32, g_variant_new_uint32 ((guint32) n_back))));
}

/**
 * bh_session_history_filter:
 * @state: what webkit_web_view_session_state_serialize() gave, or any bytes
 * @manifest: the app
 * @scroll: (nullable): how far the current page is scrolled, in pixels of the view, when that is
 *   known better than WebKit does
 * @uri: (out) (optional): the address of the current page
 *
 * Builds a history of what may be kept of @state: pages of the app, without what was typed and
 * sent, at most %BH_SESSION_MAX_ENTRIES and %BH_SESSION_MAX_HISTORY bytes of them. Those nearest to
 * the current page stay, and pages behind it rather than those before it.
 *
 * Returns: (transfer full) (nullable): what webkit_web_view_session_state_new() can be given; %NULL
 *   when @state is of no use, or the current page may not be kept
 */
GBytes *
bh_session_history_filter (GBytes *state,
                           BhManifest *manifest,
                           const BhScrollPlace *scroll,
                           char **uri)
{
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GVariant) items = NULL;
  g_autoptr (GVariant) index = NULL;
  g_autoptr (GVariant) current = NULL;
  g_autoptr (GVariant) built = NULL;
  guint16 version;

  g_return_val_if_fail (state != NULL && manifest != NULL, NULL);

  variant
      = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (STATE_TYPE), state, FALSE));
  if (!g_variant_is_normal_form (variant))
    {
      g_debug ("session: the history is no state of WebKit's that is known here");
      return NULL;
    }
  g_variant_get (variant, "(q@a" ITEM_TYPE "@mu)", &version, &items, &index);
  current = g_variant_get_maybe (index);
  if (version != STATE_VERSION || current == NULL
      || g_variant_get_uint32 (current) >= g_variant_n_children (items))
    {
      g_debug ("session: the history is of another version, or empty");
      return NULL;
    }

  built = build_state (manifest, items, g_variant_get_uint32 (current), scroll);
  if (built == NULL)
    {
      g_debug ("session: the page is none to come back to");
      return NULL;
    }
  if (uri != NULL)
    *uri = dup_item_uri (items, g_variant_get_uint32 (current));

  return g_variant_get_data_as_bytes (built);
}
