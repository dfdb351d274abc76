/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bulkhead-core"

#include "bh-uri-policy.h"

#include "bh-error.h"
#include "bh-text.h"
#include "bh-uri.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * Which addresses an app may show as its page, which ones go to another program, and which ones
 * lead nowhere. This is about top-level navigations: what a page loads into itself (images,
 * frames, data: and blob: addresses) is between the page and WebKit, under the web's own rules.
 *
 * What is not known to be harmless is refused. A scheme that starts a program with the page's
 * text as its argument (ssh:, smb:, man:, …) must be listed below before a page can use it.
 */

/* Schemes that desktop programs claim in order to be reached from web pages. */
static const char *const external_schemes[] = {
  "bitcoin", "callto", "discord", "facetime", "feed",     "geo",     "im",      "irc",
  "ircs",    "magnet", "mailto",  "matrix",   "mms",      "msteams", "news",    "nntp",
  "rtsp",    "sgnl",   "sip",     "sips",     "skype",    "slack",   "sms",     "smsto",
  "spotify", "tel",    "tg",      "webcal",   "whatsapp", "xmpp",    "zoommtg", "zoomus",
};

/* Schemes that web pages themselves may register handlers for (HTML, "custom handlers"). */
#define WEB_SCHEME_PREFIX "web+"

static gboolean
is_inside (BhManifest *manifest, GUri *uri)
{
  const char *const *scope = bh_manifest_get_scope (manifest);

  if (g_str_equal (g_uri_get_scheme (uri), "app"))
    return g_str_equal (g_uri_get_host (uri), bh_app_id_get_slug (bh_manifest_get_id (manifest)));

  for (gsize i = 0; scope[i] != NULL; i++)
    {
      g_autoptr (GUri) prefix = bh_uri_parse (scope[i], NULL);

      if (prefix != NULL && bh_uri_has_prefix (uri, prefix))
        return TRUE;
    }

  return FALSE;
}

/* "blob:" and a URI in the origin that made the blob. */
static BhUriVerdict
check_blob (BhManifest *manifest, const char *made_by)
{
  const char *const *scope = bh_manifest_get_scope (manifest);
  g_autoptr (GUri) uri = bh_uri_parse (made_by, NULL);
  g_autofree char *origin = NULL;

  if (uri == NULL || g_uri_get_host (uri) == NULL)
    return BH_URI_REFUSED;
  if (is_inside (manifest, uri))
    return BH_URI_INSIDE;

  /* A blob's path is a random name, never in a scope that has a path: its origin counts. */
  origin = bh_uri_dup_origin (uri);
  for (gsize i = 0; scope[i] != NULL; i++)
    if (g_str_has_prefix (scope[i], origin))
      return BH_URI_INSIDE;

  return BH_URI_REFUSED;
}

static gboolean
is_external_scheme (const char *scheme)
{
  if (g_str_has_prefix (scheme, WEB_SCHEME_PREFIX))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (external_schemes); i++)
    if (g_str_equal (scheme, external_schemes[i]))
      return TRUE;

  return FALSE;
}

/**
 * bh_uri_policy_check:
 * @manifest: the app
 * @uri: where its page wants to go, any text
 *
 * Judges a top-level navigation, that is, what becomes the address of a window's page. Inside
 * are the app's own origin, its scope, `about:blank`, `about:srcdoc` and `blob:` addresses of its
 * own. `data:` is refused there, as in other web engines; the same address as an image within a
 * page is not this function's business.
 *
 * Returns: what to do with @uri
 */
BhUriVerdict
bh_uri_policy_check (BhManifest *manifest, const char *uri)
{
  g_autoptr (GUri) parsed = NULL;
  g_autofree char *scheme = NULL;

  g_return_val_if_fail (manifest != NULL, BH_URI_REFUSED);
  g_return_val_if_fail (uri != NULL, BH_URI_REFUSED);

  parsed = bh_uri_parse (uri, NULL);
  if (parsed == NULL)
    return BH_URI_REFUSED;

  scheme = g_ascii_strdown (g_uri_get_scheme (parsed), -1);
  if (g_str_equal (scheme, "app"))
    return is_inside (manifest, parsed) ? BH_URI_INSIDE : BH_URI_REFUSED;
  if (bh_uri_is_web (parsed))
    return is_inside (manifest, parsed) ? BH_URI_INSIDE : BH_URI_EXTERNAL;
  if (g_str_equal (scheme, "about"))
    return g_str_equal (g_uri_get_path (parsed), "blank")
                   || g_str_equal (g_uri_get_path (parsed), "srcdoc")
               ? BH_URI_INSIDE
               : BH_URI_REFUSED;
  if (g_str_equal (scheme, "blob"))
    return check_blob (manifest, uri + strlen ("blob:"));

  return is_external_scheme (scheme) ? BH_URI_EXTERNAL : BH_URI_REFUSED;
}

/**
 * bh_uri_policy_may_open:
 * @uri: what a page or its runner wants another program to open, any text
 *
 * Judges what leaves the app: pages of the web, whosever they are, and the schemes that programs
 * claim in order to be reached from pages.
 *
 * Returns: whether another program may be asked
 */
gboolean
bh_uri_policy_may_open (const char *uri)
{
  g_autoptr (GUri) parsed = NULL;
  g_autofree char *scheme = NULL;

  g_return_val_if_fail (uri != NULL, FALSE);

  parsed = bh_uri_parse (uri, NULL);
  if (parsed == NULL)
    return FALSE;
  scheme = g_ascii_strdown (g_uri_get_scheme (parsed), -1);

  return bh_uri_is_web (parsed) || is_external_scheme (scheme);
}

