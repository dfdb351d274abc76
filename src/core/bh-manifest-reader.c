/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-manifest-private.h"

#include "bh-error.h"
#include "bh-text.h"
#include "bh-uri-policy.h"
#include "bh-uri.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * Reads a manifest from text. What is in the object "bulkhead" is ours: there, what we do not
 * know is an error. All the rest is OpenFin's: what Bulkhead honours is read and checked, and
 * what it does not is kept in the tree and told as a warning, so that nobody believes in a
 * setting that has no effect.
 */

#define MAX_PIXELS 32767

/* A text that is shown to people on one line. */
static gboolean
get_label (BhJsonObject *object, const char *name, const char **value, GError **error)
{
  const char *text = NULL;

  if (!bh_json_object_get_string (object, name, BH_JSON_OPTIONAL, &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  if (bh_text_has_control (text))
    {
      bh_json_object_set_error (object, name, error, _("can't have control characters"));
      return FALSE;
    }
  *value = text;

  return TRUE;
}

static gboolean
is_path_inside (const char *path)
{
  g_auto (GStrv) names = g_strsplit (path, "/", -1);

  if (*path == '\0')
    return FALSE;
  for (char **name = names; *name != NULL; name++)
    if (**name == '\0' || g_str_equal (*name, ".") || g_str_equal (*name, ".."))
      return FALSE;
  for (const char *p = path; *p != '\0'; p++)
    if (*p == '\\' || g_ascii_iscntrl (*p))
      return FALSE;

  return TRUE;
}

static gboolean
read_icon (BhManifestReader *reader, BhJsonObject *object, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GUri) uri = NULL;
  g_autofree char *scheme = NULL;
  g_autofree char *icon = NULL;
  const char *text = "";

  if (!bh_json_object_get_string (object, "icon", BH_JSON_OPTIONAL, &text, error))
    return FALSE;
  if (*text == '\0')
    return TRUE;

  scheme = g_uri_parse_scheme (text);
  if (scheme == NULL)
    {
      if (g_str_has_prefix (text, "./"))
        text += strlen ("./");
      if (!is_path_inside (text))
        {
          bh_json_object_set_error (object, "icon", error,
                                    _("must be a file in the app's directory, such as “icon.svg”"));
          return FALSE;
        }
      icon = g_strdup (text);
    }
  else
    {
      uri = bh_uri_parse_page (text, reader->slug, &problem);
      if (uri == NULL)
        return bh_manifest_reader_fail (object, "icon", error, g_steal_pointer (&problem));
      icon = bh_uri_to_string (uri);
      if (!bh_uri_is_web (uri))
        {
          g_autofree char *app_uri = g_steal_pointer (&icon);

          icon = bh_app_uri_to_path (app_uri, reader->slug, &problem);
          if (icon == NULL)
            return bh_manifest_reader_fail (object, "icon", error, g_steal_pointer (&problem));
        }
    }

  g_free (reader->manifest->icon);
  reader->manifest->icon = g_steal_pointer (&icon);

  return TRUE;
}

/* Who the app is, from startup_app or platform, and from shortcut where these say nothing. */
static gboolean
read_identity (BhManifestReader *reader, BhJsonObject *root, BhJsonObject *app, GError **error)
{
  g_autoptr (BhJsonObject) shortcut = NULL;
  g_autoptr (GError) problem = NULL;
  BhManifest *manifest = reader->manifest;
  const char *description = "";
  const char *name = NULL;
  const char *uuid = NULL;

  if (!bh_json_object_get_string (app, "uuid", BH_JSON_REQUIRED, &uuid, error))
    return FALSE;
  manifest->id = bh_app_id_new (uuid, &problem);
  if (manifest->id == NULL)
    return bh_manifest_reader_fail (app, "uuid", error, g_steal_pointer (&problem));
  reader->slug = bh_app_id_get_slug (manifest->id);

  name = uuid;
  if (bh_json_object_has (root, "shortcut"))
    {
      if (!bh_json_object_get_object (root, "shortcut", BH_JSON_REQUIRED, &shortcut, error)
          || !get_label (shortcut, "name", &name, error)
          || !get_label (shortcut, "description", &description, error)
          || !read_icon (reader, shortcut, error))
        return FALSE;
      bh_manifest_reader_warn_leftovers (reader, shortcut, BH_MEMBERS_SHORTCUT);
    }

  if (!get_label (app, "name", &name, error) || !get_label (app, "description", &description, error)
      || !read_icon (reader, app, error))
    return FALSE;
  if (*name == '\0')
    name = uuid;

  manifest->name = g_strdup (name);
  manifest->description = g_strdup (description);
  if (manifest->icon == NULL)
    manifest->icon = g_strdup ("");

  return TRUE;
}

/* Leaves *url as it is when the member is absent. */
static gboolean
read_page (BhManifestReader *reader,
           BhJsonObject *object,
           const char *name,
           BhJsonNeed need,
           char **url,
           GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GUri) uri = NULL;
  const char *text = NULL;

  if (!bh_json_object_get_string (object, name, need, &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;

  uri = bh_uri_parse_page (text, reader->slug, &problem);
  if (uri == NULL)
    return bh_manifest_reader_fail (object, name, error, g_steal_pointer (&problem));
  if (g_str_equal (g_uri_get_scheme (uri), "http") && !bh_uri_is_loopback (uri))
    bh_manifest_reader_warn (
        reader, object, name,
        _("“http” is not encrypted: others on the network can read and change the app"));

  g_free (*url);
  *url = bh_uri_to_string (uri);

  return TRUE;
}

static gboolean
get_pixels (BhJsonObject *object, const char *name, int min, int *value, GError **error)
{
  gint64 pixels = *value;

  if (!bh_json_object_get_integer (object, name, BH_JSON_OPTIONAL, min, MAX_PIXELS, &pixels, error))
    return FALSE;
  *value = (int) pixels;

  return TRUE;
}

static gboolean
read_window_options (BhJsonObject *object, BhWindowSpec *window, GError **error)
{
  const struct
  {
    const char *name;
    gboolean *value;
  } flags[] = {
    { "defaultCentered", &window->centered },  { "saveWindowState", &window->save_state },
    { "resizable", &window->resizable },       { "frame", &window->frame },
    { "alwaysOnTop", &window->always_on_top },
  };

  if (bh_json_object_has (object, "defaultLeft") || bh_json_object_has (object, "defaultTop"))
    {
      if (!window->has_position)
        window->left = window->top = 100; /* OpenFin's default for the one that is absent */
      window->has_position = TRUE;
    }
  if (!get_pixels (object, "defaultWidth", 1, &window->width, error)
      || !get_pixels (object, "defaultHeight", 1, &window->height, error)
      || !get_pixels (object, "minWidth", 0, &window->min_width, error)
      || !get_pixels (object, "minHeight", 0, &window->min_height, error)
      || !get_pixels (object, "defaultLeft", -MAX_PIXELS, &window->left, error)
      || !get_pixels (object, "defaultTop", -MAX_PIXELS, &window->top, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (flags); i++)
    if (!bh_json_object_get_boolean (object, flags[i].name, BH_JSON_OPTIONAL, flags[i].value,
                                     error))
      return FALSE;

  window->width = MAX (window->width, window->min_width);
  window->height = MAX (window->height, window->min_height);

  return TRUE;
}

/* Takes the window, with one view that shows @url when it has none. */
static void
add_window (BhManifestReader *reader, BhWindowSpec *window, const char *url)
{
  BhManifest *manifest = reader->manifest;

  if (window->name == NULL)
    window->name = g_strdup (manifest->name);
  if (window->views->len == 0)
    g_ptr_array_add (window->views, bh_view_spec_new (manifest->name, url));
  g_ptr_array_add (manifest->windows, window);
}

static gboolean
read_plain_app (BhManifestReader *reader, BhJsonObject *app, GError **error)
{
  g_autoptr (BhWindowSpec) window = bh_window_spec_new (NULL);
  g_autofree char *url = NULL;

  if (!read_page (reader, app, "url", BH_JSON_REQUIRED, &url, error)
      || !read_window_options (app, window, error))
    return FALSE;
  add_window (reader, g_steal_pointer (&window), url);

  return TRUE;
}

static gboolean
read_view (BhManifestReader *reader, BhJsonObject *component, BhWindowSpec *window, GError **error)
{
  g_autoptr (BhJsonObject) state = NULL;
  g_autofree char *url = NULL;
  const char *component_name = "view";
  const char *name = reader->manifest->name;
  const char *text = "about:blank";

  if (!bh_json_object_get_string (component, "componentName", BH_JSON_OPTIONAL, &component_name,
                                  error)
      || !bh_json_object_get_object (component, "componentState", BH_JSON_OPTIONAL, &state, error))
    return FALSE;
  if (!g_str_equal (component_name, "view"))
    {
      bh_manifest_reader_warn (reader, component, "componentName",
                               _("only views are shown; it is left out"));
      return TRUE;
    }
  if (state != NULL
      && (!bh_json_object_get_string (state, "url", BH_JSON_OPTIONAL, &text, error)
          || !get_label (state, "name", &name, error)))
    return FALSE;
  if (g_str_equal (text, "about:blank"))
    {
      bh_manifest_reader_warn (reader, component, "componentState",
                               _("the view has no address and is left out"));
      return TRUE;
    }
  if (!read_page (reader, state, "url", BH_JSON_REQUIRED, &url, error))
    return FALSE;
  g_ptr_array_add (window->views, bh_view_spec_new (name, url));

  return TRUE;
}

/* A layout, or a row, column, stack or component of it: depth was bounded when it was parsed. */
static gboolean
read_layout (BhManifestReader *reader, BhJsonObject *item, BhWindowSpec *window, GError **error)
{
  g_autoptr (BhJsonArray) content = NULL;
  const char *type = "";

  if (!bh_json_object_get_string (item, "type", BH_JSON_OPTIONAL, &type, error)
      || !bh_json_object_get_array (item, "content", BH_JSON_OPTIONAL, &content, error))
    return FALSE;
  if (g_str_equal (type, "component"))
    return read_view (reader, item, window, error);

  for (guint i = 0; content != NULL && i < bh_json_array_get_length (content); i++)
    {
      g_autoptr (BhJsonObject) child = NULL;

      if (!bh_json_array_get_object (content, i, &child, error)
          || !read_layout (reader, child, window, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_snapshot_window (BhManifestReader *reader,
                      BhJsonObject *object,
                      BhWindowSpec *like,
                      GError **error)
{
  g_autoptr (BhWindowSpec) window = bh_window_spec_new (like);
  g_autoptr (BhJsonObject) layout = NULL;
  const char *name = reader->manifest->name;

  if (!get_label (object, "name", &name, error) || !read_window_options (object, window, error)
      || !bh_json_object_get_object (object, "layout", BH_JSON_OPTIONAL, &layout, error)
      || (layout != NULL && !read_layout (reader, layout, window, error)))
    return FALSE;
  window->name = g_strdup (name);
  bh_manifest_reader_warn_leftovers (reader, object, BH_MEMBERS_WINDOW);

  if (window->views->len > 0)
    add_window (reader, g_steal_pointer (&window), NULL);

  return TRUE;
}

static gboolean
read_snapshot (BhManifestReader *reader, BhJsonObject *root, BhWindowSpec *like, GError **error)
{
  g_autoptr (BhJsonObject) snapshot = NULL;
  g_autoptr (BhJsonArray) windows = NULL;

  if (!bh_json_object_get_object (root, "snapshot", BH_JSON_REQUIRED, &snapshot, error)
      || !bh_json_object_get_array (snapshot, "windows", BH_JSON_OPTIONAL, &windows, error))
    return FALSE;

  for (guint i = 0; windows != NULL && i < bh_json_array_get_length (windows); i++)
    {
      g_autoptr (BhJsonObject) object = NULL;

      if (!bh_json_array_get_object (windows, i, &object, error)
          || !read_snapshot_window (reader, object, like, error))
        return FALSE;
    }
  bh_manifest_reader_warn_leftovers (reader, snapshot, BH_MEMBERS_SNAPSHOT);
  if (reader->manifest->windows->len > 0)
    bh_manifest_reader_warn_not_yet (reader, root, "snapshot", BH_NOT_YET_LAYOUT);

  return TRUE;
}

static gboolean
read_platform (BhManifestReader *reader, BhJsonObject *root, BhJsonObject *platform, GError **error)
{
  g_autoptr (BhWindowSpec) defaults = bh_window_spec_new (NULL);
  g_autoptr (BhJsonObject) options = NULL;
  g_autofree char *url = NULL;

  reader->manifest->is_platform = TRUE;
  if (!bh_json_object_get_object (platform, "defaultWindowOptions", BH_JSON_OPTIONAL, &options,
                                  error))
    return FALSE;
  if (options != NULL)
    {
      if (!read_window_options (options, defaults, error))
        return FALSE;
      bh_manifest_reader_warn_leftovers (reader, options, BH_MEMBERS_WINDOW);
    }

  if (bh_json_object_has (root, "snapshot") && !read_snapshot (reader, root, defaults, error))
    return FALSE;
  if (reader->manifest->windows->len > 0)
    return TRUE;

  if (!read_page (reader, platform, "providerUrl", BH_JSON_OPTIONAL, &url, error))
    return FALSE;
  if (url == NULL)
    {
      bh_json_object_set_error (root, "platform", error,
                                _("there is nothing to show: the manifest needs a “snapshot” with "
                                  "a view, or “platform.providerUrl”"));
      return FALSE;
    }
  add_window (reader, g_steal_pointer (&defaults), url);

  return TRUE;
}

static gboolean
read_manifest (BhManifestReader *reader, BhJsonObject *root, GError **error)
{
  g_autoptr (BhJsonObject) app = NULL;
  gboolean is_platform;

  /* A manifest with both is a plain app to whoever does not know platforms. */
  is_platform = bh_json_object_has (root, "platform") && !bh_json_object_has (root, "startup_app");
  if (!bh_json_object_get_object (root, is_platform ? "platform" : "startup_app", BH_JSON_REQUIRED,
                                  &app, error)
      || !read_identity (reader, root, app, error))
    return FALSE;
  if (is_platform ? !read_platform (reader, root, app, error)
                  : !read_plain_app (reader, app, error))
    return FALSE;
  if (!bh_manifest_reader_read_resource_limits (reader, app, error)
      || !bh_manifest_reader_read_bulkhead (reader, root, error))
    return FALSE;

  bh_manifest_reader_warn_leftovers (reader, app, BH_MEMBERS_APP);
  bh_manifest_reader_warn_leftovers (reader, root, BH_MEMBERS_MANIFEST);

  return TRUE;
}

/**
 * bh_manifest_new_from_data:
 * @text: (array length=length): the manifest, JSON in UTF-8
 * @length: its length in bytes, or -1 when it ends in NUL
 * @error: return location for an error
 *
 * Reads a manifest of at most %BH_MANIFEST_MAX_SIZE bytes that is nested at most
 * %BH_MANIFEST_MAX_DEPTH deep. A message of @error begins with the member's path and line, and
 * wants the name of the file before it.
 *
 * Returns: (transfer full) (nullable): the manifest, or %NULL with %BH_ERROR_INVALID_MANIFEST
 */
BhManifest *
bh_manifest_new_from_data (const char *text, gssize length, GError **error)
{
  g_autoptr (BhManifest) manifest = NULL;
  g_autoptr (BhJsonDocument) document = NULL;
  g_autoptr (BhJsonObject) root = NULL;
  BhManifestReader reader = { 0 };
  gboolean is_good;
  gsize size;

  g_return_val_if_fail (text != NULL, NULL);

  size = length >= 0 ? (gsize) length : strlen (text);
  document = bh_json_document_new (text, size, BH_MANIFEST_MAX_SIZE, BH_MANIFEST_MAX_DEPTH, error);
  if (document == NULL)
    return NULL;
  root = bh_json_document_read (document, error);
  if (root == NULL)
    return NULL;

  manifest = bh_manifest_alloc ();
  manifest->text = g_strndup (text, size);
  manifest->root = json_node_ref (bh_json_document_get_root (document));
  reader.manifest = manifest;
  bh_manifest_reader_begin (&reader);
  is_good = read_manifest (&reader, root, error);
  manifest->warnings = bh_manifest_reader_end (&reader);
  if (!is_good)
    return NULL;

  return g_steal_pointer (&manifest);
}