static void
fail_outside (BhManifest *manifest, const char *uri, GError **error)
{
  const char *const *scope = bh_manifest_get_scope (manifest);
  g_autofree char *quoted = bh_text_quote (uri);
  g_autoptr (GString) list = g_string_new (bh_app_id_get_origin (bh_manifest_get_id (manifest)));
  g_autofree char *shown = NULL;

  for (gsize i = 0; scope[i] != NULL; i++)
    if (!g_str_has_prefix (scope[i], bh_app_id_get_origin (bh_manifest_get_id (manifest))))
      g_string_append_printf (list, ", %s", scope[i]);
  shown = bh_text_printable (list->str, 200);

  g_set_error (error, BH_ERROR, BH_ERROR_INVALID_URI, _("%s is outside the app's scope: %s"),
               quoted, shown);
}

/**
 * bh_uri_policy_resolve:
 * @manifest: the app
 * @uri: an absolute URI, or one relative to the app's URL, such as `#leak` or `page2.html`
 * @error: return location for an error
 *
 * Makes @uri absolute and sees that the app may show it.
 *
 * Returns: (transfer full) (nullable): the absolute URI, or %NULL with %BH_ERROR_INVALID_URI
 */
char *
bh_uri_policy_resolve (BhManifest *manifest, const char *uri, GError **error)
{
  g_autoptr (GUri) parsed = NULL;
  g_autofree char *absolute = NULL;
  const char *slug;

  g_return_val_if_fail (manifest != NULL && uri != NULL, NULL);

  absolute = bh_uri_resolve (bh_manifest_get_url (manifest), uri, error);
  if (absolute == NULL)
    return NULL;
  slug = bh_app_id_get_slug (bh_manifest_get_id (manifest));
  parsed = bh_uri_parse_page (absolute, slug, error);
  if (parsed == NULL)
    return NULL;
  if (!is_inside (manifest, parsed))
    {
      fail_outside (manifest, uri, error);
      return NULL;
    }

  return bh_uri_to_string (parsed);
}

static char *
fail_path (GError **error, const char *uri, const char *problem)
{
  g_autofree char *quoted = bh_text_quote (uri);

  g_set_error (error, BH_ERROR, BH_ERROR_INVALID_URI, _("%s names no file of the app: %s"), quoted,
               problem);

  return NULL;
}

/* One name of a path, without escapes, or NULL with @problem set. */
static char *
decode_segment (const char *segment, const char **problem)
{
  /* Fails on bad escapes, %00 and %2f. */
  g_autofree char *name = g_uri_unescape_string (segment, "/");

  if (name == NULL)
    *problem = _("it has an escape that can't be");
  else if (*name == '\0')
    *problem = _("a name in it is empty");
  else if (g_str_equal (name, ".") || g_str_equal (name, ".."))
    *problem = _("it has “.” or “..” as a name");
  else if (!g_utf8_validate (name, -1, NULL))
    *problem = _("it is not UTF-8 text");
  else if (strchr (name, '\\') != NULL)
    *problem = _("it has a backslash");
  else
    {
      for (const char *p = name; *p != '\0'; p++)
        if (g_ascii_iscntrl (*p))
          {
            *problem = _("it has a control character");
            return NULL;
          }
      return g_steal_pointer (&name);
    }

  return NULL;
}

/**
 * bh_app_uri_to_path:
 * @uri: an `app:` URI
 * @slug: the slug of the app that asks
 * @error: return location for an error
 *
 * Gives the file that @uri names: `app://SLUG/a/b%20c?x#y` is `a/b c`, a directory stands for the
 * `index.html` in it. The path is relative to the app's directory, and there is no name in it
 * that leads out of that directory; symbolic links are the caller's to refuse.
 *
 * Returns: (transfer full) (nullable) (type filename): the path, or %NULL with
 *   %BH_ERROR_INVALID_URI
 */
char *
bh_app_uri_to_path (const char *uri, const char *slug, GError **error)
{
  g_autoptr (GPtrArray) names = NULL;
  g_auto (GStrv) segments = NULL;
  g_autofree char *host = NULL;
  g_autofree char *path = NULL;
  const char *authority, *rest;

  g_return_val_if_fail (uri != NULL, NULL);
  g_return_val_if_fail (slug != NULL && bh_slug_is_valid (slug), NULL);

  if (g_ascii_strncasecmp (uri, "app://", strlen ("app://")) != 0)
    return fail_path (error, uri, _("it is not an “app” address"));
  authority = uri + strlen ("app://");
  rest = authority + strcspn (authority, "/?#");
  host = g_strndup (authority, (gsize) (rest - authority));
  if (!g_str_equal (host, slug))
    return fail_path (error, uri, _("it is another app's"));

  path = g_strndup (rest, strcspn (rest, "?#"));
  names = g_ptr_array_new_with_free_func (g_free);
  segments = g_strsplit (*path == '/' ? path + 1 : path, "/", -1);
  for (char **segment = segments; *segment != NULL; segment++)
    {
      const char *problem = NULL;
      char *name;

      if (**segment == '\0' && segment[1] == NULL)
        break;
      name = decode_segment (*segment, &problem);
      if (name == NULL)
        return fail_path (error, uri, problem);
      g_ptr_array_add (names, name);
      if (segment[1] == NULL)
        {
          g_ptr_array_add (names, NULL);
          return g_strjoinv ("/", (char **) names->pdata);
        }
    }

  g_ptr_array_add (names, g_strdup ("index.html"));
  g_ptr_array_add (names, NULL);

  return g_strjoinv ("/", (char **) names->pdata);
}
